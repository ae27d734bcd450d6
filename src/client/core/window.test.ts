import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochUs, FakeCluster } from './testing/fake-cluster.ts';
import { FakeMachine } from './testing/fake-machine.ts';

test('what was never sent can be given up, and is not carried out later', () => {
  const fake = new FakeCluster(3);
  fake.elect(1);
  const machine = new FakeMachine(fake).open();
  const { cluster, session } = machine;
  cluster.replica(1).isHolding = true;
  machine.order('sent');
  machine.settle();
  assert.deepEqual(session.window.giveUpUnsent(), [], 'all was sent');
  machine.kill(1);
  machine.pass(100_000);
  machine.order('waits');
  machine.order('waits-too');
  machine.pass(1_000);
  assert.deepEqual(session.window.giveUpUnsent(), [2, 3], 'not what may have run');
  assert.deepEqual(session.window.giveUpUnsent(), [], 'each once');
  machine.order('later');
  cluster.deadlinesMs.length = 0;
  cluster.elect(2);
  machine.pass(500_000);
  assert.equal(session.window.pending, 0);
  assert.deepEqual(machine.unknowns, []);
  const left = cluster.deadlinesMs.map((at) => (at - epochUs / 1_000) | 0);
  assert.deepEqual(
    left.map((ms) => ms > 0),
    [true, false, false, true],
    'its deadline is over when it arrives',
  );
});
