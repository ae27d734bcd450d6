import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, type TestContext, test } from 'node:test';
import { LockstepError } from '../../client/index.ts';
import type { GatewayLimits } from '../settings.ts';
import { apiKey, Desk } from '../testing/desk.ts';
import { callAsStranger, closeOf } from '../testing/strangers.ts';
import { streamLogin, upgradeHeaders } from '../testing/stream-login.ts';
import { type StreamMessage, StreamReader } from '../testing/stream-reader.ts';
import { nonsenseMax, requestsWaitingMax, streamPayloadBytesMax } from './manual.ts';

/** Trades that a reader does not take, until it is cut. */
async function overrun(desk: Desk, reader: StreamReader): Promise<void> {
  reader.socket.pause();
  const trade = { type: 'trade', tradeId: 4, priceTicks: 1, quantityLots: 1, aggressorSide: 'sell' } as const;
  while (!(await desk.metrics()).includes('streams_cut_total{reason="tooSlow"} 1')) {
    for (let n = 0; n < 1000; n++) desk.exchange.emitEvent({ ...trade, instrumentId: 1 });
  }
}

const upgradeRequest = [
  'GET /v1/stream HTTP/1.1',
  'host: x',
  'connection: upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==',
  '',
  '',
].join('\r\n');

/** A gateway with bounds of its own. */
async function open(t: TestContext, limits: Partial<GatewayLimits>): Promise<Desk> {
  const own = await Desk.open({ limits });
  t.after(() => own.close());
  return own;
}

/** The codes of what an answer refuses. */
function refusedCodes(message: StreamMessage): string[] {
  return (message['refused'] as { readonly error: { readonly code: string } }[]).map(
    ({ error }) => error.code,
  );
}

const order = { symbol: 'BTC-USD', side: 'buy', price: '10.00', quantity: '1' } as const;
let desk: Desk;

before(async () => {
  desk = await Desk.open();
});
after(() => desk.close());

function errorCode(message: StreamMessage): unknown {
  return (message['error'] as { readonly code: string }).code;
}

test('a reader gets the book, then each change, and can tell that nothing is missing', async () => {
  await desk.signed('POST', '/v1/orders', { body: order });
  const reader = await StreamReader.open(desk);
  reader.send({ subscribe: { book: ['BTC-USD'] } });
  const book = await reader.next('book');
  assert.deepEqual(
    [book['symbol'], book['bids'], book['asks']],
    ['BTC-USD', [['10.00', '1.00000000', 1]], []],
  );
  await desk.signed('POST', '/v1/orders', { body: { ...order, quantity: '2' } });
  const change = await reader.next('bookChange');
  assert.equal(change['previousSeq'], book['seq']);
  assert.deepEqual(change['bids'], [['10.00', '3.00000000', 2]]);
  await desk.signed('POST', '/v1/orders', { body: { ...order, side: 'sell', price: '11.00' } });
  const second = await reader.next('bookChange');
  assert.equal(second['previousSeq'], change['seq']);
  assert.deepEqual(second['asks'], [['11.00', '1.00000000', 1]]);

  const late = await StreamReader.open(desk);
  late.send({ subscribe: { book: ['BTC-USD'] } });
  assert.equal((await late.next('book'))['seq'], second['seq'], 'a later reader joins where the others are');
  for (const one of [reader, late]) one.socket.close();
});

test('trades and the leader are told to those who ask', async () => {
  const reader = await StreamReader.open(desk);
  reader.send({ subscribe: { trades: ['ETH-USD'], cluster: true } });
  assert.deepEqual(await reader.next('cluster'), {
    type: 'cluster',
    mode: 'readWrite',
    leaderId: 2,
    term: 3,
    epoch: 1,
    failovers: 0,
  });
  assert.deepEqual((await reader.next('subscriptions'))['trades'], ['ETH-USD']);
  const trade = {
    type: 'trade',
    tradeId: 4,
    priceTicks: 300_050,
    quantityLots: 25_000,
    aggressorSide: 'sell',
  } as const;
  desk.exchange.emitEvent({ ...trade, instrumentId: 1 });
  desk.exchange.emitEvent({ ...trade, instrumentId: 2 });
  const told = await reader.next('trade');
  assert.deepEqual([told['symbol'], told['price'], told['quantity']], ['ETH-USD', '3000.50', '2.5000']);
  desk.exchange.leaderId = 3;
  desk.exchange.emit('failover');
  assert.equal((await reader.next('cluster'))['leaderId'], 3);
  reader.socket.close();
});

