/**
 * Orders by order id. Ids are given out one after the other, so they are kept in pages of sixteen, each one cache line;
 * only pages are hashed. A page lives as long as one of its orders does: a lonely order costs one line, a dense run of
 * them four bytes each.
 */

import { assert } from '../../std/assert.ts';
import * as integers from '../../std/integers.ts';
import * as records from '../../store/records.ts';
import { mix, SlotMap } from './slot-map.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { WORD } = integers;

const PAGE_IDS = 16;
const START_PAGES = 64;

/** A map from order id (1, 2, 3 …) to slot. */
export class OrderIdPages {
  /** Order ids in the map. */
  count = 0;
  readonly #directory = new SlotMap(START_PAGES);
  /** The number of each page: order id / 16, rounded down. */
  #numbers = new Float64Array(START_PAGES);
  /** Orders in each page; in a free page the next free one. */
  #counts = new Int32Array(START_PAGES);
  /** Slot + 1 of each id, 0 where there is none. Any number but NONE serves as a slot. */
  #slots = new Int32Array(START_PAGES * PAGE_IDS);
  #used = 0;
  #freePage = NONE;
  /** The page that was found last: most ids of one moment are neighbours. */
  #lastPage = NONE;

  /** The slot of an order id, or NONE. @hot */
  find(orderId: number): number {
    const page = this.#findPage(Math.floor(orderId / PAGE_IDS));
    return page === NONE ? NONE : this.#slots[page * PAGE_IDS + (orderId & (PAGE_IDS - 1))]! - 1;
  }

  /** The first id from `orderId` on, and below `end`, whose slot is 0 or above; `end` if there is none. */
  nextOpen(orderId: number, end: number): number {
    let id = orderId;
    while (id < end) {
      const number = Math.floor(id / PAGE_IDS);
      const page = this.#findPage(number);
      const pageEnd = Math.min((number + 1) * PAGE_IDS, end);
      if (page === NONE) id = pageEnd;
      for (; id < pageEnd; id++) if (this.#slots[page * PAGE_IDS + (id & (PAGE_IDS - 1))]! > 0) return id;
    }
    return end;
  }

  /** Adds an order id that is not in the map. @hot */
  add(orderId: number, slot: number): void {
    const number = Math.floor(orderId / PAGE_IDS);
    let page = this.#findPage(number);
    if (page === NONE) page = this.#makePage(number);
    this.#slots[page * PAGE_IDS + (orderId & (PAGE_IDS - 1))] = slot + 1;
    this.#counts[page]!++;
    this.count += 1;
  }

  /** Gives another slot to an order id that is in the map. @hot */
  set(orderId: number, slot: number): void {
    const page = this.#findPage(Math.floor(orderId / PAGE_IDS));
    assert(page !== NONE, 'the order id is in the map');
    this.#slots[page * PAGE_IDS + (orderId & (PAGE_IDS - 1))] = slot + 1;
  }

  /** Removes an order id that is in the map. @hot */
  remove(orderId: number): void {
    const number = Math.floor(orderId / PAGE_IDS);
    const page = this.#findPage(number);
    assert(page !== NONE, 'the order id is in the map');
    this.#slots[page * PAGE_IDS + (orderId & (PAGE_IDS - 1))] = 0;
    this.count -= 1;
    if (--this.#counts[page]! > 0) return;
    this.#directory.remove(hashOf(number), page);
    this.#counts[page] = this.#freePage;
    this.#freePage = page;
    this.#lastPage = NONE;
  }

  #findPage(number: number): number {
    const last = this.#lastPage;
    if (last !== NONE && this.#numbers[last] === number) return last;
    const hash = hashOf(number);
    const directory = this.#directory;
    for (let place = directory.start(hash); ; place = directory.next(place)) {
      const page = directory.slotAt(place);
      if (page === NONE) return NONE;
      if (directory.hashAt(place) === hash && this.#numbers[page] === number) return (this.#lastPage = page);
    }
  }

  #makePage(number: number): number {
    let page = this.#freePage;
    if (page !== NONE) {
      this.#freePage = this.#counts[page]!;
    } else {
      page = this.#used++;
      if (page === this.#counts.length) this.#grow();
    }
    this.#numbers[page] = number;
    this.#counts[page] = 0;
    this.#directory.add(hashOf(number), page);
    this.#lastPage = page;
    return page;
  }

  #grow(): void {
    const pages = this.#counts.length * 2;
    const numbers = new Float64Array(pages);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
    const counts = new Int32Array(pages);
    counts.set(this.#counts);
    this.#counts = counts;
    const slots = new Int32Array(pages * PAGE_IDS);
    slots.set(this.#slots);
    this.#slots = slots;
  }
}

function hashOf(number: number): number {
  return mix((number >>> 0) ^ Math.floor(number / WORD));
}
