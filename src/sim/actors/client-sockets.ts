/** The sockets of a simulated client: one connection to each replica, as the client's core asks for them. */

import type { SessionMachine } from '../../client/core/ports.ts';
import type { Session } from '../../client/core/session.ts';
import { commands, openSession } from '../../protocol/commands.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { attach, ConnectionRole } from '../../protocol/messages.ts';
import type { MemberKey } from '../../protocol/parties.ts';
import type { ConnectionHandler } from '../../replica/ports.ts';
import type { Random } from '../../std/random.ts';
import { fork } from '../world/scheduler.ts';
import type { VirtualConnections } from '../world/virtual-connections.ts';
import { VirtualLinks } from '../world/virtual-links.ts';
import { VirtualLog } from '../world/virtual-ports.ts';
import type { World } from '../world/world.ts';

/** How often a client repeats what it has sent before it sends something new. */
const repeatChance = 0.05;

export class ClientSockets implements ConnectionHandler, SessionMachine {
  readonly #world: World;
  readonly #connections: VirtualConnections;
  readonly #random: Random;
  readonly #links: VirtualLinks;
  readonly #session: () => Session;
  readonly #handleOf = new Map<number, number>();
  readonly #replicaOf = new Map<number, number>();
  /** The commands that were sent last, of which any part may be repeated on the way. */
  lastSent: Uint8Array | undefined;
  /** The openSession that it sent last, with the token of its session. */
  opening: ReturnType<typeof openSession.read> | undefined;

  constructor(
    world: World,
    connections: VirtualConnections,
    connectionsMax: number,
    random: Random,
    session: () => Session,
  ) {
    this.#world = world;
    this.#random = random;
    this.#connections = connections;
    const own = world.parties.of('operator', connections.id);
    const log = new VirtualLog(world.trace, connections.name);
    const desk = { counters: undefined, log, connectionsMax };
    this.#links = new VirtualLinks(world, connections, own, fork(random), desk);
    this.#session = session;
  }

  /** Reports to the session what happened on the connections. */
  poll(): void {
    this.#links.poll(this);
  }

  flush(): void {
    this.#links.flush();
  }

  /** The machines of the simulation are where they are. */
  place(): void {}

  believe(members: readonly MemberKey[]): void {
    this.#links.believe({ members, tokens: [] });
  }

  connect(replicaId: number): void {
    const handle = this.#links.connect(replicaId, ConnectionRole.session);
    this.#handleOf.set(replicaId, handle);
    this.#replicaOf.set(handle, replicaId);
  }

  disconnect(replicaId: number): void {
    const handle = this.#handleOf.get(replicaId);
    if (handle === undefined) return;
    this.#forget(handle, replicaId);
    this.#links.close(handle);
  }

  send(replicaId: number, bytes: Uint8Array, from: number, to: number): boolean {
    const handle = this.#handleOf.get(replicaId);
    if (handle === undefined) return false;
    const type = bytes[from + TYPE_AT]!;
    const isCommand = commands.of(type) !== undefined && type !== openSession.type;
    // From here on numbers may be taken again from an earlier one: what was sent before would leave a gap.
    if (type === attach.type || type === openSession.type) this.lastSent = undefined;
    if (type === openSession.type)
      this.opening = openSession.read(new DataView(bytes.buffer, bytes.byteOffset), from);
    // A client that is unsure sends again what it has sent before: it must change nothing.
    if (isCommand && this.lastSent !== undefined && this.#random.chance(repeatChance)) {
      this.#world.tally.add('commands repeated');
      this.#links.send(handle, this.lastSent, 0, this.lastSent.length);
    }
    const isSent = this.#links.send(handle, bytes, from, to);
    if (isCommand && isSent) this.lastSent = bytes.slice(from, to);
    return isSent;
  }

  random(): number {
    return this.#random.next();
  }

  /** Something between here and a replica breaks a connection; false when there is none. */
  reset(): boolean {
    return this.#connections.resetOne();
  }

  opened(connection: number): void {
    const replicaId = this.#replicaOf.get(connection);
    if (replicaId !== undefined) this.#session().opened(replicaId, this.#world.scheduler.nowUs);
  }

  received(connection: number, bytes: Uint8Array, _view: DataView, from: number, to: number): number {
    const replicaId = this.#replicaOf.get(connection);
    if (replicaId !== undefined)
      this.#session().received(replicaId, bytes, from, to, this.#world.scheduler.nowUs);
    return to - from;
  }

  closed(connection: number): void {
    const replicaId = this.#replicaOf.get(connection);
    if (replicaId === undefined) return;
    this.#forget(connection, replicaId);
    this.#session().closed(replicaId, this.#world.scheduler.nowUs, 'the connection ended');
  }

  #forget(handle: number, replicaId: number): void {
    this.#handleOf.delete(replicaId);
    this.#replicaOf.delete(handle);
  }
}
