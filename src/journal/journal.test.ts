import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameKind, frameHeaderBytes, readFrameHeader, sealFrame } from '../protocol/frames.ts';
import { frameBytesMax } from '../protocol/limits.ts';
import { AssertionError } from '../std/assert.ts';
import { Random } from '../std/random.ts';
import { Journal, type JournalOptions, logStart } from './journal.ts';
import { VirtualDisk } from './virtual-disk.ts';

const options: JournalOptions = {
  clusterId: 7,
  replicaId: 2,
  segmentBytes: 65_536,
  startAfter: logStart,
  mayBeTorn: false,
};

function open(disk: VirtualDisk, changes: Partial<JournalOptions> = {}): Journal {
  const { journal, report } = Journal.open(disk, { ...options, ...changes });
  assert.ok(journal, JSON.stringify(report));
  assert.equal(report.damage, undefined);
  return journal;
}

/** Builds a frame of two commands whose payload follows from `salt`. */
function add(journal: Journal, bytes = 112, term = Math.max(1, journal.lastTerm), salt = journal.lastIndex): boolean {
  const at = journal.reserve(bytes);
  if (at < 0) return false;
  journal.bytes.fill(salt % 251, at + frameHeaderBytes, at + bytes);
  journal.commit(bytes, term, journal.lastTimeUs + 10, 2, FrameKind.commands);
  return true;
}

/** Everything that a reader of the journal can see. */
function contents(journal: Journal): string[] {
  const lines: string[] = [];
  for (let index = journal.firstIndex; index <= journal.lastIndex; index++) {
    assert.equal(journal.verify(index), 'ok', `frame ${index}`);
    const { foundView, foundAt, foundBytes, foundLength } = journal;
    const header = readFrameHeader(foundView, foundAt);
    assert.equal(header.term, journal.termAt(index));
    lines.push(`${JSON.stringify(header)} ${foundBytes[foundAt + foundLength - 1]}`);
  }
  return lines;
}

test('frames are found as they were written, before and after a restart', () => {
  const disk = new VirtualDisk();
  const journal = open(disk);
  assert.deepEqual([journal.firstIndex, journal.lastIndex, journal.nextSeq, journal.termAt(0)], [1, 0, 1, 0]);
  const random = new Random(1);
  for (let n = 0; n < 3000; n++) assert.ok(add(journal, 48 + 8 * random.below(40), 1 + (n >> 8)));
  assert.equal(journal.nextSeq, 6001);
  assert.ok(disk.list().length > 5, 'it has rolled over');
  const written = contents(journal);
  assert.equal(written.length, 3000);
  disk.crash();
  const reopened = open(disk);
  assert.deepEqual(contents(reopened), written);
  assert.deepEqual(
    [reopened.lastTerm, reopened.nextSeq, reopened.lastTimeUs, reopened.durableIndex],
    [journal.lastTerm, 6001, 30_000, 3000],
  );
  assert.equal(reopened.locate(0) || reopened.locate(3001), false);
  assert.deepEqual([reopened.termAt(3001), reopened.verify(3001)], [-1, 'missing']);
});
