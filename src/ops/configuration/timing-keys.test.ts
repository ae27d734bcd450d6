import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfiguration } from './reading.ts';

const wrong: readonly (readonly [object, string])[] = [
  [
    { timing: { electionTimeoutMs: 99 } },
    'timing.electionTimeoutMsMin: 100 is longer than timing.electionTimeoutMs; allowed: up to 99',
  ],
  [
    { timing: { electionTimeoutMs: 5_000, spareAfterMs: 4_999 } },
    'timing.spareAfterMs: 4999 is shorter than timing.electionTimeoutMs; allowed: from 5000',
  ],
  [
    { timing: { electionTimeoutMs: 100, heartbeatMs: 34 } },
    'timing.heartbeatMs: 34 is too long for timing.electionTimeoutMsMin 100; allowed: up to 33, so that 3 heartbeats fit',
  ],
];

test('times that contradict each other are refused, with the time that is allowed', () => {
  for (const [json, problem] of wrong) assert.deepEqual(readConfiguration(json).problems, [problem]);
});
