/**
 * The orders that closed last, in the order of closing, in one ring of records: what an order was, without where it
 * stood. Closing writes behind the last one and forgetting reads the first one, so the orders that are open stay
 * together and cached however many closed ones are remembered.
 */

import type { OrderStore } from '../book/orders.ts';
import * as orderFields from '../book/orders.ts';
import { Records } from '../book/records.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { ACCOUNT, LASTING_WORDS, ORDER_ID, ORDER_WORDS } = orderFields;

/** 32-bit words of one closed order; the fields are those of an open one up to TRAITS. */
export const CLOSED_WORDS = LASTING_WORDS;
/** 64-bit fields of one closed order. */
export const CLOSED_NUMBERS = CLOSED_WORDS / 2;

/** A ring of records, by place. It grows up to its limit; then each order takes the place of the oldest one. */
export class ClosedOrders extends Records {
  /** The place of the order that closed first. */
  oldest = 0;

  constructor(capacity: number, max: number) {
    super(CLOSED_WORDS, capacity, max);
  }

  /** Whether the next order takes the place of `oldest`. */
  get isFull(): boolean {
    return this.used === this.max;
  }

  /** Copies an open order behind the last closed one; returns its place. hot path */
  take(orders: OrderStore, slot: number): number {
    let place = this.oldest;
    if (this.used < this.max) place = this.append();
    else this.oldest = place + 1 === this.max ? 0 : place + 1;
    const from = orders.i32;
    const to = this.i32;
    const fromAt = slot * ORDER_WORDS;
    const toAt = place * CLOSED_WORDS;
    for (let n = 0; n < CLOSED_WORDS; n++) to[toAt + n] = from[fromAt + n]!;
    return place;
  }

  /** hot path */
  orderId(place: number): number {
    return this.f64[place * CLOSED_NUMBERS + ORDER_ID]!;
  }

  /** Slot of the account. hot path */
  account(place: number): number {
    return this.i32[place * CLOSED_WORDS + ACCOUNT]!;
  }

  /** Visits the places of all closed orders, the oldest first. */
  visit(visit: (place: number) => void): void {
    for (let place = this.oldest; place < this.used; place++) visit(place);
    for (let place = 0; place < this.oldest; place++) visit(place);
  }

  /** Copies the records, the oldest first, to `into` at `at`; returns the offset after them. */
  override copyTo(into: Uint8Array, at: number): number {
    const turn = this.oldest * CLOSED_WORDS * 4;
    into.set(new Uint8Array(this.u32.buffer, turn, this.bytes - turn), at);
    into.set(new Uint8Array(this.u32.buffer, 0, turn), at + this.bytes - turn);
    return at + this.bytes;
  }
}
