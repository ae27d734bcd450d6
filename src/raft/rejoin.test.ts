/** Replicas that lost what they had promised: blank, damaged, or after a power cut with `memory` durability. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RaftFlag, type RaftMessage, RaftType } from '../protocol/datagrams.ts';
import { RaftCluster } from './testing/cluster.ts';
import { electionTimeoutUs, heartbeatUs, Single, votersOnly } from './testing/single.ts';
import { Role } from './types.ts';

const recovering = { flags: RaftFlag.recovering };

/** A leader with two followers that hold its first frame. */
function leaderOf(options: ConstructorParameters<typeof Single>[0] = {}): Single {
  const leader = new Single(options);
  leader.lead();
  leader.acknowledge(2, 1);
  leader.acknowledge(3, 1);
  leader.take();
  return leader;
}

/** Lets time pass while `from` keeps answering, so that the leader keeps its quorum. */
function passWith(leader: Single, us: number, from: number, fields: Partial<RaftMessage> = {}): void {
  for (let passedUs = 0; passedUs < us; passedUs += heartbeatUs) {
    leader.acknowledge(from, 1, fields);
    leader.pass(heartbeatUs);
  }
}

test('failure 20: a recovering replica neither votes nor campaigns, but takes frames and says what it is', () => {
  const replica = new Single({ state: { recovering: true } });
  replica.pass(heartbeatUs);
  for (const id of [2, 3]) replica.receive(RaftType.incarnationKnown, id, { subject: 7 });
  replica.take();
  replica.pass(10 * electionTimeoutUs);
  assert.deepEqual([replica.raft.role, replica.take()], [Role.follower, []]);
  replica.receive(RaftType.preVote, 2, { term: 5, index: 9, logTerm: 4 });
  replica.receive(RaftType.vote, 2, { term: 5, index: 9, logTerm: 4 });
  for (const reply of replica.take()) {
    assert.equal(
      reply.flags & (RaftFlag.reject | RaftFlag.recovering),
      RaftFlag.reject | RaftFlag.recovering,
    );
  }
  replica.receive(RaftType.append, 3, { term: 6 }, [6]);
  replica.receive(RaftType.timeoutNow, 3);
  const [reply, ...more] = replica.take();
  assert.deepEqual([reply!.type, reply!.index, reply!.flags], [RaftType.appendReply, 1, RaftFlag.recovering]);
  assert.deepEqual([more, replica.raft.role], [[], Role.follower]);
});

test('failure 17: what a recovering replica acknowledges counts neither for commit nor for the quorum', () => {
  const leader = leaderOf();
  leader.propose();
  leader.acknowledge(2, 2, { ...recovering, incarnation: 2 });
  assert.equal(leader.raft.commitIndex, 1);
  assert.equal(leader.raft.progressOf(2)?.state, 'recovering');
  passWith(leader, electionTimeoutUs + heartbeatUs, 2, { ...recovering, incarnation: 2 });
  assert.equal(leader.raft.role, Role.follower);
});

test('failure 17: acknowledgements from before a restart are void', () => {
  const leader = leaderOf({ configuration: votersOnly(1, 2, 3) });
  leader.propose();
  leader.acknowledge(2, 0, { incarnation: 2 });
  assert.equal(leader.raft.progressOf(2)?.matchedIndex, 0);
  leader.acknowledge(2, 2, { incarnation: 1 });
  assert.equal(leader.raft.commitIndex, 1);
  leader.acknowledge(2, 2, { incarnation: 2 });
  assert.equal(leader.raft.commitIndex, 2);
});

test('failure 20: the return is granted after old candidacies ended and a quorum without the replica confirmed', () => {
  const leader = leaderOf();
  const blank = { ...recovering, incarnation: 2 };
  leader.acknowledge(2, 0, blank);
  passWith(leader, 4 * electionTimeoutUs - heartbeatUs, 3, { round: 1 });
  leader.acknowledge(2, 1, blank);
  assert.deepEqual(leader.take(RaftType.rejoinGranted), [], 'a candidate may still hold its old vote');
  passWith(leader, 2 * heartbeatUs, 3, { round: 1 });
  leader.take();
  leader.acknowledge(2, 1, blank);
  const { round } = leader.take(RaftType.append).at(-1)!;
  assert.ok(round > 1, 'a new round begins');
  leader.acknowledge(2, 1, { ...blank, round });
  leader.acknowledge(3, 1, { round: round - 1 });
  leader.acknowledge(2, 1, { ...blank, round });
  assert.deepEqual(leader.take(RaftType.rejoinGranted), [], 'it does not confirm itself');
  leader.acknowledge(3, 1, { round });
  leader.acknowledge(2, 1, { ...blank, round });
  leader.acknowledge(2, 1, { ...blank, round });
  const [granted, ...more] = leader.take(RaftType.rejoinGranted);
  assert.ok(granted);
  assert.deepEqual([granted.to, granted.commit, granted.subject, more.length], [2, 1, 2, 0]);
  leader.pass(heartbeatUs);
  leader.acknowledge(2, 1, { ...blank, round });
  assert.equal(leader.take(RaftType.rejoinGranted).length, 1, 'the grant may be lost, so it is repeated');
  leader.propose();
  leader.acknowledge(2, 2, { incarnation: 2, round });
  assert.equal(leader.raft.commitIndex, 2, 'it counts again');
  leader.acknowledge(2, 2, { ...blank, round });
  assert.equal(leader.raft.progressOf(2)?.state, 'following', 'a late answer of before changes nothing');
});

