/**
 * The clocks of one simulated machine.
 *
 * What can happen: the wall clock is set by up to 36 s in either direction at any time; both clocks run fast or slow,
 * each machine's at a speed of its own. What the cluster must survive: all of it, at all replicas at once. The time of
 * the exchange never runs back, and no promise rests on two clocks that agree.
 */
import type { Clock } from '../../replica/ports.ts';
import type { Scheduler } from './scheduler.ts';

/** Friday, 13 November 2026, 00:00 UTC, in microseconds since 1970: when every world begins. */
export const worldBeginsUs = 1_794_528_000_000_000;

/** `nowUs` never runs back, whatever happens to `wallUs`. */
export class VirtualClock implements Clock {
  readonly #scheduler: Scheduler;
  readonly #originUs: number;
  #driftPpm = 0;
  /** World time and clock time at the last change of the drift. */
  #fromUs: number;
  #baseUs: number;
  #wallOffsetUs: number;

  /** @param originUs what the monotonic clock shows when the machine boots. */
  constructor(scheduler: Scheduler, originUs: number, driftPpm: number, wallOffsetUs: number) {
    this.#scheduler = scheduler;
    this.#originUs = originUs;
    this.#fromUs = scheduler.nowUs;
    this.#baseUs = originUs;
    this.#driftPpm = driftPpm;
    this.#wallOffsetUs = worldBeginsUs + scheduler.nowUs + wallOffsetUs;
  }

  nowUs(): number {
    const elapsedUs = this.#scheduler.nowUs - this.#fromUs;
    return this.#baseUs + elapsedUs + Math.floor((elapsedUs * this.#driftPpm) / 1_000_000);
  }

  wallUs(): number {
    return this.#wallOffsetUs + this.nowUs() - this.#originUs;
  }

  /** Sets the wall clock forward, or back when negative. */
  stepWall(byUs: number): void {
    this.#wallOffsetUs += byUs;
  }

  /** Sets the wall clock right. */
  setRight(): void {
    this.#wallOffsetUs += worldBeginsUs + this.#scheduler.nowUs - this.wallUs();
  }

  /** Lets both clocks run fast or slow by parts per million from now on. */
  setDrift(driftPpm: number): void {
    this.#baseUs = this.nowUs();
    this.#fromUs = this.#scheduler.nowUs;
    this.#driftPpm = driftPpm;
  }
}
