/**
 * What a client may ask for about orders, and its exact translation into the ticks and lots of the instrument. Pure:
 * the same body and instrument always give the same command or the same refusal.
 */

import { clientOrderIdForm, clientOrderIdPattern } from '../../protocol/client-order-ids.ts';
import {
  OrderType,
  type OrderTypeName,
  orderTypeRules,
  SelfMatch,
  Side,
  TimeInForce,
  type TimeInForceName,
} from '../../protocol/commands.ts';
import { namesOf } from '../../protocol/layout.ts';
import { priceTicksMax, quantityLotsMax, symbolBytes } from '../../protocol/limits.ts';
import { u32Max } from '../../std/integers.ts';
import { type DecimalProblem, formatDecimal, parseDecimal } from './decimals.ts';
import {
  type Admission,
  decimal,
  field,
  integer,
  oneOf,
  type Refusal,
  type Rule,
  refuse,
  ruled,
  shape,
  type ValueOf,
  word,
} from './fields.ts';

/** An instrument, with the decimals that its prices and quantities are written in. */
export interface Instrument {
  readonly instrumentId: number;
  readonly symbol: string;
  /** Price in currency = ticks / 10^priceDecimals. */
  readonly priceDecimals: number;
  /** Quantity in units = lots / 10^quantityDecimals. */
  readonly quantityDecimals: number;
}

export const side = oneOf(namesOf(Side), 'Side of the order.');
export const symbol = word(symbolBytes, 'Symbol of the instrument, such as "BTC-USD".');
const accountId = integer(1, u32Max, "One of the key's accounts; without it the first.");
export const orderId = integer(1, Number.MAX_SAFE_INTEGER, 'Number that the exchange gave to the order.');
export const clientOrderId = field<string>(
  {
    type: 'string',
    pattern: clientOrderIdPattern,
    description: 'Unique for the account. A repeat gives the first outcome again and never trades twice.',
  },
  clientOrderIdForm,
);

const amounts = {
  price: decimal("Limit price in the instrument's currency. Either this or `priceTicks`."),
  priceTicks: integer(1, priceTicksMax, 'Limit price in ticks. Either this or `price`.'),
  quantity: decimal('Quantity in units. Either this or `quantityLots`.'),
  quantityLots: integer(1, quantityLotsMax, 'Quantity in lots. Either this or `quantity`.'),
} as const;

/** An amount, which may be sent as decimal text or as a count. */
interface Amount {
  readonly text: 'price' | 'quantity';
  readonly count: 'priceTicks' | 'quantityLots';
  readonly decimals: 'priceDecimals' | 'quantityDecimals';
  /** Of the count. */
  readonly max: number;
}
const priceAmount: Amount = {
  text: 'price',
  count: 'priceTicks',
  decimals: 'priceDecimals',
  max: priceTicksMax,
};
const quantityAmount: Amount = {
  text: 'quantity',
  count: 'quantityLots',
  decimals: 'quantityDecimals',
  max: quantityLotsMax,
};

/** An amount is sent under one of its names, not both. */
const eitherOf = (amount: Amount): Rule => ({
  schema: { oneOf: [{ required: [amount.text] }, { required: [amount.count] }] },
  refusalOf: (sent) => eitherRefusal(amount, sent[amount.text], sent[amount.count]),
});
const typesWith = (hasPrice: boolean): readonly string[] =>
  namesOf(OrderType).filter((name) => orderTypeRules[name].hasPrice === hasPrice);
const pricedType = { properties: { type: { enum: typesWith(true) } } };
const pricelessType = {
  properties: { type: { enum: typesWith(false) } },
  not: { anyOf: [{ required: ['price'] }, { required: ['priceTicks'] }] },
};
/** The same of the price of an order whose type has one; others have none. */
const priceByType: Rule = {
  schema: {
    oneOf: [
      { required: ['price'], ...pricedType },
      { required: ['priceTicks'], ...pricedType },
      { required: ['type'], ...pricelessType },
    ],
  },
  refusalOf: (sent) => priceRefusal((sent['type'] ?? 'limit') as OrderTypeName, sent),
};

export const placeShape = ruled(
  shape(
    {
      symbol,
      side,
      type: oneOf(namesOf(OrderType), 'Default "limit". A market order has no price.'),
      ...amounts,
      timeInForce: oneOf(
        namesOf(TimeInForce),
        'Default "goodTillCancel"; of a market order "immediateOrCancel".',
      ),
      selfMatch: oneOf(namesOf(SelfMatch), 'What gives way when the order meets one of its own account.'),
      clientOrderId,
    },
    'symbol',
    'side',
  ),
  eitherOf(quantityAmount),
  priceByType,
);
export type PlaceBody = ValueOf<(typeof placeShape)['fields'], 'symbol' | 'side'>;

export const replaceShape = ruled(shape(amounts), eitherOf(quantityAmount), eitherOf(priceAmount));
export type ReplaceBody = ValueOf<(typeof replaceShape)['fields'], never>;

