import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ConnectionRole } from '../../protocol/messages.ts';
import { Certificates } from '../../trust/certificates.ts';
import { trustFailureText } from '../../trust/failures.ts';
import { CallerHandshake } from '../../trust/handshake.ts';
import { lastingIdentity } from '../../trust/testing/identities.ts';
import { bytesFrom } from '../../trust/testing/parties.ts';
import { SocketLink } from '../../trust/testing/socket-link.ts';
import { AddressError } from '../sockets/addresses.ts';
import {
  defaultConnectionSettings,
  defaultDatagramSettings,
  type MachineSettings,
} from '../sockets/settings.ts';
import { ReplicaThreads } from './replica-threads.ts';

/** A core thread whose agent answers orders, echoes bytes, writes what it receives to a region, and can fail. */
const agent = `
import { workerData } from 'node:worker_threads';
import { runCore } from ${JSON.stringify(import.meta.resolve('./core-thread.ts'))};
class Echo {
  constructor(options, ports) {
    if (options.failsAtStart) throw new Error('no such option');
    this.ports = ports;
    this.region = ports.storage.createRegion('received', 4096);
    this.position = 0;
    ports.log.info('started', { options: options.name });
  }
  get deadlineUs() {
    return Infinity;
  }
  doWork() {
    const { connections, control, counters, storage } = this.ports;
    counters.set(1, storage.flushedPosition());
    let work = connections.poll(this);
    for (let order = control.next(); order !== undefined; order = control.next()) {
      if (order.kind === 'startElection') throw new Error('the agent is broken');
      if (order.kind === 'stop') {
        control.reply(order, { ok: true, text: 'it ends' });
        throw new Error('the agent ends');
      }
      control.reply(order, { ok: order.replicaId === 3, text: 'asked for ' + order.kind });
      work++;
    }
    connections.flush();
    counters.add(0, 1);
    return work;
  }
  opened() {}
  received(connection, bytes, view, from, to) {
    this.region.bytes.set(bytes.subarray(from, to), this.position);
    this.position += to - from;
    this.ports.storage.requestFlush(this.region, this.position);
    this.ports.connections.send(connection, bytes, from, to);
    return to - from;
  }
  closed() {}
  stop() { this.ports.log.warn('stopped'); }
}
runCore(workerData, (options, ports) => new Echo(options, ports));
`;
const { own, authorities } = lastingIdentity('replica-1');
const entry = new URL(`data:text/javascript,${encodeURIComponent(agent)}`);

let folder: string;
const machines: ReplicaThreads[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-machine-'));
});
afterEach(async () => {
  await Promise.all(machines.splice(0).map((machine) => machine.stop()));
  rmSync(folder, { recursive: true });
});

function settings(more: Partial<MachineSettings> = {}): MachineSettings {
  return {
    replicaId: 1,
    folder: join(folder, 'replica-1'),
    datagrams: { ...defaultDatagramSettings, address: '127.0.0.1', port: 0 },
    connections: { ...defaultConnectionSettings, address: '127.0.0.1', port: 0 },
    peers: [],
    identity: { own, authorities },
    idle: 'backoff',
    ...more,
  };
}

interface Running {
  readonly machine: ReplicaThreads;
  readonly logs: string[];
  /** The port of the connections once the agent runs; rejects when it never does. */
  readonly tcpPort: Promise<number>;
  readonly failure: Promise<Error>;
}

function start(more: Partial<MachineSettings> = {}, options: unknown = { name: 'first' }): Running {
  const logs: string[] = [];
  const ready = Promise.withResolvers<number>();
  const failed = Promise.withResolvers<Error>();
  const machine = new ReplicaThreads(settings(more), entry, options, {
    log: (level, text, { atUs, ...fields }) => {
      assert.ok(Number.isInteger(atUs));
      logs.push(`${level} ${text} ${JSON.stringify(fields)}`);
    },
    ready: ({ tcpPort }) => {
      machine.startWriter();
      ready.resolve(tcpPort);
    },
    failed: (error) => {
      failed.resolve(error);
      ready.reject(error);
    },
  });
  machines.push(machine);
  ready.promise.catch(() => {});
  return { machine, logs, tcpPort: ready.promise, failure: failed.promise };
}

function echo(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => link.start());
    const { own: caller } = lastingIdentity('gateway-1');
    const verifier = new Certificates(authorities, () => Date.now() / 1_000);
    const called = { role: ConnectionRole.session, replicaId: 1 };
    const handshake = new CallerHandshake(caller, verifier, called, bytesFrom('caller'));
    const link = new SocketLink(handshake, (bytes) => socket.write(bytes), {
      proven: () => setImmediate(() => link.send(Buffer.from(text))),
      received: (bytes) => {
        resolve(Buffer.from(bytes).toString());
        socket.destroy();
      },
      failed: (failure) => reject(new Error(trustFailureText[failure])),
    });
    socket.once('error', reject);
    socket.on('data', (data: Buffer) => link.take(data));
  });
}

