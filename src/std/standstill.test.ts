import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Standstill } from './standstill.ts';

test('what passed before callers could come is no standstill', () => {
  const watch = new Standstill(0);
  watch.turned(5_000);
  watch.begin(5_100);
  assert.equal(watch.waitedMsMax(5_200), 0);
  assert.equal(watch.waitedMsMax(7_200), 2_000);
});

test('what is read after a standstill may have waited, until all that came meanwhile was read', () => {
  const watch = new Standstill(0);
  for (let nowMs = 100; nowMs <= 5_000; nowMs += 100) {
    watch.turned(nowMs);
    assert.equal(watch.waitedMsMax(nowMs), 0);
  }
  assert.equal(watch.waitedMsMax(8_000), 3_000, 'also where it is asked for before anything else turned');
  watch.turned(8_100);
  assert.equal(watch.waitedMsMax(8_900), 3_000);
  assert.equal(watch.waitedMsMax(9_000), 0);
  watch.turned(9_900);
  assert.equal(watch.waitedMsMax(10_500), 0, 'a slow turn is no standstill');
});
