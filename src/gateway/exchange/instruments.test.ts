import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canaryInstrument } from '../../protocol/canary.ts';
import { Desk } from '../testing/desk.ts';
import { StreamReader } from '../testing/stream-reader.ts';
import { KnownInstruments, ordersRememberedMax } from './instruments.ts';

const instruments = [1, 2].map((instrumentId) => ({
  instrumentId,
  symbol: `S${instrumentId}`,
  priceDecimals: 2,
  quantityDecimals: 0,
}));

test('the instrument of an order is remembered until a newer order takes its place, and never another one', () => {
  const memory = new KnownInstruments();
  for (const instrument of instruments) memory.add(instrument);
  assert.equal(memory.ofOrder(7, 0), undefined);
  assert.equal(memory.ofOrder(7, 7), undefined);
  const count = ordersRememberedMax + 3;
  for (let orderId = 1; orderId <= count; orderId++) memory.rememberOrder(7, orderId, 1 + (orderId % 2));
  for (let orderId = 1; orderId <= count; orderId++) {
    const symbol = memory.ofOrder(7, orderId)?.symbol;
    const isForgotten = orderId <= count - ordersRememberedMax;
    assert.equal(symbol, isForgotten ? undefined : `S${1 + (orderId % 2)}`, `order ${orderId}`);
  }
  memory.rememberOrder(7, Number.MAX_SAFE_INTEGER, 2);
  assert.equal(memory.ofOrder(7, Number.MAX_SAFE_INTEGER)?.symbol, 'S2');
});

test('an instrument of the canary is known to no caller', () => {
  const memory = new KnownInstruments();
  memory.add({
    instrumentId: canaryInstrument(1),
    symbol: 'CANARY-1',
    priceDecimals: 2,
    quantityDecimals: 0,
  });
  assert.deepEqual([memory.bySymbol('CANARY-1'), memory.size], [undefined, 0]);
});

test('an order of an instrument that is not known has none', () => {
  const memory = new KnownInstruments();
  memory.rememberOrder(7, 5, 9);
  assert.equal(memory.ofOrder(7, 5), undefined);
});

test('an order is not known to other accounts', () => {
  const memory = new KnownInstruments();
  for (const instrument of instruments) memory.add(instrument);
  memory.rememberOrder(7, 5, 1);
  assert.equal(memory.ofOrder(8, 5), undefined);
});

test('of two instruments with one symbol the first is meant, in whatever order they are heard of', () => {
  const twins = [3, 4, 5].map((instrumentId) => ({ ...instruments[0]!, instrumentId, symbol: 'TWIN' }));
  for (const [first, second, third] of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ] as const) {
    const memory = new KnownInstruments();
    for (const n of [first, second, third]) memory.add(twins[n]!);
    assert.equal(memory.bySymbol('TWIN')?.instrumentId, 3);
    assert.equal(memory.byId(5)?.instrumentId, 5);
  }
});

test('where another exchange takes the place of the one before, nothing of that one is shown or sent', async (t) => {
  const desk = await Desk.open();
  t.after(() => desk.close());
  const { exchange } = desk;
  const order = { symbol: 'BTC-USD', side: 'buy', price: '236.47', quantity: '0.5' };
  assert.equal(
    (await desk.signed('POST', '/v1/orders', { body: { ...order, clientOrderId: 'a' } })).status,
    201,
  );
  const stream = await StreamReader.open(desk);
  stream.send({ subscribe: { book: ['BTC-USD'] } });
  await stream.next('book');
  assert.equal((await desk.signed('POST', '/v1/orders', { body: order })).status, 201);
  await stream.next('bookChange');
  const closed = stream.closed();
  // A request whose price was read in the decimals of the one before waits for an answer of it.
  let release = (): void => undefined;
  let isAsked = false;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  exchange.before = () => {
    isAsked = true;
    return held;
  };
  const body = { price: '2.00', quantity: '1' };
  const waiting = desk.signed('PATCH', '/v1/orders/by-client-id/a', { body });
  while (!isAsked) await desk.get('/health/live');
  const sentBefore = exchange.received.length;
  const other = {
    instrumentId: 1,
    symbol: 'OTHER',
    priceDecimals: 0,
    quantityDecimals: 0,
    lastPriceTicks: 0,
  };
  exchange.instrumentRows.splice(0, exchange.instrumentRows.length, other);
  exchange.seq = 1;
  exchange.emit('clusterChanged');
  exchange.before = () => undefined;
  release();
  const { status, body: answer } = await waiting;
  assert.deepEqual([status, (answer['error'] as { code: string }).code], [503, 'exchangeReplaced']);
  assert.equal(exchange.received.length, sentBefore);
  assert.equal((await closed)[0], 4004);
  // The seqs of this one are lower than those that the gateway has seen of the one before.
  const later = await StreamReader.open(desk);
  later.send({ subscribe: { book: ['OTHER'] } });
  assert.equal((await later.next('book'))['seq'], 1);
  // Its keys are read first.
  while ((await desk.signed('GET', '/v1/orders')).status !== 200);
  const gone = await desk.signed('POST', '/v1/orders', { body: order });
  assert.deepEqual([gone.status, (gone.body['error'] as { code: string }).code], [404, 'unknownInstrument']);
  assert.equal(
    (
      await desk.signed('POST', '/v1/orders', {
        body: { ...order, symbol: 'OTHER', price: '7', quantity: '3' },
      })
    ).status,
    201,
  );
});
