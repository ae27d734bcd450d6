/**
 * The fast order books. Orders queue in price levels, and the levels of a side are found by a tree over their prices;
 * the book keeps its best level and its price. So most orders read one place of memory; another level is a few steps
 * away, and so is its neighbour. All books share flat arrays, so an idle instrument costs one cache line.
 */
import * as protocolCommands from '../protocol/commands.ts';
import { assert, assertEqual } from '../std/assert.ts';
import * as orderRecord from '../store/order-record.ts';
import type { OrderStore } from '../store/orders.ts';
import * as records from '../store/records.ts';
import { linesOfWords, longerLines, numbersOf } from '../store/records.ts';
import type { Books } from './book.ts';
import { PriceTrees } from './price-tree.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { Side } = protocolCommands;
const { NONE, orFirst } = records;
const { sideOf } = orderRecord;

// A level: 8 words, half a cache line, the last two of which are a 64-bit count of lots; two are spare.
const LEVEL_WORDS = 8;
const LEVEL_PRICE = 0;
/** The first order; in a free level the next free one. */
const HEAD = 1;
const TAIL = 2;
const COUNT = 3;
const LEVEL_NUMBERS = LEVEL_WORDS / 2;
const LOTS = 3;

// A book: one cache line, the last eight words of which are two 64-bit counts of lots and spare. The field of a side is
// the first one plus side - 1.
const BOOK_WORDS = 16;
/** Root of the tree of levels. */
const ROOT = 0;
/** The level that trades first, or NONE. */
const BEST = 2;
/** Its price, 0 where there is none. */
const BEST_PRICE = 4;
const BOOK_NUMBERS = BOOK_WORDS / 2;
const SIDE_LOTS = 4;

/** The books of one engine. */
export class LadderBooks implements Books {
  levelLots = 0;
  levelOrders = 0;
  readonly #orders: OrderStore;
  readonly #trees: PriceTrees;
  #levels: Int32Array<ArrayBuffer>;
  #lots: Float64Array<ArrayBuffer>;
  #levelsUsed = 0;
  #freeLevel = NONE;
  #books: Int32Array<ArrayBuffer> = linesOfWords(16 * BOOK_WORDS);
  #sums: Float64Array<ArrayBuffer> = numbersOf(this.#books);
  #count = 0;

  /** @param room levels for which there is memory at the start */
  constructor(orders: OrderStore, room: number) {
    this.#orders = orders;
    this.#levels = linesOfWords(room * LEVEL_WORDS);
    this.#lots = numbersOf(this.#levels);
    // There are always fewer forks than levels.
    this.#trees = new PriceTrees(room);
  }

  create(): void {
    const at = this.#count++ * BOOK_WORDS;
    if (at === this.#books.length) {
      this.#books = longerLines(this.#books, this.#books.length * 2);
      this.#sums = numbersOf(this.#books);
    }
    this.#books.fill(NONE, at + ROOT, at + BEST_PRICE);
  }

  /** @hot */
  add(book: number, slot: number): void {
    const orders = this.#orders;
    const price = orders.price(slot);
    const side = sideOf(orders.traits(slot));
    let level = this.#find(book, side, price);
    if (level === NONE) level = this.#make(book, side, price);
    const levels = this.#levels;
    const levelAt = level * LEVEL_WORDS;
    const tail = levels[levelAt + TAIL]!;
    orders.joinQueue(slot, tail, level);
    if (tail === NONE) levels[levelAt + HEAD] = slot;
    levels[levelAt + TAIL] = slot;
    const lots = orders.remaining(slot);
    this.levelOrders = ++levels[levelAt + COUNT]!;
    this.levelLots = this.#lots[level * LEVEL_NUMBERS + LOTS]! += lots;
    this.#sums[book * BOOK_NUMBERS + SIDE_LOTS - 1 + side]! += lots;
  }

  /** @hot */
  remove(book: number, slot: number): void {
    const orders = this.#orders;
    const level = orders.level(slot);
    assert(level !== NONE, 'the order is in the book');
    const side = sideOf(orders.traits(slot));
    const lots = orders.remaining(slot);
    const levels = this.#levels;
    const levelAt = level * LEVEL_WORDS;
    const next = orders.next(slot);
    const previous = orders.previous(slot);
    if (previous === NONE) levels[levelAt + HEAD] = next;
    if (next === NONE) levels[levelAt + TAIL] = previous;
    orders.leaveQueue(slot);
    this.levelOrders = --levels[levelAt + COUNT]!;
    this.levelLots = this.#lots[level * LEVEL_NUMBERS + LOTS]! -= lots;
    this.#sums[book * BOOK_NUMBERS + SIDE_LOTS - 1 + side]! -= lots;
    if (this.levelOrders === 0) this.#drop(book, side, level);
  }

