import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../std/random.ts';
import { ReplayWindow, windowCounters } from './replay-window.ts';

test('every number counts once, whatever comes before it: the same as a set of all that came', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = new Random(seed);
    const window = new ReplayWindow();
    const come = new Set<number>();
    let newest = 0;
    let next = random.pick([1, 2 ** 20, 2 ** 32 - 50, 2 ** 47]);
    for (let n = 0; n < 3_000; n++) {
      if (random.chance(0.5)) next += random.chance(0.02) ? random.between(1, 5_000) : 1;
      const counter = Math.max(
        1,
        random.chance(0.5) ? next : next - random.below(random.pick([4, 100, 3_000])),
      );
      const isKnown = newest - counter < windowCounters;
      assert.equal(window.isNew(counter), isKnown && !come.has(counter), `seed ${seed}, counter ${counter}`);
      if (!window.isNew(counter)) continue;
      window.note(counter);
      come.add(counter);
      newest = Math.max(newest, counter);
      assert.equal(window.isNew(counter), false);
    }
  }
});

test('the edges: the oldest that is known, the first that is not, and 0', () => {
  const window = new ReplayWindow();
  assert.equal(window.isNew(0), false);
  window.note(windowCounters + 10);
  assert.deepEqual(
    [11, 10].map((counter) => window.isNew(counter)),
    [true, false],
  );
  window.note(11);
  assert.equal(window.isNew(11), false);
  window.note(3 * windowCounters);
  assert.equal(window.isNew(3 * windowCounters - 1), true);
});
