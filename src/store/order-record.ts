/**
 * What an order is: the fields of its record, the fields of its word of traits, and what few orders have beside their
 * record. No other file knows the places of the fields. Others read and write orders through the accessors of
 * OrderRecords, and read a word of traits through the functions over it. What does not fit is refused at load.
 */
import * as protocolCodes from '../protocol/codes.ts';
import * as protocolCommands from '../protocol/commands.ts';
import * as protocolEvents from '../protocol/events.ts';
import * as protocolLimits from '../protocol/limits.ts';
import * as integers from '../std/integers.ts';
import * as clientWords from './client-words.ts';
import { bitsOf, wordsOf } from './record-fields.ts';
import { Records } from './records.ts';
import * as tradeValue from './trade-value.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md). It reads
// those that it exports, too: so none of the places below is exported.
const { CLIENT_WORDS, takeClient } = clientWords;
const { OutcomeCode } = protocolCodes;
const { OrderType, placeOrder, SelfMatch, Side, TimeInForce } = protocolCommands;
const { CancelReason, OrderStatus } = protocolEvents;
const { valueWeight } = protocolLimits;
const { valueHigh, valueLow } = tradeValue;
const { getU53 } = integers;

const {
  quantityLots: QUANTITY_AT,
  priceTicks: PRICE_AT,
  side: SIDE_AT,
  orderType: TYPE_AT,
  timeInForce: TIME_AT,
  selfMatch: SELF_MATCH_AT,
  clientOrderId: CLIENT_AT,
} = placeOrder.at;

/**
 * The record, which fills one cache line: each field with its 32-bit words. No word is free. What few orders have (a
 * stop price, a display size) belongs beside the record, below, where no other order pays for it.
 */
const record = wordsOf(16, {
  orderId: 2,
  /** Lots, filled part included. */
  quantity: 2,
  /** Lots that have not traded; they stay on record when the order is cancelled, so filled = quantity - remaining. */
  remaining: 2,
  /** The client order id, all zero if it has none. */
  client: CLIENT_WORDS,
  /** Slot of the account. */
  account: 1,
  /** Slot of the instrument; NONE in an order that was rejected because it named none. */
  instrument: 1,
  /** Id of the session that placed it. */
  session: 1,
  /** Ticks; 0 in a market order. */
  price: 1,
  traits: 1,
});

/** The word of traits: each field with its bits, and the values that it must hold; a flag is one bit. */
const traits = bitsOf({
  /** In the lowest bits, so that a mask is enough to read it. */
  side: [2, Side],
  orderType: [4, OrderType],
  timeInForce: [4, TimeInForce],
  selfMatch: [3, SelfMatch],
  /** `none` marks a free slot. */
  status: [3, OrderStatus],
  /** Why it ended: of a rejected order its OutcomeCode, of a cancelled one its CancelReason; 0 of all others. */
  end: [8, valuesOf(OutcomeCode, CancelReason)],
  // Flags say in which lists an order is. Those from here on are not in a snapshot.
  /** The order was placed with other lots or another price than it has, and these are kept beside the record. */
  keepsPlaced: [1],
  /** The filled lots are worth another value than the price gives, and that value is kept beside the record. */
  keepsValue: [1],
  /** The order goes with the connection of a session. */
  isTied: [1],
});

/**
 * What few orders have, beside the record, on a line that most orders never touch: numbers of 64 bits, each with the
 * flag of traits that marks it as present. A field more is a row here, with a flag and its accessors below: growing,
 * closing and snapshots move the line as it is.
 */
const beside = wordsOf(8, { placedLots: 2, placedPrice: 2, valueLow: 2, valueHigh: 2 });

const WORDS = record.words;
const NUMBERS = WORDS / 2;
const ORDER_ID = record.at.orderId / 2;
const QUANTITY = record.at.quantity / 2;
const REMAINING = record.at.remaining / 2;
const CLIENT = record.at.client;
const ACCOUNT = record.at.account;
const INSTRUMENT = record.at.instrument;
const SESSION = record.at.session;
const PRICE = record.at.price;
const TRAITS = record.at.traits;

