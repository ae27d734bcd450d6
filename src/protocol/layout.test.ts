import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecodeCode, OutcomeCode, outcomeText, ReplyCode, replyText } from './codes.ts';
import { commands, placeOrder } from './commands.ts';
import { events } from './events.ts';
import {
  bytes,
  Catalog,
  type Fields,
  Layout,
  text,
  u8,
  u16,
  u32,
  u53,
  VERSION_AT,
  WIRE_VERSION,
} from './layout.ts';
import { messages, rows } from './messages.ts';

const families = { commands, events, messages, rows } as const;
const view = (size: number): DataView => new DataView(new ArrayBuffer(size));

const sample = new Layout('sample', 9, {
  small: u8(1, 3),
  more: u8(),
  half: u16(),
  big: u53(),
  word: text(8),
});

test('offsets follow from the declaration, each number aligned to its own size', () => {
  assert.deepEqual(sample.at, {
    length: 0,
    type: 2,
    version: 3,
    small: 4,
    more: 5,
    half: 6,
    big: 8,
    word: 16,
  });
  assert.equal(sample.size, 24);
  assert.throws(() => new Layout('crooked', 1, { a: u8(), b: u32() }), /crooked.b is not aligned/);
  assert.throws(() => new Layout('short', 1, { a: u32(), b: u32() }), /not a multiple of 8/);
});

test('a record is little-endian and comes back as it was written', () => {
  const values = { small: 2, more: 255, half: 65_535, big: Number.MAX_SAFE_INTEGER, word: 'abc' };
  const target = view(40);
  assert.equal(sample.write(target, 8, values), 24);
  assert.deepEqual(sample.read(target, 8), values);
  assert.equal(target.getUint16(8, true), 24);
  assert.equal(target.getUint8(8 + VERSION_AT), WIRE_VERSION);
  assert.equal(sample.check(target, 8, 32), DecodeCode.ok);
});

test('what does not fit a field is refused at the writer, with the allowed range', () => {
  const good = { small: 1, more: 0, half: 0, big: 0, word: '' };
  assert.throws(() => sample.write(view(24), 0, { ...good, small: 4 }), /4 is not an integer from 1 to 3/);
  assert.throws(() => sample.write(view(24), 0, { ...good, big: 2 ** 53 }), RangeError);
  assert.throws(() => sample.write(view(24), 0, { ...good, word: 'with space' }), /printable ASCII/);
  assert.throws(
    () => new Layout('raw', 1, { raw: bytes(4) }).write(view(8), 0, { raw: new Uint8Array(3) }),
    /3 bytes/,
  );
});

test('a decoder answers every kind of bad record with its code', () => {
  const target = view(64);
  const rewrite = (): void =>
    void sample.write(target, 0, { small: 1, more: 0, half: 0, big: 7, word: 'ok' });
  const broken = (change: () => void, available = 64): number => {
    rewrite();
    change();
    return sample.check(target, 0, available);
  };
  assert.equal(
    broken(() => undefined, 3),
    DecodeCode.truncated,
  );
  assert.equal(
    broken(() => undefined, 23),
    DecodeCode.truncated,
  );
  assert.equal(
    broken(() => target.setUint8(3, 77)),
    DecodeCode.wrongVersion,
  );
  assert.equal(
    broken(() => target.setUint8(2, 8)),
    DecodeCode.unknownType,
  );
  assert.equal(
    broken(() => target.setUint16(0, 32, true)),
    DecodeCode.badLength,
  );
  assert.equal(
    broken(() => target.setUint16(0, 23, true)),
    DecodeCode.badLength,
  );
  assert.equal(
    broken(() => target.setUint8(4, 4)),
    DecodeCode.badField,
  );
  assert.equal(
    broken(() => target.setUint32(12, 0x20_0000, true)),
    DecodeCode.badField,
  );
  assert.equal(
    broken(() => target.setUint8(16, 0x20)),
    DecodeCode.badField,
  );
  assert.equal(
    broken(() => target.setUint8(20, 0x41)),
    DecodeCode.badField,
  );
});

test('optional fields stand behind the others, as a whole or not at all', () => {
  const layout = new Layout('stamped', 9, { a: u32() }, false, { time: u53(), word: text(8) });
  const target = view(64);
  assert.equal(layout.write(target, 0, { a: 1 }), 8);
  assert.equal(layout.check(target, 0, 64), DecodeCode.ok);
  assert.deepEqual(layout.readOptional(target, 0), {});
  assert.equal(layout.write(target, 0, { a: 1 }, layout.optionalBytes), 24);
  target.setUint32(8, 7, true);
  assert.equal(layout.check(target, 0, 64), DecodeCode.ok);
  assert.deepEqual(layout.readOptional(target, 0), { time: 7, word: '' });
  target.setUint8(17, 0x41);
  assert.equal(layout.check(target, 0, 64), DecodeCode.badField);
  target.setUint16(0, 16, true);
  assert.equal(layout.check(target, 0, 64), DecodeCode.badLength);
});

test('a type stands for one record in a family', () => {
  assert.throws(() => new Catalog([sample, new Layout('twin', 9, { a: u32() })]), /type 9 is used twice/);
  assert.equal(commands.of(placeOrder.type), placeOrder);
  assert.equal(commands.check(view(64), 0, 64), DecodeCode.unknownType);
});

test('types are unique over all families of a connection, and every record is a multiple of 8 bytes', () => {
  const layouts: readonly Layout<Fields>[] = Object.values(families).flatMap((family) => [
    ...(family.layouts as readonly Layout<Fields>[]),
  ]);
  assert.equal(new Set(layouts.map(({ type }) => type)).size, layouts.length);
  for (const { size } of layouts) assert.equal(size % 8, 0);
});

test('every code has its words', () => {
  for (const code of Object.values(OutcomeCode)) assert.match(outcomeText[code], /^[A-Z].*\.$/);
  for (const code of Object.values(ReplyCode)) assert.match(replyText[code], /^[A-Z].*\.$/);
  assert.equal(Object.keys(outcomeText).length, Object.keys(OutcomeCode).length);
  assert.equal(Object.keys(replyText).length, Object.keys(ReplyCode).length);
});
