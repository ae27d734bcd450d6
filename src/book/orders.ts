/**
 * The order store: every open order of the exchange in one array of records of two cache lines. The second line holds
 * what changes while an order rests and all its links, so that a neighbour in a list costs one line. The first words of
 * a record say what an order *is*, and outlive it (ClosedOrders); the last ones say where it stands in lists and books
 * and can be built again.
 */
import { assert } from '../std/assert.ts';
import * as records from './records.ts';
import { Records } from './records.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;

/** 32-bit words of one open order. */
export const ORDER_WORDS = 32;
/** 64-bit fields of one open order: index of `f64` is slot * ORDER_NUMBERS + field. */
export const ORDER_NUMBERS = ORDER_WORDS / 2;
/** The words that outlive an order stand first. */
export const LASTING_WORDS = 20;
/** Of an open order so many words go into a snapshot; those that follow are links. */
export const SAVED_WORDS = 23;

// 64-bit fields.
/** Lots, filled part included. */
export const QUANTITY = 0;
/** Of the first outcome, to be repeated for the same client order id. */
export const FIRST_FILLED = 1;
export const FIRST_REMAINING = 2;
export const ORDER_ID = 3;
/** Lots that have not traded; they stay on record when the order is cancelled, so filled = quantity - remaining. */
export const REMAINING = 8;
/** Rises with each resting: the order of queues. */
export const TICKET = 10;

// 32-bit fields: index of `u32` and `i32` is slot * ORDER_WORDS + field.
/** Five words of the client order id, all zero if it has none. */
export const CLIENT = 8;
/** Slot of the account. */
export const ACCOUNT = 13;
/** Slot of the instrument; NONE in an order that was rejected because it named none. */
export const INSTRUMENT = 14;
/** Id of the session that placed it. */
export const SESSION = 15;
/** Ticks; 0 in a market order. */
export const PRICE = 18;
/** Side, type, time in force, self-match prevention, statuses and code, packed; see the shifts below. */
export const TRAITS = 19;
/** Slot of the position of account and instrument. */
export const POSITION = 22;

// Links: slots or NONE.
/** Queue of the price level. */
export const NEXT = 23;
export const PREVIOUS = 24;
/** The ladder's level, NONE outside of a book. */
export const LEVEL = 25;
/** Open orders of the account, in ascending order id. */
export const ACCOUNT_NEXT = 26;
export const ACCOUNT_PREVIOUS = 27;
/** Open orders of a session that asked for cancel on disconnect, in ascending order id. */
export const SESSION_NEXT = 28;
export const SESSION_PREVIOUS = 29;
/** Slot of that session, or NONE. */
export const SESSION_SLOT = 30;

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

/** All open orders, by slot. Slots are used again, the last one freed first, so that the next order finds it cached. */
export class OrderStore extends Records {
  /** Stack of free slots below `used`. */
  free: Int32Array<ArrayBuffer>;
  freeCount = 0;

  constructor(capacity: number, max: number) {
    super(ORDER_WORDS, capacity, max);
    this.free = new Int32Array(this.capacity);
  }

  /** Orders that stand here. */
  get count(): number {
    return this.used - this.freeCount;
  }

  /** A slot to be filled in, links and all, or NONE when the store is full. hot path */
  allocate(): number {
    return this.freeCount > 0 ? this.free[--this.freeCount]! : this.append();
  }

  /** Gives a slot back; its record is cleared of its status, so that the slot reads as free. hot path */
  release(slot: number): void {
    assert(this.status(slot) !== 0, 'a slot is released once');
    this.i32[slot * ORDER_WORDS + TRAITS] = 0;
    this.free[this.freeCount++] = slot;
  }

  /** Says that the order stands in no list and no book. hot path */
  clearLinks(slot: number): void {
    const at = slot * ORDER_WORDS;
    this.i32[at + LEVEL] = NONE;
    this.i32[at + SESSION_SLOT] = NONE;
  }

  /** The order's Side. hot path */
  side(slot: number): number {
    return this.i32[slot * ORDER_WORDS + TRAITS]! & SIDE_MASK;
  }

  /** The order's OrderStatus. hot path */
  status(slot: number): number {
    return (this.i32[slot * ORDER_WORDS + TRAITS]! >>> STATUS_SHIFT) & 7;
  }

  setStatus(slot: number, status: number): void {
    const at = slot * ORDER_WORDS + TRAITS;
    this.i32[at] = (this.i32[at]! & ~(7 << STATUS_SHIFT)) | (status << STATUS_SHIFT);
  }

  /** Ticks. hot path */
  price(slot: number): number {
    return this.i32[slot * ORDER_WORDS + PRICE]!;
  }

  /** Slot of the account. hot path */
  account(slot: number): number {
    return this.i32[slot * ORDER_WORDS + ACCOUNT]!;
  }

  /** Slot of the instrument. hot path */
  instrument(slot: number): number {
    return this.i32[slot * ORDER_WORDS + INSTRUMENT]!;
  }

  /** Slot of the position. hot path */
  position(slot: number): number {
    return this.i32[slot * ORDER_WORDS + POSITION]!;
  }

  /** Lots. hot path */
  quantity(slot: number): number {
    return this.f64[slot * ORDER_NUMBERS + QUANTITY]!;
  }

  /** Lots that have not traded. hot path */
  remaining(slot: number): number {
    return this.f64[slot * ORDER_NUMBERS + REMAINING]!;
  }

  /** hot path */
  orderId(slot: number): number {
    return this.f64[slot * ORDER_NUMBERS + ORDER_ID]!;
  }

  override reserve(count: number): void {
    const before = this.capacity;
    super.reserve(count);
    if (this.capacity === before) return;
    const free = new Int32Array(this.capacity);
    free.set(this.free);
    this.free = free;
  }
}
