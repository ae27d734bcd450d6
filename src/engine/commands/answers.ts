/** The outcome of the running command: exactly one for each command of a session, the last of its events. */
import * as protocolCodes from '../../protocol/codes.ts';
import * as protocolEvents from '../../protocol/events.ts';
import * as protocolLimits from '../../protocol/limits.ts';
import * as records from '../../store/records.ts';
import type { CommandOfSession } from '../events/output.ts';
import type { State } from '../state.ts';
import { closedPlace } from '../stores/order-index.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { OutcomeCode } = protocolCodes;
const { OrderStatus } = protocolEvents;
const { clientOrderIdBytes } = protocolLimits;

const namedClient = new Int32Array(clientOrderIdBytes / 4);

/** An outcome that concerns no order. */
export function answer(state: State, commandType: number, code: number): void {
  state.answered = code;
  state.output.outcome(state, commandType, code);
}

/** The outcome of a command that has cancelled orders, maybe until long after itself. */
export function answerCount(
  { output }: State,
  commandType: number,
  asker: CommandOfSession & { readonly count: number },
): void {
  output.outcomeCount(output.outcome(asker, commandType, OutcomeCode.ok), asker.count);
}

/** An outcome with an open order, or one about to be closed, after an event for each level that changed. @hot */
export function answerOrder(state: State, commandType: number, code: number, slot: number): void {
  const { output, touched, orders } = state;
  output.bookLevels(touched);
  touched.clear();
  output.orderOutcome(state, commandType, code, orders, slot, statusNow(state, slot));
}

/** An outcome with an order that was closed before. */
export function answerClosed(state: State, commandType: number, code: number, found: number): void {
  const { closed } = state.index;
  const place = closedPlace(found);
  state.output.orderOutcome(state, commandType, code, closed, place, closed.status(place));
}

/** The first outcome of an order again, for the same client order id, with what the order is now. */
export function answerAgain(state: State, commandType: number, found: number): void {
  const { output, orders, index } = state;
  const store = found >= 0 ? orders : index.closed;
  const slot = found >= 0 ? found : closedPlace(found);
  const status = found >= 0 ? statusNow(state, slot) : store.status(slot);
  output.outcomeRepeated(output.orderOutcome(state, commandType, store.code(slot), store, slot, status));
}

/** The status of an open order: one that a mass cancel has cancelled is cancelled before it is removed. @hot */
function statusNow({ orders, isSweeping, sweeps }: State, slot: number): number {
  return isSweeping && sweeps.isDoomed(slot) ? OrderStatus.cancelled : orders.status(slot);
}

/** An outcome about an order that is not there, or not the sender's, named as the command at `clientAt` names it. */
// biome-ignore lint/complexity/useMaxParams: it runs for each refusal and makes no object for it. @hot
export function answerUnknown(
  state: State,
  commandType: number,
  code: number,
  orderId: number,
  view: DataView,
  clientAt: number,
): void {
  for (let n = 0; n < namedClient.length; n++) namedClient[n] = view.getInt32(clientAt + n * 4, true);
  const at = state.output.outcome(state, commandType, code);
  state.output.outcomeNames(at, orderId, namedClient);
}

/** The slot of the sender's account; NONE has been answered. @hot */
export function findAccount(state: State, commandType: number, code: number): number {
  const account = state.accounts.find(state.accountId);
  if (account === NONE) answer(state, commandType, code);
  return account;
}
