/**
 * Where a price has its level: a tree for each side of each book, which decides four bits of the price at a fork and
 * leaves out the bits in which all prices below a fork agree. So a level is at most eight steps away, whatever the
 * prices are, and three for the prices around one that trades. The forks of all trees share one pool.
 */
import { assert } from '../std/assert.ts';
import * as records from './records.ts';
import { linesOfWords, longerLines } from './records.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;

// A node of a tree is a leaf (a number of the caller's: 0, 1, 2 …), NONE, or a fork with the digit that it decides,
// written as ~(fork * 8 + digit); digit 0 is the lowest. Fork 0 is not used, so that what names a fork is below NONE.

/** Bits of a price that a fork decides. */
const DIGIT_BITS = 4;
/** Children of a fork: one cache line of 32-bit words. At least two of them are there. */
const FORK_CHILDREN = 1 << DIGIT_BITS;
const DIGIT_MASK = FORK_CHILDREN - 1;
/** Where the children of the fork that a node names begin. */
const CHILDREN_SHIFT = 1;
const CHILDREN_MASK = ~DIGIT_MASK;
const DIGITS_SHIFT = 3;
const DIGITS_MASK = (1 << DIGITS_SHIFT) - 1;

/** Trees over prices. A tree is named by its root, which changes as leaves come and go; NONE is the empty tree. */
export class PriceTrees {
  /** A leaf next to the one that was inserted last: the next lower one if `besideIsLower`, else the next higher one. */
  beside = NONE;
  besideIsLower = false;
  #children: Int32Array<ArrayBuffer> = linesOfWords(64 * FORK_CHILDREN).fill(NONE);
  /** A bit for each child of a fork that is there; in a free fork the next free one. */
  #masks: Int32Array<ArrayBuffer> = new Int32Array(64);
  #used = 1;
  #free = NONE;

  /** The only leaf of the tree that can have this price, or NONE. hot path */
  find(root: number, price: number): number {
    const children = this.#children;
    let node = root;
    while (node < NONE) node = children[childAt(node, price)]!;
    return node;
  }

  // Steps of many ways side by side, for whoever looks ahead. They hold no branch: a wrong guess would end a processor's
  // way ahead. A leaf stays, and NONE, too: it names the fork that is not used, whose children are all NONE.

  /** Takes `count` ways from a fork to the node below it that leads to a price. hot path */
  step(nodes: Int32Array, prices: Int32Array, count: number): number {
    const children = this.#children;
    const masks = this.#masks;
    let read = 0;
    for (let n = 0; n < count; n++) {
      const node = nodes[n]!;
      const isFork = node >> 31;
      const at = childAt(node, prices[n]!) & isFork;
      read += masks[at >>> DIGIT_BITS]!;
      nodes[n] = (children[at]! & isFork) | (node & ~isFork);
    }
    return read | 0;
  }

  /** The same, but where nothing stands at the price to the next lower one, or else the next higher. hot path */
  stepBeside(nodes: Int32Array, prices: Int32Array, count: number): void {
    const children = this.#children;
    const masks = this.#masks;
    for (let n = 0; n < count; n++) {
      const node = nodes[n]!;
      const isFork = node >> 31;
      const at = childAt(node, prices[n]!) & isFork;
      const mask = masks[at >>> DIGIT_BITS]!;
      const below = mask & ((2 << (at & DIGIT_MASK)) - 1);
      const isLowest = (below - 1) >> 31;
      const chosen = below | (mask & -mask & isLowest);
      const child = children[(at & CHILDREN_MASK) | ((31 - Math.clz32(chosen)) & DIGIT_MASK)]!;
      nodes[n] = (child & isFork) | (node & ~isFork);
    }
  }

  /**
   * Any leaf of a tree that is not empty, one that shares as many leading digits with a price as any; mostly it is the
   * one beside the price. hot path
   */
  findSimilar(root: number, price: number): number {
    const children = this.#children;
    let node = root;
    while (node < NONE) {
      const child = children[childAt(node, price)]!;
      node = child === NONE ? this.#nearest(node, price) : child;
    }
    return node;
  }

