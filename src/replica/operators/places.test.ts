/** One machine takes one place, and is there what the member before it was: whatever two operators type at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemberRole, newMember } from '../../protocol/roster.ts';
import type { OperatorControlOrder } from '../ports.ts';
import type { Group } from '../testing/group.ts';
import {
  assertAccepted,
  assertRefused,
  order,
  type Reply,
  rosterOf,
  votersOf,
  wait,
  withSpares,
} from '../testing/member-orders.ts';

const token = { key: new Uint8Array(32).fill(9), lifeMs: 3_600_000 };

/** Gives an order to the leader once what was ordered before is committed. */
function give(
  group: Group,
  kind: OperatorControlOrder['kind'],
  id = 0,
  more: Partial<OperatorControlOrder> = {},
): Reply {
  group.step(200);
  return order(group, group.leader(), kind, id, more);
}

/** Three voters, of which replica 3 is dead, and a machine 4 that is to take its place and dies before it can. */
function replacedByADeadOne(machines: number): Group {
  const group = withSpares(3, machines);
  const dead = group.nodes[2]!;
  if (group.leader() === dead) {
    dead.crash();
    wait(group);
    group.leader();
  } else dead.crash();
  wait(group);
  assertAccepted(give(group, 'addMember', 4, { role: 'learner' }), /becomes a member/);
  group.nodes[3]!.crash();
  wait(group);
  assertAccepted(give(group, 'replaceMember', 3, { otherId: 4 }), /takes the place of replica 3/);
  return group;
}

test('a second machine for a place, and a second place for a machine, are refused with what takes the first order back', () => {
  const group = replacedByADeadOne(2);
  const rival = /^Replica 4 is to take the place of replica 3 already\. "lockstep members remove 4"/;
  assertRefused(give(group, 'replaceMember', 3, { otherId: 5 }), rival);
  assertRefused(give(group, 'createToken', 0, { ...token, otherId: 3 }), rival);
  const other = votersOf(group.leader()).find((id) => id !== 3)!;
  const busy = /^Replica 4 is to take the place of replica 3 already, and has not yet/;
  assertRefused(give(group, 'replaceMember', other, { otherId: 4 }), busy);
  assertRefused(give(group, 'replaceMember', 4, { otherId: 5 }), busy);
  assertRefused(
    give(group, 'addMember', 4),
    /is a member already: it takes the place of replica 3 by itself/,
  );
  assert.equal(votersOf(group.leader()).join(), '1,2,3');
  const leaving =
    /^Replica 4 takes the place of replica 3 once it has caught up\. Prefer a replica that stays\.$/;
  assertRefused(give(group, 'preferMember', 3, { preference: 'prefer' }), leaving);

  assertAccepted(give(group, 'replaceMember', 3, { otherId: 4 }), /takes the place/);
  assertAccepted(give(group, 'removeMember', 4), /is removed/);
  assertAccepted(give(group, 'replaceMember', 3, { otherId: 5 }), /takes the place of replica 3/);
  group.until(() => votersOf(group.leader()).join() === '1,2,5', 'the change');
  assertAccepted(give(group, 'preferMember', 5, { preference: 'prefer' }), /is to lead when it is well/);
});

test('a place for which a join token is open is taken by its machine alone', () => {
  const group = withSpares(3, 1);
  assertAccepted(give(group, 'createToken', 5, { ...token, otherId: 3 }), /in the place of replica 3/);
  const words =
    /^A join token is open for replica 5 in the place of replica 3.*"lockstep members withdraw 5"/;
  assertRefused(give(group, 'createToken', 0, { ...token, otherId: 3 }), words);
  assertRefused(give(group, 'replaceMember', 3, { otherId: 4 }), words);
  assertAccepted(give(group, 'withdrawToken', 5), /cannot be used/);
  assertAccepted(give(group, 'replaceMember', 3, { otherId: 4 }), /takes the place/);
});

test('a machine without a vote does not take the place of a voter: no vote is lost without a word', () => {
  const group = withSpares(3, 1);
  for (const role of ['spare', 'learner'] as const)
    assertRefused(
      give(group, 'createToken', 0, { ...token, otherId: 3, role }),
      new RegExp(`^Replica 3 is a voter, and a ${role} does not do what it does\\. Leave the role away`),
    );
  assertAccepted(
    give(group, 'createToken', 5, { ...token, otherId: 3 }),
    /as replica 5, as voter, in the place of replica 3/,
  );
  assert.equal(group.leader().running.log.raft.configuration.tokens[0]?.role, MemberRole.voter);
  assertAccepted(give(group, 'withdrawToken', 5), /cannot be used/);
  assertAccepted(
    give(group, 'createToken', 5, { ...token, otherId: 3, role: 'witness' }),
    /as replica 5, as witness, in the place of replica 3/,
  );
});

