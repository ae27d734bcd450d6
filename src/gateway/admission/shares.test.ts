import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { Shares } from './shares.ts';

function takeAll(shares: Shares, owner: string): number {
  let count = 0;
  while (shares.take(owner)) count++;
  return count;
}

test('one owner alone gets a fifth of the pool, and the next ones less', () => {
  const shares = new Shares(1000);
  assert.equal(takeAll(shares, 'a'), 200);
  assert.equal(takeAll(shares, 'b'), 160);
  assert.equal(takeAll(shares, 'c'), 128);
});

test('however many take all that they can, a newcomer gets in', () => {
  const shares = new Shares(256);
  for (let n = 0; n < 20; n++) takeAll(shares, `flood ${n}`);
  assert.ok(shares.held < 256);
  for (let n = 0; n < 8; n++) assert.equal(shares.take(`honest ${n}`), true);
});

test('what is given back can be taken again', () => {
  const shares = new Shares(64);
  const count = takeAll(shares, 'a');
  assert.equal(count, 16);
  shares.giveBack('a');
  assert.equal(shares.take('a'), true);
  assert.equal(shares.take('a'), false);
  for (let n = 0; n < count; n++) shares.giveBack('a');
  assert.equal(shares.held, 0);
  assert.equal(shares.heldBy('a'), 0);
});

test('a pool of one serves one after the other', () => {
  const shares = new Shares(1);
  assert.equal(shares.take('a'), true);
  assert.equal(shares.take('b'), false);
  shares.giveBack('a');
  assert.equal(shares.take('b'), true);
});

test('never more is held than there is, and the counts agree', () => {
  const steps = fc.array(fc.tuple(fc.nat(9), fc.boolean()), { maxLength: 400 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 80 }), steps, (max, list) => {
      const shares = new Shares(max);
      const held = new Map<string, number>();
      for (const [n, takes] of list) {
        const owner = `o${n}`;
        const own = held.get(owner) ?? 0;
        if (takes && shares.take(owner)) held.set(owner, own + 1);
        else if (!takes && own > 0) {
          shares.giveBack(owner);
          held.set(owner, own - 1);
        }
        let sum = 0;
        for (const [name, count] of held) {
          assert.equal(shares.heldBy(name), count);
          sum += count;
        }
        assert.equal(shares.held, sum);
        assert.ok(sum <= max);
      }
    }),
  );
});
