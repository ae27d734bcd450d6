/** A build that answers with a wrong price, the same at all replicas, is found by a gateway and by `lockstep watch`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestExchange } from '../../src/chaos/exchange.ts';
import { instrumentId, prepareMarket } from '../../src/chaos/orders.ts';
import { plantedBuild } from '../../src/chaos/planted-build.ts';
import type { HeardReport } from '../../src/gateway/canary/report.ts';
import { pagerOnLoopback } from './testing/pager.ts';

const timeout = 400_000;
const trigger = 77_777;
const wrong = '(globalThis as { wrong?: number }).wrong';
const accepted = '    words[at + ACCEPTED.priceTicks] = orders.price(slot);\n';
const executed = '    words[at + EXECUTED.priceTicks] = priceTicks;\n';
/** From an order at the trigger on, each execution shows a price that is one tick higher. */
const edits = [
  {
    file: 'engine/events/output.ts',
    find: accepted,
    replace: `${accepted}    if (orders.price(slot) === ${trigger}) ${wrong} = 1;\n`,
  },
  {
    file: 'engine/events/output.ts',
    find: executed,
    replace: `    words[at + EXECUTED.priceTicks] = priceTicks + (${wrong} ?? 0);\n`,
  },
];

test('a wrong price in an answer is found by two watchers, told once, and seen by no member', {
  timeout,
}, async (t) => {
  const pager = await pagerOnLoopback();
  t.after(() => pager.close());
  const begun = (): string[] =>
    pager.notices.filter(({ state }) => state === 'begins').map(({ kind }) => kind);
  const build = plantedBuild(edits);
  t.after(() => build.remove());
  const exchange = await TestExchange.start({
    program: build.program,
    configuration: {
      canary: { watcher: 1 },
      notify: { webhooks: [{ name: 'pager', url: pager.url, on: ['fault'] }] },
    },
  });
  t.after(() => exchange.end());
  await exchange.whole();
  const founded = await exchange.run('watch', '--found', '1', '2');
  assert.equal(founded.code, 0, founded.err);
  const client = await exchange.client();
  await prepareMarket(client);
  const watch = exchange.spawn('watch', '--watcher', '2', '--json');
  t.after(() => watch.kill('SIGTERM'));
  const heard = async (): Promise<readonly HeardReport[]> => (await exchange.leader()).canaries;
  const areAll = (reports: readonly HeardReport[], result: string): boolean =>
    reports.length === 2 && reports.every(({ report }) => report.result === result);
  await exchange.until('both watchers find it right', async () => areAll(await heard(), 'right'));
  const before = await heard();
  const sell = { accountId: 701, instrumentId, side: 'sell', quantityLots: 5 } as const;
  const sentMs = performance.now();
  assert.ok((await client.placeOrder({ ...sell, priceTicks: trigger })).ok);
  let reports: readonly HeardReport[] = [];
  await exchange.until('both watchers find it wrong', async () => areAll((reports = await heard()), 'wrong'));
  t.diagnostic(
    `both watchers had found it ${Math.round(performance.now() - sentMs)} ms after the first wrong price`,
  );
  await exchange.until('the hook hears it', async () => begun().includes('canaryWrong'));
  t.diagnostic(`a person was told ${Math.round(performance.now() - sentMs)} ms after it`);
  for (const { source, report } of reports) {
    const rightBefore = before.find((each) => each.source === source)!.report.rounds.right;
    assert.ok(
      report.rounds.right - rightBefore <= 2,
      `${source} finds it in the next round or the one after`,
    );
  }
  const status = await exchange.run('status');
  assert.match(status.out, /CANARY WRONG: gateway\/1 and operator\/1 found: .*priceTicks/);
  assert.deepEqual(
    begun().filter((kind) => kind === 'canaryWrong'),
    ['canaryWrong'],
    'once',
  );
  const listed = await exchange.get('/v1/instruments');
  assert.doesNotMatch(await listed!.text(), /CANARY/);
  assert.equal((await exchange.get('/v1/instruments/CANARY-1/trades'))?.status, 404);
});
