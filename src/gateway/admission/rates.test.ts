import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  type Claim,
  type KeysShown,
  type RateLimits,
  RequestRates,
  ShownKeys,
  wrongSignatureCost,
} from './rates.ts';

const limits: RateLimits = {
  sourceRequestsPerSecond: 10,
  sourceRequestsBurst: 20,
  keyRequestsPerSecond: 10,
  keyRequestsBurst: 5,
  keyCancelsPerSecond: 10,
  keyCancelsBurst: 5,
  accountCommandsPerSecond: 10,
  accountCommandsBurst: 5,
  streamRequestsPerSecond: 10,
  streamRequestsBurst: 5,
};

function claim(source: string, keyId?: string, trust: KeysShown = new ShownKeys()): Claim {
  return { source, address: '127.0.0.1', keyId, trust };
}

/** How many of so many requests come in at one time. */
function taken(rates: RequestRates, count: number, of: Claim, kind: 'order' | 'cancel' = 'order'): number {
  let ok = 0;
  for (let n = 0; n < count; n++) if (rates.enter(of, kind, 0) === undefined) ok++;
  return ok;
}

test('requests without a key are counted by their source', () => {
  const rates = new RequestRates(limits);
  assert.equal(taken(rates, 100, claim('a')), 20);
  assert.equal(taken(rates, 100, claim('b')), 20);
  assert.deepEqual(rates.enter(claim('a'), 'query', 0), { subject: 'source', waitMs: 100 });
});

test('a key that its connection has shown is counted by itself, wherever it comes from', () => {
  const rates = new RequestRates(limits);
  const first = claim('a', 'alice');
  assert.equal(rates.enter(first, 'order', 0), undefined);
  assert.equal(rates.proven(first, 'order', 0), undefined);
  const second = claim('b', 'alice', first.trust);
  assert.equal(taken(rates, 10, first) + taken(rates, 10, second), 4);
  assert.equal(taken(rates, 10, first, 'cancel'), 5, 'its cancels are counted apart');
  assert.equal(taken(rates, 100, claim('a')), 20, 'and nothing of it is counted for its address');
});

test('whatever strangers do at the address of a customer, the customer gets in', () => {
  const rates = new RequestRates(limits);
  const customer = claim('shared', 'alice');
  rates.enter(customer, 'order', 0);
  rates.proven(customer, 'order', 0);
  taken(rates, 1000, claim('shared'));
  for (let n = 0; n < 100; n++) {
    const forger = claim('shared', 'alice');
    if (rates.enter(forger, 'order', 0) === undefined) rates.failed(forger, 0);
  }
  assert.equal(rates.enter(customer, 'order', 0), undefined, 'on the connection that has shown the key');
  const elsewhere = claim('elsewhere', 'alice');
  assert.equal(rates.enter(elsewhere, 'order', 0), undefined, 'and on a new one from another address');
  const colleague = claim('shared', 'bob');
  assert.equal(rates.enter(colleague, 'order', 0), undefined, 'another key at the same address too');
});

test('wrong signatures are dear, and right ones cost the claim nothing', () => {
  const rates = new RequestRates(limits);
  let wrong = 0;
  for (; rates.enter(claim('a', 'alice'), 'order', 0) === undefined; wrong++)
    rates.failed(claim('a', 'alice'), 0);
  assert.equal(wrong, limits.sourceRequestsBurst / wrongSignatureCost);
  let right = 0;
  for (let n = 0; n < 100; n++) {
    const fresh = claim('b', 'alice');
    if (rates.enter(fresh, 'order', 0) !== undefined) break;
    if (rates.proven(fresh, 'order', 0) === undefined) right++;
  }
  assert.equal(
    right,
    limits.keyRequestsBurst,
    'connections for one request each are counted by the key alone',
  );
});

test('a key beyond its rate does not get another check of a signature with each new connection', () => {
  const rates = new RequestRates(limits);
  let checked = 0;
  for (let n = 0; n < 1_000; n++) {
    const fresh = claim('a', 'alice');
    if (rates.enter(fresh, 'order', 0) !== undefined) break;
    rates.proven(fresh, 'order', 0);
    checked++;
  }
  assert.equal(checked, limits.keyRequestsBurst + limits.sourceRequestsBurst);
});

test('a key that fails on a connection which had shown it must show it again', () => {
  const rates = new RequestRates(limits);
  const one = claim('a', 'alice');
  rates.enter(one, 'order', 0);
  rates.proven(one, 'order', 0);
  rates.failed(one, 0);
  assert.equal(one.trust.has('alice'), false);
});

test('an account has a rate of its own, whatever keys act for it', () => {
  const rates = new RequestRates(limits);
  for (let n = 0; n < 5; n++) assert.equal(rates.command(7, 0), undefined);
  assert.deepEqual(rates.command(7, 0), { subject: 'account', waitMs: 100 });
  assert.equal(rates.command(8, 0), undefined);
});

test('messages of streams are counted by their key, or by their source without one, and apart from requests', () => {
  const rates = new RequestRates(limits);
  const alice = claim('a', 'alice');
  for (let n = 0; n < 5; n++) assert.equal(rates.streamed(alice, 1, 0), undefined);
  assert.deepEqual(rates.streamed(claim('b', 'alice'), 2, 0), { subject: 'streams', waitMs: 200 });
  assert.equal(rates.state('streams', alice, 0).left, 0);
  assert.equal(rates.streamed(claim('a'), 1_000, 0), undefined, 'the first one costs all there is at most');
  assert.deepEqual(rates.streamed(claim('a'), 1, 0), { subject: 'streams', waitMs: 100 });
  assert.equal(taken(rates, 1, claim('a')), 1);
});

test('a key is shown until it is taken back, or many others were shown behind it', () => {
  const shown = new ShownKeys();
  for (const keyId of ['a', 'b']) shown.add(keyId);
  assert.deepEqual(
    [shown.has('a'), shown.has('b'), shown.has('b'), shown.has('c')],
    [true, true, true, false],
  );
  shown.remove('b');
  assert.deepEqual([shown.has('a'), shown.has('b')], [true, false]);
  for (let n = 0; n < 64; n++) shown.add(`k${n}`);
  assert.equal(shown.has('a'), false, 'a proxy has brought many keys');
});
