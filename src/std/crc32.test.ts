import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 as zlibCrc32 } from 'node:zlib';
import { crc32 } from './crc32.ts';
import { Random } from './random.ts';

test('crc32 gives the check value of its standard', () => {
  assert.equal(crc32(new TextEncoder().encode('123456789'), 0, 9), 0xcb_f4_39_26);
});

test('crc32 agrees with zlib for every length, offset and continuation', () => {
  const random = new Random(1);
  const bytes = Uint8Array.from({ length: 300 }, () => random.below(256));
  for (let length = 0; length < 200; length++) {
    const from = random.below(100);
    const middle = from + random.below(length + 1);
    assert.equal(crc32(bytes, from, from + length), zlibCrc32(bytes.subarray(from, from + length)));
    const continued = crc32(bytes, middle, from + length, crc32(bytes, from, middle));
    assert.equal(continued, crc32(bytes, from, from + length));
  }
});
