/** Journals with contents that can be told apart, for the tests of this room. */
import { FrameKind, frameHeaderBytes, readFrameHeader } from '../../protocol/frames.ts';
import { assert } from '../../std/assert.ts';
import { Journal, type JournalOptions, logStart } from '../journal.ts';
import type { VirtualDisk } from './virtual-disk.ts';

export const sampleOptions: JournalOptions = {
  clusterId: 7,
  replicaId: 2,
  segmentBytes: 65_536,
  startAfter: logStart,
  mayBeTorn: false,
};

/** Opens a journal in which nothing is damaged. */
export function openSound(disk: VirtualDisk, changes: Partial<JournalOptions> = {}): Journal {
  const { journal, report } = Journal.open(disk, { ...sampleOptions, ...changes });
  assert(journal !== undefined && report.damage === undefined, JSON.stringify(report));
  return journal;
}

/** Appends a frame of two commands whose payload follows from `salt`; false when the disk is full. */
export function add(
  journal: Journal,
  bytes = 112,
  term = Math.max(1, journal.lastTerm),
  salt = journal.lastIndex,
): boolean {
  const at = journal.reserve(bytes);
  if (at < 0) return false;
  journal.bytes.fill(1 + (salt % 251), at + frameHeaderBytes, at + bytes);
  journal.seal(bytes, term, journal.lastTimeUs + 10, 2, FrameKind.commands);
  return true;
}

/** Everything that a reader can see, one line for each frame; each must be undamaged. */
export function contents(journal: Journal, from = journal.firstIndex): string[] {
  const lines: string[] = [];
  for (let index = from; index <= journal.lastIndex; index++) {
    assert(journal.verify(index) === 'ok', `frame ${index} is good`);
    const { foundView, foundAt } = journal;
    const header = readFrameHeader(foundView, foundAt);
    const isRight =
      header.index === index &&
      header.length === journal.foundLength &&
      header.term === journal.termAt(index);
    assert(isRight, `frame ${index} is the one asked for`);
    // The checksum means the payload.
    lines.push(JSON.stringify(header));
  }
  return lines;
}
