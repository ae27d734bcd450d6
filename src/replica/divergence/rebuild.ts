/**
 * A replica whose state differs from that of the majority. It is parked: it stores, acknowledges and votes, applies
 * nothing and serves nothing. It takes the newest state of a sound replica, goes on to that frame with its own, prints
 * how the two differ, and goes on from the sound one. What must stay true: nothing that it makes meanwhile reaches a
 * client, and no replica takes a snapshot from it.
 */
import { snapshotIndices, snapshotName } from '../../journal/snapshot-file.ts';
import { workLong } from '../../std/long-work.ts';
import { ReplicaFault } from '../fault.ts';
import type { ReplicatedLog, Verdict } from '../log/replicated-log.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Ports } from '../ports.ts';
import { adoptState } from '../snapshots/adoption.ts';
import type { FetchedSnapshot, SnapshotTransfer } from '../snapshots/snapshot-transfer.ts';
import type { Snapshots } from '../snapshots/snapshots.ts';
import type { Applier } from '../state/applier.ts';
import type { StateMachine } from '../state/state-machine.ts';
import { Evidence } from './evidence.ts';

/** Lines of the evidence, and of those the ones that go into the log. */
const linesMax = 1_000;
const loggedMax = 20;
/** A replica that differs again and again is not given a new state each time. */
const rebuildsMax = 6;
const hourUs = 3_600_000_000;
/** How often a leader that is parked asks another to take over. */
const handOverUs = 100_000;

/** The replica whose state it is. */
export interface RebuiltReplica {
  readonly options: ReplicaOptions;
  readonly ports: Ports;
  readonly log: ReplicatedLog;
  readonly state: StateMachine;
  readonly applier: Applier;
  readonly snapshots: Snapshots;
  readonly transfer: SnapshotTransfer;
}

export class Rebuild {
  readonly #replica: RebuiltReplica;
  /** Up to here may be applied. In an array: see Snapshots. */
  readonly #limit = new Float64Array([Number.POSITIVE_INFINITY]);
  #verdict: Verdict | undefined;
  #evidence: Evidence | undefined;
  /** The sound state, which has come. */
  #sound: FetchedSnapshot | undefined;
  /** When it was rebuilt lately. */
  #rebuiltUs: number[] = [];
  /** It was rebuilt so often that a person has to look, and start it again. */
  #isWorn = false;
  /** The last command that it applied as the leader, so that clients were answered from its state. */
  #ledToSeq = 0;
  #askedToLeadUs = Number.NEGATIVE_INFINITY;
  count = 0;

  constructor(replica: RebuiltReplica) {
    this.#replica = replica;
  }

  get isParked(): boolean {
    return this.#verdict !== undefined;
  }

  /** Up to this index frames may be applied. @hot */
  get applyLimit(): number {
    return this.#limit[0]!;
  }

  /** It leads, and has applied all up to this command. @hot */
  led(lastSeq: number): void {
    this.#ledToSeq = lastSeq;
  }

