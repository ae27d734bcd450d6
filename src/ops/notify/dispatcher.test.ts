/** When a notice that a hook did not take is sent again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { msPerHour } from '../../std/units.ts';
import { Breakers } from '../breakers.ts';
import { Dispatcher } from './dispatcher.ts';
import { NoticeLedger } from './ledger.ts';

/** A hook that refuses everything, and one notice for it. */
function refusing() {
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
  let nowMs = 0;
  const hook = {
    ...{ name: 'page', on: ['all'], timeoutMs: 1_000 },
    deliver: () => {
      attempts.push(nowMs);
      return Promise.reject(new Error('no'));
    },
  };
  const settings = { giveUpMs: 1e12, random: () => 1, warn: () => undefined };
  const dispatcher = new Dispatcher(ledger, [hook], new Breakers(['page']), settings);
  const stepAt = async (atMs: number): Promise<void> => {
    nowMs = atMs;
    dispatcher.step(atMs, () => true);
    await turn();
    await turn();
  };
  return { attempts, stepAt };
}

test('a notice that a hook refused waits longer each time, and a clock that was set back holds it up no longer', async () => {
  const { attempts, stepAt } = refusing();
  for (const atMs of [msPerHour, msPerHour + 900, msPerHour + 1_000, msPerHour + 2_900]) await stepAt(atMs);
  assert.deepEqual(attempts, [msPerHour, msPerHour + 1_000]);
  await stepAt(1_000);
  assert.deepEqual(attempts.at(-1), 1_000);
});
