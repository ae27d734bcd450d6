/**
 * The clock of this machine beside those of the members, by round trips, as NTP (RFC 5905) measures them: a replica
 * asks the others what their clocks show, and what one answers was shown between the question and the answer. So a
 * measurement is wrong by half of its round trip at the most, wherever the two messages waited and whichever of the
 * processes stood still; long round trips count for nothing. The time of the members is the middle one of at least
 * three clocks: fewer cannot say which of them is wrong. All is kept against the monotonic clock, which is never set.
 */
import { assertAtLeast } from '../../std/assert.ts';
import type { Clock } from '../ports.ts';

const clocksMin = 3;
/** The own clock is read again, so often, while a reading may be wrong by more. */
const readingsMax = 8;
const readingErrorUsMax = 5;
/** A longer round trip says nothing. */
const roundTripUsMax = 100_000;
/** The best of the last measurements counts; one that is older than this says nothing of a wall clock. */
const measurementsKept = 8;
const measuredUsMax = 10_000_000;
/** What two clocks part in a second, in microseconds; one of them may be the exchange's, which nears another time. */
const partingPpm = 100;
const nearingPpm = 600;

/** How far a clock is ahead of the own monotonic one, and by how much that may be wrong. */
interface Measurement {
  readonly aheadUs: number;
  readonly errorUs: number;
  readonly atUs: number;
}

/** Bounds of a time, both as far as they are ahead of the own monotonic clock. */
export interface TimeBounds {
  readonly lowUs: number;
  readonly highUs: number;
}

