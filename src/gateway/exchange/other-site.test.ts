/** What a gateway remembers of the exchange when another site of it writes, and while its keys are on their way. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LockstepError } from '../../client/index.ts';
import { signedHeaders } from '../http/signing.ts';
import { apiKey, Desk, type GatewayAnswer } from '../testing/desk.ts';
import { SmallExchange } from '../testing/small-exchange.ts';

const path = '/v1/orders';

async function opened(t: TestContext, exchange: SmallExchange): Promise<Desk> {
  const desk = await Desk.open({}, async () => exchange);
  t.after(() => desk.close());
  while ((await desk.get('/health/ready')).status !== 200) await sleep(5);
  return desk;
}

function said({ status, body }: GatewayAnswer): [number, unknown] {
  return [status, (body['error'] as { readonly code: string } | undefined)?.code];
}

/** A request that another secret has signed. */
function forged(desk: Desk): Promise<GatewayAnswer> {
  const signed = { timestamp: String(Date.now()), method: 'GET', pathWithQuery: path, body: '' };
  return desk.call('GET', path, { headers: signedHeaders(apiKey.keyId, 'cd'.repeat(32), signed) });
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(5);
}

/** The first question for keys fails, and a key is made only once the promise is kept. */
function slowed(exchange: SmallExchange, isKept: Promise<void>): SmallExchange {
  const keys = exchange.keys.bind(exchange);
  const createKey = exchange.createKey.bind(exchange);
  let asked = 0;
  exchange.keys = async (afterChange) => {
    asked += 1;
    if (asked === 1) throw new LockstepError('noLeader', 'no replica leads');
    return keys(afterChange);
  };
  exchange.createKey = async (key) => {
    await isKept;
    return createKey(key);
  };
  return exchange;
}

test('a key of the configuration that is on its way into the exchange is not known yet, and never signs wrongly', async (t) => {
  const made = Promise.withResolvers<void>();
  const desk = await Desk.open({ apiKeys: [apiKey] }, async (exchange) => slowed(exchange, made.promise));
  t.after(() => desk.close());
  await until(async () => (await desk.get('/health/ready')).status === 200);
  assert.deepEqual(said(await desk.signed('GET', path)), [503, 'keysUnknown']);
  assert.deepEqual(said(await forged(desk)), [401, 'wrongSignature'], 'the answer gives no key away');
  made.resolve();
  await until(async () => (await desk.signed('GET', path)).status === 200);
});

test('while a change of keys was not read, no signature is called wrong', async (t) => {
  const exchange = new SmallExchange();
  exchange.hasKeys([apiKey]);
  const desk = await opened(t, exchange);
  await until(async () => (await desk.signed('GET', path)).status === 200);
  assert.deepEqual(said(await forged(desk)), [401, 'wrongSignature']);
  exchange.emit('keysChanged', 2);
  assert.deepEqual(said(await forged(desk)), [503, 'keysUnknown']);
  assert.equal((await desk.signed('GET', path)).status, 200, 'what is known goes on');
});

test('a site that was promoted lacks the last changes of keys: what it has replaces what was read of the other one', async (t) => {
  const exchange = new SmallExchange();
  exchange.hasKeys([{ keyId: 'lost', accountIds: [7] }, apiKey]);
  exchange.keyRows.push({ ...exchange.keyRows[0]!, keyId: 'later', keyNumber: 3, change: 9 });
  const desk = await opened(t, exchange);
  await until(async () => (await desk.signed('GET', path)).status === 200);
  const row = exchange.keyRows[1]!;
  exchange.keyRows.splice(0, 3, { ...row, isRevoked: true, change: 3 });
  exchange.epoch = 2;
  exchange.emit('failover');
  await until(async () => (await desk.signed('GET', path)).status !== 200);
  assert.deepEqual(said(await desk.signed('GET', path)), [401, 'keyRevoked']);
  exchange.keyRows[0] = { ...row, change: 4 };
  exchange.emit('keysChanged', 4);
  await until(async () => (await desk.signed('GET', path)).status === 200);
});

test('instruments of a site that was lost are not those of the promoted one', async (t) => {
  const exchange = new SmallExchange();
  exchange.hasKeys([apiKey]);
  const desk = await opened(t, exchange);
  const order = { symbol: 'BTC-USD', side: 'buy', price: '1.00', quantity: '1' };
  await until(async () => (await desk.signed('POST', path, { body: order })).status === 201);
  const other = { ...order, symbol: 'ETH-USD' };
  assert.equal((await desk.signed('POST', path, { body: other })).status, 201);
  const [first] = exchange.instrumentRows;
  exchange.instrumentRows.splice(0, 2, { ...first!, priceDecimals: 4 });
  exchange.epoch = 2;
  exchange.emit('failover');
  assert.equal((await desk.signed('POST', path, { body: order })).status, 201);
  const [, placed] = exchange.received.filter(([name]) => name === 'placeOrder').at(-1)!;
  assert.equal((placed as { readonly priceTicks: number }).priceTicks, 10_000);
  assert.equal(said(await desk.signed('POST', path, { body: other }))[1], 'unknownInstrument');
});
