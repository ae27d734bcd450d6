import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Preference } from '../../protocol/roster.ts';
import { Role } from '../../raft/types.ts';
import { msPerHour } from '../../std/units.ts';
import type { OperatorControlOrder } from '../ports.ts';
import { Group, type Node } from '../testing/group.ts';
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

test('a machine that has not called is not taken as a member, whatever its id', () => {
  const group = withSpares(3, 0);
  const leader = group.leader();
  for (const id of [4, 5, 8, 255])
    assertRefused(
      order(group, leader, 'addMember', id),
      new RegExp(`^Replica ${id} has not called.*Start it`),
    );
  assertRefused(order(group, leader, 'promoteMember', 4), /Replica 4 is not a member. Members are 1, 2, 3/);
  assert.deepEqual(leader.running.log.raft.configuration.learners, []);
  group.step(1_000);
  assert.equal(leader.running.serving, true);
});

test('a new machine needs the address of one member; it is given a vote once it has caught up', () => {
  const group = withSpares(3, 1);
  assertAccepted(order(group, group.leader(), 'addMember', 4), /becomes a member.*a vote by itself/);
  group.until(() => group.nodes.every((node) => votersOf(node).join() === '1,2,3,4'), 'four voters');
  group.until(() => group.nodes.every(({ replica }) => replica!.log.hasAllPeers), 'all tethers');
  assert.deepEqual(
    rosterOf(group.leader()).map(({ host }) => host),
    ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'],
  );
  assertRefused(order(group, group.leader(), 'addMember', 4), /Replica 4 is a member already.*replace/);
});

test('a cluster of one grows to three and shrinks again, one machine at a time', () => {
  const group = withSpares(1, 2);
  for (const id of [2, 3]) {
    assertAccepted(order(group, group.leader(), 'addMember', id), /becomes a member/);
    group.until(() => votersOf(group.leader()).includes(id), 'its vote');
  }
  group.until(() => group.nodes.every((node) => votersOf(node).join() === '1,2,3'), 'three voters');
  const other = group.followers()[0]!;
  assertRefused(order(group, group.leader(), 'removeMember', other.id), /would stop when one of them fails/);
  assertAccepted(order(group, group.leader(), 'removeMember', other.id, true), /is removed/);
  group.until(() => votersOf(group.leader()).length === 2, 'two voters');
  group.step(1_000);
  assert.equal(group.leader().running.serving, true);
});

test('a dead member is replaced by a new machine in one joint change, with one order', () => {
  const group = withSpares(3, 1);
  const dead = group.followers()[0]!;
  dead.crash();
  wait(group);
  const leader = group.leader();
  const seen = new Set<string>();
  assertAccepted(
    order(group, leader, 'replaceMember', dead.id, { otherId: 4 }),
    new RegExp(`Replica 4 takes the place of replica ${dead.id} in one step`),
  );
  const rest = [1, 2, 3, 4].filter((id) => id !== dead.id).join();
  group.until(() => {
    const { voters, outgoing } = leader.running.log.raft.configuration;
    seen.add(`${voters.join()} ${outgoing.join()}`);
    return voters.join() === rest && outgoing.length === 0;
  }, 'the change');
  assert.ok(seen.has(`${rest} 1,2,3`), 'a joint configuration stood between');
  assert.ok(!rosterOf(leader).some(({ replicaId }) => replicaId === dead.id));
  assert.equal(rosterOf(leader).find(({ replicaId }) => replicaId === 4)?.replaces, 0);
});

test('a leader that is replaced hands over first, and the next one goes on with it', () => {
  const group = withSpares(3, 1);
  const old = group.leader();
  assertAccepted(order(group, old, 'replaceMember', old.id, { otherId: 4 }), /takes the place/);
  const rest = [1, 2, 3, 4].filter((id) => id !== old.id).join();
  group.until(() => {
    const leader = group.nodes.find(({ replica }) => replica?.serving === true && replica !== old.replica);
    return leader !== undefined && votersOf(leader).join() === rest;
  }, 'the change');
});

