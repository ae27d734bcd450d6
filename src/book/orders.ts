/**
 * The order store: every open order of the exchange, by slot, in arrays side by side. What an order *is* stands in one
 * record of one cache line and outlives it (ClosedOrders). Where it stands in lists and books is in its links, which are
 * small and lie close together, so that the neighbours of an order stay cached; they can be built again.
 */

import * as protocolLimits from '../protocol/limits.ts';
import { assert } from '../std/assert.ts';
import * as orderFields from './order-fields.ts';
import * as records from './records.ts';
import { linesOfWords, longerLines, numbersOf, Records } from './records.ts';
import { valueHigh, valueLow } from './trade-value.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { valueWeight } = protocolLimits;
const {
  ACCOUNT,
  CLIENT,
  INSTRUMENT,
  KEEPS_PLACED,
  KEEPS_VALUE,
  LEVEL,
  LINK_WORDS,
  ORDER_ID,
  ORDER_NUMBERS,
  ORDER_WORDS,
  POSITION,
  PRICE,
  QUANTITY,
  REMAINING,
  SESSION,
  SIDE_MASK,
  STATUS_SHIFT,
  TIE_WORDS,
  TRAITS,
} = orderFields;

/** The records of open or closed orders, and what is kept beside those that were replaced or traded at other prices. */
export class OrderRecords extends Records {
  /** Of those that keep it: lots and price with which they were placed. */
  placed: Float64Array<ArrayBuffer>;
  /** Of those that keep it: the lower and the upper part of the value of what has traded. */
  values: Float64Array<ArrayBuffer>;

  constructor(capacity: number, max: number) {
    super(ORDER_WORDS, capacity, max);
    this.placed = new Float64Array(this.capacity * 2);
    this.values = new Float64Array(this.capacity * 2);
  }

  /** Lots that have traded. hot path */
  filled(slot: number): number {
    const at = slot * ORDER_NUMBERS;
    return this.f64[at + QUANTITY]! - this.f64[at + REMAINING]!;
  }

  /**
   * The lower part of the value of what has traded. Most orders that trade do it at their own price, so their records
   * say it. hot path
   */
  filledValueLow(slot: number): number {
    const at = slot * ORDER_WORDS;
    if ((this.i32[at + TRAITS]! & KEEPS_VALUE) !== 0) return this.values[slot * 2]!;
    return valueLow(this.i32[at + PRICE]!, this.filled(slot));
  }

  /** The upper part. hot path */
  filledValueHigh(slot: number): number {
    const at = slot * ORDER_WORDS;
    if ((this.i32[at + TRAITS]! & KEEPS_VALUE) !== 0) return this.values[slot * 2 + 1]!;
    return valueHigh(this.i32[at + PRICE]!, this.filled(slot));
  }

  /** Adds the value of a trade, which `remaining` does not show yet. hot path */
  addValue(slot: number, priceTicks: number, lots: number): void {
    const at = slot * ORDER_WORDS;
    if ((this.i32[at + TRAITS]! & KEEPS_VALUE) === 0) {
      if (this.i32[at + PRICE] === priceTicks) return;
      this.keepValue(slot, this.filledValueLow(slot), this.filledValueHigh(slot));
    }
    const { values } = this;
    const low = values[slot * 2]! + valueLow(priceTicks, lots);
    const carry = low < valueWeight ? 0 : 1;
    values[slot * 2] = low - carry * valueWeight;
    values[slot * 2 + 1]! += valueHigh(priceTicks, lots) + carry;
  }

  /** Keeps the value of what has traded, whatever the record says from here on. */
  keepValue(slot: number, low: number, high: number): void {
    const at = slot * ORDER_WORDS + TRAITS;
    this.i32[at] = this.i32[at]! | KEEPS_VALUE;
    this.values[slot * 2] = low;
    this.values[slot * 2 + 1] = high;
  }

  /**
   * Lots with which the order was placed; of a rejected order that named no instrument there is, the id that it named
   * instead, since its lots have not changed.
   */
  placedLots(slot: number): number {
    const keeps = (this.i32[slot * ORDER_WORDS + TRAITS]! & KEEPS_PLACED) !== 0;
    return keeps ? this.placed[slot * 2]! : this.f64[slot * ORDER_NUMBERS + QUANTITY]!;
  }

  /** Ticks with which the order was placed. */
  placedPrice(slot: number): number {
    const keeps = (this.i32[slot * ORDER_WORDS + TRAITS]! & KEEPS_PLACED) !== 0;
    return keeps ? this.placed[slot * 2 + 1]! : this.i32[slot * ORDER_WORDS + PRICE]!;
  }

  /** Keeps with what the order was placed, where the record does not say the same by itself. */
  keepPlaced(slot: number, lots: number, priceTicks: number): void {
    if (this.placedLots(slot) === lots && this.placedPrice(slot) === priceTicks) return;
    const at = slot * ORDER_WORDS + TRAITS;
    this.i32[at] = this.i32[at]! | KEEPS_PLACED;
    this.placed[slot * 2] = lots;
    this.placed[slot * 2 + 1] = priceTicks;
  }

