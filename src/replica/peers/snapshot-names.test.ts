import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectionRole } from '../../protocol/messages.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { snapshotNamed } from '../../protocol/snapshot-messages.ts';
import type { Connection } from '../connections/connection-server.ts';
import type { HeldSnapshot } from '../log/replicated-log.ts';
import { FakeCounters } from '../testing/fake-ports.ts';
import { FakeConnections } from '../testing/wires.ts';
import { LeaderNames } from './snapshot-names.ts';

const hash = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const held: HeldSnapshot = { index: 40, term: 2, hash: hash(1) };

function tetherTo(peerId: number): Connection {
  const role = ConnectionRole.tether;
  return { id: peerId, role, isOurs: true, peerKind: PartyKind.replica, peerId, isReady: true, sinceUs: 0 };
}

/** Three replicas, and tethers between all of them that are full for a while where a test says so. */
class Names {
  readonly logs = [1, 2, 3].map((replicaId) => ({
    options: { replicaId },
    isLeader: replicaId === 1,
    term: 3,
    leaderId: 1,
    termAt: (index: number) => (index <= 100 ? 2 : -1),
  }));
  readonly names: readonly LeaderNames[];
  isFull = false;
  /** How often anything was said. */
  said = 0;
  /** Replicas that do not run. */
  readonly gone = new Set<number>();

  constructor() {
    this.names = this.logs.map((log, n) => {
      const connections = new FakeConnections(0, () => undefined);
      connections.send = (to, bytes, from, end) => this.#carry(n + 1, to, bytes.slice(from, end));
      return new LeaderNames(log, { connections, counters: new FakeCounters() });
    });
  }

  of(id: number): LeaderNames {
    return this.names[id - 1]!;
  }

  work(): void {
    for (let n = 0; n < 3; n++) {
      for (const [at, names] of this.names.entries()) {
        const peers = [1, 2, 3].filter((id) => id !== at + 1 && !this.gone.has(id));
        if (!this.gone.has(at + 1)) names.doWork(peers, (id) => [tetherTo(id)]);
      }
    }
  }

  /** Another replica leads from now on. */
  elect(id: number, term: number): void {
    for (const log of this.logs)
      Object.assign(log, { leaderId: id, term, isLeader: log.options.replicaId === id });
  }

  #carry(from: number, to: number, bytes: Uint8Array): boolean {
    if (this.isFull) return false;
    this.said += 1;
    return this.of(to).record(tetherTo(from), new DataView(bytes.buffer), 0, bytes.length);
  }
}

test('what a follower holds is named by the leader to all, until the follower holds another', () => {
  const group = new Names();
  group.of(2).hold(held);
  group.work();
  for (const id of [1, 3]) {
    const named = group.of(id).of(2);
    assert.deepEqual(named, { ...held, leaderTerm: 3 }, `replica ${id}`);
    assert.equal(group.of(id).isNamed(named), true);
  }
  const { said } = group;
  group.work();
  assert.equal(group.said, said, 'what is not new is not said again');
  group.of(2).hold(undefined);
  group.work();
  assert.equal(group.of(3).of(2), undefined);
});

test('what is said where a tether has no room is said again', () => {
  const group = new Names();
  group.isFull = true;
  group.of(2).hold(held);
  group.work();
  assert.equal(group.of(3).of(2), undefined);
  group.isFull = false;
  group.work();
  assert.equal(group.of(3).of(2)?.index, 40);
});

test('the leader names nothing that is not of its log', () => {
  const group = new Names();
  for (const wrong of [{ term: 1 }, { index: 101 }]) {
    group.of(2).hold({ ...held, ...wrong });
    group.work();
    for (const id of [1, 3]) assert.equal(group.of(id).of(2), undefined);
  }
});

test('a follower names nothing, neither in its own term nor in one that it makes up', () => {
  const group = new Names();
  const bytes = new Uint8Array(snapshotNamed.size);
  const view = new DataView(bytes.buffer);
  for (const leaderTerm of [0, 3, 9]) {
    snapshotNamed.write(view, 0, { holderId: 2, leaderTerm, ...held });
    assert.ok(group.of(3).record(tetherTo(2), view, 0, bytes.length));
    group.work();
    assert.equal(group.of(3).of(2), undefined);
  }
});

test('what a deposed leader has named counts only where the present one names it too', () => {
  const group = new Names();
  group.of(1).hold({ ...held, hash: hash(7) });
  group.of(2).hold(held);
  group.work();
  const [ofDeposed, ofOther] = [group.of(3).of(1)!, group.of(3).of(2)!];
  group.elect(2, 4);
  group.gone.add(1);
  group.of(2).forget(1);
  assert.equal(group.of(3).of(1), undefined, 'the new leader has named nothing yet');
  assert.equal(group.of(3).isNamed(ofOther), false);
  group.work();
  assert.equal(group.of(3).isNamed(ofOther), true, 'the new leader holds it, and names it');
  assert.equal(group.of(3).isNamed(ofDeposed), false);
  group.elect(0, 4);
  assert.equal(group.of(3).isNamed(ofOther), false, 'without a leader nothing is named');
});

test('a peer that is not believed any more has said nothing, and a malformed name ends its tether', () => {
  const group = new Names();
  group.of(2).hold(held);
  group.work();
  group.of(1).forget(2);
  group.work();
  for (const id of [1, 3]) assert.equal(group.of(id).of(2), undefined);
  const bytes = new Uint8Array(snapshotNamed.size);
  assert.equal(group.of(1).record(tetherTo(2), new DataView(bytes.buffer), 0, bytes.length), false);
});
