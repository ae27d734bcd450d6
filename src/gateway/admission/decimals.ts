/**
 * Decimal text to integer ticks or lots and back, digit by digit. No amount ever passes through a float, so what a
 * client wrote is what the exchange counts, or it is refused.
 */

/** Why a text is no amount: not decimal notation, finer than one tick or lot, or above 2^53 - 1 of them. */
export type DecimalProblem = 'malformed' | 'tooPrecise' | 'tooLarge';

/** Longest text that is looked at, in characters; longer ones are malformed. */
const textCharsMax = 40;
/** Digits of the largest safe integer, 9,007,199,254,740,991. */
const digitsMax = 16;
const notation = /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/;

/**
 * `text` ("236.47") as a count of 10^-decimals. Zeros beyond the last decimal are exact and so allowed; a sign, an
 * exponent, spaces, leading zeros or a bare point are not.
 */
export function parseDecimal(text: string, decimals: number): number | DecimalProblem {
  const parts = text.length <= textCharsMax ? notation.exec(text) : null;
  if (parts === null) return 'malformed';
  const whole = parts[1] ?? '';
  const fraction = parts[2] ?? '';
  if (/[^0]/.test(fraction.slice(decimals))) return 'tooPrecise';
  const digits = (whole + fraction.slice(0, decimals).padEnd(decimals, '0')).replace(/^0+(?=.)/, '');
  const value = digits.length <= digitsMax ? Number(digits) : Number.POSITIVE_INFINITY;
  return Number.isSafeInteger(value) ? value : 'tooLarge';
}

/** What {@link formatDecimal} makes of 0, by decimals: half the amounts of an answer are. */
const zeros = Array.from({ length: 22 }, (_, decimals) => (0).toFixed(decimals));

/** A count of 10^-decimals as text with all its decimals: `formatDecimal(23650, 2)` is "236.50". */
export function formatDecimal(count: number, decimals: number): string {
  if (decimals === 0) return String(count);
  if (count === 0) return zeros[decimals]!;
  const sign = count < 0 ? '-' : '';
  const digits = String(Math.abs(count)).padStart(decimals + 1, '0');
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** As {@link formatDecimal}, for counts beyond 2^53. */
export function formatLargeDecimal(count: bigint, decimals: number): string {
  const number = Number(count);
  if (number <= Number.MAX_SAFE_INTEGER) return formatDecimal(number, decimals);
  const digits = String(count).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Decimals that an average has beyond those of the price. */
const averageDecimals = 8;
const averageScale = 10n ** BigInt(averageDecimals);

/**
 * The average price of `lots` that were traded for `value` (ticks × lots), with the decimals of the price, and up to
 * eight more where it has them; the last of those is rounded.
 */
export function formatAverage(value: bigint, lots: number, decimals: number): string {
  // Most orders trade at one price.
  const number = Number(value);
  if (number <= Number.MAX_SAFE_INTEGER && number % lots === 0) return formatDecimal(number / lots, decimals);
  const count = BigInt(lots);
  const text = formatLargeDecimal(
    (2n * value * averageScale + count) / (2n * count),
    decimals + averageDecimals,
  );
  const shortest = text.length - averageDecimals;
  const cut = Math.max(text.replace(/0+$/, '').length, shortest);
  return text.slice(0, cut).replace(/\.$/, '');
}
