import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Member, newMember } from '../../protocol/roster.ts';
import { noMembers } from '../../raft/configuration.ts';
import { type Configuration, Role } from '../../raft/types.ts';
import { CallableMembers } from '../peers/callable-members.ts';
import type { MemberAddress } from '../ports.ts';
import { FakeControl, FakeLog } from '../testing/fake-ports.ts';
import { Group, type Node } from '../testing/group.ts';
import { addressOf, FakeConnections } from '../testing/wires.ts';

const template = newMember({ replicaId: 1, host: '-', release: '0.1.0' });

function described(size: number, spares = 0): Group {
  return new Group(size, { description: template }, spares);
}

const rosterOf = (node: Node): readonly Member[] => node.running.log.raft.configuration.roster;
const hostsOf = (node: Node): string[] => rosterOf(node).map(({ host }) => host);

test('after the founding the log says how each member is reached, as each said itself', () => {
  const group = described(3);
  group.until(() => group.nodes.every((node) => rosterOf(node).length === 3), 'a roster at all');
  assert.deepEqual(hostsOf(group.leader()), ['10.0.0.1', '10.0.0.2', '10.0.0.3']);
  group.until(
    () => group.nodes.every(({ control }) => control.members?.roster.length === 3),
    'what is shown',
  );
});

test('a replica whose file names none of the others comes back by what the log says', () => {
  const group = described(3);
  group.until(() => group.nodes.every((node) => rosterOf(node).length === 3), 'a roster at all');
  const node = group.followers()[0]!;
  node.crash();
  node.connections.addresses = new Set();
  node.start();
  group.until(() => node.running.log.hasAllPeers, 'its tethers');
  assert.equal(node.counters.of('membersWithoutAddress'), 0);
});

test('a member that comes back at another address is found, and the roster follows it', () => {
  const group = described(3);
  group.until(() => group.nodes.every((node) => rosterOf(node).length === 3), 'a roster at all');
  const node = group.followers()[0]!;
  node.crash();
  node.address = { host: '10.9.9.9', udpPort: 9, tcpPort: 10 };
  node.start();
  group.until(() => group.nodes.every((each) => hostsOf(each).includes('10.9.9.9')), 'the new address');
  group.until(() => group.nodes.every(({ replica }) => replica!.log.hasAllPeers), 'all tethers');
});

test('all machines of a cluster may move at once: their files say where to begin', () => {
  const group = described(3);
  group.until(() => group.nodes.every((node) => rosterOf(node).length === 3), 'a roster at all');
  for (const node of group.nodes) node.crash();
  // The log has addresses at which there is nothing; the files, which FakeAddresses has, are right.
  const before = group.nodes.map(({ address }) => address);
  for (const node of group.nodes) node.address = { ...node.address, host: `10.7.7.${node.id}` };
  for (const node of group.nodes) node.start();
  for (const node of group.nodes) node.crash();
  for (const [n, node] of group.nodes.entries()) node.address = before[n]!;
  for (const node of group.nodes) node.start();
  group.until(() => group.nodes.every(({ replica }) => replica!.log.hasAllPeers), 'all tethers');
  assert.equal(hostsOf(group.leader())[0], '10.0.0.1');
});

test('where a member stands follows its file at its next start', () => {
  const group = described(3);
  group.until(() => group.nodes.every((node) => rosterOf(node).length === 3), 'a roster at all');
  const node = group.followers()[0]!;
  node.crash();
  node.file = { description: { ...template, zone: 'east', release: '0.1.1' } };
  node.start();
  group.until(() => rosterOf(group.leader())[node.id - 1]!.zone === 'east', 'the zone');
  assert.equal(rosterOf(group.leader())[node.id - 1]!.release, '0.1.1');
  const warns = (): boolean => /No zone is known of the voters/.test(group.leader().log.warnings.join('\n'));
  group.until(warns, 'the warning');
});

/** Members of a replica, without the rest of it. */
class Desk {
  readonly raft = {
    id: 1,
    configuration: noMembers as Configuration,
    role: Role.follower as Role,
    followsLeader: true,
  };
  readonly control = new FakeControl();
  readonly log = new FakeLog();
  readonly placed = new Map<number, string | undefined>();
  readonly configured = new Map<number, MemberAddress>();
  readonly said = new Map<number, Member>();
  readonly heard = new Map<number, Member>();
  readonly members: CallableMembers;

