/** Which mutants each checker of the simulator has found: each must have found one. */
import { checkerNames } from '../../checkers/violations.ts';
import type { MutantResult } from './round.ts';

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
