import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { WebSocketServer } from 'ws';
import type { AgentSettings } from './agent-orders.ts';
import { market } from './http-flow.ts';
import { StreamFlow } from './stream-flow.ts';

function settingsOf(gateway: WebSocketServer): AgentSettings {
  const { port } = gateway.address() as AddressInfo;
  return {
    config: '',
    identity: '',
    gatewayUrls: [`http://127.0.0.1:${port}`],
    apiKey: { keyId: 'k', secret: 's'.repeat(32) },
    sdkPerSecond: 1,
    httpPerSecond: 1,
  };
}

test('an order whose fill was left out is named, and a fill that comes again is counted, with what the reader was told around there', async (t) => {
  const gateway = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  t.after(() => gateway.close());
  await once(gateway, 'listening');
  const own = { type: 'execution', event: 'executed', accountId: market.buyerId };
  const fill = (seq: number, clientOrderId: string): object => ({ ...own, seq, n: 1, clientOrderId });
  const gap = { type: 'gap', channel: 'executions', fromSeq: 10 };
  const sent = [
    { type: 'subscriptions', executions: true },
    fill(10, 'lab-1'),
    { type: 'heartbeat', timeMs: 1 },
    gap,
    fill(30, 'lab-5'),
    fill(30, 'lab-5'),
    { type: 'executionsResumed', seq: 40 },
  ];
  gateway.on('connection', (socket) =>
    socket.once('message', () => {
      for (const message of sent) socket.send(JSON.stringify(message));
    }),
  );
  const stream = new StreamFlow(settingsOf(gateway));
  t.after(() => stream.end());
  stream.start();
  while (!stream.wordsAround(30).includes('executionsResumed')) await setImmediate();
  const filled = new Map(['lab-1', 'lab-3', 'lab-5'].map((id) => [id, 1]));
  assert.deepEqual([stream.missed(filled), stream.gaps, stream.doubled], [['lab-3'], 1, 1]);
  const words = stream.wordsAround(20);
  assert.ok(words.includes(`[behind 10/1] ${JSON.stringify(gap)}`), words);
  assert.ok(!words.includes('heartbeat'), words);
});

test('a stream that takes longer than the one before has it, on a busy machine', async (t) => {
  const gateway = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  t.after(() => gateway.close());
  await once(gateway, 'listening');
  const firstSilenceMs = 100;
  gateway.on('connection', (socket) =>
    socket.once('message', () => {
      const fill = { type: 'execution', event: 'executed', seq: 1, n: 1, clientOrderId: 'lab-1' };
      const own = { ...fill, accountId: market.buyerId };
      setTimeout(() => socket.send(JSON.stringify(own)), 3 * firstSilenceMs);
    }),
  );
  const stream = new StreamFlow(settingsOf(gateway), firstSilenceMs);
  t.after(() => stream.end());
  stream.start();
  while (stream.missed(new Map([['lab-1', 1]])).length > 0) await setImmediate();
});
