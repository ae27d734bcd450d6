/**
 * What happens when the disk takes no more, or stands still: every replica reports it, and a leader that can store
 * nothing, or whose flush does not return, hands over to a voter that follows closely, whose disk may be well.
 */
import type { Journal } from '../../journal/journal.ts';
import { isAverse } from '../../raft/preference.ts';
import type { Raft } from '../../raft/raft.ts';
import { Role } from '../../raft/types.ts';
import { counter } from '../counters.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Ports } from '../ports.ts';
import { FlushWatch } from './flush-watch.ts';
import type { ManualReview } from './manual-review.ts';

/**
 * A leader waits so long where the journal has no room, less where the disk has none, and this much longer between two
 * attempts to hand over: all disks may be full. Where its disk stands still another one has shown that it flushes.
 */
const patienceUs = 1_000_000;
const patienceFullUs = 100_000;
const fullAgainUs = 30_000_000;
const standstillAgainUs = 1_000_000;
/** Where none could take over, it is tried again after this part of an election time-out. */
const tryAgainPart = 1 / 4;
/** A disk that has finished no flush for this part of an election time-out may stand still as well. */
const quietPart = 1 / 2;

/** What a voter was seen to have flushed, and when that was new. */
interface SeenFlush {
  readonly durableIndex: number;
  readonly atUs: number;
}

/** What it looks at, and what it may do. */
type WatchedJournal = Pick<Journal, 'isDiskFull' | 'isFlushing' | 'flushes' | 'durableIndex' | 'lastIndex'>;
type WatchedRaft = Pick<
  Raft,
  'id' | 'term' | 'role' | 'configuration' | 'progressOf' | 'mayTakeOver' | 'transferLeadership'
>;

export class DiskWatch {
  readonly #options: Pick<ReplicaOptions, 'electionTimeoutUs'>;
  readonly #review: Pick<ManualReview, 'wouldHandOver'>;
  readonly #ports: Pick<Ports, 'counters' | 'log'>;
  readonly #journal: WatchedJournal;
  readonly #raft: WatchedRaft;
  readonly flush: FlushWatch;
  #isFull = false;
  #standsStill = false;
  /** Since when this leader could append nothing. */
  #heldUpUs = Number.POSITIVE_INFINITY;
  /** When it may try again, for either reason, and when it handed over last. */
  #tryFromUs = Number.NEGATIVE_INFINITY;
  #handedOverUs = Number.NEGATIVE_INFINITY;
  /** Of each voter, while a flush of this leader is late. */
  readonly #flushed = new Map<number, SeenFlush>();

  constructor(
    options: Pick<ReplicaOptions, 'electionTimeoutUs'>,
    ports: Pick<Ports, 'counters' | 'log'>,
    journal: WatchedJournal,
    raft: WatchedRaft,
    review: Pick<ManualReview, 'wouldHandOver'>,
  ) {
    this.#review = review;
    this.#options = options;
    this.#ports = ports;
    this.#journal = journal;
    this.#raft = raft;
    this.flush = new FlushWatch(journal);
  }

  /** `tookNothing`: the journal had no room when it was asked last. */
  doWork(nowUs: number, tookNothing: boolean): void {
    const { electionTimeoutUs } = this.#options;
    const isLeader = this.#raft.role === Role.leader;
    const isHeldUp = isLeader && tookNothing;
    this.#tellFull(isHeldUp || this.#journal.isDiskFull);
    const waitedUs = this.flush.look(nowUs);
    if (isLeader && waitedUs >= quietPart * electionTimeoutUs) this.#lookAtVoters(nowUs);
    else if (this.#flushed.size > 0) this.#flushed.clear();
    this.#tellStandstill(waitedUs >= electionTimeoutUs);
    if (!isHeldUp) this.#heldUpUs = Number.POSITIVE_INFINITY;
    else if (this.#heldUpUs === Number.POSITIVE_INFINITY) this.#heldUpUs = nowUs;
    const waitUs = this.#journal.isDiskFull ? patienceFullUs : patienceUs;
    const storesNothing = nowUs - this.#heldUpUs >= waitUs;
    const restUs = this.#standsStill ? standstillAgainUs : fullAgainUs;
    const mayTry = nowUs >= this.#tryFromUs && nowUs - this.#handedOverUs >= restUs;
    if (!isLeader || !mayTry || !(storesNothing || this.#standsStill)) return;
    if (this.#handOver(nowUs)) this.#handedOverUs = nowUs;
    else this.#tryFromUs = nowUs + tryAgainPart * electionTimeoutUs;
  }

  #tellFull(isFull: boolean): void {
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    this.#ports.counters.set(counter.diskFull, isFull ? 1 : 0);
    if (isFull)
      this.#ports.log.warn('the disk is full: free space for the journal, or it soon takes no more');
    else this.#ports.log.info('the disk has space again for the journal');
  }

  #tellStandstill(standsStill: boolean): void {
    if (standsStill === this.#standsStill) return;
    this.#standsStill = standsStill;
    this.#ports.counters.set(counter.diskStandsStill, standsStill ? 1 : 0);
    if (standsStill) this.#ports.log.warn('the disk stands still: a flush of the journal does not return');
    else this.#ports.log.info('the disk flushes the journal again');
  }

  #lookAtVoters(nowUs: number): void {
    for (const id of this.#raft.configuration.voters) {
      const durableIndex = this.#raft.progressOf(id)?.durableIndex ?? 0;
      const seen = this.#flushed.get(id);
      if (seen?.durableIndex === durableIndex) continue;
      this.#flushed.set(id, { durableIndex, atUs: seen === undefined ? Number.NEGATIVE_INFINITY : nowUs });
    }
  }

  /** It has flushed all that there is, or something a moment ago: disks that replicas share stand still together. */
  #flushes(id: number, durableIndex: number, nowUs: number): boolean {
    if (durableIndex >= this.#journal.lastIndex) return true;
    const atUs = this.#flushed.get(id)?.atUs ?? Number.NEGATIVE_INFINITY;
    return nowUs - atUs < quietPart * this.#options.electionTimeoutUs;
  }

  /** To one that is not to lead only where no other can: it would hand over again. */
  #successor(nowUs: number): number {
    const { configuration } = this.#raft;
    const willing = configuration.voters.filter((id) => !isAverse(configuration, id));
    return this.#bestOf(willing, nowUs) || this.#bestOf(configuration.voters, nowUs);
  }

  /** Where the own disk stands still another one must have shown that it does not. */
  #bestOf(ids: readonly number[], nowUs: number): number {
    let best = 0;
    let bestIndex = this.#standsStill ? this.#journal.durableIndex : -1;
    for (const id of ids) {
      const progress = this.#raft.progressOf(id);
      if (progress?.state !== 'following' || !this.#raft.mayTakeOver(id)) continue;
      const index = this.#standsStill ? progress.durableIndex : progress.matchedIndex;
      if (index <= bestIndex) continue;
      if (this.#standsStill && !this.#flushes(id, index, nowUs)) continue;
      best = id;
      bestIndex = index;
    }
    return best;
  }

  #handOver(nowUs: number): boolean {
    const best = this.#successor(nowUs);
    if (best === 0) return false;
    const why = this.#standsStill ? 'waits for a flush that does not return' : 'can store nothing';
    const { id, term } = this.#raft;
    if (this.#review.wouldHandOver(id, term, `the leader ${why}`)) return true;
    if (this.#raft.transferLeadership(best) !== undefined) return false;
    this.#ports.log.warn(`this leader ${why}, and hands over`, { to: best });
    return true;
  }
}