test('executions go to the owner of the account only, after authentication', async () => {
  const stranger = await StreamReader.open(desk);
  stranger.send({ subscribe: { executions: true } });
  assert.deepEqual(refusedCodes(await stranger.next('subscriptions')), ['notAuthenticated']);
  assert.equal(errorCode(await stranger.login({ ...apiKey, secret: 'cd'.repeat(32) })), 'wrongSignature');
  stranger.socket.close();

  const owner = await StreamReader.open(desk);
  assert.deepEqual((await owner.login())['accountIds'], [7, 8]);
  owner.send({ subscribe: { executions: true } });
  await owner.next('subscriptions');
  const details = { orderId: 1, instrumentId: 1, priceTicks: 100, side: 'buy', clientOrderId: 'x' } as const;
  const executed = {
    type: 'orderExecuted',
    tradeId: 1,
    quantityLots: 5,
    remainingLots: 0,
    liquidity: 'maker',
  } as const;
  desk.exchange.emitEvent({ ...executed, ...details, accountId: 99 });
  desk.exchange.emitEvent({ ...executed, ...details, accountId: 8 });
  const told = await owner.next('execution');
  assert.deepEqual(
    [told['event'], told['accountId'], told['price'], told['liquidity']],
    ['executed', 8, '1.00', 'maker'],
  );
  owner.socket.close();

  const wrong = new StreamReader(desk, { headers: upgradeHeaders({ ...apiKey, secret: 'cd'.repeat(32) }) });
  const [, response] = await once(wrong.socket, 'unexpected-response');
  assert.equal((response as { readonly statusCode: number }).statusCode, 401);
});

test('lost events bring a new snapshot, and owners are told of the gap', async () => {
  const reader = await StreamReader.open(desk);
  await reader.login();
  reader.send({ subscribe: { book: ['BTC-USD'], executions: true } });
  await reader.next('book');
  desk.exchange.seq += 1000;
  desk.exchange.emit('eventsLost', { afterSeq: 1, appliedSeq: desk.exchange.seq });
  assert.equal((await reader.next('gap'))['channel'], 'executions');
  assert.equal((await reader.next('book'))['seq'], desk.exchange.seq);
  reader.socket.close();
});

test('an unknown symbol is an error that leaves the stream open', async () => {
  const reader = await StreamReader.open(desk);
  reader.send({ subscribe: { book: ['NONE'] } });
  assert.deepEqual(refusedCodes(await reader.next('subscriptions')), ['unknownInstrument']);
  reader.send({ subscribe: { book: ['ETH-USD'] } });
  assert.deepEqual((await reader.next('subscriptions'))['book'], ['ETH-USD']);
  reader.send({ unsubscribe: { book: ['ETH-USD'] } });
  assert.deepEqual((await reader.next('subscriptions'))['book'], []);
  reader.socket.close();
});

test('what is not understood gets an explanation, and the stream goes on', async () => {
  const reader = await StreamReader.open(desk);
  const cases: [string | Buffer, string, RegExp][] = [
    ['{"subscribe":', 'malformedJson', /not JSON/],
    ['[]', 'invalidField', /one JSON object/],
    ['{"subscribe":["book"]}', 'invalidField', /"subscribe" must be an object with book, trades/],
    ['{"order":1}', 'invalidField', /"order" is not known here. Allowed: id, ping/],
    ['{"id":{}}', 'invalidField', /"id"/],
    ['{"auth":{"key":"k"}}', 'invalidField', /good on one stream, once: send {"challenge": 1}/],
    ['{"auth":{"key":"k","challenge":"c"}}', 'invalidField', /"timestamp" is missing/],
    [Buffer.from([1, 2, 3]), 'malformedJson', /text messages/],
    ['{"ping":1,"ping":2}', 'invalidField', /"ping" is there twice/],
    ['{"subscribe":{"cluster":true},"subscribe":{}}', 'invalidField', /"subscribe" is there twice/],
    ['{"subscribe":{"book":[],"bo\\u006fk":[]}}', 'invalidField', /"book" is there twice/],
    [
      '{"subscribe":{"fromSeq":9007199254740993}}',
      'invalidField',
      /"fromSeq" is 9007199254740993, of which only/,
    ],
    ['{"a":1,"b":2,"ping":1}', 'invalidField', /"a", "b" are not known here/],
    ['{}', 'invalidField', /asks for nothing. Send one of ping, challenge, auth/],
    ['{"id":1}', 'invalidField', /asks for nothing/],
    [`{"x":"${'y'.repeat(20_000)}"}`, 'bodyTooLarge', /20008 bytes; at most 16384/],
  ];
  for (const [text, code, message] of cases) {
    reader.socket.send(text);
    const { error } = (await reader.next('error')) as unknown as { error: { code: string; message: string } };
    assert.equal(error.code, code, String(text));
    assert.match(error.message, message);
  }
  reader.send({ subscribe: { cluster: true } });
  await reader.next('cluster');
  reader.socket.close();
});

