/**
 * Elections, after the paper (§5.1, §5.2, §5.4.1) and the thesis (§4.2.3 disruption, §6.2 check-quorum, §9.6 pre-vote).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RaftFlag, RaftType } from '../protocol/datagrams.ts';
import { Vote } from './quorum.ts';
import { RaftCluster } from './testing/cluster.ts';
import {
  electionTimeoutUs,
  electionTimeoutUsMin,
  heartbeatUs,
  Single,
  votersOnly,
} from './testing/single.ts';
import { Role } from './types.ts';

test('§5.1: a message of a lower term is answered with the newer term and changes nothing', () => {
  const replica = new Single({ terms: [1, 3] });
  for (const [type, answer] of [
    [RaftType.append, RaftType.appendReply],
    [RaftType.vote, RaftType.voteReply],
    [RaftType.preVote, RaftType.preVoteReply],
  ] as const) {
    replica.receive(type, 2, { term: 2, index: 2, logTerm: 3 });
    const [reply] = replica.take();
    assert.ok(reply);
    assert.deepEqual([reply.type, reply.to, reply.term], [answer, 2, 3]);
    assert.ok(reply.flags & RaftFlag.reject);
  }
  assert.equal(replica.raft.leaderId, 0);
  assert.deepEqual(replica.log.terms(), [1, 3]);
});

test('§5.1: a higher term makes a leader, a candidate and a follower a follower, durably', () => {
  const follower = new Single();
  const candidate = new Single();
  candidate.pass(2 * electionTimeoutUs + heartbeatUs);
  candidate.receive(RaftType.preVoteReply, 2, { term: 1 });
  assert.equal(candidate.raft.role, Role.candidate);
  const leader = new Single();
  leader.lead();
  for (const replica of [follower, candidate, leader]) {
    replica.receive(RaftType.append, 3, { term: 9, index: 0 });
    assert.deepEqual([replica.raft.role, replica.raft.term, replica.raft.leaderId], [Role.follower, 9, 3]);
    assert.equal(replica.persisted.at(-1)?.term, 9);
    assert.deepEqual(replica.changes.at(-1), { role: Role.follower, term: 9, leaderId: 3 });
  }
});

test('§5.2: where no leader is known a random time between one and two short time-outs starts an election', () => {
  const waits = new Set<number>();
  for (let seed = 1; seed <= 20; seed++) {
    const replica = new Single({}, seed);
    const startUs = replica.nowUs;
    while (replica.raft.role === Role.follower) replica.pass(200);
    const waitUs = replica.nowUs - startUs;
    assert.ok(waitUs >= electionTimeoutUsMin && waitUs <= 2 * electionTimeoutUsMin + 200, `${waitUs} µs`);
    waits.add(waitUs);
  }
  assert.ok(waits.size > 10, 'the waits must differ');
});

test('§5.2: heartbeats keep a follower from campaigning', () => {
  const replica = new Single({ terms: [1] });
  for (let n = 0; n < 50; n++) {
    replica.receive(RaftType.append, 2, { index: 1, logTerm: 1 });
    replica.pass(electionTimeoutUs - 200);
  }
  assert.deepEqual([replica.raft.role, replica.raft.term, replica.raft.leaderId], [Role.follower, 1, 2]);
});

test('§5.2: a candidate votes for itself while it asks the others, durably before any answer is heard', () => {
  const replica = new Single({ terms: [1, 2], state: { term: 4 } });
  replica.pass(2 * electionTimeoutUs + heartbeatUs);
  replica.take();
  const send = replica.send.bind(replica);
  const termsWhenSent: [type: number, durableTerm: number | undefined][] = [];
  replica.send = (message) => {
    termsWhenSent.push([message.type, replica.persisted.at(-1)?.term]);
    send(message);
  };
  replica.receive(RaftType.preVoteReply, 3, { term: 5 });
  assert.deepEqual(termsWhenSent, [[RaftType.vote, undefined]], 'the disks flush at once');
  const { term, votedFor } = replica.persisted.at(-1)!;
  assert.deepEqual([term, votedFor], [5, 1]);
  const [request] = replica.take(RaftType.vote);
  assert.ok(request);
  assert.deepEqual([request.to, request.term, request.index, request.logTerm], [0, 5, 2, 2]);
});

test('§5.2: a majority elects, a majority of refusals ends it, anything less waits', () => {
  const cases = [
    { size: 3, granted: 1, refused: 0, role: Role.leader },
    { size: 3, granted: 0, refused: 1, role: Role.candidate },
    { size: 3, granted: 0, refused: 2, role: Role.follower },
    { size: 5, granted: 1, refused: 2, role: Role.candidate },
    { size: 5, granted: 2, refused: 2, role: Role.leader },
    { size: 5, granted: 1, refused: 3, role: Role.follower },
  ];
  for (const { size, granted, refused, role } of cases) {
    const replica = new Single({ configuration: votersOnly(...[1, 2, 3, 4, 5].slice(0, size)) });
    replica.pass(2 * electionTimeoutUs + heartbeatUs);
    for (let id = 2; id <= size; id++) replica.receive(RaftType.preVoteReply, id, { term: 1 });
    assert.equal(replica.raft.role, Role.candidate);
    for (let n = 0; n < refused; n++) {
      replica.receive(RaftType.voteReply, 2 + n, { flags: RaftFlag.reject });
      replica.receive(RaftType.voteReply, 2 + n, { flags: RaftFlag.reject });
    }
    for (let n = 0; n < granted; n++) replica.receive(RaftType.voteReply, 2 + refused + n);
    assert.equal(replica.raft.role, role, `${granted} for, ${refused} against, of ${size}`);
  }
});

test('§5.2: one vote per term, first come first served, also after a restart', () => {
  const ask = (replica: Single, from: number): boolean => {
    replica.receive(RaftType.vote, from, { term: 3, index: 0 });
    const [reply] = replica.take(RaftType.voteReply);
    return reply !== undefined && (reply.flags & RaftFlag.reject) === 0;
  };
  const replica = new Single({ state: { term: 2 } });
  assert.equal(ask(replica, 2), true);
  assert.equal(ask(replica, 3), false);
  assert.equal(ask(replica, 2), true, 'a repeated request gets the same answer');
  const stored = replica.persisted.at(-1)!;
  assert.deepEqual([stored.term, stored.votedFor], [3, 2]);
  const restarted = new Single({ state: stored });
  assert.equal(ask(restarted, 3), false);
  assert.equal(ask(restarted, 2), true);
});

test('§5.2: who knows the leader of a term votes for nobody else in it', () => {
  const replica = new Single();
  replica.receive(RaftType.append, 2, { term: 4 });
  replica.take();
  replica.receive(RaftType.vote, 3, { term: 4 });
  assert.ok(replica.take(RaftType.voteReply)[0]!.flags & RaftFlag.reject);
});

test('§5.1: a replica begins at least in the term of its last frame, and has no vote there that it forgot', () => {
  const replica = new Single({ terms: [2, 5], state: { term: 3, votedFor: 2, recovering: true } });
  assert.equal(replica.raft.term, 5);
  for (const id of [2, 3]) replica.receive(RaftType.incarnationKnown, id, { subject: 7 });
  replica.receive(RaftType.append, 3, { index: 2, logTerm: 5 });
  replica.receive(RaftType.rejoinGranted, 3, { commit: 2, subject: 7 });
  const { term, votedFor, recovering } = replica.persisted.at(-1)!;
  assert.deepEqual([term, votedFor, recovering], [5, 3, false]);
});

test('a message to somebody else, from itself or from nobody is dropped', () => {
  const replica = new Single();
  replica.receive(RaftType.vote, 2, { term: 5, to: 3 });
  replica.receive(RaftType.vote, 1, { term: 5 });
  replica.receive(RaftType.vote, 0, { term: 5 });
  assert.deepEqual([replica.raft.term, replica.take()], [0, []]);
});

test('§5.2: a candidate follows the leader that its term has', () => {
  const replica = new Single();
  replica.pass(2 * electionTimeoutUs + heartbeatUs);
  replica.receive(RaftType.preVoteReply, 2, { term: 1 });
  replica.receive(RaftType.append, 3);
  assert.deepEqual([replica.raft.role, replica.raft.term, replica.raft.leaderId], [Role.follower, 1, 3]);
});

test('§5.2: a second leader in one term is a broken invariant, not a message', () => {
  const replica = new Single();
  replica.lead();
  assert.throws(() => replica.receive(RaftType.append, 3), /one leader per term/);
});

test('§5.2: after a split vote a new election decides', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const cluster = new RaftCluster({ seed, configuration: votersOnly(1, 2, 3, 4) });
    for (const { raft } of cluster.members.values()) raft.startElection();
    cluster.electLeader();
    cluster.commit(1);
  }
});

test('§5.4.1: a vote goes only to a log that is at least as new', () => {
  const cases = [
    { own: [1], index: 1, logTerm: 1, isGranted: true },
    { own: [1], index: 2, logTerm: 1, isGranted: true },
    { own: [1, 1], index: 1, logTerm: 1, isGranted: false },
    { own: [1], index: 1, logTerm: 2, isGranted: true },
    { own: [1, 1], index: 1, logTerm: 2, isGranted: true },
    { own: [2], index: 1, logTerm: 1, isGranted: false },
    { own: [2], index: 2, logTerm: 1, isGranted: false },
    { own: [1, 2], index: 1, logTerm: 1, isGranted: false },
  ];
  for (const { own, index, logTerm, isGranted } of cases) {
    for (const type of [RaftType.vote, RaftType.preVote] as const) {
      const replica = new Single({ terms: own });
      replica.receive(type, 2, { term: 5, index, logTerm });
      const [reply] = replica.take();
      assert.equal(
        (reply!.flags & RaftFlag.reject) === 0,
        isGranted,
        `${own} against ${index} of ${logTerm}`,
      );
    }
  }
});

test('thesis §9.6: a pre-vote raises no term, neither here nor there, and promises nothing', () => {
  const asking = new Single();
  asking.pass(2 * electionTimeoutUs + heartbeatUs);
  const [request] = asking.take(RaftType.preVote);
  assert.equal(request?.term, 1);
  assert.equal(asking.raft.term, 0);
  assert.deepEqual(asking.persisted, []);
  const asked = new Single({ id: 2 });
  asked.receive(RaftType.preVote, 1, { term: 1 });
  asked.receive(RaftType.preVote, 3, { term: 1 });
  const replies = asked.take(RaftType.preVoteReply);
  assert.deepEqual(
    replies.map(({ flags, term }) => [flags, term]),
    [
      [0, 1],
      [0, 1],
    ],
  );
  assert.equal(asked.raft.term, 0);
});

test('thesis §9.6: answers to an earlier pre-vote elect nobody', () => {
  const replica = new Single({ state: { term: 4 } });
  replica.pass(2 * electionTimeoutUs + heartbeatUs);
  replica.receive(RaftType.preVoteReply, 2, { term: 4 });
  replica.receive(RaftType.voteReply, 3, { term: 4 });
  assert.equal(replica.raft.role, Role.preCandidate);
});

test('thesis §4.2.3: who hears a leader helps nobody to replace it, unless the leader asked for it', () => {
  for (const role of ['follower', 'leader'] as const) {
    const replica = new Single();
    if (role === 'leader') replica.lead();
    else replica.receive(RaftType.append, 2, { term: 1 });
    replica.take();
    const newer = { term: 7, index: 9, logTerm: 6 };
    replica.receive(RaftType.vote, 3, newer);
    assert.deepEqual(replica.take(), []);
    replica.receive(RaftType.preVote, 3, newer);
    assert.ok(replica.take(RaftType.preVoteReply)[0]!.flags & RaftFlag.reject);
    assert.equal(replica.raft.term, 1);
    replica.receive(RaftType.vote, 3, { ...newer, flags: RaftFlag.transfer });
    assert.equal(replica.take(RaftType.voteReply)[0]!.flags, 0);
    assert.equal(replica.raft.term, 7);
  }
});

test('thesis §4.2.3: after an election time-out of silence the vote is free', () => {
  const replica = new Single();
  replica.receive(RaftType.append, 2, { term: 1 });
  replica.pass(electionTimeoutUs - 200);
  replica.receive(RaftType.preVote, 3, { term: 2 });
  assert.ok(replica.take(RaftType.preVoteReply)[0]!.flags & RaftFlag.reject);
  replica.pass(200);
  replica.receive(RaftType.preVote, 3, { term: 2 });
  assert.equal(replica.take(RaftType.preVoteReply)[0]!.flags, 0);
});

test('thesis §6.2: a leader that no quorum answers steps down within an election time-out', () => {
  const replica = new Single();
  replica.lead();
  replica.pass(electionTimeoutUs);
  assert.equal(replica.raft.role, Role.leader);
  replica.acknowledge(3, 0);
  replica.pass(electionTimeoutUs);
  assert.equal(replica.raft.role, Role.leader);
  replica.pass(400);
  assert.deepEqual(replica.changes.at(-1), { role: Role.follower, term: 1, leaderId: 0 });
});

test('lost vote requests are repeated', () => {
  const replica = new Single();
  while (replica.raft.role === Role.follower) replica.pass(200);
  replica.take();
  replica.pass(3 * heartbeatUs);
  assert.equal(replica.take(RaftType.preVote).length, 3);
});

test('a vote from before the voter lost its memory does not count', () => {
  const replica = new Single({ configuration: votersOnly(1, 2, 3, 4, 5) });
  replica.pass(2 * electionTimeoutUs + heartbeatUs);
  for (const id of [2, 3]) replica.receive(RaftType.preVoteReply, id, { term: 1 });
  replica.receive(RaftType.voteReply, 2);
  replica.receive(RaftType.preVote, 2, { incarnation: 2, term: 1 });
  replica.receive(RaftType.voteReply, 2, { incarnation: 1 });
  replica.receive(RaftType.voteReply, 3);
  assert.equal(replica.raft.role, Role.candidate);
  replica.receive(RaftType.voteReply, 4);
  assert.equal(replica.raft.role, Role.leader);
});

test('a single replica leads at once and commits alone', () => {
  for (const failover of ['automatic', 'manual'] as const) {
    const replica = new Single({ configuration: votersOnly(1), failover });
    replica.pass(200);
    assert.equal(replica.raft.role, Role.leader);
    assert.equal(replica.raft.commitIndex, 1);
    replica.propose();
    assert.equal(replica.raft.commitIndex, 2);
    assert.deepEqual(replica.take(), []);
  }
});

test('every change of role is reported once, with its term and its reason', () => {
  const replica = new Single();
  replica.lead();
  replica.receive(RaftType.append, 3, { term: replica.raft.term + 1 });
  replica.pass(5 * electionTimeoutUs);
  replica.receive(RaftType.preVoteReply, 2, { flags: RaftFlag.reject });
  replica.receive(RaftType.preVoteReply, 3, { flags: RaftFlag.reject });
  const { preCandidate, candidate, leader, follower } = Role;
  assert.deepEqual(
    replica.transitions.map(({ role, term, reason }) => [role, term, reason]),
    [
      [preCandidate, 0, 'no leader was heard'],
      [candidate, 1, 'a majority would vote for it'],
      [leader, 1, 'a majority voted for it'],
      [follower, 2, 'it heard of a higher term'],
      [preCandidate, 2, 'no leader was heard'],
      [follower, 2, 'a majority refused its vote'],
    ],
  );
});

test('with manual failover nothing but the operator starts an election', () => {
  const cluster = new RaftCluster({ failover: 'manual' });
  cluster.run(10 * electionTimeoutUs);
  assert.equal(cluster.leaders.size, 0);
  assert.equal(cluster.raft(2).startElection(), undefined);
  assert.equal(cluster.electLeader().id, 2);
  cluster.commit(2);
  cluster.crash(2);
  cluster.run(10 * electionTimeoutUs);
  assert.equal(cluster.leaders.size, 1);
  assert.equal(cluster.raft(1).leaderId, 0, 'that the leader is gone is shown');
  assert.equal(cluster.raft(3).startElection(), undefined);
  assert.equal(cluster.electLeader().id, 3);
  cluster.commit(1);
});

test('an order to elect holds where the first answers come too late, and not for good', () => {
  for (const [lateUs, isElected] of [
    [electionTimeoutUs, true],
    [5 * electionTimeoutUs, false],
  ] as const) {
    const cluster = new RaftCluster({ failover: 'manual' });
    cluster.run(10 * electionTimeoutUs);
    cluster.isolate(2);
    assert.equal(cluster.raft(2).startElection(), undefined);
    assert.match(cluster.raft(2).startElection() ?? '', /stands for election already/);
    cluster.run(lateUs);
    assert.equal(cluster.raft(2).isOrdered, isElected);
    cluster.heal();
    cluster.run(10 * electionTimeoutUs);
    assert.equal(cluster.leader()?.id, isElected ? 2 : undefined, `${lateUs} µs later`);
    assert.equal(cluster.raft(2).isOrdered, false);
    if (!isElected) continue;
    cluster.crash(2);
    cluster.run(electionTimeoutUs);
    cluster.restart(2);
    cluster.run(10 * electionTimeoutUs);
    assert.equal(cluster.leaders.size, 1, 'one order, one leader');
  }
});

test('an order to elect is over with its time, and votes that come later elect nobody', () => {
  const replica = new Single({ failover: 'manual' });
  assert.equal(replica.raft.startElection(), undefined);
  replica.pass(electionTimeoutUs);
  replica.receive(RaftType.preVoteReply, 2, { flags: RaftFlag.reject });
  assert.equal(replica.raft.isOrdered, true);
  replica.pass(electionTimeoutUs - heartbeatUs);
  assert.notEqual(replica.raft.role, Role.follower);
  replica.pass(2 * heartbeatUs);
  assert.deepEqual([replica.raft.isOrdered, replica.raft.role], [false, Role.follower]);
  assert.deepEqual(
    [2, 3].map((id) => replica.raft.answerOf(id)),
    [Vote.refused, Vote.none],
  );
  replica.receive(RaftType.preVoteReply, 2, { term: replica.raft.term + 1 });
  replica.pass(10 * electionTimeoutUs);
  assert.equal(replica.raft.role, Role.follower);
});

test('an order to elect is given up with a long pause of the process', () => {
  const replica = new Single({ failover: 'manual' });
  assert.equal(replica.raft.startElection(), undefined);
  replica.nowUs += 10 * electionTimeoutUs;
  replica.raft.tick(replica.nowUs);
  assert.deepEqual([replica.raft.isOrdered, replica.raft.role], [false, Role.follower]);
});

test('an order to elect is refused where it cannot work, and where a leader lives', () => {
  const learner = { voters: [2, 3], outgoing: [], learners: [1], learnersNext: [], roster: [], tokens: [] };
  assert.match(new Single({ configuration: learner }).raft.startElection() ?? '', /not a voter/);
  assert.match(new Single({ state: { recovering: true } }).raft.startElection() ?? '', /recovering/);
  const cluster = new RaftCluster();
  const leader = cluster.electLeader();
  assert.match(leader.raft.startElection() ?? '', /leads already/);
  cluster.commit(1);
  const follower = cluster.raft(leader.id === 1 ? 2 : 1);
  assert.match(follower.startElection() ?? '', new RegExp(`Replica ${leader.id} leads and is heard`));
  cluster.run(5 * electionTimeoutUs);
  assert.equal(leader.raft.role, Role.leader);
});

test('failure 8: a clock that jumps by 36 s in either direction starts no election', () => {
  for (const jumpUs of [36_000_000, -36_000_000]) {
    const cluster = new RaftCluster();
    const leader = cluster.electLeader();
    cluster.commit(1);
    cluster.nowUs += Math.max(jumpUs, 0);
    if (jumpUs < 0) for (const { raft } of cluster.members.values()) raft.tick(cluster.nowUs - jumpUs);
    cluster.run(5 * electionTimeoutUs);
    cluster.commit(1);
    assert.equal(cluster.leaders.size, 1);
    assert.equal(leader.raft.role, Role.leader);
  }
});

test('failure 8: a follower that was paused reads what waits before it campaigns', () => {
  const replica = new Single();
  replica.receive(RaftType.append, 2, { term: 1 });
  replica.nowUs += 100 * electionTimeoutUs;
  replica.raft.tick(replica.nowUs);
  assert.equal(replica.raft.role, Role.follower);
  replica.pass(electionTimeoutUs - 200);
  assert.equal(replica.raft.role, Role.follower);
  replica.pass(electionTimeoutUs + 400);
  assert.equal(replica.raft.role, Role.preCandidate);
  replica.nowUs += 100 * electionTimeoutUs;
  replica.raft.tick(replica.nowUs);
  assert.equal(replica.raft.role, Role.follower, 'votes from before a pause are too old to win by');
});

test('failure 19: a leader that was paused proposes nothing before a quorum has confirmed it', () => {
  const replica = new Single();
  replica.lead();
  replica.acknowledge(2, 1, { round: 1 });
  assert.equal(replica.raft.canPropose(), true);
  replica.nowUs += 10 * electionTimeoutUs;
  replica.raft.tick(replica.nowUs);
  assert.equal(replica.raft.role, Role.leader);
  assert.equal(replica.raft.canPropose(), false);
  const { round } = replica.take(RaftType.append).at(-1)!;
  replica.acknowledge(3, 1, { round: round - 1 });
  assert.equal(replica.raft.canPropose(), false);
  replica.acknowledge(3, 1, { round });
  assert.equal(replica.raft.canPropose(), true);
});

test('failure 16: a leader that is heard but hears nobody gives way, and stays away', () => {
  const cluster = new RaftCluster();
  const deaf = cluster.electLeader();
  cluster.commit(1);
  for (const id of cluster.members.keys()) cluster.cut(id, deaf.id);
  cluster.until(() => (cluster.leader()?.id ?? deaf.id) !== deaf.id);
  const next = cluster.leader()!;
  const { term } = next.raft;
  cluster.run(20 * electionTimeoutUs);
  assert.deepEqual([next.raft.role, next.raft.term], [Role.leader, term]);
});

test('the first leader of a log that holds only its founding configuration needs the votes of all', () => {
  const founder = (): Single => {
    const single = new Single({ terms: [0], configuration: votersOnly() });
    single.raft.configurationAppended(1, votersOnly(1, 2, 3));
    single.pass(2 * electionTimeoutUs + heartbeatUs);
    return single;
  };
  const candidate = founder();
  candidate.receive(RaftType.preVoteReply, 2, { term: 1 });
  assert.equal(candidate.raft.role, Role.preCandidate);
  candidate.receive(RaftType.preVoteReply, 3, { term: 1 });
  candidate.receive(RaftType.voteReply, 3);
  assert.equal(candidate.raft.role, Role.candidate);
  candidate.receive(RaftType.voteReply, 2);
  assert.equal(candidate.raft.role, Role.leader);
  const refused = founder();
  refused.receive(RaftType.preVoteReply, 2, { flags: RaftFlag.reject });
  assert.equal(refused.raft.role, Role.follower, 'one refusal decides');
});
