/**
 * What a run shows at its end of an operator's word which replica is to lead: one that is not to lead hands over and
 * leads no more while another one can, also when its successor dies; one that is to lead leads soon after it is well.
 */
import type { Report } from '../../checkers/violations.ts';
import { Preference } from '../../protocol/roster.ts';
import type { ClientActor } from '../actors/client-actor.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';
import { attachedOf } from './silence-trials.ts';

const votersMin = 3;
const orderUs = 100_000;
const ordersMax = 50;
/** In election time-outs: one that is not to lead waits for one, and then for the frames and votes of a hand-over. */
const averseTimeouts = 8;
/** One that is to lead must have been well for 75, and its leader looks now and then. */
const preferredTimeouts = 80;
/** A dead leader is replaced in less, by one that is not the last to ask. */
const successionTimeouts = 3;
/** So long the one that is not to lead stays where it is. */
const staysTimeouts = 20;
const returnUs = 5_000_000;

/** No replica is to lead before others from here on: what comes next has bounds of its own. */
export function withdrawPreferences(world: World, cluster: SimulatedCluster, report: Report): void {
  if (!isSaid(world, cluster, () => preferring(cluster).length === 0, askNormal))
    report(
      'liveness',
      `operators wanted no replica to lead before others, and ${ordersMax} orders later one still is`,
    );
}

function askNormal(cluster: SimulatedCluster): void {
  const [id] = preferring(cluster);
  if (id !== undefined) cluster.leader?.control.give('preferMember', id, false, { preference: 'normal' });
}

/** Members of which an operator has said something. */
function preferring({ leader }: SimulatedCluster): number[] {
  const { roster = [] } = leader?.replica?.membership ?? {};
  return roster
    .filter(({ preference }) => preference !== Preference.normal)
    .map(({ replicaId }) => replicaId);
}

/** Gives an order until it is so. */
function isSaid(
  { scheduler }: World,
  cluster: SimulatedCluster,
  isSo: () => boolean,
  order: (cluster: SimulatedCluster) => void,
): boolean {
  for (let n = 0; n < ordersMax && !isSo(); n++) {
    order(cluster);
    scheduler.runUntilHolds(orderUs, isSo);
  }
  return isSo();
}

export function preferLeader(
  world: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  report: Report,
): void {
  const { leader } = cluster;
  const { log, options } = leader?.replica ?? {};
  if (leader === undefined || log === undefined || log.voters.length < votersMin) return;
  if (options?.failover !== 'automatic' || cluster.hasWitness) return;
  const trial = new PreferenceTrial(world, cluster, clients, report);
  if (fork(world.random).chance(0.5)) trial.shuns(leader);
  else trial.prefers(leader);
  withdrawPreferences(world, cluster, report);
}

class PreferenceTrial {
  readonly #world: World;
  readonly #cluster: SimulatedCluster;
  readonly #clients: readonly ClientActor[];
  readonly #report: Report;
  readonly #timeoutUs: number;

  constructor(world: World, cluster: SimulatedCluster, clients: readonly ClientActor[], report: Report) {
    this.#world = world;
    this.#cluster = cluster;
    this.#clients = clients;
    this.#report = report;
    this.#timeoutUs = cluster.electionTimeoutUs;
  }

  /** The leader is not to lead. */
  shuns(leader: Machine): void {
    this.#world.trace.note('epilogue', `${leader.name} leads, and is not to lead`);
    const isOther = (): boolean => this.#cluster.leader !== undefined && this.#cluster.leader !== leader;
    if (!this.#says(leader.id, 'never')) return;
    if (!this.#comes(averseTimeouts, isOther))
      return this.#report('preferences', `${leader.name} is not to lead, and has not handed over`);
    const next = this.#cluster.leader!;
    this.#world.trace.note('epilogue', `${next.name}, which leads in its place, dies`);
    next.crash();
    const isThird = (): boolean => isOther() && this.#cluster.leader !== next;
    if (!this.#comes(successionTimeouts, isThird))
      this.#report(
        'preferences',
        `${next.name} died, and ${leader.name}, which is not to lead, is asked first`,
      );
    next.start();
    this.#settles();
    if (this.#comes(staysTimeouts, () => this.#cluster.leader === leader))
      this.#report('preferences', `${leader.name} is not to lead, and leads though others could`);
  }

  /** A voter that follows is to lead. It has begun another life: to one that handed over none is handed back. */
  prefers(leader: Machine): void {
    const voters = leader.replica?.log.voters ?? [];
    const one = this.#cluster.machines.find((machine) => machine !== leader && voters.includes(machine.id))!;
    one.crash();
    one.start();
    if (!this.#settles() || this.#cluster.leader !== leader) return;
    this.#world.trace.note('epilogue', `${one.name} is to lead`);
    if (!this.#says(one.id, 'prefer')) return;
    if (!this.#comes(preferredTimeouts, () => this.#cluster.leader === one))
      return this.#report('preferences', `${one.name} is to lead and is well, and does not lead`);
    if (this.#comes(staysTimeouts, () => this.#cluster.leader !== undefined && this.#cluster.leader !== one))
      this.#report('preferences', `${one.name} is to lead and led, and another one leads now`);
  }

  #says(id: number, preference: 'never' | 'prefer'): boolean {
    const isSo = (): boolean => preferring(this.#cluster).includes(id);
    const isDone = isSaid(this.#world, this.#cluster, isSo, ({ leader }) =>
      leader?.control.give('preferMember', id, false, { preference }),
    );
    if (!isDone) this.#report('liveness', `the preference of replica ${id} is not in the log`);
    return isDone;
  }

  #comes(timeouts: number, isSo: () => boolean): boolean {
    return this.#world.scheduler.runUntilHolds(timeouts * this.#timeoutUs, isSo);
  }

  #settles(): boolean {
    for (const client of attachedOf(this.#clients)) client.sendMore(1);
    const isSettled = this.#world.scheduler.runUntilHolds(returnUs, () => this.#cluster.isLevel);
    if (!isSettled)
      this.#report('liveness', 'not all are level after a leader died that others were to lead before');
    return isSettled;
  }
}
