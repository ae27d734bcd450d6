/**
 * The line in front of what a request costs: its body, its signature, its handler. As long as a turn of the event loop
 * has done little, requests go on at once. Beyond that they wait, and go on by turns of their owners, so that an owner
 * with one request does not wait behind the thousands of another. Cancels have a line of their own, which comes first.
 */
import { RoundRobin } from './round-robin.ts';

export interface LineOptions {
  /** What one turn of the event loop may take, about; cancels may take as much again. */
  readonly turnMs: number;
  /** Requests of one owner that may wait. */
  readonly waitingMax: number;
  readonly now: () => number;
  /** Calls back in the next turn, once what has arrived by then is read. */
  readonly defer: (callback: () => void) => void;
}

/** What an owner may do in its turn: a few requests without a body. */
const quantum = 4;

export class Line {
  readonly #options: LineOptions;
  readonly #cancels: RoundRobin<() => void>;
  readonly #others: RoundRobin<() => void>;
  #isTurn = false;
  #turnEndsMs = 0;
  #waitedMs = 0;

  constructor(options: LineOptions) {
    this.#options = options;
    this.#cancels = new RoundRobin(quantum, options.waitingMax);
    this.#others = new RoundRobin(quantum, options.waitingMax);
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#cancels.size + this.#others.size;
  }

  /** How long a request waits here, other than a cancel: as long as the last one did, while others wait. */
  get delayMs(): number {
    return this.#others.size === 0 ? 0 : this.#waitedMs;
  }

  /** Calls `go` at once or when it is its turn; false where the owner has as many waiting as may wait. */
  enter(owner: string, isCancel: boolean, cost: number, go: () => void): boolean {
    const { turnMs, now, defer } = this.#options;
    const nowMs = now();
    if (!this.#isTurn) {
      this.#isTurn = true;
      this.#turnEndsMs = nowMs + turnMs;
      defer(this.#goOn);
    }
    const endsMs = isCancel ? this.#turnEndsMs + turnMs : this.#turnEndsMs;
    const before = isCancel ? this.#cancels.size : this.waiting;
    if (before === 0 && nowMs < endsMs) {
      go();
      return true;
    }
    if (isCancel) return this.#cancels.offer(owner, go, cost);
    const goLater = (): void => {
      this.#waitedMs = now() - nowMs;
      go();
    };
    return this.#others.offer(owner, goLater, cost);
  }

  readonly #goOn = (): void => {
    const { turnMs, now, defer } = this.#options;
    this.#turnEndsMs = now() + turnMs;
    for (let go = this.#cancels.next(); go !== undefined; go = this.#cancels.next()) {
      go();
      if (now() >= this.#turnEndsMs + turnMs) break;
    }
    while (now() < this.#turnEndsMs) {
      const go = this.#others.next();
      if (go === undefined) break;
      go();
    }
    this.#isTurn = this.waiting > 0;
    if (this.#isTurn) defer(this.#goOn);
  };
}
