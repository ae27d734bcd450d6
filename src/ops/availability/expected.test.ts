import assert from 'node:assert/strict';
import { test } from 'node:test';
import { availabilityKeys } from '../configuration/availability-keys.ts';
import { yearMs } from './budget.ts';
import { expectation, type MeasuredWaits, unmeasuredMs, waitNames } from './expected.ts';

const noFailures = Object.fromEntries(
  ['process', 'machine', 'network', 'disk', 'power', 'clock', 'operator', 'client'].map((name) => [name, 0]),
);
const waits = Object.fromEntries(
  waitNames.map((name) => [name, { n: 3, p50Ms: 500, maxMs: 1_000 }]),
) as MeasuredWaits;
const three = { voters: 3, hasOtherSite: false };

function settings(failuresInTenYears: Readonly<Record<string, number>>, more: object = {}) {
  return availabilityKeys.completed({
    failuresInTenYears: { ...noFailures, ...failuresInTenYears },
    ...more,
  });
}

test('where nothing fails, the promise holds and nothing is spent', () => {
  const { percent, downMsAYear, holds } = expectation(settings({}), three, waits);
  assert.deepEqual([percent, downMsAYear, holds], [100, 0, true]);
});

test('planned changes cost the longest wait that was measured, each time', () => {
  const { parts, largest } = expectation(settings({ operator: 120 }), three, waits);
  const part = parts.find(({ name }) => name === largest);
  assert.deepEqual([part?.name, part?.downMsAYear], ['planned changes of the leader', 12_000]);
});

test('a wait that was never measured is taken to be long, and said to be so', () => {
  const unknown = { ...waits, operator: { n: 0, p50Ms: 0, maxMs: 0 } };
  const { parts } = expectation(settings({ operator: 10 }), three, unknown);
  const part = parts.find(({ name }) => name.startsWith('planned'));
  assert.equal(part?.downMsAYear, unmeasuredMs);
  assert.match(part.from, /not measured/);
});

test('two of three must be away at once before no majority is left', () => {
  // Each machine is away a tenth of the time.
  const away = settings({ machine: 10 }, { repairMinutes: { machine: 52_560 } });
  const majority = (voters: number) =>
    expectation(away, { voters, hasOtherSite: false }, waits).parts.find(({ name }) =>
      name.startsWith('majority'),
    )!.downMsAYear / yearMs;
  assert.ok(Math.abs(majority(1) - 0.1) < 1e-9);
  assert.ok(Math.abs(majority(3) - 0.028) < 1e-9);
  assert.ok(majority(5) < majority(3));
});

test('a part with others in its place fails as often as the last of them does', () => {
  // Each machine fails once a year, and is away a tenth of the time.
  const away = settings({ machine: 10 }, { repairMinutes: { machine: 52_560 }, gateways: 2 });
  const times = (voters: number, part: string): number =>
    expectation(away, { voters, hasOtherSite: false }, waits).parts.find(({ name }) => name === part)!
      .failuresAYear;
  const majority = 'majority of the replicas';
  assert.equal(times(1, majority), 1);
  // Each of three, while one of the two others is away and the third is not.
  assert.ok(Math.abs(times(3, majority) - 3 * 2 * 0.1 * 0.9) < 1e-9);
  assert.ok(Math.abs(times(3, 'all gateways') - 2 * 0.1) < 1e-9);
});

test('another site takes the power of one out of the sum, but for the promotion', () => {
  const power = settings({ power: 100 });
  const alone = expectation(power, three, waits);
  const two = expectation(power, { ...three, hasOtherSite: true }, waits);
  assert.equal(alone.largest, 'power of the site');
  assert.equal(alone.holds, false);
  assert.ok(two.downMsAYear < alone.downMsAYear / 3);
});
