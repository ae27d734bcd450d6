import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { FillRow } from '../ports.ts';
import { Desk } from '../testing/desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open();
});
afterEach(() => desk.close());

type Row = Readonly<Record<string, unknown>>;

/** All rows of a list, page by page, and the sizes of the pages. */
async function pages(path: string, name: string): Promise<{ rows: Row[]; sizes: number[] }> {
  const rows: Row[] = [];
  const sizes: number[] = [];
  for (let next: unknown = path; next !== undefined; ) {
    const { status, body } = await desk.signed('GET', String(next));
    assert.equal(status, 200, JSON.stringify(body));
    const page = body[name] as Row[];
    rows.push(...page);
    sizes.push(page.length);
    next = body['next'];
  }
  return { rows, sizes };
}

async function place(
  count: number,
  instrumentId: number,
  side: 'buy' | 'sell',
  accountId = 7,
): Promise<void> {
  for (let n = 0; n < count; n++) {
    const common = { accountId, instrumentId, side, priceTicks: 1 + n, quantityLots: 5 } as const;
    const clientOrderId = `${accountId}-${desk.exchange.orders.size}`;
    await desk.exchange.placeOrder({ ...common, clientOrderId });
  }
}

test('open orders come in pages, each order once, with their filters', async () => {
  await place(40, 1, 'buy');
  await place(7, 2, 'sell');
  await place(5, 1, 'sell', 8);
  await place(60, 1, 'sell');
  const ids = ({ rows }: { rows: Row[] }): unknown[] => rows.map((row) => row['orderId']);
  const all = await pages('/v1/orders', 'orders');
  assert.deepEqual(all.sizes, [100, 7]);
  assert.equal(new Set(ids(all)).size, 107);
  assert.deepEqual(ids(await pages('/v1/orders?limit=9', 'orders')), ids(all));
  const ether = await pages('/v1/orders?symbol=ETH-USD&limit=3', 'orders');
  assert.deepEqual([ether.sizes, ether.rows.every((row) => row['symbol'] === 'ETH-USD')], [[3, 3, 1], true]);
  const sells = await pages('/v1/orders?side=sell&symbol=BTC-USD&limit=500', 'orders');
  assert.deepEqual(sells.sizes, [60]);
  assert.deepEqual((await pages('/v1/orders?accountId=8&limit=5', 'orders')).sizes, [5]);
  assert.equal((await desk.signed('GET', '/v1/orders?limit=501')).status, 400);
});

test('fills from a seq on that the exchange has not come to are refused, and answers name the exchange', async () => {
  const ahead = await desk.signed('GET', '/v1/fills?fromSeq=5000');
  assert.equal(ahead.status, 409);
  const { code, field, message, hint } = ahead.body['error'] as Readonly<Record<string, string>>;
  assert.deepEqual([code, field], ['aheadOfExchange', 'fromSeq']);
  assert.match(String(message), /5000, and the exchange is at seq 100/);
  assert.match(String(hint), /id of the exchange/);
  const next = await desk.signed('GET', '/v1/fills?fromSeq=101');
  assert.deepEqual([next.status, next.body['fills']], [200, []]);
  for (const { headers } of [ahead, next, await desk.get('/v1/instruments')])
    assert.equal(headers.get('x-lockstep-exchange'), '4711');
});

test('a page looks at a bounded number of orders, and goes on where it stopped', async () => {
  await place(1, 2, 'buy');
  await place(2_100, 1, 'buy');
  await place(1, 2, 'buy');
  assert.deepEqual((await pages('/v1/orders?symbol=ETH-USD', 'orders')).sizes, [1, 1]);
});

test('a page goes on behind orders that the exchange has looked at and did not show', async () => {
  await place(3, 1, 'buy');
  const { exchange } = desk;
  const ask = exchange.openOrdersPage.bind(exchange);
  const looks: unknown[] = [];
  exchange.openOrdersPage = async (filter) => {
    const { afterOrderId = 0 } = filter;
    looks.push(afterOrderId);
    if (afterOrderId >= 5_000) return ask({ ...filter, afterOrderId: 0 });
    return { orders: [], more: true, nextAfter: afterOrderId + 1_000, appliedSeq: exchange.seq };
  };
  const { sizes } = await pages('/v1/orders', 'orders');
  assert.deepEqual(
    [sizes, looks],
    [
      [0, 3],
      [0, 1_000, 2_000, 3_000, 4_000, 5_000],
    ],
  );
});

