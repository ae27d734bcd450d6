/** Fuzzes the datagrams between replicas: header and frames behind it. */
import { assert, assertAbove, assertAtMost, assertEqual } from '../std/assert.ts';
import type { Random } from '../std/random.ts';
import { type Fuzzer, isSameBytes, joined, mutated, noise } from '../std/testing/fuzzing.ts';
import { DecodeCode } from './codes.ts';
import {
  agreementOf,
  clusterIdOf,
  emptyRaftMessage,
  epochOf,
  foundationOf,
  instanceOf,
  RaftType,
  raftDatagram,
  readRaftMessage,
  writeRaftMessage,
} from './datagrams.ts';
import { checkFrame } from './frames.ts';
import { randomFrame } from './testing/random-frames.ts';
import { randomRecord } from './testing/random-records.ts';

const types = Object.values(RaftType);

function run(random: Random): void {
  const good = randomDatagram(random);
  assert(readAndWriteBack(good), 'a datagram that was written is read');
  const bytes = random.chance(0.9) ? mutated(random, good) : noise(random, 512);
  if (readAndWriteBack(bytes)) walkFrames(bytes);
}

function randomDatagram(random: Random): Uint8Array {
  let bytes = randomRecord(random, raftDatagram).slice(0, raftDatagram.size);
  const frames = random.below(4);
  for (let n = 0; n < frames; n++) bytes = joined(bytes, randomFrame(random, n + 1, 3));
  raftDatagram.writePrefix(new DataView(bytes.buffer), 0, bytes.length - raftDatagram.size);
  bytes[raftDatagram.at.type] = random.pick(types);
  new DataView(bytes.buffer).setUint32(raftDatagram.at.frameCount, frames, true);
  return bytes;
}

/** Whether the bytes are a datagram; the header of one must be written as the same bytes again. */
function readAndWriteBack(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const message = emptyRaftMessage();
  if (readRaftMessage(view, bytes.length, message) !== DecodeCode.ok) {
    assertEqual(message.type, 0, 'a refused datagram leaves no trace in the message');
    assertEqual(message.term, 0, 'a refused datagram leaves no trace in the message');
    return false;
  }
  const again = new Uint8Array(raftDatagram.size);
  const frameBytes = bytes.length - raftDatagram.size;
  const origin = {
    clusterId: clusterIdOf(view),
    foundation: foundationOf(view),
    instance: instanceOf(view),
    epoch: epochOf(view),
    agreement: agreementOf(view),
  };
  const written = writeRaftMessage(new DataView(again.buffer), message, origin, frameBytes);
  assertEqual(written, bytes.length, 'a datagram is written with the length that it was read with');
  assert(isSameBytes(again, bytes.subarray(0, raftDatagram.size)), 'a header is written as the same bytes');
  return true;
}

/** Reads the frames as a follower does: no further than the datagram, and never in place. */
function walkFrames(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = raftDatagram.size;
  while (checkFrame(bytes, view, at, bytes.length - at) === DecodeCode.ok) {
    const length = view.getUint32(at, true);
    assertAbove(length, 0, 'a good frame lies within the datagram');
    assertAtMost(at + length, bytes.length, 'a good frame lies within the datagram');
    at += length;
  }
}

export const datagramFuzzer: Fuzzer = {
  name: 'protocol-datagrams',
  property: 'A datagram is refused with a code, or its header is written back as the same bytes.',
  casesInTests: 2_000,
  run,
};
