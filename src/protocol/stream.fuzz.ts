/** Fuzzes the reader of record streams: pieces of any size give what a look at the whole stream gives. */
import { assert, assertAbove, assertEqual } from '../std/assert.ts';
import type { Random } from '../std/random.ts';
import { type Fuzzer, isSameBytes, joined, mutated, noise, piecesOf } from '../std/testing/fuzzing.ts';
import { DecodeCode } from './codes.ts';
import { commands } from './commands.ts';
import { events } from './events.ts';
import { type Fields, isWireVersion, type Layout, PREFIX_BYTES, VERSION_AT } from './layout.ts';
import { messages } from './messages.ts';
import { RecordReader } from './stream.ts';
import { randomRecord } from './testing/random-records.ts';

interface Found {
  readonly records: Uint8Array[];
  readonly failure: DecodeCode;
}

const layouts: readonly Layout<Fields>[] = [...commands.layouts, ...events.layouts, ...messages.layouts];

function run(random: Random): void {
  let stream = new Uint8Array(0);
  for (let n = random.below(20); n > 0; n--)
    stream = joined(stream, randomRecord(random, random.pick(layouts)));
  if (random.chance(0.7)) stream = mutated(random, stream);
  if (random.chance(0.1)) stream = noise(random, 1024);
  const recordMax = 8 * random.between(1, random.chance(0.5) ? 4 : 32);
  const expected = readWhole(stream, recordMax);
  const reader = new RecordReader(recordMax);
  if (random.chance(0.3)) {
    readPieces(reader, piecesOf(random, noise(random, 64)));
    reader.reset();
  }
  const found = readPieces(reader, piecesOf(random, stream));
  assertEqual(reader.bytes.length, 2 * recordMax, 'the buffer never grows');
  assertEqual(found.failure, expected.failure, 'pieces fail as the whole does');
  assertEqual(found.records.length, expected.records.length, 'pieces give as many records as the whole');
  const isSame = found.records.every((record, n) => isSameBytes(record, expected.records[n]!));
  assert(isSame, 'pieces give the records of the whole');
}

/** The obvious reading, with all bytes at hand. */
function readWhole(bytes: Uint8Array, recordMax: number): Found {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const records: Uint8Array[] = [];
  let at = 0;
  while (bytes.length - at >= PREFIX_BYTES) {
    if (!isWireVersion(view.getUint8(at + VERSION_AT))) return { records, failure: DecodeCode.wrongVersion };
    const length = view.getUint16(at, true);
    if (length < 8 || length % 8 !== 0 || length > recordMax)
      return { records, failure: DecodeCode.badLength };
    if (length > bytes.length - at) break;
    records.push(bytes.slice(at, at + length));
    at += length;
  }
  return { records, failure: DecodeCode.ok };
}

function readPieces(reader: RecordReader, pieces: readonly Uint8Array[]): Found {
  const records: Uint8Array[] = [];
  for (const piece of pieces) {
    for (let from = 0; from < piece.length; ) {
      const taken = reader.take(piece, from, piece.length);
      assertAbove(taken, 0, 'a reader that was emptied has room');
      from += taken;
      for (let at = reader.next(); at >= 0; at = reader.next()) {
        records.push(reader.bytes.slice(at, at + reader.view.getUint16(at, true)));
      }
      if (reader.failure !== DecodeCode.ok) return { records, failure: reader.failure };
    }
  }
  return { records, failure: DecodeCode.ok };
}

export const streamFuzzer: Fuzzer = {
  name: 'protocol-stream',
  property:
    'A stream in pieces gives the records and the failure of the whole, in a buffer that never grows.',
  casesInTests: 1_000,
  run,
};