  /**
   * Adds a leaf whose price no other leaf has; `similarPrice` is the price of what {@link findSimilar} found. Returns
   * the new root and sets `beside`. hot path
   */
  insert(root: number, price: number, leaf: number, similarPrice: number): number {
    const digit = ((31 - Math.clz32(price ^ similarPrice)) / DIGIT_BITS) | 0;
    const made = this.#free === NONE ? this.#prepare() : this.#free;
    const children = this.#children;
    let parent = NONE;
    let node = root;
    while (node < NONE && (~node & DIGITS_MASK) > digit) {
      parent = childAt(node, price);
      node = children[parent]!;
    }
    let fork = node;
    let newRoot = root;
    if (node >= 0 || (~node & DIGITS_MASK) !== digit) {
      // The prices below `node` agree in this digit: a fork comes between it and its parent.
      this.#free = this.#masks[made]!;
      fork = ~((made << DIGITS_SHIFT) | digit);
      const other = childAt(fork, similarPrice);
      children[other] = node;
      this.#masks[made] = 1 << (other & DIGIT_MASK);
      if (parent === NONE) newRoot = fork;
      else children[parent] = fork;
    }
    const at = childAt(fork, price);
    this.#findBeside(fork, at & DIGIT_MASK);
    this.#masks[~fork >>> DIGITS_SHIFT]! |= 1 << (at & DIGIT_MASK);
    children[at] = leaf;
    return newRoot;
  }

  /** Takes a leaf out; returns the new root. hot path */
  remove(root: number, price: number, leaf: number): number {
    const children = this.#children;
    let grandparent = NONE;
    let parent = NONE;
    let node = root;
    while (node < NONE) {
      grandparent = parent;
      parent = childAt(node, price);
      node = children[parent]!;
    }
    assert(node === leaf, 'the tree leads to the leaf');
    if (parent === NONE) return NONE;
    children[parent] = NONE;
    const fork = parent >>> DIGIT_BITS;
    const mask = this.#masks[fork]! & ~(1 << (parent & DIGIT_MASK));
    this.#masks[fork] = mask;
    if ((mask & (mask - 1)) !== 0) return root;
    // A single child takes the place of its fork.
    const last = (parent & CHILDREN_MASK) + lowestBit(mask);
    const child = children[last]!;
    children[last] = NONE;
    this.#masks[fork] = this.#free;
    this.#free = fork;
    if (grandparent === NONE) return child;
    children[grandparent] = child;
    return root;
  }

  /** Notes the leaf next to the one that comes to `digit` of a fork. */
  #findBeside(fork: number, digit: number): void {
    const mask = this.#maskOf(fork);
    const below = mask & ((1 << digit) - 1);
    this.besideIsLower = below !== 0;
    let node = this.#child(fork, below !== 0 ? highestBit(below) : lowestBit(mask));
    while (node < NONE) {
      const inner = this.#maskOf(node);
      node = this.#child(node, below !== 0 ? highestBit(inner) : lowestBit(inner));
    }
    this.beside = node;
  }

  /** The child of a fork next to where a price would stand, the next lower one if there is one. */
  #nearest(node: number, price: number): number {
    const mask = this.#maskOf(node);
    const below = mask & ((1 << (childAt(node, price) & DIGIT_MASK)) - 1);
    return this.#child(node, below !== 0 ? highestBit(below) : lowestBit(mask));
  }

  #maskOf(node: number): number {
    return this.#masks[~node >>> DIGITS_SHIFT]!;
  }

  #child(node: number, value: number): number {
    return this.#children[((~node << CHILDREN_SHIFT) & CHILDREN_MASK) + value]!;
  }

  /** A free fork, whose children are all NONE; it stays on the list until it is used. */
  #prepare(): number {
    const fork = this.#used;
    if (fork === this.#masks.length) {
      const { length } = this.#children;
      this.#children = longerLines(this.#children, length * 2).fill(NONE, length);
      this.#masks = longerLines(this.#masks, this.#masks.length * 2);
    }
    this.#used = fork + 1;
    this.#masks[fork] = NONE;
    this.#free = fork;
    return fork;
  }
}

/** Where the child of a fork on the way to a price stands. */
function childAt(node: number, price: number): number {
  const fork = ~node;
  const shift = (fork & DIGITS_MASK) * DIGIT_BITS;
  return ((fork << CHILDREN_SHIFT) & CHILDREN_MASK) | ((price >>> shift) & DIGIT_MASK);
}

function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}

function highestBit(mask: number): number {
  return 31 - Math.clz32(mask);
}
