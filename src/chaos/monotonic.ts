/** The clock that all processes of a machine share, and that is never set. */

const nsPerMs = 1e6;

export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / nsPerMs;
}
