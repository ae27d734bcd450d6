/**
 * Makes a failing run shorter: fewer faults, then less time under faults, as long as it still fails. Each fault draws
 * from its own randomness, so that leaving one out leaves the others what they were.
 */
import { type RunOptions, type RunResult, runSeed } from './run.ts';

/** Runs that shrinking may take. */
const runsMax = 60;

export interface Shrunk {
  readonly options: RunOptions;
  readonly result: RunResult;
  /** The arguments that run it again. */
  readonly command: string;
}

/** `run` is given from outside so that the search can be tested by itself. */
export function shrink(
  options: RunOptions,
  first: RunResult,
  run: (options: RunOptions) => RunResult = runSeed,
): Shrunk {
  let best = { options, result: first };
  let runsLeft = runsMax;
  const attempt = (changed: Partial<RunOptions>): boolean => {
    if (runsLeft === 0) return false;
    runsLeft -= 1;
    const tried = { ...best.options, ...changed };
    const result = run(tried);
    if (result.violations.length === 0) return false;
    best = { options: tried, result };
    return true;
  };

  // The last fault that is needed, by bisection; then every one before it that is not.
  let numbers = first.struck.map(({ number }) => number);
  let enough = numbers.length;
  for (let low = 0; low < enough; ) {
    const middle = (low + enough) >> 1;
    if (attempt({ onlyFaults: new Set(numbers.slice(0, middle)) })) enough = middle;
    else low = middle + 1;
  }
  numbers = numbers.slice(0, enough);
  for (const number of numbers) {
    const fewer = [...numbers].filter((each) => each !== number);
    if (attempt({ onlyFaults: new Set(fewer) })) numbers = fewer;
  }

  // The shortest time under faults, by bisection.
  let longUs = first.safetyUs;
  for (let shortUs = 0; longUs - shortUs > first.safetyUs / 50; ) {
    const middleUs = Math.floor((shortUs + longUs) / 2);
    if (attempt({ safetyUs: middleUs })) longUs = middleUs;
    else shortUs = middleUs;
  }
  return { ...best, command: commandOf(best.options) };
}

/** What runs these options again, with everything that happens. */
export function commandOf({ seed, profile, onlyFaults, safetyUs }: RunOptions): string {
  const parts = [`npm run sim -- --seed ${seed}`];
  if (profile !== undefined) parts.push(`--profile "${profile}"`);
  if (onlyFaults !== undefined) parts.push(`--faults ${[...onlyFaults].join(',') || 'none'}`);
  if (safetyUs !== undefined) parts.push(`--safety-us ${safetyUs}`);
  return `${parts.join(' ')} --trace`;
}
