/**
 * What a replica has on its disk, read beside the replica: committed frames of its journal, piece by piece, and its
 * newest snapshot. A follower's journal also holds frames that may yet be taken back, so nothing behind the commit
 * index is read; and each piece must follow, in one log, from what was read before.
 */

import {
  type LogPosition,
  readSegmentHeader,
  segmentHeaderBytes,
  segmentName,
  segmentNumber,
} from '../journal/segment.ts';
import {
  newestSnapshot,
  type SnapshotFile,
  snapshotIndices,
  snapshotName,
} from '../journal/snapshot-file.ts';
import type { Storage } from '../journal/storage.ts';
import { DecodeCode } from '../protocol/codes.ts';
import {
  checkFrame,
  type FrameHeader,
  frameAt,
  frameHeaderBytes,
  instanceFrameBytes,
  instanceIn,
  readFrameHeader,
} from '../protocol/frames.ts';
import { frameBytesMax } from '../protocol/limits.ts';
import { getU53 } from '../std/integers.ts';

/** The files of a replica's folder, to be read while it runs. */
export interface ReplicaFiles {
  list(): string[];
  /** Up to `length` bytes from `offset` on; undefined where there is no such file. */
  readPart(name: string, offset: number, length: number): Uint8Array | undefined;
  /** Only to be read. */
  readonly storage: Storage;
}

/** A place in the log, and the checksum of the frame there: what tells one history from another. */
export interface SourcePosition extends LogPosition {
  /** 0 where there is no frame before. */
  readonly crc: number;
}

export interface LogPiece {
  /** Whole frames, one behind the other. */
  readonly frames: Uint8Array;
  readonly firstIndex: number;
  readonly end: SourcePosition;
  /** The instance that the frames say; 0 where they say none. */
  readonly instance: number;
}

/**
 * `nothing`: no frame is committed that was not read. `gone`: the journal holds the next frame no more. `other`: the
 * frames that were read are not in this journal, though others are committed in their place.
 */
export type ReadOutcome = LogPiece | 'nothing' | 'gone' | 'other';

/** Bytes of frames in one piece, at most; a frame fits in any case. */
const pieceBytesMax = 8 * 1_048_576;
/** What is read of a file at first: frames of a moment fit in, and what comes then may be more. */
const chunkBytesMin = 65_536;
const chunkGrowth = 8;
/** The header page, and room for the first frames, which say the instance where the header does not yet. */
const headerBytes = segmentHeaderBytes + 4_096 + instanceFrameBytes;

interface Place {
  readonly segment: string;
  /** Of the frame before the next one; undefined where that is in an earlier file. */
  readonly previousAt: number | undefined;
  readonly nextAt: number;
  /** Index of the next frame. */
  readonly index: number;
}

/** Where a shipper reads. */
export interface LogSource {
  read(after: SourcePosition, commitIndex: number): ReadOutcome;
  snapshot(index: number): { readonly file: SnapshotFile; readonly bytes: Uint8Array } | undefined;
  readonly snapshotIndex: number;
}

export class JournalSource implements LogSource {
  readonly #files: ReplicaFiles;
  #place: Place | undefined;

  constructor(files: ReplicaFiles) {
    this.#files = files;
  }

  /** Reads on behind `after`, up to `commitIndex`. */
  read(after: SourcePosition, commitIndex: number): ReadOutcome {
    if (commitIndex < after.index) return 'nothing';
    let place = this.#place?.index === after.index + 1 ? this.#place : this.#find(after);
    if (place === undefined || place === 'other') return place ?? 'gone';
    if (!this.#isBehind(place, after)) {
      // The file may have been emptied and begun again since.
      const found = this.#find(after);
      if (found === undefined || found === 'other') return found ?? 'gone';
      place = found;
    }
    this.#place = place;
    if (commitIndex === after.index) return 'nothing';
    const piece = this.#readPiece(place, after, commitIndex);
    return piece ?? 'gone';
  }

  /** The newest snapshot of the folder that is at `index` or before it. */
  snapshot(index: number): { readonly file: SnapshotFile; readonly bytes: Uint8Array } | undefined {
    const { storage } = this.#files;
    const { newest } = newestSnapshot(storage);
    if (newest === undefined || newest.index > index) return undefined;
    // The bytes of a small file are among those of others.
    const bytes = storage.read(snapshotName(newest.index));
    return bytes && { file: newest, bytes };
  }

  /** Index of the newest snapshot file, good or not; 0: there is none. */
  get snapshotIndex(): number {
    return snapshotIndices(this.#files.storage)[0] ?? 0;
  }

  /** Whether the frame before the place is still the one that was read last. */
  #isBehind({ segment, previousAt }: Place, { index, crc }: SourcePosition): boolean {
    if (previousAt === undefined || crc === 0) return true;
    const bytes = this.#files.readPart(segment, previousAt, frameAt.index + 8);
    if (bytes === undefined || bytes.length < frameAt.index + 8) return false;
    const view = viewOf(bytes);
    return view.getUint32(frameAt.crc, true) === crc && getU53(view, frameAt.index) === index;
  }

