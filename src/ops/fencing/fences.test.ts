import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fencesOfSites, fenceText, keepFence, keptFences, runFences, targetOf } from './fences.ts';

const run = (fence: readonly string[], fenceSeconds = 30) => runFences(targetOf(3), { fence, fenceSeconds });

function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'lockstep-'));
  context.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('a fence command ends a process, knows for whom it runs, and what it says is given', async () => {
  const victim = spawn('sleep', ['60'], { stdio: 'ignore' });
  const ended = once(victim, 'exit');
  const [result] = await run([
    `kill -9 ${victim.pid} && echo off: $LOCKSTEP_FENCE $LOCKSTEP_REPLICA; echo beside >&2`,
  ]);
  assert.deepEqual(await ended, [null, 'SIGKILL']);
  assert.equal(result!.error, '');
  assert.deepEqual(result!.said.split('\n').toSorted(), ['beside', 'off: replica 3']);
});

test('a fence command that fails, is missing, is no program or does not end says so, and ends the list', async (context) => {
  const script = join(folder(context), 'fence');
  writeFileSync(script, '#!/bin/sh\n');
  chmodSync(script, 0o600);
  const errorOf = async (command: string, seconds?: number) => {
    const results = await run(['true', command, 'echo never'], seconds);
    assert.equal(results.length, 2);
    return results[1]!.error;
  };
  assert.equal(await errorOf('exit 3'), 'it ends with exit code 3');
  assert.equal(
    await errorOf('fence_of_another_venue --off'),
    'it ends with exit code 127: there is no such program',
  );
  // Root may read it all the same, and not run it.
  assert.equal(await errorOf(script), 'it ends with exit code 126: the program is not executable');
  assert.equal(await errorOf('sleep 60', 0.2), 'it took longer than 0.2 s and was ended');
  assert.equal(await errorOf('kill -9 $$'), 'it is ended by SIGKILL');
});

test('a fence command that failed again and again runs when it is asked for', async (context) => {
  const runs = join(folder(context), 'runs');
  const command = `echo run >> ${runs}; [ $(wc -l < ${runs}) = 6 ]`;
  const errors: string[] = [];
  for (let n = 0; n < 6; n++) errors.push((await run([command]))[0]!.error);
  assert.deepEqual(errors, [...Array.from({ length: 5 }, () => 'it ends with exit code 1'), '']);
});

test('a program that leaves the group of its fence command and holds its output open is not waited for', async (context) => {
  const pidFile = join(folder(context), 'pid');
  const [result] = await run([`setsid sh -c 'echo $$ > ${pidFile}; exec sleep 60' & sleep 0.1; echo done`]);
  process.kill(Number(readFileSync(pidFile, 'utf8')));
  assert.deepEqual([result!.error, result!.said], ['', 'done']);
});

test('of what a command says the end is kept', async () => {
  const [result] = await run(['seq 1 100000']);
  assert.equal(result!.error, '');
  assert.ok(result!.said.length <= 4_096, `${result!.said.length} characters`);
});

test('what was run is found again by its hash, for the operator alone', async (context) => {
  const dataFolder = folder(context);
  const [result] = await run(['echo powered off']);
  const { hash } = keepFence(dataFolder, result!);
  const other = keepFence(dataFolder, { ...result!, target: targetOf(2) });
  assert.notEqual(hash, other.hash);
  assert.match(hash, /^[0-9a-f]{12}$/);
  const file = join(dataFolder, 'fences.jsonl');
  writeFileSync(file, 'half a li', { flag: 'a' });
  assert.match(
    fenceText(keptFences(dataFolder).get(hash)!),
    /^fence of replica 3 \(echo powered off\), \d+ ms: done: powered off$/,
  );
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('what cannot be kept has a hash for the audit trail all the same, and the reason is given', async () => {
  const [result] = await run(['true']);
  const { hash, problem } = keepFence('/dev/null/data', result!);
  assert.match(hash, /^[0-9a-f]{12}$/);
  assert.match(problem, /ENOTDIR/);
});

test('a promotion fences every other site and then its machines', () => {
  const machine = { host: '10.0.0.1', tcpPort: 7211, fenceSeconds: 30 };
  const sites = [
    { name: 'north', fence: ['n'], fenceSeconds: 9, replicas: [{ ...machine, id: 11, fence: ['n11'] }] },
    { name: 'south', fence: ['s'], fenceSeconds: 9, replicas: [{ ...machine, id: 21, fence: ['s21'] }] },
    { name: 'west', fence: [], fenceSeconds: 9, replicas: [{ ...machine, id: 31, fence: [] }] },
  ];
  assert.deepEqual(
    fencesOfSites(sites, 'south').map(({ target, commands }) => [target.name, ...commands.fence]),
    [
      ['site north', 'n'],
      ['replica 11', 'n11'],
    ],
  );
});
