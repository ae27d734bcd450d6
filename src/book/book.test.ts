/** One suite for both order books, and a random comparison of the two. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderType, placeOrder, SelfMatch, Side, TimeInForce } from '../protocol/commands.ts';
import { OrderStatus } from '../protocol/events.ts';
import { priceTicksMax } from '../protocol/limits.ts';
import { Random } from '../std/random.ts';
import { OrderStore } from '../store/orders.ts';
import { NONE } from '../store/records.ts';
import type { Books } from './book.ts';
import { LadderBooks } from './ladder.ts';
import { ReferenceBooks } from './reference.ts';

/** The book of most tests, and one more. */
const first = 0;
const second = 1;

const command = new DataView(new ArrayBuffer(placeOrder.size));
const header = { sessionId: 1, commandNumber: 1, accountId: 1, deadlineMs: 0 };
const kind = {
  orderType: OrderType.limit,
  timeInForce: TimeInForce.goodTillCancel,
  selfMatch: SelfMatch.allow,
};
const order = { ...header, ...kind, instrumentId: 1, clientOrderId: '' };

/** A store with two books. */
class Shelf {
  readonly orders = new OrderStore(2, 1 << 20);
  readonly books: Books;

  constructor(kind: 'ladder' | 'reference') {
    this.books = kind === 'ladder' ? new LadderBooks(this.orders, 4) : new ReferenceBooks(this.orders);
    this.books.create();
    this.books.create();
  }

  add(side: number, price: number, lots: number, book = first): number {
    const slot = this.orders.allocate();
    this.orders.clearLinks(slot);
    placeOrder.write(command, 0, { ...order, side, priceTicks: price, quantityLots: lots });
    this.orders.takePlaced(slot, command, 0, OrderStatus.open);
    this.books.add(book, slot);
    return slot;
  }

  remove(slot: number, book = first): void {
    this.books.remove(book, slot);
    this.orders.release(slot);
  }
}

/** The orders of a side in priority order. */
function queue(books: Books, side: number, book = first): number[] {
  const slots: number[] = [];
  for (let slot = books.best(book, side); slot !== NONE; slot = books.after(book, slot)) slots.push(slot);
  return slots;
}

/** The levels of a side from the best to the worst: price, lots, orders. */
function levels(books: Books, side: number): number[][] {
  const found: number[][] = [];
  for (let price = books.bestPrice(first, side); price !== 0; price = books.worsePrice(first, side, price)) {
    found.push([price, books.lotsAt(first, side, price), books.ordersAt(first, side, price)]);
  }
  return found;
}

