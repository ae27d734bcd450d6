/**
 * Kills the leader's process in the midst of a replay, as a machine would die: SIGKILL, no warning. Before each kill
 * the cluster is whole again, so that one failure is survived at a time; the kill comes while commands are in flight.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { leaderOf, reached, statusOfAll } from '../clients/control-client.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import { Failure } from '../failure.ts';
import type { ReplicaStatus } from '../health/status.ts';
import { isRunning } from '../processes/process-identity.ts';

/** How long nothing may come nearer to a whole cluster. */
const wholeTimeoutMs = 60_000;
const pollMs = 50;
/** Frames that a follower of a whole cluster may be behind. */
const lagFramesMax = 2_000;
/** Commands that are sent between the last look at the cluster and the kill. */
const commandsBeforeKill = 400;

export interface Kill {
  readonly replicaId: number;
  readonly pid: number;
  readonly term: number;
}

export class LeaderKiller {
  readonly kills: Kill[] = [];
  readonly #configuration: ConfigurationFile;
  readonly #times: number;
  #aim: { readonly leader: ReplicaStatus; readonly atCommand: number } | undefined;

  /** @param times kills, spread evenly over the file. */
  constructor(configuration: ConfigurationFile, times: number) {
    this.#configuration = configuration;
    this.#times = times;
  }

  /** To be called after each command; `part` of the file is read, 0 to 1. Waits only before a kill. */
  async passed(commands: number, part: number): Promise<void> {
    if (this.#aim !== undefined) {
      if (commands < this.#aim.atCommand) return;
      this.#shoot(this.#aim.leader);
      this.#aim = undefined;
    } else if (this.kills.length < this.#times && part >= (this.kills.length + 1) / (this.#times + 1)) {
      this.#aim = { leader: await this.#wholeCluster(), atCommand: commands + commandsBeforeKill };
    }
  }

  /** Kills the leader as soon as the cluster is whole. */
  async kill(): Promise<void> {
    this.#shoot(await this.#wholeCluster());
  }

  #shoot(leader: ReplicaStatus): void {
    const { replicaId, pid, term } = leader;
    if (!isRunning(leader)) {
      throw new Failure(
        `Replica ${replicaId}, the leader, cannot be killed: its process ${pid} does not run on this machine any more.`,
      );
    }
    process.kill(pid, 'SIGKILL');
    this.kills.push({ replicaId, pid, term });
  }

  /** The leader, once all replicas run and follow it. */
  async #wholeCluster(): Promise<ReplicaStatus> {
    let deadlineMs = Date.now() + wholeTimeoutMs;
    let appliedMost = 0;
    while (Date.now() < deadlineMs) {
      const answers = await statusOfAll(this.#configuration);
      const leader = leaderOf(answers);
      const statuses = reached(answers);
      const follows = (status: ReplicaStatus): boolean =>
        status.leaderId === leader?.replicaId &&
        !status.recovering &&
        leader.commitIndex - status.appliedIndex < lagFramesMax;
      if (
        leader !== undefined &&
        statuses.length === this.#configuration.replicas.length &&
        statuses.every(follows)
      ) {
        return leader;
      }
      // A replica that catches up takes the time that it takes.
      const applied = statuses.reduce((sum, { appliedIndex }) => sum + appliedIndex, 0);
      if (applied > appliedMost) {
        appliedMost = applied;
        deadlineMs = Date.now() + wholeTimeoutMs;
      }
      await sleep(pollMs);
    }
    throw new Failure('The cluster did not become whole again before the next kill. See "lockstep status".');
  }
}