test('one part that is wrong does not take the others away, and an id comes back', async () => {
  const reader = await StreamReader.open(desk);
  reader.send({
    id: 7,
    mystery: 1,
    subscribe: {
      book: ['NONE', 'BTC-USD', 5],
      trades: 'x',
      books: ['ETH-USD'],
      executions: true,
      cluster: true,
    },
  });
  assert.equal((await reader.next('error'))['id'], 7);
  const { id, book, trades, executions, cluster, refused } = await reader.next('subscriptions');
  assert.deepEqual([id, book, trades, executions, cluster], [7, ['BTC-USD'], [], false, true]);
  const parts = refused as { channel: string; symbol?: string; error: { code: string } }[];
  assert.deepEqual(
    parts.map((part) => [part.channel, part.symbol, part.error.code]),
    [
      ['book', undefined, 'invalidField'],
      ['trades', undefined, 'invalidField'],
      ['books', undefined, 'invalidField'],
      ['book', 'NONE', 'unknownInstrument'],
      ['executions', undefined, 'notAuthenticated'],
    ],
  );
  reader.send({ ping: 1, id: 'a' });
  assert.equal((await reader.next('pong'))['id'], 'a');
  reader.socket.close();
});

test('a part that is not read is refused by name', async () => {
  const reader = await StreamReader.open(desk);
  await reader.login();
  const cases: [subscribe: object, refused: string[], executions: boolean][] = [
    [{ fromSeq: 1 }, ['fromSeq'], false],
    [{ fromSeq: 1, afterN: 1 }, ['fromSeq', 'afterN'], false],
    [{ executions: false, fromSeq: 1 }, ['executions', 'fromSeq'], false],
    [{ cluster: false }, ['cluster'], false],
    [{ executions: true, fromSeq: 'x' }, ['fromSeq', 'executions'], false],
    [{ executions: true, afterN: 1 }, ['executions', 'afterN'], false],
  ];
  for (const [subscribe, names, isSubscribed] of cases) {
    reader.send({ subscribe });
    const { executions, refused } = await reader.next('subscriptions');
    const channels = (refused as { channel: string }[]).map(({ channel }) => channel);
    assert.deepEqual([channels, executions], [names, isSubscribed], JSON.stringify(subscribe));
  }
  reader.send({ subscribe: { executions: true } });
  await reader.next('subscriptions');
  reader.send({ unsubscribe: { executions: false } });
  const { executions, refused } = await reader.next('subscriptions');
  assert.deepEqual([executions, (refused as object[]).length], [true, 1]);
  reader.socket.close();
});

test('an auth that ends the executions of another key says so', async (t) => {
  const other = { keyId: 'bob-1', secret: 'cd'.repeat(32), accountIds: [9] };
  const own = await Desk.open({ apiKeys: [apiKey, other] });
  t.after(() => own.close());
  const reader = await StreamReader.open(own);
  const auth = streamLogin(apiKey, await reader.challenge());
  reader.send({ auth, subscribe: { executions: true } });
  assert.equal((await reader.next('subscriptions'))['executions'], true);
  assert.equal((await reader.login(other)).type, 'authenticated');
  assert.equal((await reader.next('subscriptions'))['executions'], false);
  reader.socket.close();
});

test('forty requests at once are all carried out, and those beyond the bound are refused by its name', async () => {
  const reader = await StreamReader.open(desk);
  for (let n = 0; n < 40; n++) reader.send({ id: n, subscribe: { trades: ['BTC-USD'] } });
  for (let n = 0; n < 40; n++) assert.equal((await reader.next('subscriptions'))['id'], n);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  desk.exchange.before = () => held;
  for (let n = 0; n <= requestsWaitingMax; n++) reader.send({ id: n, subscribe: { trades: ['NEW'] } });
  const refused = await reader.next('error');
  assert.deepEqual([refused['id'], errorCode(refused)], [requestsWaitingMax, 'tooManyMessages']);
  assert.match(JSON.stringify(refused), new RegExp(`${requestsWaitingMax} messages`));
  desk.exchange.before = () => undefined;
  release();
  for (let n = 0; n < requestsWaitingMax; n++) assert.equal((await reader.next('subscriptions'))['id'], n);
  reader.socket.close();
});

