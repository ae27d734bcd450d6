/** The outcome of the running command: exactly one for each command of a session, the last of its events. */
import { NONE } from '../book/records.ts';
import { OrderStatus } from '../protocol/events.ts';
import { filledLots, openLots } from './resting.ts';
import type { State } from './state.ts';

/** An outcome that concerns no order. */
export function answer(state: State, commandType: number, code: number, count = 0): void {
  const { sessionId, accountId, commandNumber, output } = state;
  output.outcome(sessionId, accountId, commandNumber, commandType, code, 0, OrderStatus.none, 0, 0, 0, count);
}

/** An outcome with the order as it stands now, after one event for each level that changed. hot path */
export function answerOrder(state: State, commandType: number, code: number, slot: number): void {
  const { sessionId, accountId, commandNumber, output, orders, touched } = state;
  output.bookLevels(touched);
  touched.clear();
  output.outcome(
    sessionId,
    accountId,
    commandNumber,
    commandType,
    code,
    orders.orderId(slot),
    orders.status(slot),
    filledLots(state, slot),
    openLots(state, slot),
    0,
    0,
  );
  output.outcomeClientOf(slot);
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
  output.outcome(sessionId, accountId, commandNumber, commandType, code, orderId, none, 0, 0, 0, 0);
  output.outcomeClientFrom(view, clientAt);
}

/** The slot of the sender's account; NONE has been answered. hot path */
export function findAccount(state: State, commandType: number, code: number): number {
  const account = state.accounts.find(state.accountId);
  if (account === NONE) answer(state, commandType, code);
  return account;
}
