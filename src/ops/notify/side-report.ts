/**
 * What a process beside the replicas (a gateway, `lockstep dns`, `vip`, `watch`, `backup`) says of itself, since no
 * replica can see it: its breaker, its certificates, an address that it cannot hold, that it dies again and again. What
 * it does not say is over.
 */
import { msPerDay } from '../../std/units.ts';
import { partyText } from '../../trust/certificates.ts';
import type { Party } from '../../trust/parties.ts';
import type { RevokedSet } from '../../trust/revoked-set.ts';
import type { BreakerState } from '../breaker-states.ts';
import type { EventKind } from '../configuration/event-kinds.ts';

export const sidePrograms = ['gateway', 'dns', 'vip', 'watch'] as const;
export type SideProgram = (typeof sidePrograms)[number];

/** What such a process may say that it holds. */
export const sideKinds = ['breakerOpen', 'addressFailing', 'certificateEnding', 'crashLoop'] as const;
type SideKind = (typeof sideKinds)[number] & EventKind;

export interface SideCondition {
  readonly kind: SideKind;
  readonly text: string;
}

export interface SideReport {
  readonly program: SideProgram;
  /** Absent where it does not look at them itself. */
  readonly revoked?: RevokedSet | undefined;
  /** Absent where it has none. */
  readonly breaker?: BreakerState | undefined;
  readonly conditions: readonly SideCondition[];
}

/** A report, and where it came from, such as `dns of replica 1`. */
export interface HeardSide extends Omit<SideReport, 'program'> {
  readonly source: string;
  /** Since it arrived. */
  readonly ageMs: number;
}

/** `gateway 1`, `dns of replica 1`. */
export function sourceOf(by: Party, { program }: Pick<SideReport, 'program'>): string {
  const party = partyText(by).replace('/', ' ');
  return program === 'gateway' ? party : `${program} of ${party}`;
}

export const sideTextMax = 600;
/** Notices of a certificate begin so long before its end. */
const certificateMs = 30 * msPerDay;

/** Of what each replica heard of a process, what was said last. */
export function newestSides(heard: readonly HeardSide[]): HeardSide[] {
  const newest = new Map<string, HeardSide>();
  for (const side of heard)
    if (side.ageMs < (newest.get(side.source)?.ageMs ?? Number.POSITIVE_INFINITY))
      newest.set(side.source, side);
  return [...newest.values()];
}

/** Certificates that end soon: what each is for, and when it ends. */
export function endingSoon<T extends { readonly endsAtMs: number }>(
  certificates: readonly T[],
  nowMs: number,
): T[] {
  return certificates.filter(({ endsAtMs }) => endsAtMs - nowMs < certificateMs);
}

/** Of the certificates of a process beside the replicas, those that end soon. */
export function certificateConditions(
  owner: string,
  certificates: readonly { readonly of: string; readonly endsAtMs: number }[],
  remedy: string,
): SideCondition[] {
  const ending = endingSoon(certificates, Date.now());
  if (ending.length === 0) return [];
  const ends = ending.map(({ of, endsAtMs }) => `${of} at ${new Date(endsAtMs).toISOString()}`);
  return [{ kind: 'certificateEnding', text: `Certificates of ${owner} end: ${ends.join(', ')}. ${remedy}` }];
}

/** A breaker that is not closed. */
export function breakerConditions(state: BreakerState, what: string, why: string): SideCondition[] {
  if (state === 'closed') return [];
  const because = why === '' ? '' : `: ${why}`;
  return [
    {
      kind: 'breakerOpen',
      text: `${what} failed again and again and is left in peace for a while${because}.`.slice(
        0,
        sideTextMax,
      ),
    },
  ];
}
