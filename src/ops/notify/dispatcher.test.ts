/** When a notice that a hook did not take is sent again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { msPerHour } from '../../std/units.ts';
import { Breakers } from '../breakers.ts';
import { Dispatcher } from './dispatcher.ts';
import { NoticeLedger } from './ledger.ts';

/** A hook that refuses everything, or never answers, and one notice for it. */
function refusing({ random = 1, timeoutMs = 1_000, hangs = false } = {}) {
  const ledger = new NoticeLedger();
  const text = 'A test.';
  const seen = {
    kind: 'test',
    subject: '',
    state: 'happens',
    value: '',
    text,
    severity: 'info',
    facts: {},
  } as const;
  ledger.add(seen, { cluster: '1-a', reporter: 1, atMs: 1, hooks: ['page'] });
  const attempts: number[] = [];
  const signals: AbortSignal[] = [];
  let nowMs = 0;
  const hook = {
    ...{ name: 'page', on: ['all'], timeoutMs },
    deliver: (_: unknown, signal: AbortSignal) => {
      attempts.push(nowMs);
      signals.push(signal);
      return hangs ? new Promise<never>(() => undefined) : Promise.reject(new Error('no'));
    },
  };
  const settings = { giveUpMs: 1e12, random: () => random, warn: () => undefined };
  const dispatcher = new Dispatcher(ledger, [hook], new Breakers(['page']), settings);
  const stepAt = async (atMs: number): Promise<void> => {
    nowMs = atMs;
    dispatcher.step(atMs, () => true);
    await turn();
    await turn();
  };
  return { attempts, signals, stepAt, dispatcher };
}

test('a notice that a hook refused waits longer each time, and a clock that was set back holds it up no longer', async () => {
  const { attempts, stepAt } = refusing();
  for (const atMs of [msPerHour, msPerHour + 900, msPerHour + 1_000, msPerHour + 2_900]) await stepAt(atMs);
  assert.deepEqual(attempts, [msPerHour, msPerHour + 1_000]);
  await stepAt(1_000);
  assert.deepEqual(attempts.at(-1), 1_000);
});

test('how long it waits is by chance, so that replicas and hooks do not all come back at once', async () => {
  for (const [random, waitMs] of [
    [0, 500],
    [0.5, 750],
    [1, 1_000],
  ] as const) {
    const { attempts, stepAt } = refusing({ random });
    for (const atMs of [0, waitMs - 1, waitMs]) await stepAt(msPerHour + atMs);
    assert.deepEqual(attempts, [msPerHour, msPerHour + waitMs], `with ${random}`);
  }
});

test('a hook that does not answer in its own time is given up, and tried again', {
  timeout: 60_000,
}, async () => {
  const { attempts, signals, stepAt, dispatcher } = refusing({ hangs: true, timeoutMs: 10 });
  await stepAt(msPerHour);
  while (dispatcher.standing()[0]!.failed === 0) await sleep(5);
  assert.equal(signals[0]!.aborted, true, 'it is told to end');
  assert.match(dispatcher.standing()[0]!.error, /^page does not end within 0\.01 s$/);
  await stepAt(msPerHour + 1_000);
  assert.deepEqual(attempts, [msPerHour, msPerHour + 1_000]);
  dispatcher.end();
});
