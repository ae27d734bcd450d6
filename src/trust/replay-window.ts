/**
 * Which numbered datagrams of one key have come (RFC 6479): each counts once, in any order, as long as it is not too
 * far behind the newest. What is too old to be known counts as come.
 */

const bitsPerWord = 32;
const words = 64;
/** How far behind the newest a datagram may be. One word of the ring is always the one that is being entered. */
export const windowCounters = (words - 1) * bitsPerWord;

export class ReplayWindow {
  readonly #ring = new Int32Array(words);
  /** The newest that came; 0: none. Counters begin with 1. */
  #newest: number;

  /** Those up to `newest` count as come. */
  constructor(newest = 0) {
    this.#newest = newest;
    if (newest === 0) return;
    this.#ring.fill(-1);
    this.#ring[wordOf(newest)] = (bitOf(newest) - 1) | bitOf(newest);
  }

  /** Whether a datagram of this number has not come yet, as far as can be known. @hot */
  isNew(counter: number): boolean {
    if (counter > this.#newest) return true;
    if (counter < 1 || this.#newest - counter >= windowCounters) return false;
    return (this.#ring[wordOf(counter)]! & bitOf(counter)) === 0;
  }

  /**
   * It has come, and is what its sender sent: a number of a stranger must not get here. Returns how far it is ahead of
   * all that came before; 0: it is not. @hot
   */
  note(counter: number): number {
    const ahead = Math.max(0, counter - this.#newest);
    if (ahead > 0) {
      const from = Math.floor(this.#newest / bitsPerWord);
      const to = Math.floor(counter / bitsPerWord);
      const cleared = Math.min(to - from, words);
      for (let n = 0; n < cleared; n++) this.#ring[(to - n) % words] = 0;
      this.#newest = counter;
    }
    this.#ring[wordOf(counter)]! |= bitOf(counter);
    return ahead;
  }
}

function wordOf(counter: number): number {
  return Math.floor(counter / bitsPerWord) % words;
}

function bitOf(counter: number): number {
  return 1 << (counter % bitsPerWord);
}
