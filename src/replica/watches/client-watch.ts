/**
 * What happens when the other replicas reach a leader and its clients do not: clients say so to the replicas that they
 * reach, and a leader that hears no client itself hands over to one of those.
 */
import type { Raft } from '../../raft/raft.ts';
import type { Ports } from '../ports.ts';
import type { ManualReview } from './manual-review.ts';

/** A leader that heard a client within this serves some: it stays, whatever others say. */
const silentUsMin = 250_000;
/** A leader that has not looked for longer stood still: it heard no client because it did not listen. */
const standstillUs = 50_000;
/** Clients need so long to find a new leader. */
const patienceUs = 500_000;
/** Between two attempts to hand over in one leadership. */
const handOverAgainUs = 2_000_000;

type WatchedRaft = Pick<Raft, 'id' | 'term' | 'successor' | 'transferLeadership'>;

export class ClientWatch {
  readonly #review: Pick<ManualReview, 'wouldHandOver'>;
  readonly #ports: Pick<Ports, 'log'>;
  readonly #raft: WatchedRaft;
  #term = 0;
  #handOverFromUs = 0;
  #workedUs = 0;

  constructor(review: Pick<ManualReview, 'wouldHandOver'>, ports: Pick<Ports, 'log'>, raft: WatchedRaft) {
    this.#review = review;
    this.#ports = ports;
    this.#raft = raft;
  }

  /** `heardUs`: when a client was heard last. */
  doWork(nowUs: number, heardUs: number): void {
    const stoodUs = nowUs - this.#workedUs;
    this.#workedUs = nowUs;
    if (stoodUs > standstillUs) this.#handOverFromUs = Math.max(this.#handOverFromUs, nowUs + silentUsMin);
    const to = this.#raft.successor(true);
    if (to === 0) return;
    if (this.#raft.term !== this.#term) {
      this.#term = this.#raft.term;
      this.#handOverFromUs = nowUs + patienceUs;
    }
    if (nowUs < this.#handOverFromUs || nowUs - heardUs < silentUsMin) return;
    this.#handOverFromUs = nowUs + handOverAgainUs;
    const { id, term } = this.#raft;
    const why = `clients reach replica ${to} and not this leader`;
    if (this.#review.wouldHandOver(id, term, why)) return;
    if (this.#raft.transferLeadership(to) !== undefined) return;
    this.#ports.log.warn('clients reach another replica and not this leader, which hands over', { to });
  }
}