const SIDE_MASK = traits.mask.side;
const TYPE_SHIFT = traits.first.orderType;
const TYPE_MASK = traits.mask.orderType;
const TIME_SHIFT = traits.first.timeInForce;
const TIME_MASK = traits.mask.timeInForce;
const SELF_MATCH_SHIFT = traits.first.selfMatch;
const SELF_MATCH_MASK = traits.mask.selfMatch;
const STATUS_SHIFT = traits.first.status;
const STATUS_MASK = traits.mask.status;
const END_SHIFT = traits.first.end;
const END_MASK = traits.mask.end;
const KEEPS_PLACED = 1 << traits.first.keepsPlaced;
const KEEPS_VALUE = 1 << traits.first.keepsValue;
const IS_TIED = 1 << traits.first.isTied;
/** The traits that stay as they were when the order was placed. */
const PLACED_TRAITS = (1 << STATUS_SHIFT) - 1;
/** The traits that say what kind of order it is; the flags say in which lists it is. */
const LASTING_TRAITS = KEEPS_PLACED - 1;
const KEEPS_ANY = KEEPS_PLACED | KEEPS_VALUE;

const BESIDE_NUMBERS = beside.words / 2;
const PLACED_LOTS = beside.at.placedLots / 2;
const PLACED_PRICE = beside.at.placedPrice / 2;
const VALUE_LOW = beside.at.valueLow / 2;
const VALUE_HIGH = beside.at.valueHigh / 2;

/** A Side. @hot */
export function sideOf(word: number): number {
  return word & SIDE_MASK;
}

/** An OrderType. @hot */
export function orderTypeOf(word: number): number {
  return (word >>> TYPE_SHIFT) & TYPE_MASK;
}

/** A TimeInForce. @hot */
export function timeInForceOf(word: number): number {
  return (word >>> TIME_SHIFT) & TIME_MASK;
}

/** A SelfMatch. @hot */
export function selfMatchOf(word: number): number {
  return (word >>> SELF_MATCH_SHIFT) & SELF_MATCH_MASK;
}

/** An OrderStatus. @hot */
export function statusOf(word: number): number {
  return (word >>> STATUS_SHIFT) & STATUS_MASK;
}

/** The traits that the placeOrder command at `at` gives its order. @hot */
export function placedTraits(view: DataView, at: number): number {
  return (
    view.getUint8(at + SIDE_AT) |
    (view.getUint8(at + TYPE_AT) << TYPE_SHIFT) |
    (view.getUint8(at + TIME_AT) << TIME_SHIFT) |
    (view.getUint8(at + SELF_MATCH_AT) << SELF_MATCH_SHIFT)
  );
}

/** Why an order with this status ended, as `end` of its traits; 0 where it has another status. */
function endOf(word: number, status: number): number {
  return statusOf(word) === status ? (word >>> END_SHIFT) & END_MASK : 0;
}

/** Each value of the codes under a name of its own. */
function valuesOf(...codes: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  return Object.fromEntries(codes.flatMap(Object.values<number>).map((value) => [`${value}`, value]));
}

const outcomeCodes: ReadonlySet<number> = new Set(Object.values(OutcomeCode));
const cancelReasons: ReadonlySet<number> = new Set([0, ...Object.values(CancelReason)]);

/** Whether each field of a word of traits, which may come from outside, holds one of its values. */
export function areTraitsSound(word: number): boolean {
  if (!traits.isSound(word)) return false;
  const status = statusOf(word);
  const end = endOf(word, status);
  if (status === OrderStatus.rejected) return outcomeCodes.has(end);
  return status === OrderStatus.cancelled ? cancelReasons.has(end) : end === 0;
}

/** 32-bit words of an order as it is saved: its record, and what is beside it. */
export const SAVED_WORDS = WORDS + beside.words;

/** The records of open or closed orders, and what is kept beside those that were replaced or traded at other prices. */
export class OrderRecords extends Records {
  /**
   * Index is slot * BESIDE_NUMBERS + field. Neither `#beside` nor `super` is used in this class: both give it a scope
   * of its own, through which its methods reach the constants above, and accessors are then longer than what V8 always
   * inlines.
   */
  private beside: Float64Array<ArrayBuffer>;

  constructor(capacity: number, max: number) {
    super(WORDS, capacity, max);
    this.beside = new Float64Array(this.capacity * BESIDE_NUMBERS);
  }

