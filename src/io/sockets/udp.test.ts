import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import { datagramBytesMax } from '../../protocol/limits.ts';
import { poll } from '../system/native.ts';
import { POLLIN, pollfdBytes } from '../system/platform.ts';
import { AddressError } from './addresses.ts';
import { type DatagramSettings, defaultDatagramSettings } from './settings.ts';
import { UdpDatagrams } from './udp.ts';

const waitMsMax = 60_000;

function settings(more: Partial<DatagramSettings> = {}): DatagramSettings {
  return { ...defaultDatagramSettings, address: '127.0.0.1', port: 0, ...more };
}

/** Replicas 1 to `count`, each of which knows the others. */
function open(count: number, more: Partial<DatagramSettings> = {}): UdpDatagrams[] {
  const all = Array.from({ length: count }, (_, at) => new UdpDatagrams(at + 1, settings(more)));
  for (const one of all) {
    for (const [at, other] of all.entries()) one.setPeer(at + 1, '127.0.0.1', other.port);
  }
  return all;
}

function closeAll(all: readonly UdpDatagrams[]): void {
  for (const one of all) one.close();
}

/** Waits for a datagram, and gives its bytes; undefined when none comes in time. */
function next(from: UdpDatagrams, timeoutMs = waitMsMax): Uint8Array | undefined {
  const entries = new Uint8Array(from.descriptors.length * pollfdBytes);
  const view = new DataView(entries.buffer);
  for (const [n, fd] of from.descriptors.entries()) {
    view.setInt32(n * pollfdBytes, fd, true);
    view.setInt16(n * pollfdBytes + 4, POLLIN, true);
  }
  for (;;) {
    const length = from.receive();
    if (length > 0) return from.received.slice(0, length);
    if (poll(entries, from.descriptors.length, timeoutMs) === 0) return undefined;
  }
}

test('a datagram to one peer reaches that peer alone, unchanged', () => {
  const [one, two, three] = open(3) as [UdpDatagrams, UdpDatagrams, UdpDatagrams];
  one.send(3, Uint8Array.of(1, 2, 3, 4), 3);
  assert.deepEqual(next(three), Uint8Array.of(1, 2, 3));
  assert.equal(two.receive(), 0);
  assert.equal(three.receive(), 0);
  closeAll([one, two, three]);
});

test('a datagram to all reaches each peer once and not its sender', () => {
  const all = open(3);
  all[0]!.send(0, Uint8Array.of(7), 1);
  assert.deepEqual(next(all[1]!), Uint8Array.of(7));
  assert.deepEqual(next(all[2]!), Uint8Array.of(7));
  for (const one of all) assert.equal(one.receive(), 0);
  closeAll(all);
});

test('a datagram of the largest size passes in one piece, and the view shows its bytes', () => {
  const [one, two] = open(2) as [UdpDatagrams, UdpDatagrams];
  const bytes = new Uint8Array(datagramBytesMax).map((_, n) => n);
  one.send(2, bytes, bytes.length);
  assert.deepEqual(next(two), bytes);
  assert.equal(two.receivedView.getUint16(0), 0x0001);
  closeAll([one, two]);
});

test('empty and oversized datagrams are skipped, not mistaken for "none waits"', () => {
  const [one, two] = open(2) as [UdpDatagrams, UdpDatagrams];
  one.send(2, new Uint8Array(1), 0);
  one.send(2, new Uint8Array(datagramBytesMax + 1), datagramBytesMax + 1);
  one.send(2, Uint8Array.of(9), 1);
  assert.deepEqual(next(two), Uint8Array.of(9));
  closeAll([one, two]);
});

