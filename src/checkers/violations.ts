/** What checkers say: which of them, and what it saw that must not be. Each must have found a planted bug. */

export const checkerNames = [
  'agreement',
  'durability',
  'sequence',
  'leadership',
  'instances',
  'rosters',
  'members',
  'seals',
  'tokens',
  'spares',
  'preferences',
  'generations',
  'upgrades',
  'witness',
  'votes',
  'exactly-once',
  'requests',
  'quotas',
  'modes',
  'deadlines',
  'keys',
  'positions',
  'mass cancels',
  'invariants',
  'equivalence',
  'divergence',
  'poison',
  'feed',
  'linearizability',
  'liveness',
  'founding',
  'stability',
  'succession',
  'stalls',
  'sites',
  'disconnect',
  'conversation',
  'assertion',
  'strangers',
  'two persons',
  'manual failover',
] as const;
export type CheckerName = (typeof checkerNames)[number];

export interface Violation {
  readonly checker: CheckerName;
  readonly what: string;
}

/** Where a checker reports; the run goes on, so that one defect shows all of its traces. */
export type Report = (checker: CheckerName, what: string) => void;

/** Violations of one run that are kept; a broken run would otherwise report without end. */
const violationsMax = 20;

/** Collects what checkers report. */
export class Violations {
  readonly found: Violation[] = [];
  /** Where it is set, no others are listened to any more. */
  only: ReadonlySet<CheckerName> | undefined;

  readonly report: Report = (checker, what) => {
    const isNew = !this.found.some((known) => known.checker === checker && known.what === what);
    if (this.only?.has(checker) === false) return;
    if (isNew && this.found.length < violationsMax) this.found.push({ checker, what });
  };
}
