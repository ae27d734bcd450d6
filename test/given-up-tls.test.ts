// Orders over TLS that two callers gave up while they waited in the socket of a process that stood still.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionOptions, connect, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { TestExchange } from '../src/chaos/exchange.ts';
import { prepareMarket } from '../src/chaos/orders.ts';
import { goOn, standStill } from '../src/chaos/stopped-processes.ts';
import { signedHeaders } from '../src/gateway/http/signing.ts';
import { makeAuthority, makeCertificate } from '../src/gateway/testing/certificates.ts';
import { ownOperator } from '../src/ops/certificates/own-identity.ts';
import { orderGiver, sendOrder } from '../src/ops/orders/control-orders.ts';

const timeoutMs = 700;
const folder = mkdtempSync(join(tmpdir(), 'lockstep-given-up-'));
let exchange: TestExchange;
before(async () => {
  const authority = makeAuthority('a venue');
  const { certificate, key } = makeCertificate({ issuer: authority });
  const tls = { certificateFile: join(folder, 'c.pem'), keyFile: join(folder, 'k.pem') };
  writeFileSync(tls.certificateFile, certificate);
  writeFileSync(tls.keyFile, key, { mode: 0o600 });
  setDefaultCACertificates([authority.certificate]);
  exchange = await TestExchange.start({ configuration: { gateway: { tls } } });
  const client = await exchange.client();
  await prepareMarket(client);
  const [holder] = exchange.keys.apiKeys[0]!.accountIds;
  assert.ok((await client.createAccount({ accountId: holder!, name: 'holder' })).ok);
});
after(async () => {
  await exchange?.end();
  rmSync(folder, { recursive: true, force: true });
});

async function pids(): Promise<readonly number[]> {
  await exchange.whole();
  return (await exchange.statuses()).toSorted((a, b) => a.replicaId - b.replicaId).map(({ pid }) => pid);
}

/** Connections over TLS that have had an answer: what is written to them next waits in the socket of the other side. */
async function openConnections(
  t: TestContext,
  address: ConnectionOptions,
  count: number,
): Promise<readonly TLSSocket[]> {
  const sockets: TLSSocket[] = [];
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  while (sockets.length < count) {
    const socket = connect({ host: '127.0.0.1', ...address, rejectUnauthorized: false });
    sockets.push(socket);
    socket.on('error', () => undefined);
    await once(socket, 'secureConnect');
    socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.match(String(await once(socket, 'data')), /^HTTP\/1\.1 200 /);
  }
  return sockets;
}

function requestText(line: string, headers: Readonly<Record<string, string>>, body: string): string {
  const all = { host: 'x', 'content-type': 'application/json', ...headers, 'content-length': body.length };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line} HTTP/1.1\r\n${head.join('')}\r\n${body}`;
}

/** Ends two connections as two callers do that give up: one by the word of TLS, one without. */
async function leave([first, second]: readonly TLSSocket[]): Promise<void> {
  first!.end();
  second!.destroy();
  await sleep(100);
}

// A standstill that is too short to be noticed, and one that is long enough.
for (const windowMs of [300, 2_000]) {
  test(`orders of an operator that two callers gave up after ${windowMs} ms are not carried out`, async (t) => {
    const before = await pids();
    const { configuration, dataFolder } = exchange.loaded;
    const leader = await exchange.leader();
    const replica = configuration.replicas.find(({ id }) => id === leader.replicaId)!;
    const giver = orderGiver(dataFolder, ownOperator);
    const { certificate: cert, key } = giver.pair;
    const sockets = await openConnections(t, { port: replica.controlPort, cert, key }, 2);
    await standStill([leader.pid]);
    for (const socket of sockets) socket.write(requestText('POST /operator/stop', {}, '{}'));
    await sleep(windowMs);
    await leave(sockets);
    goOn([leader.pid]);
    const { status, error = '' } = await sendOrder(giver, configuration, replica, 'snapshot', {});
    assert.ok(status === 200 || status === 409, `${status} ${error}`);
    assert.deepEqual(await pids(), before, 'no process ended');
  });
}

const placing = (clientOrderId: string): string =>
  JSON.stringify({ symbol: 'TEST', side: 'buy', price: '100.00', quantity: '1', clientOrderId });

/** The headers of a request that is signed now. */
function signedNow(method: string, path: string, body: string, validMs?: number): Record<string, string> {
  const { keyId, secret } = exchange.keys.apiKeys[0]!;
  const patience = validMs === undefined ? {} : { validMs: String(validMs) };
  const signed = { timestamp: String(Date.now()), ...patience, method, pathWithQuery: path, body };
  return signedHeaders(keyId, secret, signed);
}

/** A gateway that was held up a moment ago asks callers to come again. */
async function statusOf(method: string, path: string, body = ''): Promise<number> {
  let status = await statusOnce(method, path, body);
  for (let left = 50; status === 429 && left > 0; left--) {
    await sleep(100);
    status = await statusOnce(method, path, body);
  }
  return status;
}

async function statusOnce(method: string, path: string, body: string): Promise<number> {
  const type = body === '' ? {} : { 'content-type': 'application/json' };
  const headers = { ...signedNow(method, path, body), ...type };
  const url = exchange.gatewayUrl + path;
  return (await fetch(url, { method, headers, ...(body === '' ? {} : { body }) })).status;
}

for (const what of ['gateway', 'replicas'] as const) {
  test(`orders that two callers of the gateway gave up while the ${what} stood still are not carried out`, async (t) => {
    const standing = what === 'gateway' ? [exchange.gatewayPid()] : await pids();
    const sockets = await openConnections(t, { port: Number(new URL(exchange.gatewayUrl).port) }, 2);
    await standStill(standing);
    const names = sockets.map((_, n) => `${what}-${n}`);
    for (const [n, socket] of sockets.entries()) {
      const body = placing(names[n]!);
      socket.write(requestText('POST /v1/orders', signedNow('POST', '/v1/orders', body, timeoutMs), body));
    }
    await sleep(timeoutMs);
    await leave(sockets);
    goOn(standing);
    const after = placing(`${what}-after`);
    await exchange.until(
      'the gateway reaches a leader',
      async () => (await statusOf('POST', '/v1/orders', after)) < 300,
    );
    for (const name of names) assert.equal(await statusOf('GET', `/v1/orders/by-client-id/${name}`), 404);
    assert.equal(await statusOf('POST', '/v1/orders', placing(names[0]!)), 201, 'it can be given again');
  });
}
