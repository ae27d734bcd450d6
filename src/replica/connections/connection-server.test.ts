import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyCode } from '../../protocol/codes.ts';
import { WIRE_VERSION } from '../../protocol/layout.ts';
import {
  ConnectionRole,
  challenge,
  connectionMagic,
  hello,
  leadership,
  ping,
  pong,
  proofBytes,
  refused,
  snapshotRequest,
  welcome,
} from '../../protocol/messages.ts';
import type { Caller } from '../testing/caller.ts';
import { FakeKeys } from '../testing/fake-ports.ts';
import { clusterId, Group, newStandIn, type StandIn } from '../testing/group.ts';

const { session, tether, fetch } = ConnectionRole;

test('a caller that proves the key is welcome, and is told who leads', () => {
  const group = new Group(1);
  const caller = group.call(group.leader());
  group.step();
  caller.sayHello(clusterId);
  group.step();
  const [first, second] = caller.take();
  assert.deepEqual(welcome.read(first!.view, 0), { code: 0, replicaId: 1, leaderId: 1, term: 1 });
  assert.equal(leadership.read(second!.view, 0).serving, 1);
});

test('a hello that is wrong in any way is refused with the reason, and ends the connection', () => {
  const group = new Group(3);
  const leader = group.leader();
  const { id } = leader;
  const wrong: [string, number, ConstructorParameters<typeof FakeKeys>, number, number, number][] = [
    ['key of sessions', ReplyCode.notAuthorized, [11, 99], session, 0, clusterId],
    ['key of the cluster', ReplyCode.notAuthorized, [99, 22], tether, 9, clusterId],
    ['cluster', ReplyCode.wrongCluster, [], session, 0, clusterId + 1],
    ['a session with the id of a replica', ReplyCode.malformed, [], session, 3, clusterId],
    ['a tether of nobody', ReplyCode.malformed, [], tether, 0, clusterId],
    ['a tether of ourselves', ReplyCode.malformed, [], tether, id, clusterId],
    ['a fetch of ourselves', ReplyCode.malformed, [], fetch, id, clusterId],
  ];
  for (const [what, code, keys, role, replicaId, cluster] of wrong) {
    const caller = group.call(leader);
    group.step();
    caller.sayHello(cluster, role, replicaId, new FakeKeys(...keys));
    group.step();
    assert.equal(caller.takeAll(welcome)[0]?.code, code, what);
    assert.equal(caller.side.hasEnded, true, what);
  }
});

test('the proof of one connection opens no other', () => {
  const group = new Group(1);
  const leader = group.leader();
  const [honest, thief] = [group.call(leader), group.call(leader)];
  group.step();
  const nonce = honest.takeAll(challenge)[0]!.nonce;
  const values = { magic: connectionMagic, clusterId, role: session, replicaId: 0, reserved: 0 };
  const bytes = new Uint8Array(hello.size);
  hello.write(new DataView(bytes.buffer), 0, { ...values, proof: new Uint8Array(proofBytes) });
  const proof = leader.keys.proof(session, nonce, bytes);
  thief.send(hello, { ...values, proof });
  group.step();
  assert.equal(thief.takeAll(welcome)[0]?.code, ReplyCode.notAuthorized);
  honest.send(hello, { ...values, proof });
  group.step();
  assert.equal(honest.takeAll(welcome)[0]?.code, ReplyCode.ok);
});

test('nothing is heard before the proof', () => {
  const group = new Group(1);
  const caller = group.call(group.leader());
  group.step();
  caller.send(ping, { number: 1 });
  group.step();
  const records = caller.take();
  assert.equal(records.filter(({ type }) => type === pong.type).length, 0);
  assert.equal(refused.read(records.at(-1)!.view, 0).code, ReplyCode.malformed);
  assert.equal(caller.side.hasEnded, true);
});

test('silence before the proof ends the connection, silence after it does not', () => {
  const group = new Group(1);
  const leader = group.leader();
  const silent = group.call(leader);
  const known = group.connect(leader);
  group.step(60_000);
  assert.equal(silent.side.hasEnded, true);
  assert.equal(known.side.hasEnded, false);
});

test('a flood of silent callers keeps out neither clients nor peers', () => {
  const group = new Group(3);
  const leader = group.leader();
  const flood = Array.from({ length: 60 }, () => {
    const side = leader.connections.accept();
    group.step(200);
    return side;
  });
  assert.ok(
    flood.some((side) => side?.hasEnded === true),
    'the oldest had to go',
  );
  const client = group.connect(leader);
  assert.equal(client.takeAll(welcome)[0]?.code, ReplyCode.ok);
  const [peer] = group.followers();
  peer!.crash();
  peer!.start();
  group.step(500);
  assert.equal(peer!.counters.of('connections'), 4, 'a tether stands in each direction to both');
});

