/** How long an exchange may be down within a promise, and how long it was. Pure. */
import { msPerDay } from '../../std/units.ts';

/** A time in which a replica knew a leader, in milliseconds since 1970. */
export interface LeaderSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export const yearMs = 365 * msPerDay;
/** A month has 30 days here. */
export const windowsMs = { day: msPerDay, week: 7 * msPerDay, month: 30 * msPerDay, year: yearMs } as const;
export type WindowName = keyof typeof windowsMs;
export const windowNames = Object.keys(windowsMs) as WindowName[];

/** The promises that every venue is asked for, in percent. */
export const budgetPercents = ['99.99', '99.999'] as const;

export function budgetMs(targetPercent: string, windowMs: number): number {
  return windowMs * (1 - Number(targetPercent) / 100);
}

/**
 * Times in which so many of the voters knew no leader that no majority was left. `known`: when each voter that answers
 * knew one; of what was before, and of the others, nothing is concluded.
 */
export function outages(
  known: readonly (readonly LeaderSpan[])[],
  voters: number,
  nowMs: number,
): LeaderSpan[] {
  const needed = Math.floor(voters / 2) + 1;
  const edges = known
    .flatMap((spans) => absences(spans, nowMs))
    .flatMap(({ fromMs, toMs }) => [
      { atMs: fromMs, change: 1 },
      { atMs: toMs, change: -1 },
    ])
    // What ends where another begins is one time.
    .toSorted((a, b) => a.atMs - b.atMs || b.change - a.change);
  const found: LeaderSpan[] = [];
  let without = 0;
  let fromMs: number | undefined;
  for (const { atMs, change } of edges) {
    without += change;
    const isOut = voters - without < needed;
    if (isOut) fromMs ??= atMs;
    else if (fromMs !== undefined) {
      if (atMs > fromMs) found.push({ fromMs, toMs: atMs });
      fromMs = undefined;
    }
  }
  return found;
}

/** Between its spans, and from the last one on, a replica knew no leader. */
function absences(spans: readonly LeaderSpan[], nowMs: number): LeaderSpan[] {
  return spans.flatMap(({ toMs }, n) => {
    const untilMs = spans[n + 1]?.fromMs ?? nowMs;
    return untilMs > toMs ? [{ fromMs: toMs, toMs: untilMs }] : [];
  });
}

/** How much of a window that ends now these take. */
export function spentMs(found: readonly LeaderSpan[], windowMs: number, nowMs: number): number {
  const beginsMs = nowMs - windowMs;
  return found.reduce(
    (sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(toMs, nowMs) - Math.max(fromMs, beginsMs)),
    0,
  );
}
