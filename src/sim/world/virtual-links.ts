/**
 * The links of one process of a simulated world: production's own, over virtual connections. What is said on them goes
 * to the trace, and which party says that it talks to which is kept for the `LinkWatch` of the world.
 */
import type { ConnectionRole } from '../../protocol/messages.ts';
import type { KnownKeys } from '../../protocol/parties.ts';
import { counter } from '../../replica/counters.ts';
import type { ConnectionHandler, Connections, Log, ProvenPeer } from '../../replica/ports.ts';
import type { Random } from '../../std/random.ts';
import type { OwnIdentity } from '../../trust/handshake.ts';
import { JoinedKeys } from '../../trust/joined-keys.ts';
import { LinkReports } from '../../trust/link-reports.ts';
import { SecureConnections } from '../../trust/secure-connections.ts';
import { ForgedGifts } from './forger.ts';
import { recordsInWords } from './message-texts.ts';
import { readJoined } from './parties.ts';
import type { VirtualConnections } from './virtual-connections.ts';
import type { VirtualCounters } from './virtual-ports.ts';
import type { World } from './world.ts';

const inputBytes = 131_072;
const outputBytes = 131_072;

/** Where reports of links go. */
export interface VirtualLinkDesk {
  readonly connectionsMax: number;
  readonly counters: VirtualCounters | undefined;
  readonly log: Log;
  /** The snapshot that the process has at an index. */
  readonly snapshotAt?: (index: number) => Uint8Array | undefined;
}

export class VirtualLinks implements Connections {
  readonly #world: World;
  readonly #name: string;
  readonly #own: OwnIdentity;
  readonly #links: SecureConnections;
  readonly #transport: VirtualConnections;
  readonly #gifts: ForgedGifts;
  #handler!: ConnectionHandler;
  readonly #watched: ConnectionHandler = {
    opened: (id, peer) => this.#opened(id, peer),
    received: (id, bytes, view, from, to) => this.#handler.received(id, bytes, view, from, to),
    closed: (id) => this.#handler.closed(id),
  };

  constructor(
    world: World,
    transport: VirtualConnections,
    own: OwnIdentity,
    random: Random,
    { counters, log, connectionsMax, snapshotAt = () => undefined }: VirtualLinkDesk,
  ) {
    this.#world = world;
    this.#name = transport.name;
    this.#own = own;
    this.#transport = transport;
    this.#gifts = new ForgedGifts(world.forger, transport.name, snapshotAt);
    const ports = {
      identity: { own, verifier: new JoinedKeys(world.parties.authority, readJoined) },
      random: (into: Uint8Array) => {
        for (let n = 0; n < into.length; n++) into[n] = random.below(256);
      },
      nowUs: () => world.scheduler.nowUs,
      listener: new LinkReports({
        count: (trouble) => counters?.add(counter[trouble], 1),
        warn: (text, fields) => log.warn(text, fields),
        hostName: (source) => `endpoint ${source}`,
        nowUs: () => world.scheduler.nowUs,
      }),
    };
    this.#links = new SecureConnections(transport, ports, { connectionsMax, inputBytes, outputBytes });
  }

  poll(handler: ConnectionHandler): number {
    this.#handler = handler;
    return this.#links.poll(this.#watched);
  }

  knows(replicaId: number): boolean {
    return this.#links.knows(replicaId);
  }

  connect(replicaId: number, role: ConnectionRole): number {
    const id = this.#links.connect(replicaId, role);
    if (id < 0) return id;
    this.#world.linkWatch.called(this.#own.party, replicaId, role);
    return id;
  }

  send(id: number, bytes: Uint8Array, from: number, to: number): boolean {
    const isSent = this.#links.send(id, this.#gifts.instead(id, bytes, from, to), from, to);
    const { trace } = this.#world;
    if (isSent && trace.isOn)
      trace.note(this.#name, `=> ${this.#transport.peerName(id)} ${recordsInWords(bytes, from, to)}`);
    return isSent;
  }

  room(id: number): number {
    return this.#links.room(id);
  }

  flush(): void {
    this.#links.flush();
  }

  close(id: number): void {
    this.#links.close(id);
  }

  believe(known: KnownKeys): void {
    this.#links.believe(known);
  }

  #opened(id: number, peer: ProvenPeer): void {
    const { linkWatch } = this.#world;
    const calledId = this.#transport.calledReplica(id);
    if (calledId !== 0) linkWatch.answered(this.#own.party, calledId, peer);
    else linkWatch.heard(peer, this.#own.party.id);
    this.#handler.opened(id, peer);
  }
}
