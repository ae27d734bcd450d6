/** Real processes and real signals; each waits for what the other has printed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

const module = JSON.stringify(import.meta.resolve('./end-signals.ts'));

/** A process that tells what is asked of it; `next` gives the following line. */
async function listening(context: TestContext, code: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  context.after(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => (await lines.next()).value ?? '(the end)';
  assert.equal(await next(), 'ready');
  return { child, next };
}

const teller = `
  import { onEndSignals } from ${module};
  const listener = { end: (reason) => console.log('end', reason), endAtOnce: (signal) => console.log('at once', signal) };
  onEndSignals(listener);
  process.on('SIGUSR2', () => console.log('asked'));
  console.log('ready');
  setInterval(() => {}, 1e6);`;

test('signals that come together are one, and one that comes later asks to end at once', async (context) => {
  const { child, next } = await listening(context, teller);
  child.kill('SIGINT');
  assert.equal(await next(), 'end SIGINT');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'] as const) child.kill(signal);
  assert.equal(await next(), 'asked');
  await sleep(1_500);
  child.kill('SIGTERM');
  assert.equal(await next(), 'at once SIGTERM');
});

test('a process in good order of ending survives the copies of the signal, and not a second one', async (context) => {
  const { child, next } = await listening(
    context,
    `
    import { endRequested } from ${module};
    setInterval(() => {}, 1e6);
    process.on('SIGUSR2', () => console.log('lives'));
    const ended = endRequested();
    console.log('ready');
    console.log('reason', await ended);`,
  );
  child.kill('SIGINT');
  assert.equal(await next(), 'reason SIGINT');
  child.kill('SIGINT');
  child.kill('SIGTERM');
  child.kill('SIGUSR2');
  assert.equal(await next(), 'lives');
  await sleep(1_500);
  child.kill('SIGINT');
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  assert.deepEqual([code, signal], [null, 'SIGINT']);
});
