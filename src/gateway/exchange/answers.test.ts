import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OrderRow } from '../ports.ts';
import { orderAnswer } from './answers.ts';

const row: OrderRow = {
  accountId: 1,
  orderId: 7,
  instrumentId: 1,
  clientOrderId: '',
  side: 'buy',
  orderType: 'market',
  timeInForce: 'immediateOrCancel',
  status: 'open',
  code: 'ok',
  cancelReason: 'none',
  priceTicks: 0,
  quantityLots: 5,
  filledLots: 0,
  remainingLots: 5,
  filledValue: 0n,
  averagePriceTicks: 0,
};
const instrument = { instrumentId: 1, symbol: 'A', priceDecimals: 2, quantityDecimals: 0 };

test('an order that has a price shows it, whatever its type was sent with', () => {
  const { price, priceTicks } = orderAnswer({ row: { ...row, priceTicks: 236_40 }, instrument });
  assert.deepEqual([price, priceTicks], ['236.40', 23_640]);
});

test('an order without a price shows none', () => {
  const { price, priceTicks } = orderAnswer({ row, instrument });
  assert.deepEqual([price, priceTicks], [undefined, undefined]);
});
