/** A client of an exchange that has several sites. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keysChanged } from '../../protocol/messages.ts';
import { tradesAt } from '../../protocol/site-messages.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { FakeMachine } from './testing/fake-machine.ts';

test('a feed that has seen what the next site cut off says so; one that has not goes on in silence', () => {
  const lostWhere = (siteEpoch: number, cut: number): object[] => {
    const cluster = new FakeCluster(3);
    cluster.elect(1);
    const machine = new FakeMachine(cluster, { feed: 'all' }).open();
    for (const id of ['a', 'b', 'c']) machine.order(id);
    machine.settle();
    const { seq } = cluster;
    Object.assign(cluster, { epoch: siteEpoch, siteEpoch, siteSeq: Math.max(0, seq + 1 - cut) });
    cluster.elect(2);
    machine.pass(50_000);
    machine.order('d');
    machine.settle();
    assert.deepEqual(cluster.executed, ['a', 'b', 'c', 'd']);
    return machine.lostEvents.map(({ afterSeq, appliedSeq }) => ({
      cut: afterSeq === 0 ? 99 : seq - afterSeq,
      upTo: appliedSeq - seq,
    }));
  };
  assert.deepEqual(lostWhere(2, 0), []);
  assert.deepEqual(lostWhere(2, 1), [{ cut: 1, upTo: 0 }]);
  assert.deepEqual(lostWhere(2, 2), [{ cut: 2, upTo: 0 }]);
  assert.deepEqual(
    lostWhere(2, 99),
    [{ cut: 99, upTo: 0 }],
    'a replica that names no command begins it all again',
  );
  assert.deepEqual(lostWhere(3, 0), [{ cut: 0, upTo: 0 }], 'where the epoch between began is not known');
});

test('a session of which the next site has cut off an answer is lost, though a command before that waits', () => {
  const cluster = new FakeCluster(3);
  cluster.elect(1);
  const machine = new FakeMachine(cluster).open();
  cluster.late.add('late');
  for (const id of ['late', 'b']) machine.order(id);
  machine.settle();
  assert.deepEqual(
    machine.outcomes.map(({ ticket }) => ticket),
    [2],
  );
  cluster.sessions.get(machine.session.sessionId)!.lastNumber = 1;
  Object.assign(cluster, { epoch: 2, siteEpoch: 2, siteSeq: cluster.seq });
  cluster.elect(2);
  machine.settle();
  machine.order('c');
  machine.settle();
  assert.deepEqual(machine.unknowns, [{ ticket: 1, reason: 'sessionLost' }]);
  assert.equal(machine.opens.length, 2);
  assert.deepEqual(cluster.executed, ['late', 'b', 'c']);
});

test('changes of keys that a replica of a site that does not write counts say nothing', () => {
  const cluster = new FakeCluster(2);
  const replicas = cluster.replicas.map(({ id }) => ({ id, address: `host${id}`, site: `site-${id}` }));
  cluster.elect(1);
  const machine = new FakeMachine(cluster, { replicas }).open();
  const count = (replicaId: number, changes: number): void => {
    for (const connection of cluster.replica(replicaId).connections)
      connection.put(keysChanged, { reserved: 0, changes });
    machine.settle();
  };
  count(1, 7);
  count(2, 9);
  assert.deepEqual(machine.keyChanges, [7]);
  cluster.epoch = 2;
  cluster.elect(2);
  machine.pass(50_000);
  count(1, 8);
  count(2, 5);
  assert.deepEqual(machine.keyChanges, [7, 5]);
});

test('a client of a site that follows another one is told where orders are taken, once for each epoch', () => {
  const cluster = new FakeCluster(2);
  cluster.elect(1);
  const machine = new FakeMachine(cluster).open();
  const say = (epoch: number): void => {
    for (const { connections } of cluster.replicas)
      for (const connection of connections)
        connection.put(tradesAt, { reserved: 0, epoch, site: 'south', gateways: 'https://a https://b' });
    machine.settle();
  };
  say(2);
  assert.deepEqual(machine.warnings, [], 'one that serves contradicts it');
  for (const replica of cluster.replicas) replica.believe(1, cluster.term, false);
  machine.settle();
  say(2);
  say(2);
  assert.equal(machine.warnings.length, 1);
  assert.match(
    machine.warnings[0]!,
    /^Site south takes orders, in epoch 2, and .* list them there, each with its `site`\. Its gateways: https:\/\/a, https:\/\/b\.$/,
  );
  say(4);
  assert.equal(machine.warnings.length, 2);
});
