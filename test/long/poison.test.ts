/** Failure 20: a build that dies on one client order id, each process of it, while others trade. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestExchange } from '../../src/chaos/exchange.ts';
import { instrumentId, OrderStream, prepareMarket } from '../../src/chaos/orders.ts';
import { plantedBuild } from '../../src/chaos/planted-build.ts';
import { pagerOnLoopback } from './testing/pager.ts';

const timeout = 400_000;
const line = '  state.output.orderAccepted(slot);\n';
const deadlyTicks = 777;
/** Starts of replicas that are counted as crashes are fewer: each dies once or twice. */
const deaths = {
  'by an exception': "throw new Error('a deadly order');",
  'by a signal': "process.kill(process.pid, 'SIGKILL'); for (;;);",
  'by standing still': 'for (;;);',
};

for (const [how, statement] of Object.entries(deaths)) {
  test(`an order that ends each replica ${how} is voided, and the orders of others are carried out`, {
    timeout,
  }, async (t) => {
    const build = plantedBuild([
      {
        file: 'engine/commands/place-order.ts',
        find: line,
        replace: `  if (state.orders.price(slot) === ${deadlyTicks}) { ${statement} }\n${line}`,
      },
    ]);
    t.after(() => build.remove());
    const pager = await pagerOnLoopback();
    t.after(() => pager.close());
    const notify = { webhooks: [{ name: 'pager', url: pager.url, on: ['all'] }] };
    const exchange = await TestExchange.start({ program: build.program, configuration: { notify } });
    t.after(() => exchange.end());
    await exchange.whole();
    const client = await exchange.client();
    await prepareMarket(client);
    const orders = new OrderStream('others');
    await orders.send(client, 100);
    const others = await exchange.client();
    const deadly = {
      accountId: 701,
      instrumentId,
      side: 'buy',
      quantityLots: 5,
      clientOrderId: 'deadly',
    } as const;
    const sentMs = performance.now();
    const sent = client.placeOrder({ ...deadly, priceTicks: deadlyTicks });
    const behind = orders.send(others, 100);
    const outcome = await sent;
    await behind;
    t.diagnostic(
      `voided, and orders of others acknowledged, ${Math.round(performance.now() - sentMs)} ms later`,
    );
    assert.deepEqual([outcome.ok, outcome.code], [false, 'voided']);
    await orders.verify(client);
    await exchange.whole();
    await exchange.stateHash(client);
    const list = await exchange.run('void', 'list');
    assert.equal(list.code, 0, list.err);
    assert.match(list.out, new RegExp(String(outcome.seq)));
    await exchange.until('a hook hears of it', async () =>
      pager.notices.some(({ kind, text }) => kind === 'commandVoided' && text.includes(String(outcome.seq))),
    );
    const shown = await exchange.run('void', 'show', String(outcome.seq));
    assert.match(`${shown.out}${shown.err}`, /deadly/);
  });
}
