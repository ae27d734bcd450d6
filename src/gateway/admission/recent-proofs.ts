/**
 * Which keys have signed from which source lately. A new connection from there that names such a key waits with those
 * that have proven theirs, until a signature is wrong: what a customer does first on a connection does not wait behind
 * strangers. It is charged and paid for as any other claim, so a forger at the same address gains one turn among many.
 */

/** From the last signature that held. */
const lateProofMs = 600_000;
/** Beyond these the oldest ones are forgotten. */
const proofsMax = 65_536;

export class RecentProofs {
  readonly #untilMs = new Map<string, number>();

  add(claim: string, nowMs: number): void {
    this.#untilMs.set(claim, nowMs + lateProofMs);
    if (this.#untilMs.size <= proofsMax) return;
    const [oldest] = this.#untilMs.keys();
    this.#untilMs.delete(oldest!);
  }

  has(claim: string, nowMs: number): boolean {
    return nowMs < (this.#untilMs.get(claim) ?? 0);
  }

  remove(claim: string): void {
    this.#untilMs.delete(claim);
  }
}
