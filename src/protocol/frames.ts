/**
 * A frame: one journal entry, one Raft entry. A batch of commands that were stamped together, in the same bytes in the
 * journal, on the wire and in memory. Its checksum covers everything behind the first eight bytes.
 */
import { crc32 } from '../std/crc32.ts';
import { getU53, isU53, setU53 } from '../std/integers.ts';
import { DecodeCode } from './codes.ts';
import { frameBytesMax } from './limits.ts';

/**
 * What a frame carries. A new leader's first frame is `commands` with a count of 0; that of the first leader of all,
 * frame 2, is `instance`, with the number of the cluster's instance and its epoch (protocol/foundation.ts). Later ones
 * of this kind raise the epoch. `voided` says which command no replica applies (decision 26).
 */
export const FrameKind = { commands: 1, configuration: 2, instance: 3, voided: 4 } as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** Offsets of a frame's header. `length` counts the whole frame; 0 where a frame would begin means: no frame here. */
export const frameAt = {
  /** u32, bytes of the frame, header included, a multiple of 8. */
  length: 0,
  /** u32, CRC-32 of the bytes from `index` to the end. */
  crc: 4,
  /** u53, number of this frame in the log, from 1, gap-free. */
  index: 8,
  /** u53, Raft term in which the frame was made. */
  term: 16,
  /** u53, sequence number of the first command; of the next command where the frame has none. */
  firstSeq: 24,
  /**
   * u53, microseconds since 1970 at which the leader stamped the commands; grows with each frame that has some. One
   * without carries that of the frame before.
   */
  timeUs: 32,
  /** u32, number of commands; each takes one sequence number. */
  count: 40,
  /** u32, a FrameKind. */
  kind: 44,
} as const;
/** Bytes of a frame's header; the payload follows. */
export const frameHeaderBytes = 48;
/** Index of the frame that carries the instance: the first one behind the founding configuration. */
export const instanceIndex = 2;
export const instanceFrameBytes = frameHeaderBytes + 24;
export const voidedFrameBytes = frameHeaderBytes + 8;

/** Writes a frame's header over a payload that is in place already, and seals it with its checksum. @hot */
// biome-ignore lint/complexity/useMaxParams: it runs for each frame and makes no object for it. @hot
export function sealFrame(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  length: number,
  index: number,
  term: number,
  firstSeq: number,
  timeUs: number,
  count: number,
  kind: FrameKind,
): void {
  setU53(view, at + frameAt.index, index);
  setU53(view, at + frameAt.term, term);
  setU53(view, at + frameAt.firstSeq, firstSeq);
  setU53(view, at + frameAt.timeUs, timeUs);
  view.setUint32(at + frameAt.count, count, true);
  view.setUint32(at + frameAt.kind, kind, true);
  view.setUint32(at + frameAt.crc, crc32(bytes, at + frameAt.index, at + length), true);
  view.setUint32(at + frameAt.length, length, true);
}

/** Whether a whole, undamaged frame is at `at`. The commands inside are checked by {@link commands}. @hot */
export function checkFrame(bytes: Uint8Array, view: DataView, at: number, available: number): DecodeCode {
  if (available < frameHeaderBytes) return DecodeCode.truncated;
  const length = view.getUint32(at + frameAt.length, true);
  if (length < frameHeaderBytes || length > frameBytesMax || length % 8 !== 0) return DecodeCode.badLength;
  if (length > available) return DecodeCode.truncated;
  if (crc32(bytes, at + frameAt.index, at + length) !== view.getUint32(at + frameAt.crc, true)) {
    return DecodeCode.badChecksum;
  }
  const numbersAreGood =
    isU53(view, at + frameAt.index) &&
    isU53(view, at + frameAt.term) &&
    isU53(view, at + frameAt.firstSeq) &&
    isU53(view, at + frameAt.timeUs);
  if (!numbersAreGood) return DecodeCode.badField;
  const kind = view.getUint32(at + frameAt.kind, true);
  return kind === FrameKind.commands ||
    kind === FrameKind.configuration ||
    isInstance(view, at) ||
    isVoid(view, at)
    ? DecodeCode.ok
    : DecodeCode.badField;
}

