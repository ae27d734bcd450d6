/**
 * Cancelling and replacing one order, named by its order id or by the sender's client order id. A replacement that only
 * lowers the quantity keeps its place and is bound by no limit; any other leaves the queue and may trade.
 */

import * as protocolCodes from '../../protocol/codes.ts';
import * as protocolCommands from '../../protocol/commands.ts';
import * as protocolEvents from '../../protocol/events.ts';
import * as protocolLimits from '../../protocol/limits.ts';
import * as integers from '../../std/integers.ts';
import * as records from '../../store/records.ts';
import { match, reachedPrice } from '../market/matching.ts';
import { cancel, leaveBook, mayRestLots, reduce, rest, unlist } from '../market/resting-orders.ts';
import type { State } from '../state.ts';
import { closedPlace } from '../stores/order-index.ts';
import { answerClosed, answerOrder, answerUnknown, findAccount } from './answers.ts';
import { cancelRefusal, replaceRefusal } from './modes.ts';
import { isOutsideBand } from './place-order.ts';
import { countOrder, quotaRefusal } from './quotas.ts';
import { isPermitted, isTimely, mayRun, takesRequest } from './requests.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { OutcomeCode } = protocolCodes;
const { bitsWhere, cancelOrder, OrderType, orderTypeRules, replaceOrder } = protocolCommands;
const { CancelReason, OrderStatus } = protocolEvents;
const { quantityLotsMax } = protocolLimits;
const { getU53 } = integers;

/** The types that may take liquidity, each as the bit `1 << type`. */
const TAKING_TYPES = bitsWhere(OrderType, orderTypeRules, ({ mayTake }) => mayTake);

const { type: cancelType, size: cancelSize } = cancelOrder;
const { size: replaceSize } = replaceOrder;
const { orderId: cancelIdAt, clientOrderId: cancelClientAt } = cancelOrder.at;

/** Applies a cancelOrder command. @hot */
export function cancelOne(state: State, view: DataView, at: number): void {
  if (!mayRun(state, cancelType, cancelSize, view, at)) return;
  if (state.isRestricted && !mayCancel(state, view, at)) return;
  const slot = findOpen(state, cancelType, view, at + cancelIdAt, at + cancelClientAt);
  if (slot === NONE) return;
  cancel(state, slot, CancelReason.requested);
  answerOrder(state, cancelType, OutcomeCode.ok, slot);
  state.index.close(slot);
}

/** Whether no mode refuses the cancel at `at`; if one does, that is answered. */
function mayCancel(state: State, view: DataView, at: number): boolean {
  const account = state.accounts.find(state.accountId);
  const found = findNamed(state, account, view, at + cancelIdAt, at + cancelClientAt);
  const code = account === NONE ? OutcomeCode.ok : cancelRefusal(state, account, found);
  if (code === OutcomeCode.ok) return true;
  answerUnknown(state, cancelType, code, getU53(view, at + cancelIdAt), view, at + cancelClientAt);
  return false;
}

/** Applies a replaceOrder command. @hot */
export function replace(state: State, view: DataView, at: number): void {
  const { type, at: offsets } = replaceOrder;
  const account = findAccount(state, type, OutcomeCode.unknownAccount);
  if (account === NONE) return;
  const isStamped = view.getUint16(at, true) !== replaceSize;
  if (isStamped && !isTimely(state, type, view, at + replaceSize)) return;
  if (isStamped && !isPermitted(state, type, state.accountId, view, at + replaceSize)) return;
  if (state.isRestricted) {
    const found = findNamed(state, account, view, at + offsets.orderId, at + offsets.clientOrderId);
    const stopped = replaceRefusal(state, account, found);
    if (stopped !== OutcomeCode.ok) {
      const orderId = getU53(view, at + offsets.orderId);
      answerUnknown(state, type, stopped, orderId, view, at + offsets.clientOrderId);
      return;
    }
  }
  const spent = quotaRefusal(state, account);
  if (spent !== OutcomeCode.ok) {
    answerUnknown(state, type, spent, getU53(view, at + offsets.orderId), view, at + offsets.clientOrderId);
    return;
  }
  if (isStamped && !takesRequest(state, type, account, view, at + replaceSize)) return;
  countOrder(state, account);
  const slot = findOpen(state, type, view, at + offsets.orderId, at + offsets.clientOrderId);
  if (slot === NONE) return;
  const lots = getU53(view, at + offsets.quantityLots);
  const price = view.getUint32(at + offsets.priceTicks, true);
  answerOrder(state, type, replaceOpen(state, slot, lots, price), slot);
  if (state.orders.status(slot) !== OrderStatus.open) state.index.close(slot);
}

