/**
 * Leaders that do not die but fall silent: how soon they are replaced in virtual time, and that a living one is not,
 * however its network and the processors of the others behave.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RaftFlag, RaftType } from '../protocol/datagrams.ts';
import { RaftCluster, type VirtualReplica } from './testing/cluster.ts';
import {
  electionTimeoutUs,
  electionTimeoutUsMin,
  heartbeatUs,
  Single,
  tetherDelayUs,
  votersOnly,
} from './testing/single.ts';
import { Role } from './types.ts';

/** Long enough that the replicas know their leader. */
const steadyUs = 100 * heartbeatUs;
/** Of the shortest time-out, up to a heartbeat was over; then each survivor has its turn, and asks twice. */
const replacedUsMax = (voters: number): number => electionTimeoutUsMin + voters * heartbeatUs;

function steadyCluster(
  voters: readonly number[],
  seed: number,
): { cluster: RaftCluster; leader: VirtualReplica } {
  const cluster = new RaftCluster({ seed, configuration: votersOnly(...voters) });
  const leader = cluster.electLeader();
  cluster.commit(2);
  cluster.run(steadyUs);
  return { cluster, leader };
}

/** How long it takes until another one leads. */
function replacedIn(cluster: RaftCluster, old: VirtualReplica): number {
  const { term } = old.raft;
  return cluster.until(() => {
    const leader = cluster.leader();
    return leader !== undefined && leader !== old && leader.raft.term > term;
  });
}

for (const voters of [
  [1, 2, 3],
  [1, 2, 3, 4, 5],
]) {
  const seeds = Array.from({ length: 20 }, (_, n) => n + 1);

  test(`of ${voters.length}, a leader that vanishes is replaced after the shortest time-out, in one election`, () => {
    for (const seed of seeds) {
      const { cluster, leader } = steadyCluster(voters, seed);
      const { term } = leader.raft;
      cluster.crash(leader.id, true);
      const tookUs = replacedIn(cluster, leader);
      assert.ok(tookUs <= replacedUsMax(voters.length), `${tookUs} µs with seed ${seed}`);
      assert.equal(cluster.leader()!.raft.term, term + 1, `one election decides with seed ${seed}`);
      cluster.commit(1);
    }
  });

  test(`of ${voters.length}, a mute leader is replaced as one that vanishes, and steps down`, () => {
    for (const seed of seeds) {
      const { cluster, leader } = steadyCluster(voters, seed);
      for (const id of voters) if (id !== leader.id) cluster.cut(leader.id, id);
      const tookUs = replacedIn(cluster, leader);
      assert.ok(tookUs <= replacedUsMax(voters.length), `${tookUs} µs with seed ${seed}`);
      cluster.until(() => leader.raft.role !== Role.leader, replacedUsMax(voters.length));
    }
  });

  test(`of ${voters.length}, a deaf leader resigns after the shortest time-out, and is replaced as a dead one`, () => {
    for (const seed of seeds) {
      const { cluster, leader } = steadyCluster(voters, seed);
      for (const id of voters) if (id !== leader.id) cluster.cut(id, leader.id);
      const resignedUs = cluster.until(() => leader.raft.role !== Role.leader);
      assert.ok(resignedUs <= electionTimeoutUsMin + heartbeatUs, `${resignedUs} µs with seed ${seed}`);
      const tookUs = replacedIn(cluster, leader);
      assert.ok(tookUs <= 3 * tetherDelayUs, `${tookUs} µs with seed ${seed}`);
    }
  });
}

test('a deaf leader resigns as soon when a follower came back just before', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { cluster, leader } = steadyCluster([1, 2, 3], seed);
    const away = [...cluster.members.values()].find((member) => member !== leader)!;
    away.isPaused = true;
    cluster.run(2 * electionTimeoutUs);
    away.isPaused = false;
    cluster.run(steadyUs);
    for (const id of cluster.members.keys()) if (id !== leader.id) cluster.cut(id, leader.id);
    const resignedUs = cluster.until(() => leader.raft.role !== Role.leader);
    assert.ok(resignedUs <= electionTimeoutUsMin + heartbeatUs, `${resignedUs} µs with seed ${seed}`);
  }
});