test('open orders and positions name the seq up to which all is in them', async () => {
  await place(3, 1, 'buy');
  for (const path of ['/v1/orders', '/v1/orders?side=sell', '/v1/positions']) {
    const { body } = await desk.signed('GET', path);
    assert.equal(body['seq'], desk.exchange.seq, path);
  }
  // The second question of a page goes to a replica that is behind.
  await place(600, 1, 'buy');
  const { exchange } = desk;
  const ask = exchange.openOrdersPage.bind(exchange);
  let appliedSeq = 90;
  exchange.openOrdersPage = async (...asked) => ({ ...(await ask(...asked)), appliedSeq: appliedSeq-- });
  const { body } = await desk.signed('GET', '/v1/orders?side=sell');
  assert.deepEqual([body['orders'], body['seq'], appliedSeq], [[], 89, 88]);
});

function fill(seq: number, n: number, changes: Partial<FillRow> = {}): FillRow {
  return {
    sessionId: 0,
    seq,
    timeUs: seq,
    accountId: 7,
    n,
    orderId: 3,
    tradeId: seq,
    quantityLots: 50_000_000,
    remainingLots: 0,
    instrumentId: 1,
    priceTicks: 23_647,
    side: 'buy',
    liquidity: 'taker',
    clientOrderId: 'mine',
    ...changes,
  };
}

test('fills come in pages, each once, of an account, an order and an instrument', async () => {
  const { fillRows } = desk.exchange;
  fillRows.push(fill(10, 2), fill(10, 5), fill(11, 1, { orderId: 4, instrumentId: 2 }), fill(12, 1));
  fillRows.push(fill(13, 1, { accountId: 9, orderId: 5 }));
  const places = ({ rows }: { rows: Row[] }): unknown[] => rows.map(({ seq, n }) => `${seq}.${n}`);
  const all = await pages('/v1/fills?limit=1', 'fills');
  assert.deepEqual(places(all), ['10.2', '10.5', '11.1', '12.1']);
  assert.deepEqual(places(await pages('/v1/fills?fromSeq=11', 'fills')), ['11.1', '12.1']);
  assert.deepEqual(places(await pages('/v1/fills?orderId=3&limit=2', 'fills')), ['10.2', '10.5', '12.1']);
  assert.deepEqual(places(await pages('/v1/fills?symbol=ETH-USD', 'fills')), ['11.1']);
  assert.deepEqual(places(await pages('/v1/fills?orderId=5', 'fills')), [], 'of another account');
  const { symbol, price, quantity, liquidity, clientOrderId } = all.rows[0]!;
  assert.deepEqual(
    [symbol, price, quantity, liquidity, clientOrderId],
    ['BTC-USD', '236.47', '0.50000000', 'taker', 'mine'],
  );
});

test('a place within a seq that is not named is refused', async () => {
  const { status, body } = await desk.signed('GET', '/v1/fills?afterN=1');
  assert.deepEqual([status, (body['error'] as Row)['field']], [400, 'afterN']);
  assert.equal((await desk.signed('GET', '/v1/fills?fromSeq=11&afterN=1')).status, 200);
});

test('fills that no replica remembers any more are a gap, and said to be one', async () => {
  const gap = async (path: string): Promise<unknown[]> => {
    const { body } = await desk.signed('GET', path);
    return [body['gap'], body['rememberedFromSeq'], body['seq']];
  };
  assert.deepEqual(await gap('/v1/fills'), [false, 1, 100]);
  desk.exchange.rememberedFromSeq = 50;
  assert.deepEqual(await gap('/v1/fills'), [true, 50, 100]);
  assert.deepEqual(await gap('/v1/fills?fromSeq=49'), [true, 50, 100]);
  assert.deepEqual(await gap('/v1/fills?fromSeq=50'), [false, 50, 100]);
});
