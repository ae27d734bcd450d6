// The HTTP interface of a running exchange: signed orders, reads, health, the stream, and the helper that signs.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { TestExchange } from '../src/chaos/exchange.ts';
import { signedHeaders } from '../src/gateway/http/signing.ts';
import { streamLogin } from '../src/gateway/testing/stream-login.ts';

type Json = Readonly<Record<string, unknown>>;
type Call = (
  method: string,
  path: string,
  body?: Json,
  timestamp?: number,
) => Promise<{ readonly status: number; readonly json: Json }>;

/** Sends requests that the first key of an exchange has signed. */
function callerOf(exchange: TestExchange): Call {
  const { keyId, secret } = exchange.keys.apiKeys[0]!;
  return async (method, path, body, timestamp = Date.now()) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = {
      ...signedHeaders(keyId, secret, {
        timestamp: String(timestamp),
        method,
        pathWithQuery: path,
        body: text,
      }),
      ...(text === '' ? {} : { 'content-type': 'application/json' }),
    };
    const response = await exchange.get(path, { method, headers, ...(text === '' ? {} : { body: text }) });
    return { status: response!.status, json: (await response!.json()) as Json };
  };
}

const triesMax = 50;

/** Makes an instrument and an account. */
async function openMarket(exchange: TestExchange): Promise<void> {
  const operator = { authorization: `Bearer ${exchange.keys.operator}`, 'content-type': 'application/json' };
  const administer = async (path: string, body: Json) => {
    for (let tries = 1; ; tries++) {
      const sent = { method: 'POST', headers: operator, body: JSON.stringify(body) };
      const response = await exchange.get(path, sent);
      // A gateway that had no turn for a while has done nothing, and says so for a second.
      if (response!.status !== 503 || tries === triesMax) return response;
      await sleep(100);
    }
  };
  const created = await administer('/v1/operator/instruments', {
    instrumentId: 1,
    symbol: 'BTC-USD',
    priceDecimals: 2,
    quantityDecimals: 8,
  });
  assert.equal(created!.status, 201, await created!.clone().text());
  assert.equal((await administer('/v1/operator/accounts', { accountId: 1, name: 'demo' }))!.status, 201);
}

/** Opens a stream to all that happens; gives the messages as they come. */
async function subscribe(exchange: TestExchange, t: TestContext): Promise<readonly Json[]> {
  const { keyId, secret } = exchange.keys.apiKeys[0]!;
  const socket = new WebSocket(`${exchange.gatewayUrl.replace('http', 'ws')}/v1/stream`);
  const heard: Json[] = [];
  socket.on('message', (data) => heard.push(JSON.parse(String(data)) as Json));
  await once(socket, 'open');
  t.after(() => socket.terminate());
  socket.send('{"challenge": 1}');
  const challenge = (): Json | undefined => heard.find((message) => message['type'] === 'challenge');
  await exchange.until('the stream sends a challenge', () => Promise.resolve(challenge() !== undefined));
  socket.send(JSON.stringify({ auth: streamLogin({ keyId, secret }, String(challenge()!['challenge'])) }));
  socket.send(JSON.stringify({ subscribe: { book: ['BTC-USD'], trades: ['BTC-USD'], executions: true } }));
  await exchange.until('the stream says that it is subscribed', () =>
    Promise.resolve(heard.some((message) => message['type'] === 'subscriptions')),
  );
  return heard;
}

/** Whatever is read or refused besides. */
async function readAll(exchange: TestExchange, call: Call): Promise<void> {
  assert.equal((await call('GET', '/v1/orders')).status, 200);
  assert.equal((await call('GET', '/v1/positions')).status, 200);
  assert.equal((await call('GET', '/v1/instruments/BTC-USD/book')).status, 200);
  assert.equal((await call('GET', '/v1/instruments/BTC-USD/trades')).status, 200);
  assert.equal((await call('DELETE', '/v1/orders/by-client-id/first')).status, 200);
  assert.equal((await call('DELETE', '/v1/orders/by-client-id/unknown')).status, 404);
  assert.equal(
    (await call('GET', '/v1/orders', undefined, Date.now() - 60_000)).status,
    401,
    'a stale request',
  );
  assert.equal((await exchange.get('/v1/orders'))!.status, 401, 'an unsigned request');
  for (const path of [
    '/health/live',
    '/health/ready',
    '/health/leader',
    '/metrics',
    '/docs',
    '/openapi.json',
    '/v1/cluster',
    '/',
  ]) {
    const response = await exchange.get(path);
    assert.equal(response!.status, 200, path);
  }
}

test('an order lives from the signed request to its fill, also through the stream and after a failover', async (t) => {
  const exchange = await TestExchange.start();
  t.after(() => exchange.end());
  const call = callerOf(exchange);
  await openMarket(exchange);
  const heard = await subscribe(exchange, t);

  const order = { symbol: 'BTC-USD', side: 'buy', price: '236.47', quantity: '0.5', clientOrderId: 'first' };
  const placed = await call('POST', '/v1/orders', order);
  assert.equal(placed.status, 201, JSON.stringify(placed.json));
  const again = await call('POST', '/v1/orders', order);
  assert.equal(again.status, 200);
  assert.equal(again.json['orderId'], placed.json['orderId'], 'a repeat gives the first outcome');

  process.kill((await exchange.leader()).pid, 'SIGKILL');
  const sold = await call('POST', '/v1/orders', {
    ...order,
    side: 'sell',
    quantity: '0.2',
    clientOrderId: 'second',
  });
  assert.equal(sold.status, 201, JSON.stringify(sold.json));
  const found = await call('GET', '/v1/orders/by-client-id/first');
  assert.equal(found.status, 200);
  assert.equal(found.json['status'], 'open');
  assert.match(JSON.stringify(found.json), /"0\.2(0+)?"/, 'filled quantity');

  await readAll(exchange, call);
  const executions = () =>
    heard.filter((one) => one['type'] === 'execution' && one['clientOrderId'] === 'first');
  await exchange.until('the stream told of the book, the trade and the order', () =>
    Promise.resolve(
      ['book', 'bookChange', 'trade'].every((type) => heard.some((message) => message['type'] === type)) &&
        executions().length >= 3,
    ),
  );
  assert.deepEqual(
    executions().map(({ event, symbol }) => [event, symbol]),
    [
      ['accepted', 'BTC-USD'],
      ['executed', 'BTC-USD'],
      ['cancelled', 'BTC-USD'],
    ],
    'each event of the order once, across the failover',
  );

  const { code, out, err } = await exchange.run(
    'curl',
    'POST',
    '/v1/orders',
    JSON.stringify({ ...order, clientOrderId: 'third' }),
  );
  assert.equal(code, 0, err);
  assert.match(out, /"orderId"/);
});
