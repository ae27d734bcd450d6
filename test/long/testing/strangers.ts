// Strangers that ask and never read, and what they make the processes of a real exchange hold, with and without TLS.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectSecurely, setDefaultCACertificates } from 'node:tls';
import { TestExchange } from '../../../src/chaos/exchange.ts';
import { makeAuthority, makeCertificate } from '../../../src/gateway/testing/certificates.ts';
import { controlUrl } from '../../../src/ops/configuration/addresses.ts';

const authority = makeAuthority('a venue');
/** Requests that each stranger sends in one piece. */
const pipelined = 1600;
const looks = 20;
const attempts = 3;
const megabyte = 1_048_576;

function memoryBytes(pid: number): number {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
}

function configurationWithTls(context: TestContext): Readonly<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-tls-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const tls = { certificateFile: join(folder, 'c.pem'), keyFile: join(folder, 'k.pem') };
  const { certificate, key } = makeCertificate({ issuer: authority });
  writeFileSync(tls.certificateFile, certificate);
  writeFileSync(tls.keyFile, key, { mode: 0o600 });
  setDefaultCACertificates([authority.certificate]);
  return { gateway: { tls }, control: { tls } };
}

async function stranger(url: string): Promise<Socket> {
  const port = Number(new URL(url).port);
  const isSecure = url.startsWith('https');
  const socket = isSecure
    ? connectSecurely({ port, host: '127.0.0.1', ca: authority.certificate })
    : connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await Promise.race([
    once(socket, isSecure ? 'secureConnect' : 'connect').catch(() => undefined),
    new Promise((resolve) => socket.once('close', resolve)),
  ]);
  return socket;
}

/** By how much the process grew at the most while so many strangers asked and did not read. */
async function growthOf(pid: number, url: string, path: string, strangers: number): Promise<number> {
  const bytes = `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(pipelined);
  // A process that never worked grows by its first work, and by its first connections.
  const readers = await Promise.all(Array.from({ length: strangers }, () => stranger(url)));
  const ends = readers.map(
    (socket) => socket.closed || new Promise((resolve) => socket.resume().once('close', resolve)),
  );
  for (const socket of readers) socket.write(bytes);
  await Promise.all(ends);
  for (let n = 0; n < 500; n++) await (await fetch(url + path)).arrayBuffer();
  const before = memoryBytes(pid);
  let most = before;
  const sockets: Socket[] = [];
  for (let n = 0; n < strangers; n++) {
    const socket = await stranger(url);
    socket.pause().write(bytes);
    sockets.push(socket);
    most = Math.max(most, memoryBytes(pid));
  }
  for (let n = 0; n < looks; n++) {
    await sleep(100);
    assert.equal((await fetch(url + path)).status, 200, 'an honest caller beside them is served');
    most = Math.max(most, memoryBytes(pid));
  }
  for (const socket of sockets) socket.destroy();
  return most - before;
}

/** What is asked of a process, by how many strangers, and by how many megabytes it may grow. */
type Row = readonly [
  process: 'gateway' | 'operators' | 'replica',
  path: string,
  strangers: number,
  megabytes: number,
];

const rows: readonly Row[] = [
  ['gateway', '/openapi.json', 61, 50],
  ['gateway', '/docs/static/swagger-ui-bundle.js', 61, 50],
  ['operators', '/metrics', 61, 50],
  ['replica', '/status', 200, 20],
  ['replica', '/metrics', 200, 20],
];

/** Asks an exchange of its own for these rows, and returns those by which a process grew too much. */
async function rowsAboveBounds(
  t: TestContext,
  asked: readonly Row[],
  configuration: Readonly<Record<string, unknown>>,
): Promise<Row[]> {
  const exchange = await TestExchange.start({ replicas: 1, configuration });
  try {
    const gateway = exchange.gatewayPid();
    const [{ pid: replica } = { pid: 0 }] = await exchange.statuses();
    const { configuration: effective } = exchange.loaded;
    const places = {
      gateway: [gateway, exchange.gatewayUrl],
      operators: [gateway, exchange.operatorUrl],
      replica: [replica, controlUrl(effective.replicas[0]!, effective)],
    } as const;
    const above: Row[] = [];
    for (const row of asked) {
      const [process, path, strangers, megabytes] = row;
      const [pid, url] = places[process];
      const growth = Math.ceil((await growthOf(pid, url, path, strangers)) / megabyte);
      t.diagnostic(`${process} ${path}: ${growth} MB`);
      if (growth > megabytes) above.push(row);
    }
    return above;
  } finally {
    await exchange.end();
  }
}

/**
 * What strangers cost an exchange of one replica. A process also grows by its own work, once in a while and at any
 * moment: a row above its bound is asked again of a new exchange, since what strangers hold they hold each time.
 */
export async function assertBounds(t: TestContext, isSecure: boolean): Promise<void> {
  const configuration = isSecure ? configurationWithTls(t) : {};
  let above = rows;
  for (let attempt = 0; attempt < attempts && above.length > 0; attempt++)
    above = await rowsAboveBounds(t, above, configuration);
  assert.deepEqual(above, [], `grew by more than they may in each of ${attempts} exchanges`);
}
