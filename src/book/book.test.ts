/** One suite for both order books, and a random comparison of the two. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Side } from '../protocol/commands.ts';
import { priceTicksMax } from '../protocol/limits.ts';
import { Random } from '../std/random.ts';
import type { Book } from './book.ts';
import { LadderBook, LadderPool } from './ladder.ts';
import { ORDER_NUMBERS, ORDER_WORDS, OrderStore, PRICE, REMAINING, STATUS_SHIFT, TRAITS } from './orders.ts';
import { NONE } from './records.ts';
import { ReferenceBook } from './reference.ts';

const OPEN = 1;

/** A store with one book, or several that share a pool. */
class Shelf {
  readonly orders = new OrderStore(2, 1 << 20);
  readonly makeBook: () => Book;
  readonly book: Book;

  constructor(kind: 'ladder' | 'reference') {
    const pool = new LadderPool(this.orders);
    this.makeBook = () => (kind === 'ladder' ? new LadderBook(pool) : new ReferenceBook(this.orders));
    this.book = this.makeBook();
  }

  add(side: number, price: number, lots: number, book = this.book): number {
    const slot = this.orders.allocate();
    this.orders.u32[slot * ORDER_WORDS + PRICE] = price;
    this.orders.u32[slot * ORDER_WORDS + TRAITS] = side | (OPEN << STATUS_SHIFT);
    this.orders.f64[slot * ORDER_NUMBERS + REMAINING] = lots;
    book.add(slot);
    return slot;
  }

  remove(slot: number, book = this.book): void {
    book.remove(slot);
    this.orders.release(slot);
  }
}

/** The orders of a side in priority order. */
function queue(book: Book, side: number): number[] {
  const slots: number[] = [];
  for (let slot = book.best(side); slot !== NONE; slot = book.after(slot)) slots.push(slot);
  return slots;
}

/** The levels of a side from the best to the worst: price, lots, orders. */
function levels(book: Book, side: number): number[][] {
  const found: number[][] = [];
  for (let price = book.bestPrice(side); price !== 0; price = book.worsePrice(side, price)) {
    found.push([price, book.lotsAt(side, price), book.ordersAt(side, price)]);
  }
  return found;
}

