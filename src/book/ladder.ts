/**
 * The fast order books. Orders queue in price levels; the levels of a side are chained from the lowest to the highest
 * price and found by a tree over their prices. So the best price is known, a neighbour is one step away, and a level is
 * a few. All books share flat arrays, so an idle instrument costs a few words.
 */
import * as protocolCommands from '../protocol/commands.ts';
import { assert } from '../std/assert.ts';
import type { Books } from './book.ts';
import * as orderFields from './order-fields.ts';
import type { OrderStore } from './orders.ts';
import { PriceTrees } from './price-tree.ts';
import * as records from './records.ts';
import { linesOfWords, longerLines, numbersOf } from './records.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { Side } = protocolCommands;
const { LEVEL, LINK_WORDS, NEXT, ORDER_NUMBERS, ORDER_WORDS, PREVIOUS, PRICE, REMAINING, SIDE_MASK, TRAITS } =
  orderFields;
const { NONE, orFirst } = records;

// A level: 8 words, the last two of which are a 64-bit count of lots.
const LEVEL_WORDS = 8;
const LEVEL_PRICE = 0;
const HEAD = 1;
const TAIL = 2;
const COUNT = 3;
/** The level of the next lower price; in a free level the next free one. */
const LOWER = 4;
const HIGHER = 5;
const LEVEL_NUMBERS = LEVEL_WORDS / 2;
const LOTS = 3;
/** Plus a Side: the level of the next worse price. Worse is lower for buys and higher for sells. */
const WORSE = LOWER - Side.buy;
/** Minus a Side: the level of the next better price. */
const BETTER = HIGHER + Side.buy;

// A book: 4 words; the field of a side is the first one plus side - 1.
const BOOK_WORDS = 4;
/** Root of the tree of levels. */
const ROOT = 0;
/** The level that trades first, or NONE. */
const BEST = 2;

/** The books of one engine. */
export class LadderBooks implements Books {
  levelLots = 0;
  levelOrders = 0;
  readonly #orders: OrderStore;
  readonly #trees = new PriceTrees();
  #levels: Int32Array<ArrayBuffer> = linesOfWords(64 * LEVEL_WORDS);
  #lots: Float64Array<ArrayBuffer> = numbersOf(this.#levels);
  #levelsUsed = 0;
  #freeLevel = NONE;
  #books: Int32Array<ArrayBuffer> = new Int32Array(16 * BOOK_WORDS).fill(NONE);
  #count = 0;

  constructor(orders: OrderStore) {
    this.#orders = orders;
  }

