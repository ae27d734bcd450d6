import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSeed } from './run.ts';

test('one that gets its vote while a replica is cut off may lead in its place', () => {
  const { violations } = runSeed({
    seed: 9_815_001,
    profile: 'witness members',
    safetyUs: 500_000,
    trialsApart: 20,
  });
  assert.deepEqual(violations, []);
});
