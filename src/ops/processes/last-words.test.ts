import assert from 'node:assert/strict';
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';

/** A process whose one thread that writes waits for a reader of a pipe, as on a machine that is busy, ends itself. */
const endsItself = `
  const [file, pipe, waitMsMax] = process.argv.slice(1);
  const { open, writeSync } = await import('node:fs');
  const { LastWords } = await import(file);
  const words = new LastWords({ replica: 1 });
  open(pipe, 'r', () => undefined);
  words.endSaying('the core hangs', Number(waitMsMax));
  writeSync(2, 'it has said so');`;

interface Ending {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** The thread can write from now on. */
  free(): void;
}

function ending(t: TestContext, waitMsMax: number): Ending {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-words-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const file = new URL('./last-words.ts', import.meta.url).href;
  const words = ['--input-type=module', '-e', endsItself, file, pipe, `${waitMsMax}`];
  const child = spawn(process.execPath, words, {
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const free = (): void => {
    const end = openSync(pipe, constants.O_RDWR);
    t.after(() => closeSync(end));
  };
  return { child, free };
}

test('a process that ends itself has written why, however late its thread comes to it', async (t) => {
  const { child, free } = ending(t, 3_600_000);
  const said = text(child.stdout);
  const ended = once(child, 'exit');
  await Promise.race([once(child.stderr, 'data'), ended]);
  free();
  assert.deepEqual(await ended, [null, 'SIGKILL']);
  assert.match(await said, /"level":60,.*"msg":"the core hangs"\}\n$/);
});

test('a process that ends itself does so though nothing can be written', async (t) => {
  const { child } = ending(t, 50);
  assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
});
