/**
 * How orders are found and forgotten: by order id and by account and client order id, whether they are open or among
 * the closed ones that are remembered. Together with the stores it answers for the dedup of client order ids.
 */

import { assertEqual } from '../../std/assert.ts';
import * as clientWords from '../../store/client-words.ts';
import type { OrderRecords } from '../../store/order-record.ts';
import type { OrderStore } from '../../store/orders.ts';
import * as records from '../../store/records.ts';
import { ClosedOrders } from './closed-orders.ts';
import { OrderIds } from './order-ids.ts';
import type { Recent } from './recent.ts';
import * as recentIds from './recent-ids.ts';
import { mix, type SlotMap } from './slot-map.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { CLIENT_WORDS, hashOfClient, isSameClient, otherHashOfClient, takeClient } = clientWords;
const { NONE } = records;
const { FIRST_CODE } = recentIds;

/** One client order id of so many is looked for when its order is forgotten. */
const CHECKED_MASK = 1023;

/**
 * What is found under a client order id whose order is forgotten, and was placed lately: this or less. It is no order.
 */
export const FORGOTTEN = FIRST_CODE;

/**
 * A look-up finds the slot of an open order (0, 1, 2 …), NONE, or a number below NONE for a closed order. This turns
 * that number into the place of the order in ClosedOrders, and a place into that number.
 */
export function closedPlace(found: number): number {
  return NONE - 1 - found;
}

/** Finds orders. A client order id is read from its command. */
export class OrderIndex {
  readonly closed: ClosedOrders;
  readonly #orders: OrderStore;
  readonly #recent: Recent;
  readonly #byId: OrderIds;
  /** Finds client order ids whose orders are forgotten, too. */
  readonly #byClient: SlotMap;
  /** The client order id that is looked for. */
  readonly #wanted = new Int32Array(CLIENT_WORDS);

  /**
   * @param closedRoom closed orders for which there is room at the start, of `closedMax`
   * @param idsRoom order ids for which there is room at the start at least
   */
  constructor(orders: OrderStore, recent: Recent, closedRoom: number, closedMax: number, idsRoom: number) {
    this.#orders = orders;
    this.#recent = recent;
    this.closed = new ClosedOrders(closedRoom, closedMax);
    // Twice as wide as what is remembered, so that few orders but those that rest for long leave it.
    this.#byId = new OrderIds(this.closed, orders, Math.max(2 * closedRoom, idsRoom), 2 * closedMax);
    this.#byClient = recent.names.map;
  }

  /** Orders whose ids are older than those that are found at once. */
  get elderCount(): number {
    return this.#byId.elderCount;
  }

  /** Client order ids that are found. @hot */
  get namedCount(): number {
    return this.#byClient.count;
  }

  /** The order with an id, or NONE. @hot */
  find(orderId: number): number {
    return this.#byId.find(orderId);
  }

  /** The first id from `orderId` on, and below `end`, that is of an open order; `end` if there is none. */
  nextOpen(orderId: number, end: number): number {
    return this.#byId.nextOpen(orderId, end);
  }

  /**
   * Puts the slots of those of `count` order ids that are open one behind the other; returns how many they are. @hot
   */
  findOpen(orderIds: Float64Array, count: number, into: Int32Array): number {
    let end = 0;
    for (let n = 0; n < count; n++) {
      const slot = this.#byId.find(orderIds[n]!);
      into[end] = slot;
      end += ~slot >>> 31;
    }
    return end;
  }

