/**
 * The fast order book. The price levels of a side are the leaves of a crit-bit tree over their prices, and are chained
 * from the lowest to the highest price; orders queue in each level. So the best price is known, a neighbour is one step
 * away, and finding or making a level takes at most 31 steps, whatever the prices are. Levels and tree of all books
 * share one pool, so an idle instrument costs a few words.
 */
import { Side } from '../protocol/commands.ts';
import { assert } from '../std/assert.ts';
import type { Book } from './book.ts';
import {
  LEVEL,
  LINKS,
  NEXT,
  ORDER_NUMBERS,
  ORDER_WORDS,
  type OrderStore,
  PREVIOUS,
  PRICE,
  REMAINING,
  SIDE_MASK,
  TRAITS,
} from './orders.ts';
import { NONE } from './records.ts';

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

// A fork of the tree: the bit that it decides, and a node for each value of that bit.
const FORK_WORDS = 4;
const BIT = 0;
/** The node for 0; in a free fork the next free one. The node for 1 follows. */
const CHILD = 1;

// A node is a level (0, 1, 2 …), NONE, or a fork, written as ~fork; fork 0 is not used, so that ~fork is below NONE.

/** Levels and forks of all books of one engine. */
export class LadderPool {
  readonly orders: OrderStore;
  levels: Int32Array<ArrayBuffer> = new Int32Array(64 * LEVEL_WORDS);
  lots: Float64Array<ArrayBuffer> = new Float64Array(this.levels.buffer);
  forks: Int32Array<ArrayBuffer> = new Int32Array(64 * FORK_WORDS);
  #levelsUsed = 0;
  #forksUsed = 1;
  #freeLevel = NONE;
  #freeFork = NONE;

  constructor(orders: OrderStore) {
    this.orders = orders;
  }

