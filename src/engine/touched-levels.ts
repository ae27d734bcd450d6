/** The price levels that the running command changed, each once, in the order of their first change. */
import { mix } from './slot-map.ts';

const START_CAPACITY = 16;

/** A small table that is filled and emptied with each command. It grows with the largest command seen. */
export class TouchedLevels {
  count = 0;
  instruments = new Uint32Array(START_CAPACITY);
  sides = new Uint8Array(START_CAPACITY);
  prices = new Uint32Array(START_CAPACITY);
  orderCounts = new Uint32Array(START_CAPACITY);
  lots = new Float64Array(START_CAPACITY);
  /** Where each level stands in the table. */
  #places = new Uint32Array(START_CAPACITY);
  /** Index + 1 of a level, by hash. */
  #table = new Uint32Array(START_CAPACITY * 4);

  /** Notes what stands at a level after a change. hot path */
  note(instrument: number, side: number, price: number, lots: number, orderCount: number): void {
    const mask = this.#table.length - 1;
    let place = mix(price ^ Math.imul(instrument * 2 + side, 0x9e37_79b1)) & mask;
    for (; this.#table[place] !== 0; place = (place + 1) & mask) {
      const index = this.#table[place]! - 1;
      if (this.prices[index] !== price || this.instruments[index] !== instrument) continue;
      if (this.sides[index] !== side) continue;
      this.lots[index] = lots;
      this.orderCounts[index] = orderCount;
      return;
    }
    if (this.count === this.prices.length) {
      this.#grow();
      this.note(instrument, side, price, lots, orderCount);
      return;
    }
    const index = this.count++;
    this.#table[place] = index + 1;
    this.#places[index] = place;
    this.instruments[index] = instrument;
    this.sides[index] = side;
    this.prices[index] = price;
    this.lots[index] = lots;
    this.orderCounts[index] = orderCount;
  }

  /** hot path */
  clear(): void {
    for (let index = 0; index < this.count; index++) this.#table[this.#places[index]!] = 0;
    this.count = 0;
  }

  #grow(): void {
    const { count, instruments, sides, prices, orderCounts, lots } = this;
    const capacity = count * 2;
    this.instruments = new Uint32Array(capacity);
    this.sides = new Uint8Array(capacity);
    this.prices = new Uint32Array(capacity);
    this.orderCounts = new Uint32Array(capacity);
    this.lots = new Float64Array(capacity);
    this.#places = new Uint32Array(capacity);
    this.#table = new Uint32Array(capacity * 4);
    this.count = 0;
    for (let n = 0; n < count; n++) {
      this.note(instruments[n]!, sides[n]!, prices[n]!, lots[n]!, orderCounts[n]!);
    }
  }
}
