/** What replicas tell each other of themselves before they go on, and what comes of a difference. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { raftDatagram } from '../../protocol/datagrams.ts';
import { sealHeaderBytes } from '../../protocol/limits.ts';
import { ConnectionRole, introduction } from '../../protocol/messages.ts';
import { setU53 } from '../../std/integers.ts';
import { Group, type Node } from '../testing/group.ts';
import { replicaKind } from '../testing/wires.ts';
import { agreementNumber } from './agreement.ts';

/** A follower that was stopped and comes back with another file. */
function restarted(group: Group, file: Node['file']): Node {
  const [node] = group.followers();
  node!.crash();
  node!.file = file;
  node!.start();
  group.step(3_000);
  return node!;
}

function warningsOf(group: Group): string[] {
  return group.nodes.map(({ log }) => log.warnings.join('\n'));
}

test('replicas with another commit rule do not hear each other, and say so on both sides', () => {
  const group = new Group(3, { durability: 'disk' });
  const leader = group.leader();
  const { term } = leader.running;
  const odd = restarted(group, { durability: 'memory' });
  assert.equal(odd.running.leaderId, 0);
  assert.equal(odd.running.log.raft.isRecovering, false);
  assert.equal(leader.running.serving, true);
  assert.equal(leader.running.term, term);
  assert.ok(leader.counters.of('peersRefused') > 0);
  assert.ok(odd.counters.of('peersRefused') > 0);
  assert.match(
    odd.log.warnings.join(),
    new RegExp(`durability is disk at replica ${leader.id} and memory here`),
  );
  assert.match(
    leader.log.warnings.join(),
    new RegExp(`durability is memory at replica ${odd.id} and disk here`),
  );
  assert.equal(leader.counters.of('peersRefused'), 2 ** (odd.id - 1));
  odd.crash();
  odd.file = {};
  odd.start();
  group.until(() => odd.running.leaderId === leader.id, 'its return');
  group.until(() => leader.counters.of('peersRefused') === 0, 'the end of the difference');
});

test('the agreement of two releases with other limits, or another commit rule, is another number', () => {
  assert.notEqual(agreementNumber({ durability: 'disk' }), agreementNumber({ durability: 'memory' }));
});

test('what may differ is told once, with both values, and stops nothing', () => {
  const group = new Group(3);
  group.leader();
  const odd = restarted(group, { failover: 'manual', frameBytes: 4_096 });
  assert.notEqual(odd.running.leaderId, 0);
  for (const { id, log, counters } of group.nodes) {
    if (id === odd.id) continue;
    const told = log.warnings.filter((text) => /is configured otherwise/.test(text));
    assert.deepEqual(told, [
      `Replica ${odd.id} is configured otherwise, in failover manual there, automatic here; ` +
        'replication.datagramBytesMax (4096 there, 8192 here). It goes on; the files should be the same.',
    ]);
    assert.equal(counters.of('peersDiffering'), 2 ** (odd.id - 1));
    assert.equal(counters.of('peersRefused'), 0);
  }
});

test('files that differ in what no value shows are told by their hash', () => {
  const group = new Group(3, { configHash: '0011223344556677' });
  group.leader();
  const odd = restarted(group, { configHash: 'ffeeddccbbaa9988' });
  assert.match(odd.log.warnings.join(), /is configured otherwise, in addresses or bounds/);
});

test('replicas of two foundations say whom each was founded with', () => {
  const group = new Group(3, {}, 2);
  group.leader();
  for (const node of group.nodes.slice(3)) {
    node.file = { founders: [1, 2, 3, 4, 5] };
    node.start();
  }
  group.step(15_000);
  const [one, , , four] = warningsOf(group);
  assert.match(
    one!,
    /Replica 4 belongs to a cluster that was founded with replicas 1, 2, 3, 4, 5 .* founded with 1, 2, 3 /,
  );
  assert.match(
    four!,
    /Replica 1 belongs to a cluster that was founded with replicas 1, 2, 3 .*without --bootstrap/,
  );
  assert.equal(group.nodes[0]!.counters.of('peersRefused'), 0b11000);
});

