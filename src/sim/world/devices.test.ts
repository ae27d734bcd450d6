import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Drop } from '../../protocol/datagrams.ts';
import { sealBytes, sealHeaderBytes } from '../../protocol/limits.ts';
import { Random } from '../../std/random.ts';
import type { TransportHandler } from '../../trust/transport.ts';
import { Tally } from './atlas.ts';
import { Scheduler } from './scheduler.ts';
import { Trace } from './trace.ts';
import { VirtualClock } from './virtual-clock.ts';
import { type VirtualConnections, VirtualWires } from './virtual-connections.ts';
import { quietNetwork, VirtualNetwork } from './virtual-network.ts';
import { VirtualSeals } from './virtual-seals.ts';

const second = 1_000_000;

function newSeals(network: VirtualNetwork, replicaId: number): VirtualSeals {
  return new VirtualSeals(network, replicaId, new Random(replicaId), undefined);
}

/** Notes everything that a connection reports to its owner; by default it consumes all bytes. */
class Notebook implements TransportHandler {
  readonly lines: string[] = [];
  bytes: number[] = [];
  appetite = Number.MAX_SAFE_INTEGER;

  takesCaller(): boolean {
    return true;
  }

  opened(connection: number, replicaId: number): void {
    this.lines.push(`opened ${connection} ${replicaId}`);
  }

  received(_connection: number, bytes: Uint8Array, _view: DataView, from: number, to: number): number {
    const consumed = Math.min(this.appetite, to - from);
    for (let at = from; at < from + consumed; at++) this.bytes.push(bytes[at]!);
    return consumed;
  }

  closed(connection: number): void {
    this.lines.push(`closed ${connection}`);
  }
}

function makeWorld(seed: number) {
  const scheduler = new Scheduler();
  const network = new VirtualNetwork(scheduler, new Random(seed), new Trace(scheduler), new Tally());
  const wires = new VirtualWires(network);
  const server = wires.openEndpoint(1, 4, () => {});
  const client = wires.openEndpoint(100, 4, () => {});
  server.reachability = 'listening';
  return { scheduler, network, server, client, atServer: new Notebook(), atClient: new Notebook() };
}
type World = ReturnType<typeof makeWorld>;

function runFor(world: World, us: number): void {
  const until = world.scheduler.nowUs + us;
  while (world.scheduler.nowUs < until) {
    world.scheduler.runUntil(Math.min(until, world.scheduler.nowUs + 500));
    world.server.poll(world.atServer);
    world.client.poll(world.atClient);
  }
}

function sendAll(from: VirtualConnections, connection: number, bytes: readonly number[]): void {
  assert.equal(from.send(connection, Uint8Array.from(bytes), 0, bytes.length), true);
  from.flush();
}

test('tasks run in the order of their time, and of their coming at the same time', () => {
  const scheduler = new Scheduler();
  const random = new Random(3);
  const seen: { timeUs: number; order: number }[] = [];
  for (let order = 0; order < 500; order++) {
    const timeUs = random.below(50);
    scheduler.after(timeUs, () => seen.push({ timeUs: scheduler.nowUs, order }));
  }
  scheduler.runUntil(100);
  assert.equal(seen.length, 500);
  for (let n = 1; n < seen.length; n++) {
    const [before, after] = [seen[n - 1]!, seen[n]!];
    assert.ok(before.timeUs < after.timeUs || (before.timeUs === after.timeUs && before.order < after.order));
  }
});

test('a clock drifts and steps, and its monotonic side never runs back', () => {
  const scheduler = new Scheduler();
  const clock = new VirtualClock(scheduler, 5_000, 0, 0);
  scheduler.runUntil(10 * second);
  assert.equal(clock.nowUs(), 10 * second + 5_000);
  const wall = clock.wallUs();
  clock.stepWall(-36 * second);
  assert.equal(clock.wallUs(), wall - 36 * second);
  assert.equal(clock.nowUs(), 10 * second + 5_000);
  clock.setDrift(-1_000);
  scheduler.runUntil(20 * second);
  assert.equal(clock.nowUs(), 20 * second + 5_000 - 10_000);
});

