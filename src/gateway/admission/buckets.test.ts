import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { Buckets } from './buckets.ts';

test('a bucket gives its burst at once, and then its rate', () => {
  const buckets = new Buckets({ perSecond: 10, burst: 3 }, 8);
  for (let n = 0; n < 3; n++) assert.equal(buckets.take('a', 1, 0), 0);
  assert.equal(buckets.take('a', 1, 0), 100);
  assert.equal(buckets.take('a', 1, 40), 60);
  assert.equal(buckets.take('a', 1, 100), 0);
  assert.equal(buckets.take('a', 1, 100), 100);
});

test('a refusal takes nothing, and one name does not take from another', () => {
  const buckets = new Buckets({ perSecond: 1, burst: 1 }, 8);
  assert.equal(buckets.take('a', 1, 0), 0);
  for (let n = 0; n < 100; n++) assert.equal(buckets.take('a', 1, 500), 500);
  assert.equal(buckets.take('b', 1, 500), 0);
  assert.equal(buckets.take('a', 1, 1000), 0);
});

test('what costs more than a bucket holds costs a whole one', () => {
  const buckets = new Buckets({ perSecond: 10, burst: 5 }, 8);
  assert.equal(buckets.take('a', 50, 0), 0);
  assert.equal(buckets.left('a', 0), 0);
  assert.equal(buckets.take('a', 50, 499), 1);
});

test('a charge goes below nothing, by one burst at most, and what is given back is there again', () => {
  const buckets = new Buckets({ perSecond: 10, burst: 5 }, 8);
  for (let n = 0; n < 100; n++) buckets.charge('a', 10, 0);
  assert.equal(buckets.take('a', 1, 0), 600);
  assert.equal(buckets.take('a', 1, 600), 0);
  buckets.giveBack('a', 1);
  assert.equal(buckets.take('a', 1, 600), 0);
  assert.equal(buckets.left('b', 0), 5);
});

test('a clock that stands, or is set back, gives nothing', () => {
  const buckets = new Buckets({ perSecond: 10, burst: 1 }, 8);
  assert.equal(buckets.take('a', 1, 1000), 0);
  assert.equal(buckets.take('a', 1, 900), 200);
  assert.equal(buckets.take('a', 1, 1000), 100);
});

test('names beyond the bound get the buckets of those that are full, or share one', () => {
  const buckets = new Buckets({ perSecond: 1, burst: 2 }, 4);
  for (const name of ['a', 'b', 'c', 'd']) assert.equal(buckets.take(name, 1, 0), 0);
  assert.equal(buckets.take('e', 1, 0), 0);
  assert.equal(buckets.take('f', 1, 0), 0);
  assert.equal(buckets.take('g', 1, 0), 1000, 'e, f and g have one bucket together');
  assert.equal(buckets.take('a', 1, 0), 0, 'a has its own');
  assert.equal(buckets.take('h', 2, 2000), 0, 'all are full by then');
  assert.ok(buckets.size <= 5);
});

test('in no time a name gets more than its burst and its rate, however it asks', () => {
  const asks = fc.array(fc.record({ gapMs: fc.nat(400), cost: fc.integer({ min: 1, max: 4 }) }));
  fc.assert(
    fc.property(asks, (list) => {
      const rate = { perSecond: 20, burst: 6 };
      const buckets = new Buckets(rate, 2);
      const taken: { readonly atMs: number; readonly cost: number }[] = [];
      let nowMs = 0;
      for (const { gapMs, cost } of list) {
        nowMs += gapMs;
        const waitMs = buckets.take('a', cost, nowMs);
        if (waitMs === 0) taken.push({ atMs: nowMs, cost });
        else
          assert.equal(
            new Buckets(rate, 2).take('a', cost, nowMs),
            0,
            'only what was taken before is missing',
          );
      }
      for (let from = 0; from < taken.length; from++) {
        let sum = 0;
        for (const { atMs, cost } of taken.slice(from)) {
          sum += cost;
          const most = rate.burst + (rate.perSecond * (atMs - taken[from]!.atMs)) / 1000;
          assert.ok(sum <= most + 1e-6, `${sum} of ${most}`);
        }
      }
    }),
  );
});
