import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WIRE_VERSION } from '../protocol/layout.ts';
import { ConnectionRole } from '../protocol/messages.ts';
import { PartyKind } from '../protocol/parties.ts';
import { StreamSide } from '../std/testing/streams.ts';
import { TrustFailure } from './failures.ts';
import { CallerHandshake, type OwnIdentity } from './handshake.ts';
import { LinkReports, type LinkTrouble } from './link-reports.ts';
import { type LinkPeer, SecureConnections } from './secure-connections.ts';
import { newStreamBuffers, SecureStream } from './secure-stream.ts';
import { FakeTransport } from './testing/fake-transport.ts';
import { type Authority, bytesFrom, identity, smallCluster } from './testing/parties.ts';

const { session, tether, fetch } = ConnectionRole;
const connectionsMax = 32;
const second = 1_000_000;
let secrets = 0;

/** One process: its links over transports in memory, and what it heard. */
class Side {
  readonly own: OwnIdentity;
  readonly transport: FakeTransport;
  readonly links: SecureConnections;
  readonly opened = new Map<number, LinkPeer>();
  readonly closed: number[] = [];
  readonly troubles: LinkTrouble[] = [];
  readonly warnings: string[] = [];
  /** What each link has received and the handler has taken. */
  readonly bytes = new Map<number, number[]>();
  /** Most bytes that it takes of one offer. */
  appetite = Number.POSITIVE_INFINITY;
  onOpened: (link: number) => void = () => undefined;

  constructor(world: World, own: OwnIdentity) {
    this.own = own;
    this.transport = new FakeTransport(connectionsMax, (id) => world.replicas.get(id)?.transport.accept(1));
    const listener = new LinkReports({
      count: (trouble) => this.troubles.push(trouble),
      warn: (text, fields) => this.warnings.push(`${text}: ${JSON.stringify(fields)}`),
      hostName: (source) => `host ${source}`,
      nowUs: () => world.nowUs,
    });
    const ports = {
      identity: { own, verifier: world.authority },
      random: (into: Uint8Array) => into.set(bytesFrom(`secret ${secrets++}`, into.length)),
      nowUs: () => world.nowUs,
      listener,
    };
    this.links = new SecureConnections(this.transport, ports, {
      connectionsMax,
      inputBytes: 65_536,
      outputBytes: 65_536,
    });
  }

  cycle(): number {
    const work = this.links.poll({
      opened: (link, peer) => {
        this.opened.set(link, peer);
        this.bytes.set(link, []);
        this.onOpened(link);
      },
      received: (link, bytes, view, from, to) => {
        assert.equal(view.getUint8(from), bytes[from]);
        const known = this.bytes.get(link);
        assert.ok(known !== undefined, 'nothing comes before the proof');
        const taken = Math.min(to - from, this.appetite);
        known.push(...bytes.subarray(from, from + taken));
        return taken;
      },
      closed: (link) => this.closed.push(link),
    });
    this.links.flush();
    return work;
  }

  /** The one link that is open. */
  get link(): number {
    assert.equal(this.opened.size, 1);
    return [...this.opened.keys()][0]!;
  }

  say(text: string, link = this.link): boolean {
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    return this.links.send(link, bytes, 0, bytes.length);
  }

  heard(link = this.link): string {
    return String.fromCharCode(...this.bytes.get(link)!);
  }
}

class World {
  readonly authority: Authority;
  readonly replicas = new Map<number, Side>();
  readonly sides: Side[] = [];
  nowUs = 5 * second;

  constructor(authority: Authority) {
    this.authority = authority;
  }

  add(own: OwnIdentity, address = own.party.kind === PartyKind.replica ? own.party.id : 0): Side {
    const side = new Side(this, own);
    this.sides.push(side);
    if (address !== 0) this.replicas.set(address, side);
    return side;
  }

  step(cycles = 1, stepUs = 1_000): void {
    for (let n = 0; n < cycles; n++) {
      this.nowUs += stepUs;
      for (const side of this.sides) side.cycle();
    }
  }
}

const cluster = smallCluster();
const { replica1, replica2, gateway1, gateway2, program, operator } = cluster;

function makeWorld(): World {
  return new World(smallCluster().authority);
}

/** Replica 1, and a party that has called it. */
function called(
  own: OwnIdentity,
  role: ConnectionRole,
): { world: World; server: Side; caller: Side; id: number } {
  const world = makeWorld();
  const server = world.add(replica1);
  const caller = world.add(own);
  const id = caller.links.connect(1, role);
  return { world, server, caller, id };
}

