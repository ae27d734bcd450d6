import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FolderTarget } from './folder.ts';
import { TakenError, TargetError } from './target.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-target-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('what was put comes back, is listed by prefix, and is gone once removed', async (t) => {
  const target = new FolderTarget(newFolder(t));
  await target.put('cluster-1/a/1', bytes('one'));
  await target.put('cluster-1/a/2', bytes('two'));
  await target.put('cluster-12/b/1', bytes('other'));
  assert.deepEqual(await target.list('cluster-1/'), [
    { name: 'cluster-1/a/1', bytes: 3 },
    { name: 'cluster-1/a/2', bytes: 3 },
  ]);
  assert.equal((await target.list('cluster-')).length, 3);
  assert.deepEqual(await target.get('cluster-1/a/2'), bytes('two'));
  assert.equal(await target.get('cluster-1/a/3'), undefined);
  await target.remove('cluster-1/a/2');
  await target.remove('cluster-1/a/2');
  assert.equal(await target.get('cluster-1/a/2'), undefined);
});

test('a name that is taken by other bytes stays as it is; the same bytes again are no error', async (t) => {
  const folder = newFolder(t);
  const target = new FolderTarget(folder);
  await target.put('a/1', bytes('one'));
  await target.put('a/1', bytes('one'));
  await assert.rejects(target.put('a/1', bytes('two')), TakenError);
  assert.deepEqual(await target.get('a/1'), bytes('one'));
  await target.replace('a/1', bytes('two'));
  assert.deepEqual(await target.get('a/1'), bytes('two'));
  assert.deepEqual(readdirSync(join(folder, 'a')), ['1'], 'nothing unfinished is left');
});

test('objects are for their owner alone, and unfinished ones are not listed', async (t) => {
  const folder = newFolder(t);
  const target = new FolderTarget(folder);
  await target.put('a/1', bytes('one'));
  assert.equal(statSync(join(folder, 'a/1')).mode & 0o777, 0o600);
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
