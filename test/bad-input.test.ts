// Garbage, truncated and oversized input at every socket is counted and answered, and nothing else happens.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { on, once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { TestExchange } from '../src/chaos/exchange.ts';
import { OrderStream, prepareMarket } from '../src/chaos/orders.ts';
import { callAsStranger, closeOf } from '../src/gateway/testing/strangers.ts';
import { nonsenseMax } from '../src/gateway/websocket/manual.ts';
import { datagramBytesMax } from '../src/protocol/limits.ts';
import { messages } from '../src/protocol/messages.ts';
import { Random } from '../src/std/random.ts';
import { refusal } from '../src/trust/messages.ts';

const random = new Random(11);
const attempts = 10;
const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => random.below(256)));

/** Sends bytes to a port and reads until the other side ends the connection, or a bound. */
async function tell(port: number, bytes: Uint8Array): Promise<Buffer> {
  const socket = callAsStranger(port);
  const read: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => read.push(chunk));
  socket.write(bytes);
  const bound = setTimeout(() => socket.destroy(), 3_000);
  await closeOf(socket);
  clearTimeout(bound);
  return Buffer.concat(read);
}

test('failure 7: bad input at every socket is counted and answered where somebody listens; trading goes on', async (t) => {
  const exchange = await TestExchange.start();
  t.after(() => exchange.end());
  const client = await exchange.client();
  await prepareMarket(client);
  const orders = new OrderStream('g');
  const { replicas, gateway } = exchange.loaded.configuration;
  const before = await exchange.statuses();

  const udp = createSocket('udp4');
  t.after(() => udp.close());
  for (const { udpPort } of replicas) {
    for (const length of [1, 15, 16, 71, 72, 88, 1_400, 9_000]) udp.send(noise(length), udpPort, '127.0.0.1');
    udp.send(noise(Math.min(datagramBytesMax, 60_000)), udpPort, '127.0.0.1');
  }
  const told = replicas.flatMap(({ tcpPort, controlPort }) => [
    ...[1, 4, 7, 48, 65_536, 300_000].map((length) => tell(tcpPort, noise(length))),
    tell(controlPort, noise(5_000)),
    tell(controlPort, Buffer.from('GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\n\r\n')),
  ]);
  await Promise.all(told);
  await orders.send(client, 300);

  // A record of another wire version is answered in words that a decoder of ours understands.
  const strange = Buffer.alloc(48);
  strange.writeUInt16LE(48, 0);
  strange[2] = messages.layouts[1]!.type;
  strange[3] = 99;
  const answer = await tell(replicas[0]!.tcpPort, strange);
  assert.ok(answer.includes(Buffer.from([refusal.size, 0, refusal.type])), 'the refusal is in the answer');

  await tell(gateway.port, noise(5_000));
  const bodies = ['', '{', 'null', '[]', '{"symbol":5}', `{"symbol":"${'x'.repeat(100_000)}"}`];
  for (const body of bodies) {
    const response = await exchange.get('/v1/orders', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });
    assert.ok(
      response!.status >= 400 && response!.status < 500,
      `${response!.status} for ${body.slice(0, 40)}`,
    );
    assert.ok('error' in ((await response!.json()) as object));
  }
  const socket = new WebSocket(`${exchange.gatewayUrl.replace('http', 'ws')}/v1/stream`);
  socket.on('error', () => undefined);
  await once(socket, 'open');
  const said = on(socket, 'message');
  socket.send('{"subscribe":');
  for await (const [data] of said) {
    if (String(data).includes('"type":"heartbeat"')) continue;
    assert.match(String(data), /"type":"error"/);
    break;
  }
  for (let n = 0; n < 3 * nonsenseMax; n++) socket.send(noise(200));
  await closeOf(socket);

  await orders.send(client, 300);
  await orders.verify(client);
  await exchange.stateHash(client);
  const after = await exchange.statuses();
  const pids = (statuses: typeof after): number[] => statuses.map(({ pid }) => pid);
  assert.deepEqual(pids(after), pids(before), 'no process died');
  for (const { counters } of after) {
    const dropped = counters.datagramsStrangeSource;
    assert.ok(dropped >= 9, `${dropped} datagrams were counted as bad`);
    assert.ok(counters.linksMalformed + counters.linksOtherCluster >= 1);
  }
});

describe('an exchange of one replica', () => {
  let exchange: TestExchange;
  before(async () => {
    exchange = await TestExchange.start({ replicas: 1 });
  });
  after(() => exchange?.end());

  test('operator actions need the token of the operator', async () => {
    const { controlPort } = exchange.loaded.configuration.replicas[0]!;
    for (const headers of [{}, { authorization: 'Bearer wrong' }]) {
      const url = `http://127.0.0.1:${controlPort}/operator/snapshot`;
      assert.equal((await fetch(url, { method: 'POST', headers })).status, 401);
      const init = { method: 'POST', headers };
      assert.equal((await exchange.get('/v1/operator/end-of-day', init))!.status, 401);
    }
    const init = { method: 'POST', headers: { authorization: `Bearer ${exchange.keys.operator}` } };
    let allowed = await exchange.get('/v1/operator/end-of-day', init);
    for (let left = attempts; allowed?.status === 503 && left > 0; left--) {
      // On a machine that does much else a gateway may have no leader for a moment.
      await exchange.whole();
      allowed = await exchange.get('/v1/operator/end-of-day', init);
    }
    assert.equal(allowed?.status, 200, String(await allowed?.text()));
  });

  test('a port that is taken is named, with the key that changes it', async (t) => {
    await exchange.down();
    const { port } = exchange.loaded.configuration.gateway;
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');
    t.after(() => squatter.close());
    const { code, err } = await exchange.run('up');
    assert.notEqual(code, 0);
    assert.match(err, new RegExp(String(port)));
    assert.match(err, /gateway\.port|--gateway-port/);
  });
});
