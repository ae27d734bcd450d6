import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSheddingLimits, shed } from './shedding.ts';

const idle = { cancel: 0, order: 0, query: 0 };
const limits = {
  ...defaultSheddingLimits,
  ordersInFlightMax: 4,
  cancelsInFlightMax: 8,
  queriesInFlightMax: 2,
};

test('from 90 % of the ring on, new orders and queries are turned away and cancels pass', () => {
  for (const kind of ['order', 'query'] as const) {
    assert.equal(shed(kind, 899, idle, limits), undefined);
    assert.equal(shed(kind, 900, idle, limits), 'exchangeBusy');
  }
  assert.equal(shed('cancel', 1000, idle, limits), undefined);
});

test('each kind has its own bound, so that the others never keep a cancel out', () => {
  const full = { cancel: 7, order: 4, query: 2 };
  assert.equal(shed('order', 0, full, limits), 'gatewayBusy');
  assert.equal(shed('query', 0, full, limits), 'gatewayBusy');
  assert.equal(shed('cancel', 0, full, limits), undefined);
  assert.equal(shed('cancel', 0, { ...full, cancel: 8 }, limits), 'gatewayBusy');
});
