/**
 * The sessions of clients and gateways on this replica: takes their commands while it leads, routes events to them,
 * and resumes them where they stopped. Only the leader serves sessions; any replica serves feeds and queries.
 */

import { DecodeCode, ReplyCode } from '../protocol/codes.ts';
import { commandAt, commands, expireDisconnect, openSession } from '../protocol/commands.ts';
import { eventAt, sessionClosed, sessionOpened } from '../protocol/events.ts';
import { recordBytesMax } from '../protocol/limits.ts';
import {
  attach,
  attached,
  Feed,
  leadership,
  ping,
  pong,
  pressure,
  query,
  refused,
} from '../protocol/messages.ts';
import { getU53 } from '../std/integers.ts';
import type { Applier } from './applier.ts';
import type { Connection, RoleServer } from './connection-server.ts';
import { counter } from './counters.ts';
import type { Ports } from './ports.ts';
import { writeQueryResult } from './queries.ts';
import type { Sequencer } from './sequencer.ts';

/** Marks of the command ring, in 1/1000, at which sessions are told: load is shed above the upper one. */
const pressureUpperPermille = 900;
const pressureLowerPermille = 700;
/** Event bytes that one cycle catches up for one connection at most. */
const catchUpBytesMax = 131_072;

/** A session connection: what it is bound to and how far its events are sent. */
interface Subscriber {
  readonly connection: Connection;
  /** The session it speaks for; 0 is none yet. */
  sessionId: number;
  /** The token of an openSession that is under way. */
  tokenLow: number;
  tokenHigh: number;
  feed: number;
  /** Ring position from which events are still to be sent; -1 when it is up to date. */
  backlogFrom: number;
}

/** A session on the leader; it outlives its connections. */
interface SessionState {
  subscriber: Subscriber | undefined;
  /** The newest command number that was taken for stamping in this leadership. */
  lastTaken: number;
}

/** Whether this replica may serve sessions now, and as what. */
export interface ServingView {
  readonly serving: boolean;
  readonly term: number;
  readonly leaderId: number;
}

export class SessionServer implements RoleServer {
  readonly #ports: Ports;
  readonly #applier: Applier;
  readonly #sequencer: Sequencer;
  readonly #state: ServingView;
  readonly #subscribers = new Map<number, Subscriber>();
  readonly #sessions = new Map<number, SessionState>();
  /** When the grace of a disconnected session ends, in microseconds of the clock. */
  readonly #graceEndsUs = new Map<number, number>();
  readonly #out = new Uint8Array(recordBytesMax);
  readonly #outView = new DataView(this.#out.buffer);
  #routedTo: number;
  #underPressure = false;
  #nowUs = 0;

  constructor(ports: Ports, applier: Applier, sequencer: Sequencer, state: ServingView) {
    this.#ports = ports;
    this.#applier = applier;
    this.#sequencer = sequencer;
    this.#state = state;
    this.#routedTo = applier.events.end;
  }

