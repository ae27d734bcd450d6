import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode } from '../protocol/codes.ts';
import { outcome } from '../protocol/events.ts';
import { randomRecord } from '../protocol/testing/random-records.ts';
import { Random } from '../std/random.ts';
import { type Outcome, readEvent, readOutcome } from './words.ts';

test('an outcome reads as a loop over its fields does', () => {
  const random = new Random(4);
  for (let n = 0; n < 1_000; n++) {
    const view = new DataView(randomRecord(random, outcome).buffer);
    const { ok, text, status, refusedBy: _, ...read } = readOutcome(view, 0);
    const looped = readEvent(view, 0) as unknown as Outcome & { readonly orderStatus: string };
    for (const name of Object.keys(read) as (keyof typeof read)[])
      assert.deepEqual(read[name], looped[name], `${name} of record ${n}`);
    assert.equal(status, looped.orderStatus);
    assert.equal(ok, looped.code === 'ok');
    assert.notEqual(text, '');
    if (looped.code in OutcomeCode) assert.doesNotMatch(text, /unknown code/);
  }
});
