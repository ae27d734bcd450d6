/** The members of a cluster of real processes: what its log says, whatever operators write into files. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Machines } from '../src/chaos/machines.ts';
import { OrderStream, prepareMarket } from '../src/chaos/orders.ts';

const three = [1, 2, 3];
const five = [1, 2, 3, 4, 5];
/** Longer than several elections. */
const electionsMs = 4_000;
/** For a machine that does much else. */
const timeout = 300_000;

/** Machines 1 to 3 run a new cluster, which has a leader. */
async function found(machines: Machines): Promise<void> {
  for (const id of three) {
    machines.write(id, three);
    machines.start(id, '--bootstrap');
  }
  await machines.leader(three);
}

/** A cluster of three for the tests that need no other one: 1 and 2 have the files that it began with. */
let machines: Machines;
before(async () => {
  machines = await Machines.make(3);
  await found(machines);
});
after(() => machines?.end());

test('an order for a replica that nothing is known of is refused, and ends no replica', {
  timeout,
}, async () => {
  for (const replicaId of [4, 8, 255]) {
    const { status, text } = await machines.order(await machines.leader(three), 'members', {
      order: 'add',
      replicaId,
    });
    assert.equal(status, 409, text);
    assert.match(text, new RegExp(`Replica ${replicaId} has not called this replica`));
  }
  const leader = await machines.leader(three);
  for (const body of [{ replicaId: 0 }, { replicaId: '4' }, {}, { replicaId: 4, now: true }])
    assert.equal((await machines.order(leader, 'members', { order: 'add', ...body })).status, 400);
  for (const [order, body, words] of [
    ['members', { order: 'remove', replicaId: 7 }, /not a member/],
    [
      'members',
      { order: 'remove', replicaId: leader === 3 ? 2 : 3 },
      /would stop when one of them fails.*force/,
    ],
    [
      'members',
      { order: 'rebuild', replicaId: leader, others: [], force: true },
      /the cluster lives|its cluster lives/,
    ],
    ['start-election', {}, /leads already/],
  ] as const) {
    const { status, text } = await machines.order(leader, order, body);
    assert.equal(status, 409);
    assert.match(text, words);
  }
  const follower = leader === 1 ? 2 : 1;
  assert.match((await machines.order(follower, 'start-election')).text, /leads and is heard/);
  for (const id of three) assert.ok(machines.isRunning(id));
  await machines.kill(follower);
  machines.start(follower);
  await machines.until(
    'it follows again',
    async () => (await machines.statusOf(follower))?.leaderId === leader,
  );
});

test('another commit rule on one machine is refused on both sides, in words', { timeout }, async () => {
  machines.write(3, three, { durability: 'memory', failover: 'manual' });
  await machines.kill(3);
  machines.start(3);
  await machines.until('both sides say so', async () => {
    const words = /durability is .* It must be equal, so they do not hear each other/;
    return words.test(machines.outputOf(3)) && words.test(machines.outputOf(1));
  });
  await machines.until('its control port is open', async () => (await machines.statusOf(3)) !== undefined);
  assert.equal((await machines.statusOf(3))?.leaderId, 0);
  await machines.leader([1, 2]);
  assert.deepEqual((await machines.statusOf(1))?.peersRefused, [3]);
});

test('a replica that hears nobody does not say that it is up to date, and the others know how far it is behind', async (t) => {
  await machines.kill(3);
  machines.write(3, three, { durability: 'memory' });
  machines.start(3);
  await machines.leader([1, 2]);
  const client = await machines.client(1);
  await prepareMarket(client);
  const orders = new OrderStream('missed');
  for (let n = 0; n < 200; n++) await orders.send(client, 1);
  await machines.until(
    'replica 3 hears nobody',
    async () => (await machines.statusOf(3))?.lagFrames === null,
  );
  const { appliedIndex } = (await machines.statusOf(3))!;
  const { code, out } = await machines.run(1, 'status', '--json');
  assert.equal(code, 0, out);
  const { leaderId, replicas } = JSON.parse(out) as {
    readonly leaderId: number;
    readonly replicas: readonly {
      readonly id: number;
      readonly commitIndex: number;
      readonly lagFrames: number;
    }[];
  };
  assert.ok(leaderId === 1 || leaderId === 2, out);
  const committed = replicas.find(({ id }) => id === leaderId)!.commitIndex;
  const { lagFrames } = replicas.find(({ id }) => id === 3)!;
  assert.ok(lagFrames > 100, out);
  assert.ok(Math.abs(lagFrames - (committed - appliedIndex)) < 50, 'what was committed meanwhile aside');

  await machines.kill(leaderId);
  const gateway = await machines.gateway(1, { apiKeys: [], operatorToken: '', timeWindowMs: 5_000 });
  t.after(() => gateway.close());
  await machines.until('a gateway that starts while none leads answers reads', async () => {
    const answer = await fetch(`${gateway.url}/v1/instruments`);
    const { instruments = [] } = (await answer.json()) as { readonly instruments?: readonly unknown[] };
    return answer.headers.has('x-lockstep-state-age-ms') && instruments.length > 0;
  });
});

