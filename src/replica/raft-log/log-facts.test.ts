import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Role } from '../../raft/types.ts';
import type { SeenElection } from '../ports.ts';
import { Group, type Node } from '../testing/group.ts';
import { Transitions } from './transitions.ts';

const heardBy = ({ counters }: Node): number => counters.of('peersHeard');

test('each replica shows which others it hears, and a leader soon misses one that is cut off', () => {
  const group = new Group(3);
  const leader = group.leader();
  group.until(() => group.nodes.every((node) => heardBy(node) === 0b111 - 2 ** (node.id - 1)));
  const [lost] = group.followers();
  group.split([lost!.id]);
  group.until(() => (heardBy(leader) & (2 ** (lost!.id - 1))) === 0);
  group.cuts.clear();
  group.until(() => heardBy(group.leader()) === 0b111 - 2 ** (group.leader().id - 1));
});

test('a process that dies is not heard by a follower either', () => {
  const group = new Group(3);
  group.leader();
  const [one, other] = group.followers();
  group.until(() => (heardBy(one!) & (2 ** (other!.id - 1))) !== 0);
  other!.crash();
  group.until(() => (heardBy(one!) & (2 ** (other!.id - 1))) === 0);
});

test('a leader shows how far the others are, and shows it no more once it has lost its office', () => {
  const group = new Group(3);
  const leader = group.leader();
  const [behind, level] = group.followers();
  group.until(() => leader.control.progress.length === 2);
  group.split([behind!.id]);
  const caller = group.connect(leader);
  caller.open(1);
  const of = (id: number) => leader.control.progress.find(({ memberId }) => memberId === id);
  group.until(() => (of(behind!.id)?.behindFrames ?? 0) > 0 && of(level!.id)?.behindFrames === 0);
  assert.ok(of(behind!.id)!.behindBytes > 0 && of(behind!.id)!.silentUs > of(level!.id)!.silentUs);
  group.cuts.clear();
  group.split([leader.id]);
  group.until(() => leader.control.progress.length === 0);
});

test('each replica shows a change of the leader, the elected one with its reason and the gap', () => {
  const group = new Group(3);
  const first = group.leader();
  first.crash();
  const second = group.leader();
  const [third] = group.nodes.filter((node) => node !== first && node !== second);
  group.until(() => third!.control.elections.at(-1)?.leaderId === second.id);
  const { term, formerId, reason, gapUs } = second.control.elections.at(-1)!;
  assert.deepEqual([term, formerId], [second.running.term, first.id]);
  assert.match(reason, /its leader died/);
  assert.ok(gapUs > 0);
  const seen = third!.control.elections.at(-1)!;
  assert.equal(seen.term, term);
  for (const { control } of group.nodes)
    for (const election of control.elections) assert.notEqual(election.reason, '', JSON.stringify(election));
});

test('an election has a reason where the next one begins before it is noted, and a leader that came back gives none', () => {
  const elections: SeenElection[] = [];
  const control = { showElection: (election: SeenElection) => elections.push(election) };
  const log = { info: () => undefined, warn: () => undefined };
  const clock = { nowUs: () => 1_000, wallUs: () => 2_000 };
  const ports = { clock, control, log } as unknown as ConstructorParameters<typeof Transitions>[1];
  const own = new Transitions({ replicaId: 1, failover: 'automatic' }, ports);
  own.leader(2, 4, true);
  own.role(Role.preCandidate, 4, 'its tether broke');
  own.leader(2, 4, true);
  own.role(Role.follower, 4, 'its term has a leader');
  own.leader(2, 4, true);
  own.leader(3, 5, true);
  own.role(Role.preCandidate, 5, 'its leader died');
  own.leader(3, 5, true);
  own.role(Role.candidate, 6, 'a majority would vote for it');
  own.leader(0, 6, true);
  own.role(Role.leader, 6, 'a majority voted for it');
  own.leader(1, 6, true);
  own.role(Role.follower, 7, 'it heard of a higher term');
  own.leader(2, 7, true);
  own.leader(2, 8, true);
  assert.deepEqual(
    elections.map(({ term, reason }) => [term, reason]),
    [
      [4, 'it led when this replica came'],
      [5, 'a majority elected it'],
      [6, 'its leader died'],
      [7, 'a majority elected it'],
      [8, 'a majority elected it'],
    ],
  );
});

test('each change of role is logged once, with replica, term and reason, and the same again in its term is not', () => {
  const lines: [string, unknown][] = [];
  const log = { info: (text: string, fields: unknown) => lines.push([text, fields]), warn: () => undefined };
  const ports = { log } as unknown as ConstructorParameters<typeof Transitions>[1];
  const own = new Transitions({ replicaId: 3, failover: 'automatic' }, ports);
  const steps: [Role, number, string][] = [
    [Role.preCandidate, 4, 'its leader died'],
    [Role.candidate, 5, 'a majority would vote for it'],
    [Role.preCandidate, 5, 'no majority answered'],
    [Role.candidate, 5, 'a majority would vote for it'],
    [Role.leader, 5, 'a majority voted for it'],
    [Role.follower, 6, 'it heard of a higher term'],
    [Role.preCandidate, 6, 'its leader died'],
    [Role.follower, 6, 'its term has a leader'],
    [Role.preCandidate, 6, 'its leader died'],
  ];
  for (const [role, term, reason] of steps) own.role(role, term, reason);
  const asks = 'this replica asks whether it would be elected';
  assert.deepEqual(lines, [
    [asks, { replica: 3, term: 4, reason: 'its leader died' }],
    ['this replica asks for votes', { replica: 3, term: 5, reason: 'a majority would vote for it' }],
    [asks, { replica: 3, term: 5, reason: 'no majority answered' }],
    ['this replica is elected', { replica: 3, term: 5, reason: 'a majority voted for it' }],
    ['this replica leads no more', { replica: 3, term: 6, reason: 'it heard of a higher term' }],
    [asks, { replica: 3, term: 6, reason: 'its leader died' }],
    ['this replica stands for election no more', { replica: 3, term: 6, reason: 'its term has a leader' }],
  ]);
});
