/**
 * Placing orders. An order gets an order id when it is accepted, or when it is rejected but carries a client order id,
 * because then it is remembered; other rejections take no id. A client order id that is remembered places nothing: the
 * same order again is answered as it was, with what has become of it, and another order is refused.
 */

import * as protocolCanary from '../../protocol/canary.ts';
import * as protocolCodes from '../../protocol/codes.ts';
import * as protocolCommands from '../../protocol/commands.ts';
import * as protocolEvents from '../../protocol/events.ts';
import * as protocolLimits from '../../protocol/limits.ts';
import * as integers from '../../std/integers.ts';
import * as orderRecord from '../../store/order-record.ts';
import * as records from '../../store/records.ts';
import { canFill, Fillable, match, reachedPrice } from '../market/matching.ts';
import { list, mayRestLots, mayRestMore, rest, storeHasRoom } from '../market/resting-orders.ts';
import type { State } from '../state.ts';
import * as orderIndex from '../stores/order-index.ts';
import { answerAgain, answerOrder, answerUnknown, findAccount } from './answers.ts';
import { placeRefusal } from './modes.ts';
import { countOrder, quotaRefusal } from './quotas.ts';
import { isPermitted, isTimely, takesRequest } from './requests.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { placedTraits } = orderRecord;
const { closedPlace, FORGOTTEN } = orderIndex;
const { NONE } = records;
const { isCanaryAccount, isCanaryInstrument } = protocolCanary;
const { OutcomeCode } = protocolCodes;
const { bitsWhere, OrderType, orderTypeRules, placeOrder, TimeInForce, timeInForceRules } = protocolCommands;
const { CancelReason, OrderStatus } = protocolEvents;
const { quantityLotsMax } = protocolLimits;
const { getU53 } = integers;

/** What the tables of types and times in force say, each value as the bit `1 << value`. */
const PRICED_TYPES = bitsWhere(OrderType, orderTypeRules, ({ hasPrice }) => hasPrice);
const RESTING_TYPES = bitsWhere(OrderType, orderTypeRules, ({ mayRest }) => mayRest);
const TAKING_TYPES = bitsWhere(OrderType, orderTypeRules, ({ mayTake }) => mayTake);
const RESTING_TIMES = bitsWhere(TimeInForce, timeInForceRules, ({ rests }) => rests);
const WHOLE_TIMES = bitsWhere(TimeInForce, timeInForceRules, ({ fillsWhole }) => fillsWhole);

const { type, size } = placeOrder;
const {
  instrumentId: instrumentAt,
  priceTicks: priceAt,
  quantityLots: quantityAt,
  side: sideAt,
  orderType: orderTypeAt,
  timeInForce: timeAt,
  selfMatch: selfMatchAt,
  clientOrderId: clientOrderAt,
} = placeOrder.at;

/** Applies a placeOrder command. @hot */
export function place(state: State, view: DataView, at: number): void {
  const account = findAccount(state, type, OutcomeCode.unknownAccount);
  if (account === NONE) return;
  const isStamped = view.getUint16(at, true) !== size;
  if (isStamped && !isTimely(state, type, view, at + size)) return;
  if (isStamped && !isPermitted(state, type, state.accountId, view, at + size)) return;
  const clientAt = at + clientOrderAt;
  const isNamed = view.getUint8(clientAt) !== 0;
  let first = NONE;
  if (isNamed) {
    state.recent.keepUp(state.lastTimeUs, state.nextOrderId);
    first = state.index.findName(account, view, clientAt);
    if (first > FORGOTTEN && first !== NONE) {
      if (isSameOrder(state, first, view, at)) answerAgain(state, type, first);
      else
        answerUnknown(state, type, OutcomeCode.clientOrderIdTaken, orderIdOf(state, first), view, clientAt);
      return;
    }
  }
  if (state.isRestricted) {
    const named = state.instruments.find(view.getUint32(at + instrumentAt, true));
    const stopped = placeRefusal(state, account, named);
    if (stopped !== OutcomeCode.ok) {
      answerUnknown(state, type, stopped, 0, view, clientAt);
      return;
    }
  }
  const spent = quotaRefusal(state, account);
  if (spent !== OutcomeCode.ok) {
    answerUnknown(state, type, spent, 0, view, clientAt);
    return;
  }
  if (isStamped && !takesRequest(state, type, account, view, at + size)) return;
  if (isNamed && !mayTakeName(state, account, first, view, clientAt)) return;
  countOrder(state, account);
  const instrument = state.instruments.find(view.getUint32(at + instrumentAt, true));
  let position = instrument === NONE ? NONE : state.positions.find(account, instrument);
  const code = refusal(state, view, at, account, instrument, position);
  if (code !== OutcomeCode.ok) {
    if (isNamed && storeHasRoom(state)) reject(state, view, at, account, instrument, code);
    else answerUnknown(state, type, code, 0, view, clientAt);
    return;
  }
  if (position === NONE) position = state.positions.create(account, instrument);
  if (position === NONE) {
    answerUnknown(state, type, OutcomeCode.exchangeFull, 0, view, clientAt);
    return;
  }
  const slot = store(state, view, at, account, instrument, position, OrderStatus.open);
  state.output.orderAccepted(slot);
  const status = settle(state, slot, match(state, slot));
  answerOrder(state, type, OutcomeCode.ok, slot);
  if (status === OrderStatus.open) list(state, slot);
  else state.index.closeNew(slot);
}

