import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginningOf, instanceNumber } from './foundation.ts';

const minuteUs = 60_000_000;

test('an instance says in which minute it began', () => {
  const minutes = {
    '1970-01-01 00:00 UTC': 0,
    '2000-02-29 23:59 UTC': 15_864_479,
    '2026-11-29 09:05 UTC': 29_932_385,
    '2100-03-01 00:00 UTC': 68_459_040,
  };
  for (const [text, minute] of Object.entries(minutes)) {
    for (const wallUs of [minute * minuteUs, (minute + 1) * minuteUs - 1]) {
      for (const chance of [1, 2 ** 32 - 1]) {
        const instance = instanceNumber(wallUs, chance);
        assert.ok(Number.isSafeInteger(instance) && instance > 0);
        assert.equal(beginningOf(instance), text);
      }
    }
  }
});

test('two instances that begin in one minute differ, and none is 0', () => {
  assert.notEqual(instanceNumber(29_932_385 * minuteUs, 1), instanceNumber(29_932_385 * minuteUs, 2));
  assert.notEqual(instanceNumber(0, 0), 0);
});