test('failure 20: a leader that has committed nothing in its term grants no return', () => {
  const leader = new Single({ configuration: votersOnly(1, 2, 3, 4, 5) });
  leader.pass(2 * electionTimeoutUs + heartbeatUs);
  for (const id of [3, 4]) leader.receive(RaftType.preVoteReply, id, { term: 1 });
  for (const id of [3, 4]) leader.receive(RaftType.voteReply, id);
  const follow = (index: number): void => {
    for (const id of [3, 4]) leader.acknowledge(id, index, { round: 99 });
    leader.pass(heartbeatUs);
  };
  leader.acknowledge(2, 0, recovering);
  for (let n = 0; n < 50; n++) follow(0);
  leader.acknowledge(2, 0, recovering);
  leader.acknowledge(2, 0, recovering);
  assert.deepEqual(leader.take(RaftType.rejoinGranted), []);
  follow(1);
  leader.acknowledge(2, 0, recovering);
  assert.equal(leader.take(RaftType.rejoinGranted).length, 1);
});

test('failure 17: the return ends when the granted index is reached, durably where the mode says so', () => {
  for (const durability of ['memory', 'disk'] as const) {
    const replica = new Single({ state: { recovering: true }, durability });
    const frames = [1, 1, 1];
    replica.receive(RaftType.append, 2, { term: 1 }, [1]);
    replica.receive(RaftType.rejoinGranted, 2, { commit: 3, subject: 6 });
    replica.receive(RaftType.append, 2, {}, frames);
    assert.equal(replica.raft.isRecovering, true, 'another incarnation was meant');
    const late = new Single({ state: { recovering: true }, durability });
    for (const id of [2, 3]) late.receive(RaftType.incarnationKnown, id, { subject: 7 });
    late.receive(RaftType.append, 2, { term: 1 }, [1]);
    late.receive(RaftType.rejoinGranted, 2, { commit: 3, subject: 7 });
    late.receive(RaftType.rejoinGranted, 2, { commit: 9, subject: 7 });
    assert.equal(late.raft.isRecovering, true);
    late.receive(RaftType.append, 2, {}, frames);
    if (durability === 'disk') {
      assert.equal(late.raft.isRecovering, true);
      late.log.durableIndex = 3;
      late.raft.durable();
    }
    assert.deepEqual([late.raft.isRecovering, late.recoveries], [false, 1]);
    const { term, votedFor, recovering: isRecovering } = late.persisted.at(-1)!;
    assert.deepEqual([term, votedFor, isRecovering], [1, 2, false]);
    assert.deepEqual(late.take().at(-1)!.flags, 0);
  }
});

test('failure 20: a wiped replica comes back, and counts only then', () => {
  for (const durability of ['memory', 'disk'] as const) {
    const cluster = new RaftCluster({ durability });
    const leader = cluster.electLeader();
    cluster.commit(20);
    const [wiped, other] = [1, 2, 3].filter((id) => id !== leader.id) as [number, number];
    cluster.crash(wiped);
    cluster.restart(wiped, 'everything');
    cluster.crash(other);
    cluster.run(10 * electionTimeoutUs);
    assert.equal(cluster.raft(wiped).isRecovering, true, 'the leader alone cannot confirm');
    assert.notEqual(leader.raft.role, Role.leader);
    cluster.restart(other);
    cluster.until(() => !cluster.raft(wiped).isRecovering);
    assert.equal(cluster.member(wiped).recoveries, 1);
    cluster.commit(1);
    cluster.crash(other);
    cluster.commit(1);
  }
});

test('failure 17: when a majority lost its memory, it elects nobody by itself', () => {
  const cluster = new RaftCluster();
  cluster.electLeader();
  cluster.commit(10);
  cluster.run(electionTimeoutUs); // everything gets flushed, so that nothing is lost in fact
  for (const id of [1, 2, 3]) cluster.crash(id);
  for (const id of [1, 2, 3]) cluster.restart(id, 'unflushed');
  cluster.run(20 * electionTimeoutUs);
  assert.equal(cluster.leader(), undefined);
  for (const id of [1, 2, 3]) assert.equal(cluster.raft(id).isRecovering, true);
});

test('failure 17: with disk durability a power cut of all replicas loses nothing that was committed', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const cluster = new RaftCluster({ seed, durability: 'disk' });
    cluster.electLeader();
    for (let n = 0; n < 40; n++) {
      cluster.propose();
      cluster.cycle();
    }
    const committed = cluster.committed.length;
    assert.ok(committed > 5);
    for (const id of [1, 2, 3]) cluster.crash(id);
    for (const id of [1, 2, 3]) cluster.restart(id, 'unflushed');
    cluster.electLeader();
    cluster.commit(1);
    assert.ok(cluster.committed.length > committed);
  }
});
