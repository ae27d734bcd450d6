import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GuardedTarget } from '../backup/targets/guarded.ts';
import { MemoryTarget } from '../backup/testing/memory-target.ts';
import { targetGuard } from './backup-process/targets.ts';
import { Breakers, RestingError } from './breakers.ts';

test('what failed three times is left in peace, and what is beside it goes on', async () => {
  const breakers = new Breakers(['a', 'b']);
  const fail = () => breakers.run('a', 1_000, () => Promise.reject(new Error('no')));
  for (let n = 0; n < 3; n++) await assert.rejects(fail(), /no/);
  assert.equal(breakers.stateOf('a'), 'open');
  await assert.rejects(fail(), RestingError);
  assert.equal(await breakers.run('b', 1_000, () => Promise.resolve(7)), 7);
  assert.equal(breakers.stateOf('b'), 'closed');
});

test('a call that hangs is given up, and counts as failed', async () => {
  const breakers = new Breakers(['a'], { restMs: 60_000, failuresMax: 2 });
  const hang = () => breakers.run('a', 10, () => new Promise(() => undefined));
  for (let n = 0; n < 2; n++) await assert.rejects(hang(), /a does not end within 0\.01 s/);
  await assert.rejects(hang(), /failed again and again and is left in peace for 60 s/);
});

test('after the rest one call is tried, and closes the breaker where it succeeds', async () => {
  const breakers = new Breakers(['a'], { restMs: 1, failuresMax: 1 });
  await assert.rejects(breakers.run('a', 1_000, () => Promise.reject(new Error('no'))));
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(await breakers.run('a', 1_000, () => Promise.resolve('yes')), 'yes');
  assert.equal(breakers.stateOf('a'), 'closed');
});

test('a store of backups that hangs is asked no more after three times', async () => {
  const hanging = new MemoryTarget();
  let asked = 0;
  hanging.list = () => {
    asked++;
    return new Promise(() => undefined);
  };
  const guard = targetGuard('store');
  const target = new GuardedTarget(hanging, { ...guard, waitMs: 10 });
  for (let n = 0; n < 3; n++) await assert.rejects(target.list(''), /store does not end within/);
  assert.equal(guard.state(), 'open');
  await assert.rejects(target.list(''), /is left in peace for 10 s/);
  assert.equal(asked, 3);
});