test('both sides hear of a link once both have proven themselves, and what is said on it', () => {
  const { world, server, caller, id } = called(gateway1, session);
  assert.equal(caller.say('early', id), false, 'nothing is sent before the proof');
  world.step(6);
  assert.deepEqual(caller.opened.get(id), { kind: PartyKind.replica, id: 1, life: 11, role: session });
  assert.deepEqual([...server.opened.values()], [{ kind: PartyKind.gateway, id: 1, life: 0, role: session }]);
  assert.ok(caller.say('order ') && caller.say('order'));
  assert.ok(server.say('welcome'));
  world.step(2);
  assert.equal(server.heard(), 'order order');
  assert.equal(caller.heard(), 'welcome');
  assert.deepEqual([caller.troubles, server.troubles], [[], []]);
});

test('what is said in one cycle is sealed once', () => {
  const { world, server, caller } = called(gateway1, session);
  world.step(6);
  const before = server.transport.sideOf(server.link).to;
  for (let n = 0; n < 16; n++) caller.say('12345678');
  caller.links.flush();
  const sealed = server.transport.sideOf(server.link).to - before;
  assert.equal(sealed, 8 + 16 * 8 + 16, 'one header, one tag');
});

test('what is more than a piece, or than a transport takes, comes whole and in order', () => {
  const { world, server, caller } = called(replica2, fetch);
  world.step(6);
  caller.appetite = 1_000;
  const block = Uint8Array.from({ length: 40_000 }, (_, n) => n & 0xff);
  let sent = 0;
  for (let n = 0; n < 400 && caller.bytes.get(caller.link)!.length < 400_000; n++) {
    if (sent < 10 && server.links.send(server.link, block, 0, block.length)) sent++;
    world.step();
  }
  const heard = caller.bytes.get(caller.link)!;
  assert.equal(heard.length, 400_000);
  assert.ok(heard.every((byte, n) => byte === ((n % 40_000) & 0xff)));
});

test('a handler that takes nothing fills the link, and loses nothing', () => {
  const { world, server, caller } = called(gateway1, session);
  world.step(6);
  server.appetite = 0;
  const block = new Uint8Array(10_000).fill(7);
  let sent = 0;
  for (let n = 0; n < 200; n++) {
    if (caller.links.send(caller.link, block, 0, block.length)) sent += block.length;
    world.step();
  }
  assert.ok(sent < 600_000, `${sent} bytes are held at most`);
  assert.ok(caller.links.room(caller.link) < block.length);
  server.appetite = Number.POSITIVE_INFINITY;
  world.step(50);
  assert.equal(server.bytes.get(server.link)!.length, sent);
});

test('an end comes after what was said before it, and ends the link at the other side', () => {
  const { world, server, caller } = called(gateway1, session);
  world.step(6);
  server.say('refused');
  server.links.close(server.link);
  world.step(3);
  assert.equal(caller.heard(), 'refused');
  assert.deepEqual(caller.closed, [caller.link]);
  assert.deepEqual(server.closed, [], 'who closes knows');
});

test('a process that dies ends its links at once, without a word of trouble', () => {
  const { world, server, caller } = called(replica2, tether);
  world.step(6);
  caller.transport.drop();
  world.sides.splice(1, 1);
  world.step(2);
  assert.deepEqual(server.closed, [server.link]);
  assert.deepEqual(server.warnings, []);
});

test('a call that comes to nothing ends, and one that is never answered too', () => {
  const world = makeWorld();
  const caller = world.add(replica2);
  const nobody = caller.links.connect(3, tether);
  world.step(2);
  assert.deepEqual(caller.closed, [nobody]);
  const silent = caller.transport;
  world.replicas.set(1, { transport: { accept: () => StreamSide.pair()[0] } } as unknown as Side);
  const unanswered = caller.links.connect(1, tether);
  world.step(100, 100_000);
  assert.deepEqual(caller.closed, [nobody, unanswered]);
  assert.equal(silent.count, 0);
});

/** Which party calls replica 1 for what, and what both sides count of it. */
const refused: [string, (world: World) => OwnIdentity, ConnectionRole, LinkTrouble][] = [
  ['a gateway as a replica', () => gateway1, tether, 'linksWrongParty'],
  ['a replica as a gateway', () => replica2, session, 'linksWrongParty'],
  ['an operator as a replica', () => operator, tether, 'linksWrongParty'],
  ['a key that no authority knows', () => identity('gateway', 9), session, 'linksNotCertified'],
  [
    'the certificate of another',
    () => ({ ...gateway2, staticKey: gateway1.staticKey }),
    session,
    'linksNotCertified',
  ],
  ['the identity of the called one', () => replica1, tether, 'linksWrongParty'],
  [
    'a revoked key',
    (world) => {
      world.authority.finds(program, TrustFailure.revoked);
      return program;
    },
    session,
    'linksNotCertified',
  ],
  ['another cluster', () => ({ ...gateway1, clusterUuid: new Uint8Array(16) }), session, 'linksOtherCluster'],
];

