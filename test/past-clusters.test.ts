/**
 * A folder of an earlier cluster of the same replicas is put into a running one: nothing of it is taken for the
 * cluster's.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Machines } from '../src/chaos/machines.ts';
import { OrderStream, prepareMarket } from '../src/chaos/orders.ts';

const three = [1, 2, 3];
const otherCluster =
  /another cluster of the same replicas, which began \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC; .*emptied.*without --bootstrap/;

/** Founds a cluster on blank machines and lets it trade. */
async function trade(machines: Machines, orders: OrderStream, count: number): Promise<number> {
  for (const id of three) {
    machines.write(id, three);
    machines.start(id, '--bootstrap');
  }
  const leader = await machines.leader(three);
  const client = await machines.client(1);
  await prepareMarket(client);
  await orders.send(client, count);
  await client.close();
  return leader;
}

/** Machines on which a cluster has traded and was torn down; a copy of each folder lies beside. */
async function tornDown(t: TestContext): Promise<Machines> {
  const machines = await Machines.make(three.length);
  t.after(() => machines.end());
  await trade(machines, new OrderStream('earlier'), 60);
  for (const id of three) {
    await machines.stop(id);
    machines.copyFolder(id);
    machines.emptyFolder(id);
  }
  return machines;
}

for (const how of ['in its place', 'over its files'] as const) {
  test(`a replica gets the folder of an earlier cluster, ${how}: the others trade on, and it says why it does not`, async (t) => {
    const machines = await tornDown(t);
    const orders = new OrderStream('later');
    const leader = await trade(machines, orders, 121);
    const stranger = leader === 2 ? 3 : 2;
    const others = three.filter((id) => id !== stranger);
    await machines.stop(stranger);
    machines.putCopyBack(stranger, how);
    machines.start(stranger);
    if (how === 'over its files') {
      // What the later cluster wrote beyond the earlier one still stands there.
      await machines.until(
        'it runs, or refuses its folder',
        async () => !machines.isRunning(stranger) || (await machines.statusOf(stranger)) !== undefined,
      );
    }
    if (machines.isRunning(stranger)) {
      await machines.until('both sides say why', async () =>
        [stranger, ...others].every((id) => otherCluster.test(machines.outputOf(id))),
      );
      for (const id of others) {
        assert.deepEqual((await machines.statusOf(id))?.peersRefused, [stranger]);
        assert.equal((await machines.statusOf(id))?.recovering, false);
      }
      assert.equal((await machines.statusOf(stranger))?.serving, false);
    } else assert.match(machines.outputOf(stranger), /holds files of two clusters/);

    const client = await machines.client(1);
    await orders.send(client, 30);
    await orders.verify(client);
    assert.equal(await machines.leader(others), leader, 'the leader was not disturbed');
    for (const id of others) assert.equal((await machines.statusOf(id))?.recovering, false);

    await machines.kill(stranger);
    machines.emptyFolder(stranger);
    machines.start(stranger);
    await machines.until('it holds all and votes', async () => {
      const [own, theirs] = await Promise.all([machines.statusOf(stranger), machines.statusOf(leader)]);
      return own?.recovering === false && own.appliedSeq === theirs?.appliedSeq;
    });
    await machines.kill(leader);
    await machines.leader(three.filter((id) => id !== leader));
    await orders.verify(client);
  });
}

test('a client that outlives its cluster opens a session in the one that is founded after it', async (t) => {
  const machines = await Machines.make(three.length);
  t.after(() => machines.end());
  const found = async (): Promise<void> => {
    for (const id of three) {
      machines.write(id, three);
      machines.start(id, '--bootstrap');
    }
    await machines.leader(three);
  };
  await found();
  const client = await machines.client(1);
  let changes = 0;
  client.on('clusterChanged', () => changes++);
  await prepareMarket(client);
  await new OrderStream('earlier').send(client, 60);
  for (const id of three) await machines.stop(id);
  for (const id of three) machines.emptyFolder(id);
  await found();
  await machines.until(
    'the client has a session in the later cluster',
    async () => changes > 0 && client.status.leaderId !== 0,
  );
  assert.equal(changes, 1);
  assert.equal((await client.instruments()).length, 0, 'it is not the earlier one');
  await prepareMarket(client);
  const orders = new OrderStream('later');
  await orders.send(client, 30);
  await orders.verify(client);
  await client.close();
});