test('a cluster of three does not become two by files of five', { timeout }, async (t) => {
  const machines = await Machines.make(5);
  t.after(() => machines.end());
  await found(machines);
  for (const id of [4, 5]) {
    machines.write(id, five);
    machines.start(id, '--bootstrap');
  }
  machines.write(1, five);
  await machines.kill(1);
  machines.start(1);
  await machines.leader(three);
  await machines.until('replica 1 does not hear 4 and 5', async () => {
    const status = await machines.statusOf(1);
    return status?.peersRefused.join() === '4,5' && status.voters.join() === '1,2,3';
  });
  assert.match(machines.outputOf(1), /names replicas that are no members/);
  await machines.until('replica 1 says why', async () =>
    /Replica 4 belongs to a cluster that was founded with replicas 1, 2, 3, 4, 5/.test(machines.outputOf(1)),
  );
  for (const id of [2, 3]) await machines.kill(id);
  await sleep(electionsMs);
  assert.deepEqual(await machines.leaders([1, 4, 5]), [], 'they are no majority of anything');
  for (const id of [4, 5]) assert.equal((await machines.statusOf(id))?.term, 0);
  for (const id of [2, 3]) machines.start(id);
  await machines.leader(five);
});

test('a file with another third replica changes no member; a dead machine is replaced by two commands', {
  timeout,
}, async (t) => {
  const machines = await Machines.make(4);
  t.after(() => machines.end());
  await found(machines);
  await machines.until('the log says how all are reached', async () => {
    const status = await machines.statusOf(1);
    return status?.members.every(({ host }) => host !== '') ?? false;
  });
  await machines.kill(3);
  await machines.kill(1);
  machines.write(1, [1, 2, 4]);
  machines.start(1);
  await machines.until('replica 1 follows the members of its log', async () => {
    const status = await machines.statusOf(1);
    return status?.voters.join() === three.join() && status.leaderId !== 0;
  });

  machines.write(4, [2, 4]);
  machines.start(4);
  const body = { order: 'replace', replicaId: 3, otherId: 4 };
  await machines.until('the order is accepted', async () => {
    const leader = await machines.leader([1, 2]);
    return (await machines.order(leader, 'members', body)).status === 200;
  });
  await machines.until('all know the members', async () => {
    const statuses = await Promise.all([1, 2, 4].map((id) => machines.statusOf(id)));
    return statuses.every(
      (status) => status?.voters.join() === '1,2,4' && status.founders.join() === '1,2,3',
    );
  });
  const last = await machines.leader([1, 2, 4]);
  await machines.kill(last);
  await machines.leader([1, 2, 4].filter((id) => id !== last));
});

test('a founder that was started without --bootstrap is named, and the way that is told leads to a leader', {
  timeout,
}, async (t) => {
  const machines = await Machines.make(3);
  t.after(() => machines.end());
  for (const id of three) {
    machines.write(id, three);
    machines.start(id, ...(id === 1 ? [] : ['--bootstrap']));
  }
  const words = /Replica 1 is a founder of this cluster and was started without --bootstrap.*members rebuild/;
  await machines.until('a founder says so', async () => words.test(machines.outputOf(2)));
  await machines.until('replica 1 takes orders', async () => (await machines.statusOf(1)) !== undefined);
  const rebuild = (id: number) => ({
    order: 'rebuild',
    replicaId: id,
    others: three.filter((one) => one !== id),
  });
  assert.match((await machines.order(1, 'members', rebuild(1))).text, /no log.*--bootstrap/);
  await machines.kill(1);
  machines.start(1, '--bootstrap');
  await machines.until('it has the founding configuration', async () => {
    return (await machines.statusOf(1))?.founders.join() === '1,2,3';
  });
  const { status, text } = await machines.order(2, 'members', rebuild(2));
  assert.equal(status, 200, text);
  await machines.ended(2);
  machines.start(2);
  await machines.leader([2]);
  await machines.kill(1);
  machines.start(1, '--bootstrap');
  assert.equal(await machines.ended(1), 2);
  assert.match(machines.outputOf(1), /Replica 1 has data .* Start it without --bootstrap/);
});