test('one that goes on talking nonsense is cut, and the others stay', async () => {
  const bystander = await StreamReader.open(desk);
  const reader = await StreamReader.open(desk);
  const closed = reader.closed();
  for (let n = 0; n < 3 * nonsenseMax; n++) reader.send('nonsense');
  assert.equal((await closed)[0], 1008);
  const huge = await StreamReader.open(desk);
  const hugeClosed = huge.closed();
  huge.send('z'.repeat(streamPayloadBytesMax + 1));
  assert.equal((await hugeClosed)[0], 1009);
  bystander.send({ subscribe: { cluster: true } });
  await bystander.next('cluster');
  bystander.socket.close();
});

test('a message in too many pieces ends its stream, whether frames or parts of one frame', async (t) => {
  const pieces = await StreamReader.open(desk);
  const closed = pieces.closed();
  for (let n = 0; n < 200; n++) pieces.socket.send('x', { fin: false });
  assert.equal((await closed)[0], 1008);

  const stranger = callAsStranger(Number(new URL(desk.gateway.url).port)).setNoDelay(true);
  const ended = closeOf(stranger);
  stranger.write(upgradeRequest);
  await once(stranger, 'data');
  stranger.resume();
  // A text frame of 16,000 bytes, of which one comes at a time.
  stranger.write(Buffer.from([0x81, 0xfe, 0x3e, 0x80, 0, 0, 0, 0]));
  const drip = setInterval(() => stranger.writable && stranger.write('x'), 1);
  t.after(() => clearInterval(drip));
  await ended;
});

test('a reader hears that the gateway lives, and what it reaches', async (t) => {
  const lively = await open(t, { streamHeartbeatIntervalMs: 5 });
  const reader = await StreamReader.open(lively);
  const { mode, leaderId } = await reader.next('heartbeat');
  assert.deepEqual([mode, leaderId], ['readWrite', 2]);
  lively.exchange.leaderId = 0;
  while ((await reader.next('heartbeat'))['mode'] !== 'readOnly');
  lively.exchange.replicasReached = 0;
  while ((await reader.next('heartbeat'))['mode'] !== 'unreachable');
  reader.socket.close();
});

test('a stream that subscribes to nothing ends, and a reader that takes nothing too', async (t) => {
  const strict = await open(t, { streamIdleMsMax: 50, standstillMsMax: 50, commandTimeoutMs: 20 });
  const idle = await StreamReader.open(strict);
  const reading = await StreamReader.open(strict);
  reading.send({ subscribe: { cluster: true } });
  const slow = await StreamReader.open(strict);
  slow.send({ subscribe: { trades: ['BTC-USD'] } });
  await slow.next('subscriptions');
  assert.equal((await idle.closed())[0], 4003);
  slow.socket.pause();
  const trade = { type: 'trade', tradeId: 4, priceTicks: 1, quantityLots: 1, aggressorSide: 'sell' } as const;
  // Less than the bound on what may wait, and more than the system takes.
  for (let n = 0; n < 40_000 && !(await isCut(strict, 'tooSlow')); n++)
    for (let k = 0; k < 200; k++) strict.exchange.emitEvent({ ...trade, instrumentId: 1 });
  slow.socket.terminate();
  reading.send({ ping: 1 });
  await reading.next('pong');
  reading.socket.close();
});

async function isCut(at: Desk, reason: string): Promise<boolean> {
  return (await at.metrics()).includes(`streams_cut_total{reason="${reason}"} 1`);
}

test('a part of the places is kept for those who sign', async (t) => {
  const small = await open(t, { streamsMax: 4, anonymousStreamsMax: 3 });
  for (let n = 0; n < 3; n++) await StreamReader.open(small);
  const [, response] = await once(new StreamReader(small).socket, 'unexpected-response');
  assert.equal((response as { readonly statusCode: number }).statusCode, 429);
  const signed = await StreamReader.open(small, { headers: upgradeHeaders(apiKey) });
  signed.send({ ping: 1 });
  await signed.next('pong');
});

