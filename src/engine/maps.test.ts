/** The two maps of the engine against JavaScript's own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NONE } from '../book/records.ts';
import { Random } from '../std/random.ts';
import { OrderIdPages } from './order-id-pages.ts';
import { SlotMap } from './slot-map.ts';

test('order ids find their slots while they come, stay for long or go, also above 32 bits', () => {
  for (const start of [1, 2 ** 32 - 5000, 2 ** 52]) {
    const random = new Random(start);
    const pages = new OrderIdPages();
    const model = new Map<number, number>();
    for (let id = start; id < start + 10_000; id++) {
      pages.add(id, id % 997);
      model.set(id, id % 997);
      // Most ids go soon, one in sixty-four stays.
      const gone = id - random.below(100);
      if (model.has(gone) && gone % 64 !== 0) {
        pages.remove(gone);
        model.delete(gone);
      }
      const asked = id - random.below(3000);
      assert.equal(pages.find(asked), model.get(asked) ?? NONE);
    }
    for (const [id, slot] of model) assert.equal(pages.find(id), slot);
    for (const id of model.keys()) pages.remove(id);
    for (const id of model.keys()) assert.equal(pages.find(id), NONE);
  }
});

test('slots are found under their hash, however many share it, and the others stay when one goes', () => {
  const random = new Random(9);
  const map = new SlotMap(1);
  const model = new Map<number, number>();
  const has = (hash: number, slot: number): boolean => {
    for (let place = map.start(hash); map.slotAt(place) !== NONE; place = map.next(place)) {
      if (map.slotAt(place) === slot) return true;
    }
    return false;
  };
  for (let step = 0; step < 20_000; step++) {
    const slot = random.below(300);
    const hash = model.get(slot);
    if (hash === undefined) {
      const made = random.pick([0, -1, 255, random.next() | 0, random.below(40)]);
      map.add(made, slot);
      model.set(slot, made);
    } else {
      map.remove(hash, slot);
      model.delete(slot);
      assert.equal(has(hash, slot), false);
    }
    if (step % 100 === 0) for (const [there, under] of model) assert.equal(has(under, there), true);
  }
});
