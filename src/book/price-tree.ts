/**
 * Where a price has its level: a tree for each side of each book, which decides four bits of the price at a fork and
 * leaves out the bits in which all prices below a fork agree. So a level is at most eight steps away, whatever the
 * prices are, and three for the prices around one that trades. The forks of all trees share one pool.
 */
import { assert } from '../std/assert.ts';
import * as records from './records.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;

// A node of a tree is a leaf (a number of the caller's: 0, 1, 2 …), NONE, or a fork, written as ~fork; fork 0 is not
// used, so that ~fork is below NONE.

/** Words of a fork: its shift, which children it has, and sixteen of them. At least two children are there. */
const FORK_WORDS = 18;
/** The lowest of the four bits that it decides; in a free fork the next free one. */
const SHIFT = 0;
/** A bit for each child that is there. */
const MASK = 1;
const CHILDREN = 2;
const DIGIT_BITS = 4;
const DIGIT_MASK = (1 << DIGIT_BITS) - 1;

/** Trees over prices. A tree is named by its root, which changes as leaves come and go; NONE is the empty tree. */
export class PriceTrees {
  /** A leaf next to the one that was inserted last: the next lower one if `besideIsLower`, else the next higher one. */
  beside = NONE;
  besideIsLower = false;
  #forks: Int32Array<ArrayBuffer> = new Int32Array(64 * FORK_WORDS);
  #used = 1;
  #free = NONE;

  /** The only leaf of the tree that can have this price, or NONE. hot path */
  find(root: number, price: number): number {
    const forks = this.#forks;
    let node = root;
    while (node < NONE) {
      const at = ~node * FORK_WORDS;
      node = forks[at + CHILDREN + ((price >>> forks[at + SHIFT]!) & DIGIT_MASK)]!;
    }
    return node;
  }

  /** Any leaf of a tree that is not empty, one that shares as many leading digits with a price as any. hot path */
  findSimilar(root: number, price: number): number {
    const forks = this.#forks;
    let node = root;
    while (node < NONE) {
      const at = ~node * FORK_WORDS;
      node = forks[at + CHILDREN + ((price >>> forks[at + SHIFT]!) & DIGIT_MASK)]!;
      if (node === NONE) node = forks[at + CHILDREN + lowestBit(forks[at + MASK]!)]!;
    }
    return node;
  }

  /**
   * Adds a leaf whose price no other leaf has; `similarPrice` is the price of what {@link findSimilar} found. Returns
   * the new root and sets `beside`. hot path
   */
  insert(root: number, price: number, leaf: number, similarPrice: number): number {
    const shift = (31 - Math.clz32(price ^ similarPrice)) & ~(DIGIT_BITS - 1);
    const digit = (price >>> shift) & DIGIT_MASK;
    const made = this.#free === NONE ? this.#prepare() : this.#free;
    const forks = this.#forks;
    let parent = NONE;
    let node = root;
    while (node < NONE && forks[~node * FORK_WORDS + SHIFT]! > shift) {
      const at = ~node * FORK_WORDS;
      parent = at + CHILDREN + ((price >>> forks[at + SHIFT]!) & DIGIT_MASK);
      node = forks[parent]!;
    }
    let fork = ~node;
    let newRoot = root;
    if (node >= 0 || forks[fork * FORK_WORDS + SHIFT] !== shift) {
      // The prices below `node` agree in this digit: a fork comes between it and its parent.
      fork = made;
      this.#free = forks[fork * FORK_WORDS + SHIFT]!;
      const at = fork * FORK_WORDS;
      const other = (similarPrice >>> shift) & DIGIT_MASK;
      forks[at + SHIFT] = shift;
      forks[at + MASK] = 1 << other;
      forks[at + CHILDREN + other] = node;
      if (parent === NONE) newRoot = ~fork;
      else forks[parent] = ~fork;
    }
    const at = fork * FORK_WORDS;
    this.#findBeside(at, digit);
    forks[at + MASK]! |= 1 << digit;
    forks[at + CHILDREN + digit] = leaf;
    return newRoot;
  }

  /** Takes a leaf out; returns the new root. hot path */
  remove(root: number, price: number, leaf: number): number {
    const forks = this.#forks;
    let grandparent = NONE;
    let parent = NONE;
    let node = root;
    while (node < NONE) {
      const at = ~node * FORK_WORDS;
      grandparent = parent;
      parent = at + CHILDREN + ((price >>> forks[at + SHIFT]!) & DIGIT_MASK);
      node = forks[parent]!;
    }
    assert(node === leaf, 'the tree leads to the leaf');
    if (parent === NONE) return NONE;
    const fork = (parent / FORK_WORDS) | 0;
    const at = fork * FORK_WORDS;
    forks[parent] = NONE;
    const mask = forks[at + MASK]! & ~(1 << (parent - at - CHILDREN));
    forks[at + MASK] = mask;
    if ((mask & (mask - 1)) !== 0) return root;
    // A single child takes the place of its fork.
    const last = at + CHILDREN + lowestBit(mask);
    const child = forks[last]!;
    forks[last] = NONE;
    forks[at + SHIFT] = this.#free;
    this.#free = fork;
    if (grandparent === NONE) return child;
    forks[grandparent] = child;
    return root;
  }

  /** Notes the leaf next to the one that comes to `digit` of the fork at `at`. */
  #findBeside(at: number, digit: number): void {
    const forks = this.#forks;
    const mask = forks[at + MASK]!;
    const below = mask & ((1 << digit) - 1);
    this.besideIsLower = below !== 0;
    let node = forks[at + CHILDREN + (below !== 0 ? highestBit(below) : lowestBit(mask))]!;
    while (node < NONE) {
      const inner = ~node * FORK_WORDS;
      const children = forks[inner + MASK]!;
      node = forks[inner + CHILDREN + (below !== 0 ? highestBit(children) : lowestBit(children))]!;
    }
    this.beside = node;
  }

  /** A free fork, whose children are all NONE; it stays on the list until it is used. */
  #prepare(): number {
    if ((this.#used + 1) * FORK_WORDS > this.#forks.length) {
      const grown = new Int32Array(this.#forks.length * 2);
      grown.set(this.#forks);
      this.#forks = grown;
    }
    const fork = this.#used++;
    const at = fork * FORK_WORDS;
    this.#forks.fill(NONE, at, at + FORK_WORDS);
    this.#free = fork;
    return fork;
  }
}

function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}

function highestBit(mask: number): number {
  return 31 - Math.clz32(mask);
}
