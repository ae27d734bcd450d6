/**
 * Every connection of a replica, and which part of the replica takes its records. Both sides have proven their
 * identities before it opens; what is malformed is counted, answered where it can be, and closes nothing but itself.
 */
import { DecodeCode, ReplyCode, replyText } from '../../protocol/codes.ts';
import { checkPrefix, PREFIX_BYTES, TYPE_AT } from '../../protocol/layout.ts';
import { recordBytesMax, sessionConnectionsMax } from '../../protocol/limits.ts';
import { ConnectionRole, refused, welcome } from '../../protocol/messages.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { assertEqual } from '../../std/assert.ts';
import { counter } from '../counters.ts';
import type { ReplicaOptions } from '../options.ts';
import type { ConnectionHandler, Ports, ProvenPeer } from '../ports.ts';

/** How long a peer that was called may take to welcome this replica. */
const welcomeUs = 5_000_000;
const sweepUs = 500_000;
/** A program or watcher has this part of the places for sessions at most, and so many in any case. */
const boundedPart = 1 / 8;
const boundedPlacesMin = 2;

/** One connection. */
export interface Connection {
  readonly id: number;
  readonly role: ConnectionRole;
  /** This replica called. */
  readonly isOurs: boolean;
  /** The party on the other side, as it has proven to be: a PartyKind, and its number among those of its kind. */
  readonly peerKind: number;
  readonly peerId: number;
  /** SHA-256 of its certificate, where the log of the cluster and no authority vouches for it. */
  peerFingerprint?: Uint8Array | undefined;
  /** Of one that is ours: the peer has welcomed us. Until then nothing else is read from it. */
  isReady: boolean;
  readonly sinceUs: number;
}

/** Serves the connections of one role. */
export interface RoleServer {
  /** The connection may be used. */
  connectionReady(connection: Connection): void;
  /** One whole record; false leaves it unconsumed, to be offered again. @hot */
  takeRecord(connection: Connection, type: number, view: DataView, at: number, length: number): boolean;
  /** The connection is gone, or did not come about. */
  connectionGone(connection: Connection): void;
  /** Whom this replica believes has changed; connections of those that it believes no more have gone. */
  reconsidered?(): void;
}

/** What a welcome says. */
export interface LeadershipView {
  readonly term: number;
  readonly leaderId: number;
}

export class ConnectionServer implements ConnectionHandler {
  readonly #options: ReplicaOptions;
  readonly #ports: Ports;
  readonly #leadership: LeadershipView;
  readonly #servers: Readonly<Record<ConnectionRole, RoleServer>>;
  readonly #connections = new Map<number, Connection>();
  /** Peers that refused us, with the reason that was logged. */
  readonly #refusals = new Map<number, number>();
  readonly #sessionsMax: number;
  /** Sessions of one program or watcher. */
  readonly #ofOneMax: number;
  #sessions = 0;
  #nowUs = 0;
  #sweptUs = 0;
  readonly #out = new Uint8Array(recordBytesMax);
  readonly #outView = new DataView(this.#out.buffer);

  constructor(
    options: ReplicaOptions,
    ports: Ports,
    leadership: LeadershipView,
    servers: Readonly<Record<ConnectionRole, RoleServer>>,
  ) {
    this.#options = options;
    this.#ports = ports;
    this.#leadership = leadership;
    this.#servers = servers;
    this.#sessionsMax = sessionConnectionsMax(options.connectionsMax);
    this.#ofOneMax = Math.max(boundedPlacesMin, Math.floor(this.#sessionsMax * boundedPart));
  }

  get count(): number {
    return this.#connections.size;
  }

