/**
 * One file of the journal: a header page, then frames without a gap, then zero bytes to the end. A reader that meets a
 * zero length word has seen all frames; so everything behind the newest frame must be zero, on the disk too, before
 * anything new is written there (else old bytes could be read as new frames after a power cut).
 */
import { DecodeCode } from '../protocol/codes.ts';
import { checkFrame, frameAt, frameHeaderBytes, instanceIn, instanceIndex } from '../protocol/frames.ts';
import { Layout, u32, u53 } from '../protocol/layout.ts';
import { frameBytesMax } from '../protocol/limits.ts';
import { assert } from '../std/assert.ts';
import { getU53, isU53, setU53 } from '../std/integers.ts';
import { isOtherFormat, isZero, recordProblem, seal } from './sealed-record.ts';
import type { Region, Storage } from './storage.ts';

/** Bytes of the header page; frames begin behind it. */
export const segmentHeaderBytes = 4096;
/** Zero bytes that follow the newest frame: the length word of a frame that is not there. */
export const endMarkBytes = 8;
export const segmentBytesDefault = 64 * 1024 * 1024;
export const segmentBytesMin = 64 * 1024;
export const segmentBytesMax = 1024 * 1024 * 1024;

assert(
  segmentHeaderBytes + frameBytesMax + endMarkBytes <= segmentBytesMin,
  () => `the largest frame fits a segment: ${frameBytesMax} bytes into ${segmentBytesMin}`,
);

/** The log as it is behind a frame (or at the beginning). */
export interface LogPosition {
  /** Number of the frame; 0 before the first. */
  readonly index: number;
  readonly term: number;
  /** Sequence number that the next command gets. */
  readonly nextSeq: number;
  readonly timeUs: number;
}

/** Before the first frame. */
export const logStart: LogPosition = { index: 0, term: 0, nextSeq: 1, timeUs: 0 };

/** Whether both are the same place of the same log. */
export function isSame(a: LogPosition, b: LogPosition): boolean {
  return a.index === b.index && a.term === b.term && a.nextSeq === b.nextSeq && a.timeUs === b.timeUs;
}

const magic = 0x4c_4b_53_4a;

/** Whose file this is. Written when the file is created, flushed before the first frame is written. */
const identity = new Layout('segment identity', 1, {
  crc: u32(),
  magic: u32(magic, magic),
  clusterId: u32(),
  replicaId: u32(),
  segmentBytes: u32(segmentHeaderBytes, segmentBytesMax),
  number: u53(),
});

/**
 * Where in which log the segment begins; `instance` is 0 where it was not known yet. The first word is 0 in a prepared
 * file, and voidMark in a file that was given up.
 */
const start = new Layout('segment start', 2, {
  crc: u32(),
  firstIndex: u53(1),
  previousTerm: u53(),
  firstSeq: u53(1),
  previousTimeUs: u53(),
  instance: u53(),
});

/** Takes the place of the first word of a segment's start; no record begins so. */
const voidMark = 0xffff_ffff;

/** Offsets in the header page: each part in a sector of its own, the two watermarks each in a cache line of its own. */
const identityAt = 0;
const startAt = 512;
const watermarkAt = [1024, 1088] as const;
/** The index, and its complement. */
const watermarkBytes = 16;

const namePattern = /^segment-(\d{16})\.log$/;

/** The file name of the segment with this number; numbers grow in the order of creation and are not used again. */
export function segmentName(number: number): string {
  return `segment-${String(number).padStart(16, '0')}.log`;
}

