import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beginningOf, instanceNumber } from './foundation.ts';

const secondUs = 1_000_000;

test('an instance says in which second it began', () => {
  const seconds = {
    '1970-01-01 00:00:00 UTC': 0,
    '2000-02-29 23:59:59 UTC': 951_868_799,
    '2026-11-29 09:05:07 UTC': 1_795_943_107,
    '2100-03-01 00:00:00 UTC': 4_107_542_400,
  };
  for (const [text, second] of Object.entries(seconds)) {
    for (const wallUs of [second * secondUs, (second + 1) * secondUs - 1]) {
      for (const chance of [1, 2 ** 32 - 1]) {
        const instance = instanceNumber(wallUs, chance);
        assert.ok(Number.isSafeInteger(instance) && instance > 0);
        assert.equal(beginningOf(instance), text);
      }
    }
  }
});

test('two instances that begin in one second differ, and none is 0', () => {
  assert.notEqual(instanceNumber(1_795_943_107 * secondUs, 1), instanceNumber(1_795_943_107 * secondUs, 2));
  assert.notEqual(instanceNumber(0, 0), 0);
});
