/** Reads the log of a replica from the files of its folder, for checkers: frames and the bytes of their commands. */

import { scanSegment } from '../journal/scan.ts';
import { readSegmentHeader, Segment, segmentNumber } from '../journal/segment.ts';
import { JournalFolder } from '../ops/supervisor/journal-folder.ts';
import { FrameKind, frameHeaderBytes, readFrameHeader } from '../protocol/frames.ts';

/** A frame of the log. */
export interface LogFrame {
  readonly term: number;
  readonly timeUs: number;
  /** Of its first command; of the next command where it has none. */
  readonly firstSeq: number;
  readonly commands: readonly Uint8Array[];
}

/**
 * All good frames in order, those that are not committed included. The replica may run, as long as nothing is written
 * meanwhile.
 */
export function readLog(folder: string): LogFrame[] {
  const storage = new JournalFolder(folder);
  const names = storage.list().filter((name) => segmentNumber(name) !== undefined);
  const frames: LogFrame[] = [];
  for (const name of names.toSorted()) {
    const number = segmentNumber(name)!;
    const region = storage.openRegion(name)!;
    const header = readSegmentHeader(region, number);
    if (header.kind === 'unused') continue;
    if (header.kind !== 'used')
      throw new Error(`${folder}/${name} cannot be read as a segment: ${header.kind}`);
    const segment = new Segment(number, region, header.start);
    const problem = scanSegment(segment, header.segmentBytes);
    if (problem !== undefined) throw new Error(`${folder}/${name}: ${problem}`);
    for (let index = segment.firstIndex; index <= segment.lastIndex; index++)
      frames.push(frameAt(segment, segment.offsetOf(index)));
  }
  return frames;
}

function frameAt({ bytes, view }: Segment, offset: number): LogFrame {
  const { term, timeUs, firstSeq, length, kind } = readFrameHeader(view, offset);
  const commands: Uint8Array[] = [];
  const end = offset + length;
  for (let at = offset + frameHeaderBytes; kind === FrameKind.commands && at < end; ) {
    const size = view.getUint16(at, true);
    commands.push(bytes.slice(at, at + size));
    at += size;
  }
  return { term, timeUs, firstSeq, commands };
}
