import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Journal } from '../../journal/journal.ts';
import { add, openSound } from '../../journal/testing/sample-journal.ts';
import { VirtualDisk } from '../../journal/testing/virtual-disk.ts';
import { readLog } from '../journals.ts';
import { KeptSegments } from './kept-segments.ts';

const frameBytes = 8_192;
const framesWanted = 24;

interface Bench {
  readonly disk: VirtualDisk;
  readonly journal: Journal;
  /** Of the replica. */
  readonly folder: string;
  readonly kept: KeptSegments;
}

function bench(t: TestContext, term: number): Bench {
  const root = mkdtempSync(join(tmpdir(), 'lockstep-kept-'));
  t.after(() => rmSync(root, { recursive: true }));
  const disk = new VirtualDisk();
  const journal = openSound(disk);
  const folder = join(root, 'replica-2');
  mkdirSync(folder);
  const kept = new KeptSegments(join(root, 'kept'), () => [{ id: 2, folder }]);
  grow({ disk, journal }, term, framesWanted);
  return { disk, journal, folder, kept };
}

function settle({ disk, journal }: Pick<Bench, 'disk' | 'journal'>): void {
  journal.requestFlush();
  while (disk.flushNext()) journal.pollFlush();
  journal.pollFlush();
}

function grow(which: Pick<Bench, 'disk' | 'journal'>, term: number, count: number): void {
  for (let n = 0; n < count; n++) {
    assert.ok(add(which.journal, frameBytes, term));
    settle(which);
  }
}

/** Puts the files of the disk into the folder of the replica. */
function show({ disk, folder }: Bench): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  for (const name of disk.list()) writeFileSync(join(folder, name), disk.read(name)!);
}

const firstSeqs = (folder: string, keptFolder?: string): number[] =>
  readLog(folder, keptFolder).map(({ firstSeq }) => firstSeq);

test('what a snapshot has cut off the journal is read from the copies', (t) => {
  const bench1 = bench(t, 1);
  const { journal, folder, kept } = bench1;
  show(bench1);
  kept.look();
  const whole = firstSeqs(folder);
  assert.equal(whole.length, framesWanted);
  journal.dropBefore(framesWanted - 2);
  grow(bench1, 1, 2);
  show(bench1);
  kept.look();
  const cut = firstSeqs(folder);
  assert.ok(cut[0]! > 1 && cut.length < framesWanted, `${cut.length} frames are left`);
  assert.deepEqual(firstSeqs(folder, kept.folderOf(2)), [...whole, ...cut.slice(-2)]);
});

test('a copy that is of another log, or was made in the middle of a write, is left out', (t) => {
  const bench1 = bench(t, 2);
  bench1.journal.dropBefore(framesWanted - 2);
  grow(bench1, 2, 1);
  show(bench1);
  const cut = firstSeqs(bench1.folder);
  assert.ok(cut[0]! > 1);
  const other = bench(t, 1);
  show(other);
  other.kept.look();
  assert.deepEqual(firstSeqs(bench1.folder, other.kept.folderOf(2)), cut);
  const same = bench(t, 2);
  show(same);
  same.kept.look();
  const keptFolder = same.kept.folderOf(2);
  assert.equal(firstSeqs(bench1.folder, keptFolder)[0], 1);
  for (const name of readdirSync(keptFolder)) writeFileSync(join(keptFolder, name), new Uint8Array(9));
  assert.deepEqual(firstSeqs(bench1.folder, keptFolder), cut);
});

test('a machine without a folder is looked at again', (t) => {
  const bench1 = bench(t, 1);
  const { folder, kept } = bench1;
  rmSync(folder, { recursive: true });
  kept.look();
  mkdirSync(folder);
  kept.look();
  show(bench1);
  const whole = firstSeqs(folder);
  assert.deepEqual(firstSeqs(folder, kept.folderOf(2)), whole, 'nothing was copied yet');
  kept.look();
  assert.ok(readdirSync(kept.folderOf(2)).length > 1);
});