  /** Makes a record a copy of one in another store. hot path */
  copyOf(from: OrderRecords, fromSlot: number, slot: number): void {
    const fromNumbers = fromSlot * ORDER_NUMBERS;
    const numbers = slot * ORDER_NUMBERS;
    this.f64[numbers + ORDER_ID] = from.f64[fromNumbers + ORDER_ID]!;
    this.f64[numbers + QUANTITY] = from.f64[fromNumbers + QUANTITY]!;
    this.f64[numbers + REMAINING] = from.f64[fromNumbers + REMAINING]!;
    const source = from.i32;
    const target = this.i32;
    const fromAt = fromSlot * ORDER_WORDS;
    const at = slot * ORDER_WORDS;
    target[at + CLIENT] = source[fromAt + CLIENT]!;
    target[at + CLIENT + 1] = source[fromAt + CLIENT + 1]!;
    target[at + CLIENT + 2] = source[fromAt + CLIENT + 2]!;
    target[at + CLIENT + 3] = source[fromAt + CLIENT + 3]!;
    target[at + CLIENT + 4] = source[fromAt + CLIENT + 4]!;
    target[at + ACCOUNT] = source[fromAt + ACCOUNT]!;
    target[at + INSTRUMENT] = source[fromAt + INSTRUMENT]!;
    target[at + SESSION] = source[fromAt + SESSION]!;
    target[at + PRICE] = source[fromAt + PRICE]!;
    const traits = source[fromAt + TRAITS]!;
    target[at + TRAITS] = traits;
    if ((traits & KEEPS_VALUE) !== 0) {
      this.values[slot * 2] = from.values[fromSlot * 2]!;
      this.values[slot * 2 + 1] = from.values[fromSlot * 2 + 1]!;
    }
    if ((traits & KEEPS_PLACED) === 0) return;
    this.placed[slot * 2] = from.placed[fromSlot * 2]!;
    this.placed[slot * 2 + 1] = from.placed[fromSlot * 2 + 1]!;
  }

  override reserve(count: number): void {
    const before = this.capacity;
    super.reserve(count);
    if (this.capacity === before) return;
    const placed = new Float64Array(this.capacity * 2);
    placed.set(this.placed);
    this.placed = placed;
    const values = new Float64Array(this.capacity * 2);
    values.set(this.values);
    this.values = values;
  }
}

/** All open orders, by slot. Slots are used again, the last one freed first, so that the next order finds it cached. */
export class OrderStore extends OrderRecords {
  links: Int32Array<ArrayBuffer>;
  /** The same memory as `links`. */
  tickets: Float64Array<ArrayBuffer>;
  /** Empty until the first order is tied: few sessions ask for cancel on disconnect. */
  ties: Int32Array<ArrayBuffer>;
  /** Stack of free slots below `used`. */
  free: Int32Array<ArrayBuffer>;
  freeCount = 0;

  constructor(capacity: number, max: number) {
    super(capacity, max);
    this.links = linesOfWords(this.capacity * LINK_WORDS);
    this.tickets = numbersOf(this.links);
    this.ties = linesOfWords(0);
    this.free = linesOfWords(this.capacity);
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

  /** Says that the order stands in no book. hot path */
  clearLinks(slot: number): void {
    this.links[slot * LINK_WORDS + LEVEL] = NONE;
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
    return this.links[slot * LINK_WORDS + POSITION]!;
  }

  /** Lots. hot path */
  quantity(slot: number): number {
    return this.f64[slot * ORDER_NUMBERS + QUANTITY]!;
  }

  /** Gives an order other lots, filled part included, and another price. */
  replace(slot: number, lots: number, priceTicks: number): void {
    const placedLots = this.placedLots(slot);
    const placedPrice = this.placedPrice(slot);
    this.f64[slot * ORDER_NUMBERS + QUANTITY] = lots;
    this.i32[slot * ORDER_WORDS + PRICE] = priceTicks;
    this.keepPlaced(slot, placedLots, placedPrice);
  }

  /** Lots that have not traded. hot path */
  remaining(slot: number): number {
    return this.f64[slot * ORDER_NUMBERS + REMAINING]!;
  }

  /** hot path */
  orderId(slot: number): number {
    return this.f64[slot * ORDER_NUMBERS + ORDER_ID]!;
  }

  /** Makes room for what ties orders to sessions. */
  makeTies(): void {
    this.ties = longerLines(this.ties, this.capacity * TIE_WORDS);
  }

  override reserve(count: number): void {
    const before = this.capacity;
    super.reserve(count);
    if (this.capacity === before) return;
    this.links = longerLines(this.links, this.capacity * LINK_WORDS);
    this.tickets = numbersOf(this.links);
    if (this.ties.length > 0) this.makeTies();
    this.free = longerLines(this.free, this.capacity);
  }
}
