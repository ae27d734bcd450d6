/** Real processes, each a line of code; the tests wait for what the child tells, never for a time. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Child } from './child.ts';

function supervise(context: TestContext, code: string, mayEnd = false) {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  const said: string[] = [];
  const waiting: (() => boolean)[] = [];
  const look = () => {
    for (const settled of [...waiting]) if (settled()) waiting.splice(waiting.indexOf(settled), 1);
  };
  const logFile = join(folder, 'x.log');
  const child = new Child(
    { name: 'x', arguments: ['-e', code], logFile, logBytesMax: 100_000, mayEnd },
    {
      say: (line) => {
        said.push(line);
        look();
      },
      changed: look,
    },
  );
  context.after(() => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  /** Resolves once `condition` holds after something was reported. */
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      waiting.push(() => {
        if (!condition()) return false;
        resolve();
        return true;
      });
      look();
    });
  child.start();
  return { child, said, until, log: () => readFileSync(logFile, 'utf8') };
}

const warning = `console.log(JSON.stringify({ level: 40, msg: 'up', n: process.pid }));`;
const forEver = 'setInterval(() => {}, 1e6);';

test('what dies is started again, and told', async (context) => {
  const { child, said, until, log } = supervise(context, `${warning} ${forEver}`);
  await until(() => said.length === 1);
  process.kill(child.pid!, 'SIGKILL');
  await until(() => child.restarts === 1 && said.length >= 3);
  assert.equal(said[1], 'x: died with signal SIGKILL; it is started again in 0.1 s');
  assert.match(said[2]!, /^x: warning: up n=\d+$/);
  assert.match(log(), /x ended with signal SIGKILL/);
  await child.stop(10_000);
  assert.equal(child.state, 'stopped');
  assert.equal(child.restarts, 1);
});

test('what dies while the cluster ends is not started again, and its end is waited for once', async (context) => {
  const { child, said, until } = supervise(context, `${warning} ${forEver}`);
  await until(() => said.length === 1);
  child.retire();
  process.kill(child.pid!, 'SIGKILL');
  await until(() => child.state === 'stopped');
  await child.stop(10_000);
  assert.deepEqual([said.length, child.restarts], [1, 0]);
});

test('a process that does not stop is killed after the bound', async (context) => {
  const { child, said, until } = supervise(context, `process.on('SIGTERM', () => {}); ${warning} ${forEver}`);
  await until(() => said.length === 1);
  await child.stop(50);
  assert.match(said[1]!, /did not stop within 0.05 s and was killed/);
});

test('a process that may end and ends well is not started again', async (context) => {
  const { child, until } = supervise(context, '', true);
  await until(() => child.state === 'stopped');
  assert.equal(child.restarts, 0);
});

test('a process that says that it is configured wrongly is in a crash loop at once', async (context) => {
  const { child, said, until } = supervise(context, `console.error('key: wrong'); process.exit(2)`);
  await until(() => said.some((line) => line.includes('CRASH LOOP')));
  assert.equal(child.state, 'crash loop');
  await until(() => said.includes('x: key: wrong'));
  await child.stop(1_000);
});
