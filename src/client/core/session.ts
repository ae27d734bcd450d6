/**
 * The client's conversation with the cluster, without I/O: connections, bytes and time go in; bytes, outcomes and
 * events come out. It holds a connection to every replica, follows the leader, resumes its session wherever that
 * moves, and lets nothing run twice, get lost or arrive doubled.
 */
import { DecodeCode, OutcomeCode, ReplyCode } from '../../protocol/codes.ts';
import { emptyHeader } from '../../protocol/command-layouts.ts';
import { closeSession } from '../../protocol/commands.ts';
import { eventAt, events, modeRefused, outcome, sessionClosed } from '../../protocol/events.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import {
  attached,
  keysChanged,
  leadership,
  members,
  messages,
  ping,
  pong,
  pressure,
  queryResult,
  refused,
  welcome,
} from '../../protocol/messages.ts';
import { assert } from '../../std/assert.ts';
import { getU53 } from '../../std/integers.ts';
import { Attachment } from './attachment.ts';
import { connectFailure } from './connect-failure.ts';
import { ExchangeTime } from './exchange-time.ts';
import { FailoverGap } from './failover-gap.ts';
import { LinkUse, type ReplicaLink, ReplicaLinkState, textOfReply } from './link.ts';
import { PendingQueries, type QueryRequest, type QueryTarget } from './pending-queries.ts';
import type { SessionListener, SessionMachine, SessionOptions } from './ports.ts';
import { Roster } from './roster.ts';
import { UnreachedLeader } from './unreached-leader.ts';
import { CommandWindow } from './window.ts';

/** Bytes handed to a connection at once: what fits its buffer together with other messages. */
const chunkBytesMax = 32_768;
/** A connection without room is tried again after this. */
const roomRetryUs = 1_000;
/** A leader that has not answered a ping for so long is doubted: the other replicas are asked whether it lives. */
const othersAskedUs = 40_000;
/** A command that is overdue for longer than this is sent as overdue for exactly this long. */
const overdueUsMax = 3_600_000_000;
/** The end of a session may take so long; then the client goes without an answer. */
const closeTimeoutUs = 2_000_000;

export class Session {
  readonly window: CommandWindow;
  /** The members, as far as they are known. */
  readonly links: readonly ReplicaLink[];
  pressurePermille = 0;
  /** Outcomes received. */
  acknowledged = 0;

  readonly #options: SessionOptions;
  readonly #roster: Roster;
  readonly #machine: SessionMachine;
  readonly #listener: SessionListener;
  readonly #queries: PendingQueries;
  readonly #gap: FailoverGap;
  readonly #time = new ExchangeTime();
  readonly #attachment: Attachment;
  readonly #unreached: UnreachedLeader;
  readonly #view = new DataView(new ArrayBuffer(64));
  readonly #bytes = new Uint8Array(this.#view.buffer);
  #connectDeadlineUs = Number.POSITIVE_INFINITY;
  #roomRetryAtUs = Number.POSITIVE_INFINITY;
  /** Ticket of the closeSession command; 0 until `close` is called. */
  #closeTicket = 0;
  #closeDeadlineUs = Number.POSITIVE_INFINITY;
  /** The question to the serving replica for which the other replicas were asked last. */
  #othersAskedUs = -1;
  #isOver = false;

  constructor(options: SessionOptions, machine: SessionMachine, listener: SessionListener) {
    this.#options = options;
    this.#machine = machine;
    this.#listener = listener;
    this.window = new CommandWindow(options.windowCommandsMax);
    const configured = options.replicas.map(({ id, address, site }) => ({ replicaId: id, address, site }));
    this.#queries = new PendingQueries(machine, listener);
    this.#roster = new Roster(configured, machine, listener, (id) => this.#queries.disconnected(id));
    this.links = this.#roster.links;
    this.#unreached = new UnreachedLeader(this.links, machine);
    this.#gap = new FailoverGap(listener);
    const host = {
      break: (link: ReplicaLink, why: string, nowUs: number) => this.#break(link, why, nowUs),
      bound: (nowUs: number) => this.#bound(nowUs),
      unbound: () => this.#unbound(),
      sessionLost: (why: string, nowUs: number) => this.#sessionLost(why, nowUs),
    };
    const { links, window } = this;
    this.#attachment = new Attachment({ options, links, window, gap: this.#gap, machine, listener, host });
  }

