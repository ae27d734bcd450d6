/** Which other members this replica hears now: what it can see of the network between them, and no more. */
import type { Raft } from '../../raft/raft.ts';
import { counter } from '../counters.ts';
import type { Ports } from '../ports.ts';
import { maskOf } from './members.ts';
import type { Tethers } from './tether.ts';

const lookUs = 50_000;

type HearingRaft = Pick<Raft, 'leaderId' | 'progressOf'>;
type HearingPeers = Pick<Tethers, 'reaches' | 'isCalledBy'>;

export class Hearing {
  readonly #silenceUsMax: number;
  readonly #counters: Ports['counters'];
  readonly #raft: HearingRaft;
  readonly #peers: HearingPeers;
  #lookedUs = Number.NEGATIVE_INFINITY;

  /** A leader counts a member that was silent for `silenceUsMax` as not heard. */
  constructor(silenceUsMax: number, counters: Ports['counters'], raft: HearingRaft, peers: HearingPeers) {
    this.#silenceUsMax = silenceUsMax;
    this.#counters = counters;
    this.#raft = raft;
    this.#peers = peers;
  }

  doWork(nowUs: number, others: readonly number[]): void {
    if (nowUs - this.#lookedUs < lookUs) return;
    this.#lookedUs = nowUs;
    this.#counters.set(counter.peersHeard, maskOf(others.filter((id) => this.#hears(id, nowUs))));
  }

  /**
   * A leader goes by the answers that it gets, a follower by its leader's signs of life; of the others it knows only
   * whether a tether to them stands, which a machine that vanished leaves standing for a while.
   */
  #hears(id: number, nowUs: number): boolean {
    const progress = this.#raft.progressOf(id);
    if (progress !== undefined) return nowUs - progress.lastHeardUs <= this.#silenceUsMax;
    return id === this.#raft.leaderId || this.#peers.reaches(id) || this.#peers.isCalledBy(id);
  }
}
