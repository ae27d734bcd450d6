/**
 * Warnings of the gateway's sessions: both are connected to the same replicas, so both warn of most of what happens.
 * A warning about the same thing soon after another is the same event, whatever cause each session saw. Pure.
 */

/** For so long a warning is given for those of the other session too. */
export const sameEventMs = 3000;
const rememberedMax = 64;

export class Warnings {
  readonly #warnedMs = new Map<string, number>();

  /** Whether this is news. */
  isNew(text: string, nowMs: number): boolean {
    // "The connection broke: replica 1 (host:port): cause."
    const event = text.split(': ', 2).join(': ');
    const warnedMs = this.#warnedMs.get(event);
    if (warnedMs !== undefined && nowMs - warnedMs < sameEventMs) return false;
    this.#warnedMs.delete(event);
    this.#warnedMs.set(event, nowMs);
    if (this.#warnedMs.size > rememberedMax) this.#warnedMs.delete(this.#warnedMs.keys().next().value!);
    return true;
  }
}