test('datagrams suffer what the conditions say, and the seal finds what was damaged', () => {
  const scheduler = new Scheduler();
  const network = new VirtualNetwork(scheduler, new Random(9), new Trace(scheduler), new Tally());
  const [ours, theirs] = [newSeals(network, 1), newSeals(network, 2)];
  assert.ok(theirs.take(1, ours.offer(2)));
  assert.ok(ours.use(2, ours.offer(2).keyId));
  const sender = network.openDatagrams(1, () => {});
  const receiver = network.openDatagrams(2, () => {});
  receiver.open();
  network.conditions = {
    ...quietNetwork,
    loss: 0.2,
    duplication: 0.2,
    reordering: 0.3,
    stragglerUs: 900,
    corruption: 0.2,
  };
  const order: number[] = [];
  let damaged = 0;
  let repeated = 0;
  for (let n = 0; n < 200; n++) {
    const bytes = new Uint8Array(48 + sealBytes);
    bytes[sealHeaderBytes] = n;
    const length = ours.seal(2, bytes, new DataView(bytes.buffer), sealHeaderBytes + 48);
    sender.send(n % 2 === 0 ? 2 : 0, bytes, length);
    scheduler.runUntil(scheduler.nowUs + 100);
    while (receiver.receive() === length) {
      const drop = theirs.open(receiver.received, receiver.receivedView, length);
      if (drop === Drop.none) order.push(receiver.received[sealHeaderBytes]!);
      else if (drop === Drop.repeated) repeated++;
      else damaged++;
    }
  }
  assert.ok(damaged > 10, 'some were damaged and found out');
  assert.ok(new Set(order).size < 190, 'some were lost');
  assert.equal(new Set(order).size, order.length, 'none opened twice');
  assert.ok(repeated > 10, 'some came twice');
  assert.notDeepEqual(
    order,
    order.toSorted((a, b) => a - b),
    'some came out of order',
  );
  assert.ok((network.tally.counts['datagram corrupted'] ?? 0) >= damaged);
});

test('a cut in one direction stops that direction alone', () => {
  const scheduler = new Scheduler();
  const network = new VirtualNetwork(scheduler, new Random(9), new Trace(scheduler), new Tally());
  const one = network.openDatagrams(1, () => {});
  const two = network.openDatagrams(2, () => {});
  one.open();
  two.open();
  network.block(1, 2);
  one.send(0, new Uint8Array(8), 8);
  two.send(0, new Uint8Array(8), 8);
  scheduler.runUntil(second);
  assert.equal(one.receive(), 8);
  assert.equal(two.receive(), 0);
  network.heal();
  one.send(2, new Uint8Array(8), 8);
  scheduler.runUntil(2 * second);
  assert.equal(two.receive(), 8);
});

test('a stream keeps its order through splits, losses and a reader without appetite', () => {
  const world = makeWorld(5);
  world.network.conditions = { ...quietNetwork, loss: 0.1 };
  const connection = world.client.connect(1);
  runFor(world, second);
  assert.deepEqual(world.atClient.lines, ['opened 0 1']);
  assert.deepEqual(world.atServer.lines, ['opened 0 0']);
  world.atServer.appetite = 700;
  const sent = Array.from({ length: 200 }, (_, n) => Array.from({ length: 997 }, (_, m) => (n * m) & 0xff));
  for (const piece of sent) sendAll(world.client, connection, piece);
  runFor(world, 2 * second);
  assert.deepEqual(world.atServer.bytes, sent.flat());
  assert.equal(world.client.room(connection), 262_144);
});

