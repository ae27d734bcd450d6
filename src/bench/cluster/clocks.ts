/** One clock for all processes of a machine: CLOCK_MONOTONIC, which Node shows as `process.hrtime`. */

const nanosecondsPerMicrosecond = 1_000n;

/** Microseconds since the machine started; the same number in every process. */
export function monotonicUs(): number {
  return Number(process.hrtime.bigint() / nanosecondsPerMicrosecond);
}

/** Add it to `performance.now() * 1000` of this thread: a cheaper way to the same clock. */
export const performanceToMonotonicUs = monotonicUs() - performance.now() * 1_000;

/** Turns a time of day in milliseconds into the clock of this room; good to about a millisecond. */
export function wallToMonotonicUs(wallMs: number): number {
  return (wallMs - Date.now()) * 1_000 + monotonicUs();
}
