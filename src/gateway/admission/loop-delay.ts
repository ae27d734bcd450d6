/**
 * How late the event loop is: whatever it reads has waited about as long in its socket. Looked at by a timer, which is
 * as late as the loop.
 */

/** How often the timer should look. */
export const loopLookMs = 50;

export class LoopDelay {
  #lookedMs: number;
  #delayMs = 0;

  constructor(nowMs: number) {
    this.#lookedMs = nowMs;
  }

  /** The timer looks. */
  look(nowMs: number): void {
    const lateMs = Math.max(0, nowMs - this.#lookedMs - loopLookMs);
    this.#lookedMs = nowMs;
    // One quick turn says little: the slow one before may come again.
    this.#delayMs = Math.max(lateMs, this.#delayMs / 2);
  }

  get delayMs(): number {
    return this.#delayMs;
  }
}
