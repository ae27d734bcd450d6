/**
 * The exchange's time, as its leader keeps it: the wall clock, but for its steps. A wall clock that is set forward would
 * end the time of every command on its way, and one that is set back would stop the exchange's. After a step this time
 * goes on by the monotonic clock, and moves towards the wall clock slowly.
 */
import type { Clock } from './ports.ts';

/** What the wall clock may be off before that is a step; less is a thread that lost its processor between two readings. */
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

  /** A leadership begins: the time goes on behind that of the last frame, or is the wall clock's where that is later. */
  start(lastTimeUs: number): void {
    this.#readUs = this.#clock.nowUs();
    this.#timeUs = Math.max(lastTimeUs + 1, this.#clock.wallUs());
  }

  /** Microseconds since 1970; never less than before. hot path */
  timeUs(): number {
    const nowUs = this.#clock.nowUs();
    const wallUs = this.#clock.wallUs();
    const passedUs = Math.max(0, nowUs - this.#readUs);
    const expectedUs = this.#timeUs + passedUs;
    const offUs = wallUs - expectedUs;
    let timeUs = wallUs;
    if (offUs > stepUs) timeUs = expectedUs + passedUs * slewPart;
    else if (offUs < -stepUs) timeUs = expectedUs - passedUs * slewPart;
    this.#readUs = nowUs;
    if (timeUs > this.#timeUs) this.#timeUs = timeUs;
    return Math.floor(this.#timeUs);
  }
}
