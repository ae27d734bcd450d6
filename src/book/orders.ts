/**
 * The order store: every order of the exchange, open or remembered, in one array of records. The record holds what an
 * order *is* and goes into snapshots as it stands; `links` holds where the order stands in lists and books, and can be
 * built again from the records.
 */
import { assert } from '../std/assert.ts';
import { NONE, Records } from './records.ts';

/** 32-bit words of one order. */
export const ORDER_WORDS = 24;
/** 64-bit fields of one order: index of `f64` is slot * ORDER_NUMBERS + field. */
export const ORDER_NUMBERS = ORDER_WORDS / 2;

// 64-bit fields.
export const ORDER_ID = 0;
/** Lots, filled part included. */
export const QUANTITY = 1;
/** Lots that have not traded; they stay on record when the order is cancelled, so filled = quantity - remaining. */
export const REMAINING = 2;
/** Rises with each resting and each closing: queue order of open orders, order of closing of closed ones. */
export const TICKET = 3;
/** Of the first outcome, to be repeated for the same client order id. */
export const FIRST_FILLED = 4;
export const FIRST_REMAINING = 5;

// 32-bit fields: index of `u32` is slot * ORDER_WORDS + field.
/** Slot of the account. */
export const ACCOUNT = 12;
/** Slot of the instrument; NO_SLOT in an order that was rejected because it named none. */
export const INSTRUMENT = 13;
/** Slot of the position of account and instrument; NO_SLOT in a rejected order. */
export const POSITION = 14;
/** Id of the session that placed it. */
export const SESSION = 15;
/** Ticks; 0 in a market order. */
export const PRICE = 16;
/** Side, type, time in force, self-match prevention, statuses and code, packed; see the shifts below. */
export const TRAITS = 17;
/** Five words of the client order id, all zero if it has none. */
export const CLIENT = 18;

/** In 32-bit fields of records: no slot. */
export const NO_SLOT = 0xffff_ffff;

// The fields of TRAITS: first bit of each.
/** 2 bits, a Side; at the bottom, so that `traits & SIDE_MASK` is the side. */
export const SIDE_MASK = 3;
/** 2 bits, an OrderType. */
export const TYPE_SHIFT = 2;
/** 3 bits, a TimeInForce. */
export const TIME_SHIFT = 4;
/** 2 bits, a SelfMatch. */
export const SELF_MATCH_SHIFT = 7;
/** 3 bits, an OrderStatus; `none` marks a free slot. */
export const STATUS_SHIFT = 9;
/** 3 bits, the OrderStatus of the first outcome. */
export const FIRST_STATUS_SHIFT = 12;
/** 8 bits, the OutcomeCode of the first outcome. */
export const CODE_SHIFT = 16;

// `links`: index is slot * LINKS + field; slots or NONE.
export const LINKS = 8;
/** Queue of the price level. */
export const NEXT = 0;
export const PREVIOUS = 1;
/** The ladder's level, NONE outside of a book. */
export const LEVEL = 2;
/** Open orders of the account, in ascending order id. */
export const ACCOUNT_NEXT = 3;
export const ACCOUNT_PREVIOUS = 4;
/** Open orders of a session that asked for cancel on disconnect, in ascending order id. */
export const SESSION_NEXT = 5;
export const SESSION_PREVIOUS = 6;
/** Slot of that session, or NONE. */
export const SESSION_SLOT = 7;

/** All orders, by slot. Slots are used again, the last one freed first. */
export class OrderStore extends Records {
  links: Int32Array<ArrayBuffer>;
  /** Stack of free slots below `used`. */
  free: Int32Array<ArrayBuffer>;
  freeCount = 0;

  constructor(capacity: number, max: number) {
    super(ORDER_WORDS, capacity, max);
    this.links = new Int32Array(this.capacity * LINKS).fill(NONE);
    this.free = new Int32Array(this.capacity);
  }

  /** Orders that stand here. */
  get count(): number {
    return this.used - this.freeCount;
  }

  /** A slot to be filled in, or NONE when the store is full. hot path */
  allocate(): number {
    return this.freeCount > 0 ? this.free[--this.freeCount]! : this.append();
  }

  /** Gives a slot back; its record is cleared of its status, so that the slot reads as free. hot path */
  release(slot: number): void {
    assert(this.status(slot) !== 0, 'a slot is released once');
    this.u32[slot * ORDER_WORDS + TRAITS] = 0;
    this.free[this.freeCount++] = slot;
  }

  /** The order's Side. hot path */
  side(slot: number): number {
    return this.u32[slot * ORDER_WORDS + TRAITS]! & SIDE_MASK;
  }

  /** The order's OrderStatus. hot path */
  status(slot: number): number {
    return (this.u32[slot * ORDER_WORDS + TRAITS]! >>> STATUS_SHIFT) & 7;
  }

  setStatus(slot: number, status: number): void {
    const at = slot * ORDER_WORDS + TRAITS;
    this.u32[at] = (this.u32[at]! & ~(7 << STATUS_SHIFT)) | (status << STATUS_SHIFT);
  }

  price(slot: number): number {
    return this.u32[slot * ORDER_WORDS + PRICE]!;
  }

  remaining(slot: number): number {
    return this.f64[slot * ORDER_NUMBERS + REMAINING]!;
  }

  orderId(slot: number): number {
    return this.f64[slot * ORDER_NUMBERS + ORDER_ID]!;
  }

  protected override reserve(count: number): void {
    const before = this.capacity;
    super.reserve(count);
    if (this.capacity === before) return;
    const links = new Int32Array(this.capacity * LINKS).fill(NONE);
    links.set(this.links);
    this.links = links;
    const free = new Int32Array(this.capacity);
    free.set(this.free);
    this.free = free;
  }
}
