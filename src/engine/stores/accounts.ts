/** The accounts: their limits, and the list of each one's open orders in ascending order id. */

import * as protocolLimits from '../../protocol/limits.ts';
import type { OrderStore } from '../../store/orders.ts';
import { wordsOf } from '../../store/record-fields.ts';
import * as records from '../../store/records.ts';
import { Registry } from './registry.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { openOrdersPerAccountMax, openOrdersPerAccountStandard, quantityLotsMax, symbolBytes, tiersMax } =
  protocolLimits;

/**
 * The record of an account. Limits are as its owner was given them: 0 is the protocol's. Behind its tier: the second
 * and the day of its last order that was counted, and how many were counted in each.
 */
const account = wordsOf(14, {
  id: 1,
  openMax: 1,
  lotsMax: 2,
  band: 1,
  name: symbolBytes / 4,
  tier: 1,
  second: 1,
  inSecond: 1,
  day: 1,
  inDay: 1,
});
const ACCOUNT_WORDS = account.words;
const ACCOUNT_NUMBERS = ACCOUNT_WORDS / 2;
const OPEN_MAX = account.at.openMax;
const LOTS_MAX = account.at.lotsMax / 2;
const BAND = account.at.band;
const NAME = account.at.name;
const TIER = account.at.tier;
const SECOND = account.at.second;
const IN_SECOND = account.at.inSecond;
const DAY = account.at.day;
const IN_DAY = account.at.inDay;

const LIST_WORDS = 4;
const FIRST_ORDER = 0;
const LAST_ORDER = 1;
const OPEN_COUNT = 2;
const FIRST_POSITION = 3;

/** All accounts, by slot. A limit of 0 is the protocol's for accounts that have none of their own. */
export class Accounts extends Registry {
  #lists = new Int32Array(0);

  constructor(max: number) {
    super(ACCOUNT_WORDS, 16, max);
  }

  override create(id: number): number {
    const slot = super.create(id);
    if (slot !== NONE) this.#makeList(slot);
    return slot;
  }

  override rebuild(): boolean {
    this.#lists = new Int32Array(0);
    for (let slot = 0; slot < this.used; slot++) {
      if (this.tier(slot) >= tiersMax) return false;
      this.#makeList(slot);
    }
    return super.rebuild();
  }

  orderLotsMax(slot: number): number {
    return this.f64[slot * ACCOUNT_NUMBERS + LOTS_MAX]! || quantityLotsMax;
  }

  openOrdersMax(slot: number): number {
    const own = this.u32[slot * ACCOUNT_WORDS + OPEN_MAX]!;
    if (own === 0) return openOrdersPerAccountStandard;
    return own < openOrdersPerAccountMax ? own : openOrdersPerAccountMax;
  }

  bandBasisPoints(slot: number): number {
    return this.u32[slot * ACCOUNT_WORDS + BAND]!;
  }

  /** The largest order that the account was given, in lots; 0 is the protocol's. */
  givenOrderLotsMax(slot: number): number {
    return this.f64[slot * ACCOUNT_NUMBERS + LOTS_MAX]!;
  }

  /** The most open orders that the account was given; 0 is the protocol's. */
  givenOpenOrdersMax(slot: number): number {
    return this.u32[slot * ACCOUNT_WORDS + OPEN_MAX]!;
  }

  /** Gives the account its limits. */
  limit(slot: number, orderLotsMax: number, openOrdersMax: number, bandBasisPoints: number): void {
    this.f64[slot * ACCOUNT_NUMBERS + LOTS_MAX] = orderLotsMax;
    this.u32[slot * ACCOUNT_WORDS + OPEN_MAX] = openOrdersMax;
    this.u32[slot * ACCOUNT_WORDS + BAND] = bandBasisPoints;
  }

  tier(slot: number): number {
    return this.u32[slot * ACCOUNT_WORDS + TIER]!;
  }

  setTier(slot: number, tier: number): void {
    this.u32[slot * ACCOUNT_WORDS + TIER] = tier;
  }

  /** Orders that were counted in a second, the number of which is given. */
  ordersInSecond(slot: number, second: number): number {
    const at = slot * ACCOUNT_WORDS;
    return this.i32[at + SECOND] === second ? this.u32[at + IN_SECOND]! : 0;
  }

  /** Orders that were counted in a day, the number of which is given. */
  ordersInDay(slot: number, day: number): number {
    const at = slot * ACCOUNT_WORDS;
    return this.i32[at + DAY] === day ? this.u32[at + IN_DAY]! : 0;
  }

  /** Counts an order. @hot */
  countOrder(slot: number, second: number, day: number): void {
    const inSecond = this.ordersInSecond(slot, second);
    const inDay = this.ordersInDay(slot, day);
    const at = slot * ACCOUNT_WORDS;
    this.i32[at + SECOND] = second;
    this.u32[at + IN_SECOND] = inSecond + 1;
    this.i32[at + DAY] = day;
    this.u32[at + IN_DAY] = inDay + 1;
  }

  /** Gives the account the name at `at`. */
  name(slot: number, view: DataView, at: number): void {
    this.takeText(slot, NAME, view, at);
  }

  /** Whether it has the name at `at`. */
  isNamed(slot: number, view: DataView, at: number): boolean {
    return this.hasText(slot, NAME, view, at);
  }

  /** Where the words of the name begin in `i32`. */
  nameAt(slot: number): number {
    return slot * ACCOUNT_WORDS + NAME;
  }

  openOrders(slot: number): number {
    return this.#lists[slot * LIST_WORDS + OPEN_COUNT]!;
  }

  firstOrder(slot: number): number {
    return this.#lists[slot * LIST_WORDS + FIRST_ORDER]!;
  }

  /** The youngest open order, or NONE. */
  lastOrder(slot: number): number {
    return this.#lists[slot * LIST_WORDS + LAST_ORDER]!;
  }

  firstPosition(slot: number): number {
    return this.#lists[slot * LIST_WORDS + FIRST_POSITION]!;
  }

  setFirstPosition(slot: number, position: number): void {
    this.#lists[slot * LIST_WORDS + FIRST_POSITION] = position;
  }

  /** Lists an order whose id is above those of the account's other open orders. @hot */
  link(account: number, orders: OrderStore, order: number): void {
    const at = account * LIST_WORDS;
    const last = this.#lists[at + LAST_ORDER]!;
    orders.joinAccount(order, last);
    if (last === NONE) this.#lists[at + FIRST_ORDER] = order;
    this.#lists[at + LAST_ORDER] = order;
    this.#lists[at + OPEN_COUNT]!++;
  }

  /** @hot */
  unlink(account: number, orders: OrderStore, order: number): void {
    const at = account * LIST_WORDS;
    const next = orders.accountNext(order);
    const previous = orders.accountPrevious(order);
    if (previous === NONE) this.#lists[at + FIRST_ORDER] = next;
    if (next === NONE) this.#lists[at + LAST_ORDER] = previous;
    orders.leaveAccount(order);
    this.#lists[at + OPEN_COUNT]!--;
  }

  #makeList(slot: number): void {
    const at = slot * LIST_WORDS;
    if (at + LIST_WORDS > this.#lists.length) {
      const grown = new Int32Array(this.capacity * LIST_WORDS);
      grown.set(this.#lists);
      this.#lists = grown;
    }
    this.#lists[at + FIRST_ORDER] = NONE;
    this.#lists[at + LAST_ORDER] = NONE;
    this.#lists[at + OPEN_COUNT] = 0;
    this.#lists[at + FIRST_POSITION] = NONE;
  }
}