test('what comes from elsewhere than a peer is dropped and counted', async () => {
  const [one, two, three] = open(3) as [UdpDatagrams, UdpDatagrams, UdpDatagrams];
  const stranger = createSocket('udp4');
  await new Promise<void>((resolve) => {
    stranger.send(Uint8Array.of(66), two.port, '127.0.0.1', () => resolve());
  });
  one.send(2, Uint8Array.of(5), 1);
  assert.deepEqual(next(two), Uint8Array.of(5));
  assert.equal(two.strangers, 1);
  assert.equal(three.strangers, 0);
  stranger.close();
  closeAll([one, two, three]);
});

test('what cannot be sent is a loss, not an error', () => {
  const [one, two] = open(2) as [UdpDatagrams, UdpDatagrams];
  one.send(77, Uint8Array.of(1), 1);
  one.send(2, new Uint8Array(70_000), 70_000);
  two.close();
  for (let n = 0; n < 3; n++) one.send(2, Uint8Array.of(1), 1);
  assert.equal(one.receive(), 0);
  one.close();
});

test('a peer that moves is reached at its new address', () => {
  const [one, two] = open(2) as [UdpDatagrams, UdpDatagrams];
  const moved = new UdpDatagrams(2, settings());
  one.setPeer(2, '127.0.0.1', moved.port);
  moved.setPeer(1, '127.0.0.1', one.port);
  one.send(0, Uint8Array.of(5), 1);
  assert.deepEqual(next(moved), Uint8Array.of(5));
  assert.equal(two.receive(), 0);
  closeAll([one, two, moved]);
});

test('a flood of useless datagrams does not hold the core', () => {
  const [one, two] = open(2) as [UdpDatagrams, UdpDatagrams];
  for (let n = 0; n < 40; n++) one.send(2, new Uint8Array(1), 0);
  one.send(2, Uint8Array.of(1), 1);
  assert.equal(two.receive(), 0);
  assert.equal(two.receive(), 1);
  closeAll([one, two]);
});

test('in multicast each other replica hears the group once; answers go one by one', async () => {
  const groupPort = await freePort();
  const all = open(3, { mode: 'multicast', groupPort });
  const [one, two, three] = all as [UdpDatagrams, UdpDatagrams, UdpDatagrams];
  one.send(0, Uint8Array.of(1, 2), 2);
  assert.deepEqual(next(two), Uint8Array.of(1, 2));
  assert.deepEqual(next(three), Uint8Array.of(1, 2));
  assert.equal(one.receive(), 0, 'own datagrams come back and are dropped');
  two.send(1, Uint8Array.of(3), 1);
  assert.deepEqual(next(one), Uint8Array.of(3));
  for (const each of all) assert.equal(each.receive(), 0);
  closeAll(all);
});

test('in multicast neither the group nor the own address starves the other', async () => {
  const all = open(2, { mode: 'multicast', groupPort: await freePort() });
  const [one, two] = all as [UdpDatagrams, UdpDatagrams];
  for (let n = 0; n < 8; n++) {
    one.send(0, Uint8Array.of(1), 1);
    one.send(2, Uint8Array.of(2), 1);
  }
  const firstFour = Array.from({ length: 4 }, () => next(two)![0]);
  assert.ok(firstFour.includes(1) && firstFour.includes(2));
  closeAll(all);
});

test('a taken port is an error that names it and says what to do', () => {
  const one = new UdpDatagrams(1, settings());
  assert.throws(
    () => new UdpDatagrams(2, settings({ port: one.port })),
    (error) =>
      error instanceof AddressError &&
      error.socket.code === 'EADDRINUSE' &&
      error.message.includes(`UDP 127.0.0.1:${one.port}`) &&
      error.message.includes('change the port in the configuration'),
  );
  one.close();
});

test('an address that the machine does not have is an error that names it', () => {
  assert.throws(
    () => new UdpDatagrams(1, settings({ address: '203.0.113.9' })),
    /203\.0\.113\.9.*EADDRNOTAVAIL/,
  );
  assert.throws(
    () => new UdpDatagrams(1, settings({ address: 'localhost' })),
    /"localhost" is not an IPv4 address/,
  );
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createSocket('udp4');
    probe.bind(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
