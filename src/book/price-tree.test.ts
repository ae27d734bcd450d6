/** Trees over prices beside sorted lists of them, with prices that part at every digit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { priceTicksMax } from '../protocol/limits.ts';
import { Random } from '../std/random.ts';
import { NONE } from '../store/records.ts';
import { PriceTrees } from './price-tree.ts';

const LEAF_WORDS = 4;
const CHANGES = 8_000;
/** After so many changes growing turns into shrinking, and back. */
const TURN = 2_500;

for (const seed of [1, 2, 3, 4]) {
  test(`trees that share their forks find each price, the ones beside it and both ends, seed ${seed}`, () => {
    const random = new Random(seed);
    const trees = new PriceTrees(2);
    const prices = new Int32Array(CHANGES * LEAF_WORDS);
    const free: number[] = [];
    const gardens = [new Garden(trees), new Garden(trees), new Garden(trees)];
    let most = 0;
    for (let n = 0; n < CHANGES; n++) {
      const garden = random.pick(gardens);
      const price = drawPrice(random);
      const grows = random.below(10) < (Math.floor(n / TURN) % 2 === 0 ? 7 : 3);
      if (grows && !garden.leaves.has(price)) {
        const leaf = free.pop() ?? n;
        prices[leaf * LEAF_WORDS] = price;
        garden.root = trees.insert(garden.root, price, leaf, prices, LEAF_WORDS);
        garden.leaves.set(price, leaf);
      } else if (!grows && garden.leaves.size > 0) {
        const [gone, leaf] = random.pick([...garden.leaves]);
        garden.root = trees.remove(garden.root, gone, leaf);
        garden.leaves.delete(gone);
        free.push(leaf);
      }
      if (n % 10 === 0) garden.check(random);
      most = Math.max(most, garden.leaves.size);
    }
    assert.ok(most > 150, `${most} prices stood in one tree`);
  });
}

/** Any price, one at which a digit begins, one of those around a market's, or one of the highest. */
function drawPrice(random: Random): number {
  const kind = random.below(4);
  if (kind === 0) return 1 + random.below(priceTicksMax);
  if (kind === 1) return Math.min(priceTicksMax, Math.max(1, 2 ** random.below(32) + random.below(3) - 1));
  return kind === 2 ? 100_000 + random.below(200) : priceTicksMax - random.below(5);
}

/** One tree and what must be in it. */
class Garden {
  root = NONE;
  readonly leaves = new Map<number, number>();
  readonly #trees: PriceTrees;

  constructor(trees: PriceTrees) {
    this.#trees = trees;
  }

  check(random: Random): void {
    const trees = this.#trees;
    const sorted = [...this.leaves.keys()].sort((a, b) => a - b);
    const leafOf = (place: number): number => this.leaves.get(sorted[place] ?? 0) ?? NONE;
    assert.equal(trees.lowest(this.root), leafOf(0));
    assert.equal(trees.highest(this.root), leafOf(sorted.length - 1));
    if (sorted.length === 0) return;
    const asked = Array.from({ length: 5 }, () => random.below(sorted.length));
    for (const place of asked) {
      const price = sorted[place]!;
      assert.equal(trees.find(this.root, price), leafOf(place));
      assert.equal(trees.lower(this.root, price), leafOf(place - 1));
      assert.equal(trees.higher(this.root, price), leafOf(place + 1));
    }
    const nodes = new Int32Array(asked.length).fill(this.root);
    const wanted = Int32Array.from(asked, (place) => sorted[place]!);
    const stepsMost = 11;
    for (let step = 0; step < stepsMost; step++) trees.step(nodes, wanted, asked.length);
    assert.deepEqual([...nodes], asked.map(leafOf));
  }
}
