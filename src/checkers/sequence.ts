/** Invariant 3: what one process applies has no gap in seq, and its time never runs back. */
import type { Report } from './violations.ts';

/** Follows each replica's process from its start. */
export class SequenceChecker {
  readonly #report: Report;
  readonly #lastSeq = new Map<number, number>();
  readonly #lastTimeUs = new Map<number, number>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** A process begins, or has taken over a snapshot: its next seq may be any, but nothing after it. */
  restarted(replicaId: number): void {
    this.#lastSeq.delete(replicaId);
    this.#lastTimeUs.delete(replicaId);
  }

  applied(replicaId: number, seq: number, timeUs: number): void {
    const lastSeq = this.#lastSeq.get(replicaId);
    const lastTimeUs = this.#lastTimeUs.get(replicaId);
    if (lastSeq !== undefined && seq !== lastSeq + 1) {
      this.#report('sequence', `replica ${replicaId} applied seq ${seq} after ${lastSeq}`);
    }
    if (lastTimeUs !== undefined && timeUs < lastTimeUs) {
      this.#report('sequence', `replica ${replicaId} applied seq ${seq} at ${timeUs}, after ${lastTimeUs}`);
    }
    this.#lastSeq.set(replicaId, seq);
    this.#lastTimeUs.set(replicaId, timeUs);
  }
}
