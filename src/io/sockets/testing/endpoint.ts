/** A socket endpoint for tests: real connections on the loopback, and a handler that keeps what it hears. */
import assert from 'node:assert/strict';
import { type Socket, connect as tcpConnect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TransportHandler } from '../../../trust/transport.ts';
import { MachineClock } from '../../system/clock.ts';
import { type ConnectionSettings, defaultConnectionSettings } from '../settings.ts';
import { TcpConnections } from '../tcp.ts';

const turnsMax = 200_000;
const opened: Endpoint[] = [];

/** After each test. */
export function closeEndpoints(): void {
  for (const endpoint of opened.splice(0)) endpoint.sockets.closeAll();
}

/** An endpoint with a handler that keeps what it hears. */
export class Endpoint implements TransportHandler {
  readonly sockets: TcpConnections;
  readonly log: string[] = [];
  /** What each connection has received and the handler has taken. */
  readonly bytes = new Map<number, number[]>();
  last = -1;
  /** Most bytes that it takes of one offer. */
  appetite = Number.POSITIVE_INFINITY;
  offers = 0;
  /** Callers that it has a place for. */
  places = Number.POSITIVE_INFINITY;
  nowUs = 0;

  constructor(more: Partial<ConnectionSettings> = {}) {
    const clock = new MachineClock();
    this.sockets = new TcpConnections(
      { ...defaultConnectionSettings, address: '127.0.0.1', port: 0, ...more },
      { nowUs: () => clock.nowUs() + this.nowUs, wallUs: () => clock.wallUs() },
    );
    opened.push(this);
  }

  takesCaller(): boolean {
    return this.places > 0;
  }

  opened(connection: number, replicaId: number): void {
    this.log.push(`opened ${connection} ${replicaId}`);
    this.places--;
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

  /** Before the end of the test. */
  close(): void {
    opened.splice(opened.indexOf(this), 1);
    this.sockets.closeAll();
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
export async function until(endpoints: readonly Endpoint[], isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < turnsMax; turn++) {
    if (isDone()) return;
    for (const endpoint of endpoints) endpoint.poll();
    await nextTurn();
  }
  assert.fail(`it did not come about: ${JSON.stringify(endpoints.map(({ log }) => log))}`);
}

/** Two endpoints; `one` has connected to `two`, which it knows as replica 2. */
export async function pair(more: Partial<ConnectionSettings> = {}): Promise<[Endpoint, Endpoint]> {
  const one = new Endpoint(more);
  const two = new Endpoint(more);
  one.sockets.setPeer(2, '127.0.0.1', two.sockets.port);
  assert.ok(one.sockets.connect(2) >= 0);
  await until([one, two], () => one.last >= 0 && two.last >= 0);
  return [one, two];
}

/** A plain client of `endpoint`. */
export async function client(endpoint: Endpoint): Promise<Socket> {
  const before = endpoint.log.length;
  const socket = tcpConnect({ port: endpoint.sockets.port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {});
  await until([endpoint], () => endpoint.log.length > before && !socket.connecting);
  return socket;
}
