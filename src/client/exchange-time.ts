/**
 * The exchange's time, as a client knows it: what its leader said, which was true when it was said, and so is no later than
 * the present. The latest of what it said in the last ten to twenty seconds is taken, so that one message that was long on
 * its way does no harm, and clocks that run at different speeds do not part.
 */

const periodUs = 10_000_000;

export class ExchangeTime {
  #ahead = Number.NEGATIVE_INFINITY;
  #aheadBefore = Number.NEGATIVE_INFINITY;
  #sinceUs = 0;

  /** Microseconds from the client's own clock to the exchange's; -Infinity while nothing is known. */
  get aheadUs(): number {
    return Math.max(this.#ahead, this.#aheadBefore);
  }

  /** The leader has said its time; 0 says nothing. hot path */
  told(timeUs: number, nowUs: number): void {
    if (timeUs === 0) return;
    if (nowUs - this.#sinceUs >= periodUs) {
      this.#aheadBefore = nowUs - this.#sinceUs < 2 * periodUs ? this.#ahead : Number.NEGATIVE_INFINITY;
      this.#ahead = Number.NEGATIVE_INFINITY;
      this.#sinceUs = nowUs;
    }
    const aheadUs = timeUs - nowUs;
    if (aheadUs > this.#ahead) this.#ahead = aheadUs;
  }

  forget(): void {
    this.#ahead = Number.NEGATIVE_INFINITY;
    this.#aheadBefore = Number.NEGATIVE_INFINITY;
  }
}
