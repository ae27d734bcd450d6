/**
 * Which keys have signed from which source lately. A new connection from there that names such a key waits with those
 * that have proven theirs, until a signature is wrong: what a customer does first on a connection does not wait behind
 * strangers. It is charged and paid for as any other claim, so a forger at the same address gains one turn among many.
 */

/** From the last signature that held. */
const lateProofMs = 600_000;
/** Of each of two generations. */
const proofsMax = 32_768;

export class RecentProofs {
  /** Those that signed since the generation began. Once it is full it is the older one, and that one is forgotten. */
  #untilMs = new Map<string, number>();
  /** So what signs again while a generation fills is never forgotten, and no order of last uses is kept. */
  #olderUntilMs = new Map<string, number>();

  add(claim: string, nowMs: number): void {
    if (this.#untilMs.size >= proofsMax && !this.#untilMs.has(claim)) {
      this.#olderUntilMs = this.#untilMs;
      this.#untilMs = new Map();
    }
    this.#untilMs.set(claim, nowMs + lateProofMs);
  }

  has(claim: string, nowMs: number): boolean {
    const untilMs = this.#untilMs.get(claim) ?? this.#olderUntilMs.get(claim) ?? 0;
    return nowMs < untilMs;
  }

  remove(claim: string): void {
    this.#untilMs.delete(claim);
    this.#olderUntilMs.delete(claim);
  }
}
