import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from '../../engine/engine.ts';
import { DIGEST } from '../../engine/snapshot/snapshot.ts';
import {
  buildSnapshot,
  parseSnapshot,
  type SnapshotFile,
  snapshotHash,
  snapshotIndices,
  snapshotName,
} from '../../journal/snapshot-file.ts';
import { ConnectionRole, introduction, welcome } from '../../protocol/messages.ts';
import { snapshotChunk, snapshotNamed, snapshotRequest } from '../../protocol/snapshot-messages.ts';
import type { HeldSnapshot } from '../log/replicated-log.ts';
import { Group, type Node, newStandIn, type StandIn } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';
import { replicaKind } from '../testing/wires.ts';
import type { Snapshots } from './snapshots.ts';

const small = { segmentBytes: 65_536, snapshotEveryBytes: 65_536 };

function trader(group: Group, leader: Node): WireClient {
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
function write(group: Group, caller: WireClient, bytes: number): void {
  for (let written = 0; written < bytes; written += 100 * 72) {
    for (let n = 0; n < 100; n++) caller.place(n % 2 === 0 ? 1 : 2, 100);
    group.step(3);
    caller.take();
  }
}

/** A connection of a peer that fetches. */
function fetcher(group: Group, node: Node): WireClient {
  const caller = group.call(node, { kind: replicaKind, id: 9, role: ConnectionRole.fetch });
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
    assert.ok(node.running.log.journal.firstIndex > 1);
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
  assert.ok(leader.running.log.journal.firstIndex > 10);
  late.start();
  group.until(() => late.counters.of('snapshotsFetched') === 1, 'the snapshot');
  group.until(() => late.running.applier.appliedIndex === leader.running.applier.appliedIndex, 'the rest');
  assert.equal(late.running.state.engine.stateHash(), leader.running.state.engine.stateHash());
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
  peer.send(snapshotRequest, { wanted: 0, index: snapshotIndex, offset: 0 });
  group.step(5);
  assert.deepEqual(
    peer.takeAll(snapshotChunk).map(({ index }) => index),
    [0],
    'there is none',
  );
  group.step(50);
  const next = leader.running.snapshots.snapshotIndex;
  assert.ok(next > snapshotIndex);
  peer.send(snapshotRequest, { wanted: 0, index: next, offset: 0 });
  group.step(5);
  assert.equal(peer.takeAll(snapshotChunk)[0]?.index, next);
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
  peer.send(snapshotRequest, { wanted: 0, index: snapshotIndex, offset: 0 });
  group.step(100);
  assert.deepEqual(
    peer.takeAll(snapshotChunk).map(({ index }) => index),
    [0],
    'there is none',
  );
  peer.send(snapshotRequest, { wanted: 0, index: snapshotIndex, offset: 0 });
  group.step(5);
  assert.equal(peer.takeAll(snapshotChunk)[0]?.index, snapshotIndex);
  assert.deepEqual(snapshotIndices(leader.disk), [snapshotIndex, older]);
  assert.ok(leader.running.log.journal.firstIndex <= older + 1, 'and the journal behind it');
});

test('a giver asked twice at once ends the connection', () => {
  const group = new Group(1, small);
  const leader = group.leader();
  write(group, trader(group, leader), 140_000);
  group.until(() => leader.running.snapshots.snapshotIndex > 0, 'a snapshot');
  const peer = fetcher(group, leader);
  const { snapshotIndex: index } = leader.running.snapshots;
  for (let n = 0; n < 2; n++) peer.send(snapshotRequest, { wanted: 0, index, offset: 0 });
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
  assert.equal(leader.counters.of('snapshotsFailed'), 1, 'the operator can see it');
  assert.equal(leader.running.snapshots.snapshotIndex, 0);
  assert.equal(leader.running.log.journal.firstIndex, 1, 'the journal is kept');
  leader.disk.capacityBytes = Number.MAX_SAFE_INTEGER;
  group.step(50_000);
  assert.ok(leader.running.snapshots.snapshotIndex > 0, 'and asked again later');
});