test('the only voter is replaced: the new one has its vote beside it first, and is handed leadership', () => {
  const group = withSpares(1, 1);
  const old = group.leader();
  const seen = new Set<string>();
  assertAccepted(order(group, old, 'replaceMember', 1, { otherId: 2 }), /takes the place/);
  group.until(() => {
    seen.add(votersOf(group.nodes[1]!).join());
    const leader = group.nodes.find(({ replica }) => replica?.serving === true);
    return leader?.id === 2 && votersOf(leader).join() === '2';
  }, 'the change');
  assert.ok(seen.has('1,2'), 'both voted between');
});

test('what is to become of a member stands in the log: another leader goes on with it', () => {
  const group = withSpares(3, 1);
  const first = group.leader();
  assertAccepted(order(group, first, 'addMember', 4), /becomes a member/);
  group.until(() => rosterOf(group.followers()[0]!).length === 4, 'the member at a follower');
  first.crash();
  group.until(() => group.nodes.some(({ replica }) => replica?.serving === true), 'another leader');
  group.until(() => votersOf(group.leader()).includes(4), 'its vote');
});

test('a machine at the address of a member, and one that is not reached where it says, are refused', () => {
  const group = withSpares(3, 2);
  const [, , , four, five] = group.nodes;
  four!.crash();
  four!.address = group.nodes[1]!.address;
  four!.start();
  five!.crash();
  group.cuts.add(1 * 256 + 5);
  group.cuts.add(2 * 256 + 5);
  group.cuts.add(3 * 256 + 5);
  five!.start();
  group.step(3_000);
  assertRefused(
    order(group, group.leader(), 'addMember', 5),
    /says that it is at 10\.0\.0\.5.*does not reach it there/,
  );
  assertRefused(
    order(group, group.leader(), 'addMember', 4),
    /is at the address of replica 2|does not reach it there/,
  );
});

test('a machine that no datagrams reach, or whose datagrams do not come, is refused, and its UDP port is named', () => {
  const group = withSpares(3, 1);
  const leader = group.leader();
  const four = group.nodes[3]!;
  const restart = (isReached: boolean, isHeard: boolean): void => {
    four.crash();
    group.step(100);
    four.datagrams.isDeaf = !isReached;
    four.datagrams.isMute = !isHeard;
    four.start();
    group.step(3_000);
  };
  restart(false, true);
  assertRefused(
    order(group, leader, 'addMember', 4),
    /^Datagrams do not reach replica 4 where it says that it is: 10\.0\.0\.4, UDP port 7104\. Check its UDP port/,
  );
  restart(true, false);
  assertRefused(
    order(group, leader, 'addMember', 4),
    /^Datagrams of replica 4 do not reach this replica at 10\.0\.0\.\d, UDP port \d+\. Check its UDP port/,
  );
  restart(true, true);
  assertAccepted(order(group, leader, 'addMember', 4), /becomes a member/);
});

test('a machine is taken once every voter and it reach each other; the pair that does not is named', () => {
  const group = withSpares(3, 1);
  const leader = group.leader();
  const voter = group.followers().find(({ id }) => id !== 4)!;
  const apart = (from: number, to: number): Reply => {
    group.cuts.add(from * 256 + to);
    group.nodes[3]!.crash();
    group.nodes[3]!.start();
    group.step(2_000);
    return order(group, leader, 'addMember', 4);
  };
  assertRefused(apart(voter.id, 4), new RegExp(`Replica ${voter.id} does not reach replica 4 where`));
  group.cuts.clear();
  assertRefused(apart(4, voter.id), new RegExp(`Replica 4 does not reach replica ${voter.id} at 10`));
  // One that is away is no reason: it may be the one that is replaced.
  voter.crash();
  wait(group);
  assertAccepted(order(group, leader, 'addMember', 4), /becomes a member/);
});

