/**
 * Something with the stolen identity of a replica that is down answers at its address. It can say what it likes to
 * clients; while they reach the other members, it wins none of them.
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { Machines } from '../src/chaos/machines.ts';
import { OrderStream, prepareMarket } from '../src/chaos/orders.ts';
import { identityIn } from '../src/chaos/raw-link.ts';
import { certificateLibrary } from '../src/ops/certificates/authority.ts';
import { keysIn, newKeys } from '../src/ops/certificates/keys.ts';
import { TYPE_AT } from '../src/protocol/layout.ts';
import { ConnectionRole, leadership, members, ping, pong, welcome } from '../src/protocol/messages.ts';
import { PartyKind } from '../src/protocol/parties.ts';
import { memberRecord, newMember } from '../src/protocol/roster.ts';
import { partyUri } from '../src/trust/certificates.ts';
import { AnswererHandshake, type LinkIdentity } from '../src/trust/handshake.ts';
import { keyBytes, keyPairOf } from '../src/trust/noise.ts';
import { SocketLink } from '../src/trust/testing/socket-link.ts';

const three = [1, 2, 3];
const timeout = 300_000;

/** Three replicas that have traded; one that does not lead is down for good, and its identity in other hands. */
async function withOneStolen(t: TestContext) {
  const machines = await Machines.make(3);
  t.after(() => machines.end());
  for (const id of three) {
    machines.write(id, three);
    machines.start(id, '--bootstrap');
  }
  const leader = await machines.leader(three);
  const client = await machines.client(leader);
  await prepareMarket(client);
  const orders = new OrderStream('o');
  await orders.send(client, 30);
  const down = three.find((id) => id !== leader)!;
  await machines.kill(down);
  const living = three.filter((id) => id !== down);
  const { term } = (await machines.statusOf(leader))!;
  const thief = identityIn(machines.identity(down));
  /** All that live start again, one after the other, while orders are sent. */
  const startAgain = async (): Promise<void> => {
    for (const id of living) {
      await machines.stop(id);
      machines.start(id);
      await machines.until('both are back', async () => {
        const statuses = await Promise.all(living.map((each) => machines.statusOf(each)));
        return (
          statuses.every((status) => status?.recovering === false) &&
          (await machines.leaders(living)).length === 1
        );
      });
      await orders.send(client, 30);
    }
  };
  return { machines, client, orders, leader, down, living, term, thief, startAgain };
}

/** Answers calls as a replica with an identity, and says this to each client. */
async function answerAs(
  t: TestContext,
  { own, verifier }: LinkIdentity,
  port: number,
  say: (link: SocketLink) => void,
): Promise<{ readonly port: number; readonly end: () => void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const handshake = new AnswererHandshake(own, verifier, new Uint8Array(randomBytes(keyBytes)));
    const link = new SocketLink(handshake, (bytes) => socket.write(bytes), {
      proven: ({ stream }) => {
        if (stream.peer?.role === ConnectionRole.session) say(link);
      },
      received: (bytes) => answerPings(link, bytes),
      failed: () => socket.end(),
    });
    socket.on('data', (chunk: Buffer) => link.take(chunk));
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const end = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  t.after(end);
  return { port: (server.address() as AddressInfo).port, end };
}

/** As one that lives, and votes in the first term. */
function answerPings(link: SocketLink, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + ping.size <= bytes.length; at += view.getUint16(at, true)) {
    if (view.getUint8(at + TYPE_AT) !== ping.type) continue;
    const number = view.getUint32(at + ping.at.number, true);
    const state = { deliveredSeq: 0, timeUs: 1, term: 1, isVoter: 1 };
    link.send(record(pong, { number, ...state, reserved: 0, reserved2: 0, reserved3: 0 }));
  }
}

function record(
  layout: { readonly size: number; write(view: DataView, at: number, values: never): number },
  values: object,
): Uint8Array {
  const bytes = new Uint8Array(layout.size);
  layout.write(new DataView(bytes.buffer), 0, values as never);
  return bytes;
}

function membersRecord(list: readonly Parameters<typeof newMember>[0][]): Uint8Array {
  const bytes = new Uint8Array(members.size + list.length * memberRecord.size);
  const view = new DataView(bytes.buffer);
  for (const [n, member] of list.entries())
    memberRecord.write(view, members.size + n * memberRecord.size, newMember(member));
  members.write(view, 0, { count: list.length }, list.length * memberRecord.size);
  return bytes;
}

/** An identity of a replica that nothing but a list of members vouches for. */
async function madeUp(id: number, { own, verifier }: LinkIdentity): Promise<LinkIdentity> {
  const x509 = await certificateLibrary();
  const keys = (await keysIn(newKeys()))!;
  const party = { kind: PartyKind.replica, id };
  const staticKey = keyPairOf(new Uint8Array(randomBytes(keyBytes)));
  const value = partyUri({ clusterUuid: own.clusterUuid, party, linkKey: staticKey.publicKey });
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=replica/${id}`,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    keys: keys.signing,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'url', value }])],
  });
  return { own: { ...own, party, staticKey, evidence: new Uint8Array(certificate.rawData) }, verifier };
}

test('the thief of one identity gives clients no other machines for the members that they lose for a while', {
  timeout,
}, async (t) => {
  const { machines, client, orders, leader, down, living, term, thief, startAgain } = await withOneStolen(t);
  let believed = 0;
  const list = await Promise.all(
    living.map(async (replicaId) => {
      const identity = await madeUp(replicaId, thief);
      const { port } = await answerAs(t, identity, 0, () => believed++);
      const fingerprint = new Uint8Array(createHash('sha256').update(identity.own.evidence).digest());
      return { replicaId, host: '127.0.0.1', tcpPort: port, fingerprint };
    }),
  );
  let heard = 0;
  const all = [...list, { replicaId: down, host: '127.0.0.1', tcpPort: machines.tcpPort(down) }];
  const liar = await answerAs(t, thief, machines.tcpPort(down), (link) => {
    heard++;
    const { instance, epoch } = { instance: client.exchangeId, epoch: client.epoch };
    link.send(record(welcome, { code: 0, replicaId: down, leaderId: leader, term }));
    link.send(record(leadership, { leaderId: leader, serving: 0, reserved: 0, term, instance, epoch }));
    link.send(membersRecord(all.toSorted((one, other) => one.replicaId - other.replicaId)));
  });
  await machines.until('the client has heard the thief', async () => heard > 0);
  await startAgain();
  liar.end();
  assert.equal(believed, 0, 'no other machine is taken for a member');
  await orders.verify(client);
});

test('the thief of one identity who says that he leads alone takes no member away from clients', {
  timeout,
}, async (t) => {
  const { machines, client, orders, down, term, thief, startAgain } = await withOneStolen(t);
  let heard = 0;
  const liar = await answerAs(t, thief, machines.tcpPort(down), (link) => {
    heard++;
    const place = { term: term + 1_000, instance: client.exchangeId, epoch: client.epoch };
    link.send(record(welcome, { code: 0, replicaId: down, leaderId: down, term: place.term }));
    link.send(record(leadership, { leaderId: down, serving: 1, reserved: 0, ...place }));
    link.send(membersRecord([{ replicaId: down, host: '127.0.0.1', tcpPort: machines.tcpPort(down) }]));
  });
  await machines.until('the client has heard the thief', async () => heard > 0);
  await startAgain();
  const connected = client.status.connections.map(({ replicaId }) => replicaId);
  assert.deepEqual(connected.toSorted(), three);
  liar.end();
  await orders.verify(client);
});
