import assert from 'node:assert/strict';
import { test } from 'node:test';
import { snapshotIndices, snapshotName } from '../journal/snapshot-file.ts';
import { ConnectionRole, snapshotChunk, snapshotRequest, welcome } from '../protocol/messages.ts';
import type { Caller } from './testing/caller.ts';
import { clusterId, Group, type Node } from './testing/group.ts';

const small = { segmentBytes: 65_536, snapshotEveryBytes: 65_536 };

function trader(group: Group, leader: Node): Caller {
  const caller = group.connect(leader);
  caller.open(1);
  group.step(3);
  caller.takeOpened();
  caller.createAccount();
  caller.createInstrument();
  group.step(3);
  return caller;
}

/** Writes about `bytes` of journal. */
function write(group: Group, caller: Caller, bytes: number): void {
  for (let written = 0; written < bytes; written += 100 * 72) {
    for (let n = 0; n < 100; n++) caller.place(n % 2 === 0 ? 1 : 2, 100);
    group.step(3);
    caller.take();
  }
}

/** A connection of a peer that fetches. */
function fetcher(group: Group, node: Node): Caller {
  const caller = group.call(node);
  group.step();
  caller.sayHello(clusterId, ConnectionRole.fetch, 9);
  group.step();
  assert.equal(caller.takeAll(welcome)[0]?.code, 0);
  return caller;
}

test('the first follower takes the snapshot, the others fetch it, and all drop their journals', () => {
  const group = new Group(3, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  for (let n = 0; n < 36; n++) {
    write(group, caller, 7_200);
    group.step(4_000);
  }
  const [first, second] = group.followers();
  assert.ok(first!.counters.of('snapshotsTaken') > 2);
  for (const node of [leader, second!]) {
    assert.equal(node.counters.of('snapshotsTaken'), 0, `replica ${node.id}`);
    assert.ok(node.counters.of('snapshotsFetched') > 1, `replica ${node.id}`);
  }
  for (const node of group.nodes) {
    assert.ok(node.running.journal.firstIndex > 1);
    assert.equal(snapshotIndices(node.disk).length, 2);
  }
});

test('a replica that was away too long is given a snapshot, and has the same state', () => {
  const group = new Group(3, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  const late = group.followers()[1]!;
  late.crash();
  for (let n = 0; n < 6; n++) {
    write(group, caller, 70_000);
    group.step(6_000);
  }
  assert.ok(leader.running.journal.firstIndex > 10);
  late.start();
  group.until(() => late.counters.of('snapshotsFetched') === 1, 'the snapshot');
  group.until(() => late.running.applier.appliedIndex === leader.running.applier.appliedIndex, 'the rest');
  assert.equal(late.running.applier.engine.stateHash(), leader.running.applier.engine.stateHash());
});

test('failure 17: a snapshot that rotted on the disk of its giver is not given, and a new one takes its place', () => {
  const group = new Group(1, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  write(group, caller, 80_000);
  group.step(100);
  const { snapshotIndex } = leader.running.snapshots;
  assert.ok(snapshotIndex > 0);
  write(group, caller, 7_200);
  group.step(100);
  assert.equal(leader.running.snapshots.snapshotIndex, snapshotIndex, 'none is due');
  leader.disk.flipByte(snapshotName(snapshotIndex), 1_000);
  const peer = fetcher(group, leader);
  peer.send(snapshotRequest, { reserved: 0, index: 0, offset: 0 });
  group.step(5);
  assert.deepEqual(
    peer.takeAll(snapshotChunk).map(({ index }) => index),
    [0],
    'there is none',
  );
  group.step(50);
  assert.ok(leader.running.snapshots.snapshotIndex > snapshotIndex);
  peer.send(snapshotRequest, { reserved: 0, index: 0, offset: 0 });
  group.step(5);
  assert.equal(peer.takeAll(snapshotChunk)[0]?.index, leader.running.snapshots.snapshotIndex);
});

test('failure 17: a rotted snapshot is replaced also where nothing was applied since, and the one before is kept', () => {
  const group = new Group(1, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  for (let n = 0; n < 2; n++) {
    write(group, caller, 80_000);
    group.step(100);
  }
  leader.control.give('takeSnapshot');
  group.step(100);
  const { snapshotIndex } = leader.running.snapshots;
  assert.equal(snapshotIndex, leader.running.applier.appliedIndex, 'nothing is newer');
  const older = snapshotIndices(leader.disk)[1]!;
  leader.disk.flipByte(snapshotName(snapshotIndex), 1_000);
  const peer = fetcher(group, leader);
  peer.send(snapshotRequest, { reserved: 0, index: 0, offset: 0 });
  group.step(50);
  assert.deepEqual(
    peer.takeAll(snapshotChunk).map(({ index }) => index),
    [0],
    'there is none',
  );
  peer.send(snapshotRequest, { reserved: 0, index: 0, offset: 0 });
  group.step(5);
  assert.equal(peer.takeAll(snapshotChunk)[0]?.index, snapshotIndex);
  assert.deepEqual(snapshotIndices(leader.disk), [snapshotIndex, older]);
  assert.ok(leader.running.journal.firstIndex <= older + 1, 'and the journal behind it');
});

test('a giver asked twice at once ends the connection', () => {
  const group = new Group(1, small);
  const leader = group.leader();
  write(group, trader(group, leader), 140_000);
  const peer = fetcher(group, leader);
  for (let n = 0; n < 2; n++) peer.send(snapshotRequest, { reserved: 0, index: 0, offset: 0 });
  group.step(2);
  assert.equal(peer.side.hasEnded, true);
});

test('a full disk gets no snapshot and is not asked again at each chance', () => {
  const group = new Group(1, { ...small, segmentBytes: 1_048_576 });
  const leader = group.leader();
  const caller = trader(group, leader);
  leader.disk.capacityBytes = leader.disk.usedBytes;
  write(group, caller, 140_000);
  group.step(10_000);
  assert.equal(leader.counters.of('snapshotsTaken'), 1);
  assert.equal(leader.running.snapshots.snapshotIndex, 0);
  assert.equal(leader.running.journal.firstIndex, 1, 'the journal is kept');
  leader.disk.capacityBytes = Number.MAX_SAFE_INTEGER;
  group.step(50_000);
  assert.ok(leader.running.snapshots.snapshotIndex > 0, 'and asked again later');
});
