/** Two sites of one exchange, with commands that end processes at one of them or at both. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runTwoSites } from './two-sites.ts';

/**
 * Each showed something once: a void of another history was taken, a replica had no way back, a site did not open, a
 * command was voided behind the end of its site, or the judge took what a lost site had for what the promoted one has.
 */
const seeds = [
  { seed: 13_100_261, isLeased: true },
  { seed: 13_100_203, isLeased: true },
  { seed: 13_101_076, isLeased: true },
  { seed: 14_100_035, isLeased: true },
  { seed: 13_100_716, isLeased: false },
  { seed: 13_101_568, isLeased: false },
  { seed: 15_100_501, isLeased: false },
  { seed: 13_101_620, isLeased: false },
];

test('failure 20: what the writing site voids is voided at the other one, or that does not open', () => {
  let late = 0;
  for (const { seed, isLeased } of seeds) {
    const found: string[] = [];
    const counts = runTwoSites({ seed, isLeased, sink: undefined }, (checker, what) => {
      found.push(`${checker}: ${what}`);
    });
    assert.deepEqual(found, [], `seed ${seed}`);
    late += counts['void after the command'] ?? 0;
  }
  assert.ok(late > 0, 'some standby had applied what was voided');
});
