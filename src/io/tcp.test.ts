import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { type Socket, connect as tcpConnect } from 'node:net';
import { afterEach, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ConnectionHandler } from '../replica/ports.ts';
import { AddressError, bindSocket, isConnected, socketAddress } from './addresses.ts';
import { MachineClock } from './clock.ts';
import { close, connect, listen, socket } from './native.ts';
import { AF_INET, SOCK_STREAM, sockaddrBytes } from './platform.ts';
import { type ConnectionSettings, defaultConnectionSettings } from './settings.ts';
import { TcpConnections } from './tcp.ts';

const turnsMax = 200_000;
const opened: TcpConnections[] = [];

afterEach(() => {
  for (const endpoint of opened.splice(0)) endpoint.closeAll();
});

/** An endpoint with a handler that keeps what it hears. */
class Endpoint implements ConnectionHandler {
  readonly sockets: TcpConnections;
  readonly log: string[] = [];
  /** What each connection has received and the handler has taken. */
  readonly bytes = new Map<number, number[]>();
  last = -1;
  /** Most bytes that it takes of one offer. */
  appetite = Number.POSITIVE_INFINITY;
  offers = 0;
  nowUs = 0;

  constructor(more: Partial<ConnectionSettings> = {}) {
    const clock = new MachineClock();
    this.sockets = new TcpConnections(
      { ...defaultConnectionSettings, address: '127.0.0.1', port: 0, ...more },
      { nowUs: () => clock.nowUs() + this.nowUs, wallUs: () => clock.wallUs() },
    );
    opened.push(this.sockets);
  }

  opened(connection: number, replicaId: number): void {
    this.log.push(`opened ${connection} ${replicaId}`);
    this.bytes.set(connection, []);
    this.last = connection;
  }

  received(connection: number, bytes: Uint8Array, view: DataView, from: number, to: number): number {
    assert.equal(view.getUint8(from), bytes[from]);
    this.offers++;
    const taken = Math.min(to - from, this.appetite);
    for (const byte of bytes.subarray(from, from + taken)) this.bytes.get(connection)!.push(byte);
    return taken;
  }

  closed(connection: number): void {
    this.log.push(`closed ${connection}`);
  }

  poll(): number {
    return this.sockets.poll(this);
  }

  taken(connection = this.last): number {
    return this.bytes.get(connection)?.length ?? 0;
  }

  send(text: string, connection = this.last): boolean {
    const bytes = Buffer.from(text);
    const isQueued = this.sockets.send(connection, bytes, 0, bytes.length);
    this.sockets.flush();
    return isQueued;
  }

  text(connection = this.last): string {
    return Buffer.from(this.bytes.get(connection) ?? []).toString();
  }
}

/** Polls all endpoints until the condition holds; other sockets of the test have their turn in between. */
async function until(endpoints: readonly Endpoint[], isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < turnsMax; turn++) {
    if (isDone()) return;
    for (const endpoint of endpoints) endpoint.poll();
    await nextTurn();
  }
  assert.fail(`it did not come about: ${JSON.stringify(endpoints.map(({ log }) => log))}`);
}

/** Two endpoints; `one` has connected to `two`, which it knows as replica 2. */
async function pair(more: Partial<ConnectionSettings> = {}): Promise<[Endpoint, Endpoint]> {
  const one = new Endpoint(more);
  const two = new Endpoint(more);
  one.sockets.setPeer(2, '127.0.0.1', two.sockets.port);
  assert.ok(one.sockets.connect(2) >= 0);
  await until([one, two], () => one.last >= 0 && two.last >= 0);
  return [one, two];
}

