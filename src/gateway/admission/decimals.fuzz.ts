/** Fuzzes decimal text against exact arithmetic. */
import assert from 'node:assert/strict';
import type { Random } from '../../std/random.ts';
import type { Fuzzer } from '../../std/testing/fuzzing.ts';
import { mutatedText } from '../../std/testing/fuzzing-text.ts';
import { formatDecimal, parseDecimal } from './decimals.ts';

function run(random: Random): void {
  const decimals = random.below(13);
  const count = random.next() * random.pick([1, 1, 2 ** 10, 2 ** 21]) + random.below(1_024);
  if (Number.isSafeInteger(count)) {
    assert.equal(parseDecimal(formatDecimal(count, decimals), decimals), count, 'what is shown is read');
    assert.equal(
      formatDecimal(-count, decimals),
      count === 0 ? formatDecimal(0, decimals) : `-${formatDecimal(count, decimals)}`,
    );
  }
  const text = mutatedText(random, formatDecimal(count, random.below(13)));
  assert.equal(parseDecimal(text, decimals), exactly(text, decimals), JSON.stringify([text, decimals]));
}

/** The same answer without a float in it. */
function exactly(text: string, decimals: number): number | string {
  if (text.length > 40 || !/^\d+(\.\d+)?$/.test(text) || /^0\d/.test(text)) return 'malformed';
  const [whole = '', fraction = ''] = text.split('.');
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(whole + fraction) * 10n ** BigInt(decimals);
  if (scaled % scale !== 0n) return 'tooPrecise';
  return scaled / scale > BigInt(Number.MAX_SAFE_INTEGER) ? 'tooLarge' : Number(scaled / scale);
}

export const decimalFuzzer: Fuzzer = {
  name: 'gateway-decimals',
  property: 'A text is the count that exact arithmetic gives, or it is refused for the same reason.',
  casesInTests: 5_000,
  run,
};
