/** What is held up, for any of several reasons: it goes on once none of them is left. */
export class Holds<Reason extends string> {
  readonly #reasons = new Set<Reason>();

  /** Begins or ends one of the reasons; returns whether any is left. */
  set(reason: Reason, holds: boolean): boolean {
    if (holds) this.#reasons.add(reason);
    else this.#reasons.delete(reason);
    return this.#reasons.size > 0;
  }
}