  /** @hot */
  reduce(book: number, slot: number, lots: number): void {
    const orders = this.#orders;
    const side = sideOf(orders.traits(slot));
    const level = orders.level(slot);
    assert(level !== NONE, 'the order is in the book');
    orders.setRemaining(slot, orders.remaining(slot) - lots);
    this.levelOrders = this.#levels[level * LEVEL_WORDS + COUNT]!;
    this.levelLots = this.#lots[level * LEVEL_NUMBERS + LOTS]! -= lots;
    this.#sums[book * BOOK_NUMBERS + SIDE_LOTS - 1 + side]! -= lots;
  }

  /** @hot */
  best(book: number, side: number): number {
    const level = this.#bestLevel(book, side);
    return level === NONE ? NONE : this.#levels[level * LEVEL_WORDS + HEAD]!;
  }

  after(book: number, slot: number): number {
    const orders = this.#orders;
    const next = orders.next(slot);
    if (next !== NONE) return next;
    const level = this.#worse(book, orders.side(slot), orders.level(slot));
    return level === NONE ? NONE : this.#levels[level * LEVEL_WORDS + HEAD]!;
  }

  /** @hot */
  bestPrice(book: number, side: number): number {
    return this.#books[book * BOOK_WORDS + BEST_PRICE + side - 1]!;
  }

  worsePrice(book: number, side: number, priceTicks: number): number {
    const level = this.#find(book, side, priceTicks);
    assert(level !== NONE, () => `orders of side ${side} are at the price ${priceTicks}`);
    const worse = this.#worse(book, side, level);
    return worse === NONE ? 0 : this.#levels[worse * LEVEL_WORDS + LEVEL_PRICE]!;
  }

  lotsAt(book: number, side: number, priceTicks: number): number {
    const level = this.#find(book, side, priceTicks);
    return level === NONE ? 0 : this.#lots[level * LEVEL_NUMBERS + LOTS]!;
  }

  /** @hot */
  sideLots(book: number, side: number): number {
    return this.#sums[book * BOOK_NUMBERS + SIDE_LOTS - 1 + side]!;
  }

  ordersAt(book: number, side: number, priceTicks: number): number {
    const level = this.#find(book, side, priceTicks);
    return level === NONE ? 0 : this.#levels[level * LEVEL_WORDS + COUNT]!;
  }

  // For the look-ahead: reads `count` books, ways or levels side by side. The result means nothing; it is there so
  // that no compiler leaves the reading out.

  /** Where the ways to the levels of books and sides begin. @hot */
  roots(books: Int32Array, sides: Int32Array, count: number, into: Int32Array): void {
    const from = this.#books;
    for (let n = 0; n < count; n++) into[n] = from[books[n]! * BOOK_WORDS + ROOT - 1 + sides[n]!]!;
  }

  /** One step on the ways to the levels of prices. @hot */
  step(nodes: Int32Array, prices: Int32Array, count: number): void {
    this.#trees.step(nodes, prices, count);
  }

  /**
   * The first orders on the other side of books,
   * where their price is reached; NONE where it is not. @hot
   */
  reached(books: Int32Array, sides: Int32Array, prices: Int32Array, count: number, into: Int32Array): void {
    const levels = this.#levels;
    const from = this.#books;
    for (let n = 0; n < count; n++) {
      const side = sides[n]!;
      const at = books[n]! * BOOK_WORDS + Side.sell - side;
      // How much worse than the best price, turned round for a sale.
      const isSale = Side.buy - side;
      const worse = ((from[at + BEST_PRICE]! - prices[n]!) ^ isSale) - isSale;
      into[n] = from[at + BEST]! | ~((worse - 1) >> 31);
    }
    for (let n = 0; n < count; n++) {
      const level = into[n]!;
      into[n] = levels[orFirst(level) * LEVEL_WORDS + HEAD]! | (level >> 31);
    }
  }

  /** Reads levels. @hot */
  readLevels(levels: Int32Array, count: number): number {
    const from = this.#levels;
    let read = 0;
    for (let n = 0; n < count; n++) read += from[levels[n]! * LEVEL_WORDS]!;
    return read | 0;
  }

  /** Reads the last order in each level; a slot in the list may be no level. @hot */
  readTails(levels: Int32Array, count: number): number {
    const from = this.#levels;
    const orders = this.#orders;
    let read = 0;
    for (let n = 0; n < count; n++) {
      read += orders.readLinks(from[orFirst(levels[n]!) * LEVEL_WORDS + TAIL]!);
    }
    return read | 0;
  }

  invariants(book: number): void {
    this.#sideInvariants(book, Side.buy);
    this.#sideInvariants(book, Side.sell);
  }