  takeLevel(): number {
    const level = this.#freeLevel;
    if (level !== NONE) {
      this.#freeLevel = this.levels[level * LEVEL_WORDS + LOWER]!;
      return level;
    }
    if ((this.#levelsUsed + 1) * LEVEL_WORDS > this.levels.length) {
      this.levels = doubled(this.levels);
      this.lots = new Float64Array(this.levels.buffer);
    }
    return this.#levelsUsed++;
  }

  giveLevel(level: number): void {
    this.levels[level * LEVEL_WORDS + LOWER] = this.#freeLevel;
    this.#freeLevel = level;
  }

  takeFork(): number {
    const fork = this.#freeFork;
    if (fork !== NONE) {
      this.#freeFork = this.forks[fork * FORK_WORDS + CHILD]!;
      return fork;
    }
    if ((this.#forksUsed + 1) * FORK_WORDS > this.forks.length) this.forks = doubled(this.forks);
    return this.#forksUsed++;
  }

  giveFork(fork: number): void {
    this.forks[fork * FORK_WORDS + CHILD] = this.#freeFork;
    this.#freeFork = fork;
  }
}

function doubled(words: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(words.length * 2);
  grown.set(words);
  return grown;
}

/** One instrument's book in a shared pool. */
export class LadderBook implements Book {
  levelLots = 0;
  levelOrders = 0;
  readonly #pool: LadderPool;
  #buyRoot = NONE;
  #sellRoot = NONE;
  /** The level of the highest buy. */
  #buyBest = NONE;
  /** The level of the lowest sell. */
  #sellBest = NONE;

  constructor(pool: LadderPool) {
    this.#pool = pool;
  }

  /** hot path */
  add(slot: number): void {
    const orders = this.#pool.orders;
    const at = slot * ORDER_WORDS;
    const price = orders.u32[at + PRICE]!;
    const level = this.#findOrMake(orders.u32[at + TRAITS]! & SIDE_MASK, price);
    const levels = this.#pool.levels;
    const levelAt = level * LEVEL_WORDS;
    const links = orders.links;
    const linkAt = slot * LINKS;
    const tail = levels[levelAt + TAIL]!;
    links[linkAt + NEXT] = NONE;
    links[linkAt + PREVIOUS] = tail;
    links[linkAt + LEVEL] = level;
    if (tail === NONE) levels[levelAt + HEAD] = slot;
    else links[tail * LINKS + NEXT] = slot;
    levels[levelAt + TAIL] = slot;
    this.levelOrders = ++levels[levelAt + COUNT]!;
    this.levelLots = this.#pool.lots[level * LEVEL_NUMBERS + LOTS]! +=
      orders.f64[slot * ORDER_NUMBERS + REMAINING]!;
  }

  /** hot path */
  remove(slot: number): void {
    const orders = this.#pool.orders;
    const links = orders.links;
    const linkAt = slot * LINKS;
    const level = links[linkAt + LEVEL]!;
    assert(level !== NONE, 'the order stands in the book');
    const levels = this.#pool.levels;
    const levelAt = level * LEVEL_WORDS;
    const next = links[linkAt + NEXT]!;
    const previous = links[linkAt + PREVIOUS]!;
    if (previous === NONE) levels[levelAt + HEAD] = next;
    else links[previous * LINKS + NEXT] = next;
    if (next === NONE) levels[levelAt + TAIL] = previous;
    else links[next * LINKS + PREVIOUS] = previous;
    links[linkAt + LEVEL] = NONE;
    this.levelOrders = --levels[levelAt + COUNT]!;
    this.levelLots = this.#pool.lots[level * LEVEL_NUMBERS + LOTS]! -=
      orders.f64[slot * ORDER_NUMBERS + REMAINING]!;
    if (this.levelOrders === 0) this.#drop(orders.u32[slot * ORDER_WORDS + TRAITS]! & SIDE_MASK, level);
  }

  /** hot path */
  reduce(slot: number, lots: number): void {
    const orders = this.#pool.orders;
    const level = orders.links[slot * LINKS + LEVEL]!;
    assert(level !== NONE, 'the order stands in the book');
    orders.f64[slot * ORDER_NUMBERS + REMAINING]! -= lots;
    this.levelOrders = this.#pool.levels[level * LEVEL_WORDS + COUNT]!;
    this.levelLots = this.#pool.lots[level * LEVEL_NUMBERS + LOTS]! -= lots;
  }

  /** hot path */
  best(side: number): number {
    const level = side === Side.buy ? this.#buyBest : this.#sellBest;
    return level === NONE ? NONE : this.#pool.levels[level * LEVEL_WORDS + HEAD]!;
  }

  after(slot: number): number {
    const orders = this.#pool.orders;
    const next = orders.links[slot * LINKS + NEXT]!;
    if (next !== NONE) return next;
    const level = this.#worse(orders.side(slot), orders.links[slot * LINKS + LEVEL]!);
    return level === NONE ? NONE : this.#pool.levels[level * LEVEL_WORDS + HEAD]!;
  }

  /** hot path */
  bestPrice(side: number): number {
    const level = side === Side.buy ? this.#buyBest : this.#sellBest;
    return level === NONE ? 0 : this.#pool.levels[level * LEVEL_WORDS + LEVEL_PRICE]!;
  }

  worsePrice(side: number, priceTicks: number): number {
    const level = this.#find(side, priceTicks);
    assert(level !== NONE, 'orders stand at the price');
    const worse = this.#worse(side, level);
    return worse === NONE ? 0 : this.#pool.levels[worse * LEVEL_WORDS + LEVEL_PRICE]!;
  }

  lotsAt(side: number, priceTicks: number): number {
    const level = this.#find(side, priceTicks);
    return level === NONE ? 0 : this.#pool.lots[level * LEVEL_NUMBERS + LOTS]!;
  }

  ordersAt(side: number, priceTicks: number): number {
    const level = this.#find(side, priceTicks);
    return level === NONE ? 0 : this.#pool.levels[level * LEVEL_WORDS + COUNT]!;
  }

  lotsWithin(side: number, limitTicks: number, enough: number): number {
    let sum = 0;
    let level = side === Side.buy ? this.#buyBest : this.#sellBest;
    while (level !== NONE && sum < enough) {
      const price = this.#pool.levels[level * LEVEL_WORDS + LEVEL_PRICE]!;
      if (limitTicks !== 0 && (side === Side.buy ? price < limitTicks : price > limitTicks)) break;
      sum += this.#pool.lots[level * LEVEL_NUMBERS + LOTS]!;
      level = this.#worse(side, level);
    }
    return sum;
  }

  invariants(): void {
    this.#sideInvariants(Side.buy);
    this.#sideInvariants(Side.sell);
  }

  #worse(side: number, level: number): number {
    return this.#pool.levels[level * LEVEL_WORDS + (side === Side.buy ? LOWER : HIGHER)]!;
  }

  /** The level that the tree leads to for a price: the only one that can have it. */
  #closest(root: number, price: number): number {
    const forks = this.#pool.forks;
    let node = root;
    while (node < NONE) {
      const at = ~node * FORK_WORDS;
      node = forks[at + CHILD + ((price >>> forks[at + BIT]!) & 1)]!;
    }
    return node;
  }

  #find(side: number, price: number): number {
    const level = this.#closest(side === Side.buy ? this.#buyRoot : this.#sellRoot, price);
    return level !== NONE && this.#pool.levels[level * LEVEL_WORDS + LEVEL_PRICE] === price ? level : NONE;
  }

