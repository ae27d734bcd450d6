import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { Sockets } from './sockets.ts';

const chunkBytes = 65_536;
const chunks = 300;

test('bytes that the peer does not read for a while arrive whole and in order', async (context) => {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const opened = Promise.withResolvers<void>();
  const sockets = new Sockets([{ id: 1, host: '127.0.0.1', port }], {
    opened: () => opened.resolve(),
    received: () => {},
    closed: () => {},
  });
  sockets.connect(1);
  await opened.promise;
  const [peer] = await accepted;
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
  let received = 0;
  const all = Promise.withResolvers<void>();
  peer.on('data', (bytes: Buffer) => {
    for (const byte of bytes) {
      const expected = Math.floor(received++ / chunkBytes) & 0xff;
      if (byte !== expected) all.reject(new Error(`byte ${received} is ${byte} in place of ${expected}`));
    }
    if (received === chunkBytes * chunks) all.resolve();
  });
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
  const sockets = new Sockets([{ id: 1, host: '127.0.0.1', port }], {
    opened: () => opened.resolve(),
    received: () => heard.push('received'),
    closed: () => heard.push('closed'),
  });
  assert.equal(sockets.send(1, new Uint8Array(1), 0, 1), false);
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  sockets.connect(1);
  await opened.promise;
  const [peer] = await accepted;
  sockets.send(1, Uint8Array.of(1, 2, 3), 1, 3);
  sockets.disconnect(1);
  const [bytes] = (await once(peer, 'data')) as [Buffer];
  assert.deepEqual([...bytes], [2, 3]);
  peer.destroy();
  await once(peer, 'close');
  assert.deepEqual(heard, []);
});