/** A cluster with some state, of which a copy takes long: by the time of this test one step in each ten cycles. */
const slowCopy = { ...small, snapshotEveryBytes: 1_000_000_000, snapshotStepBytes: 64 };

function isCopying(snapshots: Snapshots): boolean {
  return snapshots.applyLimit < Number.POSITIVE_INFINITY;
}

function isMaking(snapshots: Snapshots): boolean {
  return snapshots.periodUs < Number.POSITIVE_INFINITY;
}

/** Lets a follower begin a copy by the operator's order. */
function beginCopy(group: Group, node: Node): number {
  const { applier, state } = node.running;
  group.until(() => applier.appliedIndex === group.leader().running.log.journal.lastIndex, 'all applied');
  node.control.give('takeSnapshot');
  group.until(() => isCopying(node.running.snapshots), 'the copy');
  return state.lastSeq;
}

test('a follower that copies its state carries the quorum, applies nothing, and then what it put off', () => {
  const group = new Group(3, slowCopy);
  const leader = group.leader();
  const caller = trader(group, leader);
  write(group, caller, 14_400);
  const [node, other] = group.followers();
  const seq = beginCopy(group, node!);
  const state = node!.running.state.engine.stateHash();
  other!.crash();
  write(group, caller, 14_400);
  const { state: exchange, log, snapshots } = node!.running;
  assert.ok(isCopying(snapshots));
  assert.ok(node!.running.deadlineUs <= group.clock.us + 1_000, 'the next step is due soon');
  assert.equal(exchange.lastSeq, seq, 'nothing is applied');
  assert.equal(log.lastIndex, leader.running.log.journal.lastIndex, 'all is stored');
  assert.ok(leader.running.state.engine.lastSeq > seq + 100, 'and was committed with this follower alone');
  group.until(() => !isCopying(snapshots), 'the end of the copy');
  group.step();
  assert.equal(exchange.lastSeq, leader.running.state.engine.lastSeq);
  assert.equal(exchange.stateHash(), leader.running.state.engine.stateHash());
  group.until(() => snapshots.snapshotIndex > 0, 'the file');
  const file = parseSnapshot(node!.disk.read(snapshotName(snapshots.snapshotIndex))!);
  assert.equal(file?.seq, seq);
  assert.equal(file.stateHash, state);
  assert.equal(Engine.restore(file.state)?.stateHash(), state);
});

test('the more commands wait for a copy, the larger are its steps', () => {
  const group = new Group(3, { ...slowCopy, snapshotStepBytes: 8, segmentBytes: 1_048_576 });
  const caller = trader(group, group.leader());
  write(group, caller, 144_000);
  const node = group.followers()[0]!;
  const seq = beginCopy(group, node);
  const { applier, state, log, snapshots } = node.running;
  let waiting = 0;
  while (isCopying(snapshots)) {
    waiting = log.nextSeq - 1 - seq;
    assert.ok(waiting < 17_000, `${waiting} commands wait`);
    write(group, caller, 72_000);
  }
  assert.ok(waiting > 10_000, `${waiting} commands waited`);
  const leader = group.leader().running;
  group.until(() => applier.appliedIndex === leader.log.lastIndex, 'all applied');
  assert.equal(state.stateHash(), leader.state.engine.stateHash());
});

test('a follower that is elected gives up its copy, and makes it good once it leads in peace', () => {
  const group = new Group(3, slowCopy);
  const leader = group.leader();
  const caller = trader(group, leader);
  write(group, caller, 14_400);
  const followers = group.followers();
  for (const node of followers) beginCopy(group, node);
  write(group, caller, 14_400);
  const { lastSeq } = leader.running.state.engine;
  leader.crash();
  const elected = group.leader();
  assert.ok(followers.includes(elected));
  assert.ok(elected.running.state.engine.lastSeq >= lastSeq, 'what was put off is applied');
  for (const { running, counters } of followers) {
    assert.equal(isCopying(running.snapshots), false, 'the copy is given up');
    assert.equal(counters.of('snapshotsTaken'), 0);
  }
  group.step(5_000);
  for (const { running } of followers) assert.equal(isMaking(running.snapshots), false, 'not at once');
  for (const { running } of followers)
    group.until(() => running.snapshots.snapshotIndex > 0, 'what the operator ordered');
});