export class MemberClocks {
  readonly #clock: Clock;
  readonly #wallClocks = new Map<number, Measurement[]>();
  /** The exchange's time, as its leaders answered. */
  readonly #exchange: Measurement[] = [];
  #own: Measurement;
  /** When the others were asked last. */
  #askedUs = -1;
  /** The members' time, as three clocks said it last. */
  #agreed: TimeBounds | undefined;
  #bounds: TimeBounds;
  #clocks = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#own = this.#readOwn();
    this.#bounds = boundsOf(this.#own, this.#own.atUs, partingPpm);
  }

  /** Between which the members' time is; the own wall clock, where they have never said it. @hot */
  get bounds(): TimeBounds {
    return this.#bounds;
  }

  /** Whether the clocks of three say now what the members' time is. */
  get hasThree(): boolean {
    return this.#clocks >= clocksMin;
  }

  /**
   * How far the exchange's time is ahead of the monotonic clock where a leadership begins: it goes on as before, in the
   * bounds in which that is known. Within those it is the members' time, and within the bounds of that the own clock,
   * which is known best.
   */
  get beginningUs(): number {
    const nowUs = this.#clock.nowUs();
    const wantedUs = within(this.#own.aheadUs, this.#bounds);
    const best = bestOf(this.#exchange, nowUs, nearingPpm);
    return Math.round(best === undefined ? wantedUs : within(wantedUs, boundsOf(best, nowUs, nearingPpm)));
  }

  /** How far the own clock is ahead of the members' time, where that is known. */
  get aheadUs(): number | undefined {
    return this.#agreed === undefined ? undefined : beyond(this.#own, this.#own.atUs, this.#agreed);
  }

  /** How far the clock of a member is ahead of the members' time, where both are known. */
  aheadOf(memberId: number): number | undefined {
    const nowUs = this.#clock.nowUs();
    const best = this.#wallClockOf(memberId, nowUs);
    return best === undefined || this.#agreed === undefined ? undefined : beyond(best, nowUs, this.#agreed);
  }

  /** The others are asked now; returns what the question carries. */
  ask(): number {
    this.#askedUs = this.#clock.nowUs();
    return this.#askedUs;
  }

  /** A member answers the question from `askedUs`; a leader also with the exchange's time, others with 0. */
  answered(memberId: number, askedUs: number, wallUs: number, exchangeUs: number): void {
    const atUs = this.#clock.nowUs();
    const roundTripUs = atUs - askedUs;
    // An answer to an older question, or to one of an earlier boot, was late.
    if (askedUs !== this.#askedUs || roundTripUs > roundTripUsMax) return;
    assertAtLeast(roundTripUs, 0, 'the monotonic clock does not run back');
    const errorUs = roundTripUs / 2;
    const wallClock = this.#wallClocks.get(memberId) ?? [];
    this.#wallClocks.set(memberId, wallClock);
    keep(wallClock, { aheadUs: wallUs - askedUs - errorUs, errorUs, atUs });
    if (exchangeUs > 0) keep(this.#exchange, { aheadUs: exchangeUs - askedUs - errorUs, errorUs, atUs });
  }

  /** Finds the middle one of the clocks of these members and the own one. */
  compare(memberIds: readonly number[]): void {
    this.#own = this.#readOwn();
    const nowUs = this.#own.atUs;
    for (const id of this.#wallClocks.keys()) if (!memberIds.includes(id)) this.#wallClocks.delete(id);
    const others = memberIds.map((id) => this.#wallClockOf(id, nowUs)).filter((one) => one !== undefined);
    const clocks = [this.#own, ...others].map((one) => boundsOf(one, nowUs, partingPpm));
    this.#clocks = clocks.length;
    // What three said before is a third beside two.
    if (clocks.length === clocksMin - 1 && this.#agreed !== undefined) clocks.push(this.#agreed);
    if (clocks.length >= clocksMin)
      this.#agreed = {
        lowUs: middleOf(clocks.map(({ lowUs }) => lowUs)),
        highUs: middleOf(clocks.map(({ highUs }) => highUs)),
      };
    this.#bounds = this.#agreed ?? boundsOf(this.#own, nowUs, partingPpm);
  }

  /** The thread may lose its processor between two readings: then the next ones say it better. */
  #readOwn(): Measurement {
    let best = this.#readOnce();
    for (let again = 1; again < readingsMax && best.errorUs > readingErrorUsMax; again++) {
      const next = this.#readOnce();
      if (next.errorUs < best.errorUs) best = next;
    }
    return best;
  }

  /** The wall clock showed this between two readings of the other one. */
  #readOnce(): Measurement {
    const beforeUs = this.#clock.nowUs();
    const wallUs = this.#clock.wallUs();
    const atUs = this.#clock.nowUs();
    const errorUs = (atUs - beforeUs) / 2;
    return { aheadUs: wallUs - beforeUs - errorUs, errorUs, atUs };
  }

  #wallClockOf(memberId: number, nowUs: number): Measurement | undefined {
    const measurements = this.#wallClocks.get(memberId) ?? [];
    return bestOf(
      measurements.filter(({ atUs }) => nowUs - atUs <= measuredUsMax),
      nowUs,
      partingPpm,
    );
  }
}

function keep(measurements: Measurement[], measurement: Measurement): void {
  measurements.push(measurement);
  if (measurements.length > measurementsKept) measurements.shift();
}

function bestOf(measurements: readonly Measurement[], nowUs: number, ppm: number): Measurement | undefined {
  let best: Measurement | undefined;
  for (const one of measurements)
    if (best === undefined || errorOf(one, nowUs, ppm) <= errorOf(best, nowUs, ppm)) best = one;
  return best;
}

function errorOf({ errorUs, atUs }: Measurement, nowUs: number, ppm: number): number {
  return errorUs + ((nowUs - atUs) * ppm) / 1_000_000;
}

function boundsOf(measurement: Measurement, nowUs: number, ppm: number): TimeBounds {
  const errorUs = errorOf(measurement, nowUs, ppm);
  return { lowUs: measurement.aheadUs - errorUs, highUs: measurement.aheadUs + errorUs };
}

function within(us: number, { lowUs, highUs }: TimeBounds): number {
  return Math.min(Math.max(us, lowUs), highUs);
}

/** How far a clock is outside of the bounds of a time, for sure; 0 where it may be inside. */
function beyond(measurement: Measurement, nowUs: number, { lowUs, highUs }: TimeBounds): number {
  const own = boundsOf(measurement, nowUs, partingPpm);
  if (own.lowUs > highUs) return Math.round(own.lowUs - highUs);
  return own.highUs < lowUs ? Math.round(own.highUs - lowUs) : 0;
}

/** The lower one of two. */
function middleOf(values: number[]): number {
  return values.sort((a, b) => a - b)[(values.length - 1) >> 1]!;
}
