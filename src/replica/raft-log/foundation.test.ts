/** The founding configuration: the first frame of every log, and which replica hears which. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualDisk } from '../../journal/testing/virtual-disk.ts';
import { frameHeaderBytes, readFrameHeader } from '../../protocol/frames.ts';
import { newMember } from '../../protocol/roster.ts';
import { ConfigurationFault, ReplicaFault } from '../fault.ts';
import { Group, type Node } from '../testing/group.ts';

const three = [1, 2, 3];
const five = [1, 2, 3, 4, 5];
/** Long enough for many elections. */
const longSteps = 20_000;

/** Machines 1 to 5, none of them started. */
function blankFive(): Group {
  return new Group(0, { electionTimeoutUs: 20_000, electionTimeoutUsMin: 12_000, heartbeatUs: 4_000 }, 5);
}

function found(group: Group, ids: readonly number[], founders: readonly number[]): void {
  for (const id of ids) {
    const node = group.nodes[id - 1]!;
    node.file = { founders };
    node.start();
  }
}

function leaders(group: Group): number[] {
  return group.nodes.filter(({ replica }) => replica?.serving === true).map(({ id }) => id);
}

/** The bytes of the first frame of its journal. */
function firstFrame({ running: { log } }: Node): Uint8Array {
  const { journal } = log;
  assert.ok(journal.locate(1));
  return journal.foundBytes.slice(journal.foundAt, journal.foundAt + journal.foundLength);
}

test('the first frame of every founder is the founding configuration, in the same bytes', () => {
  const group = blankFive();
  found(group, [1], [3, 1, 2]);
  found(group, [2], [1, 2, 3]);
  found(group, [3], [2, 3, 1]);
  const [one, two, other] = group.nodes.map((node) => (node.replica ? firstFrame(node) : undefined));
  assert.deepEqual(one, two);
  assert.deepEqual(one, other);
  const { index, term, count, firstSeq } = readFrameHeader(new DataView(one!.buffer), 0);
  assert.deepEqual([index, term, count, firstSeq], [1, 0, 0, 1]);
  assert.ok(one!.length > frameHeaderBytes);
  group.leader();
  for (const { running } of group.nodes.slice(0, 3)) assert.deepEqual(running.log.founders, three);
});

test('the first leader of all needs every founder; from then on a majority does', () => {
  const group = blankFive();
  found(group, [1, 2], three);
  group.step(longSteps);
  assert.deepEqual(leaders(group), []);
  found(group, [3], three);
  const leader = group.leader();
  group.step(1_000);
  leader.crash();
  group.until(() => leaders(group).length === 1, 'the leader of two that are left');
});

test('founders whose files differ found nothing, however they are split', () => {
  for (const sides of [[], [1, 2], [1, 4, 5], [3, 4, 5]]) {
    const group = blankFive();
    group.split(sides);
    found(group, [1, 2], three);
    found(group, [3, 4, 5], five);
    group.step(longSteps);
    assert.deepEqual(leaders(group), []);
    group.cuts.clear();
    group.step(longSteps);
    assert.deepEqual(leaders(group), []);
    assert.ok(group.nodes[0]!.counters.of('peersRefused') > 0);
  }
});

test('a living cluster is not taken over by founders of a larger one, although its own replica joins their file', () => {
  const group = blankFive();
  found(group, three, three);
  const leader = group.leader();
  group.step(1_000);
  found(group, [4, 5], five);
  const [one] = group.nodes;
  one!.crash();
  one!.file = { founders: five };
  one!.start();
  assert.deepEqual(one!.running.log.raft.configuration.voters, three, 'the log says who votes');
  group.split([1, 4, 5]);
  group.step(longSteps);
  assert.ok(leaders(group).every((id) => three.includes(id)));
  const { term } = group.nodes[1]!.running;
  for (const { running } of group.nodes.slice(3)) {
    assert.equal(running.leaderId, 0);
    assert.equal(running.term, 0);
  }
  group.cuts.clear();
  group.step(longSteps);
  assert.equal(leaders(group).length, 1);
  assert.ok(group.nodes[1]!.running.term < term + 3, 'nobody disturbs the cluster');
  for (const { running } of group.nodes.slice(3)) assert.deepEqual(running.log.founders, five);
  assert.ok(leader.running.log.founders.join() === three.join());
});

