/** Reads the log of a replica from the files of its folder, for checkers: frames and the bytes of their commands. */

import { existsSync, readdirSync } from 'node:fs';
import { scanSegment } from '../journal/scan.ts';
import { isSame, readSegmentHeader, Segment, segmentNumber } from '../journal/segment.ts';
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
 * meanwhile. Of segments in `keptFolder` those count that go before the journal: what ends at the very place and term
 * at which a log begins is of that log.
 */
export function readLog(folder: string, keptFolder?: string): LogFrame[] {
  const segments = segmentsIn(folder, (name, problem) => {
    throw new Error(`${folder}/${name}${problem}`);
  });
  const kept = keptFolder === undefined ? [] : keptSegments(keptFolder);
  for (let [first] = segments; first !== undefined; [first] = segments) {
    const { start } = first;
    const before = kept.find((segment) => segment.count > 0 && isSame(segment.position(), start));
    if (before === undefined) break;
    segments.unshift(before);
  }
  return segments.flatMap(framesOf);
}

/** One that was copied in the middle of a write is not whole. */
function keptSegments(folder: string): Segment[] {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return [];
  const spoiled = new Set<string>();
  const found = segmentsIn(folder, (name) => spoiled.add(name));
  return found.filter(({ name }) => !spoiled.has(name));
}

/** `wrong` gets each problem of a file. */
function segmentsIn(folder: string, wrong: (name: string, problem: string) => void): Segment[] {
  const storage = new JournalFolder(folder);
  const names = storage.list().filter((name) => segmentNumber(name) !== undefined);
  return names.toSorted().flatMap((name) => {
    const number = segmentNumber(name)!;
    const region = storage.openRegion(name)!;
    const header = readSegmentHeader(region, number);
    if (header.kind === 'unused') return [];
    if (header.kind !== 'used') {
      wrong(name, ` cannot be read as a segment: ${header.kind}`);
      return [];
    }
    const segment = new Segment(number, region, header.start);
    const problem = scanSegment(segment, header.segmentBytes);
    if (problem !== undefined) wrong(name, `: ${problem}`);
    return [segment];
  });
}

function framesOf(segment: Segment): LogFrame[] {
  const indices = Array.from({ length: segment.count }, (_, n) => segment.firstIndex + n);
  return indices.map((index) => frameAt(segment, segment.offsetOf(index)));
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