/** Query of a mass cancel: without a symbol all instruments, without a side both. */
export const massCancelShape = shape({ symbol, side, accountId });
/** Query of all other private requests. The account is in the query on every route. */
export const accountShape = shape({ accountId });

/** What the exchange needs to know of a new order, besides its account. */
export interface AdmittedOrder {
  readonly instrumentId: number;
  readonly side: keyof typeof Side;
  readonly type: OrderTypeName;
  readonly priceTicks?: number;
  readonly quantityLots: number;
  readonly timeInForce: TimeInForceName;
  readonly selfMatch: keyof typeof SelfMatch;
}

/** A new order in ticks and lots. */
export function admitOrder(body: PlaceBody, instrument: Instrument): Admission<AdmittedOrder> {
  const type = body.type ?? 'limit';
  const { standardTimeInForce } = orderTypeRules[type];
  const quantity = countOf(quantityAmount, body.quantity, body.quantityLots, instrument);
  if (!quantity.ok) return quantity;
  const order = {
    instrumentId: instrument.instrumentId,
    side: body.side,
    type,
    quantityLots: quantity.value,
    timeInForce: body.timeInForce ?? standardTimeInForce,
    selfMatch: body.selfMatch ?? 'allow',
  } as const;
  const refused = priceRefusal(type, body);
  if (refused !== undefined) return refused;
  if (!orderTypeRules[type].hasPrice) return { ok: true, value: order };
  const price = countOf(priceAmount, body.price, body.priceTicks, instrument);
  return price.ok ? { ok: true, value: { ...order, priceTicks: price.value } } : price;
}

/** The new price and whole quantity of an order, in ticks and lots. */
export function admitReplacement(
  body: ReplaceBody,
  instrument: Instrument,
): Admission<{ readonly priceTicks: number; readonly quantityLots: number }> {
  const quantity = countOf(quantityAmount, body.quantity, body.quantityLots, instrument);
  if (!quantity.ok) return quantity;
  const price = countOf(priceAmount, body.price, body.priceTicks, instrument);
  if (!price.ok) return price;
  return { ok: true, value: { priceTicks: price.value, quantityLots: quantity.value } };
}

/** Whether a replacement says all in ticks and lots, so that it needs no instrument to be understood. */
export function isInTicksAndLots(body: ReplaceBody): boolean {
  return body.price === undefined && body.quantity === undefined;
}

/** Why an order of this type may not have the price that was sent, or lacks one. */
function priceRefusal(
  type: OrderTypeName,
  { price, priceTicks }: { readonly price?: unknown; readonly priceTicks?: unknown },
): Refusal | undefined {
  if (orderTypeRules[type].hasPrice) return eitherRefusal(priceAmount, price, priceTicks);
  const given = price !== undefined ? 'price' : priceTicks !== undefined ? 'priceTicks' : undefined;
  if (given === undefined) return undefined;
  return refuse(given, `A ${type} order has no price: leave out "${given}", or send a "limit" order.`);
}

/** Why an amount may not be sent so: under both of its names, or under none. */
function eitherRefusal({ text, count }: Amount, sentText: unknown, sentCount: unknown): Refusal | undefined {
  if (sentText !== undefined && sentCount !== undefined)
    return refuse(text, `Send either "${text}" or "${count}", not both.`);
  if (sentText !== undefined || sentCount !== undefined) return undefined;
  return refuse(text, `"${text}" is missing: send it as text, or "${count}" as an integer.`);
}

/** The count that an amount means, sent as text or as the count itself. */
function countOf(
  amount: Amount,
  text: string | undefined,
  count: number | undefined,
  instrument: Instrument,
): Admission<number> {
  const refused = eitherRefusal(amount, text, count);
  if (refused !== undefined) return refused;
  if (text === undefined) return { ok: true, value: count! };
  const value = parseDecimal(text, instrument[amount.decimals]);
  if (typeof value === 'number' && value >= 1 && value <= amount.max) return { ok: true, value };
  const problem = typeof value === 'number' ? 'outOfRange' : value;
  return refuse(amount.text, amountText(amount, text, problem, instrument));
}

function amountText(
  { text: name, decimals: decimalsName, max }: Amount,
  text: string,
  problem: DecimalProblem | 'outOfRange',
  instrument: Instrument,
): string {
  const shown = text.length <= 40 ? text : `${text.slice(0, 37)}...`;
  const decimals = instrument[decimalsName];
  const step = formatDecimal(1, decimals);
  switch (problem) {
    case 'malformed':
      return `"${name}" is ${JSON.stringify(shown)}: it must be a decimal number as text, such as "${step}".`;
    case 'tooPrecise':
      return `"${name}" is ${shown}: ${instrument.symbol} is counted in steps of ${step}.`;
    case 'tooLarge':
    case 'outOfRange':
      return `"${name}" is ${shown}: for ${instrument.symbol} it must be from ${step} to ${formatDecimal(max, decimals)}.`;
  }
}