for (const kind of ['ladder', 'reference'] as const) {
  test(`${kind}: an empty book has no best order, price or level`, () => {
    const { book } = new Shelf(kind);
    for (const side of [Side.buy, Side.sell]) {
      assert.equal(book.best(side), NONE);
      assert.equal(book.bestPrice(side), 0);
      assert.equal(book.lotsAt(side, 100), 0);
      assert.equal(book.ordersAt(side, 100), 0);
      assert.equal(book.lotsWithin(side, 0, 1), 0);
    }
    book.invariants();
  });

  test(`${kind}: price comes before time, on each side in its own direction`, () => {
    const shelf = new Shelf(kind);
    const b1 = shelf.add(Side.buy, 100, 1);
    const b2 = shelf.add(Side.buy, 101, 2);
    const b3 = shelf.add(Side.buy, 100, 3);
    const s1 = shelf.add(Side.sell, 103, 4);
    const s2 = shelf.add(Side.sell, 102, 5);
    const s3 = shelf.add(Side.sell, 103, 6);
    assert.deepEqual(queue(shelf.book, Side.buy), [b2, b1, b3]);
    assert.deepEqual(queue(shelf.book, Side.sell), [s2, s1, s3]);
    assert.deepEqual(levels(shelf.book, Side.buy), [
      [101, 2, 1],
      [100, 4, 2],
    ]);
    assert.deepEqual(levels(shelf.book, Side.sell), [
      [102, 5, 1],
      [103, 10, 2],
    ]);
    shelf.book.invariants();
  });

  test(`${kind}: a reduced order keeps its place, and each change reports its level`, () => {
    const shelf = new Shelf(kind);
    const first = shelf.add(Side.sell, 50, 10);
    const second = shelf.add(Side.sell, 50, 7);
    assert.deepEqual([shelf.book.levelLots, shelf.book.levelOrders], [17, 2]);
    shelf.book.reduce(first, 4);
    assert.deepEqual([shelf.book.levelLots, shelf.book.levelOrders], [13, 2]);
    assert.deepEqual(queue(shelf.book, Side.sell), [first, second]);
    shelf.book.reduce(first, 6);
    shelf.remove(first);
    assert.deepEqual([shelf.book.levelLots, shelf.book.levelOrders], [7, 1]);
    shelf.remove(second);
    assert.deepEqual([shelf.book.levelLots, shelf.book.levelOrders], [0, 0]);
    assert.equal(shelf.book.best(Side.sell), NONE);
    shelf.book.invariants();
  });

  test(`${kind}: lots within a limit are counted by levels until there are enough`, () => {
    const shelf = new Shelf(kind);
    shelf.add(Side.sell, 10, 5);
    shelf.add(Side.sell, 11, 6);
    shelf.add(Side.sell, 13, 7);
    shelf.add(Side.buy, 8, 3);
    shelf.add(Side.buy, 7, 4);
    assert.equal(shelf.book.lotsWithin(Side.sell, 12, 100), 11);
    assert.equal(shelf.book.lotsWithin(Side.sell, 0, 100), 18);
    assert.equal(shelf.book.lotsWithin(Side.sell, 0, 5), 5);
    assert.equal(shelf.book.lotsWithin(Side.sell, 9, 1), 0);
    assert.equal(shelf.book.lotsWithin(Side.buy, 8, 100), 3);
    assert.equal(shelf.book.lotsWithin(Side.buy, 1, 100), 7);
  });

  test(`${kind}: the lowest and the highest legal price stand in one book`, () => {
    const shelf = new Shelf(kind);
    for (const price of [1, priceTicksMax, 2 ** 30, 2, priceTicksMax - 1]) shelf.add(Side.sell, price, 1);
    const prices = levels(shelf.book, Side.sell).map(([price]) => price);
    assert.deepEqual(prices, [1, 2, 2 ** 30, priceTicksMax - 1, priceTicksMax]);
    shelf.book.invariants();
  });

  test(`${kind}: books that share storage do not see each other's orders`, () => {
    const shelf = new Shelf(kind);
    const other = shelf.makeBook();
    const mine = shelf.add(Side.buy, 100, 1);
    const theirs = shelf.add(Side.buy, 100, 2, other);
    shelf.remove(mine);
    assert.deepEqual(queue(shelf.book, Side.buy), []);
    assert.deepEqual(queue(other, Side.buy), [theirs]);
    other.invariants();
  });

  test(`${kind}: taking out an order that does not stand in the book is a defect`, () => {
    const shelf = new Shelf(kind);
    const slot = shelf.add(Side.buy, 100, 1);
    shelf.book.remove(slot);
    assert.throws(() => shelf.book.remove(slot), /stands in the book/);
  });
}

for (const spread of [8, 300, priceTicksMax]) {
  test(`ladder and reference agree over random changes within ${spread} prices`, () => {
    const random = new Random(spread);
    const ladder = new Shelf('ladder');
    const reference = new Shelf('reference');
    const open: number[] = [];
    const lots = new Map<number, number>();
    for (let step = 0; step < 6000; step++) {
      const draw = random.below(10);
      // The book grows and shrinks in turns, so that it is empty, small and large.
      const grows = Math.floor(step / 700) % 2 === 0 ? 6 : 3;
      if (draw < grows || open.length === 0) {
        const [side, price, quantity] = [1 + random.below(2), 1 + random.below(spread), 2 + random.below(50)];
        const slot = ladder.add(side, price, quantity);
        assert.equal(reference.add(side, price, quantity), slot);
        open.push(slot);
        lots.set(slot, quantity);
      } else if (draw < 9) {
        const [slot] = open.splice(random.below(open.length), 1) as [number];
        ladder.remove(slot);
        reference.remove(slot);
      } else {
        const slot = random.pick(open);
        const left = lots.get(slot)!;
        if (left > 1) {
          ladder.book.reduce(slot, 1);
          reference.book.reduce(slot, 1);
          lots.set(slot, left - 1);
        }
      }
      assert.equal(ladder.book.levelLots, reference.book.levelLots);
      assert.equal(ladder.book.levelOrders, reference.book.levelOrders);
      for (const side of [Side.buy, Side.sell]) {
        assert.equal(ladder.book.best(side), reference.book.best(side));
        assert.equal(ladder.book.bestPrice(side), reference.book.bestPrice(side));
      }
      if (step % 50 === 0) {
        ladder.book.invariants();
        for (const side of [Side.buy, Side.sell]) {
          assert.deepEqual(queue(ladder.book, side), queue(reference.book, side));
          assert.deepEqual(levels(ladder.book, side), levels(reference.book, side));
        }
      }
    }
  });
}