  /** The level that trades first, or NONE. @hot */
  #bestLevel(book: number, side: number): number {
    return this.#books[book * BOOK_WORDS + BEST + side - 1]!;
  }

  /** The level of the next worse price, or NONE. */
  #worse(book: number, side: number, level: number): number {
    const root = this.#books[book * BOOK_WORDS + ROOT + side - 1]!;
    const price = this.#levels[level * LEVEL_WORDS + LEVEL_PRICE]!;
    return side === Side.buy ? this.#trees.lower(root, price) : this.#trees.higher(root, price);
  }

  #find(book: number, side: number, price: number): number {
    const level = this.#trees.find(this.#books[book * BOOK_WORDS + ROOT + side - 1]!, price);
    return level !== NONE && this.#levels[level * LEVEL_WORDS + LEVEL_PRICE] === price ? level : NONE;
  }

  /** Makes the level of a price that has none, empty. */
  #make(book: number, side: number, price: number): number {
    const level = this.#takeLevel();
    const levels = this.#levels;
    const at = level * LEVEL_WORDS;
    levels[at + LEVEL_PRICE] = price;
    levels[at + HEAD] = NONE;
    levels[at + TAIL] = NONE;
    levels[at + COUNT] = 0;
    this.#lots[level * LEVEL_NUMBERS + LOTS] = 0;
    const books = this.#books;
    const bookAt = book * BOOK_WORDS + side - 1;
    const root = books[bookAt + ROOT]!;
    books[bookAt + ROOT] = this.#trees.insert(root, price, level, levels, LEVEL_WORDS);
    const best = books[bookAt + BEST_PRICE]!;
    if (best === 0 || (side === Side.buy ? price > best : price < best)) {
      books[bookAt + BEST] = level;
      books[bookAt + BEST_PRICE] = price;
    }
    return level;
  }

  /** Takes an empty level out. */
  #drop(book: number, side: number, level: number): void {
    const levels = this.#levels;
    const books = this.#books;
    const trees = this.#trees;
    const at = level * LEVEL_WORDS;
    const bookAt = book * BOOK_WORDS + side - 1;
    const root = trees.remove(books[bookAt + ROOT]!, levels[at + LEVEL_PRICE]!, level);
    books[bookAt + ROOT] = root;
    if (level === books[bookAt + BEST]) {
      const best = side === Side.buy ? trees.highest(root) : trees.lowest(root);
      books[bookAt + BEST] = best;
      books[bookAt + BEST_PRICE] = best === NONE ? 0 : levels[best * LEVEL_WORDS + LEVEL_PRICE]!;
    }
    levels[at + HEAD] = this.#freeLevel;
    this.#freeLevel = level;
  }

  #takeLevel(): number {
    const level = this.#freeLevel;
    if (level !== NONE) {
      this.#freeLevel = this.#levels[level * LEVEL_WORDS + HEAD]!;
      return level;
    }
    if ((this.#levelsUsed + 1) * LEVEL_WORDS > this.#levels.length) {
      this.#levels = longerLines(this.#levels, this.#levels.length * 2);
      this.#lots = numbersOf(this.#levels);
    }
    return this.#levelsUsed++;
  }

  #sideInvariants(book: number, side: number): void {
    const orders = this.#orders;
    const levels = this.#levels;
    const root = this.#books[book * BOOK_WORDS + ROOT + side - 1]!;
    let level = this.#bestLevel(book, side);
    let better = NONE;
    let sideLots = 0;
    assert(
      level === (side === Side.buy ? this.#trees.highest(root) : this.#trees.lowest(root)),
      () => `the best level of book ${book}, side ${side}: ${level}`,
    );
    assert(
      level === NONE || this.bestPrice(book, side) === levels[level * LEVEL_WORDS + LEVEL_PRICE],
      () => `the best price of book ${book}, side ${side}: ${this.bestPrice(book, side)}`,
    );
    while (level !== NONE) {
      const at = level * LEVEL_WORDS;
      const price = levels[at + LEVEL_PRICE]!;
      assertEqual(this.#find(book, side, price), level, 'the tree leads to each level');
      if (better !== NONE) {
        const betterPrice = levels[better * LEVEL_WORDS + LEVEL_PRICE]!;
        const isInOrder = side === Side.buy ? betterPrice > price : betterPrice < price;
        assert(isInOrder, () => `levels are in order: ${price} after ${betterPrice} on side ${side}`);
      }
      let sum = 0;
      let count = 0;
      let previous = NONE;
      for (let slot = levels[at + HEAD]!; slot !== NONE; slot = orders.next(slot)) {
        assertEqual(orders.level(slot), level, 'an order knows its level');
        assertEqual(orders.previous(slot), previous, 'a queue leads back');
        assert(
          orders.price(slot) === price && orders.side(slot) === side,
          () =>
            `order ${slot} is in a level of side ${side} at ${price}: ${orders.side(slot)}, ${orders.price(slot)}`,
        );
        sum += orders.remaining(slot);
        count++;
        previous = slot;
      }
      assert(
        levels[at + TAIL] === previous && count > 0,
        () => `level ${level} ends at its tail and is not empty: ${count} orders, ${previous} last`,
      );
      assertEqual(levels[at + COUNT], count, 'a level counts its orders');
      assertEqual(this.#lots[level * LEVEL_NUMBERS + LOTS], sum, 'a level sums up its lots');
      sideLots += sum;
      better = level;
      level = this.#worse(book, side, level);
    }
    assertEqual(this.sideLots(book, side), sideLots, 'a side sums up its lots');
  }
}
