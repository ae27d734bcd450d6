import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Journal, logStart } from '../../journal/journal.ts';
import { VirtualDisk } from '../../journal/testing/virtual-disk.ts';
import { emptyRaftMessage, RaftType } from '../../protocol/datagrams.ts';
import { FrameKind, frameHeaderBytes } from '../../protocol/frames.ts';
import { ReplicaFault } from '../fault.ts';
import {
  FakeClock,
  FakeControl,
  FakeCounters,
  FakeDatagrams,
  FakeLog,
  FakeSeals,
} from '../testing/fake-ports.ts';
import { clusterId } from '../testing/group.ts';
import { FakeAddresses, FakeConnections } from '../testing/wires.ts';
import { Replication } from './replication.ts';

const frames = 200;
const frameBytes = frameHeaderBytes + 32_000;

/** Replication of replica 1 over a journal of 200 frames of 32 KB. */
function replication(): { datagrams: FakeDatagrams; disk: VirtualDisk; sent: Replication; journal: Journal } {
  const disk = new VirtualDisk();
  const wanted = { clusterId, replicaId: 1, segmentBytes: 1_048_576, mayBeTorn: false, mustExist: false };
  const { journal } = Journal.open(disk, { ...wanted, startAfter: logStart });
  assert.ok(journal !== undefined);
  for (let n = 1; n <= frames; n++) {
    journal.reserve(frameBytes);
    journal.seal(frameBytes, 1, n, 0, FrameKind.commands);
  }
  const origin = { clusterId, foundation: 1, instance: 1, epoch: 1, agreement: 1 };
  const datagrams = new FakeDatagrams(() => []);
  const seals = new FakeSeals();
  seals.use(2, seals.offer(2).keyId);
  const connections = new FakeConnections(4, () => undefined);
  const ports = {
    clock: new FakeClock(),
    datagrams,
    connections,
    addresses: new FakeAddresses(connections),
    seals,
    storage: disk,
    counters: new FakeCounters(),
    control: new FakeControl(),
    log: new FakeLog(),
  };
  return { datagrams, disk, journal, sent: new Replication(origin, 1, 40_000, ports, journal) };
}

test('what is sent again in one cycle is bounded, so that no heartbeat is late', () => {
  const { datagrams, sent } = replication();
  const message = { ...emptyRaftMessage(), type: RaftType.append, from: 1, to: 2, term: 1 };
  sent.sendAppend(message, frames);
  assert.ok(datagrams.sentBytes > 1_000_000 && datagrams.sentBytes < 3_000_000, `${datagrams.sentBytes}`);
});

test('failure 17: a frame that rotted is not sent: the replica stops, and repairs at its next start', () => {
  const { sent, journal } = replication();
  journal.locate(3);
  journal.foundBytes[journal.foundAt + 1_000]! ^= 1;
  const message = { ...emptyRaftMessage(), type: RaftType.append, from: 1, to: 2, term: 1 };
  assert.throws(() => sent.sendAppend(message, frames), ReplicaFault);
});
