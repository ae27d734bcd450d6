/** The accounts: their limits, and the list of each one's open orders in ascending order id. */

import * as orderFields from '../book/order-fields.ts';
import type { OrderStore } from '../book/orders.ts';
import * as records from '../book/records.ts';
import * as protocolLimits from '../protocol/limits.ts';
import * as accountFields from './account-fields.ts';
import { Registry } from './registry.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { ACCOUNT_NEXT, ACCOUNT_PREVIOUS, LINK_WORDS } = orderFields;
const { NONE } = records;
const { ACCOUNT_BAND, ACCOUNT_LOTS_MAX, ACCOUNT_OPEN_MAX, ACCOUNT_WORDS } = accountFields;
const { openOrdersPerAccountMax, openOrdersPerAccountStandard, quantityLotsMax } = protocolLimits;

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
    for (let slot = 0; slot < this.used; slot++) this.#makeList(slot);
    return super.rebuild();
  }

  orderLotsMax(slot: number): number {
    return this.f64[(slot * ACCOUNT_WORDS) / 2 + ACCOUNT_LOTS_MAX]! || quantityLotsMax;
  }

  openOrdersMax(slot: number): number {
    const own = this.u32[slot * ACCOUNT_WORDS + ACCOUNT_OPEN_MAX]!;
    if (own === 0) return openOrdersPerAccountStandard;
    return own < openOrdersPerAccountMax ? own : openOrdersPerAccountMax;
  }

  bandBasisPoints(slot: number): number {
    return this.u32[slot * ACCOUNT_WORDS + ACCOUNT_BAND]!;
  }

  openOrders(slot: number): number {
    return this.#lists[slot * LIST_WORDS + OPEN_COUNT]!;
  }

  firstOrder(slot: number): number {
    return this.#lists[slot * LIST_WORDS + FIRST_ORDER]!;
  }

  firstPosition(slot: number): number {
    return this.#lists[slot * LIST_WORDS + FIRST_POSITION]!;
  }

  setFirstPosition(slot: number, position: number): void {
    this.#lists[slot * LIST_WORDS + FIRST_POSITION] = position;
  }

  /** Lists an order whose id is above those of the account's other open orders. hot path */
  link(account: number, orders: OrderStore, order: number): void {
    const at = account * LIST_WORDS;
    const last = this.#lists[at + LAST_ORDER]!;
    const { links } = orders;
    links[order * LINK_WORDS + ACCOUNT_PREVIOUS] = last;
    links[order * LINK_WORDS + ACCOUNT_NEXT] = NONE;
    if (last === NONE) this.#lists[at + FIRST_ORDER] = order;
    else links[last * LINK_WORDS + ACCOUNT_NEXT] = order;
    this.#lists[at + LAST_ORDER] = order;
    this.#lists[at + OPEN_COUNT]!++;
  }

  /** hot path */
  unlink(account: number, orders: OrderStore, order: number): void {
    const at = account * LIST_WORDS;
    const { links } = orders;
    const next = links[order * LINK_WORDS + ACCOUNT_NEXT]!;
    const previous = links[order * LINK_WORDS + ACCOUNT_PREVIOUS]!;
    if (previous === NONE) this.#lists[at + FIRST_ORDER] = next;
    else links[previous * LINK_WORDS + ACCOUNT_NEXT] = next;
    if (next === NONE) this.#lists[at + LAST_ORDER] = previous;
    else links[next * LINK_WORDS + ACCOUNT_PREVIOUS] = previous;
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
