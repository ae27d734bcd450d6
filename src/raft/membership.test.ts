/** Changes of members (thesis, chapter 4) and transfer of leadership (§3.10). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RaftFlag, RaftType } from '../protocol/datagrams.ts';
import type { ConfigurationChange } from './configuration.ts';
import { RaftCluster } from './testing/cluster.ts';
import { electionTimeoutUs, heartbeatUs, Single, votersOnly } from './testing/single.ts';
import { type Configuration, Role } from './types.ts';

const withLearner: Configuration = {
  voters: [1, 2, 3],
  outgoing: [],
  learners: [4],
  learnersNext: [],
  roster: [],
  tokens: [],
};

/** Proposes a change through the leader, as the replica does. */
function change(cluster: RaftCluster, ...changes: ConfigurationChange[]): void {
  cluster.until(() => {
    const leader = cluster.leader();
    if (leader === undefined) return false;
    const next = leader.raft.changeConfiguration(changes);
    if (typeof next === 'string') return false;
    leader.append({ term: leader.raft.term, payload: 0, configuration: next });
    return true;
  });
}

const add = (replicaId: number): ConfigurationChange => ({ kind: 'addVoter', replicaId });
const learn = (replicaId: number): ConfigurationChange => ({ kind: 'addLearner', replicaId });
const remove = (replicaId: number): ConfigurationChange => ({ kind: 'removeReplica', replicaId });

function leaderOf(options: ConstructorParameters<typeof Single>[0] = {}): Single {
  const leader = new Single(options);
  leader.lead();
  leader.acknowledge(2, 1);
  assert.equal(leader.raft.commitIndex, 1);
  leader.take();
  return leader;
}

test('§4.2.1: learners get frames, but neither vote, nor count, nor campaign', () => {
  const leader = new Single({ configuration: withLearner });
  leader.pass(2 * electionTimeoutUs + heartbeatUs);
  leader.receive(RaftType.preVoteReply, 4, { term: 1 });
  assert.equal(leader.raft.role, Role.preCandidate);
  leader.receive(RaftType.preVoteReply, 2, { term: 1 });
  leader.receive(RaftType.voteReply, 4);
  assert.equal(leader.raft.role, Role.candidate);
  leader.receive(RaftType.voteReply, 2);
  leader.acknowledge(4, 1);
  assert.equal(leader.raft.commitIndex, 0);
  leader.pass(electionTimeoutUs - 200);
  leader.acknowledge(4, 1);
  leader.pass(400);
  assert.equal(leader.raft.role, Role.follower, 'a learner is no part of the quorum that must answer');
  const learner = new Single({ id: 4, configuration: withLearner });
  learner.pass(10 * electionTimeoutUs);
  assert.deepEqual([learner.raft.role, learner.take()], [Role.follower, []]);
});

test('a spare learns, becomes a voter, and the lost voter leaves', () => {
  const cluster = new RaftCluster({ spares: [4] });
  cluster.electLeader();
  cluster.commit(20);
  const lost = cluster.leader()!.id === 1 ? 2 : 1;
  cluster.crash(lost);
  change(cluster, learn(4));
  cluster.commit(1);
  assert.equal(cluster.raft(4).commitIndex, cluster.leader()!.raft.commitIndex);
  change(cluster, add(4), remove(lost));
  cluster.until(() => cluster.leader()?.raft.configuration.outgoing.length === 0);
  cluster.commit(1);
  const { configuration } = cluster.leader()!.raft;
  assert.deepEqual(configuration, votersOnly(...[1, 2, 3, 4].filter((id) => id !== lost)));
  const other = configuration.voters.find((id) => id !== 4 && id !== cluster.leader()!.id)!;
  cluster.crash(other);
  cluster.commit(1);
});

test('§4.3: a change of several voters goes through a joint configuration, which is left by itself', () => {
  const leader = leaderOf({ configuration: { ...withLearner, learners: [4, 5] } });
  for (const id of [4, 5]) leader.acknowledge(id, 1);
  const joint = leader.raft.changeConfiguration([add(4), add(5), remove(2), remove(3)]);
  assert.deepEqual(joint, {
    voters: [1, 4, 5],
    outgoing: [1, 2, 3],
    learners: [],
    learnersNext: [],
    roster: [],
    tokens: [],
  });
  assert.equal(leader.raft.pendingLeave(), undefined);
  leader.propose(joint as Configuration);
  for (const id of [4, 5]) leader.acknowledge(id, 2);
  assert.equal(leader.raft.commitIndex, 1, 'the old half has not agreed');
  assert.equal(leader.raft.pendingLeave(), undefined);
  leader.acknowledge(3, 2);
  assert.equal(leader.raft.commitIndex, 2);
  const leaving = leader.raft.pendingLeave();
  assert.deepEqual(leaving, votersOnly(1, 4, 5));
  leader.propose(leaving);
  assert.equal(leader.raft.pendingLeave(), undefined);
  leader.acknowledge(3, 3);
  leader.acknowledge(2, 3);
  assert.equal(leader.raft.commitIndex, 2, 'those who left do not count');
  leader.acknowledge(5, 3);
  assert.equal(leader.raft.commitIndex, 3);
});

