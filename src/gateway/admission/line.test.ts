import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Line, type LinePlace } from './line.ts';

/** An event loop of the test's own: each request takes a millisecond. */
class Loop {
  nowMs = 0;
  readonly done: string[] = [];
  #deferred: (() => void)[] = [];
  readonly line: Line;

  constructor(costPerTurn: number, waitingMax = 100) {
    this.line = new Line({
      costPerTurn,
      waitingMax,
      now: () => this.nowMs,
      defer: (callback) => this.#deferred.push(callback),
    });
  }

  request(owner: string, name: string, place: LinePlace = 'proven', cost = 1): boolean {
    return this.line.enter(owner, place, cost, () => {
      this.done.push(name);
      this.nowMs += 1;
    });
  }

  turn(): void {
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const callback of deferred) callback();
  }
}

test('as long as there is little to do, requests go on at once and in order', () => {
  const loop = new Loop(5);
  for (let n = 0; n < 4; n++) loop.request(n % 2 === 0 ? 'a' : 'b', `r${n}`);
  assert.deepEqual(loop.done, ['r0', 'r1', 'r2', 'r3']);
  assert.equal(loop.line.waiting, 0);
});

test('a turn is bounded though all that a request costs comes after it has gone on', () => {
  const loop = new Loop(3);
  const done: number[] = [];
  for (let n = 0; n < 12; n++) loop.line.enter('flood', 'proven', 1, () => done.push(n));
  for (let turn = 1; turn <= 4; turn++) {
    assert.equal(done.length, 3 * turn);
    loop.turn();
  }
});

test('a request with a large body is worth several without one', () => {
  const loop = new Loop(6);
  for (let n = 0; n < 6; n++) loop.request('a', `r${n}`, 'proven', 5);
  assert.deepEqual(loop.done, ['r0', 'r1']);
});

test('an owner with one request does not wait behind all of another', () => {
  const loop = new Loop(2);
  for (let n = 0; n < 50; n++) loop.request('flood', `f${n}`);
  assert.deepEqual(loop.done, ['f0', 'f1']);
  loop.request('honest', 'h');
  while (loop.line.waiting > 0) loop.turn();
  assert.ok(loop.done.indexOf('h') < 12, `${loop.done.indexOf('h')}`);
  assert.equal(loop.done.length, 51, 'all were done');
});

test('cancels go on at once while others wait, and come first where they wait themselves', () => {
  const loop = new Loop(2);
  for (let n = 0; n < 20; n++) loop.request('a', `o${n}`);
  loop.request('a', 'c0', 'cancel');
  assert.equal(loop.done.at(-1), 'c0', 'before the orders that wait, of the same key too');
  for (let n = 1; n < 4; n++) loop.request('a', `c${n}`, 'cancel');
  const waitedFor = loop.done.length;
  loop.turn();
  assert.match(loop.done[waitedFor]!, /^c/);
  while (loop.line.waiting > 0) loop.turn();
  assert.equal(loop.done.length, 24);
});

test('what cancels need does not keep orders out for ever', () => {
  const loop = new Loop(2);
  for (let n = 0; n < 10; n++) loop.request('a', `o${n}`);
  for (let n = 0; n < 90; n++) loop.request('b', `c${n}`, 'cancel');
  for (let turns = 0; loop.line.waiting > 0; turns++) {
    assert.ok(turns < 100);
    loop.turn();
  }
  assert.equal(loop.done.length, 100);
});

test('an owner has room of its own in the line', () => {
  const loop = new Loop(1, 3);
  const taken = Array.from({ length: 6 }, (_, n) => loop.request('flood', `f${n}`));
  assert.deepEqual(taken, [true, true, true, true, false, false]);
  assert.equal(loop.request('honest', 'h'), true);
});

test('strangers who name keys at many addresses get half of what is done, and no turn before cancels', () => {
  const loop = new Loop(2);
  const floods = 500;
  for (let n = 0; n < floods; n++) loop.request(`address ${n}`, `f${n}`, 'unproven', 5);
  for (let n = 0; n < 20; n++) loop.request('honest', `h${n}`);
  loop.request('honest', 'c', 'cancel');
  loop.turn();
  assert.ok(loop.done.indexOf('c') <= 3);
  while (!loop.done.includes('h19')) loop.turn();
  const flooded = loop.done.filter((name) => name.startsWith('f')).length;
  assert.ok(
    flooded <= 10,
    `${flooded} of the flood before twenty of a proven key, each at a fifth of its cost`,
  );
  while (loop.line.waiting > 0) loop.turn();
  assert.equal(loop.done.length, floods + 21, 'all were done');
});
