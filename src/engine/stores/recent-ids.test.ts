import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GENERATIONS, RecentIds } from './recent-ids.ts';
import { mix } from './slot-map.ts';

test('ids of a generation that is over are forgotten at once, and leave the map while others come', () => {
  const ids = new RecentIds(100_000, 16, 0);
  const counts = [20_000, 1, 8_192, 0, 9_000, 30_000, 40_000];
  counts.forEach((count, round) => {
    const generation = round % GENERATIONS;
    ids.forget(generation);
    for (let n = 0; n < count; n++) {
      ids.hold(generation, n % 3);
      ids.add(generation, n % 3, mix(n), round);
    }
    for (let before = 0; before <= round; before++) {
      const isRemembered = before > round - GENERATIONS;
      for (let n = 0; n < counts[before]!; n += 97) {
        assert.equal(ids.has(n % 3, mix(n), before), isRemembered, `${n} of ${before} in ${round}`);
        assert.equal(ids.has((n + 1) % 3, mix(n), before), false);
      }
    }
    const words = [...ids.words()].reduce((sum, part) => sum + part.length, 0);
    assert.equal(words, ids.used * 3);
  });
  assert.equal(ids.held, 8_192 + 9_000 + 30_000 + 40_000);
  assert.equal(ids.map.count, ids.held, 'what is over has left the map');
  for (let n = 0; n < GENERATIONS; n++) ids.forget(n);
  assert.equal(ids.used + ids.held, 0);
  assert.equal(ids.mayHold(0), true);
  assert.equal(ids.has(2, mix(5), 6), false);
});
