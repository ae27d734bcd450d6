/**
 * Cancelling many orders at once: by account, at the end of the day, with a session. A command cancels so many orders
 * at the most (`cancelsMax`), in ascending order id; where there are more, all count as cancelled from it on (Sweeps),
 * and commands of the leader go on until the last one has left its book.
 */

import { OutcomeCode } from '../../protocol/codes.ts';
import { endDay, massCancel } from '../../protocol/commands.ts';
import { CancelReason, OrderStatus } from '../../protocol/events.ts';
import { NONE } from '../../store/records.ts';
import { cancel } from '../market/resting-orders.ts';
import type { State } from '../state.ts';
import { slotsByOrderId } from '../stores/order-sort.ts';
import { isMeant, isOfAccount, isOfDay, type Sweep, SweepKind } from '../stores/sweeps.ts';
import { answer, answerCount, findAccount } from './answers.ts';
import { massCancelRefusal, mayEndDay } from './modes.ts';
import { mayOperate, mayRun } from './requests.ts';

/** So many orders are looked at for each one that may be cancelled. */
const looksPerCancel = 16;

/** Applies a massCancel command. */
export function cancelMany(state: State, view: DataView, at: number): void {
  const { type, size, at: offsets } = massCancel;
  if (!mayRun(state, type, size, view, at)) return;
  const account = findAccount(state, type, OutcomeCode.unknownAccount);
  if (account === NONE) return;
  const instrumentId = view.getUint32(at + offsets.instrumentId, true);
  const side = view.getUint32(at + offsets.side, true);
  const instrument = instrumentId === 0 ? NONE : state.instruments.find(instrumentId);
  if (instrumentId !== 0 && instrument === NONE) {
    answer(state, type, OutcomeCode.unknownInstrument);
    return;
  }
  const stopped = state.isRestricted ? massCancelRefusal(state, account, instrument) : OutcomeCode.ok;
  if (stopped !== OutcomeCode.ok) {
    answer(state, type, stopped);
  } else if (state.sweeps.ofAccount(account) !== undefined) {
    answer(state, type, OutcomeCode.cancelling);
  } else {
    const cursor = state.accounts.firstOrder(account);
    begin(state, { ...newSweep(state, SweepKind.account, account), instrument, side, cursor });
  }
}

/** Cancels all orders of an account that do not count as cancelled yet. */
export function killOrders(state: State, account: number): void {
  const newest = state.accounts.lastOrder(account);
  const before = state.sweeps.ofAccount(account);
  if (newest === NONE) return;
  if (before?.kind === SweepKind.kill && state.orders.orderId(newest) < before.bound) return;
  const cursor = state.accounts.firstOrder(account);
  begin(state, { ...newSweep(state, SweepKind.kill, account), sessionId: 0, cursor });
}

/** Applies an endDay command of a session. */
export function endDayOfSession(state: State, view: DataView, at: number): void {
  if (mayOperate(state, endDay.type, endDay.size, view, at)) cancelDayOrders(state);
}

/** Applies an endDay command, of the leader or of a session. */
export function cancelDayOrders(state: State): void {
  if (!mayEndDay(state, endDay.type)) return;
  const { orders, sweeps } = state;
  if (sweeps.ofDay !== undefined) {
    if (state.session !== NONE) answer(state, endDay.type, OutcomeCode.cancelling);
    return;
  }
  const sweep = newSweep(state, SweepKind.day, orders.used);
  if (orders.used > looksMax(state)) {
    begin(state, sweep);
    return;
  }
  const slots = slotsByOrderId(orders, (slot) => isDayOrder(state, slot) && !isDoomed(state, slot));
  if (slots.length > state.limits.cancelsMax) {
    begin(state, sweep);
    return;
  }
  for (const slot of slots) cancelFor(state, sweep, slot);
  end(state, sweep);
}

/** Cancels what goes with a session's connection; a session that did not ask for it has nothing. */
export function cancelSessionOrders(state: State, session: number): void {
  const newest = state.sessions.lastOrder(session);
  const before = state.sweeps.ofSession(session);
  if (newest === NONE || (before !== undefined && state.orders.orderId(newest) < before.bound)) return;
  begin(state, { ...newSweep(state, SweepKind.session, session), sessionId: 0 });
}

/** Ends a session, with the orders that go with its connection. */
export function closeSession(state: State, session: number): void {
  const { sessions, sweeps } = state;
  const id = sessions.id(session);
  cancelSessionOrders(state, session);
  if (sessions.firstOrder(session) === NONE) {
    sessions.close(session);
    return;
  }
  // All of them count as cancelled; the slot is freed when it is the turn of a sweep that means the youngest.
  const begun = sweeps.ofSession(session);
  const isLast = begun !== undefined && state.orders.orderId(sessions.lastOrder(session)) < begun.bound;
  const sweep = isLast ? begun : { ...newSweep(state, SweepKind.session, session), sessionId: 0 };
  if (!isLast) sweeps.add(sweep);
  sweep.closedId = id;
  sessions.closeLater(session);
}