  /** @hot */
  orderId(slot: number): number {
    return this.f64[slot * NUMBERS + ORDER_ID]!;
  }

  /** Lots, filled part included. @hot */
  quantity(slot: number): number {
    return this.f64[slot * NUMBERS + QUANTITY]!;
  }

  setQuantity(slot: number, lots: number): void {
    this.f64[slot * NUMBERS + QUANTITY] = lots;
  }

  /** Lots that have not traded. @hot */
  remaining(slot: number): number {
    return this.f64[slot * NUMBERS + REMAINING]!;
  }

  /** @hot */
  setRemaining(slot: number, lots: number): void {
    this.f64[slot * NUMBERS + REMAINING] = lots;
  }

  /** Lots that have traded. @hot */
  filled(slot: number): number {
    return this.quantity(slot) - this.remaining(slot);
  }

  /** Whether the order has a client order id. @hot */
  isNamed(slot: number): boolean {
    return this.i32[slot * WORDS + CLIENT] !== 0;
  }

  /** Where the words of the client order id begin in `i32`. @hot */
  clientAt(slot: number): number {
    return slot * WORDS + CLIENT;
  }

  /** Fills the record from the placeOrder command at `at`, with a status. @hot */
  takePlaced(slot: number, view: DataView, at: number, status: number): void {
    const { i32, f64 } = this;
    const numbers = slot * NUMBERS;
    const lots = getU53(view, at + QUANTITY_AT);
    f64[numbers + QUANTITY] = lots;
    f64[numbers + REMAINING] = lots;
    const words = slot * WORDS;
    i32[words + PRICE] = view.getInt32(at + PRICE_AT, true);
    i32[words + TRAITS] = placedTraits(view, at) | (status << STATUS_SHIFT);
    takeClient(i32, words + CLIENT, view, at + CLIENT_AT);
  }

  /** Sets the order's id, account, instrument and session. @hot */
  assign(slot: number, orderId: number, account: number, instrument: number, sessionId: number): void {
    const { i32 } = this;
    this.f64[slot * NUMBERS + ORDER_ID] = orderId;
    const words = slot * WORDS;
    i32[words + ACCOUNT] = account;
    i32[words + INSTRUMENT] = instrument;
    i32[words + SESSION] = sessionId;
  }

  /** Reads a word of each line of memory that a copy is written to. @hot */
  readLines(slot: number): number {
    return this.i32[slot * WORDS + ACCOUNT]! + this.beside[slot * BESIDE_NUMBERS]!;
  }

  /** Slot of the account. @hot */
  account(slot: number): number {
    return this.i32[slot * WORDS + ACCOUNT]!;
  }

  /** Slot of the instrument, or NONE. @hot */
  instrument(slot: number): number {
    return this.i32[slot * WORDS + INSTRUMENT]!;
  }

  /** The lower 32 bits, signed, of the id of the session that placed it. @hot */
  session(slot: number): number {
    return this.i32[slot * WORDS + SESSION]!;
  }

  /** Ticks; 0 in a market order. @hot */
  price(slot: number): number {
    return this.i32[slot * WORDS + PRICE]!;
  }

  setPrice(slot: number, priceTicks: number): void {
    this.i32[slot * WORDS + PRICE] = priceTicks;
  }

  /** The word that the functions above take apart. @hot */
  traits(slot: number): number {
    return this.i32[slot * WORDS + TRAITS]!;
  }

  setTraits(slot: number, word: number): void {
    this.i32[slot * WORDS + TRAITS] = word;
  }

  /** A Side. @hot */
  side(slot: number): number {
    return this.i32[slot * WORDS + TRAITS]! & SIDE_MASK;
  }

  /** An OrderType. */
  orderType(slot: number): number {
    return orderTypeOf(this.traits(slot));
  }

  /** A TimeInForce. @hot */
  timeInForce(slot: number): number {
    return timeInForceOf(this.traits(slot));
  }

  /** An OrderStatus. @hot */
  status(slot: number): number {
    return (this.i32[slot * WORDS + TRAITS]! >>> STATUS_SHIFT) & STATUS_MASK;
  }

  /** @hot */
  setStatus(slot: number, status: number): void {
    const at = slot * WORDS + TRAITS;
    this.i32[at] = (this.i32[at]! & ~(STATUS_MASK << STATUS_SHIFT)) | (status << STATUS_SHIFT);
  }

