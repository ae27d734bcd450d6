import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../std/random.ts';
import { CommandRing } from './command-ring.ts';

/** A record of `length` bytes whose content follows from `mark`. */
function record(length: number, mark: number): DataView {
  const view = new DataView(new ArrayBuffer(length));
  view.setUint16(0, length, true);
  view.setUint32(4, mark, true);
  return view;
}

test('commands leave in the order in which they came, across any number of wraps', () => {
  const random = new Random(3);
  const ring = new CommandRing(1_024);
  const expected: number[] = [];
  const out = new DataView(new ArrayBuffer(128));
  let next = 1;
  for (let step = 0; step < 10_000; step++) {
    const length = 8 * random.between(1, 16);
    if (random.chance(0.5)) {
      if (ring.push(record(length, next), 0, length)) expected.push(next);
      next += 1;
    } else if (ring.count > 0) {
      ring.shift(out, 0, ring.nextLength());
      assert.equal(out.getUint32(4, true), expected.shift());
    }
    assert.equal(ring.count, expected.length);
  }
});

test('a full ring refuses without losing anything, and tells how full it is', () => {
  const ring = new CommandRing(1_024);
  let pushed = 0;
  while (ring.push(record(64, pushed), 0, 64)) pushed += 1;
  assert.equal(pushed, 16);
  assert.equal(ring.usedPermille, 1000);
  const out = new DataView(new ArrayBuffer(64));
  ring.shift(out, 0, ring.nextLength());
  assert.equal(out.getUint32(4, true), 0);
  assert.equal(ring.push(record(64, 99), 0, 64), true);
  ring.clear();
  assert.equal(ring.usedPermille, 0);
  assert.equal(ring.nextLength(), 0);
});
