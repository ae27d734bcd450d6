/**
 * How an order comes to rest, and how it ends. Only these functions change the orders
 * in a book, so that book, counts of open lots, lists and touched levels always agree.
 */

import * as protocolEvents from '../../protocol/events.ts';
import * as protocolLimits from '../../protocol/limits.ts';
import * as orderRecord from '../../store/order-record.ts';
import * as records from '../../store/records.ts';
import type { State } from '../state.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { sideOf } = orderRecord;
const { OrderStatus } = protocolEvents;
const { sumLotsMax } = protocolLimits;
const { NONE } = records;

/** Lots on a side of an instrument that an account may have where there is room, whatever it has. */
const LOTS_FLOOR = Math.floor(sumLotsMax / 1024);

/** Puts an order in its book, last in its queue. @hot */
export function rest(state: State, slot: number): void {
  const { orders } = state;
  const instrument = orders.instrument(slot);
  orders.setTicket(slot, state.nextTicket++);
  state.books.add(instrument, slot);
  noteChange(state, slot, instrument, sideOf(orders.traits(slot)), orders.remaining(slot));
}

/** Takes an order that rests out of its book; what it has remaining stays on record. @hot */
export function leaveBook(state: State, slot: number): void {
  const { orders } = state;
  const instrument = orders.instrument(slot);
  const side = sideOf(orders.traits(slot));
  if (state.isSweeping) state.sweeps.leaves(instrument, side, slot);
  state.books.remove(instrument, slot);
  noteChange(state, slot, instrument, side, -orders.remaining(slot));
}

/** Takes lots off an order that rests and keeps its place, or leaves the book with nothing left. @hot */
export function reduce(state: State, slot: number, lots: number): void {
  const { orders } = state;
  const instrument = orders.instrument(slot);
  const side = sideOf(orders.traits(slot));
  state.books.reduce(instrument, slot, lots);
  if (orders.remaining(slot) === 0) {
    if (state.isSweeping) state.sweeps.leaves(instrument, side, slot);
    state.books.remove(instrument, slot);
  }
  noteChange(state, slot, instrument, side, -lots);
}

/** Counts lots of an order that came to a side (negative: that left it) with the last change of a book. */
function noteChange(state: State, slot: number, instrument: number, side: number, lots: number): void {
  const { books, orders } = state;
  state.touched.note(instrument, side, orders.price(slot), books.levelLots, books.levelOrders);
  state.positions.addOpen(orders.position(slot), side, lots);
}

/** Lists an order that rests for the first time with its account, and with its session if that wants it. @hot */
export function list(state: State, slot: number): void {
  const { orders, sessions } = state;
  state.accounts.link(orders.account(slot), orders, slot);
  if (sessions.cancelsOnDisconnect(state.session)) sessions.link(state.session, orders, slot);
  state.index.add(slot);
}

/**
 * Takes an order that has left its book out of the lists, with its last status and the CancelReason of one that is
 * cancelled, else 0; `index.close` must follow. @hot
 */
export function unlist(state: State, slot: number, status: number, reason: number): void {
  const { orders } = state;
  if (state.isSweeping) state.sweeps.unlists(slot);
  state.accounts.unlink(orders.account(slot), orders, slot);
  state.sessions.unlink(orders, slot);
  orders.end(slot, status, reason);
}

/** Cancels an order that rests; `index.close` must follow, after the last event about it. @hot */
export function cancel(state: State, slot: number, reason: number): void {
  state.output.orderCancelled(slot, reason);
  leaveBook(state, slot);
  unlist(state, slot, OrderStatus.cancelled, reason);
}

/** Whether `lots` more on a side of an instrument can still be summed up exactly. @hot */
export function bookHasRoom(state: State, instrument: number, side: number, lots: number): boolean {
  return lots <= sumLotsMax - state.books.sideLots(instrument, side);
}

/**
 * Whether an account, whose position has this slot (or NONE), may have `lots` more on a side of an instrument. Beyond a
 * small part of what can be summed up, it may not have more than is left free, so that few accounts cannot close the
 * side to all. @hot
 */
export function mayRestLots(
  state: State,
  instrument: number,
  side: number,
  position: number,
  lots: number,
): boolean {
  const free = sumLotsMax - state.books.sideLots(instrument, side) - lots;
  const own = position === NONE ? lots : state.positions.open(position, side) + lots;
  return free >= 0 && (own <= LOTS_FLOOR || own <= free);
}

/** Open orders of an account that do not count as cancelled, as far as is known. @hot */
export function openOrders(state: State, account: number): number {
  const open = state.accounts.openOrders(account);
  return state.isSweeping ? open - state.sweeps.doomedOf(account) : open;
}

/** Whether another order can be stored. @hot */
export function storeHasRoom(state: State): boolean {
  return state.orders.count < state.openOrdersMax;
}

/**
 * Whether an account may have one open order more. Beyond a small part of all that there may be, it may not have more
 * than there is room left for, so that few accounts cannot fill the exchange. @hot
 */
export function mayRestMore(state: State, account: number): boolean {
  const open = openOrders(state, account);
  if (open >= state.accounts.openOrdersMax(account)) return false;
  return open < state.openOrdersFloor || open < state.openOrdersMax - state.orders.count;
}