  create(): void {
    if (++this.#count * BOOK_WORDS <= this.#books.length) return;
    const grown = new Int32Array(this.#books.length * 2).fill(NONE);
    grown.set(this.#books);
    this.#books = grown;
  }

  /** hot path */
  add(book: number, slot: number): void {
    const { i32, f64, links } = this.#orders;
    const at = slot * LINK_WORDS;
    const price = i32[slot * ORDER_WORDS + PRICE]!;
    const side = i32[slot * ORDER_WORDS + TRAITS]! & SIDE_MASK;
    let level = this.#find(book, side, price);
    if (level === NONE) level = this.#make(book, side, price);
    const levels = this.#levels;
    const levelAt = level * LEVEL_WORDS;
    const tail = levels[levelAt + TAIL]!;
    links[at + NEXT] = NONE;
    links[at + PREVIOUS] = tail;
    links[at + LEVEL] = level;
    if (tail === NONE) levels[levelAt + HEAD] = slot;
    else links[tail * LINK_WORDS + NEXT] = slot;
    levels[levelAt + TAIL] = slot;
    this.levelOrders = ++levels[levelAt + COUNT]!;
    this.levelLots = this.#lots[level * LEVEL_NUMBERS + LOTS]! += f64[slot * ORDER_NUMBERS + REMAINING]!;
  }

  /** hot path */
  remove(book: number, slot: number): void {
    const { i32, f64, links } = this.#orders;
    const at = slot * LINK_WORDS;
    const level = links[at + LEVEL]!;
    assert(level !== NONE, 'the order stands in the book');
    const levels = this.#levels;
    const levelAt = level * LEVEL_WORDS;
    const next = links[at + NEXT]!;
    const previous = links[at + PREVIOUS]!;
    if (previous === NONE) levels[levelAt + HEAD] = next;
    else links[previous * LINK_WORDS + NEXT] = next;
    if (next === NONE) levels[levelAt + TAIL] = previous;
    else links[next * LINK_WORDS + PREVIOUS] = previous;
    links[at + LEVEL] = NONE;
    this.levelOrders = --levels[levelAt + COUNT]!;
    this.levelLots = this.#lots[level * LEVEL_NUMBERS + LOTS]! -= f64[slot * ORDER_NUMBERS + REMAINING]!;
    if (this.levelOrders === 0) this.#drop(book, i32[slot * ORDER_WORDS + TRAITS]! & SIDE_MASK, level);
  }

  /** hot path */
  reduce(_book: number, slot: number, lots: number): void {
    const { f64, links } = this.#orders;
    const level = links[slot * LINK_WORDS + LEVEL]!;
    assert(level !== NONE, 'the order stands in the book');
    f64[slot * ORDER_NUMBERS + REMAINING]! -= lots;
    this.levelOrders = this.#levels[level * LEVEL_WORDS + COUNT]!;
    this.levelLots = this.#lots[level * LEVEL_NUMBERS + LOTS]! -= lots;
  }

  /** hot path */
  best(book: number, side: number): number {
    const level = this.#bestLevel(book, side);
    return level === NONE ? NONE : this.#levels[level * LEVEL_WORDS + HEAD]!;
  }

  after(_book: number, slot: number): number {
    const { links } = this.#orders;
    const next = links[slot * LINK_WORDS + NEXT]!;
    if (next !== NONE) return next;
    const level = this.#worse(this.#orders.side(slot), links[slot * LINK_WORDS + LEVEL]!);
    return level === NONE ? NONE : this.#levels[level * LEVEL_WORDS + HEAD]!;
  }

  /** hot path */
  bestPrice(book: number, side: number): number {
    const level = this.#bestLevel(book, side);
    return level === NONE ? 0 : this.#levels[level * LEVEL_WORDS + LEVEL_PRICE]!;
  }

  worsePrice(book: number, side: number, priceTicks: number): number {
    const level = this.#find(book, side, priceTicks);
    assert(level !== NONE, 'orders stand at the price');
    const worse = this.#worse(side, level);
    return worse === NONE ? 0 : this.#levels[worse * LEVEL_WORDS + LEVEL_PRICE]!;
  }

  lotsAt(book: number, side: number, priceTicks: number): number {
    const level = this.#find(book, side, priceTicks);
    return level === NONE ? 0 : this.#lots[level * LEVEL_NUMBERS + LOTS]!;
  }

  ordersAt(book: number, side: number, priceTicks: number): number {
    const level = this.#find(book, side, priceTicks);
    return level === NONE ? 0 : this.#levels[level * LEVEL_WORDS + COUNT]!;
  }

  lotsWithin(book: number, side: number, limitTicks: number, enough: number): number {
    let sum = 0;
    let level = this.#bestLevel(book, side);
    while (level !== NONE && sum < enough) {
      const price = this.#levels[level * LEVEL_WORDS + LEVEL_PRICE]!;
      if (limitTicks !== 0 && (side === Side.buy ? price < limitTicks : price > limitTicks)) break;
      sum += this.#lots[level * LEVEL_NUMBERS + LOTS]!;
      level = this.#worse(side, level);
    }
    return sum;
  }

  // For whoever looks ahead: `count` books, ways or levels side by side. What is returned says nothing; it is there so
  // that no compiler leaves the reading out.

  /** Where the ways to the levels of books and sides begin. hot path */
  roots(books: Int32Array, sides: Int32Array, count: number, into: Int32Array): void {
    const from = this.#books;
    for (let n = 0; n < count; n++) into[n] = from[books[n]! * BOOK_WORDS + ROOT - 1 + sides[n]!]!;
  }

  /** One step on the ways to the levels of prices. hot path */
  step(nodes: Int32Array, prices: Int32Array, count: number): number {
    return this.#trees.step(nodes, prices, count);
  }

  /** The same, but where nothing stands at a price towards a level beside. hot path */
  stepBeside(nodes: Int32Array, prices: Int32Array, count: number): void {
    this.#trees.stepBeside(nodes, prices, count);
  }

  /**
   * The orders that stand first on the other side of books and have a price that is reached: NONE for those that are
   * not. hot path
   */
  reached(books: Int32Array, sides: Int32Array, prices: Int32Array, count: number, into: Int32Array): void {
    const levels = this.#levels;
    const from = this.#books;
    for (let n = 0; n < count; n++) {
      into[n] = from[books[n]! * BOOK_WORDS + BEST + Side.sell - sides[n]!]!;
    }
    for (let n = 0; n < count; n++) {
      const level = into[n]!;
      const at = orFirst(level) * LEVEL_WORDS;
      // How much worse than the best price, turned round for a sale.
      const isSale = Side.buy - sides[n]!;
      const worse = ((levels[at + LEVEL_PRICE]! - prices[n]!) ^ isSale) - isSale;
      into[n] = levels[at + HEAD]! | ~((worse - 1) >> 31) | (level >> 31);
    }
  }

  /** Reads levels, by number or NONE. hot path */
  readLevels(levels: Int32Array, count: number): number {
    const from = this.#levels;
    let read = 0;
    for (let n = 0; n < count; n++) read += from[orFirst(levels[n]!) * LEVEL_WORDS]!;
    return read | 0;
  }

  /** Reads what stands beside levels: the levels next to them, and the last order in each. hot path */
  readBeside(levels: Int32Array, count: number): number {
    const from = this.#levels;
    const { links } = this.#orders;
    let read = 0;
    for (let n = 0; n < count; n++) {
      const at = orFirst(levels[n]!) * LEVEL_WORDS;
      read += from[orFirst(from[at + LOWER]!) * LEVEL_WORDS]!;
      read += from[orFirst(from[at + HIGHER]!) * LEVEL_WORDS]!;
      read += links[orFirst(from[at + TAIL]!) * LINK_WORDS]!;
    }
    return read | 0;
  }

  invariants(book: number): void {
    this.#sideInvariants(book, Side.buy);
    this.#sideInvariants(book, Side.sell);
  }

  /** The level that trades first, or NONE. hot path */
  #bestLevel(book: number, side: number): number {
    return this.#books[book * BOOK_WORDS + BEST + side - 1]!;
  }

  #worse(side: number, level: number): number {
    return this.#levels[level * LEVEL_WORDS + WORSE + side]!;
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
    const rootAt = book * BOOK_WORDS + ROOT + side - 1;
    const bestAt = book * BOOK_WORDS + BEST + side - 1;
    const root = this.#books[rootAt]!;
    if (root === NONE) {
      levels[at + LOWER] = NONE;
      levels[at + HIGHER] = NONE;
      this.#books[rootAt] = level;
      this.#books[bestAt] = level;
      return level;
    }
    const trees = this.#trees;
    const similar = trees.findSimilar(root, price);
    this.#books[rootAt] = trees.insert(root, price, level, levels[similar * LEVEL_WORDS + LEVEL_PRICE]!);
    const beside = trees.beside;
    const lower = trees.besideIsLower ? beside : levels[beside * LEVEL_WORDS + LOWER]!;
    const higher = trees.besideIsLower ? levels[beside * LEVEL_WORDS + HIGHER]! : beside;
    levels[at + LOWER] = lower;
    levels[at + HIGHER] = higher;
    if (lower !== NONE) levels[lower * LEVEL_WORDS + HIGHER] = level;
    if (higher !== NONE) levels[higher * LEVEL_WORDS + LOWER] = level;
    if (levels[at + BETTER - side] === NONE) this.#books[bestAt] = level;
    return level;
  }

  /** Takes an empty level out of tree and chain. */
  #drop(book: number, side: number, level: number): void {
    const levels = this.#levels;
    const books = this.#books;
    const at = level * LEVEL_WORDS;
    const lower = levels[at + LOWER]!;
    const higher = levels[at + HIGHER]!;
    if (lower !== NONE) levels[lower * LEVEL_WORDS + HIGHER] = higher;
    if (higher !== NONE) levels[higher * LEVEL_WORDS + LOWER] = lower;
    const bestAt = book * BOOK_WORDS + BEST + side - 1;
    if (level === books[bestAt]) books[bestAt] = levels[at + WORSE + side]!;
    const rootAt = book * BOOK_WORDS + ROOT + side - 1;
    books[rootAt] = this.#trees.remove(books[rootAt]!, levels[at + LEVEL_PRICE]!, level);
    levels[at + LOWER] = this.#freeLevel;
    this.#freeLevel = level;
  }

