import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { ReplyCode } from '../protocol/codes.ts';
import { TrustFailure } from '../trust/failures.ts';
import { AnswererHandshake } from '../trust/handshake.ts';
import type { Verifier } from '../trust/parties.ts';
import { bytesFrom, smallCluster } from '../trust/testing/parties.ts';
import { SocketLink, type SocketLinkListener } from '../trust/testing/socket-link.ts';
import { Sockets } from './sockets.ts';

const { replica1, replica2, gateway1, authority } = smallCluster();
const identity = { own: gateway1, verifier: authority };

const chunkBytes = 65_536;
const chunks = 300;

/** Replica 1, unless another shall answer, on a socket. */
function answer(socket: Socket, listener: SocketLinkListener, own = replica1): void {
  const handshake = new AnswererHandshake(own, authority, bytesFrom('answerer'));
  const link = new SocketLink(handshake, (bytes) => socket.write(bytes), listener);
  socket.on('data', (bytes: Buffer) => link.take(bytes));
}

test('bytes that the peer does not read for a while arrive whole and in order', async (context) => {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const opened = Promise.withResolvers<void>();
  const sockets = new Sockets([{ id: 1, host: '127.0.0.1', port }], identity, {
    opened: () => opened.resolve(),
    received: () => {},
    closed: () => {},
  });
  sockets.connect(1);
  const [peer] = await accepted;
  let received = 0;
  const all = Promise.withResolvers<void>();
  const hear = (bytes: Uint8Array): void => {
    for (const byte of bytes) {
      const expected = Math.floor(received++ / chunkBytes) & 0xff;
      if (byte !== expected) all.reject(new Error(`byte ${received} is ${byte} in place of ${expected}`));
    }
    if (received === chunkBytes * chunks) all.resolve();
  };
  answer(peer, { proven: () => peer.pause(), received: hear });
  peer.resume();
  await opened.promise;
  context.after(() => {
    sockets.disconnect(1);
    peer.destroy();
    server.close();
  });

  const chunk = new Uint8Array(chunkBytes);
  for (let n = 0; n < chunks; n++) {
    chunk.fill(n);
    assert.equal(sockets.send(1, chunk, 0, chunkBytes), true);
    sockets.flush();
    if (n % 50 === 0) await new Promise(setImmediate);
  }
  peer.resume();
  await all.promise;
});

test('nothing is sent without a connection, and nothing is heard of one that was ended', async (context) => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const heard: string[] = [];
  const opened = Promise.withResolvers<void>();
  const sockets = new Sockets([{ id: 1, host: '127.0.0.1', port }], identity, {
    opened: () => opened.resolve(),
    received: () => heard.push('received'),
    closed: () => heard.push('closed'),
  });
  assert.equal(sockets.send(1, new Uint8Array(1), 0, 1), false);
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  sockets.connect(1);
  const [peer] = await accepted;
  const bytes = new Promise<Uint8Array>((resolve) => answer(peer, { received: resolve }));
  await opened.promise;
  sockets.send(1, Uint8Array.of(1, 2, 3), 1, 3);
  sockets.disconnect(1);
  assert.deepEqual([...(await bytes)], [2, 3]);
  peer.destroy();
  await once(peer, 'close');
  assert.deepEqual(heard, []);
});

test('what answers at the address of a replica, and is another party, hears nothing and is named', async (context) => {
  const server = createServer((socket) => answer(socket, {}, { ...replica2, party: replica1.party }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const closed = Promise.withResolvers<string>();
  const sockets = new Sockets([{ id: 1, host: '127.0.0.1', port }], identity, {
    opened: () => closed.resolve('opened'),
    received: () => closed.resolve('received'),
    closed: (_, why, refusal) => closed.resolve(`${why} (${refusal})`),
  });
  sockets.connect(1);
  assert.match(await closed.promise, /not that of the replica that was called.*\(0\)$/);
});

test('another program that answers at the address of a replica is named, and waiting does not cure it', async (context) => {
  for (const [said, why] of [
    ['HTTP/1.1 400 Bad Request\r\n\r\n', /^HTTP answers there.*tcpPort/],
    ['SSH-2.0-OpenSSH_9.2\r\n', /^The other side is not Lockstep/],
  ] as const) {
    const server = createServer((socket) => socket.on('data', () => socket.write(said)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    context.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const closed = Promise.withResolvers<{ why: string; refusal: ReplyCode }>();
    const sockets = new Sockets([{ id: 1, host: '127.0.0.1', port }], identity, {
      opened: () => closed.reject(new Error('it opened')),
      received: () => closed.reject(new Error('something came')),
      closed: (_, text, refusal) => closed.resolve({ why: text, refusal }),
    });
    sockets.connect(1);
    const found = await closed.promise;
    assert.match(found.why, why);
    assert.equal(found.refusal, ReplyCode.malformed);
  }
});

test('a connection to a replica that is revoked, or removed from the members, ends by itself', async (context) => {
  const server = createServer((socket) => answer(socket, {}));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  let failure: typeof TrustFailure.revoked | typeof TrustFailure.expired | undefined;
  let own = gateway1;
  const verifier: Verifier = {
    partyOf: (evidence, key) => failure ?? authority.partyOf(evidence, key),
    believe: () => undefined,
    lastRefusal: 'its serial number is revoked',
  };
  const seen = {
    get own() {
      return own;
    },
    verifier,
  };
  let opened = Promise.withResolvers<void>();
  let closed = Promise.withResolvers<string>();
  const sockets = new Sockets([{ id: 1, host: '127.0.0.1', port }], seen, {
    opened: () => opened.resolve(),
    received: () => undefined,
    closed: (_, why, refusal) => closed.resolve(`${why} (${refusal})`),
  });
  context.after(() => sockets.disconnect(1));
  const connect = async (): Promise<void> => {
    failure = undefined;
    opened = Promise.withResolvers<void>();
    closed = Promise.withResolvers<string>();
    sockets.connect(1);
    await opened.promise;
  };
  await connect();
  // One whose certificate has run out proved itself while it counted.
  failure = TrustFailure.expired;
  sockets.believe([]);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  assert.equal(sockets.send(1, new Uint8Array(1), 0, 1), true);
  failure = TrustFailure.revoked;
  own = { ...gateway1 };
  assert.match(await closed.promise, /was revoked.*serial number is revoked \(0\)$/);
  assert.equal(sockets.send(1, new Uint8Array(1), 0, 1), false);
  await connect();
  failure = TrustFailure.revoked;
  sockets.believe([]);
  assert.match(await closed.promise, /was revoked/);
});
