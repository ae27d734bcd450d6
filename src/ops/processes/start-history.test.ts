import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartHistory } from './start-history.ts';

const noonMs = 1_700_000_000_000;

function fileOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-starts-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'starts.json');
}

const quiet = (): void => undefined;

/** A process that starts then and is killed once that is written. */
async function killed(file: string, atMs: number): Promise<StartHistory> {
  const history = new StartHistory(file, quiet, atMs);
  const written = (): boolean => {
    try {
      return (JSON.parse(readFileSync(file, 'utf8')) as number[]).at(-1) === atMs;
    } catch {
      return false;
    }
  };
  while (!written()) await sleep(1);
  return history;
}

test('five starts within five minutes are a crash loop, which is over once they are older', async (t) => {
  const file = fileOf(t);
  for (let n = 0; n < 4; n++) assert.equal((await killed(file, noonMs + n)).isLoop(noonMs + n), false);
  const fifth = await killed(file, noonMs + 4);
  assert.equal(fifth.isLoop(noonMs + 299_999), true);
  assert.equal(fifth.isLoop(noonMs + 300_000), false);
});

test('what is started and ended in good order is no loop', async (t) => {
  const file = fileOf(t);
  for (let n = 0; n < 10; n++) {
    const history = await killed(file, noonMs + n);
    assert.equal(history.isLoop(noonMs + n), false);
    await history.end();
  }
});

test('starts that are far apart, or of a clock that was elsewhere, are no loop, and a spoiled file is said', async (t) => {
  const file = fileOf(t);
  for (let n = 0; n < 10; n++) {
    const atMs = noonMs + n * 90_000;
    assert.equal((await killed(file, atMs)).isLoop(atMs), false);
  }
  assert.equal((await killed(file, noonMs - 9_000_000)).isLoop(noonMs - 9_000_000), false);
  writeFileSync(file, '["soon"]');
  const warnings: string[] = [];
  const afresh = new StartHistory(file, (text) => warnings.push(text), noonMs);
  assert.equal(afresh.isLoop(noonMs), false);
  await afresh.end();
  assert.match(warnings[0]!, /is damaged, so that when this process was started is not known/);
});
