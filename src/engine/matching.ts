/**
 * Matching in price-time priority: an incoming order trades with the best of the other side while prices cross, at the
 * price of the order that rests. Self-match prevention is decided by the incoming order.
 */
import * as orderFields from '../book/order-fields.ts';
import * as records from '../book/records.ts';
import * as protocolCommands from '../protocol/commands.ts';
import * as protocolEvents from '../protocol/events.ts';
import { cancel, reduce, unlist } from './resting.ts';
import type { State } from './state.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const {
  ACCOUNT,
  INSTRUMENT,
  ORDER_NUMBERS,
  ORDER_WORDS,
  PRICE,
  REMAINING,
  SELF_MATCH_SHIFT,
  SIDE_MASK,
  TRAITS,
} = orderFields;
const { NONE } = records;
const { SelfMatch, Side } = protocolCommands;
const { CancelReason, Liquidity, OrderStatus } = protocolEvents;

/** Whether a limit of `side` trades at a price of the other side; a limit of 0 (a market order) always does. */
export function crosses(side: number, limitTicks: number, priceTicks: number): boolean {
  return limitTicks === 0 || (side === Side.buy ? priceTicks <= limitTicks : priceTicks >= limitTicks);
}

export function otherSide(side: number): number {
  return side === Side.buy ? Side.sell : Side.buy;
}

/**
 * Trades an order that is not in the book for as long as it can. True when self-match prevention stopped it: the rest
 * of the order must then be cancelled. hot path
 */
export function match(state: State, taker: number): boolean {
  const { books, index } = state;
  const { i32, f64 } = state.orders;
  const record = taker * ORDER_WORDS;
  const instrument = i32[record + INSTRUMENT]!;
  const account = i32[record + ACCOUNT]!;
  const limit = i32[record + PRICE]!;
  const traits = i32[record + TRAITS]!;
  const side = traits & SIDE_MASK;
  const selfMatch = (traits >>> SELF_MATCH_SHIFT) & 3;
  const makerSide = otherSide(side);
  const number = taker * ORDER_NUMBERS + REMAINING;
  while (f64[number]! > 0) {
    // The book knows its best price: most orders trade with nobody, and need not ask for the order that is first.
    const price = books.bestPrice(instrument, makerSide);
    if (price === 0 || !crosses(side, limit, price)) return false;
    const maker = books.best(instrument, makerSide);
    if (selfMatch !== SelfMatch.allow && i32[maker * ORDER_WORDS + ACCOUNT] === account) {
      if (selfMatch !== SelfMatch.cancelNewest) {
        cancel(state, maker, CancelReason.selfMatch);
        index.close(maker);
      }
      if (selfMatch !== SelfMatch.cancelOldest) return true;
    } else {
      trade(state, taker, maker, price, instrument, side);
    }
  }
  return false;
}

/** One trade of two orders at the maker's price. */
function trade(
  state: State,
  taker: number,
  maker: number,
  price: number,
  instrument: number,
  side: number,
): void {
  const { orders, positions, output } = state;
  const f64 = orders.f64;
  const takerLots = f64[taker * ORDER_NUMBERS + REMAINING]!;
  const makerLots = f64[maker * ORDER_NUMBERS + REMAINING]!;
  const lots = takerLots < makerLots ? takerLots : makerLots;
  const tradeId = state.nextTradeId++;
  orders.addValue(taker, price, lots);
  orders.addValue(maker, price, lots);
  f64[taker * ORDER_NUMBERS + REMAINING] = takerLots - lots;
  reduce(state, maker, lots);
  positions.trade(orders.position(taker), side, lots);
  positions.trade(orders.position(maker), otherSide(side), lots);
  state.instruments.setLastPrice(instrument, price);
  output.trade(instrument, tradeId, lots, price, side);
  output.orderExecuted(maker, tradeId, lots, price, Liquidity.maker);
  output.orderExecuted(taker, tradeId, lots, price, Liquidity.taker);
  if (lots === makerLots) {
    unlist(state, maker, OrderStatus.filled);
    state.index.close(maker);
  }
}

/** What stands in the way of a fill-or-kill order. */
export const Fillable = { yes: 0, tooLittle: 1, ownOrder: 2 } as const;
export type Fillable = (typeof Fillable)[keyof typeof Fillable];

/**
 * Whether an order would trade completely. Orders of the same account do not count, unless self-matches are allowed:
 * cancelOldest looks past them, cancelNewest and cancelBoth end there. hot path
 */
export function canFill(
  state: State,
  instrument: number,
  account: number,
  position: number,
  side: number,
  limitTicks: number,
  lots: number,
  selfMatch: number,
): Fillable {
  const makerSide = otherSide(side);
  const { orders, books } = state;
  if (books.sideLots(instrument, makerSide) < lots) return Fillable.tooLittle;
  const ownLots = position === NONE ? 0 : state.positions.open(position, makerSide);
  if (selfMatch === SelfMatch.allow || ownLots === 0) {
    return books.lotsWithin(instrument, makerSide, limitTicks, lots) >= lots
      ? Fillable.yes
      : Fillable.tooLittle;
  }
  let counted = 0;
  for (
    let maker = books.best(instrument, makerSide);
    maker !== NONE;
    maker = books.after(instrument, maker)
  ) {
    if (!crosses(side, limitTicks, orders.price(maker))) break;
    if (orders.account(maker) !== account) counted += orders.remaining(maker);
    else if (selfMatch !== SelfMatch.cancelOldest) return Fillable.ownOrder;
    if (counted >= lots) return Fillable.yes;
  }
  return Fillable.tooLittle;
}
