/** What readers of streams may take of a gateway: by what they send, and by what they do not read. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { type TestContext, test } from 'node:test';
import type { WebSocket } from 'ws';
import { ShownKeys } from '../admission/rates.ts';
import type { GatewayCore } from '../core.ts';
import type { Feed } from '../exchange/feed.ts';
import { defaultGatewayLimits, type GatewayLimits } from '../settings.ts';
import { Desk } from '../testing/desk.ts';
import { StreamReader } from '../testing/stream-reader.ts';
import { wideLimits } from '../testing/wide-limits.ts';
import { Hub, type HubPorts } from './hub.ts';
import { Streams } from './streams.ts';

async function open(t: TestContext, limits: Partial<GatewayLimits>): Promise<Desk> {
  const desk = await Desk.open({ limits });
  t.after(() => desk.close());
  return desk;
}

function errorCode(message: Readonly<Record<string, unknown>>): unknown {
  return (message['error'] as { readonly code: string }).code;
}

test('a reader that subscribes without end is refused, and then cut; a key has a rate of its own', async (t) => {
  const desk = await open(t, { streamRequestsPerSecond: 1, streamRequestsBurst: 20 });
  const customer = await StreamReader.open(desk);
  await customer.login();
  const storm = await StreamReader.open(desk);
  const closed = storm.closed();
  let asked = 0;
  const { before } = desk.exchange;
  desk.exchange.before = () => {
    asked++;
    return before();
  };
  for (let n = 0; n < 500; n++) {
    storm.send({ subscribe: { book: ['BTC-USD'] } });
    storm.send({ unsubscribe: { book: ['BTC-USD'] } });
  }
  assert.equal(errorCode(await storm.next('error')), 'rateExceeded');
  assert.equal((await closed)[0], 1008);
  assert.ok(asked < 50, `the exchange was asked ${asked} times`);
  const other = await StreamReader.open(desk);
  other.send({ ping: 1 });
  assert.equal(errorCode(await other.nextOf('error', 'pong')), 'rateExceeded', 'of the same address');
  customer.send({ id: 9, subscribe: { book: ['BTC-USD'], executions: true } });
  assert.equal((await customer.next('subscriptions'))['id'], 9);
});

test('each subscription counts, and pings of the protocol do', async (t) => {
  const desk = await open(t, { streamRequestsPerSecond: 1, streamRequestsBurst: 20 });
  const reader = await StreamReader.open(desk);
  reader.send({ subscribe: { book: Array.from({ length: 30 }, () => 'BTC-USD'), trades: ['BTC-USD'] } });
  assert.equal(errorCode(await reader.nextOf('error', 'subscriptions')), 'rateExceeded');
  reader.socket.close();

  const calm = await open(t, { streamRequestsPerSecond: 1, streamRequestsBurst: 20 });
  const pinging = await StreamReader.open(calm);
  const closed = pinging.closed();
  for (let n = 0; n < 100; n++) pinging.socket.ping();
  assert.equal((await closed)[0], 1008);
});

const trade = { type: 'trade', tradeId: 4, priceTicks: 1, quantityLots: 1, aggressorSide: 'sell' } as const;

test('many events in one turn are no slowness of those that read', async (t) => {
  const desk = await open(t, { streamsBufferBytesMax: 200_000 });
  const reader = await StreamReader.open(desk);
  reader.send({ subscribe: { trades: ['BTC-USD'] } });
  await reader.next('subscriptions');
  for (let n = 0; n < 400; n++) desk.exchange.emitEvent({ ...trade, instrumentId: 1 });
  for (let n = 0; n < 400; n++) await reader.next('trade');
  reader.send({ ping: 1 });
  await reader.next('pong');
});

/** The socket of a reader that takes nothing. */
class StuckSocket extends EventEmitter {
  bufferedAmount = 0;
  closedWith: number | undefined;

  send(text: string): void {
    this.bufferedAmount += text.length;
  }

  close(code: number): void {
    this.closedWith = code;
  }

  terminate(): void {
    this.bufferedAmount = 0;
    this.emit('close');
  }
}

test('what waits in all sockets is bounded, with those that were cut and are still there', async (t) => {
  const most = 2_000_000;
  const chars = 10_000;
  const limits = {
    ...defaultGatewayLimits,
    ...wideLimits,
    streamBufferBytesMax: 400_000,
    streamsBufferBytesMax: most,
  };
  const count = { inc: () => undefined };
  const entrance = { streamed: () => undefined };
  const core = { limits, entrance, metrics: { streamMessages: count, streamsCut: count } };
  const leadership = () => ({ mode: 'readWrite', leaderId: 1, term: 1, failovers: 0, of: 'x'.repeat(chars) });
  const hub = new Hub({ leadership, defer: setImmediate } as unknown as HubPorts);
  const streams = new Streams(core as unknown as GatewayCore, hub, {} as Feed);
  t.after(() => streams.close());
  const sockets: StuckSocket[] = [];
  let peak = 0;
  for (let round = 0; round < 8; round++) {
    for (let n = 0; n < 8; n++) {
      const socket = new StuckSocket();
      const claim = { source: `${round}`, address: '', keyId: undefined, trust: new ShownKeys() };
      streams.add(socket as unknown as WebSocket, claim, undefined);
      sockets.push(socket);
      socket.emit('message', Buffer.from('{"subscribe":{"cluster":true}}'), false);
    }
    while (streams.counts.subscriptions < 8) await new Promise(setImmediate);
    while (streams.counts.sockets > 0) {
      hub.onLeadership();
      const waiting = sockets.reduce((sum, { bufferedAmount }) => sum + bufferedAmount, 0);
      peak = Math.max(peak, waiting);
      assert.ok(waiting <= most, `${waiting} bytes wait`);
    }
  }
  assert.ok(peak > most / 2, `${peak} bytes waited at the most`);
  assert.deepEqual(new Set(sockets.map(({ closedWith }) => closedWith)), new Set([4001]));
});
