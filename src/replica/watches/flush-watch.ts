/** How long the disk takes for a flush, and how long it has let the one on its way wait. */
import type { Journal } from '../../journal/journal.ts';

/** A longer time between two looks was a pause of this process, in which no end of a flush could be seen. */
const lookUsMax = 50_000;
/** Flushes that are remembered, and before so many nothing is known of the disk. */
const flushesKept = 16;
const flushesMin = 4;
/** One that began and ended between two looks counts where these are so close: it took no longer. */
const betweenUsMax = 5_000;

export class FlushWatch {
  readonly #journal: Pick<Journal, 'isFlushing' | 'flushes'>;
  readonly #tookUs = new Float64Array(flushesKept);
  #ended = 0;
  #flushes = 0;
  #lookedUs = 0;
  #waitedUs = 0;

  constructor(journal: Pick<Journal, 'isFlushing' | 'flushes'>) {
    this.#journal = journal;
  }

  /**
   * What the last flushes took, in the middle, or what the one on its way has waited, where that is longer; undefined
   * while too few have been seen.
   */
  get usualUs(): number | undefined {
    if (this.#ended < flushesMin) return undefined;
    const sorted = this.#tookUs.slice(0, Math.min(this.#ended, flushesKept)).sort();
    return Math.round(Math.max(sorted[sorted.length >> 1]!, this.#waitedUs));
  }

  /** Looks again, and returns how long the flush on its way has waited; 0: none is. */
  look(nowUs: number): number {
    const { isFlushing, flushes } = this.#journal;
    const passedUs = Math.min(nowUs - this.#lookedUs, lookUsMax);
    const wasOnItsWay = this.#waitedUs > 0;
    const hasEnded = flushes !== this.#flushes;
    if (hasEnded && (wasOnItsWay || passedUs <= betweenUsMax))
      this.#tookUs[this.#ended++ % flushesKept] = this.#waitedUs + passedUs;
    // One that has just begun waits since this look.
    this.#waitedUs = isFlushing ? (wasOnItsWay && !hasEnded ? this.#waitedUs + passedUs : 1) : 0;
    this.#flushes = flushes;
    this.#lookedUs = nowUs;
    return this.#waitedUs;
  }
}