  /**
   * Gives an order that has not ended its last status, and why: the OutcomeCode of one that is rejected, the
   * CancelReason of one that is cancelled, else 0. @hot
   */
  end(slot: number, status: number, why: number): void {
    const at = slot * WORDS + TRAITS;
    const kept = this.i32[at]! & ~(STATUS_MASK << STATUS_SHIFT);
    this.i32[at] = kept | (status << STATUS_SHIFT) | (why << END_SHIFT);
  }

  /** The OutcomeCode of the first outcome. */
  code(slot: number): number {
    return endOf(this.traits(slot), OrderStatus.rejected);
  }

  /** The CancelReason of a cancelled order; 0 of any other. */
  cancelReason(slot: number): number {
    return endOf(this.traits(slot), OrderStatus.cancelled);
  }

  /** What was placed, as `placedTraits` gives it. */
  placedTraits(slot: number): number {
    return this.traits(slot) & PLACED_TRAITS;
  }

  /** Whether the order goes with the connection of a session. @hot */
  isTied(slot: number): boolean {
    return (this.i32[slot * WORDS + TRAITS]! & IS_TIED) !== 0;
  }

  setTied(slot: number, isTied: boolean): void {
    const word = this.traits(slot);
    this.setTraits(slot, isTied ? word | IS_TIED : word & ~IS_TIED);
  }

  /**
   * The lower part of the value of what has traded. Most orders that trade do it at their own price, so their records
   * say it. @hot
   */
  filledValueLow(slot: number): number {
    if ((this.i32[slot * WORDS + TRAITS]! & KEEPS_VALUE) !== 0)
      return this.beside[slot * BESIDE_NUMBERS + VALUE_LOW]!;
    return valueLow(this.price(slot), this.filled(slot));
  }

  /** The upper part. @hot */
  filledValueHigh(slot: number): number {
    if ((this.i32[slot * WORDS + TRAITS]! & KEEPS_VALUE) !== 0)
      return this.beside[slot * BESIDE_NUMBERS + VALUE_HIGH]!;
    return valueHigh(this.price(slot), this.filled(slot));
  }

  /** Whether the value of what has traded is kept beside the record, since its price does not say it. @hot */
  keepsValue(slot: number): boolean {
    return (this.i32[slot * WORDS + TRAITS]! & KEEPS_VALUE) !== 0;
  }

  /** Adds the value of a trade, which `remaining` does not show yet. @hot */
  addValue(slot: number, priceTicks: number, lots: number): void {
    let low = valueLow(priceTicks, lots);
    let high = valueHigh(priceTicks, lots);
    if (this.filled(slot) !== 0) {
      low += this.filledValueLow(slot);
      high += this.filledValueHigh(slot);
      if (low >= valueWeight) {
        low -= valueWeight;
        high += 1;
      }
    }
    this.keepValue(slot, low, high);
  }

  /** Keeps the value of what has traded, whatever the record has from here on. */
  keepValue(slot: number, low: number, high: number): void {
    this.setTraits(slot, this.traits(slot) | KEEPS_VALUE);
    this.beside[slot * BESIDE_NUMBERS + VALUE_LOW] = low;
    this.beside[slot * BESIDE_NUMBERS + VALUE_HIGH] = high;
  }

  /**
   * Lots with which the order was placed; of a rejected order that named no instrument there is, the id that it named
   * instead, since its lots have not changed.
   */
  placedLots(slot: number): number {
    const keeps = (this.traits(slot) & KEEPS_PLACED) !== 0;
    return keeps ? this.beside[slot * BESIDE_NUMBERS + PLACED_LOTS]! : this.quantity(slot);
  }

  /** Ticks at which the order was placed. */
  placedPrice(slot: number): number {
    const keeps = (this.traits(slot) & KEEPS_PLACED) !== 0;
    return keeps ? this.beside[slot * BESIDE_NUMBERS + PLACED_PRICE]! : this.price(slot);
  }

