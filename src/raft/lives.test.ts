import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RaftFlag, RaftType } from '../protocol/datagrams.ts';
import { RaftCluster } from './testing/cluster.ts';
import { electionTimeoutUs, heartbeatUs, Single, votersOnly } from './testing/single.ts';
import { Role } from './types.ts';

const unbegun = { state: { hasBegun: false } };

test('a life begins with a question, and until it is answered the replica promises nothing', () => {
  const replica = new Single(unbegun);
  replica.pass(heartbeatUs);
  const asked = replica.take(RaftType.announce);
  assert.deepEqual(
    asked
      .slice(0, 2)
      .map(({ to, incarnation, previousIncarnation }) => [to, incarnation, previousIncarnation]),
    [
      [2, 7, 6],
      [3, 7, 6],
    ],
  );
  replica.receive(RaftType.preVote, 2, { term: 5, index: 9, logTerm: 4 });
  replica.receive(RaftType.vote, 2, { term: 5, index: 9, logTerm: 4 });
  replica.receive(RaftType.append, 3, { term: 6 }, [6]);
  replica.receive(RaftType.timeoutNow, 3);
  replica.pass(heartbeatUs);
  assert.deepEqual(
    replica.take().filter(({ type }) => type !== RaftType.announce),
    [],
  );
  assert.match(replica.raft.startElection() ?? '', /has just started/);
  replica.receive(RaftType.incarnationKnown, 2, { subject: 7 });
  replica.receive(RaftType.incarnationKnown, 3, { subject: 6 });
  replica.pass(200);
  assert.deepEqual(
    replica.take(RaftType.appendReply),
    [],
    'it knows of the life before, not yet of this one',
  );
  replica.receive(RaftType.incarnationKnown, 3, { subject: 7 });
  replica.pass(200);
  assert.equal(replica.persisted.at(-1)!.hasBegun, true);
  assert.deepEqual(
    replica.take(RaftType.appendReply).map(({ index }) => index),
    [1],
  );
});

test('nobody waits for a member that is away, nor longer than an election time-out for one that is silent', () => {
  const replica = new Single(unbegun);
  replica.receive(RaftType.incarnationKnown, 2, { subject: 7 });
  replica.raft.peerLost(3);
  replica.pass(200);
  assert.equal(replica.persisted.at(-1)!.hasBegun, true);
  replica.take();
  replica.pass(electionTimeoutUs + heartbeatUs);
  assert.deepEqual(
    replica.take(RaftType.announce).map(({ to }) => to),
    [3],
    'who comes back later hears of it',
  );
  const alone = new Single(unbegun);
  alone.pass(electionTimeoutUs - heartbeatUs);
  assert.equal(alone.persisted.length, 0);
  alone.pass(2 * heartbeatUs);
  assert.equal(alone.persisted.at(-1)!.hasBegun, true);
  const only = new Single({ ...unbegun, configuration: votersOnly(1) });
  only.pass(200);
  assert.equal(only.raft.role, Role.leader);
});

test('a new life of another replica is durable before anything that came in it counts', () => {
  const leader = new Single();
  leader.lead();
  leader.persisted = [];
  leader.acknowledge(2, 1, { incarnation: 5, previousIncarnation: 1 });
  assert.deepEqual(
    leader.persisted.map(({ heard }) => heard[2]),
    [5],
  );
  assert.equal(leader.raft.commitIndex, 1);
  leader.acknowledge(2, 1, { incarnation: 5, previousIncarnation: 1 });
  assert.equal(leader.persisted.length, 1, 'once for each life');
});

