import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { keepsThePromisesOfTargets } from '../testing/target-promises.ts';
import { FolderTarget } from './folder.ts';
import { TargetError } from './target.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-target-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

keepsThePromisesOfTargets(async (t) => new FolderTarget(newFolder(t)));

test('objects are for their owner alone, and unfinished ones are not listed', async (t) => {
  const folder = newFolder(t);
  const target = new FolderTarget(folder);
  await target.put('a/1', bytes('one'));
  assert.equal(statSync(join(folder, 'a/1')).mode & 0o777, 0o600);
  await target.replace('a/1', bytes('two'));
  assert.deepEqual(readdirSync(join(folder, 'a')), ['1'], 'nothing unfinished is left');
  writeFileSync(join(folder, 'a/.new-1-1'), 'half');
  assert.equal((await target.list('a/')).length, 1);
});

test('a share that is not mounted is no empty target, and nothing is written below it', async (t) => {
  const folder = join(newFolder(t), 'mounted');
  const target = new FolderTarget(folder);
  for (const act of [() => target.list('a/'), () => target.put('a/1', bytes('one'))])
    await assert.rejects(act(), /it is not there\. Make the folder, or mount the disk/);
  assert.equal(existsSync(folder), false);
});

test('a folder that refuses is said in words, with what to do', async (t) => {
  const folder = newFolder(t);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await assert.rejects(new FolderTarget(file).put('a/1', bytes('one')), /is a file\. Name a folder/);
  await assert.rejects(new FolderTarget(folder).get('../outside'), TargetError);
  if (process.getuid?.() === 0) return;
  chmodSync(folder, 0o500);
  await assert.rejects(new FolderTarget(folder).put('a/1', bytes('one')), /may not write or read there/);
  chmodSync(folder, 0o700);
});
