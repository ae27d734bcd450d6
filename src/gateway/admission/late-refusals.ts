/**
 * What one sender is refused at the entrance, for its rate or since too much waits, comes late once many refusals went
 * to it within a second, and what comes on the same connection meanwhile waits behind it. So a flood sends few more
 * requests than it has connections; to refuse all at once would cost the gateway as much as the flood sends.
 */

/** Refusals that a sender gets at once in a second. */
const promptMax = 100;
const lateMs = 250;
/**
 * So much later for each refusal that waits, up to a bound. What was held goes on with them: a flood on many
 * connections then comes as an even flow, where it would come as one wave each quarter of a second.
 */
const laterMs = 8;
const laterMsMax = 2_000;
/** Refusals of all senders that may wait; the next ones are given at once. */
const waitingMax = 4_096;
/** Senders that are counted; with more of them all begin again. */
const sendersMax = 4_096;
const periodMs = 1_000;

/** The requests of one connection, one behind the other while a refusal to it is late. */
export class HeldRequests {
  readonly #waiting: (() => void)[] = [];
  #holds = 0;

  /** Calls `go`, now or when no refusal is late any more. */
  pass(go: () => void): void {
    if (this.#holds === 0) go();
    else this.#waiting.push(go);
  }

  hold(): void {
    this.#holds += 1;
  }

  release(): void {
    this.#holds -= 1;
    while (this.#holds === 0) {
      const go = this.#waiting.shift();
      if (go === undefined) return;
      go();
    }
  }
}

export class LateRefusals {
  readonly #now: () => number;
  readonly #given = new Map<string, number>();
  #periodFromMs = Number.NEGATIVE_INFINITY;
  #waiting = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Calls `refuse`, now or a while later; what `held` lets pass comes after it. */
  give(sender: string, held: HeldRequests, refuse: () => void): void {
    if (this.#count(sender) <= promptMax || this.#waiting === waitingMax) return refuse();
    this.#waiting += 1;
    held.hold();
    setTimeout(
      () => {
        this.#waiting -= 1;
        refuse();
        held.release();
      },
      lateMs + Math.min(laterMs * this.#waiting, laterMsMax),
    );
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
