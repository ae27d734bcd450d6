import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatDecimal, parseDecimal } from './decimals.ts';

const counts = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const decimals = fc.integer({ min: 0, max: 12 });

test('every count survives the way to text and back', () => {
  fc.assert(
    fc.property(counts, decimals, (count, places) => {
      assert.equal(parseDecimal(formatDecimal(count, places), places), count);
    }),
  );
});

test('a parsed text is exactly what was written, as fractions of big integers show', () => {
  const digits = fc.stringMatching(/^[0-9]{1,14}$/);
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 17n }),
      fc.option(digits),
      decimals,
      (whole, fraction, places) => {
        const text = fraction === null ? String(whole) : `${whole}.${fraction}`;
        const scale = 10n ** BigInt(fraction?.length ?? 0);
        const scaled = (whole * scale + BigInt(fraction ?? 0)) * 10n ** BigInt(places);
        const value = parseDecimal(text, places);
        if (scaled % scale !== 0n) assert.equal(value, 'tooPrecise');
        else if (scaled / scale > BigInt(Number.MAX_SAFE_INTEGER)) assert.equal(value, 'tooLarge');
        else assert.equal(value, Number(scaled / scale));
      },
    ),
  );
});

test('only plain decimal notation is taken', () => {
  const refused = [
    '',
    ' 1',
    '1 ',
    '+1',
    '-1',
    '1e3',
    '0x10',
    '.5',
    '5.',
    '01',
    '1,5',
    '1_0',
    'NaN',
    'Infinity',
    '1.2.3',
    '١',
  ];
  for (const text of [...refused, '9'.repeat(41)]) assert.equal(parseDecimal(text, 2), 'malformed', text);
});

test('digits beyond the last decimal must be zeros', () => {
  assert.equal(parseDecimal('236.4700', 2), 23_647);
  assert.equal(parseDecimal('236.471', 2), 'tooPrecise');
  assert.equal(parseDecimal('0.5', 0), 'tooPrecise');
  assert.equal(parseDecimal('0.1', 1), 1);
});

test('the largest safe integer is the largest count', () => {
  assert.equal(parseDecimal('90071992547409.91', 2), Number.MAX_SAFE_INTEGER);
  assert.equal(parseDecimal('90071992547409.92', 2), 'tooLarge');
  assert.equal(parseDecimal('9'.repeat(40), 0), 'tooLarge');
});

test('negative counts, which positions have, keep their sign', () => {
  assert.equal(formatDecimal(-5, 2), '-0.05');
  assert.equal(formatDecimal(-12_345, 2), '-123.45');
  assert.equal(formatDecimal(7, 0), '7');
});
