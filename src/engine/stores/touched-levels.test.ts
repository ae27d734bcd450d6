/** The levels of one command: each once, in the order of their first change, with their last state. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../std/random.ts';
import { TouchedLevels } from './touched-levels.ts';

test('levels that differ in side, price or instrument only are kept apart, few or many, command after command', () => {
  const random = new Random(11);
  const touched = new TouchedLevels(0x5bd1_e995);
  // Small ones first: while the table is small too, levels meet in it.
  for (let command = 0; command < 2000; command++) {
    const instrument = random.below(60_000);
    const model = new Map<string, number[]>();
    for (let n = random.below(command < 1980 ? 12 : 2000); n >= 0; n--) {
      const level = [
        instrument + random.below(2),
        1 + random.below(2),
        1 + random.below(command < 1980 ? 3 : 100),
      ] as const;
      const after = [random.below(1000), random.below(10)] as const;
      touched.note(...level, ...after);
      model.set(level.join(), [...level, ...after]);
    }
    const found = Array.from({ length: touched.count }, (_, n) => [
      touched.instrument(n),
      touched.side(n),
      touched.price(n),
      touched.lots(n),
      touched.orders(n),
    ]);
    assert.deepEqual(found, [...model.values()]);
    touched.clear();
    assert.equal(touched.count, 0);
  }
});
