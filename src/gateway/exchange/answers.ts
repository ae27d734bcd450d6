/**
 * The JSON that the gateway answers with: each amount twice, as decimal text in the instrument's units and as an exact
 * count of ticks or lots. Pure; what arrives over HTTP and over a stream has the same field names.
 */
import { formatAverage, formatDecimal, formatLargeDecimal } from '../admission/decimals.ts';
import type { Instrument } from '../admission/orders.ts';
import type { RefusalDetails, RequestError } from '../admission/refusals.ts';
import type {
  ExecutionEvent,
  FillRow,
  InstrumentRow,
  LevelRow,
  ModeRow,
  OrderRow,
  PositionRow,
  TradeRow,
} from '../ports.ts';
import type { FoundAccount, FoundRow } from './accounts.ts';
import type { CommandOutcome } from './outcomes.ts';

/** [price, quantity, orders] of one price level. */
export type LevelAnswer = readonly [price: string, quantity: string, orderCount: number];

export function levelAnswer(level: Omit<LevelRow, 'side'>, instrument: Instrument): LevelAnswer {
  return [
    formatDecimal(level.priceTicks, instrument.priceDecimals),
    formatDecimal(level.quantityLots, instrument.quantityDecimals),
    level.orderCount,
  ];
}

/** A command's outcome; the decimal amounts are left out where the instrument is not known. @hot */
export function outcomeAnswer({ outcome, instrument, isAboutOrder }: CommandOutcome) {
  const { ok, code, seq, timeUs } = outcome;
  if (!isAboutOrder) return { ok, code, seq, timeUs, count: outcome.count };
  const { orderId, clientOrderId, status, filledLots, remainingLots, repeated } = outcome;
  if (instrument === undefined) {
    return { ok, code, seq, timeUs, orderId, clientOrderId, status, filledLots, remainingLots, repeated };
  }
  const { symbol, priceDecimals, quantityDecimals } = instrument;
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

/** JSON leaves out what is undefined: decimals without an instrument, and the price of an order without one. @hot */
export function orderAnswer({ row: order, instrument }: FoundRow<OrderRow>) {
  const { priceTicks, quantityLots, filledLots, remainingLots, filledValue } = order;
  const hasPrice = priceTicks !== 0;
  return {
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    accountId: order.accountId,
    symbol: instrument?.symbol,
    side: order.side,
    type: order.orderType,
    timeInForce: order.timeInForce,
    status: order.status,
    /** Why a rejected order was rejected; "ok" otherwise. */
    code: order.code,
    cancelReason: order.cancelReason === 'none' ? undefined : order.cancelReason,
    price: hasPrice ? priceText(priceTicks, instrument) : undefined,
    priceTicks: hasPrice ? priceTicks : undefined,
    quantity: quantityText(quantityLots, instrument),
    quantityLots,
    filled: quantityText(filledLots, instrument),
    filledLots,
    remaining: quantityText(remainingLots, instrument),
    remainingLots,
    filledValue:
      instrument && formatLargeDecimal(filledValue, instrument.priceDecimals + instrument.quantityDecimals),
    averagePrice:
      instrument && filledLots !== 0
        ? formatAverage(filledValue, filledLots, instrument.priceDecimals)
        : undefined,
  };
}

function priceText(
  ticks: number,
  instrument: Pick<Instrument, 'priceDecimals'> | undefined,
): string | undefined {
  return instrument && formatDecimal(ticks, instrument.priceDecimals);
}

function quantityText(lots: number, instrument: Instrument | undefined): string | undefined {
  return instrument && formatDecimal(lots, instrument.quantityDecimals);
}

export function positionAnswer({ row, instrument }: FoundRow<PositionRow>) {
  return {
    ...symbol(instrument),
    ...quantity('position', row.boughtLots - row.soldLots, instrument),
    ...quantity('bought', row.boughtLots, instrument),
    ...quantity('sold', row.soldLots, instrument),
  };
}

export function instrumentAnswer(row: InstrumentRow) {
  const { instrumentId, symbol, priceDecimals, quantityDecimals, lastPriceTicks } = row;
  const last = lastPriceTicks === 0 ? {} : price('lastPrice', lastPriceTicks, row);
  return { instrumentId, symbol, priceDecimals, quantityDecimals, ...last };
}

export function accountAnswer({ row, mode }: FoundAccount) {
  const { accountId, name, openOrders, openOrdersMax, orderLotsMax, priceBandBasisPoints } = row;
  const { tier, tierName, ordersPerSecondMax, ordersPerDayMax, ordersToday } = row;
  return {
    ...{ accountId, name, openOrders, openOrdersMax, orderLotsMax, priceBandBasisPoints },
    ...{ tier, tierName, ordersPerSecondMax, ordersPerDayMax, ordersToday },
    mode: mode?.mode ?? 'open',
    modeReason: mode?.reasonText ?? '',
    opensAtMs: mode?.opensAtMs ?? 0,
  };
}

/** A mode, and of what it is; `instrument` is that of the row, where it has one. */
export function modeAnswer(
  { scope, accountId, mode, reasonText, opensAtMs }: Omit<ModeRow, 'instrumentId'>,
  instrument: Instrument | undefined,
) {
  const of = scope === 'account' ? { accountId } : symbol(instrument);
  return { scope, ...of, mode, reason: reasonText, opensAtMs };
}

export function tradeAnswer(trade: TradeRow, instrument: Instrument) {
  const { tradeId, seq, n, timeUs, aggressorSide } = trade;
  return {
    tradeId,
    seq,
    n,
    timeUs,
    symbol: instrument.symbol,
    aggressorSide,
    ...price('price', trade.priceTicks, instrument),
    ...quantity('quantity', trade.quantityLots, instrument),
  };
}

export function fillAnswer({ row: fill, instrument }: FoundRow<FillRow>) {
  const { tradeId, seq, n, timeUs, accountId, orderId, clientOrderId, side, liquidity } = fill;
  return {
    tradeId,
    seq,
    n,
    timeUs,
    accountId,
    orderId,
    clientOrderId,
    ...symbol(instrument),
    side,
    liquidity,
    ...price('price', fill.priceTicks, instrument),
    ...quantity('quantity', fill.quantityLots, instrument),
    ...quantity('remaining', fill.remainingLots, instrument),
  };
}

export function executionAnswer(event: ExecutionEvent, instrument: Instrument | undefined) {
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
    symbol: instrument?.symbol ?? '',
    side,
    ...price('price', event.priceTicks, instrument),
    ...executionDetails(event, instrument),
  };
}

