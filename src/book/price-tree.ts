/**
 * Where a price has its level: a tree for each side of each book, which decides three bits of the price at a fork and
 * leaves out the bits in which all prices below a fork agree. So a level is at most eleven steps away, whatever the
 * prices are, and three for the prices around one that trades. The forks of all trees share one pool.
 */
import { assert } from '../std/assert.ts';
import * as records from '../store/records.ts';
import { linesOfWords, longerLines } from '../store/records.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;

/** Bits of a price that a fork decides. */
const DIGIT_BITS = 3;
const DIGIT_MASK = (1 << DIGIT_BITS) - 1;

// A fork: one cache line of 32-bit words, the children by digit at first. At least two of them are there.
const FORK_WORDS = 16;
/** A bit for each child that is there; in a free fork the next free one. */
const MASK = 8;
/** A price that agrees with all below the fork in the digits above its own. */
const PREFIX = 9;

// A node of a tree is a leaf (a number of the caller's: 0, 1, 2 …), NONE, or a fork, written as ~(its first word + the
// digit that it decides); digit 0 is the lowest. The first fork is not used, so that what names a fork is below NONE.
const FORK_MASK = -FORK_WORDS;
const DIGITS_MASK = FORK_WORDS - 1;

/** Trees over prices. A tree is named by its root, which changes as leaves come and go; NONE is the empty tree. */
export class PriceTrees {
  #forks: Int32Array<ArrayBuffer>;
  /** Words of the forks that were ever used. */
  #used = FORK_WORDS;
  /** The first word of a free fork, or NONE. */
  #free = NONE;

  /** @param room forks for which there is memory at the start */
  constructor(room: number) {
    this.#forks = linesOfWords(room * FORK_WORDS).fill(NONE, 0, FORK_WORDS);
  }

  /** The only leaf of the tree that can have this price, or NONE. @hot */
  find(root: number, price: number): number {
    const forks = this.#forks;
    let node = root;
    while (node < NONE) node = forks[childAt(node, price)]!;
    return node;
  }

  /** The leaf with the lowest price, NONE in an empty tree. @hot */
  lowest(root: number): number {
    const forks = this.#forks;
    let node = root;
    while (node < NONE) {
      const fork = ~node & FORK_MASK;
      node = forks[fork + lowestBit(forks[fork + MASK]!)]!;
    }
    return node;
  }

  /** The leaf with the highest price, NONE in an empty tree. @hot */
  highest(root: number): number {
    const forks = this.#forks;
    let node = root;
    while (node < NONE) {
      const fork = ~node & FORK_MASK;
      node = forks[fork + highestBit(forks[fork + MASK]!)]!;
    }
    return node;
  }

  /** The leaf with the next lower price than one that is in the tree, or NONE. */
  lower(root: number, price: number): number {
    const forks = this.#forks;
    let beside = NONE;
    for (let node = root; node < NONE; node = forks[childAt(node, price)]!) {
      const at = childAt(node, price);
      const fork = at & FORK_MASK;
      const below = forks[fork + MASK]! & ((1 << (at & DIGIT_MASK)) - 1);
      if (below !== 0) beside = forks[fork + highestBit(below)]!;
    }
    return this.highest(beside);
  }

  /** The leaf with the next higher price than one that is in the tree, or NONE. */
  higher(root: number, price: number): number {
    const forks = this.#forks;
    let beside = NONE;
    for (let node = root; node < NONE; node = forks[childAt(node, price)]!) {
      const at = childAt(node, price);
      const fork = at & FORK_MASK;
      const above = forks[fork + MASK]! & (-2 << (at & DIGIT_MASK));
      if (above !== 0) beside = forks[fork + lowestBit(above)]!;
    }
    return this.lowest(beside);
  }

