import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { connect as tcpConnect } from 'node:net';
import { afterEach, test } from 'node:test';
import { close, connect, socket } from '../system/native.ts';
import { AF_INET, SOCK_STREAM, sockaddrBytes } from '../system/platform.ts';
import { AddressError, bindSocket, isConnected, socketAddress } from './addresses.ts';
import { client, closeEndpoints, Endpoint, pair, until } from './testing/endpoint.ts';

afterEach(closeEndpoints);

test('many connections at once each keep their own bytes', async () => {
  const endpoint = new Endpoint({ connectionsMax: 256 });
  const sockets = await Promise.all(
    Array.from({ length: 200 }, async (_, n) => {
      const socket = tcpConnect(endpoint.sockets.port, '127.0.0.1');
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      socket.write(`client ${n};`);
      return socket;
    }),
  );
  await until(
    [endpoint],
    () => [...endpoint.bytes.values()].filter((bytes) => bytes.length > 7).length === 200,
  );
  const texts = new Set([...endpoint.bytes.keys()].map((connection) => endpoint.text(connection)));
  for (let n = 0; n < 200; n++) assert.ok(texts.has(`client ${n};`));
  for (const socket of sockets) socket.destroy();
  await until([endpoint], () => endpoint.log.length === 400);
});

test('callers beyond the limit are turned away at once, and a peer can still be connected to', async () => {
  const endpoint = new Endpoint({ connectionsMax: 8 });
  const peer = new Endpoint();
  endpoint.sockets.setPeer(2, '127.0.0.1', peer.sockets.port);
  const sockets = Array.from({ length: 12 }, () => tcpConnect(endpoint.sockets.port, '127.0.0.1'));
  let turnedAway = 0;
  for (const socket of sockets) {
    socket.on('error', () => {});
    socket.once('close', () => {
      turnedAway++;
    });
  }
  await until([endpoint], () => turnedAway === 6);
  assert.equal(endpoint.log.length, 6);
  assert.ok(endpoint.sockets.connect(2) >= 0);
  assert.ok(endpoint.sockets.connect(2) >= 0);
  assert.equal(endpoint.sockets.connect(2), -1);
  for (const socket of sockets) socket.destroy();
  await until([endpoint], () => endpoint.log.filter((line) => line.startsWith('closed')).length === 6);
  const next = await client(endpoint);
  next.destroy();
});

test('a caller without a place waits, and is let in when there is one', async () => {
  const endpoint = new Endpoint();
  endpoint.places = 1;
  await client(endpoint);
  const waiting = tcpConnect(endpoint.sockets.port, '127.0.0.1');
  await new Promise<void>((resolve) => waiting.once('connect', resolve));
  waiting.write('patience');
  for (let n = 0; n < 10; n++) assert.ok(n === 0 || endpoint.poll() > 0, 'there is work to come back for');
  assert.equal(endpoint.log.length, 1);
  endpoint.places = 1;
  await until([endpoint], () => endpoint.taken() === 8);
  assert.equal(endpoint.text(), 'patience');
  waiting.destroy();
});

test('what the owner resets is broken for its peer, and its place is free at once', async () => {
  const endpoint = new Endpoint({ connectionsMax: 1 });
  const first = await client(endpoint);
  let error = '';
  first.on('error', ({ message }) => {
    error = message;
  });
  first.resume();
  endpoint.send('not on its way any more');
  endpoint.sockets.reset(endpoint.last);
  const second = await client(endpoint);
  await until([endpoint], () => error !== '');
  assert.match(error, /ECONNRESET/);
  assert.equal(endpoint.log.filter((line) => line.startsWith('opened')).length, 2);
  first.destroy();
  second.destroy();
});

test('a connection that has ended for its owner gives way to a new caller', async () => {
  const endpoint = new Endpoint({ connectionsMax: 4 });
  const sockets = [];
  for (let n = 0; n < 20; n++) {
    // None of them ends its side.
    sockets.push(await client(endpoint));
    endpoint.sockets.close(endpoint.last);
  }
  assert.equal(endpoint.log.filter((line) => line.startsWith('opened')).length, 20);
  for (const socket of sockets) socket.destroy();
});

