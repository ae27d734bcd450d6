/** Strangers that take what they can of a gateway's ports, on real sockets, and an honest caller beside them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { request as requestSecurely, Agent as SecureAgent } from 'node:https';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setDefaultCACertificates } from 'node:tls';
import { defaultGatewayLimits } from '../settings.ts';
import { makeAuthority, makeCertificate } from '../testing/certificates.ts';
import { apiKey, Desk } from '../testing/desk.ts';
import { callAsStranger, closeOf } from '../testing/strangers.ts';
import { fragmentsMax } from '../websocket/manual.ts';
import { clientBounds, controlBounds, operatorBounds, type PortBounds } from './bounds.ts';
import { signedHeaders } from './signing.ts';

const strangers = 120;
const limits = { connectionsMax: 40, strangersPerAddressMax: 30 };
const soon = { ...limits, requestTimeoutMs: 500 };

async function open(context: TestContext, settings: Parameters<typeof Desk.open>[0] = {}): Promise<Desk> {
  const desk = await Desk.open({ limits, ...settings });
  context.after(() => desk.close());
  return desk;
}

/** A signed request of a customer over a connection of its own; gives the status. */
async function ask(desk: Desk, agent: Agent | SecureAgent): Promise<number> {
  const content = { timestamp: String(Date.now()), method: 'GET', pathWithQuery: '/v1/orders', body: '' };
  const headers = signedHeaders(apiKey.keyId, apiKey.secret, content);
  const send = desk.gateway.url.startsWith('https') ? requestSecurely : request;
  const sent = send(`${desk.gateway.url}/v1/orders`, { headers, agent });
  sent.end();
  const [answer] = await once(sent, 'response');
  answer.resume();
  await once(answer, 'end');
  return answer.statusCode;
}

async function connected(context: TestContext, url: string, count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => callAsStranger(Number(new URL(url).port)));
  context.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (const socket of sockets)
    if (socket.connecting) await Promise.race([once(socket, 'connect'), closeOf(socket)]);
  return sockets;
}

test('idle strangers hold no more than their places; a customer gets in, and keeps the own connection', async (context) => {
  const desk = await open(context);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  context.after(() => agent.destroy());
  let closed = 0;
  await connected(context, desk.gateway.url, strangers);
  assert.equal(await ask(desk, agent), 200);
  const [kept] = Object.values(agent.freeSockets)[0]!;
  kept!.once('close', () => closed++);
  await connected(context, desk.gateway.url, strangers);
  assert.equal(await ask(desk, agent), 200);
  assert.equal(closed, 0, 'it needed no new one');
  const cut = async () =>
    Number(/connections_cut_total\{reason="noRoom"\} (\d+)/.exec(await desk.metrics())?.[1]);
  while ((await cut()) < 2 * strangers - limits.connectionsMax);
});

test('strangers that begin no handshake leave room for those that do', async (context) => {
  const authority = makeAuthority('a');
  setDefaultCACertificates([authority.certificate]);
  const { certificate, key } = makeCertificate({ issuer: authority });
  const tls = { certificates: certificate, key, expiresAtMs: Date.now() + 1e9 };
  const desk = await open(context, { tls, limits: soon });
  const silent = await connected(context, desk.gateway.url, strangers);
  const agent = new SecureAgent({ keepAlive: true, ca: authority.certificate });
  context.after(() => agent.destroy());
  assert.equal(await ask(desk, agent), 200);
  await Promise.all(silent.map((socket) => socket.destroyed || closeOf(socket.resume())));
  assert.equal(await ask(desk, agent), 200);
});

for (const port of ['url', 'operatorUrl'] as const) {
  test(`at the ${port === 'url' ? "clients'" : "operator's"} port a head or a body that comes slowly ends its connection`, async (context) => {
    const desk = await open(context, { limits: soon });
    const [head, body, silent] = await connected(context, desk.gateway[port], 3);
    head!.write('GET /v1/instruments HTTP/1.1\r\nhost: x\r\nx-slow: ');
    body!.write(
      'POST /v1/orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n{',
    );
    const drip = setInterval(() => {
      for (const socket of [head!, body!]) socket.write('x');
    }, 50);
    context.after(() => clearInterval(drip));
    await Promise.all([head!, body!, silent!].map((socket) => closeOf(socket.resume())));
    assert.equal((await desk.signed('GET', '/v1/orders')).status, 200);
  });

  test(`at the ${port === 'url' ? "clients'" : "operator's"} port a head and a body beyond their sizes are refused`, async (context) => {
    const desk = await open(context);
    const [head] = await connected(context, desk.gateway[port], 1);
    head!.write(
      `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(operatorBounds(defaultGatewayLimits).headBytesMax)}`,
    );
    const [chunk] = await once(head!, 'data');
    assert.match(String(chunk), /^HTTP\/1\.1 431/);
  });
}

test('the page of bounds says the numbers of the table', () => {
  const page = readFileSync(new URL('../../../docs/BOUNDS.md', import.meta.url), 'utf8');
  const rows = page.split('\n').flatMap((line) => {
    const [, name, ...numbers] = line.split('|').map((cell) => cell.trim());
    return name?.startsWith('`') === true ? [[name.slice(1, -1), numbers.slice(0, 3)] as const] : [];
  });
  const shown = new Map(rows);
  const ports: readonly PortBounds[] = [
    clientBounds(defaultGatewayLimits),
    operatorBounds(defaultGatewayLimits),
    controlBounds,
  ];
  for (const name of Object.keys(controlBounds) as (keyof PortBounds)[]) {
    const numbers = ports.map((bounds) => bounds[name].toLocaleString('en-US'));
    assert.deepEqual(shown.get(name), numbers, name);
  }
  for (const name of [
    'streamsMax',
    'subscriptionsPerStreamMax',
    'streamBufferBytesMax',
    'streamsBufferBytesMax',
    'streamRequestsPerSecond',
    'streamRequestsBurst',
    'streamIdleMsMax',
    'streamLoginMsMax',
  ] as const)
    assert.equal(shown.get(name)?.[0], defaultGatewayLimits[name].toLocaleString('en-US'), name);
  assert.equal(shown.get('fragmentsMax')?.[0], fragmentsMax.toLocaleString('en-US'));
});