/** Applies a continueCancels command: the next orders of the oldest sweep. */
export function continueCancels(state: State): void {
  state.portions++;
  const sweep = state.sweeps.list[0];
  if (sweep === undefined) return;
  const isDone = cancelSome(state, sweep);
  if (isDone) {
    state.sweeps.shift();
    state.isSweeping = state.sweeps.list.length > 0;
    end(state, sweep);
    if (sweep.closedId !== 0) state.sessions.free(sweep.subject);
  }
  publishLevels(state);
}

function newSweep(state: State, kind: SweepKind, subject: number): Sweep {
  const { sessionId, accountId, commandNumber, nextOrderId } = state;
  const asker = { sessionId, accountId, commandNumber };
  const scope = { kind, subject, instrument: NONE, side: 0, bound: nextOrderId };
  return { ...scope, cursor: 0, count: 0, left: 0, ...asker, closedId: 0, before: undefined };
}

/** Cancels the first orders; a sweep of few is done with that. */
function begin(state: State, sweep: Sweep): void {
  if (cancelSome(state, sweep)) {
    end(state, sweep);
    return;
  }
  const isWhole = isOfAccount(sweep.kind) && sweep.instrument === NONE && sweep.side === 0;
  if (isWhole) sweep.left = state.accounts.openOrders(sweep.subject);
  state.sweeps.add(sweep);
  state.isSweeping = true;
  publishLevels(state);
}

/** Cancels as many orders of a sweep as one command may; true when there are no more. */
function cancelSome(state: State, sweep: Sweep): boolean {
  if (isOfAccount(sweep.kind)) return cancelOfAccount(state, sweep);
  if (sweep.kind === SweepKind.day) return cancelOfDay(state, sweep);
  return cancelOfSession(state, sweep);
}

function cancelOfAccount(state: State, sweep: Sweep): boolean {
  const { orders } = state;
  const most = sweep.count + state.limits.cancelsMax;
  let looks = looksMax(state);
  while (sweep.cursor !== NONE && orders.orderId(sweep.cursor) < sweep.bound) {
    if (sweep.count === most || looks-- === 0) return false;
    const slot = sweep.cursor;
    sweep.cursor = orders.accountNext(slot);
    if (isMeant(sweep, orders, slot) && isOurs(state, sweep, slot)) cancelFor(state, sweep, slot);
  }
  return true;
}

function cancelOfDay(state: State, sweep: Sweep): boolean {
  const { orders } = state;
  const most = sweep.count + state.limits.cancelsMax;
  let looks = looksMax(state);
  for (; sweep.cursor < sweep.subject; sweep.cursor++) {
    if (sweep.count === most || looks-- === 0) return false;
    const slot = sweep.cursor;
    const isMeantHere = isDayOrder(state, slot) && orders.orderId(slot) < sweep.bound;
    if (isMeantHere && isOurs(state, sweep, slot)) cancelFor(state, sweep, slot);
  }
  return true;
}

function cancelOfSession(state: State, sweep: Sweep): boolean {
  const { orders, sessions } = state;
  const most = sweep.count + state.limits.cancelsMax;
  let looks = looksMax(state);
  let slot = sessions.firstOrder(sweep.subject);
  while (slot !== NONE && orders.orderId(slot) < sweep.bound) {
    if (sweep.count === most || looks-- === 0) return false;
    const next = orders.sessionNext(slot);
    if (isOurs(state, sweep, slot)) cancelFor(state, sweep, slot);
    slot = next;
  }
  return true;
}

/** Whether no sweep that began before has the order already; the oldest one has all of its own. */
function isOurs(state: State, sweep: Sweep, slot: number): boolean {
  return state.sweeps.list[0] === sweep || !isDoomed(state, slot);
}

function isDoomed(state: State, slot: number): boolean {
  return state.isSweeping && state.sweeps.isDoomed(slot);
}

function isDayOrder({ orders }: State, slot: number): boolean {
  return orders.status(slot) === OrderStatus.open && isOfDay(orders.timeInForce(slot));
}

const reasons = {
  [SweepKind.account]: CancelReason.massCancel,
  [SweepKind.day]: CancelReason.dayEnd,
  [SweepKind.session]: CancelReason.disconnect,
  [SweepKind.kill]: CancelReason.killed,
} as const;

function cancelFor(state: State, sweep: Sweep, slot: number): void {
  cancel(state, slot, reasons[sweep.kind]);
  state.index.close(slot);
  sweep.count++;
}

/** Answers a sweep that is done, if the session that asked for it is still open. */
function end(state: State, sweep: Sweep): void {
  publishLevels(state);
  const { kind, count } = sweep;
  if (kind === SweepKind.session) return;
  if (kind === SweepKind.day) state.output.dayEnded(count);
  if (sweep.sessionId === 0 || state.sessions.find(sweep.sessionId) === NONE) return;
  answerCount(state, kind === SweepKind.day ? endDay.type : massCancel.type, sweep);
}

function looksMax({ limits }: State): number {
  return limits.cancelsMax * looksPerCancel;
}

function publishLevels(state: State): void {
  state.output.bookLevels(state.touched);
  state.touched.clear();
}
