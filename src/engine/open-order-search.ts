/**
 * Where the open orders of an account begin that come after an order id. Orders close between the pages of a list, so
 * the id that a reader goes on behind may be of no open order: the search then reads a bounded number of orders and
 * ids, however many are open, and says how far it has come.
 */

import { NONE } from '../store/records.ts';
import type { State } from './state.ts';

/** Most orders that one question reads, beside the rows that it writes. */
export const looksMax = 2_048;
/** Most ids that one search passes; next to each other they cost much less than orders do. */
export const idsMax = 65_536;

/** A share of the looks for the list of the account, which is searched from both ends; ids have the rest. */
const LIST_LOOKS = looksMax / 2;

export class OpenOrderSearch {
  /** After a search that has found nothing: no open order of the account is between `afterOrderId` and this id. */
  lookedUntil = 0;
  readonly #state: State;

  constructor(state: State) {
    this.#state = state;
  }

  /** The account's first open order with an id above `afterOrderId`; NONE if there is none up to `lookedUntil`. */
  firstAfter(account: number, afterOrderId: number): number {
    const { accounts, orders, index } = this.#state;
    this.lookedUntil = Number.MAX_SAFE_INTEGER;
    const last = accounts.lastOrder(account);
    if (last === NONE || orders.orderId(last) <= afterOrderId) return NONE;
    const named = index.find(afterOrderId);
    if (named >= 0 && orders.account(named) === account) return orders.accountNext(named);
    const found = this.#inList(account, afterOrderId);
    return found === NONE ? this.#byIds(account, afterOrderId) : found;
  }

  /** From both ends of the account's list, the younger of which is above `afterOrderId`. */
  #inList(account: number, afterOrderId: number): number {
    const { accounts, orders } = this.#state;
    let older = accounts.firstOrder(account);
    let younger = accounts.lastOrder(account);
    for (let looks = 0; looks < LIST_LOOKS; looks += 2) {
      if (orders.orderId(older) > afterOrderId) return older;
      older = orders.accountNext(older);
      const before = orders.accountPrevious(younger);
      if (before === NONE || orders.orderId(before) <= afterOrderId) return younger;
      younger = before;
    }
    return NONE;
  }

  /** From id to id of all accounts. A later order of the account is open, so the ids do not end before it. */
  #byIds(account: number, afterOrderId: number): number {
    const { orders, index } = this.#state;
    const end = afterOrderId + 1 + idsMax;
    let orderId = afterOrderId + 1;
    for (let looks = LIST_LOOKS; looks < looksMax && orderId < end; looks++) {
      orderId = index.nextOpen(orderId, end);
      if (orderId === end) break;
      const found = index.find(orderId);
      if (orders.account(found) === account) return found;
      orderId++;
    }
    this.lookedUntil = orderId - 1;
    return NONE;
  }
}
