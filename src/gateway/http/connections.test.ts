import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { defaultGatewayLimits } from '../settings.ts';
import { apiKey, Desk } from '../testing/desk.ts';
import { callAsStranger, closeOf } from '../testing/strangers.ts';
import { clientBounds, pipelinedMax as pipelinedMaxOf } from './bounds.ts';
import { HttpConnections } from './connections.ts';
import { signedHeaders } from './signing.ts';

const bounds = clientBounds(defaultGatewayLimits);
const { unansweredMax } = bounds;
const pipelinedMax = pipelinedMaxOf(bounds);
const pipelined = 1600;
/** The documents alone, made once more for each request, would take 20 times as much. */
const growthBytesMax = 150_000_000;

let desk: Desk;
before(async () => {
  desk = await Desk.open();
});
after(() => desk.close());

function call(url: string): Socket {
  return callAsStranger(Number(new URL(url).port));
}

function request(path: string, method = 'GET', body = ''): string {
  const length = body === '' ? '' : `content-type: application/json\r\ncontent-length: ${body.length}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nhost: x\r\n${length}\r\n${body}`;
}

/** What arrives until the other side ends. */
async function readAll(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  await closeOf(socket);
  return text;
}

const floods = [
  ['/openapi.json', 'GET', '', 80],
  ['/docs/static/swagger-ui-bundle.js', 'GET', '', 80],
  ['/v1/instruments', 'GET', '', 80],
  ['/nothing', 'GET', '', 80],
  ['/v1/orders', 'POST', '{"symbol":"BTC-USD"}', 4],
] as const;
for (const [path, method, body, strangers] of floods) {
  test(`connections that send ${method} ${path} ${pipelined} times and read nothing take little`, async () => {
    const bytes = request(path, method, body).repeat(pipelined);
    const memoryBytes = process.memoryUsage().rss;
    const sockets = Array.from({ length: strangers }, () => call(desk.gateway.url));
    for (const socket of sockets) socket.pause().write(bytes);
    for (let n = 0; n < 100; n++)
      assert.equal((await desk.signed('GET', '/v1/account')).status, 200, 'a customer is answered');
    assert.ok(process.memoryUsage().rss - memoryBytes < growthBytesMax);
    for (const socket of sockets) socket.destroy();
  });
}

test('a connection with too many requests at once has the answers that it may have, an error, and its end', async () => {
  for (const [url, path] of [
    [desk.gateway.url, '/openapi.json'],
    [desk.gateway.operatorUrl, '/metrics'],
  ] as const) {
    const socket = call(url);
    const answers = readAll(socket);
    socket.write(request(path).repeat(pipelined));
    const statuses = statusesIn(await answers);
    assert.deepEqual(statuses, [...new Array(pipelinedMax).fill(200), 429]);
  }
  while (!/connections_cut_total\{reason="pipelining"\} [1-9]/.test(await desk.metrics()));
});

function statusesIn(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
}

test('requests that wait on one connection are all answered in order; beyond the bound it is not read', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let asked = 0;
  // What earlier connections have asked may still come: these questions alone count.
  const { trades } = desk.exchange;
  desk.exchange.trades = async (...asking) => {
    asked++;
    await held;
    return trades.apply(desk.exchange, asking);
  };
  const socket = call(desk.gateway.url);
  const answers = readAll(socket);
  const ask = (count: number): void => {
    for (let n = 0; n < count; n++) socket.write(request(`/v1/instruments/BTC-USD/trades?limit=${n + 1}`));
  };
  ask(unansweredMax);
  while (asked < unansweredMax) await desk.get('/health/live');
  ask(unansweredMax - 1);
  for (let n = 0; n < 50; n++) await desk.get('/health/live');
  assert.ok(asked <= unansweredMax + 1, `${asked} requests reached the exchange`);
  desk.exchange.trades = trades;
  release();
  socket.write(request('/nothing').replace('host: x', 'host: x\r\nconnection: close'));
  assert.deepEqual(statusesIn(await answers), [...new Array(2 * unansweredMax - 1).fill(200), 404]);
});