/** Whether an account may give the client order id at `at` to an order; if not, that is answered. @hot */
function mayTakeName(state: State, account: number, first: number, view: DataView, at: number): boolean {
  if (first === FORGOTTEN) {
    answerUnknown(state, type, OutcomeCode.orderForgotten, 0, view, at);
    return false;
  }
  if (state.recent.names.mayHold(account)) return true;
  answerUnknown(state, type, OutcomeCode.tooManyRequests, 0, view, at);
  return false;
}

/** What becomes of a new order after matching: filled, resting, or its rest cancelled. @hot */
function settle(state: State, slot: number, reason: number): protocolEvents.OrderStatus {
  const { orders } = state;
  if (orders.remaining(slot) === 0) {
    orders.end(slot, OrderStatus.filled, 0);
    return OrderStatus.filled;
  }
  if (reason === 0 && (RESTING_TIMES & (1 << orders.timeInForce(slot))) !== 0) {
    rest(state, slot);
    return OrderStatus.open;
  }
  const why = reason === 0 ? CancelReason.immediateOrCancel : reason;
  state.output.orderCancelled(slot, why);
  orders.end(slot, OrderStatus.cancelled, why);
  return OrderStatus.cancelled;
}

/** Why the order may not be placed; `ok` if it may. `position` is NONE where it would be the first. @hot */
// biome-ignore lint/complexity/useMaxParams: it runs for each order and makes no object for it. @hot
function refusal(
  state: State,
  view: DataView,
  at: number,
  account: number,
  instrument: number,
  position: number,
): protocolCodes.OutcomeCode {
  if (instrument === NONE) return OutcomeCode.unknownInstrument;
  // To accounts of the canary no other instrument is known, and theirs to no other account.
  if (isCanaryInstrument(view.getUint32(at + instrumentAt, true)) !== isCanaryAccount(state.accountId))
    return OutcomeCode.unknownInstrument;
  const { accounts } = state;
  const lots = getU53(view, at + quantityAt);
  const price = view.getInt32(at + priceAt, true);
  const side = view.getUint8(at + sideAt);
  const typeBit = 1 << view.getUint8(at + orderTypeAt);
  const timeBit = 1 << view.getUint8(at + timeAt);
  const rests = (RESTING_TIMES & timeBit) !== 0;
  const isPriced = (PRICED_TYPES & typeBit) !== 0;
  const mayTake = (TAKING_TYPES & typeBit) !== 0;
  if (lots === 0 || lots > quantityLotsMax) return OutcomeCode.invalidQuantity;
  if (rests ? (RESTING_TYPES & typeBit) === 0 : !mayTake) return OutcomeCode.invalidCombination;
  if ((price !== 0) !== isPriced) return OutcomeCode.invalidPrice;
  if (lots > accounts.orderLotsMax(account)) return OutcomeCode.orderTooLarge;
  if (rests && !mayRestMore(state, account)) return OutcomeCode.tooManyOpenOrders;
  if (isPriced && isOutsideBand(state, account, instrument, price)) return OutcomeCode.outsidePriceBand;
  if (!state.positions.hasRoom(position, side, lots)) return OutcomeCode.positionTooLarge;
  if (rests && !mayRestLots(state, instrument, side, position, lots)) return OutcomeCode.exchangeFull;
  if (!storeHasRoom(state)) return OutcomeCode.exchangeFull;

  const reached = reachedPrice(state, instrument, side, price);
  if (reached < 0) return OutcomeCode.cancelling;
  if (!isPriced && reached === 0) return OutcomeCode.noLiquidity;
  if (!mayTake && reached !== 0) return OutcomeCode.wouldTakeLiquidity;
  if ((WHOLE_TIMES & timeBit) === 0) return OutcomeCode.ok;
  const selfMatch = view.getUint8(at + selfMatchAt);
  const fillable = canFill(state, instrument, account, side, price, lots, selfMatch);
  if (fillable === Fillable.ownOrder) return OutcomeCode.selfMatch;
  if (fillable === Fillable.blocked) return OutcomeCode.cancelling;
  if (fillable === Fillable.tooManyTrades) return OutcomeCode.tooManyTrades;
  return fillable === Fillable.tooLittle ? OutcomeCode.cannotFillCompletely : OutcomeCode.ok;
}

