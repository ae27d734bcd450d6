/**
 * The JSON that the gateway answers with: each amount twice, as decimal text in the instrument's units and as an exact
 * count of ticks or lots. Pure; what arrives over HTTP and over a stream has the same field names.
 */
import { formatAverage, formatDecimal, formatLargeDecimal } from '../admission/decimals.ts';
import type { Units } from '../admission/orders.ts';
import type {
  AccountRow,
  ExecutionEvent,
  FillRow,
  InstrumentRow,
  LevelRow,
  OrderRow,
  Outcome,
  PositionRow,
  TradeRow,
} from '../ports.ts';

/** [price, quantity, orders] of one price level. */
export type Level = readonly [price: string, quantity: string, orderCount: number];

export function levelAnswer(level: Omit<LevelRow, 'side'>, units: Units): Level {
  return [
    formatDecimal(level.priceTicks, units.priceDecimals),
    formatDecimal(level.quantityLots, units.quantityDecimals),
    level.orderCount,
  ];
}

/** A command's outcome; the decimal amounts are left out where the instrument is not known. hot path */
export function outcomeAnswer(outcome: Outcome, units: Units | undefined, isAboutOrder = true) {
  const { ok, code, seq, timeUs } = outcome;
  if (!isAboutOrder) return { ok, code, seq, timeUs, count: outcome.count };
  const { orderId, clientOrderId, status, filledLots, remainingLots, repeated } = outcome;
  if (units === undefined) {
    return { ok, code, seq, timeUs, orderId, clientOrderId, status, filledLots, remainingLots, repeated };
  }
  const { symbol, priceDecimals, quantityDecimals } = units;
  const { filledValue } = outcome;
  return {
    ok,
    code,
    seq,
    timeUs,
    orderId,
    clientOrderId,
    symbol,
    status,
    filled: formatDecimal(filledLots, quantityDecimals),
    filledLots,
    remaining: formatDecimal(remainingLots, quantityDecimals),
    remainingLots,
    filledValue: formatLargeDecimal(filledValue, priceDecimals + quantityDecimals),
    // Left out by JSON where nothing has been traded.
    averagePrice: filledLots === 0 ? undefined : formatAverage(filledValue, filledLots, priceDecimals),
    repeated,
  };
}

/** JSON leaves out what is undefined: decimals without an instrument, and the price of a market order. hot path */
export function orderAnswer(order: OrderRow, units: Units | undefined) {
  const { priceTicks, quantityLots, filledLots, remainingLots, filledValue } = order;
  const isPriced = order.orderType !== 'market';
  return {
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    accountId: order.accountId,
    symbol: units?.symbol,
    side: order.side,
    type: order.orderType,
    timeInForce: order.timeInForce,
    status: order.status,
    /** Why a rejected order was rejected; "ok" otherwise. */
    code: order.code,
    price: isPriced ? priceText(priceTicks, units) : undefined,
    priceTicks: isPriced ? priceTicks : undefined,
    quantity: quantityText(quantityLots, units),
    quantityLots,
    filled: quantityText(filledLots, units),
    filledLots,
    remaining: quantityText(remainingLots, units),
    remainingLots,
    filledValue: units && formatLargeDecimal(filledValue, units.priceDecimals + units.quantityDecimals),
    averagePrice:
      units && filledLots !== 0 ? formatAverage(filledValue, filledLots, units.priceDecimals) : undefined,
  };
}

function priceText(ticks: number, units: Pick<Units, 'priceDecimals'> | undefined): string | undefined {
  return units && formatDecimal(ticks, units.priceDecimals);
}

function quantityText(lots: number, units: Units | undefined): string | undefined {
  return units && formatDecimal(lots, units.quantityDecimals);
}

export function positionAnswer(row: PositionRow, units: Units | undefined) {
  return {
    ...symbol(units),
    ...quantity('position', row.boughtLots - row.soldLots, units),
    ...quantity('bought', row.boughtLots, units),
    ...quantity('sold', row.soldLots, units),
  };
}

