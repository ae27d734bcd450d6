/**
 * A replica is given an old copy of its folder: nothing that it had acknowledged since is lost, and it says why it
 * waits.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Machines } from '../../src/chaos/machines.ts';
import { OrderStream, prepareMarket } from '../../src/chaos/orders.ts';

const three = [1, 2, 3];
/** Longer than several elections. */
const electionsMs = 4_000;
const ordersMissing = 21;

/** Machines with a market, which have placed some orders. */
async function tradingCluster(t: TestContext): Promise<Machines> {
  const machines = await Machines.make(three.length);
  t.after(() => machines.end());
  for (const id of three) {
    machines.write(id, three);
    machines.start(id, '--bootstrap');
  }
  await machines.leader(three);
  const client = await machines.client(1);
  await prepareMarket(client);
  await new OrderStream('before').send(client, 10);
  await client.close();
  return machines;
}

/** The same; then replica 3 is stopped and its folder is copied. */
async function clusterWithCopy(t: TestContext): Promise<Machines> {
  const machines = await tradingCluster(t);
  await machines.stop(3);
  machines.copyFolder(3);
  return machines;
}

/** Replica 3 runs and holds what is committed. */
async function hasReturned(machines: Machines): Promise<void> {
  machines.start(3);
  await machines.until('replica 3 holds what is committed', async () => {
    const status = await machines.statusOf(3);
    return status !== undefined && !status.recovering && status.lagFrames === 0;
  });
}

/**
 * Orders that replicas 1 and 3 acknowledge while replica 2 is down; then both are killed, and 3 gets its old folder.
 */
async function forget(machines: Machines, how: 'in its place' | 'over its files'): Promise<OrderStream> {
  const missing = new OrderStream('missing');
  await machines.leader([1, 3]);
  const client = await machines.client(1);
  await missing.send(client, ordersMissing);
  await client.close();
  for (const id of [1, 3]) await machines.kill(id);
  machines.putCopyBack(3, how);
  return missing;
}

/** Replicas 2 and 3 lead only once replica 1 is back, and say why; then all orders are there. */
async function nothingIsLost(machines: Machines, missing: OrderStream): Promise<void> {
  for (const id of [2, 3]) machines.start(id);
  await machines.until(
    'replica 3 is recovering',
    async () => (await machines.statusOf(3))?.recovering === true,
  );
  await machines.until('replica 2 runs', async () => (await machines.statusOf(2)) !== undefined);
  await sleep(electionsMs);
  assert.deepEqual(await machines.leaders([2, 3]), [], 'they do not have all that was acknowledged');
  assert.match(machines.outputOf(3), /its folder is a copy, moved or restored, so it may be older/);
  const { code, out } = await machines.run(2, 'status');
  assert.equal(code, 1, out);
  assert.match(out, /NO LEADER/);
  assert.match(out, /recovering, does not vote/);

  machines.start(1);
  await machines.leader(three);
  const client = await machines.client(2);
  await missing.verify(client);
  assert.equal(missing.acknowledged.size, ordersMissing);
  const after = new OrderStream('after');
  await after.send(client, 10);
  await after.verify(client);
  await machines.until('replica 3 votes again and holds all', async () => {
    const statuses = await Promise.all(three.map((id) => machines.statusOf(id)));
    return statuses.every(
      (status) => status?.recovering === false && status.appliedSeq === statuses[0]?.appliedSeq,
    );
  });
}

for (const how of ['in its place', 'over its files'] as const) {
  test(`a replica that others have heard since gets its old folder, ${how}`, async (t) => {
    const machines = await clusterWithCopy(t);
    await hasReturned(machines);
    await machines.stop(2);
    await nothingIsLost(machines, await forget(machines, how));
  });

  test(`a replica whose last life only the dead have heard gets its old folder, ${how}`, async (t) => {
    const machines = await clusterWithCopy(t);
    await machines.stop(2);
    await hasReturned(machines);
    await nothingIsLost(machines, await forget(machines, how));
  });
}

test('a copy that was made while its replica ran is put over the files of the same life', async (t) => {
  const machines = await tradingCluster(t);
  machines.copyFolder(3);
  await machines.stop(2);
  await nothingIsLost(machines, await forget(machines, 'over its files'));
});