test('what comes from a folder that does not know the life before counts for nothing, and its replica is told', () => {
  const replica = new Single();
  replica.lead();
  replica.acknowledge(2, 0, { incarnation: 5, previousIncarnation: 1 });
  replica.take();
  replica.acknowledge(2, 1, { incarnation: 9, previousIncarnation: 4 });
  assert.equal(replica.raft.commitIndex, 0);
  assert.deepEqual(
    replica.take(RaftType.incarnationKnown).map(({ to, subject }) => [to, subject]),
    [[2, 5]],
  );
  replica.acknowledge(2, 1, { incarnation: 9, previousIncarnation: 4 });
  assert.deepEqual(replica.take(RaftType.incarnationKnown), [], 'once in a heartbeat');
  replica.receive(RaftType.announce, 2, { incarnation: 9, previousIncarnation: 4 });
  assert.equal(replica.take(RaftType.incarnationKnown).length, 1, 'a question is always answered');
  replica.acknowledge(2, 1, { incarnation: 9, previousIncarnation: 4, flags: RaftFlag.recovering });
  assert.equal(replica.raft.progressOf(2)?.state, 'recovering');
  replica.acknowledge(2, 1, { incarnation: 9, previousIncarnation: 9 });
  assert.equal(replica.raft.commitIndex, 1, 'it has returned');
});

test('a replica that learns of a life that its folder does not know stops to lead, and recovers under a new number', () => {
  const leader = new Single();
  leader.lead();
  leader.receive(RaftType.incarnationKnown, 2, { subject: 7 });
  leader.receive(RaftType.incarnationKnown, 2, { subject: 6 });
  leader.receive(RaftType.incarnationKnown, 2, { subject: 3 });
  assert.deepEqual(
    [leader.raft.role, leader.outlivedBy],
    [Role.leader, []],
    'these are its own: they are late',
  );
  leader.receive(RaftType.incarnationKnown, 2, { subject: 9 });
  assert.deepEqual([leader.raft.role, leader.raft.isRecovering], [Role.follower, true]);
  assert.deepEqual(leader.outlivedBy, [9]);
  const { recovering, incarnation } = leader.persisted.at(-1)!;
  assert.deepEqual([recovering, incarnation], [true, 10]);
  leader.receive(RaftType.incarnationKnown, 3, { subject: 9 });
  assert.equal(leader.persisted.at(-1)!.incarnation, 10, 'nothing new');
  leader.receive(RaftType.incarnationKnown, 3, { subject: 12 });
  assert.equal(leader.persisted.at(-1)!.incarnation, 13);
  assert.deepEqual(leader.outlivedBy, [9], 'it is told once');

  const between = new Single({ state: { incarnation: 9, previousIncarnation: 4 } });
  between.receive(RaftType.incarnationKnown, 2, { subject: 5 });
  assert.equal(between.raft.isRecovering, true, 'a life between the two was lived from another folder');
});

test('a folder from the past: with those who have heard of a later life it founds no majority', () => {
  for (const durability of ['memory', 'disk'] as const) {
    for (let seed = 1; seed <= 10; seed++) {
      const cluster = new RaftCluster({ durability, seed });
      cluster.electLeader();
      cluster.commit(5);
      cluster.crash(3);
      const old = cluster.image(3);
      cluster.restart(3);
      cluster.commit(5);
      cluster.crash(2);
      cluster.electLeader();
      cluster.commit(21);
      cluster.crash(1);
      cluster.crash(3);
      cluster.setBack(3, old);
      cluster.restart(2);
      cluster.restart(3);
      cluster.run(20 * electionTimeoutUs);
      assert.equal(cluster.leader(), undefined);
      assert.equal(cluster.raft(3).isRecovering, true);
      assert.equal(cluster.member(3).outlivedBy.length, 1);
      cluster.restart(1);
      cluster.until(() => !cluster.raft(3).isRecovering);
      cluster.commit(1);
    }
  }
});

test('a replica that was told of a later life and died before it did anything is told again', () => {
  const cluster = new RaftCluster();
  cluster.electLeader();
  cluster.crash(3);
  const old = cluster.image(3);
  cluster.restart(3);
  cluster.commit(5);
  cluster.crash(3);
  cluster.setBack(3, old);
  for (let n = 0; n < 3; n++) {
    cluster.restart(3);
    cluster.crash(3);
  }
  cluster.restart(3);
  cluster.until(() => cluster.member(3).outlivedBy.length === 1);
  cluster.until(() => !cluster.raft(3).isRecovering);
  cluster.commit(1);
});