  #takeLevel(): number {
    const level = this.#freeLevel;
    if (level !== NONE) {
      this.#freeLevel = this.#levels[level * LEVEL_WORDS + LOWER]!;
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
    const { links } = orders;
    const levels = this.#levels;
    let level = this.#bestLevel(book, side);
    let better = NONE;
    while (level !== NONE) {
      const at = level * LEVEL_WORDS;
      const price = levels[at + LEVEL_PRICE]!;
      assert(this.#find(book, side, price) === level, 'the tree leads to each level');
      assert(levels[at + BETTER - side] === better, 'the chain leads back');
      if (better !== NONE) {
        const betterPrice = levels[better * LEVEL_WORDS + LEVEL_PRICE]!;
        assert(side === Side.buy ? betterPrice > price : betterPrice < price, 'levels stand in order');
      }
      let sum = 0;
      let count = 0;
      let previous = NONE;
      for (let slot = levels[at + HEAD]!; slot !== NONE; slot = links[slot * LINK_WORDS + NEXT]!) {
        assert(links[slot * LINK_WORDS + LEVEL] === level, 'an order knows its level');
        assert(links[slot * LINK_WORDS + PREVIOUS] === previous, 'a queue leads back');
        assert(orders.price(slot) === price && orders.side(slot) === side, 'a level has one side and price');
        sum += orders.remaining(slot);
        count++;
        previous = slot;
      }
      assert(levels[at + TAIL] === previous && count > 0, 'a queue ends at its tail and is not empty');
      assert(levels[at + COUNT] === count, 'a level counts its orders');
      assert(this.#lots[level * LEVEL_NUMBERS + LOTS] === sum, 'a level sums up its lots');
      better = level;
      level = this.#worse(side, level);
    }
  }
}