/** Changes an open order to `lots` in all and `price`; the order stays as it is unless the code is `ok`. */
function replaceOpen(state: State, slot: number, lots: number, price: number): protocolCodes.OutcomeCode {
  const { orders } = state;
  if (lots === 0 || lots > quantityLotsMax) return OutcomeCode.invalidQuantity;
  if (price === 0) return OutcomeCode.invalidPrice;
  const filled = orders.filled(slot);
  const quantityBefore = orders.quantity(slot);
  if (lots <= filled) {
    cancel(state, slot, CancelReason.replaced);
    return OutcomeCode.ok;
  }
  if (price === orders.price(slot) && lots <= quantityBefore) {
    orders.replace(slot, lots, price);
    reduce(state, slot, quantityBefore - lots);
    state.output.orderReplaced(slot, 1);
    return OutcomeCode.ok;
  }
  const code = refusal(state, slot, lots, lots - filled, price);
  if (code !== OutcomeCode.ok) return code;
  leaveBook(state, slot);
  // The value of what has traded stays.
  if (filled !== 0) orders.keepValue(slot, orders.filledValueLow(slot), orders.filledValueHigh(slot));
  orders.replace(slot, lots, price);
  orders.setRemaining(slot, lots - filled);
  state.output.orderReplaced(slot, 0);
  const reason = match(state, slot);
  if (orders.remaining(slot) === 0) {
    unlist(state, slot, OrderStatus.filled, 0);
  } else if (reason !== 0) {
    state.output.orderCancelled(slot, reason);
    unlist(state, slot, OrderStatus.cancelled, reason);
  } else {
    rest(state, slot);
  }
  return OutcomeCode.ok;
}

/** Why an open order may not move to `lots` in all, `remaining` of them open, at `price`. */
function refusal(
  state: State,
  slot: number,
  lots: number,
  remaining: number,
  price: number,
): protocolCodes.OutcomeCode {
  const { orders, accounts } = state;
  const account = orders.account(slot);
  const instrument = orders.instrument(slot);
  const side = orders.side(slot);
  const more = remaining - orders.remaining(slot);
  if (lots > accounts.orderLotsMax(account)) return OutcomeCode.orderTooLarge;
  if (isOutsideBand(state, account, instrument, price)) return OutcomeCode.outsidePriceBand;
  if (more > 0) {
    const position = orders.position(slot);
    if (!state.positions.hasRoom(position, side, more)) return OutcomeCode.positionTooLarge;
    if (!mayRestLots(state, instrument, side, position, more)) return OutcomeCode.exchangeFull;
  }
  const mayTake = (TAKING_TYPES & (1 << orders.orderType(slot))) !== 0;
  const reached = reachedPrice(state, instrument, side, price);
  if (reached < 0) return OutcomeCode.cancelling;
  if (!mayTake && reached !== 0) return OutcomeCode.wouldTakeLiquidity;
  return OutcomeCode.ok;
}

/** What a command names: an order id, else a client order id of the account. @hot */
export function findNamed(
  state: State,
  account: number,
  view: DataView,
  idAt: number,
  clientAt: number,
): number {
  const orderId = getU53(view, idAt);
  if (orderId !== 0) return state.index.find(orderId);
  return view.getUint8(clientAt) === 0 ? NONE : state.index.findClient(account, view, clientAt);
}

/** The open order of the sender that a command names; NONE has been answered. @hot */
function findOpen(state: State, type: number, view: DataView, idAt: number, clientAt: number): number {
  const account = findAccount(state, type, OutcomeCode.unknownAccount);
  if (account === NONE) return NONE;
  const orderId = getU53(view, idAt);
  const found = findNamed(state, account, view, idAt, clientAt);
  if (found === NONE) {
    answerUnknown(state, type, OutcomeCode.unknownOrder, orderId, view, clientAt);
    return NONE;
  }
  const owner = found >= 0 ? state.orders.account(found) : state.index.closed.account(closedPlace(found));
  if (owner !== account) {
    answerUnknown(state, type, OutcomeCode.unknownOrder, orderId, view, clientAt);
    return NONE;
  }
  if (found < NONE) {
    answerClosed(state, type, OutcomeCode.orderNotOpen, found);
    return NONE;
  }
  if (state.isSweeping && state.sweeps.isDoomed(found)) {
    answerOrder(state, type, OutcomeCode.orderNotOpen, found);
    return NONE;
  }
  return found;
}
