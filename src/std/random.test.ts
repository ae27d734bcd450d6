import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from './random.ts';

test('the same seed gives the same stream, another seed another', () => {
  const draw = (seed: number): number[] => {
    const random = new Random(seed);
    return Array.from({ length: 8 }, () => random.next());
  };
  assert.deepEqual(draw(42), draw(42));
  assert.notDeepEqual(draw(42), draw(43));
  assert.notDeepEqual(draw(1), draw(1 + 2 ** 32));
});

test('draws stay within their bounds and reach both ends', () => {
  const random = new Random(7);
  const seen = new Set<number>();
  for (let n = 0; n < 1000; n++) seen.add(random.between(3, 6));
  assert.deepEqual([...seen].sort(), [3, 4, 5, 6]);
  assert.equal(random.chance(0), false);
  assert.equal(random.chance(1), true);
});
