/**
 * Something that has no key of a replica answers at the address of one that is down. It is refused, counted and named
 * once; orders go on, and nothing that it says is believed.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Machines } from '../src/chaos/machines.ts';
import { OrderStream, prepareMarket } from '../src/chaos/orders.ts';
import { openIdentity } from '../src/client/identity-folder.ts';
import { leadership, welcome } from '../src/protocol/messages.ts';
import { snapshotChunk } from '../src/protocol/snapshot-messages.ts';
import { Certificates } from '../src/trust/certificates.ts';
import { AnswererHandshake, type OwnIdentity } from '../src/trust/handshake.ts';
import { keyBytes, keyPairOf } from '../src/trust/noise.ts';
import { SocketLink } from '../src/trust/testing/socket-link.ts';

const three = [1, 2, 3];
const absurdTerm = 9_000_000;
/**
 * No replica runs for election without an order, and none that lives is silent for so long, however busy the machine
 * is: a leader that goes was deposed by what the impostor said.
 */
const lastingLeader = {
  failover: 'manual',
  timing: { electionTimeoutMs: 30_000, electionTimeoutMsMin: 30_000 },
};
/** In this time a peer that is down is called dozens of times. */
const callsMs = 3_000;
/** For a machine that does much else. */
const timeout = 300_000;

/** Three replicas that have traded, and one of them, which does not lead, is down. */
async function withOneDown(t: TestContext) {
  const machines = await Machines.make(3);
  t.after(() => machines.end());
  for (const id of three) {
    // A follower asks another for its snapshot soon.
    machines.write(id, three, { snapshot: { everyMegabytes: 1 }, ...lastingLeader });
    machines.start(id, '--bootstrap');
  }
  const [leader] = three as [number, ...number[]];
  await machines.until('the replica leads that is ordered to', async () => {
    if ((await machines.leaders([leader])).length === 1) return true;
    await machines.order(leader, 'start-election');
    return false;
  });
  const client = await machines.client(leader);
  await prepareMarket(client);
  const orders = new OrderStream('o');
  await orders.send(client, 100);
  const down = three.find((id) => id !== leader)!;
  await machines.kill(down);
  const living = three.filter((id) => id !== down);
  const { term } = (await machines.statusOf(leader))!;
  /** The leader of the beginning leads, in its term. */
  const requireLeader = async (): Promise<void> => {
    const status = (await machines.statusOf(leader))!;
    assert.deepEqual([status.serving, status.term], [true, term]);
    assert.deepEqual([client.status.leaderId, client.status.term], [leader, term]);
  };
  return { machines, client, orders, leader, down, living, requireLeader };
}

/** Answers every call at the address of a replica. */
async function standIn(
  t: TestContext,
  machines: Machines,
  id: number,
  answer: (socket: Socket) => void,
): Promise<void> {
  const server = createServer(answer).listen(machines.tcpPort(id), '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
}

function record(
  layout: { readonly size: number; write(view: DataView, at: number, values: never): number },
  values: object,
): Uint8Array {
  const bytes = new Uint8Array(layout.size);
  layout.write(new DataView(bytes.buffer), 0, values as never);
  return bytes;
}

/** The lines of a log in which two replicas do not come together. */
function complaints(machines: Machines, id: number, peer: number): string[] {
  const lines = machines.outputOf(id).split('\n');
  return lines.filter((line) => line.includes('do not come together') && line.includes(`"peer":${peer}`));
}

test('what shows a certificate and lacks its key leads no replica, and gives none a snapshot', {
  timeout,
}, async (t) => {
  const { machines, client, orders, down, living, requireLeader } = await withOneDown(t);
  const real = openIdentity(machines.identity(down));
  const gateway = openIdentity(machines.gatewayIdentity);
  const verifier = new Certificates(real.authorities, () => Date.now() / 1_000);
  const stolen: readonly OwnIdentity[] = [
    // The certificate is no secret: replicas show it to each party that proves to be one.
    { ...real.own, staticKey: keyPairOf(new Uint8Array(randomBytes(keyBytes))) },
    // A gateway that was taken over.
    { ...gateway.own, party: real.own.party },
  ];
  let believed = 0;
  let calls = 0;
  await standIn(t, machines, down, (socket) => {
    socket.on('error', () => undefined);
    const own = stolen[calls++ % stolen.length]!;
    const handshake = new AnswererHandshake(own, verifier, new Uint8Array(randomBytes(keyBytes)));
    const link = new SocketLink(handshake, (bytes) => socket.write(bytes), {
      proven: () => {
        believed++;
        const place = { replicaId: down, leaderId: down, term: absurdTerm };
        link.send(record(welcome, { code: 0, ...place }));
        link.send(
          record(leadership, { leaderId: down, serving: 1, reserved: 0, term: absurdTerm, instance: 1 }),
        );
        link.send(record(snapshotChunk, { chunkBytes: 0, index: 50_000_000, offset: 0, totalBytes: 0 }));
      },
      failed: () => socket.end(),
    });
    socket.on('data', (chunk: Buffer) => link.take(chunk));
  });
  await orders.send(client, 300);
  await sleep(callsMs);
  await orders.send(client, 300);
  await orders.verify(client);
  assert.ok(calls > 10, `${calls} calls`);
  assert.equal(believed, 0);
  await requireLeader();
  for (const id of living) {
    const { counters } = (await machines.statusOf(id))!;
    assert.ok(counters.linksNotCertified > 0 && counters.linksWrongParty > 0, `replica ${id}`);
    const said = complaints(machines, id, down);
    assert.ok(
      said.some((line) => line.includes('another key')),
      said.join('\n'),
    );
    assert.ok(said.length <= calls / 2 + 2);
  }
});

test('a call that is passed on to the leader opens nothing there, and is named once', {
  timeout,
}, async (t) => {
  const { machines, client, orders, leader, down, living, requireLeader } = await withOneDown(t);
  let calls = 0;
  const before = (await machines.statusOf(leader))!.counters.sessions;
  await standIn(t, machines, down, (socket) => {
    calls++;
    const other = connect(machines.tcpPort(leader), '127.0.0.1');
    for (const [one, next] of [
      [socket, other],
      [other, socket],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => next.destroy());
      one.pipe(next);
    }
  });
  await orders.send(client, 300);
  await sleep(callsMs);
  await orders.verify(client);
  assert.ok(calls > 10, `${calls} calls`);
  await requireLeader();
  const status = (await machines.statusOf(leader))!;
  assert.ok(status.counters.linksWrongParty > 0);
  assert.equal(status.counters.sessions, before);
  for (const id of living) assert.equal(complaints(machines, id, down).length, 1, `replica ${id}`);
  assert.match(complaints(machines, living[0]!, down)[0]!, /Another replica answers at this address/);
});
