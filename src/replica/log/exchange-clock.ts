/**
 * The exchange's time, as its leader keeps it: the wall clock, but for its steps. A wall clock that is set forward
 * would end the time of every command on its way, and one that is set back would stop the exchange's. After a step this
 * time goes on by the monotonic clock, and moves towards the wall clock slowly.
 */
import type { Clock } from '../ports.ts';

/**
 * What the wall clock may be off before that is a step; less is a thread that lost its processor between two readings.
 */
const stepUs = 100_000;
/** A part of the time that passes, by which a step is made up for: 36 s take twelve minutes. */
const slewPart = 1 / 20;

export class ExchangeClock {
  readonly #clock: Clock;
  #timeUs = 0;
  #readUs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * A leadership begins: the time goes on behind that of the last frame, or is the wall clock's where that is later.
   */
  start(lastTimeUs: number): void {
    this.#readUs = this.#clock.nowUs();
    this.#timeUs = Math.max(lastTimeUs + 1, this.#clock.wallUs());
  }

  /** Microseconds since 1970; never less than before. @hot */
  timeUs(): number {
    let nowUs = this.#clock.nowUs();
    let wallUs = this.#clock.wallUs();
    if (Math.abs(wallUs - this.#expectedUs(nowUs)) > stepUs) {
      // A step, or a thread that stood still between the two readings, whose time would be the one before that.
      nowUs = this.#clock.nowUs();
      wallUs = this.#clock.wallUs();
    }
    const expectedUs = this.#expectedUs(nowUs);
    const slewUs = (expectedUs - this.#timeUs) * slewPart;
    let timeUs = wallUs;
    if (wallUs - expectedUs > stepUs) timeUs = expectedUs + slewUs;
    else if (expectedUs - wallUs > stepUs) timeUs = expectedUs - slewUs;
    this.#readUs = nowUs;
    if (timeUs > this.#timeUs) this.#timeUs = timeUs;
    return Math.floor(this.#timeUs);
  }

  #expectedUs(nowUs: number): number {
    return this.#timeUs + Math.max(0, nowUs - this.#readUs);
  }
}