test('a learner and a spare get no vote by themselves, one that is behind none at all', () => {
  const group = withSpares(3, 2);
  assertAccepted(order(group, group.leader(), 'addMember', 4, { role: 'learner' }), /has no vote/);
  group.step(2_000);
  assertAccepted(order(group, group.leader(), 'addMember', 5, { role: 'spare' }), /takes the place/);
  group.step(3_000);
  assert.equal(votersOf(group.leader()).join(), '1,2,3');
  group.nodes[3]!.crash();
  wait(group);
  group.step(2_000);
  assertAccepted(order(group, group.leader(), 'promoteMember', 5), /has a vote/);
});

test('a member without an address, left in the log by an older release, ends no replica and is told once', () => {
  const group = new Group(3);
  const { log } = group.leader().running;
  group.step(500);
  const learning = log.raft.changeConfiguration([{ kind: 'addLearner', replicaId: 9 }]);
  assert.ok(typeof learning !== 'string' && log.appendConfiguration(learning));
  group.step(500);
  for (const node of group.nodes) node.crash();
  for (const { connections } of group.nodes) connections.addresses = new Set([1, 2, 3]);
  for (const node of group.nodes) node.start();
  const next = group.leader();
  group.step(3_000);
  assert.deepEqual(next.running.log.raft.configuration.learners, [9]);
  for (const node of group.nodes) {
    assert.equal(node.log.warnings.filter((text) => /has no address/.test(text)).length, 1);
  }
  assertAccepted(order(group, next, 'removeMember', 9), /Replica 9 is removed/);
  group.step(500);
  for (const { running } of group.nodes) assert.deepEqual(running.log.raft.configuration.learners, []);
});

test('what changes nothing is refused: a role that a replica has, and the removal of a stranger', () => {
  const group = withSpares(3, 1);
  const leader = group.leader();
  assertRefused(order(group, leader, 'promoteMember', 2), /Replica 2 votes already/);
  assertRefused(order(group, leader, 'removeMember', 7), /Replica 7 is not a member. Members are 1, 2, 3/);
  assertAccepted(order(group, leader, 'addMember', 4, { role: 'learner' }), /stores and applies/);
  group.step(500);
  assertRefused(order(group, leader, 'demoteMember', 4), /Replica 4 is a learner already/);
  assertRefused(order(group, leader, 'replaceMember', 2, { otherId: 3 }), /Replica 3 votes already/);
  const [follower] = group.followers();
  assertRefused(order(group, follower!, 'addMember', 5), /does not lead. Ask replica/);
});

test('whether a member is to lead stands in the roster', () => {
  const group = withSpares(3, 0);
  const answer = order(group, group.leader(), 'preferMember', 2, { preference: 'never' });
  assertAccepted(answer, /Replica 2 is not to lead while another voter can/);
  assert.equal(rosterOf(group.leader())[1]?.preference, Preference.never);
  group.step(500);
  assertRefused(order(group, group.leader(), 'preferMember', 9), /not a member/);
});

test('to go below three voters is asked again, and below one is refused', () => {
  const group = new Group(3);
  const leader = group.leader();
  group.step(500);
  const [second, third] = group.followers();
  assertRefused(
    order(group, leader, 'removeMember', third!.id),
    /would stop when one of them fails.*"force"/,
  );
  assert.equal(votersOf(leader).length, 3);
  assertAccepted(
    order(group, leader, 'removeMember', third!.id, true),
    /is removed.*Forced: Only the voters/,
  );
  group.step(500);
  assertRefused(order(group, leader, 'removeMember', second!.id), /only voter.*no second copy.*"force"/);
  assertAccepted(order(group, leader, 'removeMember', second!.id, true), /is removed/);
  group.step(500);
  assert.deepEqual(votersOf(leader), [leader.id]);
  assertRefused(order(group, leader, 'removeMember', leader.id, true), /leave no voter/);
});