  /** Looks through the files for the frame behind `after`. */
  #find(after: SourcePosition): Place | 'other' | undefined {
    this.#place = undefined;
    const numbers = this.#files.list().flatMap((name) => segmentNumber(name) ?? []);
    numbers.sort((a, b) => a - b);
    let found: { readonly name: string; readonly start: LogPosition } | undefined;
    for (const number of numbers) {
      const name = segmentName(number);
      const bytes = this.#files.readPart(name, 0, headerBytes);
      if (bytes === undefined) continue;
      const header = readSegmentHeader({ name, bytes, view: viewOf(bytes) }, number);
      // The newest file that begins at the place or before it: an older one may hold what was cut off.
      if (header.kind === 'used' && header.start.index <= after.index) found = { name, start: header.start };
    }
    if (found === undefined) return undefined;
    const { name, start } = found;
    if (start.index === after.index) {
      const isSame = start.term === after.term && start.nextSeq === after.nextSeq;
      return isSame
        ? { segment: name, previousAt: undefined, nextAt: segmentHeaderBytes, index: after.index + 1 }
        : 'other';
    }
    let previousAt = segmentHeaderBytes;
    for (const frame of this.#frames(name, segmentHeaderBytes, start.index + 1)) {
      if (frame.index < after.index) continue;
      previousAt = frame.at;
      const isSame = frame.term === after.term && (after.crc === 0 || frame.crc === after.crc);
      if (!isSame) return 'other';
      return { segment: name, previousAt, nextAt: frame.at + frame.length, index: after.index + 1 };
    }
    return undefined;
  }

  #readPiece(place: Place, after: SourcePosition, commitIndex: number): LogPiece | undefined {
    const pieces: Uint8Array[] = [];
    let { segment, nextAt } = place;
    let end = after;
    let lastAt = place.previousAt;
    let instance = 0;
    let size = 0;
    while (end.index < commitIndex && size < pieceBytesMax) {
      let isMore = false;
      for (const frame of this.#frames(segment, nextAt, end.index + 1)) {
        if (frame.firstSeq !== end.nextSeq || frame.term < end.term) return undefined;
        isMore = true;
        pieces.push(frame.bytes);
        size += frame.length;
        instance ||= frame.instance;
        lastAt = nextAt;
        nextAt += frame.length;
        const { index, term, timeUs, crc } = frame;
        end = { index, term, nextSeq: frame.firstSeq + frame.count, timeUs, crc };
        if (index === commitIndex || size >= pieceBytesMax) break;
      }
      if (isMore) continue;
      // The next frame is in the next file.
      const next = this.#find(end);
      if (next === undefined || next === 'other' || next.segment === segment) break;
      segment = next.segment;
      nextAt = next.nextAt;
      lastAt = next.previousAt;
    }
    if (pieces.length === 0) return undefined;
    this.#place = { segment, previousAt: lastAt, nextAt, index: end.index + 1 };
    return { frames: joined(pieces, size), firstIndex: after.index + 1, end, instance };
  }

  /** The good frames of a file from an offset on, which must carry the indices from `index` on. */
  *#frames(name: string, from: number, index: number): Generator<FoundFrame> {
    let at = from;
    let expected = index;
    for (let bytes = chunkBytesMin; ; bytes = Math.min(bytes * chunkGrowth, pieceBytesMax)) {
      const chunk = this.#files.readPart(name, at, bytes);
      if (chunk === undefined || chunk.length < 8) return;
      const view = viewOf(chunk);
      let used = 0;
      while (used + 8 <= chunk.length) {
        const length = view.getUint32(used + frameAt.length, true);
        if (length === 0 || length > frameBytesMax) return;
        if (used + length > chunk.length) break;
        if (checkFrame(chunk, view, used, chunk.length - used) !== DecodeCode.ok) return;
        if (getU53(view, used + frameAt.index) !== expected) return;
        yield foundFrame(chunk, view, used, at + used);
        used += length;
        expected += 1;
      }
      // A frame may be longer than what was read of it.
      if (used === 0 && (chunk.length < bytes || bytes === pieceBytesMax)) return;
      at += used;
    }
  }
}

/** The checksum of the last one of these frames. */
export function lastChecksum(frames: Uint8Array): number {
  const view = viewOf(frames);
  let crc = 0;
  for (let at = 0; at + frameHeaderBytes <= frames.length; at += view.getUint32(at + frameAt.length, true)) {
    crc = view.getUint32(at + frameAt.crc, true);
    if (view.getUint32(at + frameAt.length, true) === 0) break;
  }
  return crc;
}

interface FoundFrame extends Omit<FrameHeader, 'kind'> {
  readonly at: number;
  readonly instance: number;
  readonly bytes: Uint8Array;
}

function foundFrame(chunk: Uint8Array, view: DataView, used: number, at: number): FoundFrame {
  const header = readFrameHeader(view, used);
  const { length } = header;
  return { ...header, at, instance: instanceIn(view, used), bytes: chunk.subarray(used, used + length) };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