test('a replica without a log knows no members, takes the foundation of the cluster that it joins, and keeps it', () => {
  const group = new Group(3, { description: newMember({ replicaId: 1, host: '-' }) }, 1);
  const leader = group.leader();
  const blank = group.nodes[3]!;
  blank.bootstrap = false;
  blank.file = { founders: five };
  blank.start();
  group.step(2_000);
  assert.deepEqual(blank.running.log.raft.configuration.voters, []);
  assert.deepEqual(blank.running.log.founders, []);
  assert.deepEqual(blank.log.warnings, [], 'so a new machine begins');
  leader.control.give('addMember', 4);
  group.until(() => blank.running.log.founders.length > 0, 'its first frame');
  assert.deepEqual(blank.running.log.founders, three);
  assert.deepEqual(firstFrame(blank), firstFrame(leader));
  blank.crash();
  blank.start();
  assert.deepEqual(blank.running.log.founders, three);
});

test('the foundation comes in a snapshot where the log does not go back to it', () => {
  const group = new Group(3, { segmentBytes: 65_536, snapshotEveryBytes: 65_536 });
  const leader = group.leader();
  const [node] = group.followers();
  node!.crash();
  for (const name of node!.disk.list()) node!.disk.remove(name);
  const caller = group.connect(leader);
  caller.open(1);
  group.step(3);
  caller.takeOpened();
  caller.createAccount();
  caller.createInstrument();
  while (group.nodes.some(({ replica }) => replica !== undefined && replica.log.journal.firstIndex === 1)) {
    for (let order = 0; order < 100; order++) caller.place(order % 2 === 0 ? 1 : 2, 100);
    group.step(20);
    caller.take();
  }
  node!.start();
  group.until(() => !node!.running.log.raft.isRecovering, 'its return');
  assert.deepEqual(node!.running.log.founders, three);
  node!.crash();
  for (const name of node!.disk.list()) if (name.startsWith('segment')) node!.disk.remove(name);
  node!.disk.remove('state');
  node!.start();
  assert.deepEqual(node!.running.log.founders, three);
});

test('a founding that is interrupted anywhere goes on at the next start', () => {
  let interrupted = 0;
  for (let nth = 1; nth < 40; nth++) {
    const group = new Group(0, {}, 3);
    found(group, [2, 3], three);
    const node = group.nodes[0]!;
    node.file = { founders: three };
    let calls = 0;
    const { disk } = node;
    const flush = disk.flush.bind(disk);
    disk.flush = (region) => ++calls !== nth && flush(region);
    let isInterrupted = false;
    try {
      node.start();
    } catch (error) {
      assert.ok(error instanceof ReplicaFault, String(error));
      isInterrupted = true;
    }
    disk.flush = flush;
    if (!isInterrupted) break;
    interrupted += 1;
    disk.crash();
    node.start();
    assert.equal(node.running.log.raft.isRecovering, false);
    group.leader();
    assert.deepEqual(node.running.log.founders, three);
  }
  assert.ok(interrupted >= 3, `${interrupted} interruptions prove little`);
});

/** Whether the founding frame is in a segment. */
function holdsFrame({ bytes }: { readonly bytes: Uint8Array }): boolean {
  return Buffer.from(bytes).includes(Uint8Array.of(3, 0, 0, 0, 1, 2, 3, 0));
}

test('a founding that was interrupted does not go on with other founders, and without the word it recovers', () => {
  const group = new Group(0, {}, 3);
  const node = group.nodes[0]!;
  node.file = { founders: three };
  const { disk } = node;
  const flush = disk.flush.bind(disk);
  // The frame is in the journal, and the state file does not know it yet.
  disk.flush = (region) => !holdsFrame(region) && flush(region);
  assert.throws(() => node.start(), /founding configuration cannot be written/);
  disk.flush = flush;
  node.file = { founders: [1, 2, 4] };
  assert.throws(
    () => node.start(),
    (error) => error instanceof ReplicaFault && /interrupted with replicas 1, 2, 3/.test(error.message),
  );
  node.bootstrap = false;
  node.start();
  assert.equal(node.running.log.raft.isRecovering, true);
});

test('a founder whose folder holds something already founds nothing', () => {
  const group = new Group(3);
  const leader = group.leader();
  group.step(500);
  const [node] = group.followers();
  node!.crash();
  node!.disk.remove('state');
  node!.bootstrap = true;
  node!.start();
  assert.equal(node!.running.log.raft.isRecovering, true);
  assert.equal(leader.running.serving, true);
});

/** The order to go on from `node`, and its next start. */
function rebuiltFrom(group: Group, node: Node, others: readonly number[]): void {
  node.control.give('beginGeneration', node.id, false, { others });
  assert.throws(() => group.step(100), ReplicaFault);
  node.crash();
  node.start();
}

