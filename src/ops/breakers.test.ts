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

test('a breaker opens where half of the calls of ten seconds failed, and not where fewer did, or too few were made', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_000 });
  const outcomes: Readonly<Record<string, readonly boolean[]>> = {
    'one of four': [true, true, true, false],
    'two of five': [true, true, true, false, false],
    'two of two': [false, false],
    'two of four': [true, true, false, false],
    'three of three': [false, false, false],
  };
  const opens = async (calls: readonly boolean[], apartMs: number): Promise<boolean> => {
    const breakers = new Breakers(['a']);
    for (const isGood of calls) {
      await callOf(breakers, isGood);
      t.mock.timers.tick(apartMs);
    }
    return breakers.stateOf('a') === 'open';
  };
  for (const [name, calls] of Object.entries(outcomes)) {
    const isExpected = name === 'two of four' || name === 'three of three';
    assert.equal(await opens(calls, 100), isExpected, name);
  }
  const good = Array.from({ length: 10 }, () => true);
  const sparse = [false, false, ...good, false];
  assert.equal(await opens(sparse, 1_000), false, 'what failed before these ten seconds counts no more');
  const half = good.flatMap(() => [false, true]);
  assert.equal(await opens([...good, ...good, ...half], 1_000), true, 'nor what succeeded before');
});

test('an open breaker lets no call through for 60 s, then one, and by that one it closes or stays open', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_000 });
  const breakers = new Breakers(['a']);
  for (let n = 0; n < 3; n++) await callOf(breakers, false);
  let made = 0;
  const trial = Promise.withResolvers<string>();
  const call = () =>
    breakers.run('a', 60_000, () => {
      made++;
      return trial.promise;
    });
  t.mock.timers.tick(59_999);
  await assert.rejects(call(), RestingError);
  t.mock.timers.tick(1);
  const tried = call();
  const behind = call();
  assert.deepEqual([made, breakers.stateOf('a')], [1, 'halfOpen'], 'one to try, and those behind it wait');
  trial.reject(new Error('no'));
  await assert.rejects(tried, /no/);
  await assert.rejects(behind, RestingError);
  assert.equal(breakers.stateOf('a'), 'open');
  t.mock.timers.tick(59_999);
  await assert.rejects(call(), RestingError, 'and again for as long');
  t.mock.timers.tick(1);
  await callOf(breakers, true);
  assert.deepEqual([made, breakers.stateOf('a')], [1, 'closed']);
});

test('calls that hang for so long that ten seconds hold one of them open a breaker too, three in a row', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 1_700_000_000_000 });
  const breakers = new Breakers(['a']);
  for (const isGood of [true, false, false]) {
    t.mock.timers.tick(60_000);
    await callOf(breakers, isGood);
  }
  assert.equal(breakers.stateOf('a'), 'open');
});

/** One call, whose outcome the breaker sees. */
async function callOf(breakers: Breakers, isGood: boolean): Promise<void> {
  const call = () => (isGood ? Promise.resolve() : Promise.reject(new Error('no')));
  await breakers.run('a', 60_000, call).catch(() => undefined);
}
