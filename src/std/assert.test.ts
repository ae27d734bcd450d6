import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AssertionError,
  assertAbove,
  assertAtLeast,
  assertAtMost,
  assertBelow,
  assertEqual,
  assert as assertThat,
} from './assert.ts';

test('a failed assertion names what was and what should be', () => {
  assertThat(true, () => assert.fail('a message is made only for a failure'));
  assertEqual(3, 3, 'orders are counted');
  assert.throws(() => assertThat(false, () => `2 of ${1}`), new AssertionError('2 of 1'));
  assert.throws(() => assertThat(false, 'never'), new AssertionError('never'));
  assert.throws(
    () => assertEqual(2, 3, 'orders are counted'),
    new AssertionError('orders are counted: 2 is not 3'),
  );
});

test('a bound that is broken is named with what was', () => {
  for (const [assertBound, good, bad, words] of [
    [assertAtMost, [3], [4, Number.NaN], 'is not at most 3'],
    [assertAtLeast, [3], [2, Number.NaN], 'is not at least 3'],
    [assertBelow, [2], [3, Number.NaN], 'is not below 3'],
    [assertAbove, [4], [3, Number.NaN], 'is not above 3'],
  ] as const) {
    for (const value of good) assertBound(value, 3, 'orders');
    for (const value of bad)
      assert.throws(() => assertBound(value, 3, 'orders'), new AssertionError(`orders: ${value} ${words}`));
  }
});
