import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildSnapshot, snapshotHash } from '../../journal/snapshot-file.ts';
import { VirtualDisk } from '../../journal/testing/virtual-disk.ts';
import { ConnectionRole } from '../../protocol/messages.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { snapshotChunk, snapshotRequest } from '../../protocol/snapshot-messages.ts';
import type { Connection } from '../connections/connection-server.ts';
import type { NamedSnapshot } from '../log/replicated-log.ts';
import {
  FakeClock,
  FakeControl,
  FakeCounters,
  FakeDatagrams,
  FakeLog,
  FakeSeals,
} from '../testing/fake-ports.ts';
import { newStandIn } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';
import { FakeAddresses, FakeConnections } from '../testing/wires.ts';
import { SnapshotTransfer } from './snapshot-transfer.ts';

const position = {
  index: 50,
  term: 1,
  seq: 60,
  timeUs: 70,
  logDigest: 0,
  eventDigest: 0,
  stateHash: '0'.repeat(16),
};
const snapshot = {
  ...position,
  founders: [1, 2, 3],
  instance: 77,
  epoch: 1,
  configuration: new Uint8Array(8),
  state: new Uint8Array(100_000),
};
const good = buildSnapshot(snapshot);
const named = { index: position.index, term: position.term, hash: snapshotHash(good), leaderTerm: 1 };
const stepUs = 1_000;

/** One that fetches from replica 2, and the giver's end of the connection. */
class Fetch {
  readonly log = new FakeLog();
  readonly counters = new FakeCounters();
  readonly transfer: SnapshotTransfer;
  peer!: WireClient;
  calls = 0;
  closed = 0;
  nowUs = 1_000_000;
  readonly #view = new DataView(new ArrayBuffer(65_536));
  #connection!: Connection;