test('a recovering replica asks too, and returns under a number above all that a member knows of it', () => {
  const replica = new Single({ state: { recovering: true } });
  replica.pass(200);
  assert.deepEqual(
    replica.take(RaftType.announce).map(({ to, incarnation }) => [to, incarnation]),
    [
      [2, 7],
      [3, 7],
    ],
  );
  replica.receive(RaftType.append, 2, { term: 1 }, [1]);
  replica.receive(RaftType.incarnationKnown, 2, { subject: 7 });
  replica.receive(RaftType.rejoinGranted, 2, { commit: 1, subject: 7 });
  assert.equal(replica.raft.isRecovering, true, 'member 3 may know a higher number');
  replica.receive(RaftType.incarnationKnown, 3, { subject: 9 });
  assert.equal(replica.persisted.at(-1)!.incarnation, 10);
  replica.pass(200);
  assert.deepEqual(
    replica.take(RaftType.announce).map(({ to, incarnation }) => [to, incarnation]),
    [
      [2, 10],
      [3, 10],
    ],
    'none of them has heard of this number',
  );
  replica.receive(RaftType.incarnationKnown, 3, { subject: 10 });
  replica.receive(RaftType.rejoinGranted, 2, { commit: 1, subject: 10 });
  assert.equal(replica.raft.isRecovering, true);
  replica.pass(electionTimeoutUs);
  replica.receive(RaftType.append, 2);
  assert.equal(replica.raft.isRecovering, false, 'nobody waits for a member that is silent');
  assert.deepEqual(replica.outlivedBy, []);
});

test('a blank replica whose clock was set back returns once, also where only a follower knows its highest life', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const cluster = new RaftCluster({ seed });
    const leader = cluster.electLeader();
    cluster.commit(5);
    const [follower, blank] = [1, 2, 3].filter((id) => id !== leader.id) as [number, number];
    cluster.crash(blank);
    const { incarnation } = cluster.member(blank).hardState;
    cluster.setLife(blank, 1e12);
    cluster.cut(blank, leader.id);
    cluster.cut(leader.id, blank);
    cluster.restart(blank);
    cluster.until(() => cluster.raft(follower).incarnationOf(blank) > 1e12);
    cluster.crash(blank);
    cluster.heal();
    assert.ok(cluster.raft(leader.id).incarnationOf(blank) < 1e12);
    cluster.setLife(blank, incarnation);
    cluster.restart(blank, 'everything');
    cluster.until(() => !cluster.raft(blank).isRecovering);
    cluster.run(4 * electionTimeoutUs);
    assert.deepEqual([cluster.member(blank).recoveries, cluster.member(blank).outlivedBy], [1, []]);
    cluster.crash(follower);
    cluster.commit(1);
  }
});

test('a cluster of which one member is gone starts', () => {
  const cluster = new RaftCluster();
  cluster.electLeader();
  cluster.commit(3);
  for (const id of [1, 2, 3]) cluster.crash(id);
  cluster.restart(1);
  cluster.restart(2);
  cluster.commit(3);
});

test('an order to take over that waited while its receiver stood still was given up: it is not carried out', () => {
  const replica = new Single();
  replica.receive(RaftType.append, 2, { term: 3 });
  replica.nowUs += 3 * electionTimeoutUs;
  replica.raft.tick(replica.nowUs);
  replica.receive(RaftType.timeoutNow, 2);
  assert.deepEqual([replica.raft.role, replica.raft.term], [Role.follower, 3]);
  replica.pass(heartbeatUs);
  replica.receive(RaftType.timeoutNow, 2);
  assert.equal(replica.raft.role, Role.candidate);
});
