import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alignUp, getU53, isU53, powerOfTwoAtLeast, setU53, WORD } from './integers.ts';

test('safe integers survive a round trip, and anything above is told apart', () => {
  const view = new DataView(new ArrayBuffer(16));
  for (const value of [0, 1, WORD - 1, WORD, WORD + 7, 2 ** 52, Number.MAX_SAFE_INTEGER]) {
    setU53(view, 8, value);
    assert.equal(getU53(view, 8), value);
    assert.equal(isU53(view, 8), true);
  }
  view.setBigUint64(8, 2n ** 53n, true);
  assert.equal(isU53(view, 8), false);
});

test('alignment and powers of two round up and keep what fits', () => {
  assert.deepEqual(
    [0, 1, 7, 8, 9].map((n) => alignUp(n, 8)),
    [0, 8, 8, 8, 16],
  );
  assert.deepEqual([1, 2, 3, 1000, 1024].map(powerOfTwoAtLeast), [1, 2, 4, 1024, 1024]);
});
