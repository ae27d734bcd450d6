/**
 * Orders by order id. Ids are given out one after the other, so those of the newest orders stand in a window, a flat
 * array around which the ids go: no hash, and neighbours side by side. Orders that outlive the window move to pages.
 */
import * as records from '../book/records.ts';
import { assert } from '../std/assert.ts';
import { powerOfTwoAtLeast } from '../std/integers.ts';
import { OrderIdPages } from './order-id-pages.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;

/** A map from order id (1, 2, 3 …) to slot; any number but NONE serves as a slot. Ids may also come out of order. */
export class OrderIds {
  /** Slot + 1 of the id that ends in these bits and is within the window, 0 where there is none. */
  #window: Int32Array<ArrayBuffer>;
  #mask: number;
  readonly #windowMax: number;
  /** The largest id ever added. */
  #last = 0;
  /** From this id on the window knows all orders; the others are among the elders. It never falls. */
  #first = 1;
  readonly #elders = new OrderIdPages();

  /** @param window ids that it holds at the start, and `windowMax` at the most: before that it grows, later orders move. */
  constructor(window: number, windowMax: number) {
    this.#windowMax = powerOfTwoAtLeast(windowMax);
    this.#window = new Int32Array(Math.min(powerOfTwoAtLeast(window), this.#windowMax));
    this.#mask = this.#window.length - 1;
  }

  /** The slot of an order id, or NONE. hot path */
  find(orderId: number): number {
    if (orderId < this.#first) return this.#elders.find(orderId);
    return orderId > this.#last ? NONE : this.#window[orderId & this.#mask]! - 1;
  }

  /** Adds an order id that is not in the map. hot path */
  add(orderId: number, slot: number): void {
    if (orderId > this.#last) this.#advance(orderId);
    if (orderId >= this.#first) this.#window[orderId & this.#mask] = slot + 1;
    else this.#elders.add(orderId, slot);
  }

  /** Gives another slot to an order id that is in the map. hot path */
  set(orderId: number, slot: number): void {
    if (orderId < this.#first) {
      this.#elders.set(orderId, slot);
      return;
    }
    const place = orderId & this.#mask;
    assert(this.#window[place] !== 0, 'the order id is in the map');
    this.#window[place] = slot + 1;
  }

  /** Removes an order id that is in the map. hot path */
  remove(orderId: number): void {
    if (orderId < this.#first) {
      this.#elders.remove(orderId);
      return;
    }
    const place = orderId & this.#mask;
    assert(this.#window[place] !== 0, 'the order id is in the map');
    this.#window[place] = 0;
  }

  /** Moves the window on, so that `orderId` is the last one in it. */
  #advance(orderId: number): void {
    if (orderId - this.#last > this.#window.length) this.#jump(orderId);
    while (this.#last < orderId) this.#step();
  }

  /** Moves the last id on by one. The id that stood in its place is a whole window older: it leaves, or the window grows. */
  #step(): void {
    const id = this.#last + 1;
    const oldest = id - this.#window.length;
    if (oldest >= this.#first) {
      const slot = this.#window[id & this.#mask]! - 1;
      if (slot !== NONE && this.#window.length < this.#windowMax) {
        this.#grow();
      } else {
        if (slot !== NONE) this.#elders.add(oldest, slot);
        this.#first = oldest + 1;
      }
    }
    this.#window[id & this.#mask] = 0;
    this.#last = id;
  }

  /** Leaves out so many ids that none of the window stays in it; the window then ends just before `orderId`. */
  #jump(orderId: number): void {
    const window = this.#window;
    for (let id = this.#first; id <= this.#last; id++) {
      const slot = window[id & this.#mask]! - 1;
      if (slot !== NONE) this.#elders.add(id, slot);
    }
    window.fill(0);
    this.#first = orderId - window.length;
    this.#last = orderId - 1;
  }

  #grow(): void {
    const before = this.#window;
    const grown = new Int32Array(before.length * 2);
    const mask = grown.length - 1;
    for (let id = this.#first; id <= this.#last; id++) grown[id & mask] = before[id & this.#mask]!;
    this.#window = grown;
    this.#mask = mask;
  }
}
