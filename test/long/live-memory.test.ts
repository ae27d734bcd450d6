// What a gateway and a replica hold once thousands of strangers have come and gone: no more than before. The live
// memory is compared, behind a garbage collection; what the process keeps of the system's memory grows once and stays.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { TestExchange } from '../../src/chaos/exchange.ts';
import { signedHeaders } from '../../src/gateway/http/signing.ts';

const megabyte = 1_048_576;
const rounds = 4;
const strangersPerRound = 3_000;
const atOnce = 50;
/** The same in each round: names of senders are remembered, up to a bound. */
const addresses = 100;
/** A stranger that left 1 KB behind would leave 9 MB in three rounds. */
const growthBytesMax = 5 * megabyte;
/** Looks, a second apart, until what was cut is gone: a stream that is cut has some seconds to go. */
const looksMax = 40;

interface LiveMemory {
  readonly heapUsed: number;
  readonly external: number;
}

/** Has each process of Node that starts from now on say at a socket in `folder` what it holds. */
function askProcesses(folder: string): void {
  const file = join(folder, 'memory.mjs');
  const source = `import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
if (isMainThread) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  createServer(async (socket) => {
    for (let n = 0; n < 3; n++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { heapUsed, external } = process.memoryUsage();
    socket.end(JSON.stringify({ heapUsed, external }));
  }).listen(${JSON.stringify(folder)} + '/' + process.pid).unref();
}
`;
  writeFileSync(file, source);
  process.env['NODE_OPTIONS'] = `--import ${pathToFileURL(file).href}`;
}

async function liveMemory(folder: string, pid: number): Promise<LiveMemory> {
  const socket = connect(join(folder, String(pid)));
  let text = '';
  for await (const bytes of socket) text += String(bytes);
  return JSON.parse(text) as LiveMemory;
}

const body = JSON.stringify({ symbol: 'BTC-USD', side: 'buy', price: '1.00', quantity: '1' });
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;
const upgrade =
  'GET /v1/stream HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n' +
  'sec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n';

/** A text message with a mask of zeros. */
function message(text: string): string {
  return `\x81${String.fromCharCode(0x80 | text.length)}\0\0\0\0${text}`;
}

/** An order in the name of a key, by a secret that is not the key's. */
function forged(): string {
  const signed = { timestamp: String(Date.now()), method: 'POST', pathWithQuery: '/v1/orders', body };
  const headers = Object.entries(signedHeaders('demo', 'ab'.repeat(32), signed));
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const length = `content-type: application/json\r\ncontent-length: ${body.length}\r\n`;
  return `POST /v1/orders HTTP/1.1\r\nhost: x\r\n${lines}${length}\r\n${body}`;
}

/** What strangers send, in pieces. */
const kinds: readonly (() => readonly string[])[] = [
  () => ['\x16\x03\x01\x02\0\x01no TLS and no HTTP', '\0'.repeat(500)],
  () => ['GET /v1/orders HTTP/1.1\r\nhost: x\r\nx-half: a he'],
  () => [get('/openapi.json').repeat(60)],
  () => [get('/status').repeat(8), get('/metrics')],
  () => [forged(), forged()],
  () => [upgrade, message('{"subscribe":{"cluster":true,"modes":true}}'), '\x8f\x80\0\0\0\0'],
  () => [upgrade, message('{"subscribe":{"trades":["NOTHING"]}}').repeat(30)],
  () => ['POST /v1/orders HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n', '5\r\nhel'],
  () => [`GET / HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(4_000)}\r\n`],
  () => [`POST /v1/orders HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 99999\r\n\r\n`, 'x'],
];

/** Comes, sends, reads some of what is answered or nothing, and goes, in good order or not. */
async function visit(port: number, n: number): Promise<void> {
  const socket: Socket = connect({ port, host: '127.0.0.1', localAddress: `127.9.0.${(n % addresses) + 1}` });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  await Promise.race([once(socket, 'connect').catch(() => undefined), closed]);
  if (n % 3 === 0) socket.pause();
  else socket.resume();
  for (const piece of kinds[n % kinds.length]!()) {
    if (!socket.destroyed) socket.write(piece, 'latin1');
    await sleep(n % 13);
  }
  const isSudden = n % 4 === 0;
  if (isSudden) socket.resetAndDestroy();
  else if (n % 4 === 1) socket.end();
  if (!isSudden) await Promise.race([closed, sleep(100)]);
  socket.destroy();
}

async function visitAll(ports: readonly number[]): Promise<void> {
  let next = 0;
  const callers = Array.from({ length: atOnce }, async () => {
    for (let n = next++; n < strangersPerRound; n = next++) await visit(ports[n % ports.length]!, n);
  });
  await Promise.all(callers);
}

test('what thousands of strangers leave behind in a gateway and a replica is nothing', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-memory-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  askProcesses(folder);
  const exchange = await TestExchange.start({ replicas: 1 });
  t.after(() => exchange.end());
  delete process.env['NODE_OPTIONS'];
  const { gateway, replicas } = exchange.loaded.configuration;
  const [{ pid: replica } = { pid: 0 }] = await exchange.statuses();
  const { tcpPort, controlPort } = replicas[0]!;
  // Most call the gateway, where every stranger may.
  const ports = [
    gateway.port,
    controlPort,
    gateway.port,
    gateway.operatorPort,
    gateway.port,
    tcpPort,
    gateway.port,
  ];
  const pids = { gateway: exchange.gatewayPid(), replica };
  const before = new Map<string, LiveMemory>();
  for (let round = 1; round <= rounds; round++) {
    await visitAll(ports);
    for (const [name, pid] of Object.entries(pids)) {
      const first = before.get(name);
      let live = await liveMemory(folder, pid);
      const growth = (): number =>
        first === undefined ? 0 : live.heapUsed + live.external - first.heapUsed - first.external;
      for (let looks = 0; looks < (round === 1 ? 15 : looksMax); looks++) {
        if (round > 1 && growth() <= growthBytesMax) break;
        await sleep(1_000);
        live = await liveMemory(folder, pid);
      }
      if (first === undefined) before.set(name, live);
      const text = `${(live.heapUsed / megabyte).toFixed(1)} MB, and ${(live.external / megabyte).toFixed(1)} MB outside of the heap`;
      t.diagnostic(`${name} after ${round * strangersPerRound} strangers: ${text}`);
      assert.ok(growth() <= growthBytesMax, `${name}: ${text}, ${Math.ceil(growth() / 1024)} KB more`);
    }
  }
  assert.equal((await exchange.get('/health/live'))?.status, 200);
});