/** Whether the frame at `at` is a sound one of the kind `instance`. */
function isInstance(view: DataView, at: number): boolean {
  return (
    view.getUint32(at + frameAt.kind, true) === FrameKind.instance &&
    view.getUint32(at + frameAt.length, true) === instanceFrameBytes &&
    view.getUint32(at + frameAt.count, true) === 0 &&
    getU53(view, at + frameAt.index) >= instanceIndex &&
    isPositive(view, at + frameHeaderBytes) &&
    isPositive(view, at + frameHeaderBytes + 8) &&
    isU53(view, at + frameHeaderBytes + 16)
  );
}

function isPositive(view: DataView, at: number): boolean {
  return isU53(view, at) && getU53(view, at) > 0;
}

/** Writes the payload of a frame of the kind `instance`; `site` writes in this epoch, 0: none is named. */
export function writeInstance(view: DataView, at: number, instance: number, epoch: number, site = 0): void {
  setU53(view, at + frameHeaderBytes, instance);
  setU53(view, at + frameHeaderBytes + 8, epoch);
  setU53(view, at + frameHeaderBytes + 16, site);
}

/** Whether the frame at `at` is a sound one of the kind `voided`: its command came before. */
function isVoid(view: DataView, at: number): boolean {
  return (
    view.getUint32(at + frameAt.kind, true) === FrameKind.voided &&
    view.getUint32(at + frameAt.length, true) === voidedFrameBytes &&
    view.getUint32(at + frameAt.count, true) === 0 &&
    isU53(view, at + frameHeaderBytes) &&
    getU53(view, at + frameHeaderBytes) > 0 &&
    getU53(view, at + frameHeaderBytes) < getU53(view, at + frameAt.firstSeq)
  );
}

/** The command that the good frame at `at` voids; 0 where it is of another kind. */
export function voidedIn(view: DataView, at: number): number {
  const isOfKind = view.getUint32(at + frameAt.kind, true) === FrameKind.voided;
  return isOfKind ? getU53(view, at + frameHeaderBytes) : 0;
}

/** The instance that the good frame at `at` carries; 0 where it is of another kind. */
export function instanceIn(view: DataView, at: number): number {
  return isOfInstance(view, at) ? getU53(view, at + frameHeaderBytes) : 0;
}

/** The epoch that begins with the good frame at `at`; 0 where it is of another kind. */
export function epochIn(view: DataView, at: number): number {
  return isOfInstance(view, at) ? getU53(view, at + frameHeaderBytes + 8) : 0;
}

/** The site that writes in the epoch that begins with the good frame at `at`; 0 where it names none. */
export function siteIn(view: DataView, at: number): number {
  return isOfInstance(view, at) ? getU53(view, at + frameHeaderBytes + 16) : 0;
}

function isOfInstance(view: DataView, at: number): boolean {
  return view.getUint32(at + frameAt.kind, true) === FrameKind.instance;
}

/** The fields of a frame's header, for tools and tests. */
export interface FrameHeader {
  readonly length: number;
  readonly crc: number;
  readonly index: number;
  readonly term: number;
  readonly firstSeq: number;
  readonly timeUs: number;
  readonly count: number;
  readonly kind: number;
}

/** Reads the header of a frame that {@link checkFrame} found good. */
export function readFrameHeader(view: DataView, at: number): FrameHeader {
  return {
    length: view.getUint32(at + frameAt.length, true),
    crc: view.getUint32(at + frameAt.crc, true),
    index: getU53(view, at + frameAt.index),
    term: getU53(view, at + frameAt.term),
    firstSeq: getU53(view, at + frameAt.firstSeq),
    timeUs: getU53(view, at + frameAt.timeUs),
    count: view.getUint32(at + frameAt.count, true),
    kind: view.getUint32(at + frameAt.kind, true),
  };
}
