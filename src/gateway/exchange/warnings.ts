/**
 * Warnings of the gateway's sessions: both are connected to the same replicas, so most of what happens is told by each.
 * A warning about the same thing soon after another is the same event, whatever cause each session saw. Pure.
 */

/** For so long a warning stands for those of the other session. */
export const sameEventMs = 3000;
const rememberedMax = 64;

export class Warnings {
  readonly #toldMs = new Map<string, number>();

  /** Whether this is news. */
  isNew(text: string, nowMs: number): boolean {
    // "The connection broke: replica 1 (host:port): cause."
    const event = text.split(': ', 2).join(': ');
    const toldMs = this.#toldMs.get(event);
    if (toldMs !== undefined && nowMs - toldMs < sameEventMs) return false;
    this.#toldMs.delete(event);
    this.#toldMs.set(event, nowMs);
    if (this.#toldMs.size > rememberedMax) this.#toldMs.delete(this.#toldMs.keys().next().value!);
    return true;
  }
}
