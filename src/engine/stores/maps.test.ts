/** The maps of the engine against JavaScript's own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderStatus } from '../../protocol/events.ts';
import { Random } from '../../std/random.ts';
import { OrderStore } from '../../store/orders.ts';
import { NONE } from '../../store/records.ts';
import { ClosedOrders } from './closed-orders.ts';
import { OrderIdPages } from './order-id-pages.ts';
import { OrderIds } from './order-ids.ts';
import { closedPlace } from './order-index.ts';
import { SlotMap } from './slot-map.ts';

test('order ids in pages find their slots while they come, stay for long or go, also above 32 bits', () => {
  for (const start of [1, 2 ** 32 - 5000, 2 ** 52]) findsThemFrom(start);
});

function findsThemFrom(start: number): void {
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

/** Orders that open and close, found by id, beside a model of what must be found. */
class Orders {
  readonly open = new Map<number, number>();
  readonly closed: number[] = [];
  readonly #orders = new OrderStore(16, 1 << 20);
  readonly #closed: ClosedOrders;
  readonly #ids: OrderIds;

  constructor(closedMax: number, windowMax: number) {
    this.#closed = new ClosedOrders(4, closedMax);
    this.#ids = new OrderIds(this.#closed, this.#orders, 16, windowMax);
  }

  place(id: number): void {
    const slot = this.#orders.allocate();
    this.#orders.assign(slot, id, 0, 0, 1);
    this.#orders.setStatus(slot, OrderStatus.open);
    this.#ids.add(id, slot);
    this.open.set(id, slot);
  }

  close(id: number): void {
    const slot = this.open.get(id)!;
    if (this.#closed.isFull) {
      this.#ids.forget(this.#closed.orderId(this.#closed.oldest));
      this.closed.shift();
    }
    this.#ids.close(id, this.#closed.take(this.#orders, slot));
    this.#orders.release(slot);
    this.open.delete(id);
    this.closed.push(id);
  }

  /** What was open is found as such, what closed and is remembered at a place with its id, and nothing else. */
  agrees(id: number): void {
    const found = this.#ids.find(id);
    if (this.closed.includes(id)) {
      assert.ok(found < NONE, `order ${id} closed and is found`);
      assert.equal(this.#closed.orderId(closedPlace(found)), id);
    } else {
      assert.equal(found, this.open.get(id) ?? NONE, `order ${id}`);
    }
    const end = id + 40;
    let next = id;
    while (next < end && !this.open.has(next)) next++;
    assert.equal(this.#ids.nextOpen(id, end), next, `the open order from ${id} on`);
  }
}

for (const [closedMax, windowMax] of [
  [1, 16],
  [7, 16],
  [40, 64],
  [100, 4_096],
  [300, 512],
] as const) {
  test(`orders are found by id, open or closed, and forgotten in turn: ${closedMax} closed, ${windowMax} ids`, () => {
    for (const start of [1, 2 ** 32 - 3_000, 2 ** 52]) {
      const random = new Random(start + closedMax);
      const orders = new Orders(closedMax, windowMax);
      for (let id = start; id < start + 6_000; id++) {
        orders.place(id);
        // Most orders close soon, one in sixty-four stays long after the window has gone by.
        const gone = id - random.below(random.chance(0.02) ? 6_000 : 100);
        if (orders.open.has(gone) && (gone % 64 !== 0 || gone < id - 3_000)) orders.close(gone);
        orders.agrees(Math.max(1, id - random.below(3_000)));
        orders.agrees(random.pick(orders.closed.slice(0, 2).concat(id)));
      }
      for (const id of orders.open.keys()) orders.agrees(id);
      for (const id of orders.closed) orders.agrees(id);
    }
  });
}

test('order ids come in any order and with gaps wider than the window, as they do from a snapshot', () => {
  for (const windowMax of [16, 64, 4_096, 65_536]) {
    const random = new Random(windowMax);
    const orders = new Orders(50, windowMax);
    const seen = new Set<number>();
    let base = 1;
    for (let step = 0; step < 6_000; step++) {
      if (random.below(100) === 0) base += random.below(random.pick([50, 20_000]));
      const id = base + step + random.below(200) - random.below(400);
      if (id > 0 && !seen.has(id)) {
        orders.place(id);
        seen.add(id);
      }
      const asked = Math.max(1, base + step + 300 - random.below(1_000));
      orders.agrees(asked);
      if (random.below(3) === 0 && orders.open.has(asked)) orders.close(asked);
    }
    for (const id of seen) orders.agrees(id);
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
