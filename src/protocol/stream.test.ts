import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DecodeCode } from './codes.ts';
import { TYPE_AT } from './layout.ts';
import { ping, queryResult } from './messages.ts';
import { RecordReader } from './stream.ts';

/** A stream of records with different lengths, and the types in it. */
function makeStream(lengths: readonly number[]): { bytes: Uint8Array; found: number[] } {
  const view = new DataView(new ArrayBuffer(lengths.reduce((sum, words) => sum + 8 + words * 8 + 32, 0)));
  const found: number[] = [];
  let at = 0;
  for (const [n, words] of lengths.entries()) {
    if (words === 0) {
      at += ping.write(view, at, { number: n });
      found.push(ping.type);
    } else {
      const values = { requestId: n, code: 0, kind: 1, more: 0, rowCount: 0, appliedSeq: 0 };
      at += queryResult.write(view, at, values, words * 8);
      found.push(queryResult.type);
    }
  }
  return { bytes: new Uint8Array(view.buffer, 0, at), found };
}

/** Feeds `bytes` in chunks of the given sizes, over and over; returns the records' types. */
function readIn(reader: RecordReader, bytes: Uint8Array, chunks: readonly number[]): number[] {
  const types: number[] = [];
  let from = 0;
  for (let turn = 0; from < bytes.length; turn++) {
    const to = Math.min(bytes.length, from + chunks[turn % chunks.length]);
    while (from < to) {
      const taken = reader.take(bytes, from, to);
      assert.ok(taken > 0, 'a reader that was emptied has room');
      from += taken;
      for (let at = reader.next(); at >= 0; at = reader.next())
        types.push(reader.view.getUint8(at + TYPE_AT));
      if (reader.failure !== DecodeCode.ok) return types;
    }
  }
  return types;
}

test('any split of a stream gives the same records', () => {
  const words = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 40 });
  const chunks = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(words, chunks, (lengths, sizes) => {
      const { bytes, found } = makeStream(lengths);
      const reader = new RecordReader(128);
      assert.deepEqual(readIn(reader, bytes, sizes), found);
      assert.equal(reader.failure, DecodeCode.ok);
    }),
  );
});

test('a stream may come byte by byte', () => {
  const { bytes, found } = makeStream([0, 3, 12, 0, 0, 7]);
  assert.deepEqual(readIn(new RecordReader(128), bytes, [1]), found);
});

test('a stream is not read beyond a record of another version, a wrong length or more bytes than allowed', () => {
  const cases: readonly [at: number, value: number, code: DecodeCode][] = [
    [3, 9, DecodeCode.wrongVersion],
    [0, 4, DecodeCode.badLength],
    [0, 0, DecodeCode.badLength],
    [1, 0xff, DecodeCode.badLength],
  ];
  for (const [at, value, code] of cases) {
    const { bytes } = makeStream([0, 0, 0]);
    bytes[8 + at] = value;
    const reader = new RecordReader(128);
    assert.deepEqual(readIn(reader, bytes, [1]), [ping.type]);
    assert.equal(reader.failure, code);
    assert.equal(reader.next(), -1);
    reader.reset();
    assert.deepEqual(readIn(reader, makeStream([0]).bytes, [3]), [ping.type]);
  }
});

test('the largest record that is allowed fits, whatever stood before it', () => {
  const { bytes, found } = makeStream([0, (128 - queryResult.size) / 8, 0]);
  assert.deepEqual(readIn(new RecordReader(128), bytes, [127]), found);
});
