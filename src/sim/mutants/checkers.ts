/** Every checker of the simulator, by the name under which it reports: each must have found a mutant. */
import type { MutantResult } from './round.ts';

export const checkerNames = [
  'agreement',
  'rosters',
  'members',
  'seals',
  'preferences',
  'tokens',
  'spares',
  'generations',
  'upgrades',
  'sites',
  'poison',
  'durability',
  'sequence',
  'leadership',
  'votes',
  'exactly-once',
  'requests',
  'quotas',
  'modes',
  'deadlines',
  'keys',
  'two persons',
  'positions',
  'invariants',
  'equivalence',
  'feed',
  'linearizability',
  'conversation',
  'liveness',
  'stability',
  'succession',
  'stalls',
  'disconnect',
  'divergence',
  'strangers',
  'manual failover',
  'assertion',
] as const;

/** The mutants that each checker has reported, whether it was expected to or not. */
function findersOf(results: readonly MutantResult[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    checkerNames.map((checker) => [
      checker,
      results
        .filter(({ finding }) => finding?.checkers.includes(checker) === true)
        .map(({ mutant }) => mutant.name),
    ]),
  );
}

/** Checkers that have found nothing: no mutant shows that they can. */
export function idleCheckers(results: readonly MutantResult[]): string[] {
  return [...findersOf(results)].filter(([, names]) => names.length === 0).map(([checker]) => checker);
}
