import assert from 'node:assert/strict';
import { test } from 'node:test';
import { snapshotIndices, snapshotName } from '../../journal/snapshot-file.ts';
import { Random } from '../../std/random.ts';
import { ReplicaFault } from '../fault.ts';
import { Group, type Node } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';

function trader(group: Group, leader: Node): WireClient {
  const caller = group.connect(leader);
  caller.open(1);
  group.step(3);
  caller.takeOpened();
  caller.createAccount();
  caller.createInstrument();
  for (let n = 0; n < 100; n++) caller.place(n % 3 === 0 ? 1 : 2, 100 + (n % 7));
  group.step(5);
  return caller;
}

/** A group of one that has traded, its process dead; and the hash of its state. */
function tradedAlone(durability: 'memory' | 'disk'): { group: Group; node: Node; hash: string } {
  const group = new Group(1, { durability, segmentBytes: 65_536 });
  const node = group.leader();
  trader(group, node);
  const hash = node.running.state.engine.stateHash();
  return { group, node, hash };
}

test('a process that died comes back with all that it held, and votes', () => {
  const { group, node, hash } = tradedAlone('memory');
  node.crash();
  node.start();
  assert.equal(node.running.log.raft.isRecovering, false);
  group.leader();
  assert.equal(node.running.state.engine.stateHash(), hash);
});

test('a clean end needs no recovery, whatever happens to the machine after it', () => {
  const { group, node, hash } = tradedAlone('memory');
  node.running.stop();
  node.replica = undefined;
  node.disk.powerCut(new Random(1));
  node.start();
  assert.equal(node.running.log.raft.isRecovering, false);
  group.leader();
  assert.equal(node.running.state.engine.stateHash(), hash);
});

test('failure 17: after a power cut in `memory` mode a replica recovers, in `disk` mode it has lost nothing', () => {
  for (const durability of ['memory', 'disk'] as const) {
    const { group, node, hash } = tradedAlone(durability);
    node.replica = undefined;
    node.disk.powerCut(new Random(1));
    node.start();
    assert.equal(node.running.log.raft.isRecovering, durability === 'memory');
    if (durability === 'memory') continue;
    group.leader();
    assert.equal(node.running.state.engine.stateHash(), hash);
  }
});

test('failure 20: a blank folder in a living cluster does not vote', () => {
  const group = new Group(3);
  const node = group.followers()[0]!;
  node.crash();
  for (const name of node.disk.list()) node.disk.remove(name);
  node.start();
  assert.equal(node.running.log.raft.isRecovering, true);
  group.until(() => !node.running.log.raft.isRecovering, 'its return');
});

test('the folder of another replica is refused in words', () => {
  const group = new Group(2);
  const [first, second] = [group.nodes[0]!, group.nodes[1]!];
  first.crash();
  second.crash();
  second.storage = first.disk;
  assert.throws(
    () => second.start(),
    (error) =>
      error instanceof ReplicaFault &&
      /belongs to replica 1 .*move that folder away: this replica begins with a blank one/.test(
        error.message,
      ),
  );
});

test('failure 17: the newest snapshot is damaged: the one before and the journal give the same state', () => {
  const group = new Group(1, { segmentBytes: 65_536, snapshotEveryBytes: 65_536 });
  const node = group.leader();
  const caller = trader(group, node);
  for (let n = 0; n < 40; n++) {
    for (let order = 0; order < 100; order++) caller.place(order % 2 === 0 ? 1 : 2, 100);
    group.step(10);
    caller.take();
  }
  const hash = node.running.state.engine.stateHash();
  const [newest] = snapshotIndices(node.disk);
  assert.ok(node.running.log.journal.firstIndex > 1);
  node.crash();
  node.disk.flipByte(snapshotName(newest!), 500);
  node.start();
  group.leader();
  assert.equal(node.running.log.raft.isRecovering, false);
  assert.equal(node.running.state.engine.stateHash(), hash);
});

test('a change of the membership that stands in the journal below the newest snapshot is not made again', () => {
  const group = new Group(1);
  const node = group.leader();
  node.connections.addresses = new Set([1, 2]);
  const change = { kind: 'addLearner', replicaId: 2 } as const;
  const next = node.running.log.raft.changeConfiguration([change]);
  assert.ok(typeof next !== 'string' && node.running.log.appendConfiguration(next));
  const changeIndex = node.running.log.journal.lastIndex;
  trader(group, node);
  node.control.give('takeSnapshot');
  group.until(() => snapshotIndices(node.disk).length === 1, 'a snapshot');
  node.crash();
  node.start();
  const { log, snapshots } = node.running;
  const { raft, journal } = log;
  assert.equal(journal.firstIndex, 1);
  assert.ok(snapshots.snapshotIndex > changeIndex, 'the snapshot is younger');
  assert.deepEqual(raft.configuration.learners, [2]);
});

test('a replica does not run where it could not note that it runs', () => {
  const { node } = tradedAlone('memory');
  node.running.stop();
  node.replica = undefined;
  const { disk } = node;
  const flush = disk.flush.bind(disk);
  // A new file in place of the old one is a precaution; what is saved in it then is not.
  disk.write = () => false;
  let refusals = 0;
  for (let nth = 1; nth < 10; nth++) {
    let flushes = 0;
    // The disk refuses one flush of the state file.
    disk.flush = (region) => {
      if (region.name === 'state') flushes += 1;
      return (region.name !== 'state' || flushes !== nth) && flush(region);
    };
    try {
      node.start();
    } catch (error) {
      assert.ok(error instanceof ReplicaFault, String(error));
      refusals += 1;
      continue;
    }
    assert.ok(flushes < nth, `refusal ${nth} was noticed`);
    break;
  }
  assert.ok(refusals >= 2 && refusals < 9);
});

test('failure 17: a term that only the log still knew does not fall when the log is lost too', () => {
  const { node } = tradedAlone('memory');
  const { term } = node.running.log.raft;
  assert.ok(term > 0);
  node.crash();
  node.disk.remove('state');
  node.start();
  assert.equal(node.running.log.raft.isRecovering, true);
  assert.equal(node.running.log.raft.term, term);
  node.crash();
  for (const name of node.disk.list()) if (name !== 'state') node.disk.remove(name);
  node.start();
  assert.equal(node.running.log.raft.term, term);
});

test('a folder that is a copy is recovering: it may be older than what its replica promised since', () => {
  for (const how of ['copied', 'copied over files'] as const) {
    const group = new Group(3);
    const node = group.followers()[0]!;
    node.crash();
    const image = node.disk.image();
    node.start();
    group.step(100);
    assert.equal(node.running.log.raft.isRecovering, false, 'it is the same folder');
    node.crash();
    node.disk.putBack(image, how);
    node.start();
    assert.equal(node.running.log.raft.isRecovering, true, how);
    assert.ok(
      node.log.warnings.some((line) => /folder is a copy/.test(line)),
      'it is told',
    );
    group.until(() => !node.running.log.raft.isRecovering, 'the return');
  }
});

test('a volume that was set back is found out by those who heard of a later start', () => {
  const group = new Group(3);
  const node = group.followers()[0]!;
  node.crash();
  const image = node.disk.image();
  node.start();
  group.step(1_000);
  node.crash();
  node.disk.putBack(image, 'set back');
  node.start();
  group.until(() => node.running.log.raft.isRecovering, 'being told');
  assert.ok(
    node.log.warnings.some((line) => /older than what its replica promised/.test(line)),
    'it is told',
  );
  group.until(() => !node.running.log.raft.isRecovering, 'the return');
});
