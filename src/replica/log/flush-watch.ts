/** How long the disk takes for a flush, and how long it has let the one on its way wait. */
import type { Journal } from '../../journal/journal.ts';

/** A longer time between two looks was a pause of this process, in which no end of a flush could be seen. */
const lookUsMax = 50_000;

export class FlushWatch {
  readonly #journal: Pick<Journal, 'isFlushing' | 'flushes'>;
  #flushes = 0;
  #lookedUs = 0;
  #waitedUs = 0;

  constructor(journal: Pick<Journal, 'isFlushing' | 'flushes'>) {
    this.#journal = journal;
  }

  /** Looks again, and returns how long the flush on its way has waited; 0: none is. */
  look(nowUs: number): number {
    const { isFlushing, flushes } = this.#journal;
    const passedUs = Math.min(nowUs - this.#lookedUs, lookUsMax);
    const goesOn = flushes === this.#flushes && this.#waitedUs > 0;
    // One that has just begun waits since this look.
    this.#waitedUs = isFlushing ? (goesOn ? this.#waitedUs + passedUs : 1) : 0;
    this.#flushes = flushes;
    this.#lookedUs = nowUs;
    return this.#waitedUs;
  }
}
