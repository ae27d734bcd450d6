/**
 * Reads the frames of a segment one after the other and believes nothing: each must be whole and must follow from the
 * one before. Recovery and the tools that inspect a journal share it.
 */
import { DecodeCode } from '../protocol/codes.ts';
import { checkFrame, frameAt, frameHeaderBytes } from '../protocol/frames.ts';
import { frameBytesMax } from '../protocol/limits.ts';
import { getU53 } from '../std/integers.ts';
import { endMarkBytes, type LogPosition, type Segment } from './segment.ts';

/** Bytes that are searched for good frames behind a bad one. */
const searchBytesMax = 16 * 1024 * 1024;
/** Bytes of candidates whose checksum is computed in that search. */
const searchChecksumBytesMax = 64 * 1024 * 1024;

const badFrame: Readonly<Record<DecodeCode, string>> = {
  [DecodeCode.ok]: '',
  [DecodeCode.truncated]: 'the frame reaches beyond the end of the file',
  [DecodeCode.wrongVersion]: 'the frame has another version',
  [DecodeCode.unknownType]: 'the frame is of an unknown type',
  [DecodeCode.badLength]: 'the length of the frame is impossible',
  [DecodeCode.badField]: 'the frame holds a value that is not allowed',
  [DecodeCode.badChecksum]: 'the checksum of the frame does not match',
};

/**
 * Adds all good frames to `segment`, created with `segmentBytes`; returns what is wrong with the next one, undefined at
 * the regular end.
 */
export function scanSegment(segment: Segment, segmentBytes: number): string | undefined {
  const { bytes, view } = segment;
  const before = { ...segment.position() };
  const isShort = bytes.length < segmentBytes;
  const shortText = `the file is cut short to ${bytes.length} of ${segmentBytes} bytes`;
  for (;;) {
    const at = segment.end;
    if (at + endMarkBytes > bytes.length) return isShort ? shortText : 'there is no end mark';
    if (view.getUint32(at, true) === 0) return isShort ? shortText : undefined;
    const code = checkFrame(bytes, view, at, bytes.length - at);
    if (code !== DecodeCode.ok) return badFrame[code];
    const problem = sequenceProblem(view, at, before);
    if (problem !== undefined) return problem;
    segment.added(view.getUint32(at + frameAt.length, true));
    before.index++;
    before.term = getU53(view, at + frameAt.term);
    before.nextSeq += view.getUint32(at + frameAt.count, true);
    before.timeUs = getU53(view, at + frameAt.timeUs);
  }
}

/** Why the good frame at `at` cannot follow `before`. */
function sequenceProblem(view: DataView, at: number, before: LogPosition): string | undefined {
  const index = getU53(view, at + frameAt.index);
  if (index !== before.index + 1) return `the frame has index ${index} where ${before.index + 1} follows`;
  const term = getU53(view, at + frameAt.term);
  if (term < before.term) return `the frame has term ${term} behind term ${before.term}`;
  const firstSeq = getU53(view, at + frameAt.firstSeq);
  if (firstSeq !== before.nextSeq) {
    return `the frame begins with seq ${firstSeq} where ${before.nextSeq} follows`;
  }
  const timeUs = getU53(view, at + frameAt.timeUs);
  const hasCommands = view.getUint32(at + frameAt.count, true) > 0;
  const isLater = hasCommands ? timeUs > before.timeUs : timeUs >= before.timeUs;
  return isLater ? undefined : 'the time of the frame does not grow';
}

/**
 * Counts good frames with an index above `index` from `from` on, within a bounded effort: what lies behind a bad one.
 */
export function countFramesFrom(bytes: Uint8Array, view: DataView, from: number, index: number): number {
  const to = Math.min(bytes.length - frameHeaderBytes, from + searchBytesMax);
  // A frame takes 48 bytes or more, so the index cannot be further ahead than the file has room for.
  const indexMax = index + Math.ceil(bytes.length / frameHeaderBytes);
  let checksumBytes = 0;
  let found = 0;
  for (let at = from; at <= to && checksumBytes < searchChecksumBytesMax; ) {
    const length = view.getUint32(at + frameAt.length, true);
    const isPlausible =
      length >= frameHeaderBytes &&
      length <= frameBytesMax &&
      length % 8 === 0 &&
      getU53(view, at + frameAt.index) > index &&
      getU53(view, at + frameAt.index) <= indexMax;
    if (isPlausible) checksumBytes += length;
    if (isPlausible && checkFrame(bytes, view, at, bytes.length - at) === DecodeCode.ok) {
      found++;
      at += length;
    } else {
      at += 8;
    }
  }
  return found;
}
