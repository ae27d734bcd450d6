/**
 * Orders by order id. Ids are given out one after the other, so those of the newest orders are in a window, a flat
 * array that the ids go around: no hash, and neighbours side by side. Orders that outlive the window move to pages. The
 * entry of a closed order is the number of its closing, which gives its place in ClosedOrders, or shows that it is
 * forgotten: to forget an order the window is not touched.
 */

import { powerOfTwoAtLeast } from '../../std/integers.ts';
import * as records from '../../store/records.ts';
import type { ClosedOrders } from './closed-orders.ts';
import { OrderIdPages } from './order-id-pages.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;

/** So many ids for each open order keep nearly all of them out of the pages where one is as likely to leave as any. */
const IDS_PER_ORDER = 4;

// The entry of an id is the slot of an open order, NONE, or NONE - 1 - the number of a closing.

/** Something of which there are so many, and may be at the most. */
interface Counted {
  readonly count: number;
  readonly max: number;
}

/**
 * A map from order id (1, 2, 3 …) to what is found: the slot of an open order, NONE, or NONE - 1 - place of a closed
 * one. Ids may also come out of order.
 */
export class OrderIds {
  readonly #closed: ClosedOrders;
  /** The entry of the id that ends in these bits, + 1; 0 where there never was one. */
  #window: Int32Array<ArrayBuffer>;
  #mask: number;
  readonly #orders: Counted;
  readonly #windowMax: number;
  /** The largest id ever added. */
  #last = 0;
  /** From this id on the window knows all orders; the others are among the elders. It never falls. */
  #first = 1;
  readonly #elders = new OrderIdPages();

  /**
   * @param window ids that it holds at the start. It grows to `windowMax`, and beyond that to a few ids for each of the
   * open `orders`, but not beyond the most of them; orders that are older still move.
   */
  constructor(closed: ClosedOrders, orders: Counted, window: number, windowMax: number) {
    this.#closed = closed;
    this.#orders = orders;
    this.#windowMax = windowMax;
    this.#window = new Int32Array(powerOfTwoAtLeast(window));
    this.#mask = this.#window.length - 1;
  }

  /** Orders that have outlived the window. */
  get elderCount(): number {
    return this.#elders.count;
  }

  /** What is found under an order id. @hot */
  find(orderId: number): number {
    if (orderId < this.#first) return this.#found(this.#elders.find(orderId));
    return orderId > this.#last ? NONE : this.#found(this.#window[orderId & this.#mask]! - 1);
  }

  /** The first id from `orderId` on, and below `end`, that is of an open order; `end` if there is none. */
  nextOpen(orderId: number, end: number): number {
    const elderEnd = Math.min(this.#first, end);
    let id = orderId < elderEnd ? this.#elders.nextOpen(orderId, elderEnd) : orderId;
    if (id < elderEnd) return id;
    const last = this.#last;
    const window = this.#window;
    for (; id < end && id <= last; id++) if (window[id & this.#mask]! > 0) return id;
    return end;
  }

  /** Adds the order id of an open order, which is not in the map. @hot */
  add(orderId: number, slot: number): void {
    this.#put(orderId, slot);
  }

  /** Adds the order id of a closed order, which is not in the map. @hot */
  addClosed(orderId: number, place: number): void {
    this.#put(orderId, NONE - 1 - this.#closed.numberOf(place));
  }

  /** An open order of the map has closed. @hot */
  close(orderId: number, place: number): void {
    const value = NONE - 1 - this.#closed.numberOf(place);
    if (orderId < this.#first) this.#elders.set(orderId, value);
    else this.#window[orderId & this.#mask] = value + 1;
  }

  /** A closed order is about to be forgotten. @hot */
  forget(orderId: number): void {
    if (orderId < this.#first) this.#elders.remove(orderId);
  }

  #found(value: number): number {
    if (value >= NONE) return value;
    const place = this.#closed.placeOf(NONE - 1 - value);
    return place === NONE ? NONE : NONE - 1 - place;
  }

  #put(orderId: number, value: number): void {
    if (orderId > this.#last) this.#advance(orderId);
    if (orderId >= this.#first) this.#window[orderId & this.#mask] = value + 1;
    else this.#elders.add(orderId, value);
  }

  /** Moves the window on, so that `orderId` is the last one in it. */
  #advance(orderId: number): void {
    if (orderId - this.#last > this.#window.length) this.#jump(orderId);
    while (this.#last < orderId) this.#step();
  }

  /**
   * Moves the last id on by one. The id that had its place is a
   * whole window older: it leaves, or the window grows.
   */
  #step(): void {
    const id = this.#last + 1;
    const oldest = id - this.#window.length;
    if (oldest >= this.#first) {
      const value = this.#window[id & this.#mask]! - 1;
      const isThere = this.#found(value) !== NONE;
      if (isThere && this.#mayGrow()) {
        this.#grow();
      } else {
        if (isThere) this.#elders.add(oldest, value);
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
      const value = window[id & this.#mask]! - 1;
      if (this.#found(value) !== NONE) this.#elders.add(id, value);
    }
    window.fill(0);
    this.#first = orderId - window.length;
    this.#last = orderId - 1;
  }

  /** Whether the window takes in older ids too: pages cost more steps, and more memory where few orders share one. */
  #mayGrow(): boolean {
    const { length } = this.#window;
    const { count, max } = this.#orders;
    return length < this.#windowMax || length < Math.min(count * IDS_PER_ORDER, max);
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
