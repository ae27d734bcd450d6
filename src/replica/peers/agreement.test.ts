import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as limits from '../../protocol/limits.ts';
import { crc32 } from '../../std/crc32.ts';
import { limitsNumber } from './agreement.ts';

test('the numbers of the limits alone say whether two releases agree, not how their code is written', () => {
  const numbers = Object.entries(limits).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  assert.ok(numbers.length < Object.keys(limits).length, 'functions are among the limits');
  const lines = numbers.map(([name, value]) => `${name} ${value}`).sort();
  const bytes = new TextEncoder().encode(lines.join('\n'));
  assert.equal(limitsNumber, crc32(bytes, 0, bytes.length));
});
