import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RequestKind, requestKinds } from './services.ts';
import { defaultSheddingLimits, inFlightOf, isShed } from './shedding.ts';

test('with growing pressure reports are turned away first, then queries, then orders, and cancels never', () => {
  const shedAt = (permille: number): RequestKind[] =>
    requestKinds.filter((kind) => isShed(kind, permille, defaultSheddingLimits));
  assert.deepEqual(shedAt(699), []);
  assert.deepEqual(shedAt(700), ['report']);
  assert.deepEqual(shedAt(800), ['query', 'report']);
  assert.deepEqual(shedAt(899), ['query', 'report']);
  assert.deepEqual(shedAt(900), ['order', 'query', 'report']);
  assert.deepEqual(shedAt(5000), ['order', 'query', 'report']);
});

test('each kind has its own pool, so that the others never keep a cancel out', () => {
  const pools = inFlightOf({
    ...defaultSheddingLimits,
    ordersInFlightMax: 4,
    queriesInFlightMax: 2,
    cancelsInFlightMax: 8,
  });
  for (const kind of ['order', 'query', 'report'] as const) while (pools[kind].take('a'));
  assert.equal(pools.order.take('b'), false, 'the pool is empty');
  assert.equal(pools.cancel.take('a'), true);
});