test('a follower that ends in good order while it copies loses nothing', () => {
  const group = new Group(3, slowCopy);
  const leader = group.leader();
  const caller = trader(group, leader);
  write(group, caller, 14_400);
  const node = group.followers()[0]!;
  beginCopy(group, node);
  write(group, caller, 7_200);
  node.running.stop();
  node.crash();
  assert.deepEqual(snapshotIndices(node.disk), [], 'there is no half a snapshot');
  node.start();
  const { lastSeq } = leader.running.state.engine;
  group.until(() => node.running.state.engine.lastSeq >= lastSeq, 'all applied');
  assert.equal(node.running.state.engine.stateHash(), leader.running.state.engine.stateHash());
});

test('a disk that refuses the file of a follower leaves it a follower with all applied', () => {
  const group = new Group(3, slowCopy);
  const leader = group.leader();
  const caller = trader(group, leader);
  write(group, caller, 14_400);
  const node = group.followers()[0]!;
  beginCopy(group, node);
  node.disk.capacityBytes = node.disk.usedBytes;
  write(group, caller, 7_200);
  group.until(() => !isMaking(node.running.snapshots), 'the end of the making');
  group.step(100);
  assert.equal(node.running.snapshots.snapshotIndex, 0);
  assert.ok(node.log.warnings.some((text) => text.includes('could not be written')));
  assert.equal(node.running.state.engine.stateHash(), leader.running.state.engine.stateHash());
});

test('a snapshot that replaces the state takes the place of one that is being made', () => {
  const group = new Group(3, slowCopy);
  const leader = group.leader();
  const caller = trader(group, leader);
  write(group, caller, 14_400);
  const node = group.followers()[0]!;
  beginCopy(group, node);
  write(group, caller, 7_200);
  const {
    applier,
    state: { engine },
    log,
  } = leader.running;
  const index = applier.appliedIndex;
  const state = new Uint8Array(engine.snapshotBytes());
  engine.writeSnapshot(state);
  const { configuration } = log.positionAt(index);
  const file = {
    index,
    term: leader.running.term,
    seq: engine.lastSeq,
    timeUs: engine.lastTimeUs,
    founders: [1, 2, 3],
    instance: 77,
    epoch: 1,
    configuration,
    logDigest: applier.digests.log >>> 0,
    eventDigest: engine.eventDigest >>> 0,
    stateHash: engine.stateHash(),
    state,
  };
  const bytes = buildSnapshot(file);
  const { snapshots } = node.running;
  assert.ok(isCopying(snapshots));
  assert.ok(snapshots.install({ ...file, hash: snapshotHash(bytes) }, bytes));
  assert.equal(isMaking(snapshots), false);
  assert.equal(snapshots.snapshotIndex, index);
  assert.deepEqual(node.disk.read(snapshotName(index)), bytes);
});

/** In the place of the first follower a replica comes that gives a forged snapshot; how often it was given. */
function forge(
  group: Group,
  { file, claim }: { readonly file: SnapshotFile; readonly claim: Partial<HeldSnapshot> },
): () => number {
  const first = group.followers()[0]!;
  first.crash();
  const bytes = buildSnapshot(file);
  const held = { index: file.index, term: file.term, hash: snapshotHash(bytes), ...claim };
  const calls: StandIn[] = [];
  group.standIn = () => {
    const call = newStandIn();
    call.other.send(welcome, { code: 0, replicaId: first.id, leaderId: 0, term: 77_000 });
    calls.push(call);
    return call;
  };
  let given = 0;
  return () => {
    for (const { other } of calls) {
      for (const { type } of other.take()) {
        if (type === introduction.type)
          other.send(snapshotNamed, { holderId: first.id, leaderTerm: 77_000, ...held });
        if (type !== snapshotRequest.type) continue;
        give(other, file.index, bytes);
        given++;
      }
    }
    return given;
  };
}