  /** Keeps with what the order was placed, where the record does not say the same by itself. */
  keepPlaced(slot: number, lots: number, priceTicks: number): void {
    if (this.placedLots(slot) === lots && this.placedPrice(slot) === priceTicks) return;
    this.setTraits(slot, this.traits(slot) | KEEPS_PLACED);
    this.beside[slot * BESIDE_NUMBERS + PLACED_LOTS] = lots;
    this.beside[slot * BESIDE_NUMBERS + PLACED_PRICE] = priceTicks;
  }

  /** Gives an order other lots, filled part included, and another price. */
  replace(slot: number, lots: number, priceTicks: number): void {
    const placedLots = this.placedLots(slot);
    const placedPrice = this.placedPrice(slot);
    this.setQuantity(slot, lots);
    this.setPrice(slot, priceTicks);
    this.keepPlaced(slot, placedLots, placedPrice);
  }

  /** Makes a record a copy of one in another store. @hot */
  copyOf(from: OrderRecords, fromSlot: number, slot: number): void {
    const fromNumbers = fromSlot * NUMBERS;
    const numbers = slot * NUMBERS;
    this.f64[numbers + ORDER_ID] = from.f64[fromNumbers + ORDER_ID]!;
    this.f64[numbers + QUANTITY] = from.f64[fromNumbers + QUANTITY]!;
    this.f64[numbers + REMAINING] = from.f64[fromNumbers + REMAINING]!;
    const source = from.i32;
    const target = this.i32;
    const fromAt = fromSlot * WORDS;
    const at = slot * WORDS;
    target[at + CLIENT] = source[fromAt + CLIENT]!;
    target[at + CLIENT + 1] = source[fromAt + CLIENT + 1]!;
    target[at + CLIENT + 2] = source[fromAt + CLIENT + 2]!;
    target[at + CLIENT + 3] = source[fromAt + CLIENT + 3]!;
    target[at + CLIENT + 4] = source[fromAt + CLIENT + 4]!;
    target[at + ACCOUNT] = source[fromAt + ACCOUNT]!;
    target[at + INSTRUMENT] = source[fromAt + INSTRUMENT]!;
    target[at + SESSION] = source[fromAt + SESSION]!;
    target[at + PRICE] = source[fromAt + PRICE]!;
    const word = source[fromAt + TRAITS]!;
    target[at + TRAITS] = word;
    if ((word & KEEPS_ANY) === 0) return;
    const fromLine = fromSlot * BESIDE_NUMBERS;
    const line = slot * BESIDE_NUMBERS;
    for (let n = 0; n < BESIDE_NUMBERS; n++) this.beside[line + n] = from.beside[fromLine + n]!;
  }

  /** Saves an order in SAVED_WORDS of `words` from `at` on; `numbers` is the same memory. */
  save(slot: number, words: Int32Array, numbers: Float64Array, at: number): void {
    const { i32 } = this;
    const from = slot * WORDS;
    for (let n = 0; n < WORDS; n++) words[at + n] = i32[from + n]!;
    words[at + TRAITS] = words[at + TRAITS]! & LASTING_TRAITS;
    const line = at / 2 + NUMBERS;
    numbers[line + PLACED_LOTS] = this.placedLots(slot);
    numbers[line + PLACED_PRICE] = this.placedPrice(slot);
    numbers[line + VALUE_LOW] = this.filledValueLow(slot);
    numbers[line + VALUE_HIGH] = this.filledValueHigh(slot);
  }

  /** Makes a record what was saved in the words from `at` on. */
  load(slot: number, words: Int32Array, numbers: Float64Array, at: number): void {
    const { i32 } = this;
    const to = slot * WORDS;
    for (let n = 0; n < WORDS; n++) i32[to + n] = words[at + n]!;
    i32[to + TRAITS] = i32[to + TRAITS]! & LASTING_TRAITS;
    const line = at / 2 + NUMBERS;
    this.keepPlaced(slot, numbers[line + PLACED_LOTS]!, numbers[line + PLACED_PRICE]!);
    const low = numbers[line + VALUE_LOW]!;
    const high = numbers[line + VALUE_HIGH]!;
    if (low !== this.filledValueLow(slot) || high !== this.filledValueHigh(slot))
      this.keepValue(slot, low, high);
  }

  protected override grown(): void {
    this.growBeside();
  }

  protected growBeside(): void {
    const longer = new Float64Array(this.capacity * BESIDE_NUMBERS);
    longer.set(this.beside);
    this.beside = longer;
  }
}