  /** What is found under the account's client order id (not empty) at `at`: an order, NONE, or FORGOTTEN. @hot */
  findName(account: number, view: DataView, at: number): number {
    takeClient(this.#wanted, 0, view, at);
    return this.#find(account, this.#wanted, 0);
  }

  /** The account's order with the client order id (not empty) at `at`, or NONE. @hot */
  findClient(account: number, view: DataView, at: number): number {
    const found = this.findName(account, view, at);
    return found <= FORGOTTEN ? NONE : found;
  }

  /** What is found under the account and client order id (not empty) of an order. */
  findSameClient(store: OrderRecords, slot: number): number {
    return this.#find(store.account(slot), store.i32, store.clientAt(slot));
  }

  /** Reads where the client order id (not empty) of the command at `at` is looked for. @hot */
  readClientAhead(account: number, view: DataView, at: number): number {
    takeClient(this.#wanted, 0, view, at);
    const { names } = this.#recent;
    return this.#byClient.readAhead(names.keyOf(mix(hashOfClient(account, this.#wanted, 0))));
  }

  /** Reads the closed orders that give way to the next `count`, and where their client order ids are. @hot */
  readClosedAhead(count: number): number {
    const { closed } = this;
    if (!closed.isFull) return 0;
    const { oldest } = closed;
    const end = Math.min(oldest + count, closed.used);
    let read = 0;
    for (let place = oldest; place < end; place++) {
      if (closed.isNamed(place)) read ^= this.#byClient.readAhead(this.#keyOf(closed, place));
    }
    return read;
  }

  /** Makes a new open order findable. @hot */
  add(slot: number): void {
    const orders = this.#orders;
    this.#byId.add(orders.orderId(slot), slot);
    if (orders.isNamed(slot)) this.#byClient.add(this.#keyOf(orders, slot), slot);
  }

  /** Makes a closed order findable that was never open, or was copied in. @hot */
  addClosed(place: number): void {
    const { closed } = this;
    this.#byId.addClosed(closed.orderId(place), place);
    if (closed.isNamed(place)) this.#byClient.add(this.#keyOf(closed, place), closedPlace(place));
  }

  /** Moves an open order to the closed ones; the oldest of these is forgotten when there are too many. @hot */
  close(slot: number): void {
    const orders = this.#orders;
    const place = this.#take(slot);
    this.#byId.close(orders.orderId(slot), place);
    if (orders.isNamed(slot)) this.#byClient.replace(this.#keyOf(orders, slot), slot, closedPlace(place));
    orders.release(slot);
  }

  /** Moves an order that was never findable to the closed ones, where it is. @hot */
  closeNew(slot: number): void {
    this.addClosed(this.#take(slot));
    this.#orders.release(slot);
  }

  /** Returns the place that the order has among the closed ones. */
  #take(slot: number): number {
    if (this.closed.isFull) this.#forget(this.closed.oldest);
    return this.closed.take(this.#orders, slot);
  }

  /**
   * Of a forgotten id only two hashes are kept, which another id may have too: an order that has the very id comes
   * first, so that what is found does not depend on the inner order of the map.
   */
  #find(account: number, words: Int32Array, at: number): number {
    const { names } = this.#recent;
    const key = names.keyOf(mix(hashOfClient(account, words, at)));
    const map = this.#byClient;
    let missing: number = NONE;
    let alike = 0;
    for (let place = map.start(key); ; place = map.next(place)) {
      const found = map.slotAt(place);
      if (found === NONE) break;
      if (map.hashAt(place) !== key) continue;
      if (found <= FORGOTTEN) {
        if (names.is(found, account, mix(otherHashOfClient(words, at)))) missing = FORGOTTEN;
        if (names.isOf(found, account)) alike++;
        continue;
      }
      const store = found >= 0 ? this.#orders : this.closed;
      const slot = found >= 0 ? found : closedPlace(found);
      if (store.account(slot) !== account) continue;
      if (isSameClient(words, at, store.i32, store.clientAt(slot))) return found;
      alike++;
    }
    names.alike = alike;
    return missing;
  }

  /** Where the client order id of an order is in the map. @hot */
  #keyOf(store: OrderRecords, slot: number): number {
    return this.#recent.names.keyOf(hashOfOrder(store, slot));
  }

  #forget(place: number): void {
    const { closed } = this;
    this.#byId.forget(closed.orderId(place));
    if (!closed.isNamed(place)) return;
    const hash = hashOfOrder(closed, place);
    const high = mix(otherHashOfClient(closed.i32, closed.clientAt(place)));
    const code = this.#recent.keepName(closed.orderId(place), closed.account(place), hash, high);
    const key = this.#recent.names.keyOf(hash);
    if (code === NONE) this.#byClient.remove(key, closedPlace(place));
    else this.#byClient.replace(key, closedPlace(place), code);
    // At the first one, V8 sees what it would otherwise see first long after it compiled all, and compile all of it
    // again for.
    if (code !== NONE && (code & CHECKED_MASK) === 0)
      assertEqual(this.findSameClient(closed, place), FORGOTTEN, 'a client order id outlives its order');
  }
}

/** The hash of account and client order id of an order. @hot */
function hashOfOrder(store: OrderRecords, slot: number): number {
  return mix(hashOfClient(store.account(slot), store.i32, store.clientAt(slot)));
}
