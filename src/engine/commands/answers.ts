/** The outcome of the running command: exactly one for each command of a session, the last of its events. */

import * as protocolCodes from '../../protocol/codes.ts';
import * as protocolEvents from '../../protocol/events.ts';
import * as protocolLimits from '../../protocol/limits.ts';
import type { OrderRecords } from '../../store/order-record.ts';
import * as records from '../../store/records.ts';
import type { State } from '../state.ts';
import { closedPlace } from '../stores/order-index.ts';
import type { Sweep } from '../stores/sweeps.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { OutcomeCode } = protocolCodes;
const { OrderStatus } = protocolEvents;
const { clientOrderIdBytes } = protocolLimits;

const namedClient = new Int32Array(clientOrderIdBytes / 4);

/** An outcome that concerns no order. */
export function answer(state: State, commandType: number, code: number): void {
  begin(state, commandType, code);
}

/** The outcome of a command that has cancelled orders, maybe until long after itself. */
export function answerCount(state: State, commandType: number, asker: Sweep): void {
  const { sessionId, accountId, commandNumber, count } = asker;
  const { output } = state;
  const at = output.outcome(sessionId, accountId, commandNumber, commandType, OutcomeCode.ok);
  output.outcomeCount(at, count);
}

/** An outcome with an open order, or one about to be closed, after an event for each level that changed. hot path */
export function answerOrder(state: State, commandType: number, code: number, slot: number): void {
  const { output, touched, orders } = state;
  output.bookLevels(touched);
  touched.clear();
  const at = answerRecord(state, commandType, code, orders, slot);
  if (orders.filled(slot) !== 0)
    output.outcomeValue(at, orders.filledValueLow(slot), orders.filledValueHigh(slot));
}

/** An outcome with an order that was closed before. */
export function answerClosed(state: State, commandType: number, code: number, found: number): void {
  const { closed } = state.index;
  const place = closedPlace(found);
  const at = answerRecord(state, commandType, code, closed, place);
  state.output.outcomeValue(at, closed.filledValueLow(place), closed.filledValueHigh(place));
}

/** Returns where the outcome stands. hot path */
function answerRecord(
  state: State,
  commandType: number,
  code: number,
  store: OrderRecords,
  slot: number,
): number {
  const { output } = state;
  let status = store.status(slot);
  if (state.isSweeping && store === state.orders && state.sweeps.isDoomed(slot))
    status = OrderStatus.cancelled;
  const remaining = store.remaining(slot);
  const filled = store.quantity(slot) - remaining;
  const at = begin(state, commandType, code);
  output.outcomeOrder(at, store.orderId(slot), status, filled, status === OrderStatus.open ? remaining : 0);
  output.outcomeClient(at, store.i32, store.clientAt(slot));
  return at;
}

/** The first outcome of an order again, for the same client order id, with what the order is now. */
export function answerAgain(state: State, commandType: number, found: number): void {
  const { output, orders, index } = state;
  const store = found >= 0 ? orders : index.closed;
  const slot = found >= 0 ? found : closedPlace(found);
  const code = store.code(slot);
  const at = answerRecord(state, commandType, code, store, slot);
  output.outcomeValue(at, store.filledValueLow(slot), store.filledValueHigh(slot));
  output.outcomeRepeated(at);
}

/** An outcome about an order that is not there, or not the sender's, named as the command at `clientAt` names it. */
export function answerUnknown(
  state: State,
  commandType: number,
  code: number,
  orderId: number,
  view: DataView,
  clientAt: number,
): void {
  for (let n = 0; n < namedClient.length; n++) namedClient[n] = view.getInt32(clientAt + n * 4, true);
  const at = begin(state, commandType, code);
  state.output.outcomeOrder(at, orderId, OrderStatus.none, 0, 0);
  state.output.outcomeClient(at, namedClient, 0);
}

/** Begins the outcome of the running command; returns where it stands. hot path */
function begin(state: State, commandType: number, code: number): number {
  const { sessionId, accountId, commandNumber, output } = state;
  return output.outcome(sessionId, accountId, commandNumber, commandType, code);
}

/** The slot of the sender's account; NONE has been answered. hot path */
export function findAccount(state: State, commandType: number, code: number): number {
  const account = state.accounts.find(state.accountId);
  if (account === NONE) answer(state, commandType, code);
  return account;
}
