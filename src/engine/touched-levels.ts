/** The price levels that the running command changed, each once, in the order of their first change. */
import { mix } from './slot-map.ts';

const START_CAPACITY = 16;
/** So many levels are searched one by one; with more of them a table is kept. */
const SEARCHED_MAX = 8;

/** A small table that is filled and emptied with each command. It grows with the largest command seen. */
export class TouchedLevels {
  count = 0;
  instruments = new Int32Array(START_CAPACITY);
  sides = new Int32Array(START_CAPACITY);
  prices = new Int32Array(START_CAPACITY);
  orderCounts = new Int32Array(START_CAPACITY);
  lots = new Float64Array(START_CAPACITY);
  /** Where each level stands in the table. */
  #places = new Int32Array(START_CAPACITY);
  /** Index + 1 of a level, by hash. */
  #table = new Int32Array(START_CAPACITY * 4);

  /** Notes what stands at a level after a change. hot path */
  note(instrument: number, side: number, price: number, lots: number, orderCount: number): void {
    const index =
      this.count <= SEARCHED_MAX
        ? this.#search(instrument, side, price)
        : this.#lookUp(instrument, side, price);
    if (index === this.count) {
      if (index === this.prices.length) this.#grow();
      this.instruments[index] = instrument;
      this.sides[index] = side;
      this.prices[index] = price;
      this.count = index + 1;
      if (index === SEARCHED_MAX) for (let n = 0; n <= index; n++) this.#enter(n);
      else if (index > SEARCHED_MAX) this.#enter(index);
    }
    this.lots[index] = lots;
    this.orderCounts[index] = orderCount;
  }

  /** hot path */
  clear(): void {
    if (this.count > SEARCHED_MAX) {
      for (let index = 0; index < this.count; index++) this.#table[this.#places[index]!] = 0;
    }
    this.count = 0;
  }

  /** The index of a level; `count` if it is not there. */
  #search(instrument: number, side: number, price: number): number {
    const { count, prices, sides, instruments } = this;
    let index = 0;
    for (; index < count; index++) {
      if (prices[index] === price && sides[index] === side && instruments[index] === instrument) break;
    }
    return index;
  }

  #lookUp(instrument: number, side: number, price: number): number {
    const mask = this.#table.length - 1;
    for (let place = hashOf(instrument, side, price) & mask; ; place = (place + 1) & mask) {
      const index = this.#table[place]! - 1;
      if (index < 0) return this.count;
      if (
        this.prices[index] === price &&
        this.sides[index] === side &&
        this.instruments[index] === instrument
      )
        return index;
    }
  }

  #enter(index: number): void {
    const mask = this.#table.length - 1;
    let place = hashOf(this.instruments[index]!, this.sides[index]!, this.prices[index]!) & mask;
    while (this.#table[place] !== 0) place = (place + 1) & mask;
    this.#table[place] = index + 1;
    this.#places[index] = place;
  }

  #grow(): void {
    const capacity = this.prices.length * 2;
    this.instruments = grown(this.instruments, capacity);
    this.sides = grown(this.sides, capacity);
    this.prices = grown(this.prices, capacity);
    this.orderCounts = grown(this.orderCounts, capacity);
    this.#places = grown(this.#places, capacity);
    const lots = new Float64Array(capacity);
    lots.set(this.lots);
    this.lots = lots;
    this.#table = new Int32Array(capacity * 4);
    for (let index = 0; index < this.count; index++) this.#enter(index);
  }
}

function hashOf(instrument: number, side: number, price: number): number {
  return mix(price ^ Math.imul(instrument * 2 + side, 0x9e37_79b1));
}

function grown(values: Int32Array<ArrayBuffer>, capacity: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(capacity);
  copy.set(values);
  return copy;
}
