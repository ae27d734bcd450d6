import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { RoleEvent } from '../configuration/event-kinds.ts';
import { type RoleCommand, RoleHook } from './role-hooks.ts';

interface Run {
  readonly event: RoleEvent;
  readonly term: number;
  readonly signal: AbortSignal;
  succeed(): void;
  fail(error: Error): void;
}

/** A command whose runs end as the test says, or when they are ended. */
function commandOf(timeoutMs: number, random = 1) {
  const runs: Run[] = [];
  const warnings: string[] = [];
  const command: RoleCommand = {
    name: 'address',
    timeoutMs,
    run: (event, term, signal) => {
      const { promise, resolve: succeed, reject: fail } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => fail(new Error('it is ended by SIGKILL')), { once: true });
      runs.push({ event, term, signal, succeed, fail });
      return promise;
    },
  };
  const hook = new RoleHook(
    command,
    (text) => warnings.push(text),
    () => random,
  );
  const stepAt = async (steadyMs: number): Promise<void> => {
    await turn();
    await turn();
    hook.step(steadyMs);
  };
  return { hook, runs, warnings, stepAt };
}

test('a role is given to the command once, and the next role after it', async () => {
  const { hook, runs, stepAt } = commandOf(60_000);
  await stepAt(0);
  assert.equal(runs.length, 0, 'no role is known yet');
  hook.changed('becomeFollower', 1);
  await stepAt(1);
  runs[0]!.succeed();
  await stepAt(2);
  hook.changed('becomeLeader', 2);
  await stepAt(3);
  runs[1]!.succeed();
  await stepAt(100_000);
  assert.deepEqual(
    runs.map(({ event, term }) => [event, term]),
    [
      ['becomeFollower', 1],
      ['becomeLeader', 2],
    ],
  );
});

test('one at a time, and of the roles that came while it ran the newest alone', async () => {
  const { hook, runs, warnings, stepAt } = commandOf(60_000);
  hook.changed('becomeLeader', 2);
  await stepAt(0);
  hook.changed('becomeFollower', 3);
  await stepAt(1);
  hook.changed('becomeLeader', 4);
  await stepAt(2);
  assert.equal(runs.length, 1);
  runs[0]!.fail(new Error('no'));
  await stepAt(3);
  assert.deepEqual(
    runs.map(({ event, term }) => [event, term]),
    [
      ['becomeLeader', 2],
      ['becomeLeader', 4],
    ],
  );
  assert.deepEqual(warnings, [], 'a role that is over is not run again, whatever became of it');
});

test('a command that fails is run again, later each time by chance, until it succeeds, and that is said once', async () => {
  for (const [random, waits] of [
    [1, [500, 1_000, 2_000]],
    [0, [250, 500, 1_000]],
  ] as const) {
    const { hook, runs, warnings, stepAt } = commandOf(60_000, random);
    hook.changed('becomeLeader', 2);
    let atMs = 10_000;
    await stepAt(atMs);
    for (const [n, waitMs] of waits.entries()) {
      assert.equal(runs.length, n + 1);
      runs[n]!.fail(new Error('no route'));
      await stepAt(atMs + waitMs - 1);
      assert.equal(runs.length, n + 1, `after attempt ${n + 1} it waits ${waitMs} ms`);
      atMs += waitMs;
      await stepAt(atMs);
    }
    assert.equal(runs.length, 4);
    runs[3]!.succeed();
    await stepAt(atMs + 100_000);
    assert.equal(runs.length, 4);
    assert.deepEqual(warnings, ['the command address fails for becomeLeader: no route; it is tried again']);
  }
});

test('a command that does not end in its time is ended, and run again', { timeout: 60_000 }, async () => {
  const { hook, runs, warnings, stepAt } = commandOf(10);
  hook.changed('becomeFollower', 2);
  await stepAt(0);
  // The signal of a time-out keeps no process.
  const keep = setInterval(() => undefined, 1_000);
  await new Promise((resolve) => runs[0]!.signal.addEventListener('abort', resolve, { once: true }));
  clearInterval(keep);
  await stepAt(500);
  assert.equal(runs.length, 2);
  assert.match(warnings[0]!, /address fails for becomeFollower: it does not end within 0\.01 s/);
});

test('a process that ends ends what runs, and says nothing of it', async () => {
  const { hook, runs, warnings, stepAt } = commandOf(60_000);
  hook.changed('becomeLeader', 2);
  await stepAt(0);
  hook.end();
  assert.equal(runs[0]!.signal.aborted, true);
  await stepAt(100_000);
  assert.deepEqual([runs.length, warnings.length], [1, 0]);
});
