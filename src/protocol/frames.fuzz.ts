/** Fuzzes the check of frames: damage is found, and what passes is sealed again as the same bytes. */
import { assert, assertAtLeast, assertAtMost, assertEqual } from '../std/assert.ts';
import { crc32 } from '../std/crc32.ts';
import type { Random } from '../std/random.ts';
import { embedded, type Fuzzer, isSameBytes, mutated, noise } from '../std/testing/fuzzing.ts';
import { DecodeCode } from './codes.ts';
import {
  checkFrame,
  type FrameKind,
  frameAt,
  frameHeaderBytes,
  readFrameHeader,
  sealFrame,
} from './frames.ts';
import { randomFrame } from './testing/random-frames.ts';

function run(random: Random): void {
  const good = randomFrame(random, random.next());
  assertEqual(checkAnywhere(random, good), DecodeCode.ok, 'a sealed frame is good');
  const bytes = random.chance(0.9) ? mutated(random, good) : noise(random, 512);
  const isForged = random.chance(0.3) && forge(bytes);
  if (checkAnywhere(random, bytes) !== DecodeCode.ok) return;
  const length = new DataView(bytes.buffer).getUint32(0, true);
  assertAtLeast(length, frameHeaderBytes, 'a good frame is whole');
  assertAtMost(length, bytes.length, 'a good frame is whole');
  const frame = bytes.slice(0, length);
  assert(isForged || isSameBytes(frame, good), 'a changed frame is found by its checksum');
  const header = readFrameHeader(new DataView(frame.buffer), 0);
  const again = frame.slice().fill(0, 0, frameHeaderBytes);
  const { index, term, firstSeq, timeUs, count, kind } = header;
  const view = new DataView(again.buffer);
  sealFrame(again, view, 0, length, index, term, firstSeq, timeUs, count, kind as FrameKind);
  assert(isSameBytes(again, frame), 'what was read is sealed as the same bytes');
}

/** Gives the changed frame the checksum that it needs to pass; false where its length leaves no room for that. */
function forge(bytes: Uint8Array): boolean {
  if (bytes.length < frameHeaderBytes) return false;
  const view = new DataView(bytes.buffer);
  const length = view.getUint32(frameAt.length, true);
  if (length < frameHeaderBytes || length > bytes.length) return false;
  view.setUint32(frameAt.crc, crc32(bytes, frameAt.index, length), true);
  return true;
}

function checkAnywhere(random: Random, bytes: Uint8Array): DecodeCode {
  const alone = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const code = checkFrame(bytes, alone, 0, bytes.length);
  const among = embedded(random, bytes);
  const amongCode = checkFrame(among.bytes, new DataView(among.bytes.buffer), among.at, bytes.length);
  assertEqual(amongCode, code, 'only the frame itself decides');
  return code;
}

export const frameFuzzer: Fuzzer = {
  name: 'protocol-frames',
  property: 'A changed frame is refused with a code; one that passes is sealed again as the same bytes.',
  casesInTests: 2_000,
  run,
};
