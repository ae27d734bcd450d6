import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemberRole } from '../../protocol/roster.ts';
import {
  assertAccepted,
  assertRefused,
  order,
  type Reply,
  rosterOf,
  votersOf,
  withSpares,
} from '../testing/member-orders.ts';

test('a preference is refused where it would mean nothing', () => {
  const group = withSpares(3, 1);
  const leader = group.leader();
  assertAccepted(order(group, leader, 'addMember', 4, { role: 'learner' }), /becomes a member/);
  group.until(() => leader.running.log.raft.configuration.learners.includes(4));
  const prefer = (id: number, preference: 'never' | 'prefer' | 'normal'): Reply => {
    group.step(500);
    return order(group, group.leader(), 'preferMember', id, { preference });
  };
  assertRefused(prefer(4, 'prefer'), /has no vote, so it cannot lead/);
  assertRefused(prefer(9, 'never'), /not a member/);
  const [one, other] = group.followers().filter(({ id }) => id !== 4);
  assertAccepted(prefer(one!.id, 'never'), /is not to lead while another voter can/);
  assertAccepted(prefer(other!.id, 'never'), /is not to lead/);
  assertRefused(prefer(leader.id, 'never'), /last voter that may lead/);
  assertRefused(
    order(group, leader, 'transferLeadership', one!.id),
    /is not to lead, and would hand over again/,
  );
});

test('a leader that is not to lead any more hands over at once, and the other one leads from then on', () => {
  const group = withSpares(3, 0);
  const old = group.leader();
  group.step(500);
  assertAccepted(order(group, old, 'preferMember', old.id, { preference: 'never' }), /is not to lead/);
  group.until(
    () => group.nodes.some(({ id, replica }) => id !== old.id && replica?.serving === true),
    'another leader',
  );
  const { term } = group.leader().running.log.raft;
  group.step(4_000);
  assert.equal(group.leader().running.log.raft.term, term);
});

test('a spare takes the place of a dead voter by itself, and the machine that comes back is the spare', () => {
  const group = withSpares(3, 1);
  const leader = group.leader();
  assertAccepted(
    order(group, leader, 'addMember', 4, { role: 'spare' }),
    /takes the place of a voter that is gone/,
  );
  group.until(() => leader.running.log.raft.progressOf(4)?.state === 'following', 'the spare');
  const dead = group.followers().find(({ id }) => id !== 4)!;
  dead.crash();
  const rest = [1, 2, 3, 4].filter((id) => id !== dead.id).join();
  group.until(() => votersOf(leader).join() === rest, 'the change');
  assert.equal(leader.counters.of('sparesGivenVote'), 1);
  dead.start();
  group.until(() => leader.running.log.raft.progressOf(dead.id)?.state === 'following', 'its return');
  group.step(2_000);
  assert.equal(votersOf(leader).join(), rest);
  assert.equal(rosterOf(leader).find(({ replicaId }) => replicaId === dead.id)?.role, MemberRole.spare);
});
