import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contradiction } from './beliefs.ts';
import type { ReplicaLink } from './link.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { FakeMachine } from './testing/fake-machine.ts';

const claim = { site: undefined, instance: 7, term: 50, claimedUs: 1_000 };

/** A replica that was asked after the claim, and named this term. */
function saying(ownTerm: number, other: Partial<ReplicaLink> = {}): ReplicaLink {
  const link = { isReady: true, isVoter: true, instance: 7, ownTerm, termAskedUs: 2_000, ...other };
  return link as unknown as ReplicaLink;
}

test('a claim stands until a majority of the voters, asked after it, names lower terms', () => {
  const [low, lower, high] = [saying(5), saying(3), saying(50)];
  assert.equal(contradiction([low, lower, high], claim), 3);
  assert.equal(contradiction([low, high, high], claim), undefined, 'a minority');
  assert.equal(contradiction([low, lower], claim), 3);
  assert.equal(contradiction([low, high], claim), undefined, 'half of them');
  const early = saying(3, { termAskedUs: 1_000 });
  assert.equal(contradiction([low, early, high], claim), undefined, 'one was asked before');
  assert.equal(contradiction([low, saying(3, { isReady: false }), high], claim), undefined, 'one has gone');
  assert.equal(contradiction([low, saying(3, { instance: 8 }), high], claim), undefined, 'another cluster');
  assert.equal(contradiction([low, saying(0), high], claim), undefined, 'one has forgotten its term');
});

test('replicas that do not vote neither contradict a claim nor keep the voters from it', () => {
  const spare = saying(1, { isVoter: false });
  assert.equal(contradiction([saying(5), saying(50), saying(50), spare, spare], claim), undefined);
  assert.equal(contradiction([saying(5), saying(5), saying(50), spare, spare], claim), 5);
});

test('replicas of another site, whose terms are their own, neither contradict a claim nor keep voters from it', () => {
  const far = saying(3, { site: 'south' });
  assert.equal(contradiction([saying(50), far, far, far], claim), undefined);
  assert.equal(contradiction([saying(5), saying(6), far, far, far, far], claim), 5);
});

function start(replicas = 3): FakeMachine {
  const cluster = new FakeCluster(replicas);
  cluster.elect(1);
  return new FakeMachine(cluster).open();
}

test('failure 19: a term that a replica made up is forgotten, and the true leader served', () => {
  const machine = start();
  const { cluster, session } = machine;
  cluster.replica(2).believe(2, 9_000_000, true);
  machine.settle();
  assert.equal(session.term, 9_000_000);
  machine.kill(2);
  machine.pass(3_000_000);
  assert.equal(session.bound?.replicaId, 1);
  assert.equal(session.term, 1);
  assert.ok(machine.warnings.some((text) => text.includes('9000000') && text.includes('majority')));
  machine.order('a');
  machine.pass(10_000);
  assert.deepEqual(cluster.executed, ['a']);
});

test('the replica that made it up is left while it still serves, and not believed again', () => {
  const machine = start();
  const { cluster, session } = machine;
  cluster.replica(2).believe(2, 9_000_000, true);
  machine.pass(3_000_000);
  assert.equal(session.bound?.replicaId, 1);
  cluster.replica(2).believe(2, 9_000_000, true);
  machine.pass(10_000);
  assert.equal(session.bound?.replicaId, 1);
  machine.cut(2);
  machine.pass(3_000_000);
  assert.equal(session.bound?.replicaId, 1);
});

test('a leader that has been deposed is not gone back to, where others have not heard of it either', () => {
  const machine = start(5);
  const { cluster, session } = machine;
  cluster.elect(2, [1, 5]);
  machine.pass(3_000_000);
  assert.equal(session.term, 2);
  machine.kill(2);
  machine.pass(5_000_000);
  assert.equal(session.bound, undefined, 'replica 1 serves in term 1');
  assert.equal(session.term, 2);
});

test('a leader whose term the others do not name yet is served where nothing else serves', () => {
  const machine = start();
  const { cluster, session } = machine;
  cluster.elect(2);
  for (const id of [1, 3]) cluster.replica(id).ownTerm = 1;
  machine.pass(5_000_000);
  assert.equal(session.bound?.replicaId, 2);
  assert.equal(session.term, 2);
});