  /**
   * Takes `count` ways from a fork to the node below it that leads to a price, for the look-ahead. A leaf stays,
   * and NONE, too: it names the fork that is not used, whose children are all NONE. There is no branch, for a wrong
   * guess would end a processor's way ahead. @hot
   */
  step(nodes: Int32Array, prices: Int32Array, count: number): void {
    const forks = this.#forks;
    for (let n = 0; n < count; n++) {
      const node = nodes[n]!;
      const isFork = node >> 31;
      const child = forks[childAt(node, prices[n]!) & isFork]!;
      nodes[n] = (child & isFork) | (node & ~isFork);
    }
  }

  /**
   * Adds a leaf whose price no other leaf has; the price of a leaf is in `prices` at leaf * `leafWords`. Returns
   * the new root. @hot
   */
  insert(root: number, price: number, leaf: number, prices: Int32Array, leafWords: number): number {
    if (root === NONE) return leaf;
    const forks = this.#forks;
    let parent = NONE;
    let node = root;
    let similar = price;
    while (node < NONE) {
      const at = childAt(node, price);
      const fork = at & FORK_MASK;
      similar = forks[fork + PREFIX]!;
      // Where the prices differ further up, a fork comes before this one.
      if ((price ^ similar) >>> ((~node & DIGITS_MASK) * DIGIT_BITS) > DIGIT_MASK) break;
      const child = forks[at]!;
      if (child === NONE) {
        forks[at] = leaf;
        forks[fork + MASK]! |= 1 << (at & DIGIT_MASK);
        return root;
      }
      parent = at;
      node = child;
    }
    if (node > NONE) similar = prices[node * leafWords]!;
    const made = this.#take() + (((31 - Math.clz32(price ^ similar)) / DIGIT_BITS) | 0);
    this.#fill(~made, similar, node, price, leaf);
    if (parent === NONE) return ~made;
    this.#forks[parent] = ~made;
    return root;
  }

  /** Takes a leaf out; returns the new root. @hot */
  remove(root: number, price: number, leaf: number): number {
    const forks = this.#forks;
    let grandparent = NONE;
    let parent = NONE;
    let node = root;
    while (node < NONE) {
      grandparent = parent;
      parent = childAt(node, price);
      node = forks[parent]!;
    }
    assert(node === leaf, 'the tree leads to the leaf');
    if (parent === NONE) return NONE;
    forks[parent] = NONE;
    const fork = parent & FORK_MASK;
    const mask = forks[fork + MASK]! & ~(1 << (parent & DIGIT_MASK));
    forks[fork + MASK] = mask;
    if ((mask & (mask - 1)) !== 0) return root;
    // A single child takes the place of its fork.
    const last = fork + lowestBit(mask);
    const child = forks[last]!;
    forks[last] = NONE;
    forks[fork + MASK] = this.#free;
    this.#free = fork;
    if (grandparent === NONE) return child;
    forks[grandparent] = child;
    return root;
  }

  /** Gives a fork its two children, on the ways to two prices. */
  #fill(node: number, price: number, child: number, otherPrice: number, otherChild: number): void {
    const forks = this.#forks;
    const at = childAt(node, price);
    const otherAt = childAt(node, otherPrice);
    const fork = at & FORK_MASK;
    forks[at] = child;
    forks[otherAt] = otherChild;
    forks[fork + MASK] = (1 << (at & DIGIT_MASK)) | (1 << (otherAt & DIGIT_MASK));
    forks[fork + PREFIX] = price;
  }

  /** The first word of a fork whose children are all NONE. */
  #take(): number {
    const free = this.#free;
    if (free !== NONE) {
      this.#free = this.#forks[free + MASK]!;
      return free;
    }
    const fork = this.#used;
    this.#used += FORK_WORDS;
    if (this.#used > this.#forks.length) this.#forks = longerLines(this.#forks, this.#forks.length * 2);
    this.#forks.fill(NONE, fork, this.#used);
    return fork;
  }
}

/** The place of the child of a fork on the way to a price. */
function childAt(node: number, price: number): number {
  const fork = ~node;
  return (fork & FORK_MASK) | ((price >>> ((fork & DIGITS_MASK) * DIGIT_BITS)) & DIGIT_MASK);
}

function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}

function highestBit(mask: number): number {
  return 31 - Math.clz32(mask);
}