  /** Sessions that are bound to a connection. */
  get boundCount(): number {
    let bound = 0;
    for (const session of this.#sessions.values()) if (session.subscriber !== undefined) bound += 1;
    return bound;
  }

  /** The cycle's work for sessions: route new events, catch up, tell pressure, end graces. hot path */
  doWork(nowUs: number): number {
    this.#nowUs = nowUs;
    const work = this.#routeNewEvents();
    if (this.#graceEndsUs.size > 0) this.#endGraces();
    this.#tellPressure();
    return work;
  }

  /** Role, term, leader or readiness has changed: everybody is told; a replica that stopped serving drops its bindings. */
  leadershipChanged(): void {
    if (this.#state.serving) this.#startServing();
    else this.#stopServing();
    for (const subscriber of this.#subscribers.values()) this.#sendLeadership(subscriber.connection.id);
  }

  /** The state has jumped (a snapshot was installed): whoever reads a feed here has missed events. */
  stateReplaced(): void {
    this.#routedTo = this.#applier.events.end;
    for (const subscriber of this.#subscribers.values()) {
      subscriber.backlogFrom = -1;
      if (subscriber.feed !== Feed.none)
        this.#refuse(subscriber.connection.id, ReplyCode.eventsForgotten, attach.type);
    }
  }

  ready(connection: Connection): void {
    const unbound = { sessionId: 0, tokenLow: 0, tokenHigh: 0, feed: Feed.none, backlogFrom: -1 };
    this.#subscribers.set(connection.id, { connection, ...unbound });
    this.#sendLeadership(connection.id);
  }

  gone(connection: Connection): void {
    const subscriber = this.#subscribers.get(connection.id);
    if (subscriber === undefined) return;
    this.#subscribers.delete(connection.id);
    this.#unbind(subscriber);
  }

  record(connection: Connection, type: number, view: DataView, at: number, length: number): boolean {
    const subscriber = this.#subscribers.get(connection.id)!;
    if (commands.of(type) !== undefined) return this.#takeCommand(subscriber, type, view, at, length);
    if (type === query.type && query.check(view, at, length) === DecodeCode.ok) {
      return this.#answerQuery(connection, view, at);
    }
    if (type === attach.type && attach.check(view, at, length) === DecodeCode.ok) {
      this.#attach(subscriber, view, at);
      return true;
    }
    if (type === ping.type && ping.check(view, at, length) === DecodeCode.ok) {
      // Between two cycles every event is routed; what a connection could not take is its backlog.
      const deliveredSeq = subscriber.backlogFrom < 0 ? this.#applier.engine.lastSeq : 0;
      const { number } = ping.read(view, at);
      this.#send(connection.id, pong.write(this.#outView, 0, { number, deliveredSeq }));
      return true;
    }
    this.#refuse(connection.id, ReplyCode.malformed, type);
    return true;
  }

  /** Takes one command for stamping, once and in order; false when the ring is full: the socket waits. hot path */
  #takeCommand(subscriber: Subscriber, type: number, view: DataView, at: number, length: number): boolean {
    const connectionId = subscriber.connection.id;
    if (commands.check(view, at, length) !== DecodeCode.ok || type === expireDisconnect.type) {
      this.#refuse(connectionId, ReplyCode.malformed, type);
      return true;
    }
    if (!this.#state.serving) {
      this.#refuse(connectionId, ReplyCode.notLeader, type);
      return true;
    }
    const sessionId = view.getUint32(at + commandAt.sessionId, true);
    if (type === openSession.type) return this.#takeOpening(subscriber, view, at, length);
    if (sessionId === 0 || sessionId !== subscriber.sessionId) {
      this.#refuse(connectionId, ReplyCode.unknownSession, type);
      return true;
    }
    const session = this.#sessions.get(sessionId)!;
    const number = getU53(view, at + commandAt.commandNumber);
    if (number <= session.lastTaken) return true;
    if (number !== session.lastTaken + 1) {
      this.#refuse(connectionId, ReplyCode.malformed, type);
      return true;
    }
    if (!this.#sequencer.ring.push(view, at, length)) return false;
    session.lastTaken = number;
    return true;
  }

  #takeOpening(subscriber: Subscriber, view: DataView, at: number, length: number): boolean {
    const opening = openSession.read(view, at);
    if (opening.sessionId !== 0 || opening.commandNumber !== 0 || subscriber.sessionId !== 0) {
      this.#refuse(subscriber.connection.id, ReplyCode.malformed, openSession.type);
      return true;
    }
    if (!this.#sequencer.ring.push(view, at, length)) return false;
    subscriber.tokenLow = opening.tokenLow;
    subscriber.tokenHigh = opening.tokenHigh;
    return true;
  }

  #attach(subscriber: Subscriber, view: DataView, at: number): void {
    const { sessionId, afterSeq, afterN, feed } = attach.read(view, at);
    let code: ReplyCode = ReplyCode.ok;
    const last = sessionId === 0 ? 0 : this.#applier.engine.lastCommandNumber(sessionId);
    if (sessionId !== 0 && !this.#state.serving) code = ReplyCode.notLeader;
    else if (last < 0) code = ReplyCode.unknownSession;
    if (code !== ReplyCode.ok) return this.#sendAttached(subscriber, sessionId, 0, code);
    this.#unbind(subscriber);
    subscriber.feed = feed;
    subscriber.backlogFrom = -1;
    if (sessionId !== 0) this.#bind(subscriber, sessionId, last);
    if (afterSeq > 0) {
      subscriber.backlogFrom = this.#applier.events.positionAfter(afterSeq, afterN);
      if (subscriber.backlogFrom < 0) code = ReplyCode.eventsForgotten;
    }
    this.#sendAttached(subscriber, sessionId, last, code);
  }

  #sendAttached(subscriber: Subscriber, sessionId: number, lastCommandNumber: number, code: ReplyCode): void {
    const appliedSeq = this.#applier.engine.lastSeq;
    const values = { sessionId, lastCommandNumber, appliedSeq, term: this.#state.term, code };
    this.#send(
      subscriber.connection.id,
      attached.write(this.#outView, 0, { ...values, reserved: 0, reserved2: 0 }),
    );
  }

  #bind(subscriber: Subscriber, sessionId: number, lastApplied: number): void {
    let session = this.#sessions.get(sessionId);
    if (session === undefined) {
      session = { subscriber: undefined, lastTaken: lastApplied };
      this.#sessions.set(sessionId, session);
    }
    if (session.subscriber !== undefined) session.subscriber.sessionId = 0;
    session.subscriber = subscriber;
    session.lastTaken = Math.max(session.lastTaken, lastApplied);
    subscriber.sessionId = sessionId;
    if (subscriber.feed === Feed.none) subscriber.feed = Feed.own;
    this.#graceEndsUs.delete(sessionId);
  }

  #unbind(subscriber: Subscriber): void {
    const { sessionId } = subscriber;
    subscriber.sessionId = 0;
    const session = this.#sessions.get(sessionId);
    if (session?.subscriber !== subscriber) return;
    session.subscriber = undefined;
    if (this.#state.serving) this.#startGrace(sessionId);
  }

  #startGrace(sessionId: number): void {
    this.#applier.engine.forEachDisconnectSession((id, graceMs) => {
      if (id === sessionId) this.#graceEndsUs.set(id, this.#nowUs + graceMs * 1_000);
    });
  }

