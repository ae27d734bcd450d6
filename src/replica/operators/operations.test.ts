import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Role } from '../../raft/types.ts';
import type { ControlOrder } from '../ports.ts';
import { Group, type Node } from '../testing/group.ts';

interface Reply {
  readonly ok: boolean;
  readonly text: string;
}

/** Gives a replica one order and steps the group until it is answered. */
function order(group: Group, node: Node, kind: ControlOrder['kind'], replicaId = 0, force = false): Reply {
  const { replies } = node.control;
  const before = replies.length;
  node.control.give(kind, replicaId, force);
  group.until(() => replies.length > before, 'an answer');
  return replies.at(-1)!;
}

function assertRefused({ ok, text }: Reply, pattern: RegExp): void {
  assert.match(text, pattern);
  assert.equal(ok, false, text);
}

function assertAccepted({ ok, text }: Reply, pattern: RegExp): void {
  assert.match(text, pattern);
  assert.equal(ok, true, text);
}

/** Lets time pass in which replicas are missed, but no more. */
function wait(group: Group): void {
  group.step(Math.ceil((group.options.electionTimeoutUs * 1.5) / 100));
}

/** Names one more replica in all files and restarts all; returns who leads then. */
function name(group: Group, id: number): Node {
  for (const node of group.nodes) {
    node.crash();
    node.connections.addresses = new Set([1, 2, 3, id]);
    node.start();
  }
  const leader = group.leader();
  group.step(500);
  return leader;
}

function votersOf({ running }: Node): readonly number[] {
  return running.log.raft.configuration.voters;
}

test('a replica without an address is not taken as a member, whatever its id', () => {
  const group = new Group(3);
  const leader = group.leader();
  for (const id of [4, 5, 8, 255]) {
    assertRefused(order(group, leader, 'addLearner', id), new RegExp(`no address of replica ${id}.*restart`));
  }
  assertRefused(order(group, leader, 'addVoter', 4), /has not caught up. Add it as a learner first/);
  assert.deepEqual(leader.running.log.raft.configuration.learners, []);
  group.step(1_000);
  assert.equal(leader.running.serving, true);
});

test('a member without an address, left in the log by an older release, ends no replica and is told once', () => {
  const group = new Group(3);
  group.leader();
  const leader = name(group, 9);
  assertAccepted(order(group, leader, 'addLearner', 9), /Replica 9 becomes a learner/);
  group.step(500);
  for (const node of group.nodes) node.crash();
  for (const { connections } of group.nodes) connections.addresses = new Set([1, 2, 3]);
  for (const node of group.nodes) node.start();
  const next = group.leader();
  group.step(3_000);
  assert.deepEqual(next.running.log.raft.configuration.learners, [9]);
  for (const { log } of group.nodes) {
    assert.equal(log.warnings.filter((text) => /has no address/.test(text)).length, 1);
  }
  assertAccepted(order(group, next, 'removeReplica', 9), /Replica 9 is removed/);
  group.step(500);
  for (const { running } of group.nodes) assert.deepEqual(running.log.raft.configuration.learners, []);
});

test('a replica that a voter has no address of is no member: that voter could not lead it', () => {
  const group = new Group(3);
  group.leader();
  const leader = name(group, 4);
  const [one, other] = group.followers();
  one!.crash();
  one!.connections.addresses = new Set([1, 2, 3]);
  one!.start();
  group.step(1_000);
  assert.equal(leader.running.serving, true);
  assertRefused(
    order(group, leader, 'addLearner', 4),
    new RegExp(`^Replica ${one!.id} has no address of replica 4`),
  );
  assert.ok(!other!.log.warnings.join().includes('no address'));
});

test('what changes nothing is refused: a role that a replica has, and the removal of a stranger', () => {
  const group = new Group(3);
  const leader = group.leader();
  group.step(500);
  assertRefused(order(group, leader, 'addVoter', 2), /Replica 2 votes already/);
  assertRefused(order(group, leader, 'removeReplica', 7), /Replica 7 is not a member. Members are 1, 2, 3/);
  const next = name(group, 4);
  assertAccepted(order(group, next, 'addLearner', 4), /Give it a vote with add-voter/);
  group.step(500);
  assertRefused(order(group, next, 'addLearner', 4), /Replica 4 is a learner already/);
  const [follower] = group.followers();
  assertRefused(order(group, follower!, 'addLearner', 5), /does not lead. Ask replica/);
});