  constructor(name: NamedSnapshot | 'none' = named) {
    const connections = new FakeConnections(8, () => {
      const { own, other } = newStandIn();
      this.peer = other;
      return own;
    });
    const ports = {
      clock: new FakeClock(),
      datagrams: new FakeDatagrams(() => []),
      connections,
      addresses: new FakeAddresses(connections),
      seals: new FakeSeals(),
      storage: new VirtualDisk(),
      counters: this.counters,
      control: new FakeControl(),
      log: this.log,
    };
    const source = {
      snapshotIndex: 0,
      held: undefined,
      openSnapshot: () => undefined,
      request: () => undefined,
      damaged: () => {},
    };
    const call = (replicaId: number): boolean => {
      this.calls += 1;
      const role = ConnectionRole.fetch;
      const place = {
        id: connections.connect(replicaId, role),
        role,
        peerKind: PartyKind.replica,
        peerId: replicaId,
      };
      this.#connection = { ...place, isOurs: true, isReady: true, sinceUs: 0 };
      return true;
    };
    const names = {
      hold: () => undefined,
      of: () => (name === 'none' ? undefined : name),
      isNamed: () => true,
    };
    this.transfer = new SnapshotTransfer(ports, { source, names }, call, () => {
      this.closed += 1;
    });
    this.step();
    if (this.transfer.fetch(2, 10, 'keep') && this.calls > 0) this.transfer.connectionReady(this.#connection);
  }

  step(): void {
    this.nowUs += stepUs;
    this.transfer.doWork(this.nowUs);
  }

  /** A piece comes. */
  give(
    bytes: Uint8Array,
    offset: number,
    chunkBytes: number,
    values: { index?: number; totalBytes?: number } = {},
  ): void {
    const chunk = { chunkBytes, index: position.index, offset, totalBytes: bytes.length, ...values };
    const padded = (chunkBytes + 7) & ~7;
    const length = snapshotChunk.write(this.#view, 0, chunk, padded);
    new Uint8Array(this.#view.buffer).set(bytes.subarray(offset, offset + chunkBytes), snapshotChunk.size);
    this.transfer.takeRecord(this.#connection, snapshotChunk.type, this.#view, 0, length);
  }

  giveAll(bytes: Uint8Array, values: { index?: number } = {}): void {
    for (let at = 0; at < bytes.length; at += 30_000)
      this.give(bytes, at, Math.min(30_000, bytes.length - at), values);
  }
}

test('a snapshot comes in pieces, and is handed over once', () => {
  const fetch = new Fetch();
  assert.equal(fetch.peer.takeAll(snapshotRequest)[0]?.index, 50, 'the one that is named');
  fetch.giveAll(good);
  const finished = fetch.transfer.takeFinished();
  assert.equal(finished?.file.index, 50);
  assert.deepEqual(finished?.bytes, good);
  assert.equal(fetch.transfer.takeFinished(), undefined);
  assert.equal(fetch.closed, 1);
});

test('failure 17: a piece that does not belong there, or a wrong byte anywhere, is no snapshot', () => {
  const wrong: [string, (fetch: Fetch) => void][] = [
    ['another index', (fetch) => fetch.giveAll(good, { index: 51 })],
    ['one that is not newer', (fetch) => fetch.give(good, 0, 8, { index: 10 })],
    ['one that is newer than was named', (fetch) => fetch.give(good, 0, 8, { index: 60 })],
    ['not from the start', (fetch) => fetch.give(good, 8, 8)],
    ['beyond its end', (fetch) => fetch.give(good, 0, 16, { totalBytes: 8 })],
    ['more than a replica takes', (fetch) => fetch.give(good, 0, 8, { totalBytes: 2 ** 40 })],
    ['nothing at all', (fetch) => fetch.give(good, 0, 0)],
    [
      'another size than before',
      (fetch) => {
        fetch.give(good, 0, 8, { totalBytes: 100_000 });
        fetch.give(good, 8, 8, { totalBytes: 100_008 });
      },
    ],
  ];
  for (const [what, give] of wrong) {
    const fetch = new Fetch();
    give(fetch);
    assert.equal(fetch.transfer.takeFinished(), undefined, what);
    assert.ok(fetch.closed > 0, what);
  }
  for (const at of [0, 4, 9, 30, 70, 5_000, good.length - 1]) {
    const fetch = new Fetch();
    const damaged = good.slice();
    damaged[at]! ^= 1;
    fetch.giveAll(damaged);
    assert.equal(fetch.transfer.takeFinished(), undefined, `byte ${at}`);
    assert.equal(fetch.log.warnings.length, 1);
  }
});

test('a snapshot that is not the one that the leader has named is refused, however sound it is, and counted', () => {
  const state = snapshot.state.slice();
  state[99_999] = 1;
  const forged = {
    state: buildSnapshot({ ...snapshot, state }),
    term: buildSnapshot({ ...snapshot, term: 2 }),
  };
  for (const [what, bytes] of Object.entries(forged)) {
    const fetch = new Fetch();
    fetch.giveAll(bytes);
    assert.equal(fetch.transfer.takeFinished(), undefined, what);
    assert.match(fetch.log.warnings.join(), /differs from the snapshot that the leader has named/);
    assert.equal(fetch.counters.of('snapshotsForged'), 1);
    assert.equal(fetch.closed, 1);
  }
});

test('nothing is fetched that no leader has named, nor what is not newer', () => {
  assert.equal(new Fetch().transfer.fetch(2, 10, 'install'), false, 'one fetch at a time');
  const nothingNamed = new Fetch('none');
  assert.equal(nothingNamed.calls, 0);
  for (let n = 0; n < 1_000; n++) nothingNamed.step();
  assert.equal(nothingNamed.transfer.fetch(2, 10, 'install'), false, 'it may be named later');
  const old = new Fetch({ ...named, index: 10 });
  assert.equal(old.calls, 0, 'there is nothing newer');
});

test('a giver that stalls is given up, and another time is asked', () => {
  const fetch = new Fetch();
  fetch.give(good, 0, 8);
  for (let n = 0; n < 5_000; n++) fetch.step();
  fetch.transfer.fetch(3, 10, 'keep');
  assert.equal(fetch.calls, 1, 'one fetch at a time');
  for (let n = 0; n < 6_000; n++) fetch.step();
  assert.equal(fetch.closed, 1);
  fetch.transfer.fetch(3, 10, 'keep');
  assert.equal(fetch.calls, 2);
});