test('a core serves, answers orders, reports, and ends when it is asked to', async () => {
  const { machine, logs, tcpPort } = start();
  assert.equal(await echo(await tcpPort, 'hello'), 'hello');
  assert.deepEqual(await machine.order({ kind: 'transferLeadership', replicaId: 3, force: false }), {
    ok: true,
    text: 'asked for transferLeadership',
  });
  const replies = await Promise.all(
    Array.from({ length: 20 }, () => machine.order({ kind: 'takeSnapshot', replicaId: 0, force: false })),
  );
  assert.ok(replies.every(({ ok, text }) => !ok && text === 'asked for takeSnapshot'));
  assert.ok(machine.counters[0]! > 0);
  for (let turn = 0; turn < 1_000_000 && machine.counters[1] !== 5; turn++) await nextTurn();
  assert.equal(machine.counters[1], 5, 'the flusher has flushed what came');
  await machine.stop();
  assert.equal(readFileSync(join(folder, 'replica-1', 'received')).toString('latin1', 0, 5), 'hello');
  assert.deepEqual(logs, ['info started {"options":"first"}', 'warn stopped {}']);
});

test('the sockets of a core are its own: they close with it, before the memory of the process', async (t) => {
  if (/^Seccomp:\t2$/m.test(readFileSync('/proc/self/status', 'utf8')))
    return t.skip('a sandbox filters system calls here');
  const { machine, tcpPort } = start();
  const port = (await tcpPort).toString(16).toUpperCase().padStart(4, '0');
  const sockets = readFileSync('/proc/self/net/tcp', 'utf8').split('\n');
  const listener = sockets.find((line) => line.includes(`:${port} 00000000:0000 0A`));
  const inode = listener?.trim().split(/\s+/)[9];
  assert.ok(inode !== undefined, 'the core listens');
  const holds = (folder: string): boolean =>
    readdirSync(folder).some((name) => linkOf(join(folder, name)) === `socket:[${inode}]`);
  const holders = readdirSync('/proc/self/task').filter((task) => holds(`/proc/self/task/${task}/fd`));
  assert.equal(holders.length, 1, 'one thread holds the socket');
  assert.equal(readFileSync(`/proc/self/task/${holders[0]}/comm`, 'utf8').trim(), 'core');
  await machine.stop();
});

/** Where a descriptor leads; empty when it was closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

test('a core that an order ends has answered the order', async () => {
  for (let n = 0; n < 10; n++) {
    const { machine, tcpPort, failure } = start();
    await tcpPort;
    const { text } = await machine.order({ kind: 'stop', replicaId: 0, force: false });
    assert.equal(text, 'it ends');
    assert.match((await failure).message, /the agent ends/);
    await machine.stop();
  }
});

test('a core whose agent breaks is reported, and its folder and ports are free again', async () => {
  const first = start();
  const port = await first.tcpPort;
  assert.equal(
    (await first.machine.order({ kind: 'startElection', replicaId: 0, force: false })).text,
    'The core thread has ended.',
  );
  assert.match((await first.failure).message, /the agent is broken/);
  await first.machine.stop();
  const second = start({
    connections: { ...defaultConnectionSettings, address: '127.0.0.1', port },
  });
  assert.equal(await second.tcpPort, port);
});

test('an agent that cannot be built is reported', async () => {
  const { failure } = start({}, { failsAtStart: true });
  assert.match((await failure).message, /no such option/);
});

test('a taken port is reported with its address, for whoever knows the key of the configuration', async () => {
  const first = start();
  const port = await first.tcpPort;
  const second = start({
    folder: join(folder, 'replica-2'),
    connections: { ...defaultConnectionSettings, address: '127.0.0.1', port },
  });
  const error = await second.failure;
  assert.ok(error instanceof AddressError);
  assert.deepEqual(error.socket, {
    protocol: 'TCP',
    address: '127.0.0.1',
    port,
    error: 98,
    code: 'EADDRINUSE',
  });
  assert.match(error.message, new RegExp(`TCP 127\\.0\\.0\\.1:${port}`));
});

test('a second core on the same folder is refused and harms nothing', async () => {
  const first = start();
  const port = await first.tcpPort;
  const second = start();
  assert.match((await second.failure).message, /in use by process/);
  await second.machine.stop();
  assert.equal(await echo(port, 'still there'), 'still there');
  assert.ok(existsSync(join(folder, 'replica-1', 'received')));
});
