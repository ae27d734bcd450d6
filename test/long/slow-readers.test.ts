// What a gateway holds for as many callers as it has places for, each with a key or an address of its own, that ask for
// much and never read: on streams, and over HTTP.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { signedRequest } from '../../src/bench/load/signed-requests.ts';
import { TestExchange } from '../../src/chaos/exchange.ts';
import type { Client } from '../../src/client/index.ts';
import { upgradeHeaders } from '../../src/gateway/testing/stream-login.ts';

const megabyte = 1_048_576;
const keys = Array.from({ length: 48 }, (_, n) => ({
  keyId: `reader-${n}`,
  secret: n.toString(16).padStart(2, '0').repeat(32),
  accountIds: [1],
}));
const streamsOfKey = 16;
const addresses = 4;
const streamsOfAddress = 64;
const rounds = 2;
const pairsPerRound = 1_000;
const pairsAtOnce = 50;
const openOrders = 1_000;
const pipelined = 16;
const upgrade =
  'GET /v1/stream HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n' +
  'sec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n';

function memoryBytes(pid: number): number {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
}

/** A text message with a mask of zeros. */
function message(value: object): Buffer {
  const text = Buffer.from(JSON.stringify(value));
  assert.ok(text.length < 126);
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]);
}

async function called(url: string, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined);
  await Promise.race([once(socket, 'connect').catch(() => undefined), answerOf(socket)]);
  return socket;
}

/** What comes next; nothing where the connection ends. */
function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.once('data', (bytes: Buffer) => resolve(bytes.toString('latin1')));
    socket.once('close', () => resolve(''));
  });
}

/** A stream that subscribes to the trades and does not read them; undefined where there is no place for it. */
async function reader(
  url: string,
  headers: Record<string, string>,
  from: string,
): Promise<Socket | undefined> {
  const socket = await called(url, from);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${upgrade}${lines.join('')}\r\n`);
  if (!(await answerOf(socket)).startsWith('HTTP/1.1 101')) return void socket.destroy();
  socket.write(message({ subscribe: { trades: ['SLOW-USD'], cluster: true } }));
  await answerOf(socket);
  socket.pause();
  return socket;
}

/** As many as there are places for. */
async function readers(url: string): Promise<Socket[]> {
  const opened: Promise<Socket | undefined>[] = [];
  for (const key of keys)
    for (let n = 0; n < streamsOfKey; n++) opened.push(reader(url, upgradeHeaders(key), '127.0.0.1'));
  for (let n = 0; n < addresses * streamsOfAddress; n++)
    opened.push(reader(url, {}, `127.8.0.${(n % addresses) + 1}`));
  return (await Promise.all(opened)).filter((socket) => socket !== undefined);
}

async function trade(client: Client, pairs: number): Promise<void> {
  const order = { instrumentId: 1, priceTicks: 100, quantityLots: 1 } as const;
  for (let n = 0; n < pairs; n += pairsAtOnce)
    await Promise.all(
      Array.from({ length: pairsAtOnce }, async () => {
        await client.placeOrder({ ...order, accountId: 1, side: 'buy' });
        await client.placeOrder({ ...order, accountId: 2, side: 'sell' });
      }),
    );
}

test('as many slow readers as there are places, on streams and over HTTP, cost a gateway a bounded memory', async (t) => {
  let look: NodeJS.Timeout | undefined;
  const wide = { keyRequestsPerSecond: 100_000, keyRequestsBurst: 100_000 };
  const configuration = { gateway: { apiKeys: keys, limits: { ...wide, sourceRequestsBurst: 1_000_000 } } };
  const exchange = await TestExchange.start({ replicas: 1, configuration });
  t.after(() => {
    clearInterval(look);
    return exchange.end();
  });
  const client = await exchange.client();
  await client.createInstrument({
    instrumentId: 1,
    symbol: 'SLOW-USD',
    priceDecimals: 2,
    quantityDecimals: 0,
  });
  for (const accountId of [1, 2]) await client.createAccount({ accountId, name: `trader-${accountId}` });
  const url = exchange.gatewayUrl;
  const pid = exchange.gatewayPid();
  const warm = await readers(url);
  for (const socket of warm) socket.resume().on('data', () => undefined);
  await trade(client, pairsAtOnce);
  for (const socket of warm) socket.destroy();
  await sleep(500);
  const before = memoryBytes(pid);
  let most = before;
  look = setInterval(() => (most = Math.max(most, memoryBytes(pid))), 20);
  const growth = (name: string, megabytes: number): void => {
    const found = Math.ceil((most - before) / megabyte);
    t.diagnostic(`${name}: ${found} MB over ${Math.ceil(before / megabyte)} MB`);
    assert.ok(found <= megabytes, `${name}: ${found} MB`);
    most = memoryBytes(pid);
  };

  const sockets: Socket[] = [];
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (let round = 0; round < rounds; round++) {
    const opened = await readers(url);
    t.diagnostic(`round ${round}: ${opened.length} more streams`);
    sockets.push(...opened);
    await trade(client, pairsPerRound);
  }
  growth('streams', 200);
  for (const socket of sockets.splice(0)) socket.destroy();
  await sleep(1_000);

  const order = { instrumentId: 1, accountId: 1, side: 'buy', priceTicks: 1, quantityLots: 1 } as const;
  await Promise.all(Array.from({ length: openOrders }, () => client.placeOrder(order)));
  most = memoryBytes(pid);
  for (let round = 0; round < rounds; round++)
    for (const key of keys)
      for (let n = 0; n < streamsOfKey; n++) {
        const socket = (await called(url)).pause();
        sockets.push(socket);
        const asked = { method: 'GET', path: '/v1/orders?limit=1000' };
        for (let m = 0; m < pipelined; m++)
          socket.write(signedRequest(key, { ...asked, timestamp: String(Date.now()), nonce: `${m}` }));
      }
  await sleep(5_000);
  growth('answers over HTTP', 200);
  assert.equal((await exchange.get('/health/live'))?.status, 200);
});