test('to go below three voters is asked again, and below one is refused', () => {
  const group = new Group(3);
  const leader = group.leader();
  group.step(500);
  const [second, third] = group.followers();
  assertRefused(
    order(group, leader, 'removeReplica', third!.id),
    /would stop when one of them fails.*"force"/,
  );
  assert.equal(votersOf(leader).length, 3);
  assertAccepted(
    order(group, leader, 'removeReplica', third!.id, true),
    /is removed.*Forced: Only the voters/,
  );
  group.step(500);
  assertRefused(order(group, leader, 'removeReplica', second!.id), /only voter.*no second copy.*"force"/);
  assertAccepted(order(group, leader, 'removeReplica', second!.id, true), /is removed/);
  group.step(500);
  assert.deepEqual(votersOf(leader), [leader.id]);
  assertRefused(order(group, leader, 'removeReplica', leader.id, true), /leave no voter/);
});

test('a change after which too few voters would answer is asked again', () => {
  const group = new Group(5);
  const leader = group.leader();
  group.step(500);
  const [first, second, third] = group.followers();
  first!.crash();
  wait(group);
  assertRefused(
    order(group, leader, 'removeReplica', second!.id),
    /would stop when one more of the voters fails/,
  );
  second!.crash();
  wait(group);
  assertRefused(order(group, leader, 'removeReplica', third!.id), /the exchange would stop at once/);
  assertAccepted(order(group, leader, 'removeReplica', first!.id), /Voters are/);
});

test('a leader that removes itself says so, and another leads', () => {
  const group = new Group(5);
  const leader = group.leader();
  group.step(500);
  assertAccepted(order(group, leader, 'removeReplica', leader.id), /This replica leads, and hands over/);
  group.until(() => group.nodes.some((node) => node !== leader && node.running.serving), 'another leader');
});

test('an election is refused where a leader is heard, with the way to move leadership', () => {
  const group = new Group(3);
  const leader = group.leader();
  group.step(500);
  const [follower] = group.followers();
  const { term } = leader.running;
  assertRefused(
    order(group, follower!, 'startElection'),
    new RegExp(`Replica ${leader.id} leads and is heard.*transfer-leadership at replica ${leader.id}`),
  );
  assertRefused(order(group, leader, 'startElection'), /leads already/);
  group.step(1_000);
  assert.equal(leader.running.term, term);
});

test('leadership is handed only to a voter that answers; without a name to the best of them', () => {
  const group = new Group(5);
  const leader = group.leader();
  group.step(500);
  const [dead, other] = group.followers();
  assertRefused(order(group, leader, 'transferLeadership', 9), /is not a member. Choose one of the voters/);
  assertRefused(order(group, leader, 'transferLeadership', leader.id), /leads already/);
  assertRefused(order(group, other!, 'transferLeadership', leader.id), /does not lead. Ask replica/);
  dead!.crash();
  wait(group);
  assertRefused(order(group, leader, 'transferLeadership', dead!.id), /does not answer/);
  assertAccepted(order(group, leader, 'transferLeadership'), /is asked to take over. If it does not within/);
  group.until(() => leader.running.log.raft.role !== Role.leader, 'the end of the leadership');
  assert.ok(group.leader() !== leader);
});

test('a loss is not accepted where there is none, nor where a leader would let the replica return', () => {
  const group = new Group(3);
  const leader = group.leader();
  const [node] = group.followers();
  assertRefused(order(group, node!, 'acceptLoss', 0, true), /not recovering/);
  group.step(500);
  node!.crash();
  for (const name of node!.disk.list()) node!.disk.remove(name);
  node!.start();
  group.until(() => node!.running.leaderId !== 0, 'a leader that is heard');
  assertRefused(order(group, node!, 'acceptLoss'), new RegExp(`Replica ${leader.id} leads and lets`));
  group.until(() => !node!.running.log.raft.isRecovering, 'its return');
});

test('a snapshot, the end of the day and a stop say what comes of them', () => {
  const group = new Group(3);
  const leader = group.leader();
  group.step(500);
  const [follower, other] = group.followers();
  assertAccepted(order(group, leader, 'takeSnapshot'), /This replica leads.*orders wait meanwhile/);
  assertAccepted(order(group, follower!, 'takeSnapshot'), /is written in the background\.$/);
  group.step(500);
  assertAccepted(order(group, follower!, 'takeSnapshot'), /holds everything that is applied/);
  assertRefused(order(group, follower!, 'endDay'), /does not lead. Ask replica/);
  assertAccepted(order(group, leader, 'endDay'), /The day ends with the next frame/);
  assertAccepted(order(group, follower!, 'stop'), /stops\.$/);
  assertAccepted(order(group, leader, 'stop'), /the others elect a new leader/);
  other!.crash();
  wait(group);
  assertAccepted(order(group, group.leader(), 'stop'), /fewer than the majority of 2: orders are not served/);
});