test('§4.3: an election in a joint configuration needs both halves', () => {
  const configuration = {
    voters: [1, 4, 5],
    outgoing: [1, 2, 3],
    learners: [],
    learnersNext: [],
    roster: [],
    tokens: [],
  };
  const replica = new Single({ configuration });
  replica.pass(2 * electionTimeoutUs + heartbeatUs);
  for (const id of [4, 5]) replica.receive(RaftType.preVoteReply, id, { term: 1 });
  assert.equal(replica.raft.role, Role.preCandidate);
  replica.receive(RaftType.preVoteReply, 2, { term: 1 });
  assert.equal(replica.raft.role, Role.candidate);
});

test('§4.3: a whole cluster moves to other replicas, under load', () => {
  const cluster = new RaftCluster({ spares: [4, 5, 6] });
  cluster.electLeader();
  cluster.commit(10);
  change(cluster, learn(4), learn(5), learn(6));
  cluster.commit(1);
  cluster.until(() => [4, 5, 6].every((id) => !cluster.raft(id).isRecovering));
  change(cluster, add(4), add(5), add(6), remove(1), remove(2), remove(3));
  cluster.until(() => {
    cluster.propose();
    const leader = cluster.leader();
    return leader !== undefined && leader.id > 3 && leader.raft.configuration.outgoing.length === 0;
  });
  for (const id of [1, 2, 3]) cluster.crash(id);
  cluster.commit(5);
  assert.deepEqual(cluster.leader()!.raft.configuration, votersOnly(4, 5, 6));
});

test('§4.2.2: a leader that a committed configuration removes hands over and steps down', () => {
  const leader = leaderOf();
  const next = leader.raft.changeConfiguration([remove(1)]);
  assert.deepEqual(next, votersOnly(2, 3));
  leader.propose(next as Configuration);
  leader.acknowledge(2, 2);
  assert.equal(leader.raft.role, Role.leader, 'it does not count itself');
  leader.take();
  leader.acknowledge(3, 2);
  assert.equal(leader.raft.role, Role.follower);
  const sent = leader.take();
  assert.equal(
    sent.find(({ type }) => type === RaftType.append)?.commit,
    2,
    'the others learn that it is committed',
  );
  assert.equal(sent.find(({ type }) => type === RaftType.timeoutNow)?.to, 2);
  leader.pass(10 * electionTimeoutUs);
  assert.equal(leader.raft.role, Role.follower);
});

test('§4.2.2: a leader that is removed hands over to the best voter, not to a learner or a recovering one', () => {
  const configuration = { ...votersOnly(1, 2, 3, 4), learners: [5] };
  const leader = new Single({ configuration });
  leader.pass(2 * electionTimeoutUs + heartbeatUs);
  for (const id of [2, 3]) leader.receive(RaftType.preVoteReply, id, { term: 1 });
  for (const id of [2, 3]) leader.receive(RaftType.voteReply, id);
  leader.acknowledge(2, 1, { flags: RaftFlag.recovering });
  for (const id of [3, 4]) leader.acknowledge(id, 1);
  leader.propose({ ...votersOnly(2, 3, 4), learners: [5] });
  leader.propose();
  leader.acknowledge(5, 3);
  leader.acknowledge(2, 3, { flags: RaftFlag.recovering });
  leader.acknowledge(3, 2);
  leader.acknowledge(4, 3);
  const [order] = leader.take(RaftType.timeoutNow);
  assert.equal(order?.to, 4);
});

test('a voter counts, and may take over, once it has answered its leader in this leadership and in its life', () => {
  const leader = new Single({ configuration: votersOnly(1, 2, 3, 4, 5) });
  leader.pass(2 * electionTimeoutUs + heartbeatUs);
  for (const id of [2, 3]) leader.receive(RaftType.preVoteReply, id, { term: 1 });
  for (const id of [2, 3]) leader.receive(RaftType.voteReply, id);
  for (const id of [2, 3]) leader.acknowledge(id, 1);
  const counting = (): number[] => [2, 3, 4, 5].filter((id) => leader.raft.counts(id));
  const able = (): number[] => [2, 3, 4, 5].filter((id) => leader.raft.mayTakeOver(id));
  assert.deepEqual(
    [counting(), able()],
    [
      [2, 3],
      [2, 3],
    ],
  );
  leader.acknowledge(5, 1);
  assert.deepEqual(counting(), [2, 3, 5]);
  leader.receive(RaftType.condition, 3, { incarnation: 2 });
  assert.deepEqual(
    [counting(), able()],
    [
      [2, 5],
      [2, 5],
    ],
  );
});