for (const [what, own, role, trouble] of refused) {
  test(`${what} is refused, counted, and named once in the log of both`, () => {
    const world = makeWorld();
    const server = world.add(replica1);
    const caller = world.add(own(world), 9);
    for (let n = 0; n < 3; n++) {
      caller.links.connect(1, role);
      world.step(6);
    }
    assert.equal(server.opened.size, 0);
    assert.deepEqual(server.troubles, [trouble, trouble, trouble]);
    assert.deepEqual(new Set(caller.troubles), new Set(['linksRefused']));
    assert.equal(server.warnings.length, 1);
    assert.match(server.warnings[0]!, /a caller was refused: .*"host":"host 1"/);
    assert.equal(caller.warnings.length, 1);
    assert.match(caller.warnings[0]!, /do not come together: \{"peer":1,"reason":"It refused this side/);
    assert.equal(server.transport.count + caller.transport.count, 0, 'nothing is left of it');
  });
}

test('what answers at the address of a replica, and is none or another, is never heard', () => {
  const impostors = [
    identity('replica', 9),
    { ...identity('replica', 1), staticKey: gateway1.staticKey },
    { ...replica2, party: replica1.party },
    { ...gateway1, party: replica1.party },
  ];
  for (const impostor of impostors) {
    const world = makeWorld();
    const server = world.add({ ...impostor, party: { kind: PartyKind.replica, id: 1 } }, 1);
    server.onOpened = () => assert.fail('an impostor was believed');
    const caller = world.add(gateway1);
    caller.links.connect(1, session);
    world.step(10);
    assert.equal(caller.opened.size, 0);
    assert.deepEqual(caller.closed.length, 1);
    assert.equal(caller.warnings.length, 1);
  }
});

test('a link on which a byte is changed ends, and is named', () => {
  const { world, server, caller } = called(gateway1, session);
  world.step(6);
  caller.say('order');
  caller.links.flush();
  const side = server.transport.sideOf(server.link);
  side.bytes[side.to - 3]! ^= 1;
  world.step(2);
  assert.deepEqual(server.troubles, ['linksForged']);
  assert.deepEqual(server.closed, [server.link]);
  assert.equal(server.heard(), '');
});

/** A caller that says what a test gives it. */
function stranger(server: Side, source: number): StreamSide {
  const side = server.transport.accept(source);
  assert.ok(side !== undefined, 'a handle is free');
  return side;
}

function openingOf(own: OwnIdentity): Uint8Array {
  const handshake = new CallerHandshake(
    own,
    cluster.authority,
    { role: session, replicaId: 1 },
    bytesFrom('x'),
  );
  return new SecureStream(handshake, () => newStreamBuffers(65_536, 65_536)).output.slice();
}

test('silence before the proof ends a connection, silence after it does not', () => {
  const { world, server } = called(gateway1, session);
  const silent = stranger(server, 7);
  world.step(10);
  world.step(60, 100_000);
  assert.equal(silent.hasEnded, true);
  assert.deepEqual(server.closed, []);
});

test('bytes without sense end their own connection only, with a word why', () => {
  const { world, server } = called(gateway1, session);
  world.step(6);
  for (const bytes of [
    new Uint8Array(100),
    Uint8Array.of(0xff, 0xff, 143, WIRE_VERSION),
    Uint8Array.of(32, 0, 143, WIRE_VERSION + 1),
  ]) {
    const side = stranger(server, 7);
    world.step();
    side.send(bytes, 0, bytes.length);
    world.step(30);
    assert.equal(side.hasEnded, true);
    assert.ok(side.to > side.from, 'it is answered');
  }
  assert.deepEqual(server.closed, []);
  assert.deepEqual(new Set(server.troubles), new Set(['linksOtherCluster', 'linksMalformed']));
});

test('a flood of silent callers keeps nobody out, and no proven link gives way', () => {
  const { world, server } = called(gateway1, session);
  world.step(6);
  for (let n = 0; n < 200; n++) {
    server.transport.accept(7);
    world.step(1, 50_000);
    const caller = world.add(gateway2);
    caller.links.connect(1, session);
    world.step(6);
    assert.equal(caller.opened.size, 1, `caller ${n}`);
    caller.links.close(caller.link);
    world.step(2);
    world.sides.pop();
  }
  assert.ok(server.troubles.includes('connectionsRefused'));
});

test('a crowd that comes at once leaves those that came first the time to answer, and waits for a place', () => {
  const world = makeWorld();
  const server = world.add(replica1);
  const crowd = Array.from({ length: 30 }, () => stranger(server, 7));
  world.step(100);
  assert.deepEqual(server.troubles, [], 'nobody was turned away');
  assert.ok(server.transport.waiting > 0);
  for (const side of crowd.slice(0, 10)) side.close();
  world.step(2);
  assert.equal(server.transport.waiting, 0);
});

test('a silent caller gives way to callers of its own host before those of others do', () => {
  const world = makeWorld();
  const server = world.add(replica1);
  const slow = stranger(server, 7);
  world.step();
  for (let n = 0; n < 60; n++) {
    server.transport.accept(1 + (n % 2));
    world.step(1, 250_000 / 60);
  }
  assert.equal(slow.hasEnded, false);
});

test('a crowd that has begun to prove itself makes no newcomer of another host give way', () => {
  const world = makeWorld();
  const server = world.add(replica1);
  const opening = openingOf(identity('gateway', 9));
  while (server.transport.waiting === 0) {
    stranger(server, 7).send(opening, 0, opening.length);
    world.step();
  }
  const newcomer = stranger(server, 8);
  world.step(10);
  assert.equal(newcomer.hasEnded, false, 'its first byte has had no time to come');
});

test('a few silent callers give way before more that have begun to prove themselves', () => {
  const world = makeWorld();
  const server = world.add(replica1);
  const opening = openingOf(identity('gateway', 9));
  const begun = Array.from({ length: 14 }, () => stranger(server, 7));
  for (const side of begun) side.send(opening, 0, opening.length);
  world.step(20);
  for (let n = 0; n < 20; n++) {
    stranger(server, 8 + (n % 2));
    world.step(1, 20_000);
  }
  assert.ok(server.troubles.includes('connectionsRefused') && begun.every((side) => !side.hasEnded));
});

test('a poll works off one message of a stranger at most, and the core does not sleep over the others', () => {
  const world = makeWorld();
  const server = world.add(replica1);
  const opening = openingOf(gateway1);
  const sides = Array.from({ length: 8 }, () => stranger(server, 7));
  server.cycle();
  for (const side of sides) side.send(opening, 0, opening.length);
  const answered = (): number => sides.filter((side) => side.to > side.from).length;
  for (let n = 1; n <= sides.length; n++) {
    assert.ok(server.cycle() > 0);
    assert.equal(answered(), n);
  }
});

test('a host that proves nothing gets few handshakes a second, and takes none from others', () => {
  const world = makeWorld();
  const server = world.add(replica1);
  const opening = openingOf(identity('gateway', 9));
  let answered = 0;
  for (let n = 0; n < 1_000; n++) {
    const side = stranger(server, 7);
    server.cycle();
    side.send(opening, 0, opening.length);
    world.step(2, 5_000);
    if (side.to > side.from) answered++;
    side.close();
    world.step();
  }
  assert.ok(answered >= 80 && answered < 600, `${answered} of 1000 in 11 s`);
  const honest = world.add(gateway1);
  honest.links.connect(1, session);
  world.step(8);
  assert.equal(honest.opened.size, 1);
});

test('the two sides of a link may end it at the same time', () => {
  const { world, server, caller } = called(gateway1, session);
  world.step(6);
  server.links.close(server.link);
  caller.links.close(caller.link);
  world.step(4);
  assert.deepEqual([server.closed, caller.closed], [[], []]);
  assert.equal(server.transport.count + caller.transport.count, 0);
});

test('a handler may end a link in any of its calls', () => {
  const { world, server, caller } = called(gateway1, session);
  server.onOpened = (link) => server.links.close(link);
  world.step(8);
  assert.equal(caller.closed.length, 1);
  const again = makeWorld();
  const [other, gateway] = [again.add(replica1), again.add(gateway1)];
  gateway.onOpened = (link) => gateway.links.reset(link);
  gateway.links.connect(1, session);
  again.step(8);
  assert.equal(other.transport.count + gateway.transport.count, 0);
});

test('a party that is believed no more loses its links, and one whose certificate has expired keeps them', () => {
  const world = makeWorld();
  const server = world.add(replica1);
  const callers = [gateway1, gateway2, program].map((own) => world.add(own));
  for (const { links } of callers) links.connect(1, session);
  world.step(8);
  const [revoked, expired, other] = callers as [Side, Side, Side];
  world.authority.finds(gateway1, TrustFailure.revoked);
  world.authority.finds(gateway2, TrustFailure.expired);
  world.step(3);
  assert.deepEqual(revoked.closed, [], 'nothing is asked again before this side hears of a change');
  server.links.reconsider();
  world.step(3);
  assert.deepEqual(revoked.closed, [revoked.link]);
  assert.deepEqual(server.closed.length, 1);
  assert.deepEqual(server.troubles, ['linksNotCertified']);
  assert.match(server.warnings.at(-1)!, /revoked/);
  assert.deepEqual([expired.closed, other.closed], [[], []]);
  assert.ok(other.say('goes on') && expired.say('too'));
  world.step(2);
  const heard = [...server.bytes.values()].map((bytes) => String.fromCharCode(...bytes)).filter(Boolean);
  assert.deepEqual(heard.toSorted(), ['goes on', 'too']);
});
