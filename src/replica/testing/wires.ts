/**
 * Streams in memory behind the `Connections` port: what is sent is there at once, as far as the other side has room.
 * What is on the other side a test says: proofs are none of the replica's.
 */
import type { ConnectionRole } from '../../protocol/messages.ts';
import type { KnownKeys } from '../../protocol/parties.ts';
import { assert } from '../../std/assert.ts';
import { endedSide, pollStreams, StreamSide } from '../../std/testing/streams.ts';
import type { Addresses, ConnectionHandler, Connections, MemberAddress, ProvenPeer } from '../ports.ts';

/** PartyKind of `trust`. */
export const replicaKind = 1;
export const gatewayKind = 2;
export const operatorKind = 4;

/** Where a replica is, in tests. */
export function addressOf(replicaId: number): MemberAddress {
  return { host: `10.0.0.${replicaId}`, udpPort: 7_100 + replicaId, tcpPort: 7_200 + replicaId };
}

/** Addresses for the sockets of one replica. */
export class FakeAddresses implements Addresses {
  readonly #connections: FakeConnections;
  readonly #seeds: ReadonlySet<number> | undefined;
  readonly #placed = new Map<number, MemberAddress>();
  readonly #whereIs: (replicaId: number) => MemberAddress;

  /** A replica is at one place only, which `whereIs` says. */
  constructor(connections: FakeConnections, whereIs: (replicaId: number) => MemberAddress = addressOf) {
    this.#connections = connections;
    this.#whereIs = whereIs;
    this.#seeds = connections.addresses && new Set(connections.addresses);
    connections.isThere = (id) => (this.#placed.get(id) ?? whereIs(id)).host === whereIs(id).host;
  }

  configured(replicaId: number): MemberAddress | undefined {
    return this.#seeds?.has(replicaId) === false ? undefined : addressOf(replicaId);
  }

  place(replicaId: number, address: MemberAddress | undefined): void {
    const { addresses } = this.#connections;
    if (address === undefined) this.#placed.delete(replicaId);
    else this.#placed.set(replicaId, address);
    if (address?.host === this.#whereIs(replicaId).host) addresses?.add(replicaId);
    else addresses?.delete(replicaId);
  }
}

/** The sockets of one replica. */
export class FakeConnections implements Connections {
  /** Replicas that it can call; undefined is all. */
  addresses: Set<number> | undefined;
  /** Whether a replica is where it is called. */
  isThere: (replicaId: number) => boolean = () => true;
  /** The keys of those that came by a join token. */
  keyOf: (replicaId: number) => Uint8Array | undefined = () => undefined;
  /** The keys that the replica gave it to believe. */
  believed: KnownKeys = { members: [], tokens: [] };
  readonly #dial: (replicaId: number, role: ConnectionRole) => StreamSide | undefined;
  readonly #sides: (StreamSide | undefined)[];
  /** Handles whose opening or failure is yet to be reported, with the other side. */
  #news: { readonly handle: number; readonly peer: ProvenPeer }[] = [];

  /** `dial` gives the own side of a stream to a replica, undefined where nothing answers. */
  constructor(
    connectionsMax: number,
    dial: (replicaId: number, role: ConnectionRole) => StreamSide | undefined,
  ) {
    this.#dial = dial;
    this.#sides = Array.from({ length: connectionsMax });
  }

  /** A call of a proven caller: its side of the stream; undefined when no handle is free. */
  accept(peer: ProvenPeer): StreamSide | undefined {
    const handle = this.#sides.indexOf(undefined);
    if (handle < 0) return undefined;
    const [own, other] = StreamSide.pair();
    this.#sides[handle] = own;
    this.#news.push({ handle, peer });
    return other;
  }

  knows(replicaId: number): boolean {
    return this.addresses === undefined || this.addresses.has(replicaId);
  }

  connect(replicaId: number, role: ConnectionRole): number {
    const handle = this.#sides.indexOf(undefined);
    if (handle < 0 || !this.knows(replicaId)) return -1;
    this.#sides[handle] = (this.isThere(replicaId) ? this.#dial(replicaId, role) : undefined) ?? endedSide();
    const fingerprint = this.keyOf(replicaId);
    this.#news.push({ handle, peer: { kind: replicaKind, id: replicaId, role, fingerprint } });
    return handle;
  }

  poll(handler: ConnectionHandler): number {
    for (const { handle, peer } of this.#news.splice(0)) {
      const side = this.#sides[handle];
      if (side !== undefined && !side.hasEnded) handler.opened(handle, peer);
    }
    return pollStreams(this.#sides, handler);
  }

  send(connection: number, bytes: Uint8Array, from: number, to: number): boolean {
    return this.#side(connection).send(bytes, from, to);
  }

  room(connection: number): number {
    return this.#side(connection).room;
  }

  flush(): void {}

  close(connection: number): void {
    this.#side(connection).close();
    this.#sides[connection] = undefined;
  }

  believe(known: KnownKeys): void {
    this.believed = known;
  }

  /** The process dies: all that it had ends. */
  drop(): void {
    for (const side of this.#sides) side?.close();
  }

  #side(connection: number): StreamSide {
    const side = this.#sides[connection];
    assert(side !== undefined, 'a connection is not used after its end');
    return side;
  }
}
