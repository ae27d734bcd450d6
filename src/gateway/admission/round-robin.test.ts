import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { RoundRobin } from './round-robin.ts';

function taken<T>(line: RoundRobin<T>, most = Number.POSITIVE_INFINITY): T[] {
  const items: T[] = [];
  while (items.length < most) {
    const item = line.next();
    if (item === undefined) break;
    items.push(item);
  }
  return items;
}

test('one owner that asks for much does not come before one that asks for little', () => {
  const line = new RoundRobin<string>(1, 1000);
  for (let n = 0; n < 500; n++) line.offer('flood', `f${n}`, 1);
  assert.deepEqual(taken(line, 3), ['f0', 'f1', 'f2']);
  line.offer('honest', 'h0', 1);
  line.offer('honest', 'h1', 1);
  assert.deepEqual(taken(line, 5), ['h0', 'f3', 'h1', 'f4', 'f5']);
});

test('items of one owner come in their order, and it has a bound', () => {
  const line = new RoundRobin<number>(2, 3);
  assert.deepEqual(
    [1, 2, 3, 4].map((n) => line.offer('a', n, 1)),
    [true, true, true, false],
  );
  assert.equal(line.offer('b', 9, 1), true, 'another owner has room of its own');
  assert.equal(line.size, 4);
  assert.deepEqual(taken(line), [1, 2, 9, 3]);
  assert.equal(line.size, 0);
  assert.equal(line.next(), undefined);
});

test('an owner of dear items gets as much done as one of cheap ones, not as many', () => {
  const line = new RoundRobin<string>(1, 1000);
  for (let n = 0; n < 40; n++) line.offer('dear', 'dear', 5);
  for (let n = 0; n < 200; n++) line.offer('cheap', 'cheap', 1);
  const first = taken(line, 120);
  const dear = first.filter((owner) => owner === 'dear').length;
  assert.ok(dear >= 19 && dear <= 21, `${dear} dear items among ${first.length}`);
});

test('nothing is kept for later by waiting for nothing', () => {
  const line = new RoundRobin<string>(10, 1000);
  line.offer('a', 'a', 1);
  taken(line);
  for (let n = 0; n < 30; n++) line.offer('b', 'b', 1);
  for (let n = 0; n < 30; n++) line.offer('a', 'a', 1);
  assert.equal(taken(line, 20).filter((owner) => owner === 'a').length, 10);
});

test('between any two owners that wait, what is done differs by a quantum and the dearest item', () => {
  const quantum = 3;
  const costMax = 5;
  const owners = ['a', 'b', 'c', 'd'];
  const arrivals = fc.array(
    fc.record({ owner: fc.constantFrom(...owners), cost: fc.integer({ min: 1, max: costMax }) }),
    { minLength: 1, maxLength: 300 },
  );
  fc.assert(
    fc.property(arrivals, (list) => {
      const line = new RoundRobin<{ readonly owner: string; readonly cost: number }>(quantum, 1000);
      const waiting = new Map(owners.map((owner) => [owner, 0]));
      for (const one of list) {
        line.offer(one.owner, one, one.cost);
        waiting.set(one.owner, waiting.get(one.owner)! + 1);
      }
      const done = new Map(owners.map((owner) => [owner, 0]));
      for (let one = line.next(); one !== undefined; one = line.next()) {
        waiting.set(one.owner, waiting.get(one.owner)! - 1);
        done.set(one.owner, done.get(one.owner)! + one.cost);
        const still = owners.filter((owner) => waiting.get(owner)! > 0).map((owner) => done.get(owner)!);
        assert.ok(Math.max(...still) - Math.min(...still) <= quantum + 2 * costMax, `${still}`);
      }
      assert.deepEqual([...waiting.values()], [0, 0, 0, 0], 'all were done');
    }),
  );
});
