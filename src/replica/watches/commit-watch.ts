/**
 * Whether a leader makes progress. One whose frames are not committed, or that can store none, serves no session after
 * a while: callers are refused at once instead of waiting for a commit that may come minutes later, or never. All disks
 * may be full, or those of a majority.
 */
import { counter } from '../counters.ts';
import type { CommandRing } from '../log/command-ring.ts';
import type { ReplicatedLog } from '../log/replicated-log.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Ports } from '../ports.ts';

/** In election time-outs: a slow disk or a failover is over sooner. */
const patienceTimeouts = 3;
/** A longer time between two looks was a pause of this process, in which nothing could be committed. */
const lookUsMax = 50_000;

type WatchedLog = Pick<ReplicatedLog, 'isLeader' | 'commitIndex' | 'lastIndex' | 'hasRoom'>;

export class CommitWatch {
  readonly #patienceUs: number;
  readonly #ports: Pick<Ports, 'counters' | 'log'>;
  readonly #log: WatchedLog;
  readonly #ring: Pick<CommandRing, 'count'>;
  #isStalled = false;
  #commitIndex = 0;
  #lookedUs = 0;
  /** How long something has waited without a commit. */
  #waitedUs = 0;

  constructor(
    { electionTimeoutUs }: Pick<ReplicaOptions, 'electionTimeoutUs'>,
    ports: Pick<Ports, 'counters' | 'log'>,
    log: WatchedLog,
    ring: Pick<CommandRing, 'count'>,
  ) {
    this.#patienceUs = patienceTimeouts * electionTimeoutUs;
    this.#ports = ports;
    this.#log = log;
    this.#ring = ring;
  }

  /** The commit index does not move: until all is committed and there is room, this leader serves no session. */
  get isStalled(): boolean {
    return this.#isStalled;
  }

  /** Looks again; true when that has changed. */
  doWork(nowUs: number): boolean {
    const { isLeader, commitIndex } = this.#log;
    const isAllCommitted = commitIndex >= this.#log.lastIndex;
    const waits = isLeader && (!isAllCommitted || this.#ring.count > 0);
    const passedUs = Math.min(nowUs - this.#lookedUs, lookUsMax);
    this.#waitedUs = waits && commitIndex === this.#commitIndex ? this.#waitedUs + passedUs : 0;
    this.#commitIndex = commitIndex;
    this.#lookedUs = nowUs;
    const isStalled = this.#isStalled
      ? isLeader && !(isAllCommitted && this.#log.hasRoom())
      : this.#waitedUs >= this.#patienceUs;
    if (isStalled === this.#isStalled) return false;
    this.#isStalled = isStalled;
    this.#ports.counters.set(counter.commitsStalled, isStalled ? 1 : 0);
    if (isStalled)
      this.#ports.log.warn(
        'this replica leads, and nothing is committed, so it takes no orders: check the disks of all replicas',
      );
    else this.#ports.log.info('commits go on');
    return true;
  }
}