test('what takes the place of a spare is a spare, by an order and by a token', () => {
  const group = withSpares(3, 2);
  assertAccepted(give(group, 'addMember', 4, { role: 'spare' }), /becomes a member/);
  assertRefused(
    give(group, 'createToken', 6, { ...token, otherId: 4, role: 'voter' }),
    /Replica 4 is a spare/,
  );
  assertAccepted(give(group, 'createToken', 6, { ...token, otherId: 4 }), /in the place of replica 4/);
  assert.equal(group.leader().running.log.raft.configuration.tokens[0]?.role, MemberRole.spare);
  assertAccepted(give(group, 'withdrawToken', 6), /cannot be used/);
  assertAccepted(give(group, 'replaceMember', 4, { otherId: 5 }), /takes the place of replica 4/);
  group.until(() => !rosterOf(group.leader()).some(({ replicaId }) => replicaId === 4), 'its removal');
  const record = rosterOf(group.leader()).find(({ replicaId }) => replicaId === 5);
  assert.deepEqual([record?.role, record?.replaces], [MemberRole.spare, 0]);
  assert.equal(votersOf(group.leader()).join(), '1,2,3');
});

test('an order that is given again while it is under way says what becomes of the member', () => {
  const group = withSpares(3, 1);
  assertAccepted(give(group, 'addMember', 4), /becomes a member/);
  group.nodes[3]!.crash();
  assertRefused(
    give(group, 'addMember', 4),
    /^Replica 4 is a member already: it is given its vote by itself once it has caught up\. A new machine/,
  );
  group.nodes[3]!.start();
  group.until(() => votersOf(group.leader()).includes(4), 'its vote');
  assertRefused(give(group, 'addMember', 4), /^Replica 4 is a member already\. A new machine/);
});

test('a witness that could never have its vote is refused at once, and one that waits for a replica is not', () => {
  const group = withSpares(1, 0);
  const never = /would be witnesses: there must be more replicas with an engine.*Add a replica/;
  const witness = { ...token, role: 'witness' } as const;
  assertRefused(give(group, 'createToken', 0, witness), never);
  assertAccepted(give(group, 'createToken', 2, token), /replica 2, as voter/);
  assertAccepted(give(group, 'createToken', 3, witness), /replica 3, as witness/);
  assertRefused(give(group, 'createToken', 4, witness), never);
  assertAccepted(give(group, 'withdrawToken', 2), /cannot be used/);
  assertRefused(give(group, 'createToken', 4, witness), never);
});

test('a witness takes the place of no replica without which there were as many witnesses', () => {
  const group = withSpares(2, 1);
  const machine = group.nodes[2]!;
  machine.crash();
  machine.file = { description: newMember({ replicaId: 3, host: '-', role: MemberRole.witness }) };
  machine.start();
  group.step(2_000);
  const never = /would be \d, \d, and of these \d would be witnesses/;
  assertRefused(give(group, 'replaceMember', 2, { otherId: 3 }), never);
  assertRefused(give(group, 'createToken', 4, { ...token, otherId: 2, role: 'witness' }), never);
  assertAccepted(give(group, 'createToken', 4, { ...token, role: 'witness' }), /as witness/);
});

test('a machine that is to take a place is given no vote of its own by another order', () => {
  const group = replacedByADeadOne(1);
  assertRefused(
    give(group, 'promoteMember', 4),
    /^Replica 4 takes the place of replica 3, with its vote, by itself.*"lockstep members remove 4"/,
  );
  group.nodes[3]!.start();
  group.until(() => votersOf(group.leader()).join() === '1,2,4', 'the change');
});

test('a machine at the address of a dead member is told to take that out first, and is taken then', () => {
  const group = withSpares(3, 1);
  const [dead] = group.followers();
  const four = group.nodes[3]!;
  const { id, address } = dead!;
  dead!.crash();
  four.crash();
  four.address = { ...address };
  four.start();
  wait(group);
  group.step(3_000);
  assertRefused(
    give(group, 'addMember', 4),
    new RegExp(`at the address of replica ${id}\\. Give it ports.*"lockstep members remove ${id}"`),
  );
  assertAccepted(order(group, group.leader(), 'removeMember', id, true), /is removed/);
  group.until(() => votersOf(group.leader()).length === 2, 'the removal');
  assertAccepted(give(group, 'addMember', 4), /becomes a member/);
  group.until(() => votersOf(group.leader()).includes(4), 'its vote');
});
