/**
 * Every TCP connection of a replica: who it is, and to whom its records go. A connection proves its key before anything
 * else is read from it; what is malformed is counted, answered where it can be, and closes nothing but itself.
 */
import { DecodeCode, ReplyCode, replyText } from '../../protocol/codes.ts';
import { checkPrefix, PREFIX_BYTES, TYPE_AT } from '../../protocol/layout.ts';
import { recordBytesMax, replicasMax } from '../../protocol/limits.ts';
import {
  ConnectionRole,
  challenge,
  connectionMagic,
  hello,
  nonceBytes,
  proofBytes,
  refused,
  welcome,
} from '../../protocol/messages.ts';
import { counter } from '../counters.ts';
import type { ReplicaOptions } from '../options.ts';
import type { ConnectionHandler, Ports } from '../ports.ts';

/** How long a connection has to say who it is. */
const handshakeUs = 5_000_000;
/**
 * So long a caller does not give way to later ones of its own host: they wait for a place, so that a crowd does not
 * turn all of itself away before one of them could answer. With 200 places 1,000 a second need not wait.
 */
const answerUs = 200_000;
/** Of all connections, those kept for each of: peers that call, calls of our own, ends that are not over yet. */
const keptMax = 2 * (replicasMax - 1);
const keptPart = 1 / 8;

/** One connection. `role` is 0 until the handshake is done. */
export interface Connection {
  readonly id: number;
  /** The peer that this replica called; 0 where the other side called. */
  readonly calledReplicaId: number;
  /** The peer that called, when it is a replica. */
  peerId: number;
  role: number;
  readonly deadlineUs: number;
  /** The host that called. */
  readonly source: number;
  readonly nonce: Uint8Array;
  /** This side has sent its proof. */
  hasProven: boolean;
}

/** Serves the connections of one role. */
export interface RoleServer {
  /** The handshake is done. */
  ready(connection: Connection): void;
  /** One whole record; false leaves it unconsumed, to be offered again. @hot */
  record(connection: Connection, type: number, view: DataView, at: number, length: number): boolean;
  /** The connection is gone. */
  gone(connection: Connection): void;
}

/** What the handshake tells the other side. */
export interface LeadershipView {
  readonly term: number;
  readonly leaderId: number;
}

export class ConnectionServer implements ConnectionHandler {
  readonly #options: ReplicaOptions;
  readonly #ports: Ports;
  readonly #leadership: LeadershipView;
  readonly #servers: Readonly<Record<number, RoleServer>>;
  readonly #connections = new Map<number, Connection>();
  /** Role that a connection of ours wants, until its handshake is done. */
  readonly #dialled = new Map<number, number>();
  /** Peers that refused us, with the reason that was logged. */
  readonly #refusals = new Map<number, number>();
  readonly #acceptedMax: number;
  readonly #sessionsMax: number;
  #accepted = 0;
  #sessions = 0;
  readonly #out = new Uint8Array(recordBytesMax);
  readonly #outView = new DataView(this.#out.buffer);
  #nowUs = 0;
  #swept = 0;

  constructor(
    options: ReplicaOptions,
    ports: Ports,
    leadership: LeadershipView,
    servers: Readonly<Record<number, RoleServer>>,
  ) {
    this.#options = options;
    this.#ports = ports;
    this.#leadership = leadership;
    this.#servers = servers;
    const kept = Math.min(keptMax, Math.floor(options.connectionsMax * keptPart));
    this.#acceptedMax = options.connectionsMax - 2 * kept;
    this.#sessionsMax = this.#acceptedMax - kept;
  }

  get count(): number {
    return this.#connections.size;
  }

