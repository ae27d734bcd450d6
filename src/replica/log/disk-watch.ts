/**
 * What happens when the disk takes no more: every replica reports it, and a leader that can store nothing hands over
 * to a voter that follows closely, whose disk may have space.
 */
import type { Journal } from '../../journal/journal.ts';
import type { Raft } from '../../raft/raft.ts';
import { Role } from '../../raft/types.ts';
import { counter } from '../counters.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Ports } from '../ports.ts';

/**
 * A leader waits so long where the journal has no room, less where the disk has none, and this much longer between two
 * attempts to hand over: all disks may be full.
 */
const patienceUs = 1_000_000;
const patienceFullUs = 100_000;
const handOverAgainUs = 30_000_000;

/** What it looks at, and what it may do. */
type WatchedJournal = Pick<Journal, 'isDiskFull'>;
type WatchedRaft = Pick<Raft, 'role' | 'configuration' | 'progressOf' | 'transferLeadership'>;

export class DiskWatch {
  readonly #failover: ReplicaOptions['failover'];
  readonly #ports: Pick<Ports, 'counters' | 'log'>;
  readonly #journal: WatchedJournal;
  readonly #raft: WatchedRaft;
  #isFull = false;
  /** Since when this leader could append nothing. */
  #heldUpUs = Number.POSITIVE_INFINITY;
  #handOverFromUs = Number.NEGATIVE_INFINITY;

  constructor(
    failover: ReplicaOptions['failover'],
    ports: Pick<Ports, 'counters' | 'log'>,
    journal: WatchedJournal,
    raft: WatchedRaft,
  ) {
    this.#failover = failover;
    this.#ports = ports;
    this.#journal = journal;
    this.#raft = raft;
  }

  /** `tookNothing`: the journal had no room when it was asked last. */
  doWork(nowUs: number, tookNothing: boolean): void {
    const isHeldUp = this.#raft.role === Role.leader && tookNothing;
    this.#tell(isHeldUp || this.#journal.isDiskFull);
    if (!isHeldUp) this.#heldUpUs = Number.POSITIVE_INFINITY;
    else if (this.#heldUpUs === Number.POSITIVE_INFINITY) this.#heldUpUs = nowUs;
    const waitUs = this.#journal.isDiskFull ? patienceFullUs : patienceUs;
    if (nowUs - this.#heldUpUs < waitUs || nowUs < this.#handOverFromUs) return;
    this.#handOverFromUs = nowUs + handOverAgainUs;
    if (this.#failover === 'automatic') this.#handOver();
  }

  #tell(isFull: boolean): void {
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    this.#ports.counters.set(counter.diskFull, isFull ? 1 : 0);
    if (isFull)
      this.#ports.log.warn('the disk is full: free space for the journal, or it soon takes no more');
    else this.#ports.log.info('the disk has space again for the journal');
  }

  #handOver(): void {
    let best = 0;
    let bestIndex = -1;
    for (const id of this.#raft.configuration.voters) {
      const progress = this.#raft.progressOf(id);
      if (progress === undefined || progress.state !== 'following' || progress.matchedIndex <= bestIndex)
        continue;
      best = id;
      bestIndex = progress.matchedIndex;
    }
    if (best === 0 || this.#raft.transferLeadership(best) !== undefined) return;
    this.#ports.log.warn('this leader can store nothing and hands over', { to: best });
  }
}