test('a generation that cannot be is not believed of a member, and ends nothing', () => {
  const group = new Group(3);
  const leader = group.leader();
  const [turned, other] = group.followers() as [Node, Node];
  const calls = (node: Node) =>
    group.call(node, { kind: replicaKind, id: turned.id, role: ConnectionRole.tether });
  turned.crash();
  const first = calls(leader);
  group.step(5);
  const [said] = first.takeAll(introduction);
  for (const [node, call] of [
    [leader, first],
    [other, calls(other)],
  ] as const) {
    group.step(5);
    call.send(introduction, { ...said!, epoch: 2 ** 40, instance: said!.instance + 1 });
    group.step(50);
    assert.match(
      node.log.warnings.join(),
      /says that it belongs to generation 1099511627776 .* is not believed/,
    );
    assert.equal(node.running.log.raft.isSuperseded, false);
  }
  group.step(2_000);
  assert.equal(group.leader(), leader);
});

test('a term that was never is not entered, and the leader of the true one goes on', () => {
  const group = new Group(3);
  const leader = group.leader();
  const [turned] = group.followers() as [Node];
  const { term } = leader.running;
  const { seals } = turned;
  const seal = seals.seal.bind(seals);
  seals.seal = (peer, bytes, view, plainTo) => {
    setU53(view, sealHeaderBytes + raftDatagram.at.term, Number.MAX_SAFE_INTEGER - 1);
    return seal(peer, bytes, view, plainTo);
  };
  group.step(5_000);
  assert.equal(group.leader(), leader);
  assert.equal(leader.running.term, term);
  for (const node of group.nodes) if (node !== turned) assert.ok(node.counters.of('datagramsMalformed') > 0);
});

test('how much a replica holds is said again where no replica leads any more', () => {
  const group = new Group(5, { electionTimeoutUs: 60_000, electionTimeoutUsMin: 60_000 });
  const leader = group.leader();
  const [short, long, ...others] = group.followers() as [Node, Node, ...Node[]];
  group.step(200);
  short.datagrams.isCutOff = true;
  for (let n = 0; n < 3; n++) leader.control.give('endDay');
  group.step(300);
  assert.ok(long.running.log.lastIndex > short.running.log.lastIndex);
  for (const node of [leader, ...others]) node.crash();
  group.step(12_000);
  short.control.give('beginGeneration', short.id);
  group.step(50);
  assert.match(short.control.replies.at(-1)!.text, new RegExp(`^Replica ${long.id} holds more`));
});

test('no generation begins from a replica while another one is reached that holds more', () => {
  const group = new Group(3, { electionTimeoutUs: 60_000, electionTimeoutUsMin: 60_000 });
  const leader = group.leader();
  const [short, long] = group.followers();
  short!.datagrams.isCutOff = true;
  for (let n = 0; n < 3; n++) leader.control.give('endDay');
  group.step(300);
  for (const node of group.nodes) node.crash();
  short!.datagrams.isCutOff = false;
  for (const node of [short!, long!]) {
    // Their votes are lost, and with them the right to vote.
    node.disk.remove('state');
    node.start();
  }
  group.step(2_000);
  assert.ok(short!.running.log.raft.isRecovering && long!.running.log.raft.isRecovering);
  short!.control.give('beginGeneration', short!.id);
  group.step(50);
  assert.match(
    short!.control.replies.at(-1)!.text,
    new RegExp(
      `Replica ${long!.id} holds more \\(up to frame \\d+\\): let the generation begin there.*"force"`,
    ),
  );
  const tried = { isTrial: true };
  long!.control.give('beginGeneration', long!.id, false, tried);
  short!.control.give('beginGeneration', short!.id, true, tried);
  group.step(50);
  for (const node of [long!, short!]) assert.equal(node.control.replies.at(-1)!.ok, true);
  assert.ok(short!.running.log.raft.isRecovering, 'a trial changes nothing');
});
