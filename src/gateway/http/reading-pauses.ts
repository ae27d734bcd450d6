/**
 * Notices for how long nothing was read of a connection, since it was the turn of others or its answers were due first:
 * what is read right afterwards may have waited in its socket for all that time, by no fault of its sender.
 */

/** Once a connection is read on, what came meanwhile has been read after this, unless it is paused again. */
const settledMs = 1_000;

export class ReadingPauses {
  #isPaused = false;
  /** The first of the pauses that followed each other closely began. */
  #fromMs = 0;
  #endedMs = Number.NEGATIVE_INFINITY;

  begin(nowMs: number): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    if (nowMs - this.#endedMs >= settledMs) this.#fromMs = nowMs;
  }

  end(nowMs: number): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#endedMs = nowMs;
  }

  /** For how long what is read now may have waited because nothing was read; 0 where it did not. */
  waitedMsMax(nowMs: number): number {
    return nowMs - this.#endedMs < settledMs ? this.#endedMs - this.#fromMs : 0;
  }
}