/** A plain client of `endpoint`. */
async function client(endpoint: Endpoint): Promise<Socket> {
  const before = endpoint.log.length;
  const socket = tcpConnect({ port: endpoint.sockets.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  await until([endpoint], () => endpoint.log.length > before && !socket.connecting);
  return socket;
}

test('a connection opens on both sides, and bytes pass both ways', async () => {
  const [one, two] = await pair();
  assert.deepEqual(one.log, [`opened ${one.last} 2`]);
  assert.deepEqual(two.log, [`opened ${two.last} 0`]);
  assert.ok(one.send('to two'));
  assert.ok(two.send('to one'));
  await until([one, two], () => one.text() === 'to one' && two.text() === 'to two');
});

test('bytes that the handler leaves are offered again, with those that came since', async () => {
  const [one, two] = await pair();
  two.appetite = 0;
  one.send('abc');
  await until([two], () => two.offers > 3);
  assert.equal(two.text(), '');
  one.send('def');
  two.appetite = 1;
  await until([two], () => two.text() === 'abcdef');
});

test('a waiting piece of a record is not work: the core may sleep on it', async () => {
  const [one, two] = await pair();
  two.appetite = 0;
  one.send('half');
  await until([two], () => two.offers > 0);
  for (let turn = 0; turn < 10; turn++) assert.equal(two.poll(), 0);
  assert.ok(two.offers >= 10, 'it is offered all the same');
});

test('a stream of any sizes arrives byte for byte, through buffers that wrap and fill', async () => {
  const [one, two] = await pair({ inputBytes: 65_536, outputBytes: 65_536 });
  const total = 3_000_000;
  const source = new Uint8Array(40_000);
  let queued = 0;
  let size = 1;
  let hash = 0;
  let received = 0;
  two.received = (_, bytes, __, from, to) => {
    const taken = Math.min(to - from, 1 + ((received * 7) % 50_000));
    for (let at = from; at < from + taken; at++) hash = (hash * 31 + bytes[at]!) | 0;
    received += taken;
    return taken;
  };
  let expected = 0;
  const feed = (): void => {
    size = Math.min((size * 13) % source.length || 1, total - queued);
    for (let n = 0; n < size; n++) source[n] = (queued + n) % 251;
    if (size === 0 || !one.sockets.send(one.last, source, 0, size)) return;
    for (let n = 0; n < size; n++) expected = (expected * 31 + ((queued + n) % 251)) | 0;
    queued += size;
  };
  await until([one, two], () => {
    feed();
    return received === total;
  });
  assert.equal(hash, expected);
});

test('the output buffer takes all or nothing, and says how much it takes', async () => {
  const [one, two] = await pair({ outputBytes: 65_536 });
  const block = new Uint8Array(65_536);
  assert.equal(one.sockets.room(one.last), 65_536);
  assert.ok(one.sockets.send(one.last, block, 0, 60_000));
  assert.equal(one.sockets.room(one.last), 5_536);
  assert.ok(!one.sockets.send(one.last, block, 0, 5_537));
  assert.ok(one.sockets.send(one.last, block, 0, 5_536));
  await until([one, two], () => two.taken() === 65_536);
  assert.equal(one.sockets.room(one.last), 65_536);
});

test('a peer that is not consumed is not read further: it fills up and has to wait', async () => {
  const endpoint = new Endpoint({ inputBytes: 65_536 });
  const socket = await client(endpoint);
  endpoint.appetite = 0;
  const total = 32_000_000;
  socket.write(Buffer.alloc(total, 1));
  await until([endpoint], () => endpoint.offers > 2_000);
  assert.ok(socket.writableLength > 0, 'the peer could not get rid of it');
  assert.equal(endpoint.taken(), 0);
  endpoint.appetite = Number.POSITIVE_INFINITY;
  let received = 0;
  endpoint.received = (_, __, ___, from, to) => {
    received += to - from;
    return to - from;
  };
  await until([endpoint], () => received === total);
  socket.destroy();
});

test('a peer that does not read fills the output buffer and harms nobody else', async () => {
  const endpoint = new Endpoint({ outputBytes: 65_536 });
  const deaf = await client(endpoint);
  const deafHandle = endpoint.last;
  deaf.pause();
  const block = new Uint8Array(65_536);
  let isFull = false;
  for (let n = 0; n < 2_000 && !isFull; n++) {
    isFull = !endpoint.sockets.send(deafHandle, block, 0, block.length);
    endpoint.poll();
  }
  assert.ok(isFull);
  const listening = await client(endpoint);
  let heard = '';
  listening.on('data', (data: Buffer) => {
    heard += data.toString();
  });
  endpoint.send('hello');
  await until([endpoint], () => heard === 'hello');
  deaf.resume();
  await until([endpoint], () => endpoint.sockets.room(deafHandle) === 65_536);
  deaf.destroy();
  listening.destroy();
});

test('what stands in the output buffer keeps its order, wherever it wraps', async () => {
  const endpoint = new Endpoint({ outputBytes: 65_536 });
  const socket = await client(endpoint);
  const total = 16_000_000;
  const block = new Uint8Array(1_000);
  let queued = 0;
  let heard = 0;
  let isInOrder = true;
  socket.on('data', (data: Buffer) => {
    for (const byte of data) isInOrder &&= byte === heard++ % 251;
  });
  const feed = (): void => {
    for (let n = 0; n < 200 && queued < total; n++) {
      const size = Math.min(total - queued, 1 + (queued % block.length));
      for (let at = 0; at < size; at++) block[at] = (queued + at) % 251;
      if (!endpoint.sockets.send(endpoint.last, block, 0, size)) break;
      queued += size;
    }
  };
  socket.pause();
  let before = -1;
  await until([endpoint], () => {
    const isFull = before === queued;
    before = queued;
    feed();
    return isFull;
  });
  assert.ok(queued < total, 'the output buffer was full');
  socket.resume();
  await until([endpoint], () => {
    feed();
    return heard === total;
  });
  assert.ok(isInOrder);
  socket.destroy();
});

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
  gone.sockets.closeAll();
  opened.splice(opened.indexOf(gone.sockets), 1);
  for (let round = 0; round < 20; round++) {
    one.log.length = 0;
    const handle = one.sockets.connect(2);
    assert.ok(handle >= 0);
    await until([one], () => one.log.length > 0);
    assert.deepEqual(one.log, [`closed ${handle}`]);
  }
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

test('a process without free descriptors turns callers away, and serves again when it has some', () => {
  const script = `
    import { openSync, closeSync } from 'node:fs';
    const { TcpConnections } = await import(${JSON.stringify(import.meta.resolve('./tcp.ts'))});
    const { MachineClock } = await import(${JSON.stringify(import.meta.resolve('./clock.ts'))});
    const { connect, receive, socket } = await import(${JSON.stringify(import.meta.resolve('./native.ts'))});
    const { socketAddress } = await import(${JSON.stringify(import.meta.resolve('./addresses.ts'))});
    const settings = { address: '127.0.0.1', port: 0, connectionsMax: 8, inputBytes: 65536, outputBytes: 65536 };
    const sockets = new TcpConnections(settings, new MachineClock());
    const opened = [];
    const handler = { opened: (c) => opened.push(c), received: () => 0, closed: () => {} };
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
      timeout: 20_000,
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
  two.sockets.closeAll();
  opened.splice(opened.indexOf(two.sockets), 1);
  await until([one], () => one.log.length === 2);
  assert.equal(new Endpoint({ port }).sockets.port, port);
});
