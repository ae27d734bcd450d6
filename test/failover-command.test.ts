/** `lockstep failover` and `lockstep restart`: orders go on, and the gap is what a session felt. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestExchange } from '../src/chaos/exchange.ts';
import { OrderStream, prepareMarket } from '../src/chaos/orders.ts';

let exchange: TestExchange;
before(async () => {
  exchange = await TestExchange.start();
  await exchange.whole();
});
after(() => exchange.end());

test('a planned switchover is measured from one acknowledgement to the next', async () => {
  const earlier = await exchange.leader();
  const { code, out, err } = await exchange.run('failover', '--json');
  assert.equal(code, 0, err);
  const [text, json] = out.trim().split('\n') as [string, string];
  const { from, to, term, gapMs } = JSON.parse(json) as Record<string, number>;
  const later = await exchange.leader();
  assert.deepEqual([from, to, term], [earlier.replicaId, later.replicaId, later.term]);
  assert.ok(typeof gapMs === 'number' && gapMs > 0);
  assert.match(text, new RegExp(`first acknowledgement ${gapMs} ms after the last one before`));
});

test('a rolling restart gives each replica another process, and no order is lost, refused or doubled', async () => {
  const client = await exchange.client();
  await prepareMarket(client);
  const orders = new OrderStream('rolling');
  const pidsOf = async (): Promise<number[]> => (await exchange.statuses()).map(({ pid }) => pid);
  const earlier = await pidsOf();
  let isOver = false;
  const sending = (async () => {
    while (!isOver) await orders.send(client, 100);
  })();
  const { code, out, err } = await exchange.run('restart', '--rolling', '--json').finally(() => {
    isOver = true;
  });
  await sending;
  assert.equal(code, 0, `${out}${err}`);
  const { restarted, handOvers } = JSON.parse(out.trim().split('\n').at(-1)!) as {
    readonly restarted: readonly { readonly replicaId: number }[];
    readonly handOvers: readonly { readonly gapMs: number }[];
  };
  assert.deepEqual(restarted.map(({ replicaId }) => replicaId).sort(), [1, 2, 3]);
  for (const { gapMs } of handOvers) assert.ok(gapMs > 0, `${gapMs} ms`);
  const later = await pidsOf();
  assert.ok(later.length === earlier.length && later.every((pid) => !earlier.includes(pid)));
  await orders.verify(client);
});
