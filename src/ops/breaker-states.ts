/** The states of a breaker: in words for people and files, in numbers for metrics. */

export type BreakerState = 'closed' | 'halfOpen' | 'open';

/** As metrics show them. */
export const breakerNumbers: Readonly<Record<BreakerState, number>> = { closed: 0, halfOpen: 1, open: 2 };
export const breakerStates = Object.keys(breakerNumbers) as readonly BreakerState[];
