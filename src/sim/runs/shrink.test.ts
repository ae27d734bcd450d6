import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunOptions, RunResult } from './run.ts';
import { shrink } from './shrink.ts';

const options: RunOptions = { seed: 5, profile: 'crash' };

/** A run of ten faults that fails when faults 3 and 7 happen and it lasts long enough. */
function run({ onlyFaults, safetyUs = 1_000_000 }: RunOptions): RunResult {
  const all = Array.from({ length: 10 }, (_, n) => n + 1);
  const numbers = all.filter((number) => onlyFaults?.has(number) ?? true);
  const fails = numbers.includes(3) && numbers.includes(7) && safetyUs >= 400_000;
  return {
    seed: 5,
    profile: 'crash',
    size: 3,
    durability: 'disk',
    virtualSeconds: 1,
    commands: 0,
    acknowledged: 0,
    elections: 0,
    faults: {},
    staged: {},
    struck: numbers.map((number) => ({ number, kind: 'crash', atUs: number })),
    safetyUs,
    stateHash: '',
    violations: fails ? [{ checker: 'agreement', what: 'something' }] : [],
  };
}

test('a failing run keeps only the faults and the time that it needs', () => {
  const shrunk = shrink(options, run(options), run);
  assert.deepEqual([...(shrunk.options.onlyFaults ?? [])], [3, 7]);
  const safetyUs = shrunk.options.safetyUs ?? 0;
  assert.ok(safetyUs >= 400_000 && safetyUs <= 420_000, `${safetyUs} us`);
  assert.equal(
    shrunk.command,
    `npm run sim -- --seed 5 --profile "crash" --faults 3,7 --safety-us ${safetyUs} --trace`,
  );
});

test('a run that fails without any fault is shown to do so', () => {
  const always = (given: RunOptions): RunResult => ({
    ...run(given),
    violations: [{ checker: 'liveness', what: 'nobody serves' }],
  });
  assert.equal(shrink(options, always(options), always).options.onlyFaults?.size, 0);
});
