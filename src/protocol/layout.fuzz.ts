/** Fuzzes the records of all catalogs: check, read and write agree with each other on any bytes. */

import { assert, assertEqual } from '../std/assert.ts';
import type { Random } from '../std/random.ts';
import { embedded, type Fuzzer, isSameBytes, mutated, noise } from '../std/testing/fuzzing.ts';
import { DecodeCode } from './codes.ts';
import { commands } from './commands.ts';
import { events } from './events.ts';
import type { Catalog, Fields, Layout } from './layout.ts';
import { TYPE_AT } from './layout.ts';
import { messages, rows } from './messages.ts';
import { randomRecord } from './testing/random-records.ts';

const catalogs: readonly Catalog<Layout<Fields>>[] = [commands, events, messages, rows];

function run(random: Random): void {
  const catalog = random.pick(catalogs);
  const good = randomRecord(random, random.pick(catalog.layouts));
  assertEqual(checkAnywhere(random, catalog, good), DecodeCode.ok, 'what was written is well-formed');
  const bytes = random.chance(0.9) ? mutated(random, good) : noise(random, 256);
  if (checkAnywhere(random, catalog, bytes) !== DecodeCode.ok) return;
  assertWritesBack(catalog, bytes);
}

/** Checks the bytes where nothing else can be read, and among other bytes; both must give the same code. */
function checkAnywhere(random: Random, catalog: Catalog<Layout<Fields>>, bytes: Uint8Array): DecodeCode {
  const alone = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const code = catalog.check(alone, 0, bytes.length);
  const among = embedded(random, bytes);
  const amongView = new DataView(among.bytes.buffer);
  assertEqual(catalog.check(amongView, among.at, bytes.length), code, 'only the record itself decides');
  return code;
}

function assertWritesBack(catalog: Catalog<Layout<Fields>>, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint16(0, true);
  const layout = catalog.of(view.getUint8(TYPE_AT));
  assert(layout !== undefined && length <= bytes.length, 'a good record is of the catalog and whole');
  const again = bytes.slice(0, length).fill(0, 0, layout.size);
  const written = layout.write(new DataView(again.buffer), 0, layout.read(view, 0), length - layout.size);
  assertEqual(written, length, 'a record is written with the length that it was read with');
  assert(isSameBytes(again, bytes.subarray(0, length)), 'what was read is written as the same bytes');
}

export const recordFuzzer: Fuzzer = {
  name: 'protocol-records',
  property: 'Records of any catalog are refused with a code, or read and written back as the same bytes.',
  casesInTests: 2_000,
  run,
};
