import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReplyCode } from '../../protocol/codes.ts';
import { WIRE_VERSION } from '../../protocol/layout.ts';
import { sessionConnectionsMax } from '../../protocol/limits.ts';
import { ConnectionRole, leadership, ping, pong, refused, welcome } from '../../protocol/messages.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { snapshotRequest } from '../../protocol/snapshot-messages.ts';
import { Group, newStandIn, type StandIn } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';
import { gatewayKind, replicaKind } from '../testing/wires.ts';

const { fetch } = ConnectionRole;
const programKind = PartyKind.program;

test('a caller is welcome, and hears who leads', () => {
  const group = new Group(1);
  const caller = group.connect(group.leader());
  const [first, second] = caller.take();
  assert.deepEqual(welcome.read(first!.view, 0), { code: 0, replicaId: 1, leaderId: 1, term: 1 });
  assert.equal(leadership.read(second!.view, 0).serving, 1);
});

test('sessions are bounded, and leave room for peers', () => {
  const group = new Group(3);
  const leader = group.leader();
  const clients = Array.from({ length: 24 }, () => group.connect(leader));
  const codes = clients.map((client) => client.takeAll(welcome)[0]?.code);
  const welcomed = codes.filter((code) => code === ReplyCode.ok).length;
  assert.ok(welcomed >= 16 && welcomed < 24, `${welcomed} of 32`);
  assert.ok(codes.slice(welcomed).every((code) => code === ReplyCode.tooManyConnections));
  const peer = group.call(leader, { kind: replicaKind, id: 5, role: fetch });
  group.step();
  assert.equal(peer.takeAll(welcome)[0]?.code, ReplyCode.ok);
  clients[0]!.side.close();
  group.step();
  assert.equal(group.connect(leader).takeAll(welcome)[0]?.code, ReplyCode.ok, 'one left, one comes');
});

test('a party that holds most session places gives its oldest one up to another party, down to the share of that', () => {
  const group = new Group(3);
  const leader = group.leader();
  const third = Array.from({ length: 24 }, () => group.call(leader, { kind: gatewayKind, id: 9 }));
  group.step();
  const held = third.filter(isWelcome);
  const gateways = Array.from({ length: 24 }, (_, n) => {
    const gateway = group.call(leader, { kind: gatewayKind, id: 1 + (n % 2) });
    group.step();
    return { gateway, welcomed: isWelcome(gateway) };
  });
  const lost = held.filter(({ side }) => side.hasEnded);
  assert.deepEqual(lost, held.slice(0, lost.length), 'the oldest go first');
  assert.equal(lost[0]!.takeAll(refused)[0]?.code, ReplyCode.tooManyConnections);
  const shares = [held.length - lost.length, ...[0, 1].map((of) => shareOf(gateways, of))];
  assert.ok(Math.max(...shares) - Math.min(...shares) <= 1, `shares of three parties: ${shares}`);
  assert.ok(gateways.every(({ gateway, welcomed }) => gateway.side.hasEnded === !welcomed));
  lost[0]!.side.close();
  assert.equal(isWelcome(group.connect(leader)), true, 'a fourth party finds a place too');
});

test('a program has an eighth of the session places, however many are free, and gets one when another one ends', () => {
  const group = new Group(3, { connectionsMax: 128 });
  const leader = group.leader();
  const callers = [9, 9, 9, 9, 8].flatMap((id) =>
    Array.from({ length: 8 }, () => group.call(leader, { kind: programKind, id })),
  );
  group.step();
  const [ofNine, ofEight] = [callers.slice(0, 32).filter(isWelcome), callers.slice(32).filter(isWelcome)];
  assert.deepEqual([ofNine.length, ofEight.length], [Math.floor(sessionConnectionsMax(128) / 8), 8]);
  assert.equal(leader.counters.of('connectionsRefused'), 32 - ofNine.length);
  ofNine[3]!.side.close();
  group.step();
  const next = group.call(leader, { kind: programKind, id: 9 });
  group.step();
  assert.ok(isWelcome(next));
  const operator = Array.from({ length: 24 }, () => group.connect(leader));
  assert.ok(operator.every(isWelcome), 'others have no such bound');
});

function isWelcome(caller: WireClient): boolean {
  return caller.takeAll(welcome)[0]?.code === ReplyCode.ok;
}

/** The places of one of two parties whose callers alternate. */
function shareOf(callers: readonly { readonly welcomed: boolean }[], of: number): number {
  return callers.filter(({ welcomed }, n) => welcomed && n % 2 === of).length;
}

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

/** A replica that calls what is in the place of its peer. */
function callingGroup(): { group: Group; sides: StandIn[]; warnings: () => readonly string[] } {
  const group = new Group(2);
  const [caller, called] = [group.nodes[0]!, group.nodes[1]!];
  called.crash();
  const sides: StandIn[] = [];
  group.standIn = () => {
    const pair = newStandIn();
    sides.push(pair);
    return pair;
  };
  group.until(() => sides.length > 0, 'a call');
  return { group, sides, warnings: () => caller.log.warnings };
}

test('a peer that we call must welcome us, before anything else and in time', () => {
  const { group, sides } = callingGroup();
  const [early] = sides as [StandIn];
  early.other.send(ping, { number: 1 });
  group.step(2);
  assert.equal(early.other.side.hasEnded, true);
  group.until(() => sides.length > 1, 'the next call');
  const silent = sides.at(-1)!;
  group.step(60_000);
  assert.equal(silent.other.side.hasEnded, true);
});

test('a peer that refuses us is named once, not at each call', () => {
  const { group, sides, warnings } = callingGroup();
  const refusal = { code: ReplyCode.tooManyConnections, replicaId: 2, leaderId: 0, term: 0 };
  for (let n = 0; n < 5; n++) {
    group.until(() => sides.length > n, 'a call');
    sides[n]!.other.send(welcome, refusal);
    group.step(2);
    assert.equal(sides[n]!.other.side.hasEnded, true);
  }
  assert.equal(warnings().length, 1);
});

test('a session connection understands nothing of a fetch', () => {
  const group = new Group(1);
  const caller = group.connect(group.leader());
  caller.take();
  caller.send(snapshotRequest, { wanted: 0, index: 0, offset: 0 });
  group.step();
  assert.equal(caller.takeAll(refused)[0]?.code, ReplyCode.malformed);
});
