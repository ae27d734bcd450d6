/** The outcome of the running command: exactly one for each command of a session, the last of its events. */
import * as orderFields from '../book/order-fields.ts';
import * as records from '../book/records.ts';
import * as protocolEvents from '../protocol/events.ts';
import * as protocolLimits from '../protocol/limits.ts';
import { closedPlace } from './order-index.ts';
import type { State } from './state.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const {
  CLIENT,
  CODE_SHIFT,
  FIRST_STATUS_SHIFT,
  ORDER_ID,
  ORDER_NUMBERS,
  ORDER_WORDS,
  QUANTITY,
  REMAINING,
  STATUS_SHIFT,
  TRAITS,
} = orderFields;
const { NONE } = records;
const { OrderStatus } = protocolEvents;
const { clientOrderIdBytes } = protocolLimits;

const noClient = new Int32Array(clientOrderIdBytes / 4);
const namedClient = new Int32Array(clientOrderIdBytes / 4);

/** An outcome that concerns no order. */
export function answer(state: State, commandType: number, code: number, count = 0): void {
  const { sessionId, accountId, commandNumber, output } = state;
  const none = OrderStatus.none;
  output.outcome(
    sessionId,
    accountId,
    commandNumber,
    commandType,
    code,
    0,
    none,
    0,
    0,
    0,
    count,
    noClient,
    0,
  );
}

/** An outcome with an open order, or one about to be closed, after an event for each level that changed. hot path */
export function answerOrder(state: State, commandType: number, code: number, slot: number): void {
  const { output, touched, orders } = state;
  output.bookLevels(touched);
  touched.clear();
  answerRecord(state, commandType, code, orders.i32, orders.f64, slot * ORDER_WORDS, slot * ORDER_NUMBERS);
}

/** An outcome with an order that was closed before. */
export function answerClosed(state: State, commandType: number, code: number, found: number): void {
  const { closed } = state.index;
  const place = closedPlace(found);
  answerRecord(state, commandType, code, closed.i32, closed.f64, place * ORDER_WORDS, place * ORDER_NUMBERS);
}

function answerRecord(
  state: State,
  commandType: number,
  code: number,
  i32: Int32Array,
  f64: Float64Array,
  record: number,
  numbers: number,
): void {
  const { sessionId, accountId, commandNumber, output } = state;
  const status = (i32[record + TRAITS]! >>> STATUS_SHIFT) & 7;
  const remaining = f64[numbers + REMAINING]!;
  output.outcome(
    sessionId,
    accountId,
    commandNumber,
    commandType,
    code,
    f64[numbers + ORDER_ID]!,
    status,
    f64[numbers + QUANTITY]! - remaining,
    status === OrderStatus.open ? remaining : 0,
    0,
    0,
    i32,
    record + CLIENT,
  );
}

/** The first outcome of an order again, for the same client order id. */
export function answerAgain(state: State, commandType: number, found: number): void {
  const { sessionId, accountId, commandNumber, output, orders, index } = state;
  const store = found >= 0 ? orders : index.closed;
  const slot = found >= 0 ? found : closedPlace(found);
  const record = slot * ORDER_WORDS;
  const traits = store.i32[record + TRAITS]!;
  output.outcome(
    sessionId,
    accountId,
    commandNumber,
    commandType,
    (traits >>> CODE_SHIFT) & 0xff,
    store.f64[slot * ORDER_NUMBERS + ORDER_ID]!,
    (traits >>> FIRST_STATUS_SHIFT) & 7,
    store.firstFilled(slot),
    store.firstRemaining(slot),
    1,
    0,
    store.i32,
    record + CLIENT,
  );
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
  const { sessionId, accountId, commandNumber, output } = state;
  const none = OrderStatus.none;
  for (let n = 0; n < namedClient.length; n++) namedClient[n] = view.getInt32(clientAt + n * 4, true);
  output.outcome(
    sessionId,
    accountId,
    commandNumber,
    commandType,
    code,
    orderId,
    none,
    0,
    0,
    0,
    0,
    namedClient,
    0,
  );
}

/** The slot of the sender's account; NONE has been answered. hot path */
export function findAccount(state: State, commandType: number, code: number): number {
  const account = state.accounts.find(state.accountId);
  if (account === NONE) answer(state, commandType, code);
  return account;
}
