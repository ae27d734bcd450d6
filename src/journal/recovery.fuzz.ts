/**
 * Fuzzes recovery: a folder of good segments is spoiled as disks spoil them, and opened. Whatever it holds, opening
 * ends; frames that are served are those that were written; and what was flushed is there, or its loss is reported.
 */
import { frameHeaderBytes } from '../protocol/frames.ts';
import { assert, assertBelow, assertEqual } from '../std/assert.ts';
import type { Random } from '../std/random.ts';
import { type Fuzzer, mutated, noise, overwritten, rangeIn } from '../std/testing/fuzzing.ts';
import { inspectFolder, inspectionLines } from './inspect.ts';
import { Journal } from './journal.ts';
import { segmentHeaderBytes, segmentName } from './segment.ts';
import { add, contents, openSound, sampleOptions } from './testing/sample-journal.ts';
import { VirtualDisk } from './testing/virtual-disk.ts';

/** Of a device: bytes that become unreadable, all zero or all one together. */
const sectorBytes = 512;
/** Where a segment's header says that it is in use. */
const startAt = 512;
/** Enough polls for the newest flush mark to reach the disk. */
const pollsToSettle = 300;

function run(random: Random): void {
  const disk = new VirtualDisk();
  const lines = writeJournal(random, disk);
  const names = segmentNames(disk);
  for (let n = random.between(1, 3); n > 0; n--) spoil(random, disk, names);
  if (names.some((name) => isGivenUpByAccident(disk, name))) return;
  inspect(disk);
  const mayBeTorn = random.chance(0.5);
  const options = { ...sampleOptions, mayBeTorn, mustExist: true };
  const first = Journal.open(disk, options);
  if (first.journal !== undefined) {
    const left = contents(first.journal);
    assert(isPrefix(left, lines), 'only frames that were written are served');
    const isTold = first.report.cutTail !== undefined && mayBeTorn;
    assert(isTold || left.length === lines.length, 'a loss of flushed frames is told');
    goOn(disk, first.journal);
    return;
  }
  assert(first.report.refusal !== undefined || first.report.damage !== undefined, 'a refusal says why');
  if (first.report.refusal !== undefined) return;
  const second = Journal.open(disk, { ...options, cutDamage: true });
  assert(second.journal !== undefined, 'damage that may be cut is cut');
  assert(isPrefix(contents(second.journal), lines), 'only frames that were written are served');
  goOn(disk, second.journal);
}

/** Fills a few segments; everything is flushed, and marked so. The headers and checksums of all frames. */
function writeJournal(random: Random, disk: VirtualDisk): string[] {
  const journal = openSound(disk);
  const most = random.pick([3, 12, 40]);
  for (let n = random.between(1, most); n > 0; n--) {
    const bytes = most === 3 ? 48 + 8 * random.below(40) : 8 * random.between(frameHeaderBytes / 8, 2_000);
    add(journal, bytes, Math.max(1, journal.lastTerm + random.below(2)));
    journal.requestFlush();
    journal.pollFlush();
  }
  for (let n = 0; n < pollsToSettle; n++) journal.pollFlush();
  const lines = contents(journal);
  journal.close(random.chance(0.5));
  disk.crash();
  return lines;
}

function spoil(random: Random, disk: VirtualDisk, names: readonly string[]): void {
  const name = random.pick(names);
  const bytes = disk.read(name);
  if (bytes === undefined || bytes.length === 0) return;
  switch (random.below(8)) {
    case 0:
      disk.remove(name);
      return;
    case 1:
      disk.truncate(name, random.chance(0.5) ? random.below(bytes.length) : 4096 * random.below(17));
      return;
    case 2: {
      const size = sectorBytes * random.pick([1, 8, 16]);
      const from = size * random.below(random.chance(0.5) ? 4 : Math.ceil(bytes.length / size));
      bytes.fill(random.pick([0x00, 0xff]), from, from + size);
      break;
    }
    case 3: {
      // What belongs into another file, or into another place of this one.
      const other = disk.read(random.pick(names)) ?? bytes;
      const [from, to] = rangeIn(random, Math.min(other.length, bytes.length));
      bytes.set(other.subarray(from, to), random.below(bytes.length - (to - from) + 1));
      break;
    }
    case 4:
      disk.write(
        segmentName(random.between(1, names.length + 2)),
        random.chance(0.5) ? bytes : noise(random, 9000),
      );
      return;
    case 5:
      disk.write(name, mutated(random, bytes));
      return;
    default: {
      const at = random.chance(0.5) ? random.pick([0, startAt, 1024, 1088]) : segmentHeaderBytes;
      const part = bytes.subarray(at, Math.min(bytes.length, at + random.pick([48, 64, 2_000])));
      bytes.set(overwritten(random, part), Math.min(at, bytes.length));
    }
  }
  disk.write(name, bytes);
}

/** The one change that no reader can find: the mark of a given-up segment, whole, in a header that is else intact. */
function isGivenUpByAccident(disk: VirtualDisk, name: string): boolean {
  const bytes = disk.read(name);
  if (bytes === undefined || bytes.length < startAt + sectorBytes) return false;
  const sector = bytes.subarray(startAt, startAt + sectorBytes);
  const isMarked = sector.subarray(0, 4).every((byte) => byte === 0xff);
  return isMarked && !sector.every((byte) => byte === 0xff);
}

/** The tools that only look must neither fail nor change anything. */
function inspect(disk: VirtualDisk): void {
  const before = disk.list().map((name) => disk.read(name)?.join());
  const text = inspectionLines(inspectFolder(disk)).join('\n');
  assertBelow(text.length, 100_000, 'a verdict is short');
  assertEqual(
    disk
      .list()
      .map((name) => disk.read(name)?.join())
      .join(),
    before.join(),
    'a look changes nothing',
  );
}

/** A journal that was opened takes frames, and has them after the next start. */
function goOn(disk: VirtualDisk, journal: Journal): void {
  if (!add(journal, 112)) return;
  const lines = contents(journal);
  assert(journal.close(), 'the disk flushes');
  disk.crash();
  const again = Journal.open(disk, { ...sampleOptions, mustExist: true });
  assert(again.journal !== undefined, 'what was opened and closed opens again');
  assertEqual(contents(again.journal).join(), lines.join(), 'what was written behind the cut is there');
}

function isPrefix(left: readonly string[], lines: readonly string[]): boolean {
  return left.length <= lines.length && left.every((line, n) => line === lines[n]);
}

function segmentNames(disk: VirtualDisk): string[] {
  return disk.list().filter((name) => name.startsWith('segment-'));
}

export const recoveryFuzzer: Fuzzer = {
  name: 'journal-recovery',
  property:
    'A spoiled folder opens, or says why not; flushed frames are served as written or their loss is told.',
  casesInTests: 150,
  run,
};
