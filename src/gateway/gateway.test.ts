import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LockstepError } from '../client/index.ts';
import { startGateway } from './gateway.ts';
import type { GatewaySettings } from './settings.ts';
import { apiKey, Desk } from './testing/desk.ts';
import { callAsStranger, closeOf } from './testing/strangers.ts';

const settings: GatewaySettings = {
  port: 0,
  operatorPort: 0,
  identity: '/nowhere',
  replicas: [{ id: 1, host: 'replica.test', port: 4001 }],
  apiKeys: [apiKey],
  logLevel: 'silent',
};
const order = { symbol: 'BTC-USD', side: 'buy', price: '1.00', quantity: '1' } as const;

test('a gateway listens before there is an exchange, says so, and serves once there is one', async (t) => {
  let attempts = 0;
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const desk = await Desk.open({}, async (exchange) => {
    attempts++;
    if (attempts < 3) throw new LockstepError(attempts === 1 ? 'unreachable' : 'noLeader', 'not yet');
    await arrived;
    return exchange;
  });
  t.after(() => desk.close());
  assert.equal((await desk.get('/health/live')).status, 200);
  assert.equal((await desk.get('/health/ready')).status, 503);
  assert.equal((await desk.get('/health/leader')).status, 503);
  assert.match(String((await desk.get('/v1/cluster')).body['mode']), /^(unreachable|readOnly)$/);
  const refused = await desk.signed('POST', '/v1/orders', { body: order });
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get('retry-after'), '1');

  arrive();
  while ((await desk.get('/health/ready')).status !== 200);
  assert.equal(attempts, 3);
  const told = async (path: string): Promise<unknown[]> => {
    const { body } = await desk.get(path);
    return [body['leaderId'], body['term'], body['epoch']];
  };
  for (const path of ['/health/leader', '/v1/cluster']) assert.deepEqual(await told(path), [2, 3, 1], path);
  desk.exchange.epoch = 2;
  while ((await told('/health/leader'))[2] !== 2);
  assert.equal((await desk.signed('POST', '/v1/orders', { body: order })).status, 201);
  await desk.close();
  assert.equal(desk.exchange.isClosed, true);
});

test('a cluster that refuses the gateway is a configuration error for the operator', async (t) => {
  const desk = await Desk.open({}, async () => {
    throw new LockstepError('notAuthorized', 'the key is wrong');
  });
  t.after(() => desk.close());
  while ((await desk.get('/v1/instruments')).status !== 503);
  const { body } = await desk.get('/v1/instruments');
  assert.equal((body as { readonly error: { readonly code: string } }).error.code, 'misconfigured');
});

test('while nobody leads commands are refused at once and queries go on, and a new leader is noticed', async (t) => {
  let givenUp = 0;
  const desk = await Desk.open({}, async (exchange) => {
    exchange.leaderId = 0;
    exchange.giveUpUnsent = () => {
      givenUp++;
    };
    return exchange;
  });
  t.after(() => desk.close());
  while ((await desk.get('/v1/cluster')).body['mode'] !== 'readOnly');
  assert.equal(givenUp, 1, 'what waits for a leader is refused like what comes from now on');
  const refused = await desk.signed('DELETE', '/v1/orders');
  assert.equal((refused.body as { readonly error: { readonly code: string } }).error.code, 'noLeader');
  assert.equal(desk.exchange.received.length, 0);
  const read = await desk.signed('GET', '/v1/orders');
  assert.equal(read.status, 200);
  assert.match(String(read.headers.get('x-lockstep-state-age-ms')), /^\d+$/, 'how old it may be');
  desk.exchange.idleLeaderId = 3;
  const stuck = await desk.signed('DELETE', '/v1/orders');
  assert.equal(stuck.status, 503);
  assert.equal((stuck.body as { readonly error: { readonly code: string } }).error.code, 'nothingCommitted');
  desk.exchange.leaderId = 1;
  desk.exchange.emit('failover');
  const served = await desk.signed('DELETE', '/v1/orders');
  assert.equal(served.status, 200);
  assert.equal(served.headers.get('x-lockstep-state-age-ms'), null);
});