  /** The replica that serves this session now; undefined while there is none. */
  get bound(): ReplicaLink | undefined {
    return this.#attachment.link;
  }

  /** 0 while a session is being opened. */
  get sessionId(): number {
    return this.#attachment.sessionId;
  }

  /** The exchange that answers, and its epoch; 0 before the first one. */
  get instance(): number {
    return this.#attachment.instance;
  }

  get epoch(): number {
    return this.#attachment.epoch;
  }

  /** The highest term in which we attached, and that the replicas have not contradicted. */
  get term(): number {
    return this.#attachment.term;
  }

  /** Whether commands reach a leader now. */
  get isBound(): boolean {
    return this.#attachment.isBound;
  }

  /** After a failure or a close nothing more will happen. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Begins to connect. */
  start(nowUs: number): void {
    this.#connectDeadlineUs = nowUs + this.#options.connectTimeoutUs;
    this.#unreached.start(nowUs);
    this.tick(nowUs);
  }

  /** A connection that `connect` asked for is open. */
  opened(replicaId: number, nowUs: number): void {
    if (!this.#isOver) this.#roster.of(replicaId).opened(nowUs);
  }

  /**
   * A connection could not be opened, or has ended; `why` is for a person. `refusal`: a reason that no retry can cure.
   */
  closed(replicaId: number, nowUs: number, why: string, refusal: ReplyCode = ReplyCode.ok): void {
    if (!this.#isOver) this.#lost(this.#roster.of(replicaId), nowUs, why, nowUs, refusal);
  }

  /** Bytes of a connection, in any pieces. @hot */
  received(replicaId: number, bytes: Uint8Array, from: number, to: number, nowUs: number): void {
    const link = this.#roster.of(replicaId);
    const { reader } = link;
    link.heard(nowUs);
    let start = from;
    while (start < to && link.state >= ReplicaLinkState.opened && !this.#isOver) {
      start += reader.take(bytes, start, to);
      for (let at = reader.next(); at >= 0; at = reader.next()) {
        this.#record(link, reader.view, at, nowUs);
        if (link.state < ReplicaLinkState.opened || this.#isOver) return;
      }
      if (reader.failure !== DecodeCode.ok) this.#unreadable(link, reader.failure, nowUs);
    }
  }

  /** Where to write the next command in `window.view`; -1 when the window is full. Then call `submit`. @hot */
  begin(): number {
    assert(this.#closeTicket === 0 && !this.#isOver, 'nothing is submitted after close');
    return this.window.begin();
  }

  /**
   * Submits the command that was written at the place from `begin`; its caller gives it
   * up after `validUs`, where that is less than the time of every command. Returns its ticket. `flush` sends it. @hot
   */
  submit(nowUs: number, validUs: number = Number.POSITIVE_INFINITY): number {
    return this.window.submit(nowUs - Math.max(0, this.#options.commandTimeoutUs - validUs));
  }

  /** Sends what was submitted, as many commands at once as there are. @hot */
  flush(nowUs: number): void {
    const { window, bound } = this;
    // A command without a deadline may be carried out after its caller gave it up: it waits until the
    // leader has sent its time.
    if (bound === undefined || !this.#attachment.isBound || !this.#time.isKnown) return;
    this.#roomRetryAtUs = Number.POSITIVE_INFINITY;
    const aheadUs = this.#time.aheadUs(nowUs);
    window.deadlineAfterUs = aheadUs + this.#options.commandTimeoutUs;
    window.deadlineUsMin = nowUs + aheadUs - overdueUsMax;
    while (window.chunk(chunkBytesMax)) {
      if (!this.#machine.send(bound.replicaId, window.bytes, window.chunkFrom, window.chunkTo)) {
        this.#roomRetryAtUs = nowUs + roomRetryUs;
        return;
      }
      window.chunkSent();
    }
  }

  /** Asks a question; returns its number, or 0 when too many wait. */
  query(request: QueryRequest, target: QueryTarget, nowUs: number): number {
    const requestId = this.#queries.add(request, target, nowUs + this.#options.commandTimeoutUs);
    this.#pumpQueries(nowUs);
    return requestId;
  }

  /** Does what time demands; call it when `deadlineUs` is reached. */
  tick(nowUs: number): void {
    if (this.#isOver) return;
    if (nowUs >= this.#othersDueUs) this.#askOthers(nowUs);
    for (const link of this.links) {
      const wasWaiting = link.state === ReplicaLinkState.waiting;
      const why = link.tick(nowUs, this.#useOf(link), this.#othersHeardUs(link));
      if (why !== '') this.#break(link, why, nowUs);
      else if (wasWaiting && link.state === ReplicaLinkState.connecting) this.#askAllBut(link, nowUs);
      if (this.#isOver) return;
    }
    this.#roster.tick(nowUs);
    this.#attachment.tick(nowUs);
    if (this.#isOver) return;
    if (this.bound === undefined) this.#unreached.tick(nowUs);
    const beforeUs = nowUs - this.#options.commandTimeoutUs;
    let overdue = this.window.takeOverdue(beforeUs);
    for (; overdue > 0; overdue = this.window.takeOverdue(beforeUs))
      this.#listener.unknown(overdue, 'timeout');
    this.#queries.expire(nowUs);
    this.#pumpQueries(nowUs);
    if (nowUs >= this.#roomRetryAtUs) this.flush(nowUs);
    if (nowUs >= this.#closeDeadlineUs) this.#end();
    else if (nowUs >= this.#connectDeadlineUs) this.#giveUp();
  }

  /** When `tick` has something to do next. */
  get deadlineUs(): number {
    if (this.#isOver) return Number.POSITIVE_INFINITY;
    let deadlineUs = Math.min(this.#connectDeadlineUs, this.#closeDeadlineUs, this.#roomRetryAtUs);
    deadlineUs = Math.min(deadlineUs, this.#attachment.deadlineUs);
    deadlineUs = Math.min(deadlineUs, this.window.punctualSinceUs + this.#options.commandTimeoutUs);
    for (const link of this.links)
      deadlineUs = Math.min(deadlineUs, link.deadlineUs(this.#useOf(link), this.#othersHeardUs(link)));
    if (this.bound === undefined) deadlineUs = Math.min(deadlineUs, this.#unreached.deadlineUs);
    return Math.min(deadlineUs, this.#othersDueUs, this.#queries.deadlineUs);
  }

  #useOf(link: ReplicaLink): LinkUse {
    if (link !== this.bound) return LinkUse.none;
    return this.isBound && this.window.pending === 0 ? LinkUse.bound : LinkUse.waiting;
  }

  /** When another replica was heard last. */
  #othersHeardUs(than: ReplicaLink): number {
    let heardUs = 0;
    for (const link of this.links)
      if (link !== than && link.isReady && link.lastReceivedUs > heardUs) heardUs = link.lastReceivedUs;
    return heardUs;
  }

  /** When the others are to be asked whether they live, as the replica that serves us does not answer. */
  get #othersDueUs(): number {
    const askedUs = this.bound?.askedUs ?? -1;
    return askedUs < 0 || askedUs === this.#othersAskedUs
      ? Number.POSITIVE_INFINITY
      : askedUs + othersAskedUs;
  }

  #askOthers(nowUs: number): void {
    this.#othersAskedUs = this.bound?.askedUs ?? -1;
    this.#askAllBut(this.bound, nowUs);
  }

  #askAllBut(but: ReplicaLink | undefined, nowUs: number): void {
    for (const link of this.links) if (link !== but) link.ask(nowUs);
  }

  /** Ends the session, or with `keepSession` only the connections; what is pending then ends as unknown. */
  close(nowUs: number, keepSession: boolean): void {
    if (this.#isOver || this.#closeTicket !== 0) return;
    if (keepSession || this.sessionId === 0) {
      this.#end();
      return;
    }
    const at = this.window.begin(true);
    closeSession.write(this.window.view, at, emptyHeader);
    this.#closeTicket = this.window.submit(nowUs);
    this.#closeDeadlineUs = nowUs + Math.min(closeTimeoutUs, this.#options.commandTimeoutUs);
    this.flush(nowUs);
  }

  #record(link: ReplicaLink, view: DataView, at: number, nowUs: number): void {
    const type = view.getUint8(at + TYPE_AT);
    const available = view.getUint16(at, true);
    if (events.of(type) !== undefined) {
      if (events.check(view, at, available) !== DecodeCode.ok) {
        this.#unreadable(link, DecodeCode.badField, nowUs);
        return;
      }
      if (link === this.bound) this.#timeTold(link, getU53(view, at + eventAt.timeUs), nowUs);
      if (this.#attachment.takesEvent(link, view, at, nowUs)) this.#event(link, view, at, type, nowUs);
      return;
    }
    const code = messages.check(view, at, available);
    if (code !== DecodeCode.ok) {
      this.#unreadable(link, code, nowUs);
      return;
    }
    if (link.state === ReplicaLinkState.ready) this.#message(link, view, at, type, nowUs);
    else this.#greeting(link, view, at, type, nowUs);
  }

  #greeting(link: ReplicaLink, view: DataView, at: number, type: number, nowUs: number): void {
    const isWelcome = type === welcome.type;
    const why = isWelcome
      ? link.welcomed(view, at, nowUs)
      : `it sent ${messages.of(type)?.name} before its welcome`;
    if (why !== '') this.#break(link, why, nowUs);
    else if (link.isReady) this.#pumpQueries(nowUs);
  }

  #message(link: ReplicaLink, view: DataView, at: number, type: number, nowUs: number): void {
    switch (type) {
      case leadership.type:
        this.#roster.leads(link, view, at, nowUs);
        this.#attachment.rebind(nowUs);
        return;
      case attached.type:
        if (link === this.bound) this.#timeTold(link, getU53(view, at + attached.at.timeUs), nowUs);
        this.#attachment.answered(link, view, at, nowUs);
        return;
      case pressure.type:
        if (link === this.bound) this.#pressure(view.getUint32(at + pressure.at.usedPermille, true));
        return;
      case ping.type:
        this.#pong(link, view.getUint32(at + ping.at.number, true));
        return;
      case keysChanged.type:
        this.#attachment.keysChanged(link, getU53(view, at + keysChanged.at.changes));
        return;
      case members.type:
        if (!this.#roster.take(link, view, at)) this.#unreadable(link, DecodeCode.badField, nowUs);
        return;
      case queryResult.type:
        this.#queries.answered(view, at, nowUs);
        return;
      case refused.type:
        return this.#attachment.refused(link, view, at, nowUs);
      case pong.type:
        link.answered(view, at);
        this.#attachment.reconsider(nowUs);
        if (link !== this.bound) return;
        this.#timeTold(link, getU53(view, at + pong.at.timeUs), nowUs);
        this.#attachment.delivered(getU53(view, at + pong.at.deliveredSeq));
        return;
      default:
        if (this.#roster.placeNamed(link, type, view, at)) return;
        this.#break(link, `it sent ${messages.of(type)?.name}, which a client cannot use`, nowUs);
    }
  }

  #pong(link: ReplicaLink, number: number): void {
    const ofReplicas = { deliveredSeq: 0, timeUs: 0, term: 0, isVoter: 0 };
    pong.write(this.#view, 0, { number, ...ofReplicas, reserved: 0, reserved2: 0, reserved3: 0 });
    this.#machine.send(link.replicaId, this.#bytes, 0, pong.size);
  }

  /** @hot */
  #timeTold(link: ReplicaLink, timeUs: number, nowUs: number): void {
    link.timeToldUs = nowUs;
    this.#time.heard(timeUs, nowUs);
  }

  #event(link: ReplicaLink, view: DataView, at: number, type: number, nowUs: number): void {
    const sessionId = view.getUint32(at + eventAt.sessionId, true);
    const isOurs = sessionId !== 0 && sessionId === this.sessionId;
    if (isOurs && type === outcome.type) this.#outcome(link, view, at, nowUs);
    const isWanted = this.#options.feed !== 'none' || type === modeRefused.type;
    if (!this.#isOver && isWanted) this.#listener.event(view, at);
    if (isOurs && type === sessionClosed.type && !this.#isOver) {
      // While closing this is the answer: after its last event the session has no connection for an outcome.
      this.#sessionLost('it was replaced, because too many sessions were open', nowUs);
    }
  }

  #outcome(link: ReplicaLink, view: DataView, at: number, nowUs: number): void {
    const code = view.getUint8(at + outcome.at.code);
    if (code === OutcomeCode.commandNumberGap) {
      // A command got lost on the way, and the outcome of this one is unknown: attach again and resend.
      this.#break(link, 'a command got lost on the way to it', nowUs);
      return;
    }
    const ticket = this.window.ticketOf(getU53(view, at + outcome.at.commandNumber));
    if (ticket === 0) return;
    this.acknowledged++;
    this.window.answer(ticket);
    this.#gap.acknowledged(nowUs);
    if (ticket === this.#closeTicket) {
      this.#end();
      return;
    }
    this.#listener.outcome(ticket, view, at);
    if (code === OutcomeCode.unknownSession && !this.#isOver) {
      this.#sessionLost('the cluster does not know it any more: it was closed or replaced', nowUs);
    }
  }

  #bound(nowUs: number): void {
    this.#connectDeadlineUs = Number.POSITIVE_INFINITY;
    this.flush(nowUs);
    this.#pumpQueries(nowUs);
  }

  #unbound(): void {
    this.#time.forget();
    this.#roomRetryAtUs = Number.POSITIVE_INFINITY;
    this.#pressure(0);
  }

  #sessionLost(why: string, nowUs: number): void {
    if (this.#closeTicket !== 0) {
      this.#end();
      return;
    }
    this.#listener.warning(`Session ${this.sessionId} is lost: ${why}. A new one is opened.`);
    this.#attachment.leaveSession(nowUs);
  }

  #unreadable(link: ReplicaLink, code: DecodeCode, nowUs: number): void {
    if (code === DecodeCode.wrongVersion) link.refusal = ReplyCode.wrongVersion;
    const why =
      code === DecodeCode.wrongVersion
        ? textOfReply(ReplyCode.wrongVersion)
        : 'it sent bytes that are no message';
    this.#break(link, why, nowUs);
  }

  #break(link: ReplicaLink, why: string, nowUs: number): void {
    this.#machine.disconnect(link.replicaId);
    // It was silent before it was given up: the gap began with its last word.
    this.#lost(link, link.lastReceivedUs, why, nowUs);
  }

  #lost(link: ReplicaLink, lostAtUs: number, why: string, nowUs: number, refusal?: ReplyCode): void {
    const wasReady = link.isReady;
    const isNews = link.lost(nowUs, why, this.#machine.random(), refusal);
    this.#queries.disconnected(link.replicaId);
    this.#roster.lost();
    if (isNews) {
      const verb = wasReady ? 'The connection broke' : 'No connection';
      this.#listener.warning(`${verb}: ${link.name}: ${why}.`);
    }
    if (link === this.bound) {
      this.#attachment.unbind(lostAtUs);
      this.#attachment.rebind(nowUs);
    }
    const isAwaited = this.#connectDeadlineUs !== Number.POSITIVE_INFINITY && !this.#isOver;
    if (isAwaited && connectFailure(this.links, false) !== undefined) this.#giveUp();
  }

  #giveUp(): void {
    const failure = connectFailure(this.links, true);
    assert(failure !== undefined, () => `a client of ${this.links.length} replicas that gives up says why`);
    if (failure.code === 'noLeader' && this.#listener.reached !== undefined) {
      this.#connectDeadlineUs = Number.POSITIVE_INFINITY;
      return this.#listener.reached();
    }
    this.#leave();
    this.#listener.failed(failure.code, failure.text);
  }

  #end(): void {
    this.#leave();
    this.#listener.closed();
  }

  #leave(): void {
    this.#isOver = true;
    this.#attachment.unbind(0);
    for (const link of this.links) {
      if (link.state !== ReplicaLinkState.waiting) this.#machine.disconnect(link.replicaId);
      link.state = ReplicaLinkState.waiting;
    }
    this.#attachment.endAsUnknown(this.window.next, 'closed');
    this.#queries.close();
  }

  #pressure(usedPermille: number): void {
    if (usedPermille === this.pressurePermille) return;
    this.pressurePermille = usedPermille;
    this.#listener.pressure(usedPermille);
  }

  #pumpQueries(nowUs: number): void {
    this.#queries.pump(nowUs, (target) => this.#replicaFor(target));
  }

  #replicaFor(target: QueryTarget): number {
    if (target === 'leader') return this.isBound ? (this.bound?.replicaId ?? 0) : 0;
    if (target !== 'any')
      return this.links.find((link) => link.replicaId === target && link.isReady)?.replicaId ?? 0;
    return this.#roster.nextReady();
  }
}
