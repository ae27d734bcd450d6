/** One clock for all processes of a machine: CLOCK_MONOTONIC, which Node shows as `process.hrtime`. */

const nanosecondsPerMicrosecond = 1_000;
const offsetReadings = 20;

/** Microseconds since the machine started; the same number in every process. */
export function monotonicUs(): number {
  return Number(process.hrtime.bigint()) / nanosecondsPerMicrosecond;
}

/** Add it to `performance.now() * 1000` of this thread: a cheaper way to the same clock. */
export const performanceToMonotonicUs = clockOffsetUs();

/** The smallest of several: this thread may have to wait between the two readings. */
function clockOffsetUs(): number {
  let offsetUs = Number.POSITIVE_INFINITY;
  for (let n = 0; n < offsetReadings; n++) {
    const performanceUs = performance.now() * 1_000;
    offsetUs = Math.min(offsetUs, monotonicUs() - performanceUs);
  }
  return offsetUs;
}

/** Turns a time of day in milliseconds into the clock of this room; good to about a millisecond. */
export function wallToMonotonicUs(wallMs: number): number {
  return (wallMs - Date.now()) * 1_000 + monotonicUs();
}
