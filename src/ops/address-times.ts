/**
 * The times of an address that moves between machines ("lockstep vip"): those of the machine that holds it, and what
 * voters and other machines wait for that cannot ask it.
 */

export interface HolderTimes {
  /** An answer to an older question confirms nothing. */
  readonly confirmedMsMax: number;
  readonly renewMs: number;
  readonly lifetimeMs: number;
  /** The kernel looks for addresses that have run out once in a while: at most so much later it is gone. */
  readonly kernelLateMsMax: number;
  /** For clocks that do not run alike, and for what a machine needs to act. */
  readonly marginMs: number;
  /** Time for another machine to say that the address is its own. */
  readonly probeMs: number;
  /** After an address was found at another machine it is tried again after so long. */
  readonly conflictMs: number;
  /** Announcements after it was taken, by the time since; then one in `announceMs`. */
  readonly announceAfterMs: readonly number[];
  readonly announceMs: number;
}

export const standardTimes: HolderTimes = {
  confirmedMsMax: 400,
  renewMs: 200,
  lifetimeMs: 1_000,
  kernelLateMsMax: 1_250,
  marginMs: 250,
  probeMs: 150,
  conflictMs: 1_000,
  announceAfterMs: [0, 100, 300, 1_000],
  announceMs: 5_000,
};

/** A leader's address has run out everywhere else so long after another one was elected. */
export function holdOffMs({ confirmedMsMax, lifetimeMs, kernelLateMsMax, marginMs }: HolderTimes): number {
  return confirmedMsMax + lifetimeMs + kernelLateMsMax + marginMs;
}
