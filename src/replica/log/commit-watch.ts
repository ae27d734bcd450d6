/**
 * Whether a leader makes progress. One whose frames are not committed, or that can store none, serves no session after
 * a while: callers are refused at once instead of waiting for a commit that may come minutes later, or never. All disks
 * may be full, or those of a majority.
 */
import type { Journal } from '../../journal/journal.ts';
import type { Raft } from '../../raft/raft.ts';
import { Role } from '../../raft/types.ts';
import { counter } from '../counters.ts';
import type { Ports } from '../ports.ts';
import type { Sequencer } from './sequencer.ts';

/** A slow disk or a failover is over sooner. */
const patienceUs = 1_500_000;
/** A longer time between two looks was a pause of this process, in which nothing could be committed. */
const lookUsMax = 50_000;

export class CommitWatch {
  readonly #ports: Pick<Ports, 'counters' | 'log'>;
  readonly #journal: Pick<Journal, 'lastIndex'>;
  readonly #raft: Pick<Raft, 'role' | 'commitIndex'>;
  readonly #sequencer: Pick<Sequencer, 'ring' | 'hasRoom'>;
  #isStalled = false;
  #commitIndex = 0;
  #lookedUs = 0;
  /** How long something has waited without a commit. */
  #waitedUs = 0;

  constructor(
    ports: Pick<Ports, 'counters' | 'log'>,
    journal: Pick<Journal, 'lastIndex'>,
    raft: Pick<Raft, 'role' | 'commitIndex'>,
    sequencer: Pick<Sequencer, 'ring' | 'hasRoom'>,
  ) {
    this.#ports = ports;
    this.#journal = journal;
    this.#raft = raft;
    this.#sequencer = sequencer;
  }

  /** The commit index does not move: until all is committed and there is room, this leader serves no session. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** Looks again; true when that has changed. */
  doWork(nowUs: number): boolean {
    const { role, commitIndex } = this.#raft;
    const isAllCommitted = commitIndex >= this.#journal.lastIndex;
    const waits = role === Role.leader && (!isAllCommitted || this.#sequencer.ring.count > 0);
    const passedUs = Math.min(nowUs - this.#lookedUs, lookUsMax);
    this.#waitedUs = waits && commitIndex === this.#commitIndex ? this.#waitedUs + passedUs : 0;
    this.#commitIndex = commitIndex;
    this.#lookedUs = nowUs;
    const isStalled = this.#isStalled
      ? role === Role.leader && !(isAllCommitted && this.#sequencer.hasRoom())
      : this.#waitedUs >= patienceUs;
    if (isStalled === this.#isStalled) return false;
    this.#isStalled = isStalled;
    this.#ports.counters.set(counter.commitsStalled, isStalled ? 1 : 0);
    if (isStalled)
      this.#ports.log.warn(
        'nothing is committed: this leader takes no commands; check the disks of all replicas',
      );
    else this.#ports.log.info('commits go on');
    return true;
  }
}