test('connections know the host that they come from', async () => {
  const endpoint = new Endpoint({ address: '0.0.0.0' });
  const sources: number[] = [];
  const sockets = [];
  for (const localAddress of ['127.0.0.1', '127.0.0.2', '127.0.0.1']) {
    const socket = tcpConnect({ port: endpoint.sockets.port, host: '127.0.0.1', localAddress });
    await until([endpoint], () => endpoint.log.length > sources.length);
    sources.push(endpoint.sockets.source(endpoint.last));
    sockets.push(socket);
  }
  assert.equal(sources[0], sources[2]);
  assert.notEqual(sources[0], sources[1]);
  for (const socket of sockets) socket.destroy();
});

test('a process without free descriptors turns callers away, and serves again when it has some', () => {
  const script = `
    import { openSync, closeSync } from 'node:fs';
    const { TcpConnections } = await import(${JSON.stringify(import.meta.resolve('./tcp.ts'))});
    const { MachineClock } = await import(${JSON.stringify(import.meta.resolve('../system/clock.ts'))});
    const { connect, receive, socket } = await import(${JSON.stringify(import.meta.resolve('../system/native.ts'))});
    const { socketAddress } = await import(${JSON.stringify(import.meta.resolve('./addresses.ts'))});
    const settings = { address: '127.0.0.1', port: 0, connectionsMax: 8, inputBytes: 65536, outputBytes: 65536 };
    const sockets = new TcpConnections(settings, new MachineClock());
    const opened = [];
    const handler = { takesCaller: () => true, opened: (c) => opened.push(c), received: () => 0, closed: () => {} };
    const clients = [socket(2, 1, 0), socket(2, 1, 0)];
    const name = socketAddress('127.0.0.1', sockets.port);
    const taken = [];
    try { for (;;) taken.push(openSync('/dev/null', 'r')); } catch {}
    connect(clients[0], name, 16);
    for (let n = 0; n < 10; n++) sockets.poll(handler);
    const ended = receive(clients[0], new Uint8Array(1), 1, 0);
    for (const fd of taken) closeSync(fd);
    connect(clients[1], name, 16);
    for (let n = 0; n < 10; n++) sockets.poll(handler);
    console.log(JSON.stringify([taken.length > 10, ended, opened.length]));
    sockets.closeAll();`;
  const child = spawnSync(
    'sh',
    ['-c', 'ulimit -n 100; exec "$0" --input-type=module -e "$1"', process.execPath, script],
    {
      encoding: 'utf8',
      timeout: 300_000,
    },
  );
  assert.equal(child.stdout, '[true,0,1]\n', child.stderr);
});

test('a socket that was connected to itself is not connected to anybody', () => {
  const fd = socket(AF_INET, SOCK_STREAM, 0);
  const port = bindSocket(fd, 'TCP', '127.0.0.1', 0);
  assert.ok(!isConnected(fd));
  assert.equal(connect(fd, socketAddress('127.0.0.1', port), sockaddrBytes), 0);
  assert.ok(!isConnected(fd));
  close(fd);
});

test('a taken port is an error that names it and says what to do', () => {
  const one = new Endpoint();
  assert.throws(
    () => new Endpoint({ port: one.sockets.port }),
    (error) =>
      error instanceof AddressError &&
      error.socket.code === 'EADDRINUSE' &&
      error.message.includes(`TCP 127.0.0.1:${one.sockets.port}`) &&
      error.message.includes('change the port in the configuration'),
  );
});

test('a port can be opened again at once, although connections of the process before linger', async () => {
  const [one, two] = await pair();
  const { port } = two.sockets;
  two.close();
  await until([one], () => one.log.length === 2);
  assert.equal(new Endpoint({ port }).sockets.port, port);
});
