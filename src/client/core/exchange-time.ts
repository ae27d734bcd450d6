/**
 * The exchange's time, as a client knows it: what its leader said, which was true when it was said, and so is no later
 * than the present. Of all that it said the latest counts, so that one message that was long on its way does no harm;
 * and it counts less the older it is, as much as the two clocks can have parted, so that what is known is never ahead
 * of the truth.
 */

/**
 * Two clocks part by 10 % at the most: an exchange that makes up for a step of its wall clock runs 5 % slower or
 * faster.
 */
const partingPart = 1 / 10;

export class ExchangeTime {
  #aheadUs = Number.NEGATIVE_INFINITY;
  #atUs = 0;

  /** Whether the leader has said its time. */
  get isKnown(): boolean {
    return this.#aheadUs > Number.NEGATIVE_INFINITY;
  }

  /** Microseconds from the client's own clock to the exchange's, at most; -Infinity while nothing is known. */
  aheadUs(nowUs: number): number {
    return this.#aheadUs - Math.max(0, nowUs - this.#atUs) * partingPart;
  }

  /** The leader has said its time; 0 says nothing. @hot */
  told(timeUs: number, nowUs: number): void {
    if (timeUs === 0) return;
    const aheadUs = timeUs - nowUs;
    if (aheadUs < this.aheadUs(nowUs)) return;
    this.#aheadUs = aheadUs;
    this.#atUs = nowUs;
  }

  /** Another leader, another clock. */
  forget(): void {
    this.#aheadUs = Number.NEGATIVE_INFINITY;
  }
}
