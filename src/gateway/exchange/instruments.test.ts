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
  for (const instrument of instruments) memory.add(instrument);
  assert.equal(memory.ofOrder(7, 0), undefined);
  assert.equal(memory.ofOrder(7, 7), undefined);
  const count = ordersRememberedMax + 3;
  for (let orderId = 1; orderId <= count; orderId++) memory.rememberOrder(7, orderId, 1 + (orderId % 2));
  for (let orderId = 1; orderId <= count; orderId++) {
    const symbol = memory.ofOrder(7, orderId)?.symbol;
    const isForgotten = orderId <= count - ordersRememberedMax;
    assert.equal(symbol, isForgotten ? undefined : `S${1 + (orderId % 2)}`, `order ${orderId}`);
  }
  memory.rememberOrder(7, Number.MAX_SAFE_INTEGER, 2);
  assert.equal(memory.ofOrder(7, Number.MAX_SAFE_INTEGER)?.symbol, 'S2');
});

test('an order of an instrument that is not known has none', () => {
  const memory = new Instruments();
  memory.rememberOrder(7, 5, 9);
  assert.equal(memory.ofOrder(7, 5), undefined);
});

test('an order is not known to other accounts', () => {
  const memory = new Instruments();
  for (const instrument of instruments) memory.add(instrument);
  memory.rememberOrder(7, 5, 1);
  assert.equal(memory.ofOrder(8, 5), undefined);
});

test('of two instruments with one symbol the first is meant, in whatever order they are heard of', () => {
  const twins = [3, 4, 5].map((instrumentId) => ({ ...instruments[0]!, instrumentId, symbol: 'TWIN' }));
  for (const [first, second, third] of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ] as const) {
    const memory = new Instruments();
    for (const n of [first, second, third]) memory.add(twins[n]!);
    assert.equal(memory.bySymbol('TWIN')?.instrumentId, 3);
    assert.equal(memory.byId(5)?.instrumentId, 5);
  }
});