test('§4.2.2: the last voter waits for the leader that it is to replace', () => {
  const replica = new Single({ configuration: votersOnly(1, 2) });
  replica.receive(RaftType.append, 2, { term: 1 }, [1]);
  replica.raft.configurationAppended(1, votersOnly(1));
  replica.pass(electionTimeoutUs / 2);
  assert.deepEqual([replica.raft.role, replica.raft.leaderId], [Role.follower, 2]);
  replica.receive(RaftType.timeoutNow, 2);
  assert.equal(replica.raft.role, Role.leader);
});

test('§4.2.2: a replica that its newest frame removes may still have to lead until that is committed', () => {
  const replica = new Single({ id: 3 });
  replica.receive(RaftType.append, 1, { term: 1 }, [1]);
  replica.raft.configurationAppended(1, votersOnly(1, 2));
  replica.pass(3 * electionTimeoutUs);
  assert.equal(replica.raft.role, Role.preCandidate);
  for (const id of [1, 2]) replica.receive(RaftType.preVoteReply, id, { term: 2 });
  replica.receive(RaftType.voteReply, 1);
  assert.equal(replica.raft.role, Role.candidate, 'its own vote does not count');
  replica.receive(RaftType.voteReply, 2);
  assert.equal(replica.raft.role, Role.leader);
});

test('§4.1: a configuration that a conflict cuts off is taken back', () => {
  const replica = new Single({ terms: [1] });
  replica.receive(RaftType.append, 2, { term: 2, index: 1, logTerm: 1 }, [2]);
  replica.raft.configurationAppended(2, votersOnly(1, 2, 3, 4, 5));
  replica.receive(RaftType.append, 3, { term: 3, index: 1, logTerm: 1 }, [3]);
  assert.deepEqual(replica.raft.configuration, votersOnly(1, 2, 3));
});

test('a change is refused with its reason', () => {
  const refused = (leader: Single, changes: ConfigurationChange[], reason: RegExp): void => {
    const answer = leader.raft.changeConfiguration(changes);
    assert.ok(typeof answer === 'string');
    assert.match(answer, reason);
  };
  refused(new Single(), [learn(4)], /does not lead/);
  const fresh = new Single();
  fresh.lead();
  refused(fresh, [learn(4)], /not committed yet/);
  const leader = leaderOf();
  refused(leader, [add(4)], /Replica 4 has not caught up. Add it as a learner first/);
  refused(leader, [remove(1), remove(2), remove(3)], /no voter/);
  refused(leader, [learn(300)], /1 to 255, not 300/);
  refused(leader, [4, 5, 6, 7, 8].map(learn), /at most 7 replicas/);
  leader.propose(votersOnly(1, 2));
  refused(leader, [learn(4)], /not committed yet/);
  leader.acknowledge(2, 2);
  assert.deepEqual(leader.raft.changeConfiguration([learn(3)]), { ...votersOnly(1, 2), learners: [3] });
  leader.raft.transferLeadership(2);
  refused(leader, [learn(3)], /transfer of leadership/);
});

test('chapter 4: a learner that lost its memory cannot become a voter before it has recovered', () => {
  const leader = leaderOf({ configuration: withLearner });
  leader.acknowledge(4, 1, { flags: RaftFlag.recovering });
  assert.match(String(leader.raft.changeConfiguration([add(4)])), /has not caught up/);
  leader.acknowledge(4, 1);
  assert.deepEqual(leader.raft.changeConfiguration([add(4)]), votersOnly(1, 2, 3, 4));
});

test('chapter 4: a learner that was never heard cannot become a voter: nothing is known of it', () => {
  const leader = leaderOf({ configuration: withLearner });
  assert.match(String(leader.raft.changeConfiguration([add(4)])), /has not caught up/);
  leader.acknowledge(4, 1);
  assert.deepEqual(leader.raft.changeConfiguration([add(4)]), votersOnly(1, 2, 3, 4));
});

test('§3.10: a transfer stops proposals, waits for the target, and tells it to take over', () => {
  const leader = leaderOf();
  leader.propose();
  leader.acknowledge(3, 2);
  leader.take();
  assert.equal(leader.raft.transferLeadership(2), undefined);
  assert.equal(leader.raft.canPropose(), false);
  assert.deepEqual(leader.take(RaftType.timeoutNow), []);
  leader.acknowledge(2, 2);
  assert.deepEqual(
    leader.take(RaftType.timeoutNow).map(({ to }) => to),
    [2],
  );
  leader.pass(heartbeatUs);
  assert.equal(leader.take(RaftType.timeoutNow).length, 1, 'the order may be lost, so it is repeated');
  leader.receive(RaftType.vote, 2, { term: 2, index: 2, logTerm: 1, flags: RaftFlag.transfer });
  assert.deepEqual([leader.raft.role, leader.raft.term], [Role.follower, 2]);
});

