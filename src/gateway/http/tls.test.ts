/** The gateway over TLS, on real sockets: orders, streams, and a certificate that is replaced while orders go on. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { after, before, test } from 'node:test';
import { type ConnectionOptions, connect, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import type { ServerIdentity } from '../settings.ts';
import { makeAuthority, makeCertificate, type TestCertificate } from '../testing/certificates.ts';
import { apiKey, Desk } from '../testing/desk.ts';
import { callAsStranger, closeOf } from '../testing/strangers.ts';
import { signedHeaders } from './signing.ts';

const authority = makeAuthority('a venue');
const ca = authority.certificate;
const expiresAtMs = Date.now() + 1e9;

function identityOf({ certificate, key }: TestCertificate): ServerIdentity {
  return { certificates: certificate, key, expiresAtMs };
}

let desk: Desk;
before(async () => {
  // A name of this machine that does not say so: the operator's address gets TLS too.
  const operatorHost = '127.1';
  setDefaultCACertificates([ca]);
  desk = await Desk.open({ tls: identityOf(makeCertificate({ issuer: authority })), operatorHost });
});
after(() => desk.close());

function portOf(url: string): number {
  return Number(new URL(url).port);
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

/** An order of the key's owner, which rests. */
function order(clientOrderId: string, agent: Agent): Promise<Answer> {
  const body = JSON.stringify({
    symbol: 'BTC-USD',
    side: 'buy',
    price: '1.00',
    quantity: '1',
    clientOrderId,
  });
  const headers = {
    'content-type': 'application/json',
    ...signedHeaders(apiKey.keyId, apiKey.secret, {
      timestamp: String(Date.now()),
      method: 'POST',
      pathWithQuery: '/v1/orders',
      body,
    }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(
      `${desk.gateway.url}/v1/orders`,
      { method: 'POST', headers, agent, ca },
      async (answer) => {
        let text = '';
        for await (const chunk of answer) text += String(chunk);
        resolve({ status: answer.statusCode!, headers: answer.headers, text });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

async function handshake(options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ port: portOf(desk.gateway.url), host: '127.0.0.1', ca, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

test('an order is placed over TLS 1.3, and the answer asks browsers to stay with it', async () => {
  assert.match(desk.gateway.url, /^https:/);
  const agent = new Agent({ keepAlive: true });
  const { status, headers, text } = await order('first', agent);
  assert.equal(status, 201, text);
  assert.match(String(headers['strict-transport-security']), /^max-age=\d{8}/);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['referrer-policy'], 'no-referrer');
  agent.destroy();
  const socket = await handshake();
  assert.equal(socket.getProtocol(), 'TLSv1.3');
  socket.destroy();
});

test('the operator is served over TLS where the address may be that of other machines', async () => {
  assert.match(desk.gateway.operatorUrl, /^https:/);
  const metrics = await desk.metrics();
  assert.match(metrics, new RegExp(`certificate_expires_seconds ${Math.floor(expiresAtMs / 1000)}`));
});

test('TLS 1.2, and requests without TLS, get nothing, are counted, and the others are served', async () => {
  await assert.rejects(handshake({ maxVersion: 'TLSv1.2' }));
  const stranger = callAsStranger(portOf(desk.gateway.url));
  stranger.write('GET /v1/instruments HTTP/1.1\r\nhost: x\r\n\r\n');
  let text = '';
  stranger.on('data', (chunk) => {
    text += String(chunk);
  });
  await closeOf(stranger);
  assert.doesNotMatch(text, /HTTP/);
  while (!/connections_cut_total\{reason="handshake"\} [2-9]/.test(await desk.metrics()));
});

test('a stream runs over TLS', async () => {
  const socket = new WebSocket(`${desk.gateway.url.replace('http', 'ws')}/v1/stream`, { ca });
  await once(socket, 'open');
  socket.send('{"type":"subscribe","book":["BTC-USD"]}');
  const [message] = await once(socket, 'message');
  assert.ok(JSON.parse(String(message)).type);
  socket.close();
  await once(socket, 'close');
});

test('a new certificate is given to new connections; no order is dropped meanwhile', async () => {
  const kept = new Agent({ keepAlive: true, maxSockets: 1 });
  const before = await handshake();
  const statuses: number[] = [];
  const answers: Promise<void>[] = [];
  for (let n = 0; n < 60; n++) {
    if (n % 20 === 10)
      desk.gateway.present(identityOf(makeCertificate({ issuer: authority, host: `c${n}` })), 'tls');
    answers.push(
      order(`during-${n}`, n % 2 === 0 ? kept : new Agent()).then(({ status }) => void statuses.push(status)),
    );
    if (n % 5 === 0) await Promise.all(answers);
  }
  await Promise.all(answers);
  assert.deepEqual(statuses, new Array(60).fill(201));
  const after = await handshake();
  assert.notEqual(after.getPeerCertificate().fingerprint256, before.getPeerCertificate().fingerprint256);
  assert.equal(before.destroyed, false, 'what stood goes on');
  for (const socket of [before, after]) socket.destroy();
  kept.destroy();
});

test('connections over TLS that pipeline and never read are held to the same bounds', async () => {
  const sockets = await Promise.all(Array.from({ length: 10 }, () => handshake()));
  const ends = sockets.map((socket) => {
    socket.on('error', () => undefined);
    return closeOf(socket.resume());
  });
  for (const socket of sockets) socket.write('GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(1600));
  const agent = new Agent({ keepAlive: true });
  assert.equal((await order('beside', agent)).status, 201);
  agent.destroy();
  await Promise.all(ends);
  // Metrics are made again after a while only.
  while (!/connections_cut_total\{reason="pipelining"\} [1-9]/.test(await desk.metrics()));
});