const executionNames = {
  orderAccepted: 'accepted',
  orderExecuted: 'executed',
  orderCancelled: 'cancelled',
  orderReplaced: 'replaced',
} as const;

function executionDetails(
  event: ExecutionEvent,
  instrument: Instrument | undefined,
): Record<string, unknown> {
  switch (event.type) {
    case 'orderAccepted':
      return {
        ...quantity('quantity', event.quantityLots, instrument),
        orderType: event.orderType,
        timeInForce: event.timeInForce,
      };
    case 'orderExecuted':
      return {
        ...quantity('quantity', event.quantityLots, instrument),
        ...quantity('remaining', event.remainingLots, instrument),
        tradeId: event.tradeId,
        liquidity: event.liquidity,
      };
    case 'orderCancelled':
      return { ...quantity('cancelled', event.cancelledLots, instrument), reason: event.reason };
    case 'orderReplaced':
      return {
        ...quantity('quantity', event.quantityLots, instrument),
        ...quantity('remaining', event.remainingLots, instrument),
        keptPriority: event.keptPriority,
      };
  }
}

export interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } & RefusalDetails;
}

/** A refusal; `hint` and `details` are what a face says in place of the core. */
export function errorAnswer(
  error: RequestError,
  hint: string = error.hint,
  details: RefusalDetails = error.details,
): ErrorAnswer {
  return { error: { code: error.code, message: error.message, hint, ...details } };
}

/** Left out where there is no instrument, as of an order for one that does not exist. */
function symbol(instrument: Instrument | undefined): { readonly symbol?: string } {
  return instrument === undefined ? {} : { symbol: instrument.symbol };
}

/** `{ [name]: text, [name + 'Ticks']: count }`. */
function price(
  name: string,
  ticks: number,
  instrument: Pick<Instrument, 'priceDecimals'> | undefined,
): Record<string, string | number> {
  const decimals = instrument === undefined ? {} : { [name]: formatDecimal(ticks, instrument.priceDecimals) };
  return { ...decimals, [`${name}Ticks`]: ticks };
}

/** `{ [name]: text, [name + 'Lots']: count }`. */
function quantity(
  name: string,
  lots: number,
  instrument: Instrument | undefined,
): Record<string, string | number> {
  const decimals =
    instrument === undefined ? {} : { [name]: formatDecimal(lots, instrument.quantityDecimals) };
  return { ...decimals, [`${name}Lots`]: lots };
}
