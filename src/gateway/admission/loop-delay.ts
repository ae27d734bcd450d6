/**
 * How late the event loop is: whatever it reads has waited about as long in its socket. Looked at by a timer, which is
 * as late as the loop. A loop that stood still is not busy: it turns again, and std/standstill.ts tells what waited.
 */

/** How often the timer should look. */
export const loopLookMs = 50;

export class LoopDelay {
  #lookedMs: number;
  #delayMs = 0;
  readonly #turnMsMax: number;

  /** A loop that has not turned for longer than `turnMsMax` stood still. */
  constructor(nowMs: number, turnMsMax: number) {
    this.#lookedMs = nowMs;
    this.#turnMsMax = turnMsMax;
  }

  /** The timer looks. */
  look(nowMs: number): void {
    const passedMs = nowMs - this.#lookedMs;
    const lateMs = passedMs > this.#turnMsMax ? 0 : Math.max(0, passedMs - loopLookMs);
    this.#lookedMs = nowMs;
    // One quick turn says little: the slow one before may come again.
    this.#delayMs = Math.max(lateMs, this.#delayMs / 2);
  }

  get delayMs(): number {
    return this.#delayMs;
  }
}
