import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Instruments, ordersRememberedMax } from './instruments.ts';

const instruments = [1, 2].map((instrumentId) => ({
  instrumentId,
  symbol: `S${instrumentId}`,
  priceDecimals: 2,
  quantityDecimals: 0,
}));

test('the instrument of an order is remembered until a newer order takes its place, and never another one', () => {
  const memory = new Instruments();
  for (const units of instruments) memory.add(units);
  assert.equal(memory.ofOrder(0), undefined);
  assert.equal(memory.ofOrder(7), undefined);
  const count = ordersRememberedMax + 3;
  for (let orderId = 1; orderId <= count; orderId++) memory.rememberOrder(orderId, 1 + (orderId % 2));
  for (let orderId = 1; orderId <= count; orderId++) {
    const symbol = memory.ofOrder(orderId)?.symbol;
    const isForgotten = orderId <= count - ordersRememberedMax;
    assert.equal(symbol, isForgotten ? undefined : `S${1 + (orderId % 2)}`, `order ${orderId}`);
  }
  memory.rememberOrder(Number.MAX_SAFE_INTEGER, 2);
  assert.equal(memory.ofOrder(Number.MAX_SAFE_INTEGER)?.symbol, 'S2');
});

test('an order of an instrument that is not known has none', () => {
  const memory = new Instruments();
  memory.rememberOrder(5, 9);
  assert.equal(memory.ofOrder(5), undefined);
});
