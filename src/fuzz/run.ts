/** Runs the cases of one fuzzer: each has a seed of its own, so that the one that fails can be repeated alone. */
import { Random } from '../std/random.ts';
import type { Fuzzer } from '../std/testing/fuzzing.ts';

export interface FuzzOptions {
  /** Of the first case; each further one has the next number. */
  readonly seed: number;
  readonly casesMax: number;
  /** No case begins after so long. */
  readonly millisecondsMax?: number;
  /** Hears the number of each case before it begins: 0, 1, 2 … */
  readonly onCase?: (iteration: number) => void;
}

export interface FuzzResult {
  readonly name: string;
  /** Cases that ran, the one that failed included. */
  readonly iterations: number;
  readonly seconds: number;
  readonly failure?: RunFailure;
}

export interface RunFailure {
  /** Of the case that failed. */
  readonly seed: number;
  /** Number of the case in its run, from 0. */
  readonly iteration: number;
  readonly text: string;
}

/** Runs until a case fails, or until the bounds are reached. */
export async function runCases(fuzzer: Fuzzer, options: FuzzOptions): Promise<FuzzResult> {
  const { seed, casesMax, millisecondsMax = Number.POSITIVE_INFINITY, onCase } = options;
  const startedMs = performance.now();
  const result = (iterations: number): FuzzResult => {
    return { name: fuzzer.name, iterations, seconds: secondsSince(startedMs) };
  };
  let iteration = 0;
  try {
    for (; iteration < casesMax && performance.now() - startedMs < millisecondsMax; iteration++) {
      onCase?.(iteration);
      await fuzzer.run(new Random(seed + iteration));
    }
    return result(iteration);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...result(iteration + 1), failure: { seed: seed + iteration, iteration, text } };
  } finally {
    await fuzzer.close?.();
  }
}

/** In tenths. */
export function secondsSince(startedMs: number): number {
  return Math.round((performance.now() - startedMs) / 100) / 10;
}