test('what is no HTTP behind an order does not take the answer of the order', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  desk.exchange.before = () => held;
  const body = JSON.stringify({ symbol: 'BTC-USD', side: 'buy', price: '1.00', quantity: '1' });
  const timestamp = String(Date.now());
  const signed = signedHeaders(apiKey.keyId, apiKey.secret, {
    timestamp,
    method: 'POST',
    pathWithQuery: '/v1/orders',
    body,
  });
  const lines = Object.entries(signed).map(([name, value]) => `${name}: ${value}\r\n`);
  const { received } = desk.exchange;
  const before = received.length;
  const socket = call(desk.gateway.url);
  const answers = readAll(socket);
  socket.write(
    `${request('/v1/orders', 'POST', body).replace('host', `${lines.join('')}host`)}\x01\x02\r\n\r\n`,
  );
  while (received.length === before) await desk.get('/health/live');
  desk.exchange.before = () => undefined;
  release();
  assert.match(await answers, /^HTTP\/1\.1 201 [\s\S]*HTTP\/1\.1 400 /);
});

test('what waits in the gateway while its caller closes the connection is not sent on', async (t) => {
  const own = await Desk.open();
  t.after(() => own.close());
  const path = '/v1/orders/by-client-id/left';
  const placing = { symbol: 'BTC-USD', side: 'buy', price: '1.00', quantity: '1', clientOrderId: 'left' };
  assert.equal((await own.signed('POST', '/v1/orders', { body: placing })).status, 201);
  let release = (): void => undefined;
  let isAsked = false;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  own.exchange.before = () => {
    isAsked = true;
    return held;
  };
  const body = JSON.stringify({ price: '2.00', quantity: '1' });
  const signed = signedHeaders(apiKey.keyId, apiKey.secret, {
    timestamp: String(Date.now()),
    method: 'PATCH',
    pathWithQuery: path,
    body,
  });
  const lines = Object.entries(signed).map(([name, value]) => `${name}: ${value}\r\n`);
  const { received } = own.exchange;
  const sentBefore = received.length;
  const socket = call(own.gateway.url);
  socket.write(request(path, 'PATCH', body).replace('host', `${lines.join('')}host`));
  // The gateway asks for the order, to read the price in its decimals.
  while (!isAsked) await own.get('/health/live');
  socket.destroy();
  await closeOf(socket);
  for (let turn = 0; turn < 3; turn++) await own.get('/health/live');
  own.exchange.before = () => undefined;
  release();
  for (let turn = 0; turn < 3; turn++) await own.signed('GET', path);
  assert.equal(received.length, sentBefore);
});

test('unread answers are bounded in all connections together', async (t) => {
  const small = await Desk.open({ limits: { outputBytesMax: 1_000_000 } });
  t.after(() => small.close());
  const sockets = [1, 2, 3].map(() => call(small.gateway.url));
  for (const socket of sockets) {
    const bundle = request('/docs/static/swagger-ui-bundle.js');
    socket.pause().write(bundle.repeat(unansweredMax));
  }
  while (!/connections_cut_total\{reason="outputFull"\} [1-9]/.test(await small.metrics()));
  assert.equal((await small.get('/health/ready')).status, 200);
  for (const socket of sockets) socket.destroy();
});

