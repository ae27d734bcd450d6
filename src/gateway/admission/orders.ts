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
import { type DecimalProblem, formatDecimal, parseDecimal } from './decimals.ts';
import {
  type Admission,
  decimal,
  field,
  integer,
  oneOf,
  refuse,
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
const accountId = integer(1, 0xffff_ffff, "One of the key's accounts; without it the first.");
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

export const placeShape = shape(
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
);
export type PlaceBody = ValueOf<(typeof placeShape)['fields'], 'symbol' | 'side'>;

export const replaceShape = shape(amounts);
export type ReplaceBody = ValueOf<(typeof replaceShape)['fields'], never>;

/** Query of a mass cancel: without a symbol all instruments, without a side both. */
export const massCancelShape = shape({ symbol, side, accountId });
/** Query of all other private requests. The account stands in the query on every route. */
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
  const { hasPrice, standardTimeInForce } = orderTypeRules[type];
  const quantity = quantityOf(body, instrument);
  if (!quantity.ok) return quantity;
  const order = {
    instrumentId: instrument.instrumentId,
    side: body.side,
    type,
    quantityLots: quantity.value,
    timeInForce: body.timeInForce ?? standardTimeInForce,
    selfMatch: body.selfMatch ?? 'allow',
  } as const;
  if (!hasPrice) {
    const given =
      body.price !== undefined ? 'price' : body.priceTicks !== undefined ? 'priceTicks' : undefined;
    if (given === undefined) return { ok: true, value: order };
    return refuse(given, `A ${type} order has no price: leave out "${given}", or send a "limit" order.`);
  }
  const price = priceOf(body, instrument);
  return price.ok ? { ok: true, value: { ...order, priceTicks: price.value } } : price;
}

/** The new price and whole quantity of an order, in ticks and lots. */
export function admitReplacement(
  body: ReplaceBody,
  instrument: Instrument,
): Admission<{ readonly priceTicks: number; readonly quantityLots: number }> {
  const quantity = quantityOf(body, instrument);
  if (!quantity.ok) return quantity;
  const price = priceOf(body, instrument);
  if (!price.ok) return price;
  return { ok: true, value: { priceTicks: price.value, quantityLots: quantity.value } };
}

/** Whether a replacement says all in ticks and lots, so that it needs no instrument to be understood. */
export function isInTicksAndLots(body: ReplaceBody): boolean {
  return body.price === undefined && body.quantity === undefined;
}

function priceOf(body: ReplaceBody, instrument: Instrument): Admission<number> {
  return amountOf(
    'price',
    body.price,
    'priceTicks',
    body.priceTicks,
    instrument.priceDecimals,
    priceTicksMax,
    instrument,
  );
}

function quantityOf(body: ReplaceBody, instrument: Instrument): Admission<number> {
  const { quantity, quantityLots } = body;
  const decimals = instrument.quantityDecimals;
  return amountOf('quantity', quantity, 'quantityLots', quantityLots, decimals, quantityLotsMax, instrument);
}

function amountOf(
  textName: string,
  text: string | undefined,
  countName: string,
  count: number | undefined,
  decimals: number,
  max: number,
  instrument: Instrument,
): Admission<number> {
  if (text !== undefined && count !== undefined) {
    return refuse(textName, `Send either "${textName}" or "${countName}", not both.`);
  }
  if (count !== undefined) return { ok: true, value: count };
  if (text === undefined) {
    return refuse(textName, `"${textName}" is missing: send it as text, or "${countName}" as an integer.`);
  }
  const value = parseDecimal(text, decimals);
  if (typeof value === 'number' && value >= 1 && value <= max) return { ok: true, value };
  const problem = typeof value === 'number' ? 'outOfRange' : value;
  return refuse(textName, amountText(textName, text, problem, decimals, max, instrument.symbol));
}

function amountText(
  name: string,
  text: string,
  problem: DecimalProblem | 'outOfRange',
  decimals: number,
  max: number,
  symbolText: string,
): string {
  const shown = text.length <= 40 ? text : `${text.slice(0, 37)}...`;
  const step = formatDecimal(1, decimals);
  switch (problem) {
    case 'malformed':
      return `"${name}" is ${JSON.stringify(shown)}: it must be a decimal number as text, such as "${step}".`;
    case 'tooPrecise':
      return `"${name}" is ${shown}: ${symbolText} is counted in steps of ${step}.`;
    case 'tooLarge':
    case 'outOfRange':
      return `"${name}" is ${shown}: for ${symbolText} it must be from ${step} to ${formatDecimal(max, decimals)}.`;
  }
}
