/** Releases with other engines serve together until all have the new one, and go over to it at one command. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationFault } from '../fault.ts';
import { switchEngineTo } from '../sessions/leader-commands.ts';
import { Group, type Node } from '../testing/group.ts';
import { assertAccepted, assertRefused, order, withSpares } from '../testing/member-orders.ts';

/** The machine comes back with a release whose newest engine is this one. */
function restarted(group: Group, node: Node, engineVersion: number): void {
  node.crash();
  node.file = { engineVersion };
  node.start();
  group.until(() => node.running.leaderId !== 0 && node.running.leaderId === group.leader().id, 'its return');
}

function versions(group: Group): number[] {
  return group.nodes.map(({ replica }) => replica?.state.version ?? 0);
}

/** A group of which all but `old` members have version 2 of the engine. */
function upgraded(old: number): Group {
  const group = new Group(3);
  group.leader();
  for (const node of group.nodes.slice(old)) restarted(group, node, 2);
  return group;
}

/** Lets one that has the new engine lead. */
function leaderWithNew(group: Group): Node {
  if (group.leader().file.engineVersion !== 2) {
    assertAccepted(order(group, group.leader(), 'transferLeadership', 3), /is asked to take over/);
    group.until(() => group.nodes[2]!.running.serving, 'its leadership');
  }
  return group.leader();
}

test('failure 3: replicas of two releases serve together by the engine that both have', () => {
  const group = upgraded(1);
  for (const { counters } of group.nodes) assert.equal(counters.of('peersRefused'), 0);
  const { appliedIndex } = group.nodes[0]!.running.applier;
  assertAccepted(order(group, group.leader(), 'endDay'), /day ends/);
  group.until(
    () => group.nodes.every(({ running }) => running.applier.appliedIndex > appliedIndex),
    'the end of the day',
  );
  assert.deepEqual(versions(group), [1, 1, 1]);
});

test('the switch to a newer engine is refused until each member has said that it has it', () => {
  const group = upgraded(1);
  const leader = leaderWithNew(group);
  assertRefused(
    order(group, leader, 'switchEngine'),
    /Not every member has version 2 of the engine: replica 1 has version 1\. Start the new release there/,
  );
  group.nodes[0]!.crash();
  group.until(
    () => !leader.running.log.peers.reaches(1) && !leader.running.log.peers.isCalledBy(1),
    'its end',
  );
  assertRefused(order(group, leader, 'switchEngine'), /replica 1 does not answer/);
  group.nodes[0]!.file = { engineVersion: 2 };
  group.nodes[0]!.start();
  group.until(() => group.nodes[0]!.running.leaderId === leader.id, 'its return');
  assertAccepted(order(group, leader, 'switchEngine'), /goes over from version 1 of the engine to version 2/);
  group.until(() => versions(group).join() === '2,2,2', 'the switch');
  assertRefused(order(group, leader, 'switchEngine'), /runs version 2 of the engine, the newest/);
  const hashes = new Set(group.nodes.map(({ running }) => running.state.stateHash()));
  assert.equal(hashes.size, 1);
});

test('failure 4: behind the switch a release without that engine is refused on both sides, with both values', () => {
  const group = upgraded(0);
  const leader = group.leader();
  assertAccepted(order(group, leader, 'switchEngine'), /goes over/);
  group.until(() => versions(group).join() === '2,2,2', 'the switch');
  const [odd] = group.followers();
  odd!.crash();
  for (const name of odd!.disk.list()) odd!.disk.remove(name);
  odd!.file = { engineVersion: 1 };
  odd!.start();
  group.step(3_000);
  assert.equal(odd!.running.state.version, 1);
  assert.equal(odd!.running.state.lastSeq, 0, 'it applies nothing of theirs');
  assert.match(
    leader.log.warnings.join(),
    new RegExp(
      `runs version 2 of the engine. Replica ${odd!.id} has version 1, and this replica versions 1 to 2.*on replica ${odd!.id}`,
    ),
  );
  assert.match(
    odd!.log.warnings.join(),
    /runs version 2 of the engine\. Replica \d has versions 1 to 2, and this replica version 1: .* on this replica/,
  );
});

test('a replica that follows without the engine of a switch ends with a reason, and has not died on a command', () => {
  const group = upgraded(1);
  const leader = leaderWithNew(group);
  // It could, and was restarted with the release before since it said so.
  switchEngineTo(leader.running.sequencer, 2);
  const old = group.nodes[0]!;
  const reason =
    /^At command \d+ the exchange goes over to version 2 of the engine, and this replica has versions 1 to 1\. Run a release that has version 2\.$/;
  assert.throws(
    () => group.step(3_000),
    (error) => error instanceof ConfigurationFault && reason.test(error.message),
  );
  assert.equal(leader.running.state.version, 2);
  restarted(group, old, 2);
  group.until(() => versions(group).join() === '2,2,2', 'the switch');
  assert.equal(old.counters.of('diedOnSeq'), 0);
});

test('a machine whose release lacks the engine in force is not taken as a member', () => {
  const group = withSpares(3, 1);
  for (const node of group.nodes.slice(0, 3)) restarted(group, node, 2);
  assertAccepted(order(group, group.leader(), 'switchEngine'), /goes over/);
  group.until(() => versions(group).slice(0, 3).join() === '2,2,2', 'the switch');
  const four = group.nodes[3]!;
  four.crash();
  four.start();
  group.step(3_000);
  assertRefused(
    order(group, group.leader(), 'addMember', 4),
    /^Replica 4 has called, and is not heard\. .*Replica 4 has version 1, and this replica versions 1 to 2/,
  );
});