test('heads and bodies that do not come in time end their connection, and so do answers that are not taken', async (t) => {
  const strict = await Desk.open({
    limits: { requestTimeoutMs: 200, standstillMsMax: 200, commandTimeoutMs: 100 },
  });
  t.after(() => strict.close());
  const slow = [
    'GET / HTTP/1.1\r\nhost: x\r\n',
    request('/v1/orders', 'POST', '{"symbol":"BTC-USD"}').slice(0, -1),
    request('/nothing', 'POST', '{"symbol":"BTC-USD"}').slice(0, -1),
  ];
  for (const text of slow) {
    const socket = call(strict.gateway.url);
    const answers = readAll(socket);
    socket.write(text);
    const drip = setInterval(() => socket.write(text.startsWith('POST') ? '' : 'x: y\r\n'), 20);
    t.after(() => clearInterval(drip));
    assert.match(await answers, /HTTP\/1\.1 408 /);
  }
  const unread = call(strict.gateway.url);
  unread.pause().write(request('/docs/static/swagger-ui-bundle.js').repeat(unansweredMax));
  while (!/connections_cut_total\{reason="notReading"\} 1/.test(await strict.metrics()));
  unread.destroy();
});

test('a connection on which no request comes is told so, and one between two requests is left alone', async (t) => {
  const strict = await Desk.open({ limits: { standstillMsMax: 200, commandTimeoutMs: 100 } });
  t.after(() => strict.close());
  const used = call(strict.gateway.url);
  t.after(() => used.destroy());
  used.write(request('/v1/time'));
  await once(used, 'data');
  for (const begun of ['', 'GET / HTTP/1.1\r\nhost: x\r\n']) {
    const socket = call(strict.gateway.url);
    const answers = readAll(socket);
    socket.write(begun);
    assert.match(await answers, /HTTP\/1\.1 408 /);
  }
  used.write(request('/v1/time'));
  assert.match(String(await once(used, 'data')), /HTTP\/1\.1 200 /);
});

test('a fixed document is sent once to a reader that keeps it', async () => {
  const { headers, body } = await desk.get('/openapi.json');
  const etag = headers.get('etag')!;
  assert.ok('openapi' in body);
  const again = await fetch(`${desk.gateway.url}/openapi.json`, { headers: { 'if-none-match': etag } });
  assert.deepEqual([again.status, await again.text()], [304, '']);
  const page = await desk.get('/docs/');
  assert.match(String(page.body['text']), /swagger-ui/);
  assert.match(String(page.headers.get('content-security-policy')), /default-src 'self'/);
  for (const [, path] of String(page.body['text']).matchAll(/(?:src|href)="\.\/([^"]+)"/g))
    assert.equal((await desk.get(`/docs/${path}`)).status, 200, path);
  assert.equal((await desk.get('/docs/static/../../package.json')).status, 404);
  assert.equal((await desk.get('/docs/nothing')).status, 404);
});

test("clients find nothing of the operator's, not even with its token", async () => {
  for (const path of ['/metrics', '/v1/operator/hashes', '/v1/operator/end-of-day']) {
    const { status, body } = await desk.call('GET', path, {
      headers: { authorization: 'Bearer the-operator' },
    });
    assert.equal(status, 404, path);
    assert.match(String((body['error'] as { message: string }).message), /gateway\.operatorPort/);
    assert.equal((await desk.operatorCall('GET', '/v1/orders')).status, 404);
  }
});

test('connections from one network of IPv6 are those of one caller', () => {
  const server = new EventEmitter();
  const cut: string[] = [];
  const few = { ...bounds, strangersPerAddressMax: 2 };
  const ports = { closeMsMax: 1, onCut: (reason: string) => cut.push(reason), onSilence: () => undefined };
  const connections = new HttpConnections(server as unknown as Server, few, ports);
  const ended: string[] = [];
  const pause = () => undefined;
  const sources = [
    '2001:db8::1',
    '2001:db8:0:0:9::1',
    '2001:db8:0:1::1',
    '2001:db8::ffff:1',
    '::ffff:192.0.2.1',
  ];
  for (const remoteAddress of sources) {
    const destroy = () => ended.push(remoteAddress);
    server.emit(
      'connection',
      Object.assign(new EventEmitter(), { remoteAddress, destroy, destroySoon: destroy, pause }),
    );
  }
  assert.deepEqual([cut, [...new Set(ended)]], [['noRoom'], ['2001:db8::1']]);
  connections.close();
});