  /** Handles what waits on all connections. @hot */
  poll(nowUs: number): number {
    this.#nowUs = nowUs;
    const work = this.#ports.connections.poll(this);
    if (nowUs - this.#sweptUs >= sweepUs) this.#endUnanswered();
    return work;
  }

  /** Calls a peer; the role's server hears `ready` or `gone`. False when no connection is free. */
  call(replicaId: number, role: ConnectionRole): boolean {
    const id = this.#ports.connections.connect(replicaId, role);
    if (id < 0) return false;
    this.#connections.set(id, {
      id,
      role,
      isOurs: true,
      peerKind: PartyKind.replica,
      peerId: replicaId,
      isReady: false,
      sinceUs: this.#nowUs,
    });
    return true;
  }

  /** Ends a connection from this side. */
  close(connection: Connection): void {
    this.#forget(connection);
    this.#ports.connections.close(connection.id);
  }

  opened(id: number, { kind: peerKind, id: peerId, role, fingerprint: peerFingerprint }: ProvenPeer): void {
    const called = this.#connections.get(id);
    if (called !== undefined) {
      assertEqual(peerId, called.peerId, 'the peer that was called has answered');
      assertEqual(role, called.role, 'the peer that was called has answered');
      called.peerFingerprint = peerFingerprint;
      return;
    }
    const isSession = role === ConnectionRole.session;
    if (isSession && this.#isBeyondItsBound(peerKind, peerId)) return this.#turnAway(id);
    if (isSession && this.#sessions >= this.#sessionsMax) {
      const oldest = this.#findGivingWay(peerKind, peerId);
      if (oldest === undefined) return this.#turnAway(id);
      this.#ports.counters.add(counter.connectionsRefused, 1);
      this.#takePlace(oldest);
    }
    const place = { id, role: role as ConnectionRole, peerKind, peerId, peerFingerprint };
    const connection: Connection = { ...place, isOurs: false, isReady: true, sinceUs: this.#nowUs };
    this.#connections.set(id, connection);
    if (isSession) this.#sessions += 1;
    this.#sendWelcome(id, ReplyCode.ok);
    this.#servers[connection.role].connectionReady(connection);
  }

  received(id: number, _bytes: Uint8Array, view: DataView, from: number, to: number): number {
    let at = from;
    while (at < to) {
      const connection = this.#connections.get(id);
      if (connection === undefined) return to - from;
      const code = checkPrefix(view, at, to - at);
      if (code === DecodeCode.truncated && to - at < recordBytesMax) break;
      if (code !== DecodeCode.ok) {
        this.#refuse(connection, code, to - at >= PREFIX_BYTES ? view.getUint8(at + TYPE_AT) : 0);
        return to - from;
      }
      const length = view.getUint16(at, true);
      if (!this.#dispatch(connection, view, at, length)) break;
      at += length;
    }
    return at - from;
  }

  closed(id: number): void {
    const connection = this.#connections.get(id);
    if (connection === undefined) return;
    this.#servers[connection.role].connectionGone(connection);
    this.#forget(connection);
  }

  reconsidered(): void {
    for (const server of Object.values(this.#servers)) server.reconsidered?.();
  }

  #turnAway(id: number): void {
    this.#ports.counters.add(counter.connectionsRefused, 1);
    this.#sendWelcome(id, ReplyCode.tooManyConnections);
    this.#ports.connections.close(id);
  }

  /**
   * Whether a party has as many session connections as it may: in each cycle all are read, so one program with very
   * many would make the cycles of the leader long. Gateways and operators are the venue's own.
   */
  #isBeyondItsBound(peerKind: number, peerId: number): boolean {
    if (peerKind !== PartyKind.program && peerKind !== PartyKind.watcher) return false;
    let count = 0;
    for (const connection of this.#connections.values()) {
      const isOwn = connection.peerKind === peerKind && connection.peerId === peerId;
      if (isOwn && connection.role === ConnectionRole.session) count += 1;
    }
    return count >= this.#ofOneMax;
  }

  /**
   * The session connection that gives way to a new one: the oldest of the party that holds most, where that party still
   * holds as many as the newcomer's afterwards. So one party, or the thief of its identity, keeps no other one out, and
   * two parties never take the same place from each other in turn.
   */
  #findGivingWay(peerKind: number, peerId: number): Connection | undefined {
    const partyOf = (kind: number, id: number): number => kind * 2 ** 32 + id;
    const held = new Map<number, Connection[]>();
    let most: Connection[] = [];
    for (const connection of this.#connections.values()) {
      if (connection.role !== ConnectionRole.session) continue;
      const party = partyOf(connection.peerKind, connection.peerId);
      const own = held.get(party) ?? [];
      own.push(connection);
      held.set(party, own);
      if (own.length > most.length) most = own;
    }
    const ofNewcomer = held.get(partyOf(peerKind, peerId))?.length ?? 0;
    return most.length - 1 > ofNewcomer ? most[0] : undefined;
  }

  /** Ends a session connection whose place another party needs, and says so to its party. */
  #takePlace(connection: Connection): void {
    const values = { code: ReplyCode.tooManyConnections, subject: welcome.type, reserved: 0 };
    this.#ports.connections.send(connection.id, this.#out, 0, refused.write(this.#outView, 0, values));
    this.#giveUp(connection);
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection.id);
    if (connection.role === ConnectionRole.session) this.#sessions -= 1;
  }

  #dispatch(connection: Connection, view: DataView, at: number, length: number): boolean {
    const type = view.getUint8(at + TYPE_AT);
    if (connection.isReady)
      return this.#servers[connection.role].takeRecord(connection, type, view, at, length);
    if (type === welcome.type && welcome.check(view, at, length) === DecodeCode.ok) {
      this.#welcomed(connection, welcome.read(view, at).code);
    } else {
      this.#ports.counters.add(counter.messagesMalformed, 1);
      this.#giveUp(connection);
    }
    return true;
  }

  #welcomed(connection: Connection, code: number): void {
    if (code !== ReplyCode.ok) return this.#refused(connection, code);
    this.#refusals.delete(connection.peerId);
    connection.isReady = true;
    this.#servers[connection.role].connectionReady(connection);
  }

  /** A peer refused our call; a reason is logged once, however often we call. */
  #refused(connection: Connection, code: number): void {
    const peer = connection.peerId;
    if (this.#refusals.get(peer) !== code) {
      const reason = (replyText as Readonly<Record<number, string>>)[code] ?? `code ${code}`;
      this.#ports.log.warn('a peer and this replica do not come together', { peer, reason });
    }
    this.#refusals.set(peer, code);
    this.#giveUp(connection);
  }

  /** Ends our calls that a peer proved itself on and did not welcome. */
  #endUnanswered(): void {
    this.#sweptUs = this.#nowUs;
    for (const connection of this.#connections.values()) {
      if (!connection.isReady && this.#nowUs - connection.sinceUs >= welcomeUs) this.#giveUp(connection);
    }
  }

  #giveUp(connection: Connection): void {
    this.#servers[connection.role].connectionGone(connection);
    this.close(connection);
  }

  #sendWelcome(id: number, code: number): void {
    const { term, leaderId } = this.#leadership;
    const values = { code, replicaId: this.#options.replicaId, leaderId, term };
    this.#ports.connections.send(id, this.#out, 0, welcome.write(this.#outView, 0, values));
  }

  /** The stream cannot be read on: says why, and ends the connection. */
  #refuse(connection: Connection, code: DecodeCode, subject: number): void {
    this.#ports.counters.add(counter.messagesMalformed, 1);
    const reply = code === DecodeCode.wrongVersion ? ReplyCode.wrongVersion : ReplyCode.malformed;
    const length = refused.write(this.#outView, 0, { code: reply, subject, reserved: 0 });
    this.#ports.connections.send(connection.id, this.#out, 0, length);
    this.#giveUp(connection);
  }
}
