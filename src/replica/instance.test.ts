/** Clusters of the same founders, one after the other: their replicas are told apart, whatever folder is put where. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DiskImage, PutBack } from '../journal/testing/virtual-disk.ts';
import { VirtualDisk } from '../journal/testing/virtual-disk.ts';
import { ReplyCode } from '../protocol/codes.ts';
import { instanceIn } from '../protocol/frames.ts';
import { QueryKind, queryResult } from '../protocol/messages.ts';
import { Random } from '../std/random.ts';
import { ReplicaFault } from './fault.ts';
import type { ReplicaOptions } from './options.ts';
import { Group } from './testing/group.ts';

/** Long enough for many elections. */
const longSteps = 10_000;
const small: Partial<ReplicaOptions> = { segmentBytes: 65_536, snapshotEveryBytes: 65_536 };

/** A cluster of three that has carried out some orders. */
function trading(seed: number, orders: number, options: Partial<ReplicaOptions> = {}): Group {
  const group = new Group(3, { seed, durability: 'disk', ...options });
  const caller = group.connect(group.leader());
  caller.open(1);
  group.step(30);
  caller.takeOpened();
  caller.createAccount();
  caller.createInstrument();
  for (let order = 0; order < orders; order++) {
    caller.place(order % 2 === 0 ? 1 : 2, 100 + seed);
    if (order % 20 === 0) group.step(20);
    if (order % 20 === 0) caller.take();
  }
  group.step(2_000);
  return group;
}

function imageOf(group: Group, id: number): DiskImage {
  const { disk } = group.nodes[id - 1]!;
  return disk.image();
}

function hashes(group: Group): string[] {
  return group.nodes.map(({ running }) => running.state.engine.stateHash());
}

/** The files of `from`, with those of `others` over them that `isTaken` names. */
function mixed(from: VirtualDisk, others: VirtualDisk, isTaken: (name: string) => boolean): VirtualDisk {
  const disk = new VirtualDisk();
  const put = (name: string, bytes: Uint8Array): void => {
    disk.startWrite(name, bytes);
    disk.backgroundWrite();
  };
  for (const name of from.list()) put(name, from.read(name)!);
  for (const name of others.list()) if (isTaken(name)) put(name, others.read(name)!);
  return disk;
}

/** Puts a folder of another cluster in the place of that of a follower; the two others must not care. */
function checkUndisturbed(group: Group, put: (disk: VirtualDisk, id: number) => void): void {
  const leader = group.leader();
  const stranger = group.followers()[0]!;
  const { instance, term } = leader.running.log;
  const hash = leader.running.state.engine.stateHash();
  stranger.crash();
  put(stranger.disk, stranger.id);
  stranger.start();
  group.step(longSteps);
  for (const node of group.nodes) {
    if (node === stranger) continue;
    assert.equal(node.running.log.raft.isRecovering, false);
    assert.equal(node.running.log.instance, instance);
    assert.equal(node.running.state.engine.stateHash(), hash);
  }
  assert.equal(leader.running.serving, true);
  assert.equal(leader.running.term, term);
  assert.equal(stranger.running.leaderId, 0);
  assert.equal(stranger.running.serving, false);
  const words = /another cluster of the same replicas, which began .* UTC; .*emptied.*without --bootstrap/;
  assert.match(stranger.log.warnings.join(), words);
  assert.match(leader.log.warnings.join(), words);
  assert.ok(leader.counters.of('peersRefused') > 0);
  assert.equal(leader.counters.of('datagramsOtherInstance'), 0, 'no key of its datagrams was taken');

  stranger.crash();
  for (const name of stranger.disk.list()) stranger.disk.remove(name);
  stranger.start();
  group.until(() => !stranger.running.log.raft.isRecovering, 'its return');
  assert.equal(stranger.running.log.instance, instance);
  group.until(() => stranger.running.state.engine.stateHash() === hash, 'the state of the others');
}

test('the first leader of all puts the instance into frame 2, every replica takes it, and no later leader changes it', () => {
  const group = trading(1, 10);
  const { instance } = group.leader().running.log;
  assert.ok(instance > 0);
  for (const { running } of group.nodes) {
    assert.equal(running.log.instance, instance);
    assert.ok(running.log.journal.locate(2));
    assert.equal(instanceIn(running.log.journal.foundView, running.log.journal.foundAt), instance);
  }
  for (let round = 0; round < 3; round++) {
    const leader = group.leader();
    leader.crash();
    group.until(() => group.nodes.some(({ replica }) => replica?.serving === true), 'another leader');
    leader.start();
    assert.equal(leader.running.log.instance, instance);
    group.step(2_000);
  }
  for (const { running } of group.nodes) assert.equal(running.log.instance, instance);
  assert.notEqual(trading(2, 1).leader().running.log.instance, instance);
});

for (const how of ['copied', 'copied over files', 'set back'] as const satisfies PutBack[]) {
  test(`a folder of another cluster of the same founders disturbs nobody: ${how}`, () => {
    const other = trading(1, 60);
    for (const orders of [10, 60, 100])
      checkUndisturbed(trading(2, orders), (disk, id) => disk.putBack(imageOf(other, id), how));
  });
}

test('segments of another cluster without its state file disturb nobody', () => {
  const other = trading(1, 60);
  checkUndisturbed(trading(2, 100), (disk, id) => {
    disk.putBack(imageOf(other, id), 'copied');
    disk.remove('state');
  });
});

test('the state file of another cluster alone disturbs nobody', () => {
  const other = trading(1, 60);
  checkUndisturbed(trading(2, 100), (disk, id) => {
    disk.putBack(imageOf(other, id), 'copied');
    for (const name of disk.list()) if (name !== 'state') disk.remove(name);
  });
});