/** The state of a replica as a snapshot of it, with another digest than it has. */
function forgedStateOf({ running: { log, applier, state } }: Node): SnapshotFile {
  const index = applier.appliedIndex;
  const bytes = new Uint8Array(state.engine.snapshotBytes());
  state.engine.writeSnapshot(bytes);
  bytes[DIGEST]! ^= 1;
  const logDigest = applier.digests.log >>> 0;
  const { lastSeq: seq, lastTimeUs: timeUs } = state;
  const stateHash = Engine.restore(bytes)!.stateHash();
  const own = { ...log.positionAt(index), seq, timeUs, logDigest, eventDigest: state.digest >>> 0 };
  return { ...own, stateHash, state: bytes };
}

test('a snapshot that is not of the log of the leader is named by none, and fetched by none', () => {
  const group = new Group(3, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  const second = group.followers()[1]!;
  write(group, caller, 140_000);
  group.step(4_000);
  const forged = { ...forgedStateOf(leader), index: 50_000_000, term: 77_000 };
  const given = forge(group, { file: forged, claim: {} });
  for (let n = 0; n < 8; n++) {
    write(group, caller, 20_000);
    for (let m = 0; m < 40; m++) {
      group.step(100);
      given();
    }
  }
  assert.equal(given(), 0);
  for (const node of [leader, second]) {
    assert.ok(node.running.log.commitIndex < 50_000);
    assert.ok(node.running.term < 77_000);
    assert.equal(node.running.state.engine.stateHash(), leader.running.state.engine.stateHash());
  }
});

test('what a peer gives in place of the snapshot that was named is neither kept nor installed', () => {
  const group = new Group(3, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  write(group, caller, 36_000);
  const second = group.followers()[1]!;
  const forged = forgedStateOf(leader);
  const given = forge(group, { file: forged, claim: { hash: new Uint8Array(32) } });
  for (let n = 0; n < 40 && given() < 2; n++) {
    write(group, caller, 7_200);
    group.step(2_000);
  }
  group.step(1_000);
  assert.ok(given() > 0, 'it was asked for the one that it had named');
  for (const node of [leader, second]) {
    assert.equal(node.disk.read(snapshotName(forged.index)), undefined, `replica ${node.id}`);
    assert.equal(node.running.state.engine.stateHash(), leader.running.state.engine.stateHash());
  }
  assert.ok(leader.counters.of('snapshotsForged') + second.counters.of('snapshotsForged') > 0);
});

test('a snapshot that is kept to free the log replaces no state', () => {
  const group = new Group(3, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  write(group, caller, 36_000);
  const forged = forgedStateOf(leader);
  const given = forge(group, { file: forged, claim: {} });
  for (let n = 0; n < 40 && given() === 0; n++) {
    write(group, caller, 7_200);
    group.step(1_000);
  }
  group.step(1_000);
  assert.notEqual(leader.disk.read(snapshotName(forged.index)), undefined, 'it is kept');
  assert.notEqual(leader.running.state.engine.stateHash(), forged.stateHash);
});

/** Answers a request for a snapshot with these bytes. */
function give(other: WireClient, index: number, bytes: Uint8Array): void {
  const pieceBytes = 32_768;
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    const piece = bytes.subarray(offset, offset + pieceBytes);
    const record = new Uint8Array(snapshotChunk.size + Math.ceil(piece.length / 8) * 8);
    const values = { chunkBytes: piece.length, index, offset, totalBytes: bytes.length };
    snapshotChunk.write(new DataView(record.buffer), 0, values, record.length - snapshotChunk.size);
    record.set(piece, snapshotChunk.size);
    other.side.send(record, 0, record.length);
  }
}
