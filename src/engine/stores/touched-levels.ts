/** The price levels that the running command changed, each once, in the order of their first change. */
import { wordsOf } from '../../store/record-fields.ts';
import { longerLines } from '../../store/records.ts';
import { mix } from './slot-map.ts';

/**
 * A level: slot of the instrument, side, price, and its orders after the last change (0: it is gone).
 */
const touched = wordsOf(4, { instrument: 1, side: 1, price: 1, orders: 1 });
const LEVEL_WORDS = touched.words;
const LEVEL_INSTRUMENT = touched.at.instrument;
const LEVEL_SIDE = touched.at.side;
const LEVEL_PRICE = touched.at.price;
const LEVEL_ORDERS = touched.at.orders;

const START_CAPACITY = 16;
/** So many levels are searched one by one; with more of them a table is kept. */
const SEARCHED_MAX = 8;

/**
 * A small table that is filled and emptied with each command. It grows with the largest command seen. Where levels are
 * in it follows from a secret of the process, so that none can choose prices that meet there.
 */
export class TouchedLevels {
  count = 0;
  readonly #secret: number;
  /** The levels, each at index * LEVEL_WORDS. */
  #words = new Int32Array(START_CAPACITY * LEVEL_WORDS);
  /** Lots of each level after its last change. */
  #lots = new Float64Array(START_CAPACITY);
  /** The place of each level in the table. */
  #places = new Int32Array(START_CAPACITY);
  /** Index + 1 of a level, by hash. */
  #table = new Int32Array(START_CAPACITY * 4);

  constructor(secret: number) {
    this.#secret = secret | 0;
  }

  /** Notes the orders of a level after a change. @hot */
  note(instrument: number, side: number, price: number, lots: number, orderCount: number): void {
    const index =
      this.count <= SEARCHED_MAX
        ? this.#search(instrument, side, price)
        : this.#lookUp(instrument, side, price);
    if (index === this.count) this.#append(instrument, side, price);
    this.#lots[index] = lots;
    this.#words[index * LEVEL_WORDS + LEVEL_ORDERS] = orderCount;
  }

  /** Slot of the instrument of a level, by index. @hot */
  instrument(index: number): number {
    return this.#words[index * LEVEL_WORDS + LEVEL_INSTRUMENT]!;
  }

  /** @hot */
  side(index: number): number {
    return this.#words[index * LEVEL_WORDS + LEVEL_SIDE]!;
  }

  /** Ticks. @hot */
  price(index: number): number {
    return this.#words[index * LEVEL_WORDS + LEVEL_PRICE]!;
  }

  /** Orders of the level after the last change; 0: the level is gone. @hot */
  orders(index: number): number {
    return this.#words[index * LEVEL_WORDS + LEVEL_ORDERS]!;
  }

  /** Lots after the last change. @hot */
  lots(index: number): number {
    return this.#lots[index]!;
  }

  /** @hot */
  clear(): void {
    if (this.count > SEARCHED_MAX) {
      for (let index = 0; index < this.count; index++) this.#table[this.#places[index]!] = 0;
    }
    this.count = 0;
  }

  #append(instrument: number, side: number, price: number): void {
    const index = this.count;
    if (index === this.#lots.length) this.#grow();
    const at = index * LEVEL_WORDS;
    this.#words[at + LEVEL_INSTRUMENT] = instrument;
    this.#words[at + LEVEL_SIDE] = side;
    this.#words[at + LEVEL_PRICE] = price;
    this.count = index + 1;
    if (index === SEARCHED_MAX) for (let n = 0; n <= index; n++) this.#enter(n);
    else if (index > SEARCHED_MAX) this.#enter(index);
  }

  /** The index of a level; `count` if it is not there. */
  #search(instrument: number, side: number, price: number): number {
    const { count } = this;
    let index = 0;
    while (index < count && !this.#is(index, instrument, side, price)) index++;
    return index;
  }

  #lookUp(instrument: number, side: number, price: number): number {
    const mask = this.#table.length - 1;
    for (let place = this.#hashOf(instrument, side, price) & mask; ; place = (place + 1) & mask) {
      const index = this.#table[place]! - 1;
      if (index < 0) return this.count;
      if (this.#is(index, instrument, side, price)) return index;
    }
  }

  #hashOf(instrument: number, side: number, price: number): number {
    return mix(price ^ Math.imul(instrument * 2 + side, 0x9e37_79b1) ^ this.#secret);
  }

  #is(index: number, instrument: number, side: number, price: number): boolean {
    const words = this.#words;
    const at = index * LEVEL_WORDS;
    return (
      words[at + LEVEL_PRICE] === price &&
      words[at + LEVEL_SIDE] === side &&
      words[at + LEVEL_INSTRUMENT] === instrument
    );
  }

  #enter(index: number): void {
    const mask = this.#table.length - 1;
    const at = index * LEVEL_WORDS;
    const words = this.#words;
    let place =
      this.#hashOf(words[at + LEVEL_INSTRUMENT]!, words[at + LEVEL_SIDE]!, words[at + LEVEL_PRICE]!) & mask;
    while (this.#table[place] !== 0) place = (place + 1) & mask;
    this.#table[place] = index + 1;
    this.#places[index] = place;
  }

  #grow(): void {
    const capacity = this.#lots.length * 2;
    this.#words = longerLines(this.#words, capacity * LEVEL_WORDS);
    this.#places = longerLines(this.#places, capacity);
    const lots = new Float64Array(capacity);
    lots.set(this.#lots);
    this.#lots = lots;
    this.#table = new Int32Array(capacity * 4);
    for (let index = 0; index < this.count; index++) this.#enter(index);
  }
}
