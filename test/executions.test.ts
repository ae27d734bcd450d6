// `client.executions` at a running exchange: leaders die while an account trades, and each fill comes once and in
// order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestExchange } from '../src/chaos/exchange.ts';
import { instrumentId, prepareMarket } from '../src/chaos/orders.ts';
import { type Client, ExecutionsForgottenError, type FillRow } from '../src/client/index.ts';

const fillsWanted = 300;
const parts = 3;
const [buyer, seller] = [701, 702] as const;

/** The buyer buys from the seller, lot by lot. */
async function trade(client: Client, count: number): Promise<void> {
  const order = { instrumentId, priceTicks: 100, quantityLots: 1 } as const;
  for (let n = 0; n < count; n++) {
    await client.placeOrder({ ...order, accountId: seller, side: 'sell' });
    await client.placeOrder({ ...order, accountId: buyer, side: 'buy' });
  }
}

const place = ({ seq, n }: FillRow) => ({ seq, n });

/** Takes fills as they come, until the client is closed. */
async function collect(rows: AsyncIterable<FillRow>, into: FillRow[]): Promise<void> {
  for await (const row of rows) into.push(row);
}

test('executions come once and in order, from memory and live, while leaders die', async (t) => {
  const exchange = await TestExchange.start();
  t.after(() => exchange.end());
  const trader = await exchange.client();
  await prepareMarket(trader);
  await trade(trader, fillsWanted / parts);
  // One hears what its account does, one hears nothing of others and asks; one is a program that starts again and
  // again.
  const listeners = [await exchange.client('all'), await exchange.client('own')];
  const taken: FillRow[][] = [[], []];
  const ends = listeners.map((client, n) =>
    collect(client.executions({ accountId: buyer, fromSeq: 0 }), taken[n]!),
  );
  const fresh: FillRow[] = [];
  const freshEnd = collect(listeners[0]!.executions({ accountId: buyer }), fresh);
  const again: FillRow[] = [];
  for (let part = 1; part < parts; part++) {
    const trading = trade(trader, fillsWanted / parts);
    process.kill((await exchange.leader()).pid, 'SIGKILL');
    const last = again.at(-1);
    const from = last === undefined ? { fromSeq: 0 } : { fromSeq: last.seq, afterN: last.n };
    for await (const row of trader.executions({ accountId: buyer, ...from })) {
      again.push(row);
      if (again.length >= (fillsWanted / parts) * part) break;
    }
    await trading;
    await exchange.whole();
  }
  const expected = (await trader.fills({ accountId: buyer, limit: 100_000 })).fills.map(place);
  assert.equal(expected.length, fillsWanted);
  await exchange.until(
    'all fills have come',
    async () => taken.every((rows) => rows.length >= fillsWanted),
    () => taken.flat().length,
  );
  for (const rows of taken) assert.deepEqual(rows.map(place), expected);
  assert.deepEqual(again.map(place), expected.slice(0, again.length));
  assert.deepEqual(fresh.map(place), expected.slice(-fresh.length));
  assert.ok(fresh.length >= (fillsWanted / parts) * (parts - 1) - 1);
  await Promise.all(listeners.map((client) => client.close()));
  await Promise.all([...ends, freshEnd]);
});

test('fills that no replica remembers are a gap that is told, and after it none is missing', async (t) => {
  const exchange = await TestExchange.start({ replicas: 1 });
  t.after(() => exchange.end());
  const before = await exchange.client();
  await prepareMarket(before);
  await trade(before, 5);
  const [first] = (await before.fills({ accountId: buyer })).fills;
  const { code, err } = await exchange.run('snapshot');
  assert.equal(code, 0, err);
  await exchange.until('the snapshot is written', async () =>
    exchange.logOf('replica-1').includes('snapshot written'),
  );
  await trade(before, 1);
  await exchange.down();
  await exchange.up();
  const client = await exchange.client();
  const gap: unknown = await client
    .executions({ accountId: buyer, fromSeq: first!.seq })
    .next()
    .catch((error: unknown) => error);
  assert.ok(gap instanceof ExecutionsForgottenError, String(gap));
  assert.equal(gap.fromSeq, first!.seq);
  assert.ok(gap.rememberedFromSeq > first!.seq);
  const rows = client.executions({ accountId: buyer, fromSeq: gap.rememberedFromSeq });
  const expected = (await client.fills({ accountId: buyer })).fills.map(place);
  for (const fill of expected) assert.deepEqual(place((await rows.next()).value as FillRow), fill);
  const next = rows.next();
  await trade(client, 1);
  const { value } = await next;
  assert.ok((value as FillRow).seq > (expected.at(-1)?.seq ?? gap.rememberedFromSeq));
  await rows.return();
});

test('last trades are the same whichever replica leads, one that started from a snapshot too', async (t) => {
  const exchange = await TestExchange.start();
  t.after(() => exchange.end());
  const client = await exchange.client();
  await prepareMarket(client);
  await trade(client, 5);
  const { replicaId } = (await exchange.statuses()).find(({ role }) => role === 'follower')!;
  const { code, err } = await exchange.run('snapshot', '--replica', `${replicaId}`);
  assert.equal(code, 0, err);
  await exchange.until('the snapshot is written', async () =>
    exchange.logOf(`replica-${replicaId}`).includes('snapshot written'),
  );
  await trade(client, 2);
  const before = await client.trades(instrumentId, 10);
  assert.equal(before.length, 7);
  const { pid } = (await exchange.statuses()).find((status) => status.replicaId === replicaId)!;
  process.kill(pid, 'SIGKILL');
  await exchange.until('it runs again', async () =>
    (await exchange.statuses()).some((status) => status.replicaId === replicaId && status.pid !== pid),
  );
  await exchange.whole();
  await exchange.run('failover', '--to', `${replicaId}`);
  assert.equal((await exchange.leader()).replicaId, replicaId);
  const alone = await client.trades(instrumentId, 10, { from: replicaId });
  assert.ok(alone.length < before.length, `it remembers ${alone.length} by itself`);
  assert.deepEqual([...(await client.trades(instrumentId, 10))], [...before]);
  assert.deepEqual([...(await client.trades(instrumentId, 4))], before.slice(-4));
});