/** Whether a price is further from the last trade than the account may go. @hot */
export function isOutsideBand(state: State, account: number, instrument: number, price: number): boolean {
  const band = state.accounts.bandBasisPoints(account);
  if (band === 0) return false;
  const last = state.instruments.lastPrice(instrument);
  return last !== 0 && Math.abs(price - last) * 10_000 > last * band;
}

/** Stores the order of the command at `at` under the next order id; it cannot be found yet. @hot */
// biome-ignore lint/complexity/useMaxParams: it runs for each order and makes no object for it. @hot
function store(
  state: State,
  view: DataView,
  at: number,
  account: number,
  instrument: number,
  position: number,
  status: number,
): number {
  const { orders } = state;
  const slot = orders.allocate();
  orders.clearLinks(slot);
  orders.setPosition(slot, position);
  orders.takePlaced(slot, view, at, status);
  orders.assign(slot, state.nextOrderId++, account, instrument, state.sessionId);
  if (orders.isNamed(slot)) state.recent.name(account);
  return slot;
}

/** Whether the command at `at` places the same as the order that was found under its client order id. */
function isSameOrder(state: State, found: number, view: DataView, at: number): boolean {
  const { orders, instruments, index } = state;
  const store = found >= 0 ? orders : index.closed;
  const slot = found >= 0 ? found : closedPlace(found);
  if (store.placedTraits(slot) !== placedTraits(view, at)) return false;
  if (store.placedPrice(slot) !== view.getInt32(at + priceAt, true)) return false;
  const instrument = store.instrument(slot);
  const named = view.getUint32(at + instrumentAt, true);
  const lots = getU53(view, at + quantityAt);
  return instrument === NONE
    ? store.placedLots(slot) === named && store.quantity(slot) === lots
    : instruments.id(instrument) === named && store.placedLots(slot) === lots;
}

function orderIdOf({ orders, index }: State, found: number): number {
  return found >= 0 ? orders.orderId(found) : index.closed.orderId(closedPlace(found));
}

/** Remembers a rejected order, so that a repeat of its client order id gets the same answer. */
// biome-ignore lint/complexity/useMaxParams: it runs for each order that is refused and makes no object for it. @hot
function reject(
  state: State,
  view: DataView,
  at: number,
  account: number,
  instrument: number,
  code: number,
): void {
  const slot = store(state, view, at, account, instrument, NONE, OrderStatus.rejected);
  const { orders } = state;
  orders.end(slot, OrderStatus.rejected, code);
  const named = view.getUint32(at + instrumentAt, true);
  if (instrument === NONE) orders.keepPlaced(slot, named, orders.price(slot));
  answerOrder(state, type, code, slot);
  state.index.closeNew(slot);
}
