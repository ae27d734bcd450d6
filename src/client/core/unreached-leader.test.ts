import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeCluster } from './testing/fake-cluster.ts';
import { FakeMachine } from './testing/fake-machine.ts';

function start(): FakeMachine {
  const cluster = new FakeCluster(3);
  cluster.elect(1);
  const machine = new FakeMachine(cluster);
  machine.order('a');
  machine.settle();
  machine.pass(5_000_000);
  return machine;
}

const toldTo = ({ cluster }: FakeMachine): number[] =>
  cluster.replicas.map(({ unreachedTerms }) => unreachedTerms.length);

test('a client that does not reach its leader says so to the others until it has another one', () => {
  const machine = start();
  const { term } = machine.cluster;
  machine.silent.add(1);
  machine.order('b');
  machine.pass(400_000);
  for (const id of [2, 3]) {
    const { unreachedTerms } = machine.cluster.replica(id);
    assert.ok(unreachedTerms.length >= 2, 'again and again');
    assert.deepEqual([...new Set(unreachedTerms)], [term]);
  }
  machine.cluster.elect(2);
  machine.settle();
  assert.equal(machine.session.bound?.replicaId, 2);
  const told = toldTo(machine);
  machine.pass(1_000_000);
  assert.deepEqual(toldTo(machine), told);
});

test('a client that reaches its leader, or no replica at all, says nothing', () => {
  const machine = start();
  machine.pass(5_000_000);
  for (const id of [1, 2, 3]) machine.silent.add(id);
  machine.order('b');
  machine.pass(5_000_000);
  assert.deepEqual(toldTo(machine), [0, 0, 0]);
});

test('a call that is not answered is made again soon, where another replica answers', () => {
  const machine = start();
  machine.silent.add(1);
  machine.order('b');
  machine.pass(300_000);
  machine.silent.delete(1);
  machine.pass(500_000);
  machine.settle();
  assert.equal(machine.session.bound?.replicaId, 1);
  assert.deepEqual(machine.cluster.executed, ['a', 'b']);
});
