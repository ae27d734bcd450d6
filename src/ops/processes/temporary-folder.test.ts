import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

const code = `
  const { mkdirSync, writeFileSync } = await import('node:fs');
  const { removedAtEnd } = await import(${JSON.stringify(import.meta.resolve('./temporary-folder.ts'))});
  const [folder, isOver] = process.argv.slice(1);
  mkdirSync(folder);
  writeFileSync(folder + '/key', 'x');
  const forget = removedAtEnd(folder);
  if (isOver) forget();
  console.log('it is there');
  setInterval(() => undefined, 1_000);
`;

/** A command with a folder, which a signal ends; gives what is left. */
async function ended(context: TestContext, signal: NodeJS.Signals, ...more: readonly string[]) {
  const parent = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(parent, { recursive: true, force: true }));
  const folder = join(parent, 'made');
  const words = ['--input-type=module', '--eval', code, '--', folder, ...more];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  child.kill(signal);
  return { how: await once(child, 'exit'), isLeft: existsSync(folder) };
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  test(`a command that ${signal} ends takes its folder along`, async (context) => {
    const { how, isLeft } = await ended(context, signal);
    assert.deepEqual([how, isLeft], [[128 + constants.signals[signal], null], false]);
  });

test('what a command has finished stays', async (context) => {
  const { how, isLeft } = await ended(context, 'SIGINT', 'over');
  assert.deepEqual([how, isLeft], [[null, 'SIGINT'], true]);
});

const makes = `
  const { makeTemporary } = await import(${JSON.stringify(import.meta.resolve('./temporary-folder.ts'))});
  console.log(makeTemporary('lockstep-test'));
  setInterval(() => undefined, 1_000);
`;

test('what a process that was killed has left the next one removes, and nothing of one that runs', async (context) => {
  const place = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(place, { recursive: true, force: true }));
  const begin = async () => {
    const words = ['--input-type=module', '--eval', makes];
    const child = spawn(process.execPath, words, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: place },
    });
    context.after(() => child.kill('SIGKILL'));
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, folder: said.toString().trim() };
  };
  const killed = await begin();
  writeFileSync(join(killed.folder, 'key'), 'x');
  const running = await begin();
  assert.deepEqual([existsSync(killed.folder), existsSync(running.folder)], [true, true]);
  killed.child.kill('SIGKILL');
  await once(killed.child, 'exit');
  mkdirSync(join(place, 'lockstep-test-of-others'));
  const next = await begin();
  assert.deepEqual(
    [killed.folder, running.folder, next.folder, join(place, 'lockstep-test-of-others')].map(existsSync),
    [false, true, true, true],
  );
});
