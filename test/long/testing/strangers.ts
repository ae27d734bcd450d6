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

/** What strangers cost an exchange of one replica: each row is a process, what they ask of it, and its bound. */
export async function assertBounds(t: TestContext, isSecure: boolean): Promise<void> {
  const configuration = isSecure ? configurationWithTls(t) : {};
  const exchange = await TestExchange.start({ replicas: 1, configuration });
  t.after(() => exchange.end());
  const gateway = exchange.gatewayPid();
  const [{ pid: replica } = { pid: 0 }] = await exchange.statuses();
  const { configuration: effective } = exchange.loaded;
  const control = controlUrl(effective.replicas[0]!, effective);
  const rows = [
    [gateway, exchange.gatewayUrl, '/openapi.json', 61, 50],
    [gateway, exchange.gatewayUrl, '/docs/static/swagger-ui-bundle.js', 61, 50],
    [gateway, exchange.operatorUrl, '/metrics', 61, 50],
    [replica, control, '/status', 200, 20],
    [replica, control, '/metrics', 200, 20],
  ] as const;
  for (const [pid, url, path, strangers, megabytes] of rows) {
    const growth = Math.ceil((await growthOf(pid, url, path, strangers)) / megabyte);
    t.diagnostic(`${path}: ${growth} MB`);
    assert.ok(growth <= megabytes, `${path}: ${growth} MB`);
  }
}