test('a crowd that comes at once leaves those that came first the time to answer, and waits for a place', () => {
  const group = new Group(1);
  const leader = group.leader();
  const crowd = Array.from({ length: 30 }, () => group.call(leader));
  group.step(100);
  const isAsked = ({ side }: Caller): boolean => side.to > side.from;
  const asked = crowd.filter(isAsked);
  assert.equal(leader.counters.of('connectionsRefused'), 0, 'nobody was turned away');
  const [first] = asked;
  const last = crowd.at(-1)!;
  assert.ok(asked.length < crowd.length && !asked.includes(last), 'the last one waits');
  first!.sayHello(clusterId);
  group.step();
  assert.equal(first!.takeAll(welcome)[0]?.code, ReplyCode.ok);
  group.until(() => isAsked(last), 'that the last one is let in');
  last.sayHello(clusterId);
  group.step();
  assert.equal(last.takeAll(welcome)[0]?.code, ReplyCode.ok);
});

test('the caller that has been silent longest gives way, and none that has proven its key', () => {
  const group = new Group(1);
  const leader = group.leader();
  const known = group.connect(leader);
  for (let n = 0; n < 200; n++) {
    leader.connections.accept();
    group.step(50);
    const honest = group.call(leader);
    group.step(50);
    honest.sayHello(clusterId);
    group.step();
    assert.equal(honest.takeAll(welcome)[0]?.code, ReplyCode.ok, `caller ${n}`);
    honest.side.close();
    group.step();
  }
  assert.equal(known.side.hasEnded, false);
});

test('a silent caller gives way to callers of its own host before those of others do', () => {
  const group = new Group(1);
  const leader = group.leader();
  const slow = leader.connections.accept(7)!;
  group.step();
  for (let n = 0; n < 60; n++) {
    leader.connections.accept(1 + (n % 2));
    group.step();
  }
  assert.equal(slow.hasEnded, false);
});

test('sessions are bounded, and leave room for peers', () => {
  const group = new Group(3);
  const leader = group.leader();
  const clients = Array.from({ length: 30 }, () => group.connect(leader));
  const codes = clients.map((client) => client.takeAll(welcome)[0]?.code);
  const welcomed = codes.filter((code) => code === ReplyCode.ok).length;
  assert.ok(welcomed >= 16 && welcomed < 24, `${welcomed} of 32`);
  assert.ok(codes.slice(welcomed).every((code) => code === ReplyCode.tooManyConnections));
  const peer = group.call(leader);
  group.step();
  peer.sayHello(clusterId, fetch, 5);
  group.step();
  assert.equal(peer.takeAll(welcome)[0]?.code, ReplyCode.ok);
  clients[0]!.side.close();
  group.step();
  assert.equal(group.connect(leader).takeAll(welcome)[0]?.code, ReplyCode.ok, 'one left, one comes');
});

test('bytes without sense end their own connection only', () => {
  const group = new Group(1);
  const leader = group.leader();
  const [wild, calm] = [group.connect(leader), group.connect(leader)];
  wild.side.send(Uint8Array.of(3, 0, 135, WIRE_VERSION, 9, 9, 9, 9), 0, 8);
  group.step();
  assert.equal(wild.takeAll(refused)[0]?.code, ReplyCode.malformed);
  assert.equal(wild.side.hasEnded, true);
  calm.send(ping, { number: 1 });
  group.step();
  assert.equal(calm.takeAll(pong).length, 1);
});

test('a peer that we call proves nothing to us by a welcome alone, and gets our proof once', () => {
  const group = new Group(2);
  const [caller, called] = [group.nodes[0]!, group.nodes[1]!];
  called.crash();
  // In the place of the peer there is a caller that asks again and again.
  const sides: StandIn[] = [];
  group.standIn = () => {
    const pair = newStandIn();
    sides.push(pair);
    return pair;
  };
  group.until(() => sides.length > 0, 'a call');
  group.step();
  const { other } = sides[0]!;
  const asked = { magic: connectionMagic, clusterId, replicaId: called.id };
  other.send(challenge, { ...asked, nonce: new Uint8Array(16) });
  other.send(challenge, { ...asked, nonce: new Uint8Array(16).fill(1) });
  group.step(2);
  assert.equal(other.takeAll(hello).length, 1);
  assert.equal(other.side.hasEnded, true);
  group.until(() => sides.length > 1, 'the next call');
  sides[1]!.other.send(welcome, { code: 0, replicaId: called.id, leaderId: 0, term: 0 });
  group.step(2);
  assert.equal(sides[1]!.other.side.hasEnded, true);
  assert.equal(caller.log.warnings.length, 1, 'told once');
});

test('a peer that refuses us is told of once, not at each call', () => {
  const group = new Group(2);
  const [caller, other] = [group.nodes[0]!, group.nodes[1]!];
  other.crash();
  other.keys = new FakeKeys(99, 22);
  other.start();
  group.step(20_000);
  assert.ok(other.counters.of('connectionsRefused') > 3);
  assert.equal(caller.log.warnings.length, 1);
});

test('a session connection understands nothing of a fetch', () => {
  const group = new Group(1);
  const caller = group.connect(group.leader());
  caller.take();
  caller.send(snapshotRequest, { reserved: 0, index: 0, offset: 0 });
  group.step();
  assert.equal(caller.takeAll(refused)[0]?.code, ReplyCode.malformed);
});
