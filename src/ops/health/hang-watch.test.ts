import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { applyingAt, isCertainAt, markName } from '../../replica/mark/apply-mark.ts';
import {
  type CoreSample,
  commandMsMax,
  type Hang,
  HangWatch,
  longWorkMsMax,
  lookMs,
  MarkPage,
  type ThreadTimes,
  threadTimes,
} from './hang-watch.ts';

const electionTimeoutMs = 400;
const still: Omit<CoreSample, 'atMs'> = {
  cycles: 5,
  seq: 0,
  longWork: { isUnderWay: false, begun: 0 },
  thread: { spentMs: 100, turns: 7, isBlocked: false, isAtDisk: false },
};

/** The first hang that a watch sees of what the core shows at each look, and when. */
function watched(
  lookAt: (look: number) => Partial<Omit<CoreSample, 'thread'>> & { readonly thread?: Partial<ThreadTimes> },
  looks = 2_000,
): (Hang & { readonly look: number }) | undefined {
  const watch = new HangWatch(electionTimeoutMs);
  for (let look = 0; look < looks; look++) {
    const { thread, ...seen } = lookAt(look);
    const sample = { ...still, atMs: look * lookMs, ...seen, thread: { ...still.thread, ...thread } };
    const hang = watch.sample(sample);
    if (hang !== undefined) return { ...hang, look };
  }
  return undefined;
}

test('a core hangs that spends an election time-out of processor time in one cycle', () => {
  const hang = watched((look) => ({ thread: { spentMs: look * 50 } }));
  assert.deepEqual(hang, { kind: 'spins', ms: 400, seq: 0, look: 8 });
});

test('a core hangs that waits in one call of the system for two election time-outs', () => {
  const hang = watched(() => ({ thread: { isBlocked: true } }));
  assert.deepEqual(hang, { kind: 'waits', ms: 800, seq: 0, look: 16 });
});

test('a core that waits for the disk has longer, as others may keep that busy', () => {
  const hang = watched(() => ({ thread: { isBlocked: true, isAtDisk: true } }));
  assert.deepEqual(hang, { kind: 'waits', ms: 2_000, seq: 0, look: 40 });
});

test('a command that hangs is named, and may take longer', () => {
  const hang = watched((look) => ({ seq: 17, thread: { spentMs: look * 50 } }));
  assert.deepEqual(hang, { kind: 'spins', ms: commandMsMax, seq: 17, look: 20 });
});

test('a core that is starved, goes on, or was not given a turn hangs in nothing', () => {
  assert.equal(
    watched(() => ({})),
    undefined,
    'it waits for a processor',
  );
  const busy = { spentMs: 1_000_000 };
  assert.equal(
    watched((look) => ({ cycles: look + 1, thread: { spentMs: look * 50 } })),
    undefined,
    'its cycle turns',
  );
  assert.equal(
    watched((look) => ({ cycles: 0, thread: { spentMs: look * 50 } })),
    undefined,
    'it reads its journal',
  );
  assert.equal(
    watched((look) => ({ seq: look, thread: { spentMs: look * 50 } })),
    undefined,
    'it goes from command to command',
  );
  assert.equal(
    watched((look) => ({ thread: { isBlocked: true, turns: look } })),
    undefined,
    'many short waits, as for pages of memory',
  );
  assert.equal(
    watched((look) => ({ thread: { isBlocked: look % 8 !== 0 } })),
    undefined,
    'a wait that ended',
  );
  assert.equal(
    watched((look) => ({ thread: look === 0 ? {} : busy, cycles: look + 1 })),
    undefined,
    'what it spent before counts for nothing',
  );
});

test('failure 18: a pause of the whole process is no hang', () => {
  assert.equal(
    watched((look) => ({ atMs: look * 10_000, cycles: 5 + (look >> 2), thread: { isBlocked: true } })),
    undefined,
  );
});

test('a long work may take long, and has its time for itself', () => {
  const longWork = { isUnderWay: true, begun: 1 };
  const hang = watched((look) => ({ longWork, thread: { spentMs: look * 50 } }));
  assert.equal(hang?.ms, longWorkMsMax);
  const after = watched((look) => ({
    longWork: { isUnderWay: look < 100, begun: 1 },
    thread: { spentMs: Math.min(look, 102) * 50 },
  }));
  assert.equal(after, undefined, 'the cycle that it was a part of goes on for a while');
});

test('the page in the folder says which command is in work, and keeps that it hangs', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-mark-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const page = new MarkPage(folder);
  t.after(() => page.close());
  assert.equal(page.applying(), 0, 'there is no page');
  page.noteHang();
  const numbers = new Float64Array(512);
  numbers[applyingAt] = 17;
  writeFileSync(join(folder, markName), new Uint8Array(numbers.buffer));
  assert.equal(page.applying(), 17);
  page.noteHang();
  const kept = new Uint8Array(readFileSync(join(folder, markName)));
  assert.equal(new Float64Array(kept.buffer)[isCertainAt], 1);
  assert.equal(new Float64Array(kept.buffer)[applyingAt], 17);
});

test('the system says of a thread whether it works or waits', async (t) => {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const code = `
    const { readlinkSync } = require('node:fs');
    const words = require('node:worker_threads').workerData;
    Atomics.store(words, 0, Number(readlinkSync('/proc/thread-self').split('/').at(-1)));
    Atomics.wait(words, 1, 0);
    while (Atomics.load(words, 1) === 1);
  `;
  const worker = new Worker(code, { eval: true, workerData: words });
  t.after(() => worker.terminate());
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await nextTurn();
  };
  await until(() => Atomics.load(words, 0) !== 0);
  const times = (): ThreadTimes => threadTimes(Atomics.load(words, 0));
  await until(() => times().isBlocked);
  const waiting = times();
  await nextTurn();
  assert.deepEqual(times(), waiting, 'one that waits has no turn and spends nothing');
  Atomics.store(words, 1, 1);
  Atomics.notify(words, 1);
  await until(() => times().spentMs >= waiting.spentMs + 20);
  assert.equal(times().isBlocked, false);
  assert.ok(times().turns > waiting.turns);
  Atomics.store(words, 1, 2);
  assert.deepEqual(threadTimes(0), { spentMs: 0, turns: 0, isBlocked: false, isAtDisk: false });
});