  constructor() {
    const addresses = {
      configured: (id: number) => this.configured.get(id),
      place: (id: number, address: MemberAddress | undefined) => this.placed.set(id, address?.host),
    };
    const { control, log } = this;
    const { heard } = this;
    const said = {
      described: (id: number) => this.said.get(id),
      heardOf: (id: number) => heard.get(id),
      describedIds: [],
      get heardOfIds() {
        return [...heard.keys()];
      },
      get descriptionCount() {
        return heard.size;
      },
    };
    const connections = new FakeConnections(1, () => undefined);
    this.members = new CallableMembers(this.raft, { addresses, connections, control, log }, said);
  }

  configure(voters: readonly number[], hosts: Readonly<Record<number, string>>): Configuration {
    const roster = Object.entries(hosts).map(([id, host]) => newMember({ replicaId: Number(id), host }));
    this.raft.configuration = { ...noMembers, voters, roster };
    this.members.callable(0);
    return this.raft.configuration;
  }
}

test('an address counts from the moment at which it is in the log, and not longer than it is there', () => {
  const desk = new Desk();
  const before = desk.configure([1, 2, 3], { 2: 'two', 3: 'three' });
  desk.configure([1, 2, 3], { 2: 'two', 3: 'elsewhere' });
  assert.equal(desk.placed.get(3), 'elsewhere');
  // The frame was cut off: the configuration before it is in force again.
  desk.raft.configuration = before;
  desk.members.callable(0);
  assert.equal(desk.placed.get(3), 'three');
});

test('a member that does not answer is called at all addresses that are known of it, in turn', () => {
  const desk = new Desk();
  desk.configured.set(2, { ...addressOf(2), host: 'configured' });
  desk.said.set(2, newMember({ replicaId: 2, host: 'said' }));
  desk.configure([1, 2], { 2: 'recorded' });
  const called = [0, 1, 2, 3].map(() => {
    const host = desk.placed.get(2);
    desk.members.unreached(2);
    return host;
  });
  assert.deepEqual(called, ['recorded', 'said', 'configured', 'recorded']);
});

test('where a member answered it is called on, whatever else changes', () => {
  const desk = new Desk();
  desk.configured.set(2, { ...addressOf(2), host: 'configured' });
  desk.configure([1, 2], { 2: 'recorded' });
  desk.members.unreached(2);
  desk.configure([1, 2, 3], { 2: 'recorded', 3: 'three' });
  assert.equal(desk.placed.get(2), 'configured');
});

test('one that is no member any more is reached where the file has it, or nowhere', () => {
  const desk = new Desk();
  desk.configured.set(2, { ...addressOf(2), host: 'configured' });
  desk.configure([1, 2, 3], { 2: 'two', 3: 'three' });
  desk.configure([1], {});
  assert.equal(desk.placed.get(2), 'configured');
  assert.equal(desk.placed.get(3), undefined);
  assert.ok(desk.placed.has(3));
});

test('a member of which nothing is known is told once, and not called', () => {
  const desk = new Desk();
  desk.configure([1, 2], {});
  desk.configure([1, 2], { 1: 'one' });
  assert.deepEqual(desk.members.callable(0), []);
  assert.equal(desk.log.warnings.length, 1);
});

test('a replica that has had no leader for a while may be a member no more: it calls all that it has heard of', () => {
  const desk = new Desk();
  desk.heard.set(4, newMember({ replicaId: 4, host: 'four' }));
  desk.configure([1, 2], { 1: 'one', 2: 'two' });
  const second = 1_000_000;
  assert.deepEqual(desk.members.callable(second), [2]);
  desk.raft.followsLeader = false;
  assert.deepEqual(desk.members.callable(2 * second), [2], 'an election passes');
  assert.deepEqual(desk.members.callable(4 * second), [2, 4]);
  assert.equal(desk.placed.get(4), 'four');
  desk.raft.followsLeader = true;
  assert.deepEqual(desk.members.callable(5 * second), [2]);
});
