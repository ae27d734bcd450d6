/** Segments that say nothing any more: a device returned zeros or ones where a journal was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Journal } from './journal.ts';
import { add, contents, openSound, sampleOptions } from './testing/sample-journal.ts';
import { VirtualDisk } from './testing/virtual-disk.ts';

const name = 'segment-0000000000000001.log';

/** A dead process's folder of one segment with three flushed frames, in which the given bytes were lost. */
function folderWith(fill: number, ...ranges: readonly (readonly [from: number, to: number])[]): VirtualDisk {
  const disk = new VirtualDisk();
  const journal = openSound(disk);
  for (let n = 0; n < 3; n++) add(journal);
  assert.ok(journal.close());
  disk.crash();
  const bytes = disk.read(name);
  assert.ok(bytes);
  for (const [from, to] of ranges) bytes.fill(fill, from, to);
  disk.write(name, bytes);
  return disk;
}

/** The loss is reported, changes nothing, and is cut when that is allowed. */
function assertIsDamage(disk: VirtualDisk, reason: RegExp): void {
  const options = { ...sampleOptions, mustExist: true };
  const { journal, report } = Journal.open(disk, options);
  assert.ok(journal === undefined, 'damage is not cut unasked');
  assert.match(report.damage?.reason ?? '', reason);
  const cut = Journal.open(disk, { ...options, cutDamage: true });
  assert.ok(cut.journal);
  assert.deepEqual(contents(cut.journal), []);
  assert.ok(add(cut.journal));
}

test('failure 17: a journal whose file reads as zeros is missing, not new', () => {
  assertIsDamage(folderWith(0x00, [0, 65_536]), /all segments are missing/);
});

test('failure 17: a sector of ones is no mark of a segment that was given up', () => {
  assertIsDamage(folderWith(0xff, [512, 1024]), /checksum of the segment start/);
});

test('failure 17: a segment whose flush marks are gone together with its frames is not empty', () => {
  assertIsDamage(folderWith(0x00, [1024, 1536], [4096, 8192]), /flush marks are missing/);
});

test('failure 17: flush marks that are neither whole nor blank are damage', () => {
  const lost = [
    [1024, 1536],
    [4096, 8192],
  ] as const;
  const one = folderWith(0x00, ...lost);
  one.flipByte(name, 1024 + 14, 2);
  assertIsDamage(one, /flush marks are missing/);
  const both = folderWith(0x00, ...lost);
  for (const at of [1024, 1088]) both.flipByte(name, at + 14, 2);
  assertIsDamage(both, /both flush marks are damaged/);
});

test('a prepared segment alone is a new journal where none was before', () => {
  const { journal, report } = Journal.open(folderWith(0x00, [0, 65_536]), sampleOptions);
  assert.ok(journal);
  assert.equal(report.damage, undefined);
});
