/** Segments say which cluster they are of: with the frame that carries its instance, or in their header. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameKind, instanceFrameBytes, writeInstance } from '../protocol/frames.ts';
import { Journal } from './journal.ts';
import { add, openSound, sampleOptions } from './testing/sample-journal.ts';
import { VirtualDisk } from './testing/virtual-disk.ts';

/** The folder of a journal whose second frame carries `instance`, with `frames` more. */
function folderOf(instance: number, frames: number): VirtualDisk {
  const disk = new VirtualDisk();
  const journal = openSound(disk);
  assert.equal(journal.instance, 0);
  add(journal, 104);
  const at = journal.reserve(instanceFrameBytes);
  writeInstance(journal.view, at, instance, 1);
  journal.seal(instanceFrameBytes, journal.lastTerm, journal.lastTimeUs + 1, 0, FrameKind.instance);
  journal.instance = instance;
  for (let n = 0; n < frames; n++) add(journal, 1_000);
  journal.close();
  return disk;
}

function segmentsOf(disk: VirtualDisk): string[] {
  return disk
    .list()
    .filter((name) => name.startsWith('segment-'))
    .sort();
}

/** The files of these names, in a folder of their own. */
function only(disk: VirtualDisk, names: readonly string[]): VirtualDisk {
  const part = new VirtualDisk();
  copy(disk, part, names);
  return part;
}

function copy(from: VirtualDisk, to: VirtualDisk, names: readonly string[]): void {
  for (const name of names) {
    to.startWrite(name, from.read(name)!);
    to.backgroundWrite();
  }
}

test('a journal knows its instance by the frame, and without that one by the header of any later segment', () => {
  const disk = folderOf(41, 400);
  const names = segmentsOf(disk);
  assert.ok(names.length > 3);
  assert.equal(openSound(only(disk, names)).instance, 41);
  const later = only(disk, names.slice(2));
  const { report } = Journal.open(later, sampleOptions);
  assert.match(report.damage?.reason ?? '', /./, 'what is missing is damage');
  assert.equal(
    Journal.open(later, { ...sampleOptions, instance: 42 }).report.refusal?.includes('two clusters'),
    true,
  );
});

test('each segment of another instance, in any place, is refused in words, and nothing is changed', () => {
  const own = folderOf(41, 400);
  const other = folderOf(42, 500);
  const names = segmentsOf(own);
  const added = segmentsOf(other).filter((name) => !names.includes(name));
  for (const taken of [...names.map((name) => [name]), added, segmentsOf(other).slice(1)]) {
    const mixed = only(own, names);
    copy(other, mixed, taken);
    const before = segmentsOf(mixed).map((name) => mixed.read(name)?.slice());
    const { journal, report } = Journal.open(mixed, { ...sampleOptions, cutDamage: true });
    assert.equal(journal, undefined, taken.join());
    assert.match(
      report.refusal ?? '',
      /^The folder holds files of two clusters: segment-.* began .* UTC\..*Put back/,
    );
    assert.deepEqual(
      segmentsOf(mixed).map((name) => mixed.read(name)),
      before,
    );
  }
});

test('segments of another instance than the state file or a snapshot says are refused', () => {
  const disk = folderOf(41, 3);
  assert.match(Journal.open(disk, { ...sampleOptions, instance: 42 }).report.refusal ?? '', /two clusters/);
  assert.equal(Journal.open(disk, { ...sampleOptions, instance: 41 }).journal?.instance, 41);
});
