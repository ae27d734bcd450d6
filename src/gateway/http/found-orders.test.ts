// What is found by an id is described with the properties of what was found, and only to its owner.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { OrderRow } from '../ports.ts';
import { Desk, type GatewayAnswer } from '../testing/desk.ts';

const flat = { instrumentId: 31, symbol: 'FLAT', priceDecimals: 0, quantityDecimals: 0, lastPriceTicks: 0 };
const late = { instrumentId: 32, symbol: 'LATE', priceDecimals: 1, quantityDecimals: 3, lastPriceTicks: 0 };
const order = { symbol: 'BTC-USD', side: 'buy', price: '236.47', quantity: '0.5' } as const;

let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open();
});
afterEach(() => desk.close());

const codeOf = (answer: GatewayAnswer): string =>
  (answer.body as { readonly error: { readonly code: string } }).error.code;

/** An order that came to the exchange by another way. */
async function placeElsewhere(row: Partial<OrderRow> & { readonly instrumentId: number }): Promise<number> {
  const { accountId = 7, clientOrderId = 'elsewhere', instrumentId } = row;
  const common = { side: 'buy', priceTicks: 1234, quantityLots: 5 } as const;
  const { orderId } = await desk.exchange.placeOrder({ ...common, accountId, clientOrderId, instrumentId });
  return orderId;
}

test('an id that was used in another instrument leaves the order what it is, and the gateway knows it', async () => {
  desk.exchange.instrumentRows.push(flat);
  const first = await desk.signed('POST', '/v1/orders', { body: { ...order, clientOrderId: 'dup' } });
  const path = `/v1/orders/${first.body['orderId']}`;
  const other = { symbol: 'FLAT', side: 'buy', price: '9000', quantity: '3', clientOrderId: 'dup' };
  const second = await desk.signed('POST', '/v1/orders', { body: other });
  assert.equal(codeOf(second), 'clientOrderIdTaken');
  for (const at of [path, '/v1/orders/by-client-id/dup']) {
    const body = { price: '240', quantity: '1' };
    assert.equal((await desk.signed('PATCH', at, { body })).status, 200);
    const [, sent] = desk.exchange.received.at(-1) as [string, { priceTicks: number; quantityLots: number }];
    assert.deepEqual([sent.priceTicks, sent.quantityLots], [24_000, 100_000_000], at);
  }
  const shown = await desk.signed('GET', path);
  assert.deepEqual([shown.body['symbol'], shown.body['price']], ['BTC-USD', '240.00']);
});

test('a replacement by client order id goes to the order that its decimals were read for', async () => {
  const orderId = await placeElsewhere({ instrumentId: 2, clientOrderId: 'mine' });
  const at = '/v1/orders/by-client-id/mine';
  await desk.signed('PATCH', at, { body: { price: '2.5', quantity: '0.0001' } });
  const [name, sent] = desk.exchange.received.at(-1) as [string, { readonly request?: unknown }];
  const { request: _request, ...command } = sent;
  assert.deepEqual(
    [name, command],
    ['replaceOrder', { accountId: 7, orderId, priceTicks: 250, quantityLots: 1 }],
  );
});

test('an instrument that came to be elsewhere is known to the first request that needs it', async () => {
  await desk.signed('POST', '/v1/orders', { body: { ...order, symbol: 'LATE' } });
  desk.exchange.instrumentRows.push(late);
  const placed = await desk.signed('POST', '/v1/orders', {
    body: { ...order, symbol: 'LATE', price: '2.4' },
  });
  assert.deepEqual([placed.status, placed.body['remaining']], [201, '0.500']);

  const reads: [path: string, row: (body: GatewayAnswer['body']) => unknown][] = [
    ['/v1/orders', (body) => (body['orders'] as unknown[])[0]],
    ['/v1/positions', (body) => (body['positions'] as unknown[])[0]],
    ['/v1/orders/1', (body) => body],
    ['/v1/instruments/FLAT/book', (body) => body],
    ['/v1/instruments/FLAT/trades', () => ({ symbol: 'FLAT' })],
  ];
  for (const [path, row] of reads) {
    const fresh = await Desk.open();
    fresh.exchange.instrumentRows.push(flat);
    const common = { side: 'buy', priceTicks: 12, quantityLots: 5, clientOrderId: 'a' } as const;
    await fresh.exchange.placeOrder({ ...common, accountId: 7, instrumentId: flat.instrumentId });
    fresh.exchange.positions = async () =>
      Object.assign([{ instrumentId: flat.instrumentId, boughtLots: 1, soldLots: 2 }], { appliedSeq: 1 });
    const { status, body } = await fresh.signed('GET', path);
    await fresh.close();
    assert.equal(status, 200, path);
    assert.equal((row(body) as { readonly symbol: string }).symbol, 'FLAT', path);
  }

  desk.exchange.instrumentRows.push(flat);
  const orderId = await placeElsewhere({ instrumentId: flat.instrumentId });
  const cancelled = await desk.signed('DELETE', `/v1/orders/${orderId}`);
  assert.deepEqual([cancelled.body['symbol'], cancelled.body['remaining']], ['FLAT', '0']);
});

