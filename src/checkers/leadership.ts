/** Invariant 4: at most one leader per term, and no session believes a leader whose term is over for it. */
import type { Report } from './violations.ts';

/** Watches which replicas lead, and which leaders the sessions believe. */
export class LeadershipChecker {
  readonly #report: Report;
  readonly #leaderOf = new Map<number, number>();
  readonly #lastTermOf = new Map<number, number>();
  readonly #believed = new Map<number, number>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** How many terms had a leader. */
  get elections(): number {
    return this.#leaderOf.size;
  }

  /** A replica leads in `term`. */
  leads(replicaId: number, term: number): void {
    const leader = this.#leaderOf.get(term);
    if (leader !== undefined && leader !== replicaId) {
      this.#report('leadership', `replicas ${leader} and ${replicaId} both lead in term ${term}`);
    }
    this.#leaderOf.set(term, replicaId);
  }

  /** A replica is in `term`; its term must never fall, across restarts too, as long as it keeps its disk. */
  reached(replicaId: number, term: number): void {
    const last = this.#lastTermOf.get(replicaId) ?? 0;
    if (term < last) {
      this.#report('leadership', `replica ${replicaId} fell back from term ${last} to ${term}`);
    }
    this.#lastTermOf.set(replicaId, Math.max(term, last));
  }

  /** A replica has lost its disk: it may begin again. */
  forgotten(replicaId: number): void {
    this.#lastTermOf.delete(replicaId);
  }

  /** A session has taken an event from a replica whose term is `term`. */
  believed(clientId: number, term: number): void {
    const last = this.#believed.get(clientId) ?? 0;
    if (term < last) {
      this.#report(
        'leadership',
        `client ${clientId} took an event of term ${term} after one of term ${last}`,
      );
    }
    this.#believed.set(clientId, Math.max(term, last));
  }
}
