/**
 * Whether orders that come from outside, in a snapshot, can be what they say: each field within its range, and the fields
 * of one order in keeping with each other.
 */
import {
  ACCOUNT,
  INSTRUMENT,
  LINK_NUMBERS,
  ORDER_ID,
  ORDER_NUMBERS,
  ORDER_WORDS,
  PRICE,
  QUANTITY,
  REMAINING,
  SIDE_MASK,
  STATUS_SHIFT,
  TICKET,
  TIME_SHIFT,
  TRAITS,
  TYPE_SHIFT,
} from '../book/order-fields.ts';
import type { OrderRecords } from '../book/orders.ts';
import { NONE } from '../book/records.ts';
import { OrderStatus } from '../protocol/events.ts';
import { priceTicksMax, quantityLotsMax, valueWeight } from '../protocol/limits.ts';
import type { State } from './state.ts';

/** Whether a record among the open orders can be one. */
export function isOpenOrderGood(state: State, slot: number): boolean {
  const { orders, positions } = state;
  if (!isRecordGood(state, orders, slot)) return false;
  const ticket = orders.tickets[slot * LINK_NUMBERS + TICKET]!;
  if (!Number.isSafeInteger(ticket) || ticket < 1 || ticket >= state.nextTicket) return false;
  const position = orders.position(slot);
  if (position < 0 || position >= positions.used) return false;
  if (positions.account(position) !== orders.account(slot)) return false;
  if (positions.instrument(position) !== orders.instrument(slot)) return false;
  return orders.status(slot) === OrderStatus.open && orders.remaining(slot) > 0 && orders.price(slot) > 0;
}

/** Whether a record among the closed orders can be one. */
export function isClosedOrderGood(state: State, place: number): boolean {
  const { i32, f64 } = state.index.closed;
  const record = place * ORDER_WORDS;
  const status = (i32[record + TRAITS]! >>> STATUS_SHIFT) & 7;
  if (!isRecordGood(state, state.index.closed, place)) return false;
  if (status === OrderStatus.rejected) return true;
  return status >= OrderStatus.filled && i32[record + INSTRUMENT] !== NONE && isQuantityGood(f64, record);
}

/** Whether what a closed and an open order have in common can be. */
function isRecordGood(state: State, store: OrderRecords, slot: number): boolean {
  const { i32, f64 } = store;
  const record = slot * ORDER_WORDS;
  const numbers = slot * ORDER_NUMBERS;
  if (!isCount(f64[numbers + QUANTITY]!) || !isCount(f64[numbers + REMAINING]!)) return false;
  if (!isCount(store.placedLots(slot)) || !isCount(store.placedPrice(slot))) return false;
  if (!isValueGood(store, slot)) return false;
  if (!isCount(f64[numbers + ORDER_ID]!)) return false;
  const orderId = f64[numbers + ORDER_ID]!;
  if (orderId === 0 || orderId >= state.nextOrderId) return false;
  if (f64[numbers + REMAINING]! > f64[numbers + QUANTITY]!) return false;
  const traits = i32[record + TRAITS]!;
  const type = (traits >>> TYPE_SHIFT) & 3;
  const time = (traits >>> TIME_SHIFT) & 7;
  const side = traits & SIDE_MASK;
  const status = (traits >>> STATUS_SHIFT) & 7;
  if (side < 1 || side > 2 || type < 1 || time < 1 || time > 4 || status > 4) return false;
  const account = i32[record + ACCOUNT]!;
  const instrument = i32[record + INSTRUMENT]!;
  if (account < 0 || account >= state.accounts.used || i32[record + PRICE]! < 0) return false;
  if (status === OrderStatus.open && !isQuantityGood(f64, record)) return false;
  return instrument >= NONE && instrument < state.instruments.used;
}

/** Whether what has traded can be worth as much as is said: every lot cost a tick at least and the highest price at most. */
function isValueGood(store: OrderRecords, slot: number): boolean {
  const low = store.filledValueLow(slot);
  const high = store.filledValueHigh(slot);
  if (!isCount(low) || !isCount(high) || low >= valueWeight) return false;
  const filled = store.filled(slot);
  const value = high * valueWeight + low;
  return value >= filled && value <= filled * priceTicksMax;
}

function isQuantityGood(f64: Float64Array, record: number): boolean {
  return f64[record / 2 + QUANTITY]! <= quantityLotsMax;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
