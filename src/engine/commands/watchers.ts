/**
 * What a watcher may do: trade with the accounts of the canary in the instrument of its own number. Replicas refuse the
 * rest before it is in the log (`replica/sessions/watcher-rights.ts`); here it has no effect if one did not.
 */
import { canaryInstrument, isCanaryAccount } from '../../protocol/canary.ts';
import { OutcomeCode } from '../../protocol/codes.ts';
import { cancelOrder, closeSession, massCancel, placeOrder, replaceOrder } from '../../protocol/commands.ts';
import { NONE } from '../../store/records.ts';
import type { State } from '../state.ts';
import { answer } from './answers.ts';
import { findNamed } from './order-changes.ts';

/** Whether the watcher whose session sends the command at `at` may do so; if not, that is answered. */
export function mayWatch(state: State, type: number, view: DataView, at: number): boolean {
  if (type === closeSession.type) return true;
  const code = isCanaryAccount(state.accountId) ? codeFor(state, type, view, at) : OutcomeCode.notPermitted;
  if (code === OutcomeCode.ok) return true;
  answer(state, type, code);
  return false;
}

function codeFor(state: State, type: number, view: DataView, at: number): OutcomeCode {
  const own = canaryInstrument(state.sessions.ownerId(state.session));
  if (type === placeOrder.type || type === massCancel.type) {
    const instrumentAt = type === placeOrder.type ? placeOrder.at.instrumentId : massCancel.at.instrumentId;
    return view.getUint32(at + instrumentAt, true) === own ? OutcomeCode.ok : OutcomeCode.unknownInstrument;
  }
  if (type !== cancelOrder.type && type !== replaceOrder.type) return OutcomeCode.notPermitted;
  const { orderId, clientOrderId } = type === cancelOrder.type ? cancelOrder.at : replaceOrder.at;
  const account = state.accounts.find(state.accountId);
  if (account === NONE) return OutcomeCode.unknownAccount;
  const found = findNamed(state, account, view, at + orderId, at + clientOrderId);
  // What is not open is answered as such.
  const isOwn = found < 0 || state.instruments.id(state.orders.instrument(found)) === own;
  return isOwn ? OutcomeCode.ok : OutcomeCode.unknownOrder;
}