test('a sender whose reader takes nothing runs out of room, and gets it back', () => {
  const world = makeWorld(6);
  const connection = world.client.connect(1);
  runFor(world, 10_000);
  world.atServer.appetite = 0;
  const block = new Uint8Array(65_536);
  let accepted = 0;
  for (let n = 0; n < 20; n++) {
    if (world.client.send(connection, block, 0, block.length)) accepted++;
    world.client.flush();
    runFor(world, 10_000);
  }
  assert.equal(accepted, 6, 'what both buffers hold');
  world.atServer.appetite = Number.MAX_SAFE_INTEGER;
  runFor(world, second);
  assert.equal(world.atServer.bytes.length, 6 * block.length);
});

test('what was queued before a close arrives, and then the end', () => {
  const world = makeWorld(7);
  const connection = world.client.connect(1);
  runFor(world, 10_000);
  sendAll(world.client, connection, [1, 2, 3]);
  world.client.close(connection);
  runFor(world, 10_000);
  assert.deepEqual(world.atServer.bytes, [1, 2, 3]);
  assert.deepEqual(world.atServer.lines, ['opened 0 0', 'closed 0']);
  assert.deepEqual(world.atClient.lines, ['opened 0 1'], 'the closing side is not told');
});

test('a process that dies ends its connections at once; nobody listens until it is back', () => {
  const world = makeWorld(8);
  world.client.connect(1);
  runFor(world, 10_000);
  world.server.dropAll();
  runFor(world, 1_000);
  assert.deepEqual(world.atClient.lines, ['opened 0 1', 'closed 0']);
  world.client.connect(1);
  runFor(world, 1_000);
  assert.deepEqual(world.atClient.lines.at(-1), 'closed 0');
});

test('a machine without power leaves connections hanging, until its next boot resets them', () => {
  const world = makeWorld(9);
  const connection = world.client.connect(1);
  runFor(world, 10_000);
  world.server.vanishAll();
  runFor(world, second);
  sendAll(world.client, connection, [1]);
  runFor(world, second);
  assert.deepEqual(world.atClient.lines, ['opened 0 1'], 'nobody told the client');
  world.server.reachability = 'listening';
  runFor(world, 100_000);
  assert.deepEqual(world.atClient.lines, ['opened 0 1', 'closed 0']);
  assert.equal(world.atServer.bytes.length, 0);
});

test('a side that says nothing learns all the same that the other one is gone', () => {
  const quietUs = 6 * second;
  const reset = makeWorld(9);
  reset.client.connect(1);
  runFor(reset, 10_000);
  reset.server.vanishAll();
  runFor(reset, second);
  reset.server.reachability = 'listening';
  runFor(reset, quietUs);
  assert.deepEqual(reset.atClient.lines, ['opened 0 1', 'closed 0'], 'its machine is back');
  const silent = makeWorld(9);
  silent.client.connect(1);
  runFor(silent, 10_000);
  silent.server.vanishAll();
  runFor(silent, quietUs);
  assert.deepEqual(silent.atClient.lines, ['opened 0 1']);
  runFor(silent, quietUs);
  assert.deepEqual(silent.atClient.lines, ['opened 0 1', 'closed 0'], 'it gives up');
  const cut = makeWorld(9);
  cut.client.connect(1);
  runFor(cut, 10_000);
  cut.network.block(1, 100);
  cut.server.dropAll();
  runFor(cut, 3 * second);
  cut.network.heal();
  runFor(cut, quietUs);
  assert.deepEqual(cut.atClient.lines, ['opened 0 1', 'closed 0'], 'what it was sent at the end is lost');
});

test('the same seed gives the same network', () => {
  const run = (seed: number): string => {
    const world = makeWorld(seed);
    world.network.conditions = { ...quietNetwork, loss: 0.3 };
    const connection = world.client.connect(1);
    runFor(world, 100_000);
    for (let n = 0; n < 50; n++) {
      if (world.atClient.lines.length > 0) sendAll(world.client, connection, [n, n, n]);
      runFor(world, 1_000);
    }
    return `${world.atServer.bytes.join()} ${world.scheduler.waiting} ${JSON.stringify(world.network.tally.counts)} ${world.network.random.next()}`;
  };
  assert.equal(run(1), run(1));
  assert.notEqual(run(1), run(2));
});
