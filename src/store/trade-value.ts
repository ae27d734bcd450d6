/**
 * The value of trades, price × lots, in two integers that stay exact: `low` + `high` × valueWeight, with `low` below
 * the weight. Almost all products are below it, and for them nothing but a multiplication is done.
 */
import * as protocolLimits from '../protocol/limits.ts';
import { assertBelow } from '../std/assert.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { priceTicksMax, quantityLotsMax, valueWeight } = protocolLimits;

/** Lots are taken apart here: both halves times a price stay below 2^52. */
const HALF = 2 ** 20;
/** So many times HALF is the weight. */
const WEIGHT_HALVES = valueWeight / HALF;

assertBelow(
  priceTicksMax * (quantityLotsMax / HALF),
  valueWeight,
  'the upper half of lots times a price is exact',
);
assertBelow(priceTicksMax * HALF, valueWeight, 'and so is the lower half');

/** The lower part of a product. @hot */
export function valueLow(priceTicks: number, lots: number): number {
  const product = priceTicks * lots;
  return product < valueWeight ? product : largeLow(priceTicks, lots);
}

/** The upper part of a product. @hot */
export function valueHigh(priceTicks: number, lots: number): number {
  return priceTicks * lots < valueWeight ? 0 : largeHigh(priceTicks, lots);
}

function largeLow(priceTicks: number, lots: number): number {
  const upper = priceTicks * Math.floor(lots / HALF);
  return ((upper % WEIGHT_HALVES) * HALF + priceTicks * (lots % HALF)) % valueWeight;
}

function largeHigh(priceTicks: number, lots: number): number {
  const upper = priceTicks * Math.floor(lots / HALF);
  const lower = (upper % WEIGHT_HALVES) * HALF + priceTicks * (lots % HALF);
  return Math.floor(upper / WEIGHT_HALVES) + (lower < valueWeight ? 0 : 1);
}
