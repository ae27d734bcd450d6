import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contradiction } from './beliefs.ts';
import type { ReplicaLink } from './link.ts';
import { FakeCluster } from './testing/fake-cluster.ts';
import { FakeMachine } from './testing/fake-machine.ts';

const claim = { site: undefined, epoch: 2, instance: 7, term: 50, claimedUs: 1_000 };

/** A replica that was asked after the claim, and named this term. */
function saying(ownTerm: number, other: Partial<ReplicaLink> = {}): ReplicaLink {
  const place = { epoch: 2, instance: 7, ownTerm, leaderId: 1 };
  const link = { isBacked: true, isReady: true, isVoter: true, ...place, termAskedUs: 2_000, ...other };
  return link as unknown as ReplicaLink;
}

test('a claim stands until a majority of the voters, asked after it, names lower terms', () => {
  const [low, lower, high] = [saying(5), saying(3), saying(50)];
  assert.equal(contradiction([low, lower, high], claim)?.term, 3);
  assert.equal(contradiction([low, high, high], claim), undefined, 'a minority');
  assert.equal(contradiction([low, lower], claim)?.term, 3);
  assert.equal(contradiction([low, high], claim), undefined, 'half of them');
  const early = saying(3, { termAskedUs: 1_000 });
  assert.equal(contradiction([low, early, high], claim), undefined, 'one was asked before');
  assert.equal(contradiction([low, saying(3, { isReady: false }), high], claim), undefined, 'one has gone');
  assert.equal(contradiction([low, saying(3, { instance: 8 }), high], claim), undefined, 'a later cluster');
  assert.equal(contradiction([low, saying(0), high], claim), undefined, 'one has forgotten its term');
});

test('a later generation is contradicted by a majority that names a leader of its own one, and by no other', () => {
  const earlier = (other: Partial<ReplicaLink> = {}) => saying(60, { epoch: 1, instance: 6, ...other });
  const high = saying(50);
  const place = { epoch: 1, instance: 6, term: 60 };
  assert.deepEqual(contradiction([earlier(), earlier(), high], claim), place);
  const over = earlier({ leaderId: 0 });
  assert.equal(contradiction([earlier(), over, high], claim), undefined, 'its generation is over');
  assert.equal(contradiction([earlier(), high, high], claim), undefined, 'a minority');
  const backed = { ...claim, isBacked: true };
  assert.equal(contradiction([earlier(), earlier(), high], backed), undefined, 'a majority named it once');
  assert.equal(contradiction([saying(5), saying(5), high], backed)?.term, 5, 'its terms are claims as ever');
});

test('replicas that do not vote neither contradict a claim nor keep the voters from it', () => {
  const spare = saying(1, { isVoter: false });
  assert.equal(contradiction([saying(5), saying(50), saying(50), spare, spare], claim), undefined);
  assert.equal(contradiction([saying(5), saying(5), saying(50), spare, spare], claim)?.term, 5);
});

test('replicas of another site, whose terms are their own, neither contradict a claim nor keep voters from it', () => {
  const far = saying(3, { site: 'south' });
  assert.equal(contradiction([saying(50), far, far, far], claim), undefined);
  assert.equal(contradiction([saying(5), saying(6), far, far, far, far], claim)?.term, 5);
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

/** A later generation than that of the cluster. */
const laterGeneration = { epoch: 2, instance: 9 };

test('a generation that a replica made up is not followed while the leader serves', () => {
  const machine = start();
  const { cluster, session } = machine;
  cluster.replica(2).claimed = laterGeneration;
  cluster.replica(2).believe(2, 1, true);
  machine.pass(3_000_000);
  assert.equal(session.bound?.replicaId, 1);
  assert.equal(session.epoch, 1);
  assert.equal(machine.clusterChanges, 0);
  machine.order('a');
  machine.pass(10_000);
  assert.deepEqual(cluster.executed, ['a']);
});

test('a generation that a replica made up while none led is forgotten, and the true leader served', () => {
  const machine = start(5);
  const { cluster, session } = machine;
  machine.kill(1);
  cluster.replica(2).claimed = laterGeneration;
  cluster.replica(2).believe(2, 1, true);
  machine.settle();
  assert.equal(session.epoch, 2);
  cluster.elect(3, [2]);
  machine.pass(3_000_000);
  assert.equal(session.bound?.replicaId, 3);
  assert.equal(session.epoch, 1);
  assert.ok(machine.warnings.some((text) => /^Generation 2 of the cluster.*not believed/.test(text)));
  machine.order('a');
  machine.pass(10_000);
  assert.deepEqual(cluster.executed, ['a']);
});

test('a cluster that one replica founds beside the own one is not followed, also while none leads', () => {
  const machine = start();
  const { cluster, session } = machine;
  const boundTo = () => session.bound?.replicaId;
  machine.kill(1);
  cluster.replica(2).claimed = { epoch: 1, instance: 9 };
  cluster.replica(2).believe(2, 1, true);
  machine.order('a');
  machine.pass(3_000_000);
  assert.equal(boundTo(), undefined);
  assert.equal(machine.clusterChanges, 0);
  cluster.elect(3, [2]);
  machine.pass(3_000_000);
  assert.equal(boundTo(), 3);
  assert.deepEqual(cluster.executed, ['a']);
});

test('a generation is served where those of the one before know that theirs is over', () => {
  const machine = start();
  const { cluster, session } = machine;
  cluster.replica(3).claimed = laterGeneration;
  for (const id of [1, 2]) cluster.replica(id).believe(0, 5, false);
  cluster.replica(3).believe(3, 1, true);
  machine.pass(5_000_000);
  assert.equal(session.bound?.replicaId, 3);
  assert.equal(session.epoch, 2);
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
