/**
 * What an order book does: it keeps one instrument's open orders in price-time priority. It knows nothing of accounts,
 * events or matching rules, and each order in it has at least one lot remaining.
 */

/** One instrument's two sides over the orders of an OrderStore. Orders are named by slot; `side` is a Side. */
export interface Book {
  /** Lots of the level that the last `add`, `remove` or `reduce` changed, as they are after it. */
  readonly levelLots: number;
  /** Orders of that level; 0 says that it is gone. */
  readonly levelOrders: number;

  /** Puts an order at the back of the queue of its side and price. */
  add(slot: number): void;
  /** Takes an order out. What it has left may be 0 by now. */
  remove(slot: number): void;
  /** Takes `lots` off what an order has remaining; it keeps its place, even with nothing left until `remove`. */
  reduce(slot: number, lots: number): void;

  /** The order that trades first on this side, or NONE. */
  best(side: number): number;
  /** The order that trades after this one on its side, or NONE. */
  after(slot: number): number;
  /** The best price of a side in ticks, 0 if it is empty. */
  bestPrice(side: number): number;
  /** The next price that is worse than `priceTicks`, a price at which orders stand; 0 if it is the worst. */
  worsePrice(side: number, priceTicks: number): number;
  /** Lots at a price, 0 if nothing stands there. */
  lotsAt(side: number, priceTicks: number): number;
  /** Orders at a price. */
  ordersAt(side: number, priceTicks: number): number;
  /**
   * Lots of this side that trade at `limitTicks` or better, counted by levels until there are `enough`.
   * `limitTicks` is 0 for any price.
   */
  lotsWithin(side: number, limitTicks: number, enough: number): number;

  /** Asserts that the structure is whole and that both sides are in order. Slow. */
  invariants(): void;
}

/** Makes the books of one engine, which may share storage. */
export type MakeBook = () => Book;