test('datagrams that get lost depose nobody', () => {
  const { cluster, leader } = steadyCluster([1, 2, 3], 3);
  const { term } = leader.raft;
  for (const lossChance of [0.05, 0.1, 0.3]) {
    cluster.lossChance = lossChance;
    cluster.run(1_000 * heartbeatUs);
    assert.deepEqual([leader.raft.role, leader.raft.term], [Role.leader, term], `loss ${lossChance}`);
  }
});

test('replicas that get the processor now and then only depose nobody', () => {
  const { cluster, leader } = steadyCluster([1, 2, 3], 4);
  const { term } = leader.raft;
  const members = [...cluster.members.values()];
  const turnsAtUs = members.map(() => cluster.nowUs);
  for (const endUs = cluster.nowUs + 2_000 * heartbeatUs; cluster.nowUs < endUs; ) {
    for (const [n, member] of members.entries()) {
      if (cluster.nowUs < turnsAtUs[n]!) continue;
      member.isPaused = !member.isPaused;
      turnsAtUs[n] = cluster.nowUs + cluster.random.between(1, 4) * heartbeatUs;
    }
    cluster.cycle();
  }
  for (const member of cluster.members.values()) member.isPaused = false;
  cluster.commit(1);
  assert.deepEqual([leader.raft.role, leader.raft.term], [Role.leader, term]);
});

/** A follower that has heard leader 2 for long enough, and now gets no more messages. */
function steadyFollower(): Single {
  const replica = new Single({ terms: [1] });
  for (let n = 0; n < 100; n++) {
    replica.receive(RaftType.append, 2, { term: 1, index: 1, logTerm: 1 });
    replica.pass(heartbeatUs);
  }
  replica.take();
  return replica;
}

test('a process that stood still gives its leader the full time again, before it asks or helps another', () => {
  const replica = steadyFollower();
  replica.pass(electionTimeoutUsMin - 2 * heartbeatUs);
  replica.nowUs += electionTimeoutUsMin;
  replica.raft.tick(replica.nowUs);
  replica.receive(RaftType.preVote, 3, { term: 2, index: 1, logTerm: 1 });
  assert.deepEqual(
    replica.take().map(({ type, flags }) => [type, flags]),
    [[RaftType.preVoteReply, RaftFlag.reject]],
  );
  replica.pass(electionTimeoutUsMin - heartbeatUs);
  assert.equal(replica.raft.role, Role.follower);
  replica.pass(4 * heartbeatUs);
  assert.equal(replica.raft.role, Role.preCandidate);
});

test('a process that seldom runs still sees that its leader is gone', () => {
  const replica = steadyFollower();
  for (let n = 0; n < 40 && replica.raft.role === Role.follower; n++) {
    replica.nowUs += 3 * heartbeatUs;
    replica.raft.tick(replica.nowUs);
  }
  assert.equal(replica.raft.role, Role.preCandidate);
});

test('a leader that stood still reads the answers that wait before it gives up', () => {
  const replica = new Single();
  replica.lead();
  for (let n = 0; n < 100; n++) {
    replica.receive(RaftType.appendReply, 2, { index: 1, hint: 1 });
    replica.pass(heartbeatUs);
  }
  replica.pass(electionTimeoutUsMin - 2 * heartbeatUs);
  replica.nowUs += electionTimeoutUsMin;
  replica.raft.tick(replica.nowUs);
  assert.equal(replica.raft.role, Role.leader);
  replica.receive(RaftType.appendReply, 2, { index: 1, hint: 1 });
  replica.pass(electionTimeoutUsMin - heartbeatUs);
  assert.equal(replica.raft.role, Role.leader);
  replica.take();
  replica.pass(electionTimeoutUs);
  assert.equal(replica.raft.role, Role.follower);
  assert.equal(replica.take(RaftType.resigned).length, 1);
});

