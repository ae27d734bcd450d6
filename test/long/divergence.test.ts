/** A replica that runs another build, one that makes something else of a command, among two that agree. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Machines } from '../../src/chaos/machines.ts';
import { instrumentId, prepareMarket } from '../../src/chaos/orders.ts';
import { plantedBuild } from '../../src/chaos/planted-build.ts';
import { pagerOnLoopback } from './testing/pager.ts';

const three = [1, 2, 3];
const timeout = 300_000;

/** An order for 777 rests at 776. */
const line = '  orders.assign(slot, state.nextOrderId++, account, instrument, state.sessionId);\n';
const planted = {
  file: 'engine/commands/place-order.ts',
  find: line,
  replace: `${line}  if (orders.price(slot) === 777) orders.setPrice(slot, 776);\n`,
};

test('failure 4: a replica of a build with one difference is found, stopped, explained and rebuilt', {
  timeout,
}, async (t) => {
  const machines = await Machines.make(3);
  t.after(() => machines.end());
  const build = plantedBuild([planted]);
  t.after(() => build.remove());
  machines.runsOn(3, build.program);
  const pager = await pagerOnLoopback();
  t.after(() => pager.close());
  const notify = { webhooks: [{ name: 'pager', url: pager.url, on: ['all'] }] };
  for (const id of three) {
    machines.write(id, three, { notify });
    machines.start(id, '--bootstrap');
  }
  await machines.leader(three);
  const client = await machines.client(1);
  await prepareMarket(client);
  const order = { accountId: 701, instrumentId, side: 'buy', quantityLots: 5 } as const;
  const before = await client.placeOrder({ ...order, priceTicks: 700 });
  assert.ok(before.ok);
  const shown = await client.placeOrder({ ...order, priceTicks: 777 });
  assert.ok(shown.ok);
  await machines.until('replica 3 has stopped', async () =>
    machines.outputOf(3).includes('the state of this replica differs from that of the majority'),
  );
  assert.ok((await client.placeOrder({ ...order, priceTicks: 701 })).ok, 'the others go on');
  await machines.until(
    'replica 3 has the state of the others',
    async () => (await machines.statusOf(3))?.counters.rebuilds === 1,
  );
  await machines.until('a hook hears that it has differed, and that this is over', async () =>
    ['begins', 'ends'].every((state) =>
      pager.notices.some(
        (each) => each.kind === 'stateDiffers' && each.subject === 'replica 3' && each.state === state,
      ),
    ),
  );
  const difference = new RegExp(`order ${shown.orderId} of account 701: price 776 here, 777 there`);
  assert.match(machines.outputOf(3), difference);
  const [folder] = machines.filesOf(3).filter((name) => name.startsWith('diverged-at-frame-'));
  assert.ok(folder !== undefined, 'the evidence is kept');
  assert.match(machines.textOf(3, `${folder}/differences.txt`), difference);
  assert.match(machines.textOf(3, `${folder}/finding.txt`), /made something else of the log/);
  const { status } = await machines.order(await machines.leader(three), 'choose-state', { replicaId: 1 });
  assert.equal(status, 409, 'there is nothing to choose');
  await machines.until('all have applied the same', async () => {
    const statuses = await Promise.all(three.map((id) => machines.statusOf(id)));
    return new Set(statuses.map((each) => each?.appliedSeq)).size === 1;
  });
});
