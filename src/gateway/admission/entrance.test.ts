import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { wideLimits } from '../testing/wide-limits.ts';
import { Entrance, type EntranceLimits, type RefusalCause } from './entrance.ts';
import { loopLookMs } from './loop-delay.ts';
import { RateError } from './rate-error.ts';
import { ShownKeys } from './rates.ts';
import { CoreError } from './refusals.ts';
import { type RequestKind, requestKinds } from './services.ts';
import { defaultSheddingLimits } from './shedding.ts';

class Door {
  nowMs = 0;
  readonly refused: [RequestKind, RefusalCause][] = [];
  readonly done: string[] = [];
  readonly entrance: Entrance;
  #deferred: (() => void)[] = [];

  constructor(limits: Partial<EntranceLimits> = {}) {
    const all = {
      ...wideLimits,
      ...defaultSheddingLimits,
      lineCostPerTurn: 2,
      lineWaitingMax: 50,
      delayMsMax: 100,
      turnMsMax: 1_000,
    };
    this.entrance = new Entrance(
      { ...all, ...limits },
      {
        now: () => this.nowMs,
        defer: (callback) => this.#deferred.push(callback),
        onRefused: (kind, reason) => this.refused.push([kind, reason]),
      },
    );
  }

  /** A request of a key that is known to have it, or of a stranger; each takes a millisecond. */
  request(keyId: string | undefined, name: string, kind: RequestKind = 'order'): string {
    const trust = new ShownKeys();
    if (keyId !== undefined) trust.add(keyId);
    try {
      const claim = { source: 'a', address: '127.0.0.1', keyId, trust };
      this.entrance.charge(claim, kind);
      this.entrance.wait(claim, kind, 1, () => {
        this.done.push(name);
        this.nowMs += 1;
      });
    } catch (error) {
      assert.ok(error instanceof CoreError);
      return error.code;
    }
    return 'taken';
  }

  turn(): void {
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const callback of deferred) callback();
  }
}

test('a key that floods is refused by its rate, with what to wait, and another is not touched', () => {
  const door = new Door({ keyRequestsPerSecond: 10, keyRequestsBurst: 3 });
  const answers = Array.from({ length: 10 }, (_, n) => door.request('flood', `f${n}`));
  assert.equal(answers.filter((answer) => answer === 'rateExceeded').length, 7);
  assert.equal(door.request('honest', 'h'), 'taken');
  assert.deepEqual(door.refused[0], ['order', 'key']);
  const trust = new ShownKeys();
  trust.add('flood');
  const error = assertThrows(() =>
    door.entrance.charge({ source: 'a', address: '127.0.0.1', keyId: 'flood', trust }, 'order'),
  );
  assert.ok(error.waitMs > 0 && error.waitMs <= 100);
  assert.deepEqual(error.state, { subject: 'key', perSecond: 10, left: 0 });
});

function assertThrows(action: () => void): RateError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof RateError);
    return error;
  }
  throw new Error('nothing was refused');
}

test('strangers wait behind each other, and a customer does not wait behind them', () => {
  const door = new Door();
  for (let n = 0; n < 40; n++) door.request(undefined, `s${n}`, 'query');
  door.request('customer', 'c');
  while (door.entrance.waiting > 0) door.turn();
  assert.ok(door.done.indexOf('c') < 12, `${door.done.indexOf('c')}`);
});

test('a new connection of a key that has signed from there waits with proven keys, until a signature is wrong', () => {
  const door = new Door();
  const claim = (source: string) => ({ source, address: source, keyId: 'customer', trust: new ShownKeys() });
  const place = (source: string): number => {
    for (let n = 0; n < 80; n++) {
      const stranger = { ...claim(`s${n}`), keyId: `k${n}` };
      door.entrance.wait(stranger, 'order', 1, () => {
        door.done.push('stranger');
        door.nowMs += 1;
      });
    }
    door.entrance.wait(claim(source), 'order', 1, () => door.done.push('customer'));
    while (door.entrance.waiting > 0) door.turn();
    return door.done.splice(0).indexOf('customer');
  };
  assert.equal(place('a'), 80, 'nothing is known of it');
  door.entrance.proven(claim('a'), 'order');
  assert.ok(place('a') < 5);
  assert.equal(place('b'), 80, 'from elsewhere');
  door.entrance.failed(claim('a'));
  assert.equal(place('a'), 80, 'a forger is there');
  door.entrance.proven(claim('a'), 'order');
  door.nowMs += 700_000;
  assert.equal(place('a'), 80, 'too long ago');
});

test('new connections of one key are one owner, from however many sources it has signed', () => {
  const door = new Door();
  const claim = (n: number) => ({ source: `a${n}`, address: '', keyId: 'flood', trust: new ShownKeys() });
  for (let n = 0; n < 40; n++) door.entrance.proven(claim(n), 'order');
  door.request('busy', 'first');
  door.request('busy', 'second');
  for (let n = 0; n < 40; n++) door.entrance.wait(claim(n), 'order', 1, () => door.done.push('flood'));
  door.request('customer', 'customer');
  while (door.entrance.waiting > 0) door.turn();
  assert.ok(door.done.indexOf('customer') < 12, `${door.done.indexOf('customer')}`);
});

test('when requests wait too long, reports are refused first, then queries, then orders, and cancels never', () => {
  const firstRefused = new Map<RequestKind, number>();
  for (let lateMs = 0; lateMs <= 400; lateMs += 5) {
    const door = new Door();
    door.nowMs += loopLookMs + lateMs;
    door.entrance.look();
    for (const kind of requestKinds) {
      const isRefused = door.request(kind, kind, kind) !== 'taken';
      if (isRefused && !firstRefused.has(kind)) firstRefused.set(kind, lateMs);
    }
  }
  assert.deepEqual(Object.fromEntries(firstRefused), { report: 70, query: 80, order: 90 });
});

test('a loop that stood still is not busy when it turns again', () => {
  const door = new Door();
  door.nowMs += 2_000;
  door.entrance.look();
  for (const kind of requestKinds) assert.equal(door.request(kind, kind, kind), 'taken');
});

test('a line that is full for one owner is not full for another', () => {
  const door = new Door({ lineWaitingMax: 3 });
  const answers = Array.from({ length: 10 }, (_, n) => door.request('flood', `f${n}`));
  assert.equal(answers.filter((answer) => answer === 'gatewayBusy').length, 5, `${answers}`);
  assert.deepEqual(door.refused[0], ['order', 'line']);
  assert.equal(door.request('honest', 'h'), 'taken');
});

test('an order that waits does not hold up a cancel of the same key', () => {
  const door = new Door();
  for (let n = 0; n < 20; n++) door.request('a', `o${n}`);
  door.request('a', 'cancel', 'cancel');
  assert.equal(door.done.at(-1), 'cancel');
});
