import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Desk } from '../testing/desk.ts';
import { StreamReader } from '../testing/stream-reader.ts';

test('a stream begins while no replica leads, and goes on with the next leader', async (t) => {
  const own = await Desk.open();
  t.after(() => own.close());
  const { exchange } = own;
  await own.signed('POST', '/v1/orders', {
    body: { symbol: 'BTC-USD', side: 'buy', price: '10.00', quantity: '1' },
  });
  const owner = {
    sessionId: 0,
    accountId: 7,
    orderId: 1,
    clientOrderId: 'x',
    instrumentId: 1,
    side: 'buy',
  } as const;
  const fill = { ...owner, priceTicks: 100, quantityLots: 5, remainingLots: 5, liquidity: 'maker' } as const;
  exchange.fillRows.push({ ...fill, tradeId: 1, seq: exchange.seq, n: 1, timeUs: 1 });
  exchange.leaderId = 0;
  while (!(await own.signed('GET', '/v1/orders')).headers.has('x-lockstep-state-age-ms'));
  const reader = await StreamReader.open(own);
  await reader.login();
  reader.send({ subscribe: { executions: true, fromSeq: 1, book: ['BTC-USD'], modes: true } });
  const wanted = ['book', 'modes', 'execution', 'executionsResumed'];
  const found = new Map<string, unknown>();
  while (!wanted.every((type) => found.has(type))) {
    const { type, seq } = await reader.nextOf(...wanted);
    found.set(type, seq);
  }
  assert.deepEqual([found.get('book'), found.get('executionsResumed')], [exchange.seq, exchange.seq]);
  assert.equal(exchange.eventSessions, 0);
  // Happens before the feed is open again.
  exchange.fillRows.push({ ...fill, tradeId: 2, seq: ++exchange.seq, n: 1, timeUs: 2 });
  exchange.leaderId = 2;
  assert.equal((await reader.next('gap'))['channel'], 'executions');
  assert.equal((await reader.next('execution'))['tradeId'], 2);
  exchange.seq++;
  exchange.emitEvent({ type: 'orderExecuted', ...fill, tradeId: 3 });
  assert.equal((await reader.next('execution'))['tradeId'], 3);
  reader.socket.close();
});

test('while no replica leads no instrument is said to be unknown: a replica that has just started knows few', async (t) => {
  const own = await Desk.open();
  t.after(() => own.close());
  const codeOf = async (): Promise<unknown> => {
    const { body } = await own.signed('GET', '/v1/fills?symbol=NEW-USD');
    return (body['error'] as { readonly code?: unknown } | undefined)?.code;
  };
  assert.equal(await codeOf(), 'unknownInstrument');
  own.exchange.leaderId = 0;
  while (!(await own.signed('GET', '/v1/orders')).headers.has('x-lockstep-state-age-ms'));
  assert.equal(await codeOf(), 'noLeader');
});
