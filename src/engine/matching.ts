/**
 * Matching in price-time priority: an incoming order trades with the best of the other side while prices cross, at the
 * price of the order that rests. Self-match prevention is decided by the incoming order.
 */
import {
  ACCOUNT,
  INSTRUMENT,
  ORDER_NUMBERS,
  ORDER_WORDS,
  POSITION,
  PRICE,
  REMAINING,
  SELF_MATCH_SHIFT,
  SIDE_MASK,
  TRAITS,
} from '../book/orders.ts';
import { NONE } from '../book/records.ts';
import { SelfMatch, Side } from '../protocol/commands.ts';
import { CancelReason, Liquidity, OrderStatus } from '../protocol/events.ts';
import { cancel, reduce, unlist } from './resting.ts';
import type { State } from './state.ts';

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
  const { orders } = state;
  const record = taker * ORDER_WORDS;
  const instrument = orders.u32[record + INSTRUMENT]!;
  const account = orders.u32[record + ACCOUNT]!;
  const limit = orders.u32[record + PRICE]!;
  const traits = orders.u32[record + TRAITS]!;
  const side = traits & SIDE_MASK;
  const selfMatch = (traits >>> SELF_MATCH_SHIFT) & 3;
  const book = state.instruments.books[instrument]!;
  const makerSide = otherSide(side);
  const number = taker * ORDER_NUMBERS + REMAINING;
  while (orders.f64[number]! > 0) {
    const maker = book.best(makerSide);
    if (maker === NONE) return false;
    const price = orders.u32[maker * ORDER_WORDS + PRICE]!;
    if (!crosses(side, limit, price)) return false;
    if (orders.u32[maker * ORDER_WORDS + ACCOUNT] === account && selfMatch !== SelfMatch.allow) {
      if (selfMatch !== SelfMatch.cancelNewest) cancel(state, maker, CancelReason.selfMatch);
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
  f64[taker * ORDER_NUMBERS + REMAINING] = takerLots - lots;
  reduce(state, maker, lots);
  positions.trade(orders.u32[taker * ORDER_WORDS + POSITION]!, side, lots);
  positions.trade(orders.u32[maker * ORDER_WORDS + POSITION]!, otherSide(side), lots);
  state.instruments.setLastPrice(instrument, price);
  output.trade(instrument, tradeId, lots, price, side);
  output.orderExecuted(maker, tradeId, lots, price, Liquidity.maker);
  output.orderExecuted(taker, tradeId, lots, price, Liquidity.taker);
  if (lots === makerLots) unlist(state, maker, OrderStatus.filled);
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
  if (state.instruments.openLots[instrument * 2 + makerSide - 1]! < lots) return Fillable.tooLittle;
  const { orders } = state;
  const book = state.instruments.books[instrument]!;
  const ownLots = position === NONE ? 0 : state.positions.open(position, makerSide);
  if (selfMatch === SelfMatch.allow || ownLots === 0) {
    return book.lotsWithin(makerSide, limitTicks, lots) >= lots ? Fillable.yes : Fillable.tooLittle;
  }
  let counted = 0;
  for (let maker = book.best(makerSide); maker !== NONE; maker = book.after(maker)) {
    if (!crosses(side, limitTicks, orders.price(maker))) break;
    if (orders.u32[maker * ORDER_WORDS + ACCOUNT] !== account) counted += orders.remaining(maker);
    else if (selfMatch !== SelfMatch.cancelOldest) return Fillable.ownOrder;
    if (counted >= lots) return Fillable.yes;
  }
  return Fillable.tooLittle;
}