test('names that nothing has share the questions that they lead to', async () => {
  const waiting: (() => void)[] = [];
  let reads = 0;
  desk.exchange.instruments = async () => {
    if (++reads === 1) await new Promise<void>((resolve) => waiting.push(resolve));
    return Object.assign([], { appliedSeq: 1 });
  };
  const names = Array.from({ length: 40 }, (_, n) => `NONE-${n}`);
  const answers = names.map((symbol) => desk.signed('POST', '/v1/orders', { body: { ...order, symbol } }));
  while (reads === 0) await desk.get('/health/live');
  for (let n = 0; n < 40; n++) await desk.get('/health/live');
  const readsWhileOneWaits = reads;
  for (const release of waiting) release();
  for (const answer of await Promise.all(answers)) assert.equal(codeOf(answer), 'unknownInstrument');
  assert.equal(readsWhileOneWaits, 1);
  assert.ok(reads <= 3, `${reads} questions`);
});

test("another account's order looks like one that never was, whatever is asked of it", async () => {
  const foreign = await placeElsewhere({ accountId: 9, instrumentId: 1, clientOrderId: 'theirs' });
  const requests: [method: string, body?: object][] = [
    ['GET'],
    ['HEAD'],
    ['DELETE'],
    ['PATCH', { price: '1', quantity: '1' }],
    ['PATCH', { price: '0.0000000001', quantity: '1' }],
    ['PATCH', { priceTicks: 1, quantityLots: 1 }],
  ];
  const pairs = [
    [`/v1/orders/${foreign}`, '/v1/orders/999999'],
    ['/v1/orders/by-client-id/theirs', '/v1/orders/by-client-id/never'],
  ] as const;
  const compare = async (): Promise<void> => {
    for (const [method, body] of requests) {
      for (const [theirs, never] of pairs) {
        const options = body === undefined ? {} : { body };
        const answers = [
          await desk.signed(method, theirs, options),
          await desk.signed(method, never, options),
        ];
        const [found, missing] = answers.map(({ status, body: told }) => JSON.stringify([status, told]));
        assert.equal(found, missing, `${method} ${theirs}`);
        assert.equal(answers[0]?.status, 404, `${method} ${theirs}`);
      }
    }
  };
  await compare();
  // Even where the exchange answers a query by number without looking at the account.
  desk.exchange.order = async ({ orderId }) => desk.exchange.orders.get(orderId ?? 0);
  await compare();
  assert.equal(desk.exchange.orders.get(foreign)?.status, 'open');
});

test('no private route answers for an account that is not of the key', async () => {
  for (const path of ['/v1/orders', '/v1/orders/1', '/v1/positions', '/v1/account'])
    assert.equal(codeOf(await desk.signed('GET', `${path}?accountId=9`)), 'accountNotAllowed', path);
  assert.equal(
    codeOf(await desk.signed('POST', '/v1/orders?accountId=9', { body: order })),
    'accountNotAllowed',
  );
});

test('a market order has no price to show', async () => {
  const body = { symbol: 'BTC-USD', side: 'buy', type: 'market', quantity: '1' };
  const { orderId } = (await desk.signed('POST', '/v1/orders', { body })).body;
  const shown = (await desk.signed('GET', `/v1/orders/${orderId}`)).body;
  assert.deepEqual([shown['type'], 'price' in shown, 'priceTicks' in shown], ['market', false, false]);
});
