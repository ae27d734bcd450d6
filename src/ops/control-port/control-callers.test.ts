/** Strangers at the control endpoint, on real sockets: what they may take is counted. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { controlBounds, type PortBounds, pipelinedMax } from '../../gateway/http/bounds.ts';
import { makeCertificate } from '../../gateway/testing/certificates.ts';
import { availabilityKeys } from '../configuration/availability-keys.ts';
import { statusOf } from '../health/status.ts';
import { CanaryDesk } from './canary-desk.ts';
import { type ControlOptions, controlServer } from './control-server.ts';
import { SideDesk } from './side-desk.ts';
import { noGrants, PaperNotes, PaperOperators } from './testing/operators.ts';

const callersMax = controlBounds.connectionsMax;
const strangers = 200;
/** Requests that each of them sends at once. */
const pipelined = 1_600;
/** Without bounds they take more than twenty times as much. */
const growthBytesMax = 150_000_000;

async function serve(
  context: TestContext,
  bounds: Partial<PortBounds> = {},
  more: Pick<ControlOptions, 'identity' | 'takesPlain'> = {},
) {
  const made = { status: 0 };
  const operators = new PaperOperators();
  const health = { ok: true, reasons: [] };
  const process = {
    pid: 1,
    startedTicks: '1',
    startedAtMs: 0,
    version: '',
    configHash: '',
    lagFramesMax: 10_000,
  };
  const status = statusOf({ clusterId: 1, replicaId: 1, ...process }, () => 0, 0);
  const server = controlServer(
    {
      replicaId: 1,
      clusterId: 1,
      operators,
      notes: new PaperNotes(),
      canary: new CanaryDesk(),
      sides: new SideDesk(),
      read: () => 0,
      address: noGrants,
      stalledMs: () => 0,
      identityExpiresAtMs: () => 0,
      promised: { settings: availabilityKeys.defaultValue(), hasOtherSite: false },
      status: () => {
        made.status++;
        return { ...status, version: 'x'.repeat(4_000) };
      },
      live: () => health,
      ready: () => health,
      leads: () => ({ ...health, leaderId: 1, epoch: 1, term: 1, ageMs: 0 }),
      order: () => Promise.resolve({ ok: true, text: 'done' }),
    },
    { bounds: { ...controlBounds, ...bounds }, ...more },
  );
  context.after(() => server.close());
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as { port: number };
  const sockets: Socket[] = [];
  context.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  const call = async (): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  const metric = async (name: string): Promise<number> => {
    const { body } = await server.inject('/metrics');
    return Number(new RegExp(`\\n${name}\\{.*\\} (\\d+)`).exec(body)?.[1]);
  };
  return { server, port, made, call, metric };
}

/** An order of the operator; gives the status of its answer. */
function order(port: number, agent?: Agent): Promise<number> {
  const options = { port, host: '127.0.0.1', path: '/operator/snapshot', method: 'POST' };
  return new Promise((resolve, reject) => {
    const asked = request({ ...options, ...(agent && { agent }) }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode!));
    });
    asked.on('error', reject);
    asked.end();
  });
}

test('a replica that ends waits for no caller that has said nothing yet, or half a handshake', async (context) => {
  const { certificate, key } = makeCertificate();
  const identity = { certificates: certificate, key, expiresAtMs: Date.now() + 1e9 };
  // Longer than the test: whatever the server waits for does not come.
  const requestTimeoutMs = 3_600_000;
  const { server, call } = await serve(context, { requestTimeoutMs }, { identity, takesPlain: true });
  const silent = await call();
  const handshake = await call();
  handshake.write(Uint8Array.of(22, 3, 1, 2, 0));
  const ends = [silent, handshake].map((socket) => once(socket.resume(), 'close'));
  // An answer behind them: both have come in.
  const { port } = server.server.address() as AddressInfo;
  await (await fetch(`http://127.0.0.1:${port}/health/live`)).text();
  await server.close();
  await Promise.all(ends);
});

