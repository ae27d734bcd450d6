/**
 * How an order comes to rest, and how it ends. Whoever changes what stands in a book does it here, so that book, counts
 * of open lots, lists and touched levels always agree.
 */
import {
  ACCOUNT,
  CODE_SHIFT,
  FIRST_FILLED,
  FIRST_REMAINING,
  FIRST_STATUS_SHIFT,
  INSTRUMENT,
  ORDER_NUMBERS,
  ORDER_WORDS,
  POSITION,
  PRICE,
  QUANTITY,
  REMAINING,
  SIDE_MASK,
  TICKET,
  TRAITS,
} from '../book/orders.ts';
import { NONE } from '../book/records.ts';
import { OrderStatus } from '../protocol/events.ts';
import { sumLotsMax } from '../protocol/limits.ts';
import type { State } from './state.ts';

/** Puts an order in its book, last in its queue. hot path */
export function rest(state: State, slot: number): void {
  const { orders, instruments } = state;
  const record = slot * ORDER_WORDS;
  const instrument = orders.u32[record + INSTRUMENT]!;
  const side = orders.u32[record + TRAITS]! & SIDE_MASK;
  const lots = orders.f64[slot * ORDER_NUMBERS + REMAINING]!;
  orders.f64[slot * ORDER_NUMBERS + TICKET] = state.nextTicket++;
  const book = instruments.books[instrument]!;
  book.add(slot);
  state.touched.note(instrument, side, orders.u32[record + PRICE]!, book.levelLots, book.levelOrders);
  instruments.openLots[instrument * 2 + side - 1]! += lots;
  state.positions.addOpen(orders.u32[record + POSITION]!, side, lots);
}

/** Takes an order that rests out of its book; what it has remaining stays on record. hot path */
export function leaveBook(state: State, slot: number): void {
  const { orders, instruments } = state;
  const record = slot * ORDER_WORDS;
  const instrument = orders.u32[record + INSTRUMENT]!;
  const side = orders.u32[record + TRAITS]! & SIDE_MASK;
  const lots = orders.f64[slot * ORDER_NUMBERS + REMAINING]!;
  const book = instruments.books[instrument]!;
  book.remove(slot);
  state.touched.note(instrument, side, orders.u32[record + PRICE]!, book.levelLots, book.levelOrders);
  instruments.openLots[instrument * 2 + side - 1]! -= lots;
  state.positions.addOpen(orders.u32[record + POSITION]!, side, -lots);
}

/** Takes lots off an order that rests and keeps its place. hot path */
export function reduce(state: State, slot: number, lots: number): void {
  const { orders, instruments } = state;
  const record = slot * ORDER_WORDS;
  const instrument = orders.u32[record + INSTRUMENT]!;
  const side = orders.u32[record + TRAITS]! & SIDE_MASK;
  const book = instruments.books[instrument]!;
  book.reduce(slot, lots);
  if (orders.f64[slot * ORDER_NUMBERS + REMAINING] === 0) book.remove(slot);
  state.touched.note(instrument, side, orders.u32[record + PRICE]!, book.levelLots, book.levelOrders);
  instruments.openLots[instrument * 2 + side - 1]! -= lots;
  state.positions.addOpen(orders.u32[record + POSITION]!, side, -lots);
}

/** Lists an order that rests for the first time with its account, and with its session if that wants it. hot path */
export function list(state: State, slot: number): void {
  const { orders, sessions } = state;
  state.accounts.link(orders.u32[slot * ORDER_WORDS + ACCOUNT]!, orders, slot);
  if (sessions.cancelsOnDisconnect(state.session)) sessions.link(state.session, orders, slot);
}

/** Ends an order that was listed and has left its book. hot path */
export function unlist(state: State, slot: number, status: number): void {
  const { orders } = state;
  state.accounts.unlink(orders.u32[slot * ORDER_WORDS + ACCOUNT]!, orders, slot);
  state.sessions.unlink(orders, slot);
  close(state, slot, status);
}

/** Ends an order that is in no list: from here on it is only remembered. hot path */
export function close(state: State, slot: number, status: number): void {
  state.orders.setStatus(slot, status);
  state.orders.f64[slot * ORDER_NUMBERS + TICKET] = state.nextTicket++;
  state.index.close(slot);
}

/** Cancels an order that rests. hot path */
export function cancel(state: State, slot: number, reason: number): void {
  state.output.orderCancelled(slot, reason);
  leaveBook(state, slot);
  unlist(state, slot, OrderStatus.cancelled);
}

/** Lots that have traded. hot path */
export function filledLots(state: State, slot: number): number {
  const f64 = state.orders.f64;
  return f64[slot * ORDER_NUMBERS + QUANTITY]! - f64[slot * ORDER_NUMBERS + REMAINING]!;
}

/** Lots that are open: none once the order is closed. hot path */
export function openLots(state: State, slot: number): number {
  return state.orders.status(slot) === OrderStatus.open ? state.orders.remaining(slot) : 0;
}

/** Keeps the first outcome of an order, for repeats of its client order id. hot path */
export function keepFirstOutcome(state: State, slot: number, code: number): void {
  const { orders } = state;
  const status = orders.status(slot);
  orders.u32[slot * ORDER_WORDS + TRAITS]! |= (status << FIRST_STATUS_SHIFT) | (code << CODE_SHIFT);
  orders.f64[slot * ORDER_NUMBERS + FIRST_FILLED] = filledLots(state, slot);
  orders.f64[slot * ORDER_NUMBERS + FIRST_REMAINING] = openLots(state, slot);
}

/** Whether `lots` more on a side of an instrument can still be summed up exactly. hot path */
export function bookHasRoom(state: State, instrument: number, side: number, lots: number): boolean {
  return lots <= sumLotsMax - state.instruments.openLots[instrument * 2 + side - 1]!;
}

/** Whether another order can be stored. */
export function storeHasRoom(state: State): boolean {
  return state.orders.count < state.limits.ordersMax;
}

/** The order's position, made if it is the first one; NONE when there are too many. hot path */
export function positionOf(state: State, account: number, instrument: number): number {
  const found = state.positions.find(account, instrument);
  return found !== NONE ? found : state.positions.create(account, instrument);
}
