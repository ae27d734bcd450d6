/**
 * What order books do: each keeps one instrument's open orders in price-time priority. They know nothing of accounts,
 * events or matching rules, and each order in them has at least one lot remaining.
 */

/**
 * The books of one engine over the orders of an OrderStore. A book is named by a number (0, 1, 2 …), an order by its
 * slot; `side` is a Side.
 */
export interface Books {
  /** Lots of the level that the last `add`, `remove` or `reduce` changed, as they are after it. */
  readonly levelLots: number;
  /** Orders of that level; 0 says that it is gone. */
  readonly levelOrders: number;

  /** Makes the next book, which is empty. */
  create(): void;

  /** Puts an order at the back of the queue of its side and price. */
  add(book: number, slot: number): void;
  /** Takes an order out. What it has left may be 0 by now. */
  remove(book: number, slot: number): void;
  /** Takes `lots` off what an order has remaining; it keeps its place, even with nothing left until `remove`. */
  reduce(book: number, slot: number, lots: number): void;

  /** The order that trades first on this side, or NONE. */
  best(book: number, side: number): number;
  /** The order that trades after this one on its side, or NONE. */
  after(book: number, slot: number): number;
  /** The best price of a side in ticks, 0 if it is empty. */
  bestPrice(book: number, side: number): number;
  /** The next price with orders that is worse than `priceTicks`, which has orders too; 0 if it is the worst. */
  worsePrice(book: number, side: number, priceTicks: number): number;
  /** Lots at a price, 0 if it has no orders. */
  lotsAt(book: number, side: number, priceTicks: number): number;
  /** Lots of a side, all prices together. */
  sideLots(book: number, side: number): number;
  /** Orders at a price. */
  ordersAt(book: number, side: number, priceTicks: number): number;

  /** Asserts that a book's structure is whole and that both sides are in order. Slow. */
  invariants(book: number): void;
}
