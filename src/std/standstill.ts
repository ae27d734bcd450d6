/**
 * Notices that a process stood still, because it was stopped or had no processor: what it reads right
 * afterwards may have waited in its sockets for all that time, and its sender may have given it up.
 */

/** A loop that has not turned for longer stood still; a slow turn is shorter. */
export const slowTurnMsMax = 1_000;
/** Once it turns again, what came meanwhile has been read after this. */
const settledMs = 1_000;

export class Standstill {
  #turnedMs: number;
  #stoodMs = 0;
  #settledAtMs = Number.NEGATIVE_INFINITY;

  readonly #turnMsMax: number;

  constructor(nowMs: number, turnMsMax = slowTurnMsMax) {
    this.#turnedMs = nowMs;
    this.#turnMsMax = turnMsMax;
  }

  /** From now on callers can reach this process: what passed before, nothing waited for. */
  begin(nowMs: number): void {
    this.#turnedMs = nowMs;
    this.#settledAtMs = Number.NEGATIVE_INFINITY;
  }

  /** The loop turns; call it often. */
  turned(nowMs: number): void {
    const passedMs = nowMs - this.#turnedMs;
    this.#turnedMs = nowMs;
    if (passedMs <= this.#turnMsMax) return;
    this.#stoodMs = passedMs;
    this.#settledAtMs = nowMs + settledMs;
  }

  /** For how long what is read now may have waited because nothing turned; 0 where it did not. */
  waitedMsMax(nowMs: number): number {
    this.turned(nowMs);
    return nowMs < this.#settledAtMs ? this.#stoodMs : 0;
  }
}