  /** Handles what waits on all connections. @hot */
  poll(nowUs: number): number {
    this.#nowUs = nowUs;
    const work = this.#ports.connections.poll(this);
    if (nowUs - this.#swept > handshakeUs / 10) this.#closeSilent();
    return work;
  }

  /** Calls a peer; the role's server hears `ready` or `gone`. False when no connection is free. */
  call(replicaId: number, role: number): boolean {
    const id = this.#ports.connections.connect(replicaId);
    if (id < 0) return false;
    this.#add(id, replicaId);
    this.#dialled.set(id, role);
    return true;
  }

  /** Ends a connection from this side. */
  close(connection: Connection): void {
    this.#forget(connection);
    this.#ports.connections.close(connection.id);
  }

  takesCaller(source: number): boolean {
    if (this.#accepted < this.#acceptedMax) return true;
    const next = this.#nextToGo();
    if (next === undefined || next.source !== source) return true;
    return this.#nowUs - (next.deadlineUs - handshakeUs) >= answerUs;
  }

  opened(id: number, replicaId: number): void {
    if (replicaId !== 0) return;
    if (this.#accepted >= this.#acceptedMax) {
      this.#ports.counters.add(counter.connectionsRefused, 1);
      // A caller that knows the key proves it at once, so a silent one gives way to a new one.
      const next = this.#nextToGo();
      if (next === undefined) {
        this.#sendWelcome(id, ReplyCode.tooManyConnections);
        return this.#ports.connections.close(id);
      }
      this.#reset(next);
    }
    const source = this.#ports.connections.source(id);
    const connection = this.#add(id, 0, source);
    this.#ports.keys.nonce(connection.nonce);
    const { clusterId, replicaId: own } = this.#options;
    const values = { magic: connectionMagic, clusterId, replicaId: own, nonce: connection.nonce };
    this.#ports.connections.send(id, this.#out, 0, challenge.write(this.#outView, 0, values));
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
    this.#serverOf(connection)?.gone(connection);
    this.#forget(connection);
  }

  #add(id: number, calledReplicaId: number, source = 0): Connection {
    const deadlineUs = this.#nowUs + handshakeUs;
    const nonce = new Uint8Array(nonceBytes);
    const place = { id, calledReplicaId, source, peerId: 0, role: 0 };
    const connection: Connection = { ...place, deadlineUs, nonce, hasProven: false };
    this.#connections.set(id, connection);
    if (calledReplicaId === 0) this.#accepted += 1;
    return connection;
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection.id);
    this.#dialled.delete(connection.id);
    if (connection.calledReplicaId === 0) this.#accepted -= 1;
    if (connection.role === ConnectionRole.session) this.#sessions -= 1;
  }

