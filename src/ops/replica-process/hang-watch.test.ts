import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { applyingAt, isCertainAt, markName } from '../../replica/mark/apply-mark.ts';
import { commandMsMax, HangWatch, MarkPage, threadMs } from './hang-watch.ts';

test('a command hangs that stays in work while the core spends processor time on it', () => {
  const watch = new HangWatch();
  assert.equal(watch.sample({ cycles: 5, seq: 17, spentMs: 100 }), 0);
  assert.equal(watch.sample({ cycles: 5, seq: 17, spentMs: 100 + commandMsMax - 1 }), 0);
  assert.equal(watch.sample({ cycles: 5, seq: 17, spentMs: 100 + commandMsMax }), 17);
});

test('a core that is starved, goes from command to command, or has none in work hangs in none', () => {
  const starved = new HangWatch();
  for (let n = 0; n < 1_000; n++) assert.equal(starved.sample({ cycles: 5, seq: 17, spentMs: 100 }), 0);
  const busy = new HangWatch();
  for (let n = 1; n < 100; n++) assert.equal(busy.sample({ cycles: 5, seq: n, spentMs: n * 1_000 }), 0);
  const cycling = new HangWatch();
  for (let n = 1; n < 100; n++) assert.equal(cycling.sample({ cycles: n, seq: 17, spentMs: n * 1_000 }), 0);
  const idle = new HangWatch();
  for (let n = 1; n < 100; n++) assert.equal(idle.sample({ cycles: 5, seq: 0, spentMs: n * 1_000 }), 0);
});

test('the page in the folder says which command is in work, and keeps that it hangs', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-mark-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const page = new MarkPage(folder);
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

test('the processor time of a thread grows while it works', () => {
  const threadId = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  const before = threadMs(threadId);
  while (threadMs(threadId) - before < 5);
  assert.ok(threadMs(threadId) > before);
  assert.equal(threadMs(0), 0);
});