for (const kind of ['ladder', 'reference'] as const) {
  test(`${kind}: an empty book has no best order, price or level`, () => {
    const { books } = new Shelf(kind);
    for (const side of [Side.buy, Side.sell]) {
      assert.equal(books.best(first, side), NONE);
      assert.equal(books.bestPrice(first, side), 0);
      assert.equal(books.lotsAt(first, side, 100), 0);
      assert.equal(books.ordersAt(first, side, 100), 0);
      assert.equal(books.sideLots(first, side), 0);
    }
    books.invariants(first);
  });

  test(`${kind}: price comes before time, on each side in its own direction`, () => {
    const shelf = new Shelf(kind);
    const b1 = shelf.add(Side.buy, 100, 1);
    const b2 = shelf.add(Side.buy, 101, 2);
    const b3 = shelf.add(Side.buy, 100, 3);
    const s1 = shelf.add(Side.sell, 103, 4);
    const s2 = shelf.add(Side.sell, 102, 5);
    const s3 = shelf.add(Side.sell, 103, 6);
    assert.deepEqual(queue(shelf.books, Side.buy), [b2, b1, b3]);
    assert.deepEqual(queue(shelf.books, Side.sell), [s2, s1, s3]);
    assert.deepEqual(levels(shelf.books, Side.buy), [
      [101, 2, 1],
      [100, 4, 2],
    ]);
    assert.deepEqual(levels(shelf.books, Side.sell), [
      [102, 5, 1],
      [103, 10, 2],
    ]);
    shelf.books.invariants(first);
  });

  test(`${kind}: a reduced order keeps its place, and each change reports its level`, () => {
    const shelf = new Shelf(kind);
    const one = shelf.add(Side.sell, 50, 10);
    const other = shelf.add(Side.sell, 50, 7);
    assert.deepEqual([shelf.books.levelLots, shelf.books.levelOrders], [17, 2]);
    shelf.books.reduce(first, one, 4);
    assert.deepEqual([shelf.books.levelLots, shelf.books.levelOrders], [13, 2]);
    assert.deepEqual(queue(shelf.books, Side.sell), [one, other]);
    shelf.books.reduce(first, one, 6);
    shelf.remove(one);
    assert.deepEqual([shelf.books.levelLots, shelf.books.levelOrders], [7, 1]);
    shelf.remove(other);
    assert.deepEqual([shelf.books.levelLots, shelf.books.levelOrders], [0, 0]);
    assert.equal(shelf.books.best(first, Side.sell), NONE);
    shelf.books.invariants(first);
  });

  test(`${kind}: the lots of a side are those of all its levels`, () => {
    const shelf = new Shelf(kind);
    shelf.add(Side.sell, 10, 5);
    shelf.add(Side.sell, 11, 6);
    shelf.add(Side.sell, 13, 7);
    shelf.add(Side.buy, 8, 3);
    shelf.add(Side.buy, 7, 4);
    assert.equal(shelf.books.sideLots(first, Side.sell), 18);
    assert.equal(shelf.books.sideLots(first, Side.buy), 7);
    assert.equal(shelf.books.sideLots(second, Side.sell), 0);
  });

  test(`${kind}: the lowest and the highest legal price stand in one book`, () => {
    const shelf = new Shelf(kind);
    for (const price of [1, priceTicksMax, 2 ** 30, 2, priceTicksMax - 1]) shelf.add(Side.sell, price, 1);
    const prices = levels(shelf.books, Side.sell).map(([price]) => price);
    assert.deepEqual(prices, [1, 2, 2 ** 30, priceTicksMax - 1, priceTicksMax]);
    shelf.books.invariants(first);
  });

  test(`${kind}: books that share storage do not see each other's orders`, () => {
    const shelf = new Shelf(kind);
    const mine = shelf.add(Side.buy, 100, 1);
    const theirs = shelf.add(Side.buy, 100, 2, second);
    shelf.remove(mine);
    assert.deepEqual(queue(shelf.books, Side.buy), []);
    assert.deepEqual(queue(shelf.books, Side.buy, second), [theirs]);
    shelf.books.invariants(second);
  });

  test(`${kind}: taking out an order that is not in the book is a defect`, () => {
    const shelf = new Shelf(kind);
    const slot = shelf.add(Side.buy, 100, 1);
    shelf.books.remove(first, slot);
    assert.throws(() => shelf.books.remove(first, slot), /is in the book/);
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
          ladder.books.reduce(first, slot, 1);
          reference.books.reduce(first, slot, 1);
          lots.set(slot, left - 1);
        }
      }
      assert.equal(ladder.books.levelLots, reference.books.levelLots);
      assert.equal(ladder.books.levelOrders, reference.books.levelOrders);
      for (const side of [Side.buy, Side.sell]) {
        assert.equal(ladder.books.best(first, side), reference.books.best(first, side));
        assert.equal(ladder.books.bestPrice(first, side), reference.books.bestPrice(first, side));
        assert.equal(ladder.books.sideLots(first, side), reference.books.sideLots(first, side));
      }
      if (step % 50 === 0) {
        ladder.books.invariants(first);
        for (const side of [Side.buy, Side.sell]) {
          assert.deepEqual(queue(ladder.books, side), queue(reference.books, side));
          assert.deepEqual(levels(ladder.books, side), levels(reference.books, side));
        }
      }
    }
  });
}
