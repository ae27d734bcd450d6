/**
 * Matching in price-time priority: an incoming order trades with the best of the other side while prices cross, at the
 * price of the order that rests. Self-match prevention is decided by the incoming order. An order that meets as many
 * resting orders as one command may (`tradesMax`) ends there, so that no order holds up all commands behind it.
 */

import * as protocolCommands from '../../protocol/commands.ts';
import * as protocolEvents from '../../protocol/events.ts';
import * as orderRecord from '../../store/order-record.ts';
import * as records from '../../store/records.ts';
import type { State } from '../state.ts';
import * as sweepFields from '../stores/sweeps.ts';
import { cancel, reduce, unlist } from './resting-orders.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { selfMatchOf, sideOf } = orderRecord;
const { NONE } = records;
const { BLOCKED } = sweepFields;
const { SelfMatch, Side } = protocolCommands;
const { CancelReason, OrderStatus } = protocolEvents;

/** Whether a limit of `side` trades at a price of the other side; a limit of 0 (a market order) always does. */
function crosses(side: number, limitTicks: number, priceTicks: number): boolean {
  return limitTicks === 0 || (side === Side.buy ? priceTicks <= limitTicks : priceTicks >= limitTicks);
}

function otherSide(side: number): number {
  return side === Side.buy ? Side.sell : Side.buy;
}

/**
 * Trades an order that is not in the book for as long as it can. Returns the CancelReason for which the rest of the
 * order must then be cancelled, 0 if there is none. @hot
 */
export function match(state: State, taker: number): number {
  const { books, index, isSweeping, orders } = state;
  const instrument = orders.instrument(taker);
  const account = orders.account(taker);
  const limit = orders.price(taker);
  const traits = orders.traits(taker);
  const side = sideOf(traits);
  const selfMatch = selfMatchOf(traits);
  const makerSide = otherSide(side);
  for (let met = 0; orders.remaining(taker) > 0; met++) {
    // The book knows its best price: most orders do not trade, and need not find the first order.
    const price = books.bestPrice(instrument, makerSide);
    if (price === 0 || !crosses(side, limit, price)) return 0;
    const maker = isSweeping
      ? state.sweeps.first(instrument, makerSide, limit)
      : books.best(instrument, makerSide);
    if (maker < 0) return maker === BLOCKED ? CancelReason.blocked : 0;
    if (met === state.limits.tradesMax) return CancelReason.tooManyTrades;
    if (selfMatch !== SelfMatch.allow && orders.account(maker) === account) {
      if (selfMatch !== SelfMatch.cancelNewest) {
        cancel(state, maker, CancelReason.selfMatch);
        index.close(maker);
      }
      if (selfMatch !== SelfMatch.cancelOldest) return CancelReason.selfMatch;
    } else {
      const madePrice = isSweeping ? orders.price(maker) : price;
      trade(state, taker, maker, madePrice, instrument, side);
    }
  }
  return 0;
}

/**
 * The price at which an order with this limit would trade first; 0 if with no order; below 0 if it is not known,
 * because too many orders that count as cancelled are in the way. @hot
 */
export function reachedPrice(state: State, instrument: number, side: number, limitTicks: number): number {
  const { books, isSweeping, orders } = state;
  const makerSide = otherSide(side);
  const price = books.bestPrice(instrument, makerSide);
  if (price === 0 || !crosses(side, limitTicks, price)) return 0;
  if (!isSweeping) return price;
  const maker = state.sweeps.first(instrument, makerSide, limitTicks);
  if (maker === BLOCKED) return -1;
  return maker === NONE ? 0 : orders.price(maker);
}

/** One trade of two orders at the maker's price. */
// biome-ignore lint/complexity/useMaxParams: it runs for each trade and makes no object for it. @hot
function trade(
  state: State,
  taker: number,
  maker: number,
  price: number,
  instrument: number,
  side: number,
): void {
  const { orders, positions, output } = state;
  const takerLots = orders.remaining(taker);
  const makerLots = orders.remaining(maker);
  const lots = takerLots < makerLots ? takerLots : makerLots;
  const tradeId = state.nextTradeId++;
  if (price !== orders.price(taker) || orders.keepsValue(taker)) orders.addValue(taker, price, lots);
  if (orders.keepsValue(maker)) orders.addValue(maker, price, lots);
  orders.setRemaining(taker, takerLots - lots);
  reduce(state, maker, lots);
  positions.trade(orders.position(taker), side, lots);
  positions.trade(orders.position(maker), otherSide(side), lots);
  state.instruments.setLastPrice(instrument, price);
  output.trade(instrument, tradeId, lots, price, side);
  output.executed(maker, taker, tradeId, lots, price);
  if (lots === makerLots) {
    unlist(state, maker, OrderStatus.filled, 0);
    state.index.close(maker);
  }
}

/** What keeps a fill-or-kill order from being filled. */
export const Fillable = { yes: 0, tooLittle: 1, ownOrder: 2, blocked: 3, tooManyTrades: 4 } as const;
export type Fillable = (typeof Fillable)[keyof typeof Fillable];

/**
 * Whether an order would trade completely, found by a walk over the orders that `match` would meet. Orders of the same
 * account do not count, unless self-matches are allowed: cancelOldest looks past them, cancelNewest and cancelBoth end
 * there. @hot
 */
// biome-ignore lint/complexity/useMaxParams: it runs for each order and makes no object for it. @hot
export function canFill(
  state: State,
  instrument: number,
  account: number,
  side: number,
  limitTicks: number,
  lots: number,
  selfMatch: number,
): Fillable {
  const makerSide = otherSide(side);
  const { orders, books, isSweeping, limits, sweeps } = state;
  if (books.sideLots(instrument, makerSide) < lots) return Fillable.tooLittle;
  let counted = 0;
  let met = 0;
  const { passed } = sweeps;
  for (
    let maker = isSweeping
      ? sweeps.first(instrument, makerSide, limitTicks)
      : books.best(instrument, makerSide);
    maker !== NONE;
    maker = isSweeping
      ? sweeps.after(instrument, makerSide, maker, limitTicks)
      : books.after(instrument, maker)
  ) {
    if (maker === BLOCKED) return Fillable.blocked;
    if (!crosses(side, limitTicks, orders.price(maker))) break;
    if (met++ === limits.tradesMax) return Fillable.tooManyTrades;
    if (selfMatch === SelfMatch.allow || orders.account(maker) !== account)
      counted += orders.remaining(maker);
    else if (selfMatch !== SelfMatch.cancelOldest) return Fillable.ownOrder;
    if (counted >= lots) {
      if (isSweeping) sweeps.passAgain(passed);
      return Fillable.yes;
    }
  }
  return Fillable.tooLittle;
}
