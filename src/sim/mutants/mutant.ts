/** What a mutant is: a small wrong change of the sources, and the checkers that must find it. */
import type { CheckerName } from '../../checkers/violations.ts';
import type { ProfileName } from '../faults/profiles.ts';

/** One place that is changed. */
export interface Edit {
  /** Below `src`. */
  readonly file: string;
  /** It occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

/** The invariant of docs/ARCHITECTURE.md that is at stake, by its number; or that the exchange goes on at all. */
export type Stake = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 'liveness';

/** One wrong exchange. */
export interface Mutant {
  readonly name: string;
  /** The defect, in one sentence. */
  readonly defect: string;
  readonly edits: readonly Edit[];
  readonly breaks: Stake;
  /** It counts as found when one of these checkers reports; `assertion` is production's own. */
  readonly expected: readonly CheckerName[];
  /** Where it shows soonest; without one, seeds go through all profiles. */
  readonly profile?: ProfileName;
  /** A seed that once showed it, where that took more than a few: it is tried first, and then all from 1 on. */
  readonly knownSeed?: number;
  /** Seeds after which it has survived; {@link seedsMaxDefault} where not given. */
  readonly seedsMax?: number;
}

export const seedsMaxDefault = 144;