test('a candidacy ends in time, also where its process seldom runs: a voter may forget its vote after that', () => {
  const replica = steadyFollower();
  replica.pass(electionTimeoutUs);
  replica.receive(RaftType.preVoteReply, 3, { term: 2 });
  assert.equal(replica.raft.role, Role.candidate);
  const startUs = replica.nowUs;
  while (replica.nowUs - startUs <= 2 * electionTimeoutUs) {
    replica.nowUs += electionTimeoutUs / 2;
    replica.raft.tick(replica.nowUs);
  }
  replica.receive(RaftType.voteReply, 3, { term: 2 });
  assert.notEqual(replica.raft.role, Role.leader);
});

test('a follower whose disk hangs says now and then that it lives', () => {
  const replica = new Single({ durability: 'disk' });
  for (let n = 0; n < 20; n++) {
    replica.receive(RaftType.append, 2, { term: 1, index: n, logTerm: n === 0 ? 0 : 1 }, [1]);
    replica.raft.flushReplies();
    replica.pass(heartbeatUs / 2);
  }
  const replies = replica.take(RaftType.appendReply);
  assert.ok(replies.length >= 5 && replies.length <= 10, `${replies.length} answers`);
  for (const { hint } of replies) assert.equal(hint, 0, 'nothing is flushed');
});

test('a leader that resigns is taken for dead at once; what another says of itself is not', () => {
  const replica = steadyFollower();
  replica.receive(RaftType.resigned, 3);
  replica.pass(heartbeatUs);
  assert.equal(replica.raft.role, Role.follower);
  replica.receive(RaftType.append, 2, { index: 1, logTerm: 1 });
  replica.receive(RaftType.resigned, 2);
  replica.pass(tetherDelayUs);
  assert.equal(replica.raft.role, Role.preCandidate);
});

test('one that grants a pre-vote lets the other go first, once', () => {
  const replica = steadyFollower();
  // The leader is suspect here, and this replica's turn has not come: its turn is a heartbeat at the most.
  while (replica.raft.role === Role.follower) {
    replica.pass(200);
    replica.receive(RaftType.preVote, 3, { term: 2, index: 1, logTerm: 1 });
    const [reply] = replica.take(RaftType.preVoteReply);
    if (reply?.flags === 0) break;
  }
  assert.equal(replica.raft.role, Role.follower, 'it granted before it asked');
  replica.pass(2 * heartbeatUs - 400);
  assert.equal(replica.raft.role, Role.follower);
  replica.receive(RaftType.preVote, 3, { term: 2, index: 1, logTerm: 1 });
  replica.pass(2 * heartbeatUs);
  assert.equal(replica.raft.role, Role.preCandidate);
});

test('one whose log is ahead asks as soon as another shows that the leader is lost', () => {
  const replica = steadyFollower();
  replica.pass(electionTimeoutUsMin - heartbeatUs);
  while (replica.raft.role === Role.follower) {
    const isSuspect = replica.raft.leaderCommitIndex < 0;
    replica.receive(RaftType.preVote, 3, { term: 2, index: 0, logTerm: 0 });
    replica.pass(200);
    if (isSuspect) break;
  }
  assert.equal(replica.raft.role, Role.preCandidate);
});

test('candidates whose votes split try again in turns, not after a time-out', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const cluster = new RaftCluster({ seed, configuration: votersOnly(1, 2, 3, 4) });
    for (const { raft } of cluster.members.values()) raft.startElection();
    cluster.until(() => [...cluster.members.values()].some(({ raft }) => raft.role === Role.candidate));
    const tookUs = cluster.until(() => cluster.leader() !== undefined);
    assert.ok(tookUs <= 8 * heartbeatUs, `${tookUs} µs with seed ${seed}`);
  }
});