test('§3.10: an order to take over that comes once its leader leads on deposes none', () => {
  const leader = leaderOf();
  leader.acknowledge(3, 1);
  leader.take();
  leader.raft.transferLeadership(3);
  const [order] = leader.take(RaftType.timeoutNow);
  for (let n = 0; n < 4; n++) {
    leader.pass(electionTimeoutUs / 4 + 100);
    leader.acknowledge(2, 1);
  }
  assert.equal(leader.raft.canPropose(), true, 'it was given up');
  const heartbeat = leader.take(RaftType.append).at(-1);
  const replica = new Single({ id: 3 });
  replica.receive(RaftType.append, 1, { ...heartbeat, from: 1, to: 0 });
  replica.receive(RaftType.timeoutNow, 1, { ...order, from: 1 });
  assert.deepEqual([replica.raft.role, replica.raft.leaderId], [Role.follower, 1]);
  leader.acknowledge(3, 1);
  leader.raft.transferLeadership(3);
  replica.receive(RaftType.timeoutNow, 1, { ...leader.take(RaftType.timeoutNow)[0], from: 1 });
  assert.equal(replica.raft.role, Role.candidate, 'the next one counts');
});

test('§3.10: a transfer that does not come about is given up after an election time-out', () => {
  const leader = leaderOf();
  assert.equal(leader.raft.transferLeadership(3), undefined);
  leader.pass(electionTimeoutUs / 2);
  leader.acknowledge(2, 1);
  assert.equal(leader.raft.canPropose(), false);
  leader.pass(electionTimeoutUs / 2 + 200);
  assert.equal(leader.raft.canPropose(), true);
});

test('§3.10: a transfer ends when its target loses its vote', () => {
  const leader = leaderOf();
  leader.raft.transferLeadership(3);
  leader.propose(votersOnly(1, 2));
  assert.equal(leader.raft.canPropose(), true);
});

test('§3.10: a transfer is refused with its reason', () => {
  assert.match(new Single().raft.transferLeadership(2) ?? '', /does not lead/);
  const leader = leaderOf({ configuration: withLearner });
  assert.match(leader.raft.transferLeadership(1) ?? '', /leads already/);
  assert.match(leader.raft.transferLeadership(4) ?? '', /does not vote. Choose one of the voters 2, 3/);
  leader.acknowledge(3, 0, { flags: RaftFlag.recovering });
  assert.match(leader.raft.transferLeadership(3) ?? '', /recovering/);
  leader.raft.transferLeadership(2);
  assert.match(leader.raft.transferLeadership(2) ?? '', /under way/);
});

test('a planned switchover takes milliseconds, also with manual failover', () => {
  for (const failover of ['automatic', 'manual'] as const) {
    const cluster = new RaftCluster({ failover });
    cluster.run(200);
    cluster.raft(1).startElection();
    cluster.electLeader();
    cluster.commit(5);
    assert.equal(cluster.raft(1).transferLeadership(3), undefined);
    const tookUs = cluster.until(() => cluster.leader()?.id === 3);
    assert.ok(tookUs < heartbeatUs, `${tookUs} µs`);
    cluster.commit(1);
  }
});

test('a replica applies nothing behind the frame that removes it, until it is added again', () => {
  const founders = votersOnly(1, 2, 3);
  const without = votersOnly(2, 3);
  const again = { ...without, learners: [1] };
  const { raft } = new Single({ configuration: founders });
  assert.equal(raft.lastOwnIndex, Number.POSITIVE_INFINITY);
  raft.configurationAppended(4, { ...without, outgoing: [1, 2, 3] });
  assert.equal(raft.lastOwnIndex, Number.POSITIVE_INFINITY, 'it votes until the joint configuration ends');
  raft.configurationAppended(5, without);
  raft.configurationAppended(7, votersOnly(2, 3, 4));
  assert.equal(raft.lastOwnIndex, 5);
  raft.configurationAppended(9, again);
  assert.equal(raft.lastOwnIndex, Number.POSITIVE_INFINITY);
  // A blank machine that is to be added applies what came before that; one that was a member does not.
  const blank = new Single({ configuration: without, hasJoined: false });
  assert.equal(blank.raft.lastOwnIndex, Number.POSITIVE_INFINITY);
  assert.equal(new Single({ configuration: without }).raft.lastOwnIndex, 0);
});
