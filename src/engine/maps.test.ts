/** The maps of the engine against JavaScript's own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NONE } from '../book/records.ts';
import { Random } from '../std/random.ts';
import { OrderIdPages } from './order-id-pages.ts';
import { OrderIds } from './order-ids.ts';
import { SlotMap } from './slot-map.ts';

const orderIdMaps = {
  'in pages': () => new OrderIdPages(),
  'in a narrow window': () => new OrderIds(16, 64),
  'in a window that grows': () => new OrderIds(16, 4_096),
};

for (const [name, make] of Object.entries(orderIdMaps)) {
  test(`order ids ${name} find their slots while they come, stay for long or go, also above 32 bits`, () => {
    for (const start of [1, 2 ** 32 - 5000, 2 ** 52]) findsThemFrom(start, make());
  });
}

function findsThemFrom(start: number, pages: OrderIdPages | OrderIds): void {
  const random = new Random(start);
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
    const changed = id - random.below(100);
    if (model.has(changed)) {
      pages.set(changed, changed % 13);
      model.set(changed, changed % 13);
    }
    const asked = Math.max(1, id - random.below(3000));
    assert.equal(pages.find(asked), model.get(asked) ?? NONE);
  }
  for (const [id, slot] of model) assert.equal(pages.find(id), slot);
  for (const id of model.keys()) pages.remove(id);
  for (const id of model.keys()) assert.equal(pages.find(id), NONE);
}

test('order ids come in any order and with gaps wider than the window, as they do from a snapshot', () => {
  for (const windowMax of [16, 64, 4_096, 65_536]) {
    const random = new Random(windowMax);
    const ids = new OrderIds(16, windowMax);
    const model = new Map<number, number>();
    let base = 1;
    for (let step = 0; step < 6_000; step++) {
      if (random.below(100) === 0) base += random.below(random.pick([50, 20_000]));
      const id = base + step + random.below(200) - random.below(400);
      if (id > 0 && !model.has(id)) {
        ids.add(id, step);
        model.set(id, step);
      }
      const asked = Math.max(1, base + step + 300 - random.below(1_000));
      assert.equal(ids.find(asked), model.get(asked) ?? NONE);
      if (random.below(3) > 0 || !model.has(asked)) continue;
      ids.remove(asked);
      model.delete(asked);
    }
    for (const [id, slot] of model) assert.equal(ids.find(id), slot);
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

test('a table that grows bit by bit loses nothing on the way, whatever stands in runs', () => {
  const random = new Random(4);
  const map = new SlotMap(1);
  const hashes = new Map<number, number>();
  const isThere = (slot: number, hash: number): boolean => {
    for (let place = map.start(hash); map.slotAt(place) !== NONE; place = map.next(place)) {
      if (map.slotAt(place) === slot) return true;
    }
    return false;
  };
  for (let slot = 0; slot < 6_000; slot++) {
    // Few places and many hashes for each: long runs, some of which go around the end of the table.
    const hash = random.below(2) === 0 ? random.next() | 0 : -1 - random.below(500);
    map.add(hash, slot);
    hashes.set(slot, hash);
    for (let n = 0; n < 3; n++) {
      const asked = random.below(slot + 1);
      const expected = hashes.get(asked);
      if (expected === undefined) continue;
      assert.ok(isThere(asked, expected));
      if (random.below(4) > 0) continue;
      map.remove(expected, asked);
      hashes.delete(asked);
      assert.ok(!isThere(asked, expected));
    }
  }
  for (const [slot, hash] of hashes) assert.ok(isThere(slot, hash));
});
