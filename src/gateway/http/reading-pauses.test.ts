import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { defaultGatewayLimits } from '../settings.ts';
import { Desk } from '../testing/desk.ts';
import { callAsStranger } from '../testing/strangers.ts';
import { clientBounds } from './bounds.ts';
import { ReadingPauses } from './reading-pauses.ts';

test('what is read after a pause may have waited for it, after pauses in a row for all of them, and not for long', () => {
  const pauses = new ReadingPauses();
  assert.equal(pauses.waitedMsMax(0), 0);
  pauses.end(5);
  pauses.begin(10_000);
  pauses.begin(12_000);
  pauses.end(16_000);
  assert.equal(pauses.waitedMsMax(16_001), 6_000);
  pauses.begin(16_500);
  pauses.end(17_500);
  assert.equal(pauses.waitedMsMax(17_600), 7_500);
  assert.equal(pauses.waitedMsMax(18_600), 0);
  pauses.begin(20_000);
  pauses.end(20_300);
  assert.equal(pauses.waitedMsMax(20_301), 300);
});

const timeWindowMs = 2_000;

test('a request that waited in its socket for the answers before it is refused as late by our delay, not as unsigned', async (t) => {
  const desk = await Desk.open({ timeWindowMs });
  t.after(() => desk.close());
  const signedAt = (path: string, timestamp: number): string => {
    const headers = desk.signature('GET', path, { timestamp: String(timestamp) });
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return `GET ${path} HTTP/1.1\r\nhost: x\r\n${lines.join('')}\r\n`;
  };
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const { trades } = desk.exchange;
  let asked = 0;
  desk.exchange.trades = async (...given: Parameters<typeof trades>) => {
    asked += 1;
    await released;
    return trades.apply(desk.exchange, given);
  };
  const socket = callAsStranger(Number(new URL(desk.gateway.url).port));
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  const statuses = (): number[] =>
    [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  const { unansweredMax } = clientBounds(defaultGatewayLimits);
  for (let n = 1; n <= unansweredMax; n++)
    socket.write(`GET /v1/instruments/BTC-USD/trades?limit=${n} HTTP/1.1\r\nhost: x\r\n\r\n`);
  while (asked < unansweredMax) await desk.get('/health/live');
  const signedMs = Date.now();
  socket.write(signedAt('/v1/account', signedMs));
  while (Date.now() - signedMs <= timeWindowMs + 50) await desk.get('/health/live');
  release();
  while (statuses().length <= unansweredMax) await once(socket, 'data');
  assert.deepEqual([statuses().at(-1), /"code":"stoodStill"/.test(text)], [503, true], text.slice(-600));
  // One that is too old by itself is not.
  text = '';
  socket.write(signedAt('/v1/account', Date.now() - 60_000));
  while (statuses().length === 0) await once(socket, 'data');
  assert.deepEqual(statuses(), [401]);
  socket.destroy();
});
