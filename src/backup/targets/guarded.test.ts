import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryTarget } from '../testing/memory-target.ts';
import { GuardedTarget } from './guarded.ts';
import { TakenError } from './target.ts';

const settings = { waitMs: 20, waitMsPerMegabyte: 1, failuresMax: 2, restMs: 60_000 };

test('a target that hangs is given up, and left in peace after some failures', async () => {
  const hanging = new MemoryTarget();
  let asked = 0;
  hanging.list = () => {
    asked += 1;
    return new Promise(() => undefined);
  };
  const target = new GuardedTarget(hanging, settings);
  for (let n = 0; n < 2; n++) await assert.rejects(target.list(''), /does not answer within 0\.02 s/);
  assert.equal(target.isResting, true);
  await assert.rejects(target.list(''), /failed 2 times in a row and is not asked for 60 s/);
  assert.equal(asked, 2);
});

test('a name that is taken is an answer, and no failure of the target', async () => {
  const target = new GuardedTarget(new MemoryTarget(), settings);
  await target.put('a', new Uint8Array(1));
  for (let n = 0; n < 5; n++) await assert.rejects(target.put('a', new Uint8Array(2)), TakenError);
  assert.equal(target.isResting, false);
});

test('what a target answers passes, and its errors in its own words', async () => {
  const memory = new MemoryTarget();
  const target = new GuardedTarget(memory, settings);
  await target.put('a', new Uint8Array([1]));
  await target.replace('a', new Uint8Array([2]));
  assert.deepEqual(await target.get('a'), new Uint8Array([2]));
  await target.remove('a');
  assert.deepEqual(await target.list(''), []);
  memory.refusal = 'it is full';
  await assert.rejects(target.put('b', new Uint8Array(1)), /it is full/);
});
