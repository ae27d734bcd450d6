/**
 * Placing orders. An order gets an order id when it is accepted, or when it is rejected but carries a client order id,
 * because then it is remembered; other rejections take no id. A client order id that is remembered places nothing.
 */
import {
  ACCOUNT,
  CLIENT,
  CODE_SHIFT,
  FIRST_FILLED,
  FIRST_REMAINING,
  FIRST_STATUS_SHIFT,
  INSTRUMENT,
  NO_SLOT,
  ORDER_ID,
  ORDER_NUMBERS,
  ORDER_WORDS,
  POSITION,
  PRICE,
  QUANTITY,
  REMAINING,
  SELF_MATCH_SHIFT,
  SESSION,
  STATUS_SHIFT,
  TIME_SHIFT,
  TRAITS,
  TYPE_SHIFT,
} from '../book/orders.ts';
import { NONE } from '../book/records.ts';
import { OutcomeCode } from '../protocol/codes.ts';
import { OrderType, placeOrder, TimeInForce } from '../protocol/commands.ts';
import { CancelReason, OrderStatus } from '../protocol/events.ts';
import { clientOrderIdBytes, quantityLotsMax } from '../protocol/limits.ts';
import { getU53 } from '../std/integers.ts';
import { answerOrder, answerUnknown, findAccount } from './answers.ts';
import { canFill, crosses, Fillable, match, otherSide } from './matching.ts';
import { bookHasRoom, close, keepFirstOutcome, list, positionOf, rest, storeHasRoom } from './resting.ts';
import type { State } from './state.ts';

const offsets = placeOrder.at;
const type = placeOrder.type;

/** Applies a placeOrder command. hot path */
export function place(state: State, view: DataView, at: number): void {
  const account = findAccount(state, type, OutcomeCode.unknownAccount);
  if (account === NONE) return;
  const clientAt = at + offsets.clientOrderId;
  const named = view.getUint8(clientAt) !== 0;
  if (named) {
    const first = state.index.findClient(account, view, clientAt);
    if (first !== NONE) {
      repeatFirstOutcome(state, first);
      return;
    }
  }
  const instrument = state.instruments.find(view.getUint32(at + offsets.instrumentId, true));
  const code = refusal(state, view, at, account, instrument);
  if (code !== OutcomeCode.ok) {
    if (named && storeHasRoom(state)) reject(state, view, at, account, instrument, code);
    else answerUnknown(state, type, code, 0, view, clientAt);
    return;
  }
  const position = positionOf(state, account, instrument);
  if (position === NONE) {
    answerUnknown(state, type, OutcomeCode.exchangeFull, 0, view, clientAt);
    return;
  }
  const slot = store(state, view, at, account, instrument, position, OrderStatus.open);
  state.output.orderAccepted(slot);
  settle(state, slot, match(state, slot), true);
  keepFirstOutcome(state, slot, OutcomeCode.ok);
  answerOrder(state, type, OutcomeCode.ok, slot);
}

/**
 * What becomes of an order after matching: filled, resting, or its rest cancelled. `isNew` says that it is in no list
 * yet. hot path
 */
function settle(state: State, slot: number, selfMatched: boolean, isNew: boolean): void {
  const { orders, output } = state;
  if (orders.remaining(slot) === 0) {
    close(state, slot, OrderStatus.filled);
    return;
  }
  const timeInForce = (orders.u32[slot * ORDER_WORDS + TRAITS]! >>> TIME_SHIFT) & 7;
  if (selfMatched) {
    output.orderCancelled(slot, CancelReason.selfMatch);
    close(state, slot, OrderStatus.cancelled);
  } else if (timeInForce >= TimeInForce.immediateOrCancel) {
    output.orderCancelled(slot, CancelReason.immediateOrCancel);
    close(state, slot, OrderStatus.cancelled);
  } else {
    rest(state, slot);
    if (isNew) list(state, slot);
  }
}