test('streams and their subscriptions are bounded', async (t) => {
  const small = await open(t, { streamsMax: 1, subscriptionsPerStreamMax: 1 });
  const reader = await StreamReader.open(small);
  reader.send({ subscribe: { book: ['BTC-USD', 'ETH-USD'] } });
  assert.deepEqual(refusedCodes(await reader.next('subscriptions')), ['tooManySubscriptions']);
  const second = new StreamReader(small);
  const [, response] = await once(second.socket, 'unexpected-response');
  assert.equal((response as { readonly statusCode: number }).statusCode, 429);
  const closed = reader.closed();
  await small.close();
  assert.equal((await closed)[0], 1001);
});

test('a reader that does not read is cut, so that what waits for it stays bounded', async (t) => {
  const strict = await Desk.open({ limits: { streamBufferBytesMax: 10_000 } });
  t.after(() => strict.close());
  const slow = await StreamReader.open(strict);
  slow.send({ subscribe: { trades: ['BTC-USD'] } });
  await slow.next('subscriptions');
  await overrun(strict, slow);
  slow.socket.terminate();
});

test('a reader that was too slow, and goes on reading, hears why its stream ended', async (t) => {
  const strict = await Desk.open({ limits: { streamBufferBytesMax: 10_000 } });
  t.after(() => strict.close());
  const slow = await StreamReader.open(strict);
  slow.send({ subscribe: { trades: ['BTC-USD'] } });
  await slow.next('subscriptions');
  await overrun(strict, slow);
  slow.socket.resume();
  assert.equal((await slow.closed())[0], 4001);
});

test('a reader that does not answer a ping is cut', async (t) => {
  const strict = await Desk.open({ limits: { streamPingIntervalMs: 20 } });
  t.after(() => strict.close());
  const silent = await StreamReader.open(strict, { autoPong: false });
  assert.equal((await silent.closed())[0], 4002);
});

test('bytes that are no frame end their stream alone, and are counted', async (t) => {
  const other = await Desk.open();
  t.after(() => other.close());
  const bystander = await StreamReader.open(other);
  const stranger = callAsStranger(Number(new URL(other.gateway.url).port));
  const closed = closeOf(stranger);
  stranger.write(upgradeRequest);
  assert.match(String((await once(stranger, 'data'))[0]), /^HTTP\/1.1 101/);
  stranger.write(Buffer.alloc(64, 0xff));
  stranger.resume();
  await closed;
  assert.match(await other.metrics(), /streams_cut_total\{reason="broken"\} 1/);
  bystander.send({ subscribe: { cluster: true } });
  await bystander.next('cluster');
  bystander.socket.close();
});

test('nobody hears the events of the exchange before the first reader comes', async (t) => {
  const quiet = await Desk.open();
  t.after(() => quiet.close());
  const { exchange } = quiet;
  await quiet.signed('POST', '/v1/orders', { body: order });
  assert.equal((await quiet.get('/v1/instruments/BTC-USD/book')).status, 200);
  const reader = await StreamReader.open(quiet);
  reader.send({ subscribe: { cluster: true } });
  await reader.next('subscriptions');
  assert.equal(exchange.eventSessionsOpened, 0);
  reader.send({ subscribe: { book: ['BTC-USD'], trades: ['BTC-USD'] } });
  assert.deepEqual((await reader.next('book'))['bids'], [['10.00', '1.00000000', 1]]);
  assert.equal(exchange.eventSessions, 1);
  assert.match(await quiet.metrics(), /lockstep_gateway_feed_open 1/);
  reader.socket.close();
  await quiet.close();
  assert.equal(exchange.eventSessions, 0);
});

test('a reader to whom no feed can be given is told so, and may ask again', async (t) => {
  const late = await Desk.open();
  t.after(() => late.close());
  late.exchange.before = () => {
    throw new LockstepError('noLeader', 'no replica leads');
  };
  const refused = await StreamReader.open(late);
  refused.send({ subscribe: { trades: ['BTC-USD'] } });
  assert.deepEqual(refusedCodes(await refused.next('subscriptions')), ['noLeader']);
  late.exchange.before = () => undefined;
  refused.send({ subscribe: { trades: ['BTC-USD'] } });
  assert.deepEqual((await refused.next('subscriptions'))['trades'], ['BTC-USD']);
  refused.socket.close();
});