test('the snapshot of another cluster alone disturbs nobody', () => {
  const other = trading(1, 1_500, small);
  assert.ok(imageOf(other, 2).files.some(({ name }) => name.startsWith('snapshot')));
  checkUndisturbed(trading(2, 100), (disk, id) => {
    disk.putBack(imageOf(other, id), 'copied');
    for (const name of disk.list()) if (!name.startsWith('snapshot')) disk.remove(name);
  });
});

test('later segments of another cluster alone disturb nobody', () => {
  const other = trading(1, 1_500, small);
  const group = trading(2, 100);
  const leader = group.leader();
  const follower = group.followers()[0]!;
  follower.crash();
  follower.disk.putBack(imageOf(other, follower.id), 'copied');
  const segments = follower.disk
    .list()
    .filter((name) => name.startsWith('segment'))
    .sort();
  for (const name of follower.disk.list()) if (!segments.slice(1).includes(name)) follower.disk.remove(name);
  follower.start();
  group.step(longSteps);
  for (const { running } of group.nodes) {
    assert.equal(running.log.raft.isRecovering, false);
    assert.equal(running.log.instance, leader.running.log.instance);
  }
  const [one, ...rest] = hashes(group);
  assert.ok(rest.every((hash) => hash === one));
});

const isSegment = (name: string): boolean => name.startsWith('segment');
const mixtures: Record<string, (names: readonly string[]) => (name: string) => boolean> = {
  'its state file': () => (name) => name === 'state',
  'its first segment': (names) => (name) => name === names.find(isSegment),
  'its last segment': (names) => (name) => name === names.findLast(isSegment),
  'all its segments': () => isSegment,
  'its snapshots': () => (name) => name.startsWith('snapshot'),
};

for (const [what, choose] of Object.entries(mixtures)) {
  test(`a folder of one cluster with a file of another is refused in words, and nothing in it is lost: ${what}`, () => {
    const many = { ...small, snapshotEveryBytes: 200_000 };
    const other = trading(1, 4_000, many).nodes[0]!;
    const group = trading(2, 2_000, many);
    const node = group.nodes[0]!;
    const { instance } = node.running.log;
    node.crash();
    other.crash();
    const names = other.disk.list().sort();
    const disk = mixed(node.disk, other.disk, choose(names));
    const before = mixed(disk, disk, () => false);
    node.storage = disk;
    assert.throws(
      () => node.start(),
      (error) =>
        error instanceof ReplicaFault &&
        /The folder holds files of two clusters.*began .* UTC.*Put back the files that belong together/.test(
          error.message,
        ),
    );
    for (const name of before.list()) {
      if (name !== 'state') assert.deepEqual(disk.read(name), before.read(name), `${name} is as it was`);
    }
    node.storage = node.disk;
    node.start();
    assert.equal(node.running.log.instance, instance);
    assert.equal(node.running.log.raft.isRecovering, false);
    group.leader();
  });
}

test('a replica answers no question before it knows a leader: its folder may be of another cluster', () => {
  const group = trading(1, 20);
  for (const node of group.nodes) node.crash();
  const [one, two] = group.nodes;
  one!.start();
  const caller = group.connect(one!);
  const ask = (): number => {
    caller.ask(QueryKind.hashes);
    group.step(50);
    return caller.takeAll(queryResult)[0]!.code;
  };
  assert.equal(ask(), ReplyCode.notReady);
  two!.start();
  group.leader();
  group.until(() => one!.running.leaderId !== 0, 'a leader that it knows');
  group.until(() => ask() === ReplyCode.ok, 'an answer');
});

/** A cluster whose first founder lets the others wait: its replica has begun nothing, and the others know its lives. */
function waitingFor(absent: number): Group {
  const group = new Group(0, { seed: 1, durability: 'disk' }, 3);
  for (const node of group.nodes) {
    node.file = { founders: [1, 2, 3] };
    if (node.id !== absent) node.start();
  }
  group.step(longSteps);
  return group;
}

test('the folder of a founding that never came about makes no replica of the cluster recover', () => {
  for (const how of ['copied', 'copied over files', 'set back'] as const) {
    const image = imageOf(waitingFor(1), 2);
    const group = trading(2, 50);
    const two = group.nodes[1]!;
    two.crash();
    two.disk.putBack(image, how);
    two.start();
    group.step(longSteps);
    for (const { id, running, log } of group.nodes) {
      assert.equal(running.log.raft.isRecovering, false);
      if (id !== 2) assert.doesNotMatch(log.warnings.join(), /older than what its replica promised/, how);
    }
    const [one, ...rest] = hashes(group);
    assert.ok(
      rest.every((hash) => hash === one),
      how,
    );
  }
});

test('where the first leader loses its first frame with the power, the next one begins another instance', () => {
  let others = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const group = new Group(0, { durability: 'disk' }, 3);
    for (const node of group.nodes) {
      node.file = { founders: [1, 2, 3], seed };
      node.start();
      node.disk.requestFlush = () => undefined;
    }
    group.until(() => group.nodes.some(({ running }) => running.log.instance !== 0), 'the first instance');
    group.step(20);
    const first = group.nodes.find(({ running }) => running.log.instance !== 0)!.running.log.instance;
    const random = new Random(seed);
    for (const node of group.nodes) {
      node.replica = undefined;
      node.connections.drop();
      Reflect.deleteProperty(node.disk, 'requestFlush');
      node.disk.powerCut(random);
      node.file = { founders: [1, 2, 3], seed: seed + 100 };
    }
    for (const node of group.nodes) node.start();
    const { instance } = group.leader().running.log;
    group.step(2_000);
    for (const { running } of group.nodes) assert.equal(running.log.instance, instance);
    if (instance !== first) others += 1;
  }
  assert.ok(others > 0, 'one first frame was lost at least');
});