  #findOrMake(side: number, price: number): number {
    const root = side === Side.buy ? this.#buyRoot : this.#sellRoot;
    const closest = this.#closest(root, price);
    if (closest !== NONE && this.#pool.levels[closest * LEVEL_WORDS + LEVEL_PRICE] === price) return closest;
    const level = this.#pool.takeLevel();
    const levels = this.#pool.levels;
    const at = level * LEVEL_WORDS;
    levels[at + LEVEL_PRICE] = price;
    levels[at + HEAD] = NONE;
    levels[at + TAIL] = NONE;
    levels[at + COUNT] = 0;
    levels[at + LOWER] = NONE;
    levels[at + HIGHER] = NONE;
    this.#pool.lots[level * LEVEL_NUMBERS + LOTS] = 0;
    if (closest === NONE) this.#setRoot(side, level);
    else this.#insert(side, root, level, price, closest);
    this.#raiseBest(side, level, price);
    return level;
  }

  /** Hangs a level into the tree above the subtree that shares its leading bits, and into the chain beside it. */
  #insert(side: number, root: number, level: number, price: number, closest: number): void {
    const levels = this.#pool.levels;
    const bit = 31 - Math.clz32(price ^ levels[closest * LEVEL_WORDS + LEVEL_PRICE]!);
    const fork = this.#pool.takeFork();
    const forks = this.#pool.forks;
    let parent = NONE;
    let node = root;
    while (node < NONE && forks[~node * FORK_WORDS + BIT]! > bit) {
      const at = ~node * FORK_WORDS;
      parent = at + CHILD + ((price >>> forks[at + BIT]!) & 1);
      node = forks[parent]!;
    }
    const value = (price >>> bit) & 1;
    const at = fork * FORK_WORDS;
    forks[at + BIT] = bit;
    forks[at + CHILD + value] = level;
    forks[at + CHILD + 1 - value] = node;
    if (parent === NONE) this.#setRoot(side, ~fork);
    else forks[parent] = ~fork;

