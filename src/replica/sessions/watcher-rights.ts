/**
 * What a watcher may send and ask: orders of the canary's accounts in the instrument of its own number, and what it
 * reads of them. The engine decides once more whose an order is that is cancelled or replaced.
 */
import { canaryInstrument, isCanaryAccount } from '../../protocol/canary.ts';
import {
  cancelOrder,
  closeSession,
  commandAt,
  massCancel,
  openSession,
  placeOrder,
  replaceOrder,
} from '../../protocol/commands.ts';
import { QueryKind } from '../../protocol/messages.ts';
import type { QueryFields } from './queries.ts';

/** Whether the good command at `at` is a watcher's to send. */
export function mayWatcherSend(watcher: number, type: number, view: DataView, at: number): boolean {
  if (type === openSession.type || type === closeSession.type) return true;
  if (!isCanaryAccount(view.getUint32(at + commandAt.accountId, true))) return false;
  const own = canaryInstrument(watcher);
  if (type === placeOrder.type) return view.getUint32(at + placeOrder.at.instrumentId, true) === own;
  if (type === massCancel.type) return view.getUint32(at + massCancel.at.instrumentId, true) === own;
  return type === cancelOrder.type || type === replaceOrder.type;
}

const ofAccounts: readonly number[] = [
  QueryKind.order,
  QueryKind.openOrders,
  QueryKind.positions,
  QueryKind.account,
  QueryKind.fills,
];
const ofInstruments: readonly number[] = [QueryKind.book, QueryKind.trades];

export function mayWatcherAsk(watcher: number, { kind, accountId, instrumentId }: QueryFields): boolean {
  if (ofAccounts.includes(kind)) return isCanaryAccount(accountId);
  return ofInstruments.includes(kind) && instrumentId === canaryInstrument(watcher);
}