/** Why the order may not be placed; `ok` if it may. hot path */
function refusal(state: State, view: DataView, at: number, account: number, instrument: number): OutcomeCode {
  if (instrument === NONE) return OutcomeCode.unknownInstrument;
  const { accounts } = state;
  const lots = getU53(view, at + offsets.quantityLots);
  const price = view.getUint32(at + offsets.priceTicks, true);
  const side = view.getUint8(at + offsets.side);
  const orderType = view.getUint8(at + offsets.orderType);
  const timeInForce = view.getUint8(at + offsets.timeInForce);
  const mayRest = timeInForce < TimeInForce.immediateOrCancel;
  if (lots === 0 || lots > quantityLotsMax) return OutcomeCode.invalidQuantity;
  if (orderType === OrderType.market && mayRest) return OutcomeCode.invalidCombination;
  if (orderType === OrderType.postOnly && !mayRest) return OutcomeCode.invalidCombination;
  if ((price === 0) !== (orderType === OrderType.market)) return OutcomeCode.invalidPrice;
  if (lots > accounts.orderLotsMax(account)) return OutcomeCode.orderTooLarge;
  if (mayRest && accounts.openOrders(account) >= accounts.openOrdersMax(account)) {
    return OutcomeCode.tooManyOpenOrders;
  }
  if (price !== 0 && isOutsideBand(state, account, instrument, price)) return OutcomeCode.outsidePriceBand;
  const position = state.positions.find(account, instrument);
  if (!state.positions.hasRoom(position, side, lots)) return OutcomeCode.positionTooLarge;
  if (mayRest && !bookHasRoom(state, instrument, side, lots)) return OutcomeCode.exchangeFull;
  if (!storeHasRoom(state)) return OutcomeCode.exchangeFull;

  const best = state.instruments.books[instrument]!.bestPrice(otherSide(side));
  if (orderType === OrderType.market && best === 0) return OutcomeCode.noLiquidity;
  if (orderType === OrderType.postOnly && best !== 0 && crosses(side, price, best)) {
    return OutcomeCode.wouldTakeLiquidity;
  }
  if (timeInForce !== TimeInForce.fillOrKill) return OutcomeCode.ok;
  const selfMatch = view.getUint8(at + offsets.selfMatch);
  const fillable = canFill(state, instrument, account, position, side, price, lots, selfMatch);
  if (fillable === Fillable.ownOrder) return OutcomeCode.selfMatch;
  return fillable === Fillable.tooLittle ? OutcomeCode.cannotFillCompletely : OutcomeCode.ok;
}

/** Whether a price is further from the last trade than the account may go. hot path */
export function isOutsideBand(state: State, account: number, instrument: number, price: number): boolean {
  const band = state.accounts.bandBasisPoints(account);
  const last = state.instruments.lastPrice(instrument);
  return band !== 0 && last !== 0 && Math.abs(price - last) * 10_000 > last * band;
}

/** Stores the order of the command at `at` under the next order id. hot path */
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
  const { u32, f64 } = orders;
  const numbers = slot * ORDER_NUMBERS;
  const lots = getU53(view, at + offsets.quantityLots);
  f64[numbers + ORDER_ID] = state.nextOrderId++;
  f64[numbers + QUANTITY] = lots;
  f64[numbers + REMAINING] = lots;
  f64[numbers + FIRST_FILLED] = 0;
  f64[numbers + FIRST_REMAINING] = 0;
  const record = slot * ORDER_WORDS;
  u32[record + ACCOUNT] = account;
  u32[record + INSTRUMENT] = instrument === NONE ? NO_SLOT : instrument;
  u32[record + POSITION] = position === NONE ? NO_SLOT : position;
  u32[record + SESSION] = state.sessionId;
  u32[record + PRICE] = view.getUint32(at + offsets.priceTicks, true);
  u32[record + TRAITS] =
    view.getUint8(at + offsets.side) |
    (view.getUint8(at + offsets.orderType) << TYPE_SHIFT) |
    (view.getUint8(at + offsets.timeInForce) << TIME_SHIFT) |
    (view.getUint8(at + offsets.selfMatch) << SELF_MATCH_SHIFT) |
    (status << STATUS_SHIFT);
  const clientAt = at + offsets.clientOrderId;
  for (let n = 0; n < clientOrderIdBytes / 4; n++) {
    u32[record + CLIENT + n] = view.getUint32(clientAt + n * 4, true);
  }
  state.index.add(slot);
  return slot;
}

/** Remembers a rejected order, so that a repeat of its client order id gets the same answer. */
function reject(
  state: State,
  view: DataView,
  at: number,
  account: number,
  instrument: number,
  code: number,
): void {
  const slot = store(state, view, at, account, instrument, NONE, OrderStatus.rejected);
  keepFirstOutcome(state, slot, code);
  answerOrder(state, type, code, slot);
  close(state, slot, OrderStatus.rejected);
}

function repeatFirstOutcome(state: State, slot: number): void {
  const { sessionId, accountId, commandNumber, orders } = state;
  const traits = orders.u32[slot * ORDER_WORDS + TRAITS]!;
  state.output.outcome(
    sessionId,
    accountId,
    commandNumber,
    type,
    (traits >>> CODE_SHIFT) & 0xff,
    orders.orderId(slot),
    (traits >>> FIRST_STATUS_SHIFT) & 7,
    orders.f64[slot * ORDER_NUMBERS + FIRST_FILLED]!,
    orders.f64[slot * ORDER_NUMBERS + FIRST_REMAINING]!,
    1,
    0,
  );
  state.output.outcomeClientOf(slot);
}