test('a founder that was started without being told to found is told so, and the others begin without its vote', () => {
  const group = blankFive();
  found(group, [2, 3], three);
  const [one, two, other] = group.nodes as [Node, Node, Node];
  one.file = { founders: three };
  one.bootstrap = false;
  one.start();
  group.step(longSteps);
  assert.deepEqual(leaders(group), []);
  assert.match(
    two.log.warnings.join(),
    /Replica 1 is a founder of this cluster and was started without .*"lockstep members rebuild"/,
  );
  one.control.give('beginGeneration', one.id);
  group.step(50);
  assert.match(one.control.replies.at(-1)!.text, /has no log.*--bootstrap/);

  one.crash();
  one.bootstrap = true;
  one.start();
  group.step(longSteps);
  assert.deepEqual(one.running.log.founders, three);
  assert.ok(one.running.log.raft.isRecovering, 'nobody knows what another folder of it may have promised');
  assert.deepEqual(leaders(group), []);
  rebuiltFrom(group, two, [1, 3]);
  group.until(() => two.running.serving, 'service by one of the founders');
  const { cut, epoch } = { cut: two.running.membership.cut!, epoch: two.running.epoch };
  assert.deepEqual([epoch, cut.seq], [2, 0]);
  for (const node of [one, other]) {
    node.control.give('leaveGeneration', node.id, true, { cut });
    assert.throws(() => group.step(100), ReplicaFault);
    node.crash();
    node.bootstrap = false;
    node.start();
  }
  // There was no leader yet that could have noted how the others are reached: an operator gives them their votes.
  for (const id of [1, 3]) {
    const votes = (): boolean => two.running.membership.voters.includes(id);
    for (let n = 0; n < 100 && !votes(); n++) {
      two.control.give('promoteMember', id, true);
      group.step(100);
    }
    assert.ok(votes(), `the vote of replica ${id}`);
  }
});

test('a founder whose folder was emptied before the first leader does not stop the others for good', () => {
  const group = blankFive();
  found(group, [1, 2], three);
  group.step(500);
  const [one, , other] = group.nodes as [Node, Node, Node];
  one.crash();
  for (const name of one.disk.list()) one.disk.remove(name);
  one.bootstrap = true;
  found(group, [1, 3], three);
  group.step(longSteps);
  assert.deepEqual(leaders(group), []);
  rebuiltFrom(group, other, [1, 2]);
  group.until(() => other.running.serving, 'service by one of the founders');
});

test('founders of two files say that neither has led yet, and what to do then', () => {
  const group = blankFive();
  found(group, [1], [1, 2, 4]);
  found(group, [2, 3], three);
  group.step(longSteps);
  const one = group.nodes[0]!;
  for (const { log } of group.nodes.slice(0, 3))
    assert.match(log.warnings.join(), /Neither has had a leader yet/);
  one.crash();
  for (const name of one.disk.list()) one.disk.remove(name);
  one.bootstrap = true;
  found(group, [1], three);
  group.step(longSteps);
  if (!one.running.log.raft.isRecovering) return void group.leader();
  rebuiltFrom(group, one, [2, 3]);
  group.until(() => one.running.serving, 'service by one of the founders');
});

test('a folder with files of two clusters is refused in words', () => {
  const group = new Group(0, {}, 3);
  found(group, three, three);
  group.leader();
  const one = group.nodes[0]!;
  const state = one.disk.read('state')!;
  one.crash();
  const stranger = new Group(0, {}, 1);
  found(stranger, [1], [1]);
  stranger.leader();
  const other = stranger.nodes[0]!;
  other.crash();
  const mixed = new VirtualDisk();
  for (const name of other.disk.list()) {
    mixed.startWrite(name, name === 'state' ? state : other.disk.read(name)!);
    mixed.backgroundWrite();
  }
  one.storage = mixed;
  assert.throws(
    () => one.start(),
    (error) =>
      error instanceof ReplicaFault &&
      /founded with replicas 1, 2, 3, the other with 1\./.test(error.message),
  );
});

test('a file without the address of a voter is refused with what to do; one that names more is told', () => {
  const group = new Group(3);
  group.leader();
  group.step(500);
  const [one, two] = group.nodes;
  one!.crash();
  one!.connections.addresses = new Set([2, 4]);
  assert.throws(
    () => one!.start(),
    (error) =>
      error instanceof ConfigurationFault &&
      /voters 1, 2, 3, and the configuration file names 1, 2, 4: there is no address of replica 3.*members replace/.test(
        error.message,
      ),
  );
  one!.connections.addresses = new Set([2, 3, 4, 5]);
  one!.start();
  assert.match(one!.log.warnings.join(), /names replicas that are no members: they have no vote/);
  assert.deepEqual(one!.running.log.raft.configuration.voters, three);
  two!.crash();
  group.leader();
});
