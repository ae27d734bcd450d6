/**
 * The obvious order book: sorted arrays of prices, an array of orders at each. It is slow and says what is right; the
 * ladder must agree with it.
 */
import { Side } from '../protocol/commands.ts';
import { assert } from '../std/assert.ts';
import type { OrderStore } from '../store/orders.ts';
import { NONE } from '../store/records.ts';
import type { Books } from './book.ts';

interface Level {
  readonly priceTicks: number;
  readonly queue: number[];
}

/** Price-time priority in plain arrays, the best level first. */
export class ReferenceBooks implements Books {
  levelLots = 0;
  levelOrders = 0;
  readonly #orders: OrderStore;
  /** Of each book the levels of both sides, buys first. */
  readonly #books: [buys: Level[], sells: Level[]][] = [];

  constructor(orders: OrderStore) {
    this.#orders = orders;
  }

  create(): void {
    this.#books.push([[], []]);
  }

  add(book: number, slot: number): void {
    const side = this.#orders.side(slot);
    const price = this.#orders.price(slot);
    const levels = this.#levels(book, side);
    let place = levels.findIndex((level) => !isBetter(side, level.priceTicks, price));
    if (place < 0) place = levels.length;
    if (levels[place]?.priceTicks !== price) levels.splice(place, 0, { priceTicks: price, queue: [] });
    levels[place]!.queue.push(slot);
    this.#report(levels[place]!);
  }

  remove(book: number, slot: number): void {
    const level = this.#levelOf(book, slot);
    level.queue.splice(level.queue.indexOf(slot), 1);
    this.#report(level);
    const levels = this.#levels(book, this.#orders.side(slot));
    if (level.queue.length === 0) levels.splice(levels.indexOf(level), 1);
  }

  reduce(book: number, slot: number, lots: number): void {
    this.#orders.setRemaining(slot, this.#orders.remaining(slot) - lots);
    this.#report(this.#levelOf(book, slot));
  }

  best(book: number, side: number): number {
    return this.#levels(book, side)[0]?.queue[0] ?? NONE;
  }

  after(book: number, slot: number): number {
    const level = this.#levelOf(book, slot);
    const levels = this.#levels(book, this.#orders.side(slot));
    const next = level.queue[level.queue.indexOf(slot) + 1];
    return next ?? levels[levels.indexOf(level) + 1]?.queue[0] ?? NONE;
  }

  bestPrice(book: number, side: number): number {
    return this.#levels(book, side)[0]?.priceTicks ?? 0;
  }

  worsePrice(book: number, side: number, priceTicks: number): number {
    const worse = this.#levels(book, side).find((level) => isBetter(side, priceTicks, level.priceTicks));
    return worse?.priceTicks ?? 0;
  }

  lotsAt(book: number, side: number, priceTicks: number): number {
    return this.#lots(this.#at(book, side, priceTicks)?.queue ?? []);
  }

  sideLots(book: number, side: number): number {
    return this.#levels(book, side).reduce((sum, { queue }) => sum + this.#lots(queue), 0);
  }

  ordersAt(book: number, side: number, priceTicks: number): number {
    return this.#at(book, side, priceTicks)?.queue.length ?? 0;
  }

  invariants(book: number): void {
    for (const side of [Side.buy, Side.sell]) {
      let before = 0;
      for (const level of this.#levels(book, side)) {
        assert(
          before === 0 || isBetter(side, before, level.priceTicks),
          () => `levels are in order: ${level.priceTicks} after ${before}`,
        );
        assert(level.queue.length > 0, () => `no level is empty: ${level.priceTicks}`);
        before = level.priceTicks;
      }
    }
  }

  #levels(book: number, side: number): Level[] {
    return this.#books[book]![side - 1]!;
  }

  #at(book: number, side: number, priceTicks: number): Level | undefined {
    return this.#levels(book, side).find((level) => level.priceTicks === priceTicks);
  }

  #levelOf(book: number, slot: number): Level {
    const level = this.#at(book, this.#orders.side(slot), this.#orders.price(slot));
    assert(level?.queue.includes(slot) === true, () => `order ${slot} is in the book ${book}`);
    return level;
  }

  #lots(queue: readonly number[]): number {
    return queue.reduce((sum, slot) => sum + this.#orders.remaining(slot), 0);
  }

  #report(level: Level): void {
    this.levelLots = this.#lots(level.queue);
    this.levelOrders = level.queue.length;
  }
}

function isBetter(side: number, price: number, than: number): boolean {
  return side === Side.buy ? price > than : price < than;
}