for (const path of ['/status', '/metrics', '/nothing']) {
  test(`strangers that ask for ${path} and read nothing take little, and the operator is served`, async (context) => {
    const { port, call, metric } = await serve(context);
    const bytes = `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(pipelined);
    const before = process.memoryUsage().rss;
    for (let n = 0; n < strangers; n++) (await call()).pause().write(bytes);
    for (let n = 0; n < 20; n++) assert.equal(await order(port), 200);
    assert.ok(process.memoryUsage().rss - before < growthBytesMax);
    assert.ok(
      (await metric('lockstep_control_requests_total')) <= strangers * pipelinedMax(controlBounds) + 100,
    );
  });
}

test('the status that many ask for is made once in a while', async (context) => {
  const { made, call } = await serve(context);
  const socket = await call();
  const asked = controlBounds.unansweredMax;
  socket.write('GET /status HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(asked));
  let answers = 0;
  while (answers < asked) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    answers += chunk.toString().split('HTTP/1.1 200').length - 1;
  }
  assert.ok(made.status < asked, `${made.status} times`);
});

test('new callers take the places of strangers, and the operator keeps the own one', async (context) => {
  const { server, port, call, metric } = await serve(context);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  context.after(() => agent.destroy());
  assert.equal(await order(port, agent), 200);
  let connections = 0;
  server.server.on('connection', () => connections++);
  const first = await call();
  for (let n = 0; n < 3 * callersMax; n++) await call();
  if (!first.closed) await once(first, 'close');
  assert.equal(await order(port, agent), 200);
  assert.equal(connections, 1 + 3 * callersMax, 'the operator needed no new connection');
  await sleep(300);
  assert.ok((await metric('lockstep_control_requests_refused_total')) >= 2 * callersMax);
});

/** Resolves once the other side has ended the connection. */
function ended(socket: Socket): Promise<unknown> {
  return socket.closed ? Promise.resolve() : new Promise((resolve) => socket.resume().once('close', resolve));
}

test('a head or a body that comes slowly, and silence, end their connections, and the operator is served', async (context) => {
  const { port, call } = await serve(context, { requestTimeoutMs: 500 });
  const [head, body, silent] = [await call(), await call(), await call()];
  head.write('GET /status HTTP/1.1\r\nhost: x\r\nx-slow: ');
  body.write('POST /operator/snapshot HTTP/1.1\r\nhost: x\r\ncontent-length: 4000\r\n\r\n');
  const drip = setInterval(() => {
    for (const socket of [head, body]) socket.write('x');
  }, 50);
  context.after(() => clearInterval(drip));
  assert.equal(await order(port), 200);
  await Promise.all([head, body, silent].map(ended));
  assert.equal(await order(port), 200);
});

test('a connection that takes no answer, or asks nothing more, ends', async (context) => {
  const { port, call } = await serve(context, { standstillMsMax: 500, idleMsMax: 500 });
  const unread = await call();
  // More than the sockets of both sides hold.
  for (let n = 0; n < 2_000 && !unread.writableNeedDrain; n++)
    unread.pause().write('GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(controlBounds.unansweredMax));
  const idle = await call();
  idle.write('GET /status HTTP/1.1\r\nhost: x\r\n\r\n');
  await ended(idle);
  // It is noticed by what it can write no more.
  while (!unread.closed) {
    unread.write('x');
    await sleep(50);
  }
  assert.equal(await order(port), 200);
});

test('a body that no order has is refused with what to send', async (context) => {
  const { server } = await serve(context);
  for (const [type, payload, error] of [
    ['text/plain', '{}', /is JSON: send it with "Content-Type: application\/json"/],
    ['application/json', `{"x":"${'x'.repeat(10_000)}"}`, /larger than that of any order/],
  ] as const) {
    const headers = { 'content-type': type };
    const answer = await server.inject({ method: 'POST', url: '/operator/snapshot', headers, payload });
    assert.match(answer.json<{ readonly error: string }>().error, error);
  }
});
