import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryTarget } from '../testing/memory-target.ts';
import { GuardedTarget, type TargetGuard } from './guarded.ts';
import { TakenError } from './target.ts';

/** Notes how long each call may take, and what its breaker would count as failed. */
function noting(): TargetGuard & { readonly within: number[]; failed: number } {
  const guard = {
    waitMs: 20,
    waitMsPerMegabyte: 5,
    within: [] as number[],
    failed: 0,
    run: async <T>(withinMs: number, call: () => Promise<T>): Promise<T> => {
      guard.within.push(withinMs);
      try {
        return await call();
      } catch (error) {
        guard.failed++;
        throw error;
      }
    },
  };
  return guard;
}

test('each call of a target passes its guard, and may take longer for more bytes', async () => {
  const guard = noting();
  const target = new GuardedTarget(new MemoryTarget(), guard);
  await target.put('a', new Uint8Array([1]));
  await target.replace('a', new Uint8Array(1_048_577));
  assert.deepEqual((await target.get('a'))!.length, 1_048_577);
  await target.remove('a');
  assert.deepEqual(await target.list(''), []);
  assert.deepEqual(guard.within, [25, 30, 20, 20, 20]);
});

test('a name that is taken is an answer, and no failure of the target', async () => {
  const guard = noting();
  const target = new GuardedTarget(new MemoryTarget(), guard);
  await target.put('a', new Uint8Array(1));
  for (let n = 0; n < 5; n++) await assert.rejects(target.put('a', new Uint8Array(2)), TakenError);
  assert.equal(guard.failed, 0);
});

test('the errors of a target are told in its own words', async () => {
  const memory = new MemoryTarget();
  const guard = noting();
  memory.refusal = 'it is full';
  await assert.rejects(new GuardedTarget(memory, guard).put('b', new Uint8Array(1)), /it is full/);
  assert.equal(guard.failed, 1);
});
