// An order that its caller has given up is not carried out later, wherever it waited meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeUnknownError } from '../src/client/errors.ts';
import { connectToExchange } from '../src/ops/exchange-client.ts';
import { TestExchange } from './exchange.ts';
import { instrumentId, prepareMarket } from './orders.ts';

const timeoutMs = 700;

test('a replica that stands still with an order in its socket refuses it when it goes on', async (t) => {
  const exchange = await TestExchange.start({ replicas: 1 });
  t.after(() => exchange.end());
  await prepareMarket(await exchange.client());
  const client = await connectToExchange(exchange.loaded, { feed: 'own', commandTimeoutMs: timeoutMs });
  t.after(() => client.close());
  const order = { accountId: 701, instrumentId, side: 'buy', priceTicks: 10_000, quantityLots: 1 } as const;
  assert.ok((await client.placeOrder({ ...order, clientOrderId: 'before' })).ok);
  const pids = (await exchange.statuses()).map(({ pid }) => pid);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  let given: unknown;
  try {
    given = await client.placeOrder({ ...order, clientOrderId: 'given-up' }).catch((error: unknown) => error);
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
  assert.ok(given instanceof OutcomeUnknownError && given.reason === 'timeout', String(given));
  assert.equal((await given.settled)?.code, 'deadlinePassed');
  assert.equal(await client.order({ accountId: 701, clientOrderId: 'given-up' }), undefined);
  const after = await client.placeOrder({ ...order, clientOrderId: 'given-up' });
  assert.ok(after.ok && !after.repeated, 'it can be given again');
});