  #endGraces(): void {
    for (const [sessionId, endsUs] of this.#graceEndsUs) {
      if (this.#nowUs >= endsUs && this.#sequencer.expireSession(sessionId))
        this.#graceEndsUs.delete(sessionId);
    }
  }

  /** A new leader has no connections yet: every session that asked for cancel on disconnect has its grace to come. */
  #startServing(): void {
    this.#sessions.clear();
    this.#graceEndsUs.clear();
    this.#applier.engine.forEachDisconnectSession((sessionId, graceMs) => {
      this.#graceEndsUs.set(sessionId, this.#nowUs + graceMs * 1_000);
    });
  }

  #stopServing(): void {
    for (const subscriber of this.#subscribers.values()) {
      if (subscriber.sessionId === 0) continue;
      subscriber.sessionId = 0;
      if (subscriber.feed === Feed.own) subscriber.feed = Feed.none;
    }
    this.#sessions.clear();
    this.#graceEndsUs.clear();
    this.#underPressure = false;
  }

  /** Sends the events of this cycle to those whom they concern, and what others could not take before. hot path */
  #routeNewEvents(): number {
    const ring = this.#applier.events;
    const end = ring.end;
    let work = 0;
    if (this.#routedTo < end) {
      if (this.#routedTo < ring.start) this.#noteOverrun();
      let position = ring.align(Math.max(this.#routedTo, ring.start));
      while (position < end) {
        this.#routeEvent(position);
        work += 1;
        position = ring.align(position + ring.lengthAt(position));
      }
      this.#routedTo = end;
    }
    for (const subscriber of this.#subscribers.values()) {
      if (subscriber.backlogFrom >= 0) work += this.#catchUp(subscriber);
    }
    return work;
  }

  /** One cycle made more events than the ring holds: everybody has missed some, and is told by way of a backlog. */
  #noteOverrun(): void {
    for (const subscriber of this.#subscribers.values()) {
      if (subscriber.feed !== Feed.none && subscriber.backlogFrom < 0)
        subscriber.backlogFrom = this.#routedTo;
    }
  }

  #routeEvent(position: number): void {
    const ring = this.#applier.events;
    const at = ring.offset(position);
    const type = ring.view.getUint8(at + 2);
    const sessionId = ring.view.getUint32(at + eventAt.sessionId, true);
    if (type === sessionOpened.type && this.#state.serving) this.#bindOpened(sessionId, ring.view, at);
    for (const subscriber of this.#subscribers.values()) {
      if (subscriber.backlogFrom >= 0 || !wants(subscriber, sessionId)) continue;
      const length = ring.view.getUint16(at, true);
      if (!this.#ports.connections.send(subscriber.connection.id, ring.bytes, at, at + length)) {
        subscriber.backlogFrom = position;
      }
    }
    if (type === sessionClosed.type) this.#forgetSession(sessionId);
  }

  #bindOpened(sessionId: number, view: DataView, at: number): void {
    const tokenLow = view.getUint32(at + sessionOpened.at.tokenLow, true);
    const tokenHigh = view.getUint32(at + sessionOpened.at.tokenHigh, true);
    for (const subscriber of this.#subscribers.values()) {
      if (
        subscriber.sessionId !== 0 ||
        subscriber.tokenLow !== tokenLow ||
        subscriber.tokenHigh !== tokenHigh
      )
        continue;
      this.#bind(subscriber, sessionId, this.#applier.engine.lastCommandNumber(sessionId));
      return;
    }
    if (this.#sessions.get(sessionId)?.subscriber === undefined) this.#startGrace(sessionId);
  }

  #forgetSession(sessionId: number): void {
    const session = this.#sessions.get(sessionId);
    if (session === undefined) return;
    if (session.subscriber !== undefined) session.subscriber.sessionId = 0;
    this.#sessions.delete(sessionId);
    this.#graceEndsUs.delete(sessionId);
  }

  /** Sends older events from the ring, within the bound of a cycle and the room of the connection. */
  #catchUp(subscriber: Subscriber): number {
    const ring = this.#applier.events;
    const { connections } = this.#ports;
    const id = subscriber.connection.id;
    // Before it is aligned: what stands at a forgotten position are other bytes.
    if (subscriber.backlogFrom < ring.start) {
      // Nothing newer goes out before this is told: a hole that nobody mentions would pass for silence.
      if (connections.room(id) < refused.size) return 0;
      this.#refuse(id, ReplyCode.eventsForgotten, attach.type);
      subscriber.backlogFrom = -1;
      return 1;
    }
    let position = ring.align(subscriber.backlogFrom);
    const stop = position + catchUpBytesMax;
    while (position < ring.end && position < stop) {
      const at = ring.offset(position);
      const length = ring.view.getUint16(at, true);
      const addressed = wants(subscriber, ring.view.getUint32(at + eventAt.sessionId, true));
      if (addressed && !connections.send(id, ring.bytes, at, at + length)) break;
      position = ring.align(position + length);
    }
    const moved = position > subscriber.backlogFrom;
    subscriber.backlogFrom = position >= ring.end ? -1 : position;
    return moved ? 1 : 0;
  }

  #answerQuery(connection: Connection, view: DataView, at: number): boolean {
    if (this.#ports.connections.room(connection.id) < recordBytesMax) return false;
    const length = writeQueryResult(this.#outView, query.read(view, at), view, at, this.#applier);
    this.#ports.counters.add(counter.queries, 1);
    this.#send(connection.id, length);
    return true;
  }

  #tellPressure(): void {
    const usedPermille = this.#sequencer.ring.usedPermille;
    const now = this.#underPressure
      ? usedPermille > pressureLowerPermille
      : usedPermille >= pressureUpperPermille;
    if (now === this.#underPressure) return;
    this.#underPressure = now;
    for (const { connection } of this.#subscribers.values()) {
      this.#send(connection.id, pressure.write(this.#outView, 0, { usedPermille }));
    }
  }

  #sendLeadership(connectionId: number): void {
    const { leaderId, serving, term } = this.#state;
    const values = { leaderId, serving: serving ? 1 : 0, reserved: 0, term };
    this.#send(connectionId, leadership.write(this.#outView, 0, values));
  }

  #refuse(connectionId: number, code: ReplyCode, subject: number): void {
    this.#ports.counters.add(
      code === ReplyCode.malformed ? counter.messagesMalformed : counter.commandsRefused,
      1,
    );
    this.#send(connectionId, refused.write(this.#outView, 0, { code, subject, reserved: 0 }));
  }

  /** A control message that finds no room is lost with the connection's own fault: it does not read. */
  #send(connectionId: number, length: number): void {
    this.#ports.connections.send(connectionId, this.#out, 0, length);
  }
}

function wants(subscriber: Subscriber, sessionId: number): boolean {
  if (subscriber.feed === Feed.all) return true;
  return subscriber.feed === Feed.own && sessionId !== 0 && sessionId === subscriber.sessionId;
}