test('what was asked of a leader that is lost is asked again of any replica', async (t) => {
  const desk = await Desk.open();
  t.after(() => desk.close());
  while ((await desk.get('/health/ready')).status !== 200);
  const { instruments } = desk.exchange;
  const asked = Promise.withResolvers<void>();
  const all = instruments.bind(desk.exchange);
  desk.exchange.instruments = (options) => {
    if (options?.from === 'any') return all();
    asked.resolve();
    return new Promise(() => undefined);
  };
  const reading = desk.get('/v1/instruments');
  await asked.promise;
  desk.exchange.leaderId = 0;
  assert.equal((await reading).status, 200);
});

test('a gateway under pressure goes on asking whether the exchange answers, so that it stays ready', async (t) => {
  const desk = await Desk.open();
  t.after(() => desk.close());
  desk.exchange.pressurePermille = 1000;
  let answers = 0;
  desk.exchange.before = () => {
    answers++;
  };
  while (answers < 2) await desk.get('/health/live');
  assert.equal((await desk.get('/health/ready')).status, 200);
});

test('requests in flight are bounded, and cancels have their own bound', async (t) => {
  const desk = await Desk.open({ limits: { ordersInFlightMax: 2 } });
  t.after(() => desk.close());
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  desk.exchange.before = () => held;
  const waiting = [1, 2].map((n) =>
    desk.signed('POST', '/v1/orders', { body: { ...order, clientOrderId: `w${n}` } }),
  );
  while (desk.exchange.received.length < 2) await desk.get('/health/live');
  const third = await desk.signed('POST', '/v1/orders', { body: order });
  const cancel = desk.signed('DELETE', '/v1/orders');
  while (desk.exchange.received.length < 3) await desk.get('/health/live');
  release();
  assert.equal(third.status, 429);
  assert.equal((await cancel).status, 200);
  for (const answer of await Promise.all(waiting)) assert.equal(answer.status, 201);
  assert.match(await desk.metrics(), /lockstep_gateway_shed_total\{kind="order",reason="gatewayBusy"\} 1/);
});

test('a port that is taken is named, with the setting that changes it', async (t) => {
  const desk = await Desk.open();
  t.after(() => desk.close());
  const { port } = new URL(desk.gateway.url);
  await assert.rejects(startGateway({ ...settings, port: Number(port) }), {
    message: new RegExp(`127\\.0\\.0\\.1:${port}.*\`gateway\\.port\``),
  });
});

test('settings that cannot work are refused by name', async () => {
  const cases: [Partial<GatewaySettings>, RegExp][] = [
    [{ port: 70_000 }, /gateway\.port: 70000/],
    [{ operatorPort: -1 }, /gateway\.operatorPort: -1/],
    [{ timeWindowMs: 0 }, /gateway\.timeWindowMs/],
    [{ replicas: [] }, /gateway\.replicas/],
    [{ apiKeys: [{ ...apiKey, secret: 'abc' }] }, /gateway\.apiKeys\[keyId="alice-1"\]\.secret/],
    [{ apiKeys: [{ ...apiKey, accountIds: [] }] }, /accountIds/],
    [{ apiKeys: [apiKey, apiKey] }, /twice/],
    [{ limits: { streamsMax: 0 } }, /gateway\.limits\.streamsMax/],
    [{ limits: { streams: 1 } as object }, /gateway\.limits\.streams: .*Allowed: /],
  ];
  for (const [change, message] of cases)
    await assert.rejects(startGateway({ ...settings, ...change }), { message });
});

test('a gateway ends in its time, whatever its callers have begun', async (t) => {
  const desk = await Desk.open({ limits: { standstillMsMax: 600_000, requestTimeoutMs: 600_000 } });
  t.after(() => desk.close());
  const head = 'POST /v1/orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
  const begun = [
    '',
    'GET /v1/ti',
    `${head}content-length: 50\r\n\r\n{`,
    `${head}transfer-encoding: gzip\r\n\r\n`,
  ];
  const sockets = begun.map((bytes) => {
    const socket = callAsStranger(Number(new URL(desk.gateway.url).port));
    socket.write(bytes);
    socket.resume();
    return closeOf(socket);
  });
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  desk.exchange.before = () => held;
  const inFlight = desk.signed('POST', '/v1/orders', { body: order });
  while (desk.exchange.received.length < 1) await desk.get('/health/live');
  const closed = desk.close();
  release();
  assert.equal((await inFlight).status, 201, 'what was on its way is answered');
  await Promise.all([closed, ...sockets]);
});
