/**
 * Which index a flush request covers. The flusher counts requests by a position that only grows; an index can fall (a
 * truncation), so the two are matched here, in a bounded ring.
 */

/** Requests in flight that are told apart; beyond that, new ones join the newest. */
const requestsMax = 1024;

export class FlushTracker {
  readonly #positions = new Float64Array(requestsMax);
  readonly #indices = new Float64Array(requestsMax);
  #oldest = 0;
  #length = 0;
  #position: number;
  /** Requests that have finished; it only grows. */
  finished = 0;

  /** @param flushedPosition how far the flusher has come. */
  constructor(flushedPosition: number) {
    this.#position = flushedPosition;
  }

  /** Whether requests are on their way. @hot */
  get isBusy(): boolean {
    return this.#length > 0;
  }

  /** Notes a request that covers everything up to `index`; returns its position. @hot */
  request(index: number): number {
    this.#position++;
    if (this.#length < requestsMax) this.#length++;
    // In a full ring the newest entry is replaced: its index is then known as flushed a little later, never too early.
    const newest = (this.#oldest + this.#length - 1) % requestsMax;
    this.#positions[newest] = this.#position;
    this.#indices[newest] = index;
    return this.#position;
  }

  /** The highest index covered by requests up to `flushedPosition`; `fallback` when none has finished. @hot */
  finish(flushedPosition: number, fallback: number): number {
    let index = fallback;
    while (this.#length > 0 && this.#positions[this.#oldest]! <= flushedPosition) {
      index = Math.max(index, this.#indices[this.#oldest]!);
      this.#oldest = (this.#oldest + 1) % requestsMax;
      this.#length--;
      this.finished++;
    }
    return index;
  }

  /** After a truncation: what is on its way covers nothing above `index`. */
  clampTo(index: number): void {
    for (let n = 0; n < this.#length; n++) {
      const slot = (this.#oldest + n) % requestsMax;
      this.#indices[slot] = Math.min(this.#indices[slot]!, index);
    }
  }
}
