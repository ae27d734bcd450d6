/**
 * Whether orders that come from outside, in a snapshot, can be what they say: each field within its range, and the
 * fields of one order in keeping with each other.
 */

import { OrderStatus } from '../../protocol/events.ts';
import { priceTicksMax, quantityLotsMax, valueWeight } from '../../protocol/limits.ts';
import { areTraitsSound, type OrderRecords } from '../../store/order-record.ts';
import { NONE } from '../../store/records.ts';
import type { State } from '../state.ts';

/** Whether a record among the open orders can be one. */
export function isOpenOrderGood(state: State, slot: number): boolean {
  const { orders, positions } = state;
  if (!isRecordGood(state, orders, slot)) return false;
  const ticket = orders.ticket(slot);
  if (!Number.isSafeInteger(ticket) || ticket < 1 || ticket >= state.nextTicket) return false;
  const position = orders.position(slot);
  if (position < 0 || position >= positions.used) return false;
  if (positions.account(position) !== orders.account(slot)) return false;
  if (positions.instrument(position) !== orders.instrument(slot)) return false;
  return orders.status(slot) === OrderStatus.open && orders.remaining(slot) > 0 && orders.price(slot) > 0;
}

/** Whether a record among the closed orders can be one. */
export function isClosedOrderGood(state: State, place: number): boolean {
  const { closed } = state.index;
  if (!isRecordGood(state, closed, place)) return false;
  const status = closed.status(place);
  if (status === OrderStatus.rejected) return true;
  return status >= OrderStatus.filled && closed.instrument(place) !== NONE && isQuantityGood(closed, place);
}

/** Whether what a closed and an open order have in common can be. */
function isRecordGood(state: State, store: OrderRecords, slot: number): boolean {
  const quantity = store.quantity(slot);
  const remaining = store.remaining(slot);
  if (!isCount(quantity) || !isCount(remaining) || remaining > quantity) return false;
  if (!isCount(store.placedLots(slot)) || !isCount(store.placedPrice(slot))) return false;
  if (!isValueGood(store, slot)) return false;
  const orderId = store.orderId(slot);
  if (!isCount(orderId) || orderId === 0 || orderId >= state.nextOrderId) return false;
  if (!areTraitsSound(store.traits(slot))) return false;
  const account = store.account(slot);
  const instrument = store.instrument(slot);
  if (account < 0 || account >= state.accounts.used || store.price(slot) < 0) return false;
  if (store.status(slot) === OrderStatus.open && !isQuantityGood(store, slot)) return false;
  return instrument >= NONE && instrument < state.instruments.used;
}

/**
 * Whether the filled lots can be worth as much as the record has: every lot cost a tick at least and the highest price
 * at most.
 */
function isValueGood(store: OrderRecords, slot: number): boolean {
  const low = store.filledValueLow(slot);
  const high = store.filledValueHigh(slot);
  if (!isCount(low) || !isCount(high) || low >= valueWeight) return false;
  const filled = store.filled(slot);
  const value = high * valueWeight + low;
  return value >= filled && value <= filled * priceTicksMax;
}

function isQuantityGood(store: OrderRecords, slot: number): boolean {
  return store.quantity(slot) <= quantityLotsMax;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
