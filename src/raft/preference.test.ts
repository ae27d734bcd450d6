import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RaftFlag, RaftType } from '../protocol/datagrams.ts';
import { MemberRole, newMember, Preference } from '../protocol/roster.ts';
import { goesBefore, isAverse } from './preference.ts';
import { electionTimeoutUs, heartbeatUs, Single, votersOnly } from './testing/single.ts';
import { Role } from './types.ts';

const member = (replicaId: number, preference: Preference, role: MemberRole = MemberRole.voter) =>
  newMember({ replicaId, host: 'host', preference, role });

test('one that is not to lead gives way to those that may, and goes behind them', () => {
  const roster = [member(1, Preference.never), member(2, Preference.normal), member(3, Preference.prefer)];
  const configuration = { voters: [1, 2, 3], roster };
  assert.deepEqual(
    [1, 2, 3].map((id) => isAverse(configuration, id)),
    [true, false, false],
  );
  assert.equal(goesBefore(configuration, 3, 2), true);
  assert.equal(goesBefore(configuration, 1, 2), false);
});

test('where none but a witness would be left to lead, one that is not to lead gives way to none', () => {
  const witness = member(3, Preference.normal, MemberRole.witness);
  const roster = [member(1, Preference.never), member(2, Preference.never), witness];
  for (const id of [1, 2]) assert.equal(isAverse({ voters: [1, 2, 3], roster }, id), false);
  assert.equal(isAverse({ voters: [1, 3], roster }, 1), false);
});

/** Replica 1 is not to lead; 3 has an engine or not. */
function averse(thirdRole: MemberRole = MemberRole.voter): Single {
  const roster = [
    member(1, Preference.never),
    member(2, Preference.normal),
    member(3, Preference.normal, thirdRole),
  ];
  return new Single({ configuration: { ...votersOnly(1, 2, 3), roster } });
}

/** It leads for so long, and the others follow with these flags; returns which one it hands over to, and when. */
function leadFor(
  replica: Single,
  timeouts: number,
  flags: readonly number[] = [0, 0],
): { to: number; us: number } {
  const startUs = replica.nowUs;
  while (replica.nowUs - startUs < timeouts * electionTimeoutUs) {
    for (const [n, flag] of flags.entries())
      replica.acknowledge(n + 2, replica.log.lastIndex, { flags: flag });
    const to = replica.raft.followPreference();
    if (to !== 0) return { to, us: replica.nowUs - startUs };
    replica.pass(heartbeatUs);
  }
  return { to: 0, us: replica.nowUs - startUs };
}

/** The leader of its term hands over to it, and it wins. */
function takeOver(replica: Single, from: number): void {
  replica.receive(RaftType.append, from, { term: replica.raft.term + 1, index: 0 });
  replica.receive(RaftType.timeoutNow, from);
  replica.receive(RaftType.voteReply, from);
  assert.equal(replica.raft.role, Role.leader);
  replica.propose();
}

test('one that is not to lead hands over to none that is parked, and to that one when it is parked no more', () => {
  const replica = averse();
  takeOver(replica, 2);
  assert.equal(leadFor(replica, 10, [0, RaftFlag.parked]).to, 0, 'replica 2 handed over, and 3 is parked');
  assert.equal(leadFor(replica, 2).to, 3);
});

test('one that is not to lead waits longer each time that leadership comes back to it', () => {
  const replica = averse();
  const waits = [];
  for (const from of [2, 3, 2, 3]) {
    takeOver(replica, from);
    waits.push(Math.round(leadFor(replica, 20).us / electionTimeoutUs));
  }
  assert.deepEqual(waits, [1, 2, 4, 8]);
  replica.receive(RaftType.append, 2, { term: replica.raft.term + 1, index: 0 });
  replica.pass(76 * electionTimeoutUs);
  takeOver(replica, 2);
  assert.equal(Math.round(leadFor(replica, 20).us / electionTimeoutUs), 1, 'after a while it begins again');
});

test('a leader that is removed hands over to none that is silent, though the log prefers it', () => {
  const roster = [member(2, Preference.prefer)];
  const leader = new Single({ configuration: { ...votersOnly(1, 2, 3, 4), roster } });
  leader.pass(2 * electionTimeoutUs + heartbeatUs);
  for (const id of [2, 3]) leader.receive(RaftType.preVoteReply, id, { term: 1 });
  for (const id of [2, 3]) leader.receive(RaftType.voteReply, id);
  for (const id of [2, 3, 4]) leader.acknowledge(id, 1);
  for (let n = 0; n < 2; n++) {
    leader.pass(electionTimeoutUs - heartbeatUs);
    for (const id of [3, 4]) leader.acknowledge(id, 1);
  }
  leader.propose({ ...votersOnly(2, 3, 4), roster });
  leader.take();
  leader.acknowledge(4, 2);
  leader.acknowledge(3, 2);
  assert.equal(leader.raft.role, Role.follower);
  assert.equal(leader.take(RaftType.timeoutNow)[0]?.to, 3);
});

test('one that is not to lead does not wait for a leader that fell silent, where no other one could lead', () => {
  for (const [role, expected] of [
    [MemberRole.witness, Role.preCandidate],
    [MemberRole.voter, Role.follower],
  ] as const) {
    const replica = averse(role);
    replica.receive(RaftType.append, 2, { term: 1, index: 0 });
    replica.pass(2 * electionTimeoutUs);
    assert.equal(replica.raft.role, expected);
  }
  const roster = [member(1, Preference.never), member(2, Preference.normal)];
  assert.equal(isAverse({ voters: [1, 2], roster }, 1), true);
  assert.equal(isAverse({ voters: [1, 2], roster }, 1, 2), false);
});