    // All prices of the subtree are below the new one if its bit is 1, and above it if it is 0.
    let neighbour = node;
    while (neighbour < NONE) neighbour = forks[~neighbour * FORK_WORDS + CHILD + value]!;
    const neighbourAt = neighbour * LEVEL_WORDS;
    const lower = value === 1 ? neighbour : levels[neighbourAt + LOWER]!;
    const higher = value === 1 ? levels[neighbourAt + HIGHER]! : neighbour;
    levels[level * LEVEL_WORDS + LOWER] = lower;
    levels[level * LEVEL_WORDS + HIGHER] = higher;
    if (lower !== NONE) levels[lower * LEVEL_WORDS + HIGHER] = level;
    if (higher !== NONE) levels[higher * LEVEL_WORDS + LOWER] = level;
  }

  #raiseBest(side: number, level: number, price: number): void {
    if (side === Side.buy) {
      const best = this.#buyBest;
      if (best === NONE || price > this.#pool.levels[best * LEVEL_WORDS + LEVEL_PRICE]!)
        this.#buyBest = level;
    } else {
      const best = this.#sellBest;
      if (best === NONE || price < this.#pool.levels[best * LEVEL_WORDS + LEVEL_PRICE]!)
        this.#sellBest = level;
    }
  }

  /** Takes an empty level out of tree and chain. */
  #drop(side: number, level: number): void {
    const levels = this.#pool.levels;
    const forks = this.#pool.forks;
    const lower = levels[level * LEVEL_WORDS + LOWER]!;
    const higher = levels[level * LEVEL_WORDS + HIGHER]!;
    if (lower !== NONE) levels[lower * LEVEL_WORDS + HIGHER] = higher;
    if (higher !== NONE) levels[higher * LEVEL_WORDS + LOWER] = lower;
    if (level === this.#buyBest && side === Side.buy) this.#buyBest = lower;
    if (level === this.#sellBest && side === Side.sell) this.#sellBest = higher;

    const price = levels[level * LEVEL_WORDS + LEVEL_PRICE]!;
    let grandparent = NONE;
    let parent = NONE;
    let node = side === Side.buy ? this.#buyRoot : this.#sellRoot;
    while (node < NONE) {
      const at = ~node * FORK_WORDS;
      grandparent = parent;
      parent = at + CHILD + ((price >>> forks[at + BIT]!) & 1);
      node = forks[parent]!;
    }
    assert(node === level, 'the level is a leaf of its tree');
    if (parent === NONE) {
      this.#setRoot(side, NONE);
    } else {
      const fork = (parent / FORK_WORDS) | 0;
      const sibling = forks[2 * (fork * FORK_WORDS + CHILD) + 1 - parent]!;
      if (grandparent === NONE) this.#setRoot(side, sibling);
      else forks[grandparent] = sibling;
      this.#pool.giveFork(fork);
    }
    this.#pool.giveLevel(level);
  }

  #setRoot(side: number, node: number): void {
    if (side === Side.buy) this.#buyRoot = node;
    else this.#sellRoot = node;
  }

  #sideInvariants(side: number): void {
    const { levels, lots, orders } = this.#pool;
    let level = side === Side.buy ? this.#buyBest : this.#sellBest;
    let better = NONE;
    while (level !== NONE) {
      const at = level * LEVEL_WORDS;
      const price = levels[at + LEVEL_PRICE]!;
      assert(this.#find(side, price) === level, 'the tree leads to each level');
      assert(levels[at + (side === Side.buy ? HIGHER : LOWER)] === better, 'the chain leads back');
      if (better !== NONE) {
        const betterPrice = levels[better * LEVEL_WORDS + LEVEL_PRICE]!;
        assert(side === Side.buy ? betterPrice > price : betterPrice < price, 'levels stand in order');
      }
      let sum = 0;
      let count = 0;
      let previous = NONE;
      for (let slot = levels[at + HEAD]!; slot !== NONE; slot = orders.links[slot * LINKS + NEXT]!) {
        assert(orders.links[slot * LINKS + LEVEL] === level, 'an order knows its level');
        assert(orders.links[slot * LINKS + PREVIOUS] === previous, 'a queue leads back');
        assert(orders.price(slot) === price && orders.side(slot) === side, 'a level has one side and price');
        sum += orders.remaining(slot);
        count++;
        previous = slot;
      }
      assert(levels[at + TAIL] === previous && count > 0, 'a queue ends at its tail and is not empty');
      assert(levels[at + COUNT] === count, 'a level counts its orders');
      assert(lots[level * LEVEL_NUMBERS + LOTS] === sum, 'a level sums up its lots');
      better = level;
      level = this.#worse(side, level);
    }
  }
}
