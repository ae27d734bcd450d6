import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfiguration } from '../configuration/reading.ts';
import { GatewayReadiness } from './gateway-readiness.ts';
import { Questions } from './questions.ts';

const answerAfterMs = 600;

test('a gateway whose answers take a while is not taken for one that is silent', async (t) => {
  const server = createServer((_, reply) => {
    setTimeout(() => reply.writeHead(503).end('{}'), answerAfterMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const { configuration, problems } = readConfiguration({
    gateway: { port },
    vip: { gatewayWaitMs: 60_000 },
  });
  assert.deepEqual(problems, []);
  const questions = new Questions(configuration);
  const readiness = new GatewayReadiness(configuration, questions, () => performance.now());
  t.after(() => {
    readiness.stop();
    questions.close();
  });
  readiness.start(() => undefined);
  assert.equal(readiness.standing, 'silent');
  for (let left = 1_000; readiness.standing === 'silent' && left > 0; left--) await sleep(10);
  assert.equal(readiness.standing, 'answers');
});
