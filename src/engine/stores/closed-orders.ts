/**
 * The orders that closed last, in the order of closing, in one ring of records: what an order was, without its place in
 * a book. Closing writes behind the last one and forgetting reads the first one, so the orders that are open stay
 * together and cached however many closed ones are remembered. The ring numbers what it takes: the number alone says
 * whether the order is still remembered.
 */

import { OrderRecords } from '../../store/order-record.ts';
import type { OrderStore } from '../../store/orders.ts';
import * as records from '../../store/records.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;

/** Numbers of closings go around here: far more than any that may still be asked for. */
const NUMBER_MASK = (1 << 30) - 1;

/** A ring of records, by place. It grows up to its limit; then each order takes the place of the oldest one. */
export class ClosedOrders extends OrderRecords {
  /** The place of the order that closed first. */
  oldest = 0;
  /** The number of the order that closes next. */
  #next = 0;

  /** Whether the next order takes the place of `oldest`. */
  get isFull(): boolean {
    return this.used === this.max;
  }

  /** Copies an open order behind the last closed one; returns its place. @hot */
  take(orders: OrderStore, slot: number): number {
    let place = this.oldest;
    if (this.used < this.max) place = this.append();
    else this.oldest = place + 1 === this.max ? 0 : place + 1;
    this.#next = (this.#next + 1) & NUMBER_MASK;
    this.copyOf(orders, slot, place);
    return place;
  }

  /** The place of the order that closed with this number, NONE if it is forgotten. @hot */
  placeOf(number: number): number {
    const age = (this.#next - number) & NUMBER_MASK;
    if (age > this.used) return NONE;
    const place = (this.used < this.max ? this.used : this.oldest) - age;
    return place < 0 ? place + this.max : place;
  }

  /** The number with which the order at a place closed. @hot */
  numberOf(place: number): number {
    const behind = (this.used < this.max ? this.used : this.oldest) - place;
    return (this.#next - (behind <= 0 ? behind + this.max : behind)) & NUMBER_MASK;
  }

  /** Reads the records in whose place the next `count` orders close. @hot */
  readAhead(count: number): number {
    if (!this.isFull) return 0;
    const end = Math.min(this.oldest + count, this.used);
    let read = 0;
    for (let place = this.oldest; place < end; place++) read += this.readLines(place);
    return read | 0;
  }

  /** Visits the places of all closed orders, the oldest first. */
  visit(visit: (place: number) => void): void {
    for (let place = this.oldest; place < this.used; place++) visit(place);
    for (let place = 0; place < this.oldest; place++) visit(place);
  }

  /** Call after `count` records were copied in, the oldest first. */
  refill(count: number): void {
    this.used = count;
    this.oldest = 0;
    this.#next = count & NUMBER_MASK;
  }
}
