import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isZero } from './sealed-record.ts';

test('one byte that is not zero is found, wherever a range begins and ends', () => {
  const memory = new ArrayBuffer(32);
  for (let offset = 0; offset < 5; offset++) {
    const bytes = new Uint8Array(memory, offset, 27);
    for (let from = 0; from <= 13; from++)
      for (let to = from; to <= 27; to++)
        for (let at = 0; at < 27; at++) {
          bytes[at] = 1;
          assert.equal(isZero(bytes, from, to), at < from || at >= to, `${offset} ${from} ${to} ${at}`);
          bytes[at] = 0;
        }
  }
});
