import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssertionError, assertEqual, assert as assertThat } from './assert.ts';

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
