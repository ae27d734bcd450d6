/**
 * How fast a dead leader is replaced, and that a living one is not: tethers, split votes, the last words of the dead.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RaftFlag, type RaftMessage, RaftType } from '../protocol/datagrams.ts';
import { RaftCluster } from './testing/cluster.ts';
import {
  electionTimeoutUs,
  electionTimeoutUsMin,
  heartbeatUs,
  Single,
  tetherDelayUs,
  votersOnly,
} from './testing/single.ts';
import { Role } from './types.ts';

test('when the process of the leader dies, the first survivor asks within the tether delay', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const cluster = new RaftCluster({ seed, configuration: votersOnly(1, 2, 3, 4, 5) });
    const dead = cluster.electLeader();
    cluster.commit(3);
    cluster.crash(dead.id);
    const tookUs = cluster.until(() => cluster.leader() !== undefined);
    assert.ok(tookUs <= 3 * tetherDelayUs, `${tookUs} µs with seed ${seed}`);
    cluster.commit(1);
  }
});

test('survivors whose votes split try again within a few tether delays', () => {
  const replica = new Single();
  replica.receive(RaftType.append, 2, { term: 1 });
  replica.raft.peerLost(2);
  replica.pass(tetherDelayUs);
  replica.receive(RaftType.preVoteReply, 3, { term: 2 });
  assert.equal(replica.raft.role, Role.candidate);
  replica.receive(RaftType.voteReply, 3, { flags: RaftFlag.reject });
  replica.pass(8 * heartbeatUs);
  assert.equal(replica.raft.role, Role.preCandidate);
  let attempts = 0;
  for (; attempts < 20; attempts++) {
    replica.receive(RaftType.preVoteReply, 3, { term: replica.raft.term + 1 });
    const startUs = replica.nowUs;
    while (replica.raft.role === Role.candidate) replica.pass(200);
    assert.equal(replica.raft.role, Role.preCandidate);
    assert.ok(replica.nowUs - startUs <= 2 * electionTimeoutUs + 200);
    if (replica.nowUs - startUs >= electionTimeoutUs) break;
  }
  assert.ok(attempts > 0 && attempts < 20, 'the waits grow to the usual time-out');
});

test('a machine that vanishes is replaced after the time-out', () => {
  const cluster = new RaftCluster();
  const gone = cluster.electLeader();
  cluster.crash(gone.id, true);
  const tookUs = cluster.until(() => cluster.leader() !== undefined);
  assert.ok(tookUs > electionTimeoutUs / 2 && tookUs < 3 * electionTimeoutUs, `${tookUs} µs`);
});

test('a broken tether alone deposes no leader that the others hear', () => {
  const cluster = new RaftCluster();
  const leader = cluster.electLeader();
  cluster.commit(1);
  const { term } = leader.raft;
  const lonely = leader.id === 1 ? 2 : 1;
  cluster.cut(leader.id, lonely);
  cluster.cut(lonely, leader.id);
  cluster.raft(lonely).peerLost(leader.id);
  cluster.run(20 * electionTimeoutUs);
  assert.deepEqual([leader.raft.role, leader.raft.term], [Role.leader, term]);
  cluster.heal();
  cluster.raft(lonely).peerFound(leader.id);
  cluster.commit(1);
  assert.deepEqual([leader.raft.role, leader.raft.term], [Role.leader, term]);
  assert.equal(cluster.raft(lonely).leaderId, leader.id);
});

test('the last words of a leader that died do not delay its replacement; a leader that lives is followed', () => {
  const replica = new Single();
  replica.receive(RaftType.append, 2, { term: 1 });
  replica.raft.peerLost(2);
  replica.receive(RaftType.append, 2);
  replica.pass(tetherDelayUs + 200);
  assert.equal(replica.raft.role, Role.preCandidate);
  replica.receive(RaftType.append, 2);
  assert.deepEqual([replica.raft.role, replica.raft.leaderId], [Role.follower, 2]);
  replica.pass(electionTimeoutUs - 200);
  assert.equal(replica.raft.role, Role.follower);
});

test('a broken tether to the leader frees the vote at once, a tether that is found again binds it', () => {
  const isFree = (replica: Single): boolean => {
    replica.receive(RaftType.preVote, 2, { term: 2 });
    return replica.take(RaftType.preVoteReply)[0]!.flags === 0;
  };
  const replica = new Single({ id: 3 });
  replica.receive(RaftType.append, 1, { term: 1 });
  assert.equal(isFree(replica), false);
  replica.raft.peerLost(2);
  assert.equal(isFree(replica), false);
  replica.raft.peerLost(1);
  assert.equal(isFree(replica), true);
  replica.receive(RaftType.append, 1);
  assert.equal(isFree(replica), true);
  replica.raft.peerFound(1);
  replica.receive(RaftType.append, 1);
  assert.equal(isFree(replica), false);
});

test('who learns of the death a moment later grants what it has just refused, and nothing older', () => {
  const replica = new Single({ id: 3 });
  const replies = (): number[] => replica.take(RaftType.preVoteReply).map(({ flags }) => flags);
  replica.receive(RaftType.append, 1, { term: 1 });
  replica.receive(RaftType.preVote, 2, { term: 2 });
  assert.deepEqual(replies(), [RaftFlag.reject]);
  replica.raft.peerLost(1);
  replica.pass(0);
  assert.deepEqual(replies(), [0]);
  replica.pass(tetherDelayUs);
  replica.receive(RaftType.append, 1);
  replica.receive(RaftType.preVote, 2, { term: 2 });
  replica.take(RaftType.preVoteReply);
  replica.pass(2 * heartbeatUs);
  replica.receive(RaftType.append, 1);
  replica.raft.peerLost(1);
  assert.deepEqual(replies(), []);
});

test('a tether that is found again in time starts nothing', () => {
  const replica = new Single({ id: 3 });
  replica.receive(RaftType.append, 1, { term: 1 });
  replica.raft.peerLost(1);
  replica.raft.peerFound(1);
  replica.pass(electionTimeoutUsMin - 200);
  assert.equal(replica.raft.role, Role.follower);
});

test('a slow replica with late datagrams deposes nobody', () => {
  const cluster = new RaftCluster();
  const leader = cluster.electLeader();
  const slow = leader.id === 3 ? 2 : 3;
  for (let n = 0; n < 60; n++) {
    cluster.member(slow).isPaused = n % 4 !== 0;
    cluster.propose();
    cluster.run(electionTimeoutUs);
  }
  cluster.member(slow).isPaused = false;
  cluster.commit(1);
  assert.equal(cluster.leaders.size, 1);
});

test('of two survivors that ask at once, the lower id goes first, unless only the other can win', () => {
  const asked = (fields: Partial<RaftMessage>, us = 0): boolean => {
    const replica = new Single({ id: 1, terms: [1] });
    replica.receive(RaftType.append, 3, { term: 1, index: 1, logTerm: 1 });
    replica.raft.peerLost(3);
    replica.pass(tetherDelayUs);
    assert.equal(replica.raft.role, Role.preCandidate);
    for (let passedUs = 0; passedUs < us; passedUs += tetherDelayUs) replica.pass(tetherDelayUs);
    replica.take();
    replica.receive(RaftType.preVote, 2, { term: 2, index: 1, logTerm: 1, ...fields });
    return (replica.take(RaftType.preVoteReply)[0]!.flags & RaftFlag.reject) === 0;
  };
  assert.equal(asked({}), false);
  assert.equal(asked({ index: 2 }), true, 'its log is longer');
  assert.equal(asked({}, heartbeatUs), true, 'it had its time');
});

test('a candidate gives the disks of its voters time, where a pre-candidate would ask again', () => {
  const replica = new Single();
  replica.receive(RaftType.append, 2, { term: 1 });
  replica.raft.peerLost(2);
  replica.pass(tetherDelayUs);
  replica.receive(RaftType.preVoteReply, 3, { term: 2 });
  const { term } = replica.raft;
  replica.pass(4 * heartbeatUs - 200);
  assert.deepEqual([replica.raft.role, replica.raft.term], [Role.candidate, term]);
  replica.receive(RaftType.voteReply, 3);
  assert.equal(replica.raft.role, Role.leader);
});