  /** The state is not what it should be. What it answered since then, as the leader, is listed. */
  park(verdict: Verdict): void {
    const { options, ports, log, state, applier, snapshots } = this.#replica;
    const { index, agreedIndex, soundId } = verdict;
    const own = applier.digests.at(index);
    this.#verdict = verdict;
    this.#limit[0] = applier.appliedIndex;
    log.reports.applied(0, 0, 0);
    log.reports.park('difference', true);
    snapshots.suspend('difference', true);
    ports.log.warn(
      'the state of this replica differs from that of the majority: it serves nothing until it has theirs',
      { frame: index, agreedUpTo: agreedIndex, stateFrom: soundId },
    );
    this.#evidence = new Evidence(ports.storage, index);
    const agreedSeq = log.facts.lastSeqOf(agreedIndex);
    const hasLed = this.#ledToSeq > agreedSeq;
    const finding = {
      replicaId: options.replicaId,
      leaderId: log.leaderId,
      verdict,
      own,
      goodSnapshotIndex: snapshotIndices(ports.storage).find((each) => each <= agreedIndex) ?? 0,
      answers: hasLed ? state.answersBetween(agreedSeq, this.#ledToSeq, linesMax) : undefined,
    };
    this.#evidence.keepFinding(finding, log);
    if (own.log !== verdict.log) {
      throw new ReplicaFault(
        `The log of this replica is not the one that the majority has: a frame after ${agreedIndex}, up to ${index}, differs, ` +
          `though its term does not. Its folder was set back unnoticed. Look at ${this.#evidence.folder} in it, then ` +
          'empty the folder and start: the replica comes back from the others.',
      );
    }
  }

  /** Asks for the sound state, and goes on from it once it can be compared; returns how much was done. */
  doWork(nowUs: number): number {
    const verdict = this.#verdict;
    if (verdict === undefined) return 0;
    const { log, applier, transfer } = this.#replica;
    if (log.isLeader && nowUs - this.#askedToLeadUs >= handOverUs) {
      this.#askedToLeadUs = nowUs;
      if (log.handOver(verdict.soundId) !== undefined) log.handOver(0);
    }
    // Where a void made it take another state meanwhile, what had come may be from before that.
    if (this.#sound !== undefined && this.#sound.file.index < applier.appliedIndex) this.#sound = undefined;
    const sound = this.#sound;
    if (sound === undefined) {
      if (!this.#isWorn && !log.isLeader && log.leaderId !== 0)
        transfer.fetch(this.#sourceOf(verdict), applier.appliedIndex - 1, 'rebuild');
      return 0;
    }
    this.#limit[0] = sound.file.index;
    // With a wrong state it may also have died on a command before that frame, and not apply it again.
    if (applier.appliedIndex !== sound.file.index && applier.stopsBefore === 0) return 0;
    return workLong(this.#replica.ports.control, () => this.#adopt(sound, nowUs));
  }

  /** A state has come that a sound replica saved. */
  fetched(snapshot: FetchedSnapshot): void {
    if (this.isParked && snapshot.file.index >= this.#replica.applier.appliedIndex) this.#sound = snapshot;
  }

  /** Another state has taken the place of this one. */
  replaced(): void {
    if (!this.isParked) return;
    this.#verdict = undefined;
    this.#sound = undefined;
    this.#limit[0] = Number.POSITIVE_INFINITY;
    this.#replica.log.reports.park('difference', false);
    this.#replica.snapshots.suspend('difference', false);
  }

  /** The replica of the verdict may be gone for good, or cut off from this one: then the leader gives its own state. */
  #sourceOf({ soundId }: Verdict): number {
    const { log, options, transfer } = this.#replica;
    const { voters, learners } = log.membership;
    const isThere = [...voters, ...learners].includes(soundId) && soundId !== transfer.unreachedId;
    return isThere && soundId !== options.replicaId ? soundId : log.leaderId;
  }

  #adopt(sound: FetchedSnapshot, nowUs: number): number {
    const { file } = sound;
    const { ports, log, state, applier } = this.#replica;
    const { index } = file;
    const { appliedIndex } = applier;
    const lines =
      appliedIndex === index
        ? state.differences(file.state, linesMax)
        : [
            `It stops before frame ${appliedIndex + 1}, so its state was not compared with that at frame ${index}.`,
          ];
    const adoption = adoptState(this.#replica, sound);
    if (adoption !== 'done') {
      this.#sound = adoption === 'unusable' ? undefined : this.#sound;
      return 1;
    }
    this.#print(lines);
    // Those after the last frame at which it agreed may hold what was wrong.
    const { agreedIndex } = this.#verdict!;
    for (const each of snapshotIndices(ports.storage))
      if (each > agreedIndex && each !== index) ports.storage.remove(snapshotName(each));
    this.#noteRebuilt(nowUs);
    this.replaced();
    ports.log.info('this replica goes on from the state of the majority', {
      index,
      evidence: this.#evidence!.folder,
    });
    log.reports.applied(index, state.digest >>> 0, file.logDigest);
    return 1;
  }

  #print(lines: readonly string[]): void {
    const { log } = this.#replica.ports;
    this.#evidence!.keepDifferences(lines);
    for (const difference of lines.slice(0, loggedMax))
      log.warn('a difference of the two states', { difference });
  }

  #noteRebuilt(nowUs: number): void {
    this.count += 1;
    this.#rebuiltUs = [...this.#rebuiltUs.filter((atUs) => nowUs - atUs < hourUs), nowUs];
    if (this.#isWorn || this.#rebuiltUs.length < rebuildsMax) return;
    this.#isWorn = true;
    this.#replica.ports.log.warn(
      `this replica was rebuilt ${rebuildsMax} times within an hour: where its state differs once more, it stays parked until ` +
        'its process is started again. Test the memory of its machine first',
    );
  }
}