export function instrumentAnswer(row: InstrumentRow) {
  const { instrumentId, symbol, priceDecimals, quantityDecimals, lastPriceTicks } = row;
  const last = lastPriceTicks === 0 ? {} : price('lastPrice', lastPriceTicks, row);
  return { instrumentId, symbol, priceDecimals, quantityDecimals, ...last };
}

export function accountAnswer(row: AccountRow) {
  const { accountId, name, openOrders, openOrdersMax, orderLotsMax, priceBandBasisPoints } = row;
  return { accountId, name, openOrders, openOrdersMax, orderLotsMax, priceBandBasisPoints };
}

export function tradeAnswer(trade: TradeRow, units: Units) {
  const { tradeId, seq, n, timeUs, aggressorSide } = trade;
  return {
    tradeId,
    seq,
    n,
    timeUs,
    symbol: units.symbol,
    aggressorSide,
    ...price('price', trade.priceTicks, units),
    ...quantity('quantity', trade.quantityLots, units),
  };
}

export function fillAnswer(fill: FillRow, units: Units | undefined) {
  const { tradeId, seq, n, timeUs, accountId, orderId, clientOrderId, side, liquidity } = fill;
  return {
    tradeId,
    seq,
    n,
    timeUs,
    accountId,
    orderId,
    clientOrderId,
    ...symbol(units),
    side,
    liquidity,
    ...price('price', fill.priceTicks, units),
    ...quantity('quantity', fill.quantityLots, units),
    ...quantity('remaining', fill.remainingLots, units),
  };
}

export function executionAnswer(event: ExecutionEvent, units: Units | undefined) {
  const { seq, n, timeUs, accountId, orderId, clientOrderId, side } = event;
  return {
    type: 'execution',
    event: executionNames[event.type],
    seq,
    n,
    timeUs,
    accountId,
    orderId,
    clientOrderId,
    symbol: units?.symbol ?? '',
    side,
    ...price('price', event.priceTicks, units),
    ...executionDetails(event, units),
  };
}

const executionNames = {
  orderAccepted: 'accepted',
  orderExecuted: 'executed',
  orderCancelled: 'cancelled',
  orderReplaced: 'replaced',
} as const;

function executionDetails(event: ExecutionEvent, units: Units | undefined): Record<string, unknown> {
  switch (event.type) {
    case 'orderAccepted':
      return {
        ...quantity('quantity', event.quantityLots, units),
        orderType: event.orderType,
        timeInForce: event.timeInForce,
      };
    case 'orderExecuted':
      return {
        ...quantity('quantity', event.quantityLots, units),
        ...quantity('remaining', event.remainingLots, units),
        tradeId: event.tradeId,
        liquidity: event.liquidity,
      };
    case 'orderCancelled':
      return { ...quantity('cancelled', event.cancelledLots, units), reason: event.reason };
    case 'orderReplaced':
      return {
        ...quantity('quantity', event.quantityLots, units),
        ...quantity('remaining', event.remainingLots, units),
        keptPriority: event.keptPriority,
      };
  }
}

/** Left out where there is no instrument, as of an order for one that does not exist. */
function symbol(units: Units | undefined): { readonly symbol?: string } {
  return units === undefined ? {} : { symbol: units.symbol };
}

/** `{ [name]: text, [name + 'Ticks']: count }`. */
function price(
  name: string,
  ticks: number,
  units: Pick<Units, 'priceDecimals'> | undefined,
): Record<string, string | number> {
  const decimals = units === undefined ? {} : { [name]: formatDecimal(ticks, units.priceDecimals) };
  return { ...decimals, [`${name}Ticks`]: ticks };
}

/** `{ [name]: text, [name + 'Lots']: count }`. */
function quantity(name: string, lots: number, units: Units | undefined): Record<string, string | number> {
  const decimals = units === undefined ? {} : { [name]: formatDecimal(lots, units.quantityDecimals) };
  return { ...decimals, [`${name}Lots`]: lots };
}