  #serverOf(connection: Connection): RoleServer | undefined {
    return this.#servers[connection.role || this.#dialled.get(connection.id) || 0];
  }

  #dispatch(connection: Connection, view: DataView, at: number, length: number): boolean {
    const type = view.getUint8(at + TYPE_AT);
    if (connection.role !== 0)
      return this.#servers[connection.role]!.record(connection, type, view, at, length);
    if (connection.calledReplicaId === 0) this.#takeHello(connection, view, at, length);
    else this.#takeReply(connection, type, view, at, length);
    return true;
  }

  #takeHello(connection: Connection, view: DataView, at: number, length: number): void {
    const checked = hello.check(view, at, length);
    if (checked !== DecodeCode.ok) return this.#refuse(connection, checked, view.getUint8(at + TYPE_AT));
    const { magic, clusterId, role, replicaId, proof } = hello.read(view, at);
    const isSession = role === ConnectionRole.session;
    let code: ReplyCode = ReplyCode.ok;
    // A peer has an id that is not ours: our own proof, sent back to us, opens nothing.
    const isOddId = isSession ? replicaId !== 0 : replicaId === 0 || replicaId === this.#options.replicaId;
    if (magic !== connectionMagic || isOddId) code = ReplyCode.malformed;
    else if (clusterId !== this.#options.clusterId) code = ReplyCode.wrongCluster;
    else {
      const record = new Uint8Array(view.buffer, view.byteOffset + at, length);
      if (!sameBytes(this.#ports.keys.proof(role, connection.nonce, record), proof))
        code = ReplyCode.notAuthorized;
      else if (isSession && this.#sessions >= this.#sessionsMax) code = ReplyCode.tooManyConnections;
    }
    this.#sendWelcome(connection.id, code);
    if (code !== ReplyCode.ok) {
      this.#ports.counters.add(counter.connectionsRefused, 1);
      return this.close(connection);
    }
    connection.role = role;
    connection.peerId = replicaId;
    if (isSession) this.#sessions += 1;
    this.#servers[role]!.ready(connection);
  }

  /** The answers to a call of ours: the challenge first, then the welcome. */
  #takeReply(connection: Connection, type: number, view: DataView, at: number, length: number): void {
    if (type === challenge.type && !connection.hasProven) {
      if (challenge.check(view, at, length) === DecodeCode.ok)
        return this.#prove(connection, challenge.read(view, at));
    } else if (type === welcome.type && welcome.check(view, at, length) === DecodeCode.ok) {
      return this.#welcomed(connection, welcome.read(view, at));
    }
    this.#ports.counters.add(counter.messagesMalformed, 1);
    this.#giveUp(connection);
  }

  /** Sends the proof of our key, once a connection and to the peer that was called. */
  #prove(connection: Connection, asked: ReturnType<typeof challenge.read>): void {
    const { clusterId, replicaId } = this.#options;
    if (asked.magic !== connectionMagic || asked.clusterId !== clusterId)
      return this.#refused(connection, ReplyCode.wrongCluster);
    if (asked.replicaId !== connection.calledReplicaId)
      return this.#refused(connection, ReplyCode.unknownSubject);
    const role = this.#dialled.get(connection.id)!;
    const values = { magic: connectionMagic, clusterId, role, replicaId, reserved: 0 };
    hello.write(this.#outView, 0, { ...values, proof: new Uint8Array(proofBytes) });
    const proof = this.#ports.keys.proof(role, asked.nonce, this.#out.subarray(0, hello.size));
    hello.write(this.#outView, 0, { ...values, proof });
    this.#ports.connections.send(connection.id, this.#out, 0, hello.size);
    connection.hasProven = true;
  }

  #welcomed(connection: Connection, { code, replicaId }: ReturnType<typeof welcome.read>): void {
    if (code !== ReplyCode.ok) return this.#refused(connection, code);
    if (!connection.hasProven || replicaId !== connection.calledReplicaId)
      return this.#refused(connection, ReplyCode.unknownSubject);
    const role = this.#dialled.get(connection.id)!;
    this.#dialled.delete(connection.id);
    this.#refusals.delete(replicaId);
    connection.role = role;
    connection.peerId = replicaId;
    this.#servers[role]!.ready(connection);
  }

  /** A peer refused our call; a reason is logged once, however often we call. */
  #refused(connection: Connection, code: number): void {
    const peer = connection.calledReplicaId;
    if (this.#refusals.get(peer) !== code) {
      const reason = (replyText as Readonly<Record<number, string>>)[code] ?? `code ${code}`;
      this.#ports.log.warn('a peer and this replica do not come together', { peer, reason });
    }
    this.#refusals.set(peer, code);
    this.#giveUp(connection);
  }

  #giveUp(connection: Connection): void {
    this.#serverOf(connection)?.gone(connection);
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

  #closeSilent(): void {
    this.#swept = this.#nowUs;
    for (const connection of this.#connections.values()) {
      if (connection.role === 0 && this.#nowUs >= connection.deadlineUs) this.#reset(connection);
    }
  }

  /** The caller that gives way to a new one: of the host with the most silent callers, the one that called first. */
  #nextToGo(): Connection | undefined {
    const counts = new Map<number, number>();
    let most = 0;
    for (const connection of this.#connections.values()) {
      if (!isSilentCaller(connection)) continue;
      const count = (counts.get(connection.source) ?? 0) + 1;
      counts.set(connection.source, count);
      most = Math.max(most, count);
    }
    for (const connection of this.#connections.values()) {
      if (isSilentCaller(connection) && counts.get(connection.source) === most) return connection;
    }
    return undefined;
  }

  /** Ends a connection that has proven nothing: it keeps no place, whether the other side ends it or not. */
  #reset(connection: Connection): void {
    this.#serverOf(connection)?.gone(connection);
    this.#forget(connection);
    this.#ports.connections.reset(connection.id);
  }
}

/** A caller that has not proven its key yet. */
function isSilentCaller({ role, calledReplicaId }: Connection): boolean {
  return role === 0 && calledReplicaId === 0;
}

/** Compares in a time that does not depend on where they differ. */
function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length;
  for (let n = 0; n < left.length && n < right.length; n++) difference |= left[n]! ^ right[n]!;
  return difference === 0;
}
