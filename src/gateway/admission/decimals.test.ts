import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAverage, formatDecimal, formatLargeDecimal, parseDecimal } from './decimals.ts';

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

test('a value beyond 2^53 is written with all its digits', () => {
  assert.equal(formatLargeDecimal(2n ** 71n, 10), '236118324143.4822606848');
  assert.equal(formatLargeDecimal(7n, 3), '0.007');
  assert.equal(formatLargeDecimal(0n, 0), '0');
});

test('an average has the decimals of the price, more where it needs them, and is rounded at last', () => {
  const cases: [value: bigint, lots: number, decimals: number, text: string][] = [
    [23_647n * 5n, 5, 2, '236.47'],
    [2_000n, 2, 2, '10.00'],
    [7n, 2, 0, '3.5'],
    [6n, 2, 0, '3'],
    [1000n, 10, 0, '100'],
    [10n, 3, 2, '0.0333333333'],
    [20n, 3, 2, '0.0666666667'],
    [1n, 3, 0, '0.33333333'],
    [2n ** 31n * 2n ** 40n, 2 ** 40, 9, '2.147483648'],
    [2n ** 53n - 1n, 6361, 0, '1416003655831'],
    [2n ** 53n, 2 ** 20, 2, '85899345.92'],
  ];
  for (const [value, lots, decimals, text] of cases) assert.equal(formatAverage(value, lots, decimals), text);
});
