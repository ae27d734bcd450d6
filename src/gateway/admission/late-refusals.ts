/**
 * What one sender is refused for its rate comes late, once many refusals went to it within a second. A caller that
 * waits for each answer then sends few more than it has connections; to refuse all at once would cost the gateway as
 * much as the flood sends.
 */

/** Refusals that a sender gets at once in a second. */
const promptMax = 100;
const lateMs = 250;
/** Refusals of all senders that may wait; the next ones are given at once. */
const waitingMax = 1_024;
/** Senders that are counted; with more of them all begin again. */
const sendersMax = 4_096;
const periodMs = 1_000;

export class LateRefusals {
  readonly #now: () => number;
  readonly #given = new Map<string, number>();
  #periodFromMs = Number.NEGATIVE_INFINITY;
  #waiting = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Calls `refuse`, now or a while later. */
  give(sender: string, refuse: () => void): void {
    if (this.#count(sender) <= promptMax || this.#waiting === waitingMax) return refuse();
    this.#waiting += 1;
    setTimeout(() => {
      this.#waiting -= 1;
      refuse();
    }, lateMs);
  }

  #count(sender: string): number {
    const nowMs = this.#now();
    if (nowMs - this.#periodFromMs >= periodMs || this.#given.size >= sendersMax) {
      this.#given.clear();
      this.#periodFromMs = nowMs;
    }
    const count = (this.#given.get(sender) ?? 0) + 1;
    this.#given.set(sender, count);
    return count;
  }
}