/** The number in a segment's file name; undefined for any other name. */
export function segmentNumber(name: string): number | undefined {
  const digits = namePattern.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The journal that the segments belong to. */
export interface Owner {
  readonly clusterId: number;
  readonly replicaId: number;
}

/** What the header page of a file says. */
export type SegmentHeader =
  | {
      readonly kind: 'used';
      readonly owner: Owner;
      /** Bytes that the file was created with. */
      readonly segmentBytes: number;
      readonly start: LogPosition;
      /** Of the cluster, as the header or the frames say (protocol/foundation.ts); 0 where neither does. */
      readonly instance: number;
      readonly watermark: number;
    }
  /** It holds no frame: given up, or prepared and never used. */
  | { readonly kind: 'unused'; readonly isGivenUp: boolean }
  /** Of another release: to be left alone. */
  | { readonly kind: 'otherFormat' }
  /** `isCertain`: a power cut cannot have done this. */
  | {
      readonly kind: 'bad';
      readonly reason: string;
      readonly isCertain: boolean;
      readonly watermark: number;
    };

/** Reads the header page of `region`, the segment with this number. */
export function readSegmentHeader(region: Region, number: number): SegmentHeader {
  const { bytes, view } = region;
  const bad = (reason: string, isCertain = true, watermark = 0): SegmentHeader => {
    return { kind: 'bad', reason, isCertain, watermark };
  };
  if (bytes.length < segmentHeaderBytes) return bad(`the file is cut short to ${bytes.length} bytes`, false);
  if (isOtherFormat(bytes, view, identityAt, identity.size)) return { kind: 'otherFormat' };
  const problem = recordProblem(identity, region, identityAt, identity.size);
  if (problem !== undefined) {
    // The identity is on the disk before the first frame is written: without frames the file was never used.
    const isEmpty =
      isZero(bytes, startAt, startAt + start.size) && isZero(bytes, segmentHeaderBytes, bytes.length);
    return isEmpty ? { kind: 'unused', isGivenUp: false } : bad(problem);
  }
  const { clusterId, replicaId, segmentBytes, number: ownNumber } = identity.read(view, identityAt);
  if (ownNumber !== number) return bad(`the file is segment ${ownNumber} under a wrong name`);

  const watermark = readWatermark(bytes, view);
  if (watermark === undefined) return bad('both flush marks are damaged');
  if (isVoid(view)) return { kind: 'unused', isGivenUp: true };
  if (view.getUint32(startAt, true) === 0 && watermark === 0) return { kind: 'unused', isGivenUp: false };
  const startProblem = recordProblem(start, region, startAt, start.size);
  if (startProblem !== undefined) return bad(startProblem, false, watermark);
  // Both are written before the start is: a power cut can lose them only before the file is flushed for the first time.
  if (!watermarkAt.some((at) => isWholeMark(view, at))) return bad('the flush marks are missing', false);
  const at = start.read(view, startAt);
  return {
    kind: 'used',
    owner: { clusterId, replicaId },
    segmentBytes,
    start: {
      index: at.firstIndex - 1,
      term: at.previousTerm,
      nextSeq: at.firstSeq,
      timeUs: at.previousTimeUs,
    },
    instance: at.instance || instanceAmong(bytes, view, at.firstIndex),
    watermark,
  };
}

/** The instance in the frames of a segment that begins with `firstIndex`; 0 where there is none. */
function instanceAmong(bytes: Uint8Array, view: DataView, firstIndex: number): number {
  let at = segmentHeaderBytes;
  for (let index = firstIndex; index <= instanceIndex; index++) {
    const isGood =
      checkFrame(bytes, view, at, bytes.length - at) === DecodeCode.ok &&
      getU53(view, at + frameAt.index) === index;
    if (!isGood) return 0;
    if (index === instanceIndex) return instanceIn(view, at);
    at += view.getUint32(at + frameAt.length, true);
  }
  return 0;
}

/** Whether the segment was given up. Ones in all of its start are no mark but an erased or unreadable sector. */
function isVoid(view: DataView): boolean {
  const isMarked = view.getUint32(startAt, true) === voidMark;
  return isMarked && isU53(view, startAt + start.at.firstIndex);
}

/** The higher of the two marks, blank ones counting as 0; one may be caught half-written, both cannot. */
function readWatermark(bytes: Uint8Array, view: DataView): number | undefined {
  let highest: number | undefined;
  for (const at of watermarkAt) {
    const isGood = isZero(bytes, at, at + watermarkBytes) || isWholeMark(view, at);
    if (isGood) highest = Math.max(highest ?? 0, getU53(view, at));
  }
  return highest;
}

/** An index and its complement. */
function isWholeMark(view: DataView, at: number): boolean {
  return (
    isU53(view, at) &&
    view.getUint32(at + 8, true) === ~view.getUint32(at, true) >>> 0 &&
    view.getUint32(at + 12, true) === ~view.getUint32(at + 4, true) >>> 0
  );
}

function writeWatermarkSlot(view: DataView, at: number, index: number): void {
  setU53(view, at, index);
  view.setUint32(at + 8, ~view.getUint32(at, true) >>> 0, true);
  view.setUint32(at + 12, ~view.getUint32(at + 4, true) >>> 0, true);
}

/** A mapped segment and the places of its frames. */
export class Segment {
  readonly number: number;
  readonly region: Region;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** The log just before the segment's first frame. */
  start: LogPosition;
  firstIndex: number;
  count = 0;
  /** Offset behind the newest frame. */
  end = segmentHeaderBytes;
  /** Position of the newest flush request for this file. */
  requestedPosition = 0;
  /** Where each frame begins, and behind them `end`. */
  #offsets: Uint32Array;
  #nextWatermarkAt = 0;

  constructor(number: number, region: Region, begin: LogPosition) {
    this.number = number;
    this.region = region;
    this.bytes = region.bytes;
    this.view = region.view;
    this.start = begin;
    this.firstIndex = begin.index + 1;
    // Room for as many frames as can be: untouched pages of it cost no memory, and the hot path never grows it.
    this.#offsets = new Uint32Array(this.#framesMax() + 1);
    this.#offsets[0] = this.end;
  }

  /** Creates and identifies an unused file; undefined: no space. Its identity must be flushed before {@link begin}. */
  static create(storage: Storage, number: number, size: number, owner: Owner): Segment | undefined {
    const region = storage.createRegion(segmentName(number), size);
    if (region === undefined) return undefined;
    const segment = new Segment(number, region, logStart);
    segment.writeIdentity(owner);
    return segment;
  }

  get name(): string {
    return this.region.name;
  }

  get lastIndex(): number {
    return this.firstIndex + this.count - 1;
  }

  /** Offset up to which frames may reach. */
  get limit(): number {
    return this.bytes.length - endMarkBytes;
  }

  /** Says whose file this is, and how long: written once, and again where a file that was cut short is used on. */
  writeIdentity({ clusterId, replicaId }: Owner): void {
    const values = {
      crc: 0,
      magic,
      clusterId,
      replicaId,
      segmentBytes: this.bytes.length,
      number: this.number,
    };
    identity.write(this.view, identityAt, values);
    seal(this.bytes, this.view, identityAt, identity.size);
  }

  /** Empties the segment and makes it follow `position`, in memory; {@link writeStart} makes it so in the file. */
  restart(position: LogPosition): void {
    this.start = position;
    this.firstIndex = position.index + 1;
    this.count = 0;
    this.end = segmentHeaderBytes;
  }

  /** Takes the empty segment into use: with the last write of a word, so that a dying process leaves all or nothing. */
  writeStart(durableIndex: number, instance: number): void {
    this.void();
    this.setWatermark(durableIndex);
    const record = new Uint8Array(start.size);
    const view = new DataView(record.buffer);
    start.write(view, 0, {
      crc: 0,
      firstIndex: this.firstIndex,
      previousTerm: this.start.term,
      firstSeq: this.start.nextSeq,
      previousTimeUs: this.start.timeUs,
      instance,
    });
    seal(record, view, 0, start.size);
    this.bytes.set(record.subarray(4), startAt + 4);
    this.view.setUint32(startAt, view.getUint32(0, true), true);
  }

  /** Gives the file up: once this is flushed it holds no frame, even if its removal is lost in a power cut. */
  void(): void {
    if (this.bytes.length >= segmentHeaderBytes) this.view.setUint32(startAt, voidMark, true);
  }

  /** Notes the frame of `length` bytes that was written at `end`. @hot */
  added(length: number): void {
    this.end += length;
    this.count += 1;
    this.#offsets[this.count] = this.end;
  }

  /** Where the frame `index` of this segment begins; for lastIndex + 1, where the next one will. @hot */
  offsetOf(index: number): number {
    return this.#offsets[index - this.firstIndex]!;
  }

  /** The log behind the newest frame. */
  position(): LogPosition {
    if (this.count === 0) return this.start;
    const at = this.offsetOf(this.lastIndex);
    return {
      index: this.lastIndex,
      term: getU53(this.view, at + frameAt.term),
      nextSeq: getU53(this.view, at + frameAt.firstSeq) + this.view.getUint32(at + frameAt.count, true),
      timeUs: getU53(this.view, at + frameAt.timeUs),
    };
  }

  /** Forgets the frames after `index`; their bytes stay until {@link wipe}. */
  forgetAfter(index: number): void {
    assert(
      index >= this.firstIndex - 1,
      () => `a segment forgets only its own frames: after ${index}, first is ${this.firstIndex}`,
    );
    if (index >= this.lastIndex) return;
    this.end = this.offsetOf(index + 1);
    this.count = index + 1 - this.firstIndex;
  }

  /** Zeroes the bytes between the newest frame and `limit`; returns whether any was set. */
  wipe(limit = this.bytes.length): boolean {
    const until = Math.min(limit, this.bytes.length);
    let found = false;
    // Page by page, so that pages which are zero already are not written, let alone flushed.
    for (let from = this.end; from < until; ) {
      const to = Math.min(until, (Math.floor(from / 4096) + 1) * 4096);
      if (!isZero(this.bytes, from, to)) {
        this.bytes.fill(0, from, to);
        found = true;
      }
      from = to;
    }
    return found;
  }

  /** Frees what a full segment does not need any more. */
  shrink(): void {
    if (this.#offsets.length > this.count + 1) this.#offsets = this.#offsets.slice(0, this.count + 1);
  }

  /** Takes back what {@link shrink} freed: a truncation has made this the newest segment again. */
  unshrink(): void {
    const offsets = new Uint32Array(this.#framesMax() + 1);
    offsets.set(this.#offsets.subarray(0, this.count + 1));
    this.#offsets = offsets;
  }

  /** A frame without a command is a header. */
  #framesMax(): number {
    return Math.ceil(Math.max(0, this.bytes.length - segmentHeaderBytes) / frameHeaderBytes);
  }

  /** Raises the lower bound of the flushed index, in the older of the two slots. @hot */
  raiseWatermark(index: number): void {
    this.#nextWatermarkAt = 1 - this.#nextWatermarkAt;
    writeWatermarkSlot(this.view, watermarkAt[this.#nextWatermarkAt === 0 ? 0 : 1], index);
  }

  /** Sets the lower bound in both slots, to an index that may be lower than before. */
  setWatermark(index: number): void {
    for (const at of watermarkAt) writeWatermarkSlot(this.view, at, index);
  }
}
