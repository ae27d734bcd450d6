import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ReadingTurns } from './reading-turns.ts';

class Stand {
  nowMs = 0;
  readonly held = new Set<string>();
  #deferred: (() => void)[] = [];
  #later: (() => void)[] = [];
  readonly turns = new ReadingTurns({
    now: () => this.nowMs,
    defer: (callback) => this.#deferred.push(callback),
    later: (callback, ms) => {
      assert.ok(ms > 0);
      this.#later.push(callback);
    },
  });

  reader(name: string, hasFailed = false) {
    const [holdReading, readOn] = [() => void this.held.add(name), () => void this.held.delete(name)];
    return { hasFailed, holdReading, readOn };
  }

  turn(): void {
    for (const callback of this.#deferred.splice(0)) callback();
  }

  pause(): void {
    assert.ok(this.#later.length <= 1, 'one pause at a time');
    for (const callback of this.#later.splice(0)) callback();
  }

  get isAwake(): boolean {
    return this.#later.length > 0;
  }
}

test('strangers are read as they come while a turn has time for them', () => {
  const stand = new Stand();
  for (let n = 0; n < 200; n++) {
    for (let m = 0; m < 4; m++) stand.turns.began(stand.reader(`${n} ${m}`));
    stand.nowMs += 4;
    stand.turn();
  }
  assert.equal(stand.held.size, 0);
  assert.equal(stand.isAwake, false);
});

test('strangers that fill a turn are read in turn, a few in each one, and none is left out', () => {
  const stand = new Stand();
  const readers = Array.from({ length: 500 }, (_, n) => stand.reader(`${n}`));
  for (const reader of readers) {
    stand.turns.began(reader);
    stand.nowMs += 1;
  }
  assert.equal(stand.held.size, 495, 'those behind the first 5 ms');
  const reads = new Map<number, number>();
  for (let turn = 0; turn < 400; turn++) {
    const before = new Set(stand.held);
    stand.turn();
    assert.equal(stand.held.size, before.size, 'not before the pause is over');
    stand.pause();
    const readOn = readers.flatMap((_, n) => (before.has(`${n}`) && !stand.held.has(`${n}`) ? [n] : []));
    assert.equal(readOn.length, 4);
    for (const n of readOn) {
      reads.set(n, (reads.get(n) ?? 0) + 1);
      // It has more to say at once.
      stand.turns.began(readers[n]!);
      assert.ok(stand.held.has(`${n}`));
    }
  }
  const counts = [...reads.values()];
  assert.equal(reads.size, 495);
  assert.ok(Math.max(...counts) - Math.min(...counts) <= 1, 'each as often as the others');
});

test('once strangers have no more to say none is held, and one that leaves is read on', () => {
  const stand = new Stand();
  const readers = Array.from({ length: 50 }, (_, n) => stand.reader(`${n}`));
  for (const reader of readers) {
    stand.turns.began(reader);
    stand.nowMs += 1;
  }
  stand.turns.leave(readers[49]!);
  assert.equal(stand.held.has('49'), false);
  stand.turn();
  for (let turn = 0; turn < 12; turn++) stand.pause();
  assert.equal(stand.held.size, 0);
  assert.equal(stand.isAwake, false);
});

test('a stranger does not wait behind those whose signatures were wrong, and these are read on too', () => {
  const stand = new Stand();
  const flood = Array.from({ length: 500 }, (_, n) => stand.reader(`${n}`, true));
  for (const reader of flood) {
    stand.turns.began(reader);
    stand.nowMs += 1;
  }
  const { size } = stand.held;
  stand.turn();
  stand.turns.began(stand.reader('customer'));
  assert.equal(stand.held.has('customer'), false, 'the turn has time');
  stand.nowMs += 5;
  for (let n = 0; n < 6; n++) stand.turns.began(stand.reader(`stranger ${n}`));
  assert.ok(stand.held.has('stranger 0'));
  stand.pause();
  assert.deepEqual([stand.held.has('stranger 2'), stand.held.has('stranger 3')], [false, true]);
  stand.pause();
  assert.equal(stand.held.has('stranger 5'), false);
  for (let turn = 2; turn < size; turn++) stand.pause();
  assert.equal(stand.held.size, 0, 'one of them in each pause');
  assert.equal(stand.isAwake, false);
});