test('a change after which too few voters would answer is asked again', () => {
  const group = new Group(5);
  const leader = group.leader();
  group.step(500);
  const [first, second, third] = group.followers();
  first!.crash();
  wait(group);
  assertRefused(
    order(group, leader, 'removeMember', second!.id),
    /would stop when one more of the voters fails/,
  );
  second!.crash();
  wait(group);
  assertRefused(order(group, leader, 'removeMember', third!.id), /the exchange would stop at once/);
  assertAccepted(order(group, leader, 'removeMember', first!.id), /Voters are/);
});

test('a leader that removes itself says so, and another leads', () => {
  const group = new Group(5);
  const leader = group.leader();
  group.step(500);
  assertAccepted(order(group, leader, 'removeMember', leader.id), /This replica leads, and hands over/);
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

test('no generation begins where a leader is heard, by which a recovering replica returns', () => {
  const group = new Group(3);
  const leader = group.leader();
  const [node] = group.followers();
  group.step(500);
  node!.crash();
  for (const name of node!.disk.list()) node!.disk.remove(name);
  node!.start();
  group.until(() => node!.running.leaderId !== 0, 'a leader that is heard');
  const forced = { force: true, others: [] };
  assertRefused(
    order(group, node!, 'beginGeneration', node!.id, forced),
    new RegExp(`Replica ${leader.id} leads and is heard`),
  );
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

test('where two persons are needed nothing is lost or stopped by one', () => {
  const group = new Group(3, { twoPersons: true });
  const leader = group.leader();
  group.step(500);
  const [follower, other] = group.followers();
  const asked = (
    node: Node,
    ...given: [OperatorControlOrder['kind'], number?, Partial<OperatorControlOrder>?]
  ): string => {
    const { ok, text, needsSecond } = order(group, node, ...given) as Reply & {
      readonly needsSecond?: boolean;
    };
    assert.deepEqual([ok, needsSecond], [false, true], text);
    return text;
  };
  const forced = { force: true };
  assertRefused(order(group, leader, 'demoteMember', other!.id), /"force"/);
  assert.match(asked(leader, 'demoteMember', other!.id, forced), /Only the voters/);
  assert.equal(votersOf(leader).length, 3);
  assertAccepted(
    order(group, leader, 'demoteMember', other!.id, { ...forced, isConfirmed: true }),
    /learner/,
  );
  group.step(500);
  assert.equal(votersOf(leader).length, 2);
  assertAccepted(order(group, leader, 'promoteMember', other!.id), /has a vote/);
  group.step(500);
  assertAccepted(order(group, follower!, 'stop'), /stops\.$/);
  other!.crash();
  wait(group);
  const leads = group.leader();
  const follows = leads === follower ? leader : follower!;
  assert.match(asked(follows, 'stop'), /Without it 1 of 3 voters count, fewer than the majority of 2/);
  assert.match(asked(leads, 'stop'), /fewer than the majority of 2/);
  assertAccepted(order(group, leads, 'stop', 0, { isConfirmed: true }), /fewer than the majority of 2/);
  for (const node of [leads, follows]) node.crash();
  for (const node of [follows, other!]) for (const name of node.disk.list()) node.disk.remove(name);
  for (const node of [leads, follows, other!]) node.start();
  group.step(500);
  assertAccepted(order(group, leads, 'stop'), /stops\.$/);
});

/** The public half of a join token, and the key of a machine. */
const tokenKey = new Uint8Array(32).fill(9);
const machineKey = new Uint8Array(32).fill(4);

/** A machine beyond the voters, which has come by a token. */
function withApplicant(size: number): Group {
  const group = withSpares(size, 1);
  const node = group.nodes[size]!;
  node.fingerprint = machineKey;
  node.crash();
  node.start();
  return group;
}

const tokensOf = ({ running }: Node) => running.log.raft.configuration.tokens;

test('a machine with a join token becomes a member by itself, and the token is used up in the same frame', () => {
  const group = withApplicant(3);
  group.step(2_000);
  assert.deepEqual(votersOf(group.leader()), [1, 2, 3], 'without a token it waits');
  const open = { key: tokenKey, lifeMs: msPerHour, role: 'voter' } as const;
  const seen = new Set<string>();
  // The machine calls already, so its number is taken for another one.
  assertAccepted(
    order(group, group.leader(), 'createToken', 4, open),
    /One machine may join as replica 4, as voter/,
  );
  group.until(() => {
    const { learners, voters, tokens } = group.leader().running.log.raft.configuration;
    seen.add(`${[...voters, ...learners].includes(4)} ${tokens.length}`);
    return voters.includes(4);
  }, 'its vote');
  assert.deepEqual([...seen].sort(), ['false 1', 'true 0'].sort());
  const isOfTokens = (text: string): boolean => /join token/.test(text);
  assert.deepEqual(group.leader().log.warnings.filter(isOfTokens), [], 'what passes by itself is not told');
  const record = rosterOf(group.leader()).find(({ replicaId }) => replicaId === 4);
  assert.deepEqual(record?.fingerprint, machineKey);
  const { believed } = group.followers()[0]!.connections;
  assert.deepEqual(believed, { members: [record], tokens: [] });
});

test('a join token says whose place the machine takes', () => {
  const group = withApplicant(3);
  const dead = group.followers()[0]!;
  dead.crash();
  wait(group);
  const open = { key: tokenKey, lifeMs: msPerHour, otherId: dead.id } as const;
  assertAccepted(order(group, group.leader(), 'createToken', 4, open), /in the place of replica/);
  const rest = [1, 2, 3, 4].filter((id) => id !== dead.id).join();
  group.until(() => votersOf(group.leader()).join() === rest, 'the change');
});

test('a join token is over by the time of the exchange, for every machine', () => {
  const group = withSpares(3, 0);
  const open = { key: tokenKey, lifeMs: 50 };
  assertAccepted(order(group, group.leader(), 'createToken', 0, open), /replica 4/);
  group.until(() => tokensOf(group.leader()).length === 1, 'the token');
  group.until(() => tokensOf(group.leader()).length === 0, 'its end');
});

test('join tokens are refused for members, for no place, twice, and in crowds', () => {
  const group = withSpares(3, 0);
  const give = (id: number, otherId = 0): Reply => {
    group.step(200);
    return order(group, group.leader(), 'createToken', id, { key: tokenKey, lifeMs: msPerHour, otherId });
  };
  assertRefused(give(2), /Replica 2 is a member already/);
  assertRefused(give(0, 9), /Replica 9 is not a member/);
  assertAccepted(give(0), /replica 4/);
  assertRefused(give(4), /for replica 4 is open.*Withdraw/);
  assertAccepted(give(0), /replica 5/);
  assertAccepted(give(0), /replica 6/);
  assertRefused(give(0), /3 join tokens are open/);
  const withdraw = (id: number): Reply => {
    group.step(200);
    return order(group, group.leader(), 'withdrawToken', id);
  };
  assertAccepted(withdraw(5), /cannot be used any more/);
  assertRefused(withdraw(5), /No join token for replica 5 is open/);
  group.step(200);
  assert.deepEqual(
    tokensOf(group.leader()).map(({ replicaId }) => replicaId),
    [4, 6],
  );
});

test('a machine with a token that is at the address of a member waits, and the leader says why', () => {
  const group = withApplicant(3);
  const node = group.nodes[3]!;
  node.crash();
  node.address = { ...group.nodes[1]!.address };
  node.start();
  order(group, group.leader(), 'createToken', 4, { key: tokenKey, lifeMs: msPerHour });
  group.until(() => group.leader().control.applicants.length === 1, 'an applicant');
  assert.match(group.leader().control.applicants[0]!.why, /address of replica 2|does not reach it/);
  assert.deepEqual(votersOf(group.leader()), [1, 2, 3]);
});
