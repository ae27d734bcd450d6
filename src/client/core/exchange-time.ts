/**
 * The exchange's time, as a client knows it. The leader sends its time, which was right when it was sent and so is
 * never ahead of the present. The latest of these times counts, so that one message that was long on its way does no
 * harm. The client's clock may run faster than the leader's: the estimate is lowered with its age, so that it never
 * overtakes the leader's clock.
 */

/** Two clocks part by 10 % at the most; what two machines really part is a thousandth of that. */
const partingPart = 1 / 10;

export class ExchangeTime {
  #aheadUs = Number.NEGATIVE_INFINITY;
  #atUs = 0;

  /** Whether the leader has sent its time. */
  get isKnown(): boolean {
    return this.#aheadUs > Number.NEGATIVE_INFINITY;
  }

  /** Microseconds from the client's own clock to the exchange's, at most; -Infinity while nothing is known. */
  aheadUs(nowUs: number): number {
    return this.#aheadUs - Math.max(0, nowUs - this.#atUs) * partingPart;
  }

  /** The leader has sent its time; 0: it gave none. @hot */
  heard(timeUs: number, nowUs: number): void {
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
