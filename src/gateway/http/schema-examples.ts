/** Answers as they may look, for the documentation. */
export const timeUs = 1_700_000_000_000_000;
export const doneExample = { ok: true, code: 'ok', seq: 91_402, timeUs };
const tradedExample = {
  filled: '0.30000000',
  filledLots: 30_000_000,
  remaining: '0.20000000',
  remainingLots: 20_000_000,
  filledValue: '70.9200000000',
  averagePrice: '236.40',
};
export const outcomeExample = {
  ...doneExample,
  orderId: 68_022,
  clientOrderId: 'my-1',
  symbol: 'BTC-USD',
  status: 'open',
  ...tradedExample,
  repeated: false,
};
export const orderExample = {
  orderId: 68_022,
  clientOrderId: 'my-1',
  accountId: 7,
  symbol: 'BTC-USD',
  side: 'buy',
  type: 'limit',
  timeInForce: 'goodTillCancel',
  status: 'open',
  code: 'ok',
  price: '236.47',
  priceTicks: 23_647,
  quantity: '0.50000000',
  quantityLots: 50_000_000,
  ...tradedExample,
};
export const fillExample = {
  tradeId: 512,
  seq: 91_402,
  n: 3,
  timeUs,
  accountId: 7,
  orderId: 68_022,
  clientOrderId: 'my-1',
  symbol: 'BTC-USD',
  side: 'buy',
  liquidity: 'taker',
  price: '236.40',
  priceTicks: 23_640,
  quantity: '0.30000000',
  quantityLots: 30_000_000,
  remaining: '0.20000000',
  remainingLots: 20_000_000,
};
