import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { close, listen, socket } from '../system/native.ts';
import { AF_INET, SOCK_STREAM } from '../system/platform.ts';
import { bindSocket } from './addresses.ts';
import { client, closeEndpoints, Endpoint, pair, until } from './testing/endpoint.ts';

afterEach(closeEndpoints);

test('an end is reported once, after everything that came before it', async () => {
  const endpoint = new Endpoint();
  const socket = await client(endpoint);
  const handle = endpoint.last;
  endpoint.appetite = 2;
  socket.end('0123456789');
  await until([endpoint], () => endpoint.log.includes(`closed ${handle}`));
  assert.equal(endpoint.text(handle), '0123456789');
  assert.deepEqual(endpoint.log, [`opened ${handle} 0`, `closed ${handle}`]);
  socket.destroy();
});

test('a peer that breaks off while its bytes are not consumed is reported, not kept for ever', async () => {
  const endpoint = new Endpoint({ inputBytes: 65_536 });
  const socket = await client(endpoint);
  endpoint.appetite = 0;
  socket.write(Buffer.alloc(300_000));
  await until([endpoint], () => endpoint.offers > 50);
  socket.resetAndDestroy();
  await until([endpoint], () => endpoint.log.length === 2);
});

test('a reset is reported as closed', async () => {
  const endpoint = new Endpoint();
  const socket = await client(endpoint);
  const handle = endpoint.last;
  socket.resetAndDestroy();
  await until([endpoint], () => endpoint.log.includes(`closed ${handle}`));
  assert.ok(!endpoint.send('late', handle));
});

test('a broken connection that is only written to is reported as closed', async () => {
  const endpoint = new Endpoint();
  const socket = await client(endpoint);
  const handle = endpoint.last;
  socket.resetAndDestroy();
  await until([endpoint], () => {
    endpoint.send('more', handle);
    return endpoint.log.includes(`closed ${handle}`);
  });
  assert.equal(endpoint.log.filter((line) => line === `closed ${handle}`).length, 1);
});

test('a refused connection is reported as closed, and its handle becomes free', async () => {
  const one = new Endpoint({ connectionsMax: 8 });
  const gone = new Endpoint();
  one.sockets.setPeer(2, '127.0.0.1', gone.sockets.port);
  gone.close();
  for (let round = 0; round < 20; round++) {
    one.log.length = 0;
    const handle = one.sockets.connect(2);
    assert.ok(handle >= 0);
    await until([one], () => one.log.length > 0);
    assert.deepEqual(one.log, [`closed ${handle}`]);
  }
});

test('connections one after the other take turns on a few handles, so that few buffers are ever made', async () => {
  const one = new Endpoint({ connectionsMax: 256 });
  const gone = new Endpoint();
  one.sockets.setPeer(2, '127.0.0.1', gone.sockets.port);
  gone.close();
  const handles: number[] = [];
  for (let round = 0; round < 100; round++) {
    one.log.length = 0;
    const handle = one.sockets.connect(2);
    assert.ok(!handles.slice(-16).includes(handle), 'a handle rests after its end');
    handles.push(handle);
    await until([one], () => one.log.length > 0);
  }
  assert.equal(new Set(handles).size, 17);
});

test('an address that cannot be reached is reported as closed', async () => {
  const one = new Endpoint();
  one.sockets.setPeer(2, '255.255.255.255', 9);
  const handle = one.sockets.connect(2);
  await until([one], () => one.log.includes(`closed ${handle}`));
});

test('a connect that nobody answers is given up', async () => {
  const one = new Endpoint();
  // A listener that accepts nothing: once its queue is full, it lets knocks fall on the floor.
  const deaf = socket(AF_INET, SOCK_STREAM, 0);
  one.sockets.setPeer(2, '127.0.0.1', bindSocket(deaf, 'TCP', '127.0.0.1', 0));
  listen(deaf, 0);
  one.sockets.connect(2);
  await until([one], () => one.log.length === 1);
  const handle = one.sockets.connect(2);
  for (let turn = 0; turn < 100; turn++) one.poll();
  assert.equal(one.log.length, 1);
  one.nowUs += 1_100_000;
  one.poll();
  assert.deepEqual(one.log.slice(1), [`closed ${handle}`]);
  close(deaf);
});

test('what was queued is sent before a close, and the closing side hears no more of it', async () => {
  const [one, two] = await pair();
  const handle = one.last;
  one.sockets.send(handle, Buffer.from('farewell'), 0, 8);
  one.sockets.close(handle);
  assert.equal(one.sockets.room(handle), 0);
  assert.ok(!one.sockets.send(handle, Buffer.from('x'), 0, 1));
  await until([one, two], () => two.log.length === 2);
  assert.equal(two.text(), 'farewell');
  assert.deepEqual(one.log, [`opened ${handle} 2`]);
});

test('a close with unread input does not reset what is on its way to the peer', async () => {
  const endpoint = new Endpoint();
  const socket = await client(endpoint);
  let heard = '';
  socket.on('data', (data: Buffer) => {
    heard += data.toString();
  });
  let hasEnded = false;
  socket.once('end', () => {
    hasEnded = true;
  });
  endpoint.appetite = 0;
  socket.write('unread');
  await until([endpoint], () => endpoint.offers > 0);
  endpoint.send('refused, and why');
  endpoint.sockets.close(endpoint.last);
  socket.write('more that nobody reads');
  await until([endpoint], () => hasEnded);
  assert.equal(heard, 'refused, and why');
  socket.destroy();
});

test('a closed connection whose peer holds on to it is cut off after a while', async () => {
  const endpoint = new Endpoint({ connectionsMax: 1 });
  const socket = await client(endpoint);
  endpoint.sockets.setPeer(2, '127.0.0.1', endpoint.sockets.port);
  endpoint.sockets.close(endpoint.last);
  for (let turn = 0; turn < 20; turn++) endpoint.poll();
  assert.equal(endpoint.sockets.connect(2), -1, 'its handle is still taken');
  endpoint.nowUs += 3_000_000;
  endpoint.poll();
  assert.ok(endpoint.sockets.connect(2) >= 0);
  socket.destroy();
});

test('a handler may close a connection while it is told of it', async () => {
  const endpoint = new Endpoint();
  endpoint.received = (connection, _, __, from, to) => {
    endpoint.sockets.close(connection);
    return to - from;
  };
  const socket = await client(endpoint);
  let hasEnded = false;
  socket.once('end', () => {
    hasEnded = true;
  });
  socket.resume();
  socket.write('x');
  await until([endpoint], () => hasEnded);
  assert.deepEqual(endpoint.log, [`opened ${endpoint.last} 0`]);
  socket.destroy();
});
