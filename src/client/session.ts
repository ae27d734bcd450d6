/**
 * The client's conversation with the cluster, without I/O: connections, bytes and time go in; bytes, outcomes and
 * events come out. It holds a connection to every replica, follows the leader, resumes its session wherever that
 * moves, and lets nothing run twice, get lost or arrive doubled. The term is the fencing token: whoever speaks for an
 * older term than the one last attached in is not heard.
 */
import { DecodeCode, OutcomeCode, ReplyCode } from '../protocol/codes.ts';
import { closeSession, commands, openSession } from '../protocol/commands.ts';
import { eventAt, events, outcome, sessionClosed, sessionOpened } from '../protocol/events.ts';
import {
  attach,
  attached,
  challenge,
  Feed,
  leadership,
  messages,
  noEvent,
  ping,
  pong,
  pressure,
  queryResult,
  refused,
  welcome,
} from '../protocol/messages.ts';
import { assert } from '../std/assert.ts';
import { getU53 } from '../std/integers.ts';
import { connectFailure } from './connect-failure.ts';
import { FailoverGap } from './failover-gap.ts';
import { Link, LinkState, textOfReply } from './link.ts';
import type { SessionListener, SessionMachine, UnknownReason } from './ports.ts';
import { Queries, type QueryRequest, type QueryTarget } from './queries.ts';
import { CommandWindow } from './window.ts';

/** Bytes handed to a connection at once: what fits its buffer together with other messages. */
const chunkBytesMax = 32_768;
/** A connection without room is tried again after this. */
const roomRetryUs = 1_000;
/** A leader that does not answer an attach or the opening of a session for so long is connected to anew. */
const bindingTimeoutUs = 2_000_000;
/** The end of a session may take so long; then the client goes without an answer. */
const closeTimeoutUs = 2_000_000;

/** How far the present connection's tie to our session has come. */
const Binding = { none: 0, attaching: 1, opening: 2, bound: 3 } as const;
type Binding = (typeof Binding)[keyof typeof Binding];

export interface SessionOptions {
  readonly clusterId: number;
  /** `address` is what texts call the replica. */
  readonly replicas: readonly { readonly id: number; readonly address: string }[];
  readonly feed: 'own' | 'all' | 'none';
  /** Milliseconds that the session may be disconnected until its orders are cancelled; undefined: they stay. */
  readonly cancelOnDisconnectGraceMs: number | undefined;
  readonly commandTimeoutUs: number;
  readonly connectTimeoutUs: number;
  readonly windowCommandsMax: number;
}

export class Session {
  readonly window: CommandWindow;
  readonly links: readonly Link[];
  /** The replica that serves this session now; undefined while there is none. */
  bound: Link | undefined;
  sessionId = 0;
  /** The highest term in which we attached. */
  term = 0;
  pressurePermille = 0;
  /** Outcomes received. */
  acknowledged = 0;

  readonly #options: SessionOptions;
  readonly #machine: SessionMachine;
  readonly #listener: SessionListener;
  readonly #queries: Queries;
  readonly #gap: FailoverGap;
  readonly #view = new DataView(new ArrayBuffer(64));
  readonly #bytes = new Uint8Array(this.#view.buffer);
  #binding: Binding = Binding.none;
  /** Since when an answer to our attach or openSession is due; Infinity when none is. */
  #bindingSinceUs = Number.POSITIVE_INFINITY;
  /** Term of the leadership claim that the binding rests on. */
  #boundTerm = 0;
  /** The last event that was passed on: anything up to it is a repetition. */
  #lastSeq = 0;
  #lastN = 0;
  #hasFeedStart = false;
  #tokenLow = 0;
  #tokenHigh = 0;
  #connectDeadlineUs = Number.POSITIVE_INFINITY;
  #roomRetryAtUs = Number.POSITIVE_INFINITY;
  /** Ticket of the closeSession command; 0 while nobody asked to close. */
  #closeTicket = 0;
  #closeDeadlineUs = Number.POSITIVE_INFINITY;
  #hasOpened = false;
  #isOver = false;
  #nextForAny = 0;

  constructor(options: SessionOptions, machine: SessionMachine, listener: SessionListener) {
    this.#options = options;
    this.#machine = machine;
    this.#listener = listener;
    this.window = new CommandWindow(options.windowCommandsMax);
    this.links = options.replicas.map(
      ({ id, address }) => new Link({ replicaId: id, address, clusterId: options.clusterId }, machine),
    );
    this.#queries = new Queries(machine, listener);
    this.#gap = new FailoverGap(listener);
  }

  /** Whether commands reach a leader now. */
  get isBound(): boolean {
    return this.#binding === Binding.bound;
  }

  /** After a failure or a close nothing more will happen. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Begins to connect. */
  start(nowUs: number): void {
    this.#connectDeadlineUs = nowUs + this.#options.connectTimeoutUs;
    this.#newToken();
    this.tick(nowUs);
  }

  /** A connection that `connect` asked for is open. */
  opened(replicaId: number, nowUs: number): void {
    if (!this.#isOver) this.#link(replicaId).opened(nowUs);
  }

  /** A connection could not be opened, or has ended; `why` is for a person. */
  closed(replicaId: number, nowUs: number, why: string): void {
    if (!this.#isOver) this.#lost(this.#link(replicaId), nowUs, why, nowUs);
  }

  /** Bytes of a connection, in any pieces. hot path */
  received(replicaId: number, bytes: Uint8Array, from: number, to: number, nowUs: number): void {
    const link = this.#link(replicaId);
    const { reader } = link;
    link.heard(nowUs);
    let start = from;
    while (start < to && link.state >= LinkState.challenged && !this.#isOver) {
      start += reader.take(bytes, start, to);
      for (let at = reader.next(); at >= 0; at = reader.next()) {
        this.#record(link, reader.view, at, nowUs);
        if (link.state < LinkState.challenged || this.#isOver) return;
      }
      if (reader.failure !== DecodeCode.ok) this.#unreadable(link, reader.failure, nowUs);
    }
  }

  /** Where to write the next command in `window.view`; -1 when the window is full. Then call `commit`. hot path */
  begin(): number {
    assert(this.#closeTicket === 0 && !this.#isOver, 'nothing is submitted after close');
    return this.window.begin();
  }

  /** Submits the command that was written where `begin` said; returns its ticket. `flush` sends it. hot path */
  commit(nowUs: number): number {
    return this.window.commit(nowUs);
  }

  /** Sends what was submitted, as many commands at once as there are. hot path */
  flush(nowUs: number): void {
    const { window, bound } = this;
    if (this.#binding !== Binding.bound || bound === undefined) return;
    this.#roomRetryAtUs = Number.POSITIVE_INFINITY;
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
    for (const link of this.links) {
      const why = link.tick(nowUs, link === this.bound);
      if (why !== '') this.#break(link, why, nowUs);
      if (this.#isOver) return;
    }
    if (this.bound !== undefined && nowUs >= this.#bindingSinceUs + bindingTimeoutUs) {
      this.#break(this.bound, 'it does not answer, though it says that it leads', nowUs);
    }
    const beforeUs = nowUs - this.#options.commandTimeoutUs;
    for (
      let ticket = this.window.takeOverdue(beforeUs);
      ticket > 0;
      ticket = this.window.takeOverdue(beforeUs)
    ) {
      this.#listener.unknown(ticket, 'timeout');
    }
    this.#queries.expire(nowUs);
    this.#pumpQueries(nowUs);
    if (nowUs >= this.#roomRetryAtUs) this.flush(nowUs);
    if (nowUs >= this.#closeDeadlineUs) this.#end();
    else if (nowUs >= this.#connectDeadlineUs) this.#giveUp();
  }

  /** When `tick` has something to do next. */
  get deadlineUs(): number {
    let deadlineUs = Math.min(this.#connectDeadlineUs, this.#closeDeadlineUs, this.#roomRetryAtUs);
    deadlineUs = Math.min(deadlineUs, this.#bindingSinceUs + bindingTimeoutUs);
    deadlineUs = Math.min(deadlineUs, this.window.punctualSinceUs + this.#options.commandTimeoutUs);
    for (const link of this.links) deadlineUs = Math.min(deadlineUs, link.deadlineUs(link === this.bound));
    return Math.min(deadlineUs, this.#queries.deadlineUs);
  }

  /** Ends the session, or with `keepSession` only the connections; what is pending then ends as unknown. */
  close(nowUs: number, keepSession: boolean): void {
    if (this.#isOver || this.#closeTicket !== 0) return;
    if (keepSession || this.sessionId === 0) {
      this.#end();
      return;
    }
    const at = this.window.begin(true);
    const header = { sessionId: 0, commandNumber: 0, accountId: 0, reserved: 0 };
    closeSession.write(this.window.view, at, header);
    this.#closeTicket = this.window.commit(nowUs);
    this.#closeDeadlineUs = nowUs + Math.min(closeTimeoutUs, this.#options.commandTimeoutUs);
    this.flush(nowUs);
  }

  #record(link: Link, view: DataView, at: number, nowUs: number): void {
    const type = view.getUint8(at + 2);
    const available = view.getUint16(at, true);
    if (events.of(type) !== undefined) {
      if (events.check(view, at, available) !== DecodeCode.ok)
        this.#unreadable(link, DecodeCode.badField, nowUs);
      else if (link === this.bound && this.#binding >= Binding.opening)
        this.#event(link, view, at, type, nowUs);
      return;
    }
    const code = messages.check(view, at, available);
    if (code !== DecodeCode.ok) {
      this.#unreadable(link, code, nowUs);
      return;
    }
    if (link.state === LinkState.ready) this.#message(link, view, at, type, nowUs);
    else this.#handshake(link, view, at, type, nowUs);
  }

  #handshake(link: Link, view: DataView, at: number, type: number, nowUs: number): void {
    let why = `it sent ${messages.of(type)?.name} before its welcome`;
    if (type === challenge.type && link.state === LinkState.challenged) why = link.challenged(view, at);
    else if (type === welcome.type) why = link.welcomed(view, at, nowUs);
    if (why !== '') this.#break(link, why, nowUs);
    else if (link.isReady) this.#pumpQueries(nowUs);
  }

  #message(link: Link, view: DataView, at: number, type: number, nowUs: number): void {
    switch (type) {
      case leadership.type:
        link.leads(view, at);
        this.#rebind(nowUs);
        return;
      case attached.type:
        if (link.attachesUnanswered > 0) link.attachesUnanswered--;
        if (link !== this.bound || this.#binding !== Binding.attaching || link.attachesUnanswered > 0) return;
        this.#attached(link, view, at, nowUs);
        return;
      case pressure.type:
        if (link === this.bound) this.#pressure(view.getUint32(at + pressure.at.usedPermille, true));
        return;
      case ping.type:
        pong.write(this.#view, 0, { number: view.getUint32(at + ping.at.number, true) });
        this.#machine.send(link.replicaId, this.#bytes, 0, pong.size);
        return;
      case queryResult.type:
        this.#queries.answered(view, at, nowUs);
        return;
      case refused.type:
        this.#refused(link, view, at, nowUs);
        return;
      case pong.type:
        return;
      default:
        this.#break(link, `it sent ${messages.of(type)?.name}, which a client cannot use`, nowUs);
    }
  }

  /** Moves to the ready replica that serves in the highest term, if that is not where we are. */
  #rebind(nowUs: number): void {
    let best: Link | undefined;
    for (const link of this.links) {
      if (!link.isReady || !link.serving || link.term < this.term) continue;
      if (best === undefined || link.term > best.term || (link.term === best.term && link === this.bound))
        best = link;
    }
    if (best !== undefined && best === this.bound && best.term === this.#boundTerm) return;
    this.#unbind(this.bound?.lastReceivedUs ?? nowUs);
    if (best === undefined) return;
    this.bound = best;
    this.#boundTerm = best.term;
    if (this.sessionId === 0) this.#open(best, nowUs);
    else this.#attach(best, nowUs);
  }

  #unbind(lostAtUs: number): void {
    if (this.#binding === Binding.bound) this.#gap.lost(lostAtUs);
    this.#binding = Binding.none;
    this.#bindingSinceUs = Number.POSITIVE_INFINITY;
    this.#roomRetryAtUs = Number.POSITIVE_INFINITY;
    this.bound = undefined;
    this.#pressure(0);
  }

  #attach(link: Link, nowUs: number): void {
    const feed = this.#options.feed === 'all' ? Feed.all : Feed.own;
    const position = { afterSeq: this.#lastSeq, afterN: this.#lastN };
    attach.write(this.#view, 0, { sessionId: this.sessionId, ...position, feed });
    this.#binding = Binding.attaching;
    this.#bindingSinceUs = nowUs;
    link.attachesUnanswered++;
    this.#sendOrBreak(link, attach.size, nowUs);
  }

  #open(link: Link, nowUs: number): void {
    if (this.#options.feed === 'all' && this.#binding !== Binding.attaching) {
      this.#attach(link, nowUs);
      return;
    }
    const graceMs = this.#options.cancelOnDisconnectGraceMs;
    const header = { sessionId: 0, commandNumber: 0, accountId: 0, reserved: 0 };
    const token = { tokenLow: this.#tokenLow, tokenHigh: this.#tokenHigh };
    const cancel = { disconnectGraceMs: graceMs ?? 0, cancelOnDisconnect: graceMs === undefined ? 0 : 1 };
    openSession.write(this.#view, 0, { ...header, ...token, ...cancel });
    this.#binding = Binding.opening;
    this.#bindingSinceUs = nowUs;
    this.#sendOrBreak(link, openSession.size, nowUs);
  }

  #attached(link: Link, view: DataView, at: number, nowUs: number): void {
    const { sessionId, lastCommandNumber, appliedSeq, term, code } = attached.read(view, at);
    if (code === ReplyCode.unknownSession) {
      this.#sessionLost('the cluster does not know it any more: it was closed or replaced', nowUs);
    } else if (code !== ReplyCode.ok && code !== ReplyCode.eventsForgotten) {
      this.#notServing(link, nowUs);
    } else if (term < this.term || sessionId !== this.sessionId) {
      // A deposed leader that has not heard of it; the present one will tell.
      this.#notServing(link, nowUs);
    } else {
      this.term = term;
      if (this.sessionId === 0) this.#feedStarts(link, code, appliedSeq, nowUs);
      else this.#resume(link, code, lastCommandNumber, appliedSeq, nowUs);
    }
  }

  #feedStarts(link: Link, code: number, appliedSeq: number, nowUs: number): void {
    if (!this.#hasFeedStart) {
      // What happened before we came is not news: it is asked for by queries.
      this.#hasFeedStart = true;
      this.#lastSeq = appliedSeq;
      this.#lastN = noEvent;
    } else if (code === ReplyCode.eventsForgotten) {
      this.#listener.eventsLost(this.#lastSeq, appliedSeq);
    }
    this.#open(link, nowUs);
  }

  #resume(link: Link, code: number, lastNumber: number, appliedSeq: number, nowUs: number): void {
    const { window } = this;
    const next = window.ticketAt(lastNumber + 1);
    const forgot = next < window.oldest || appliedSeq < this.#lastSeq;
    if (forgot || next > window.neverSent) {
      const what = forgot
        ? 'the cluster has lost what it had acknowledged'
        : 'the cluster has commands in it that this client never sent';
      if (appliedSeq < this.#lastSeq) this.#hasFeedStart = false;
      this.#lastSeq = Math.min(this.#lastSeq, appliedSeq);
      this.#sessionLost(what, nowUs);
      return;
    }
    if (code === ReplyCode.eventsForgotten) {
      this.#listener.eventsLost(this.#lastSeq, appliedSeq);
      this.#endAsUnknown(next, 'eventsForgotten');
    }
    window.rewind(next);
    this.#bind(link, nowUs);
  }

  /** Ends all commands before `ticket` that have no outcome. */
  #endAsUnknown(ticket: number, reason: UnknownReason): void {
    while (this.window.oldest < ticket) {
      const ended = this.window.oldest;
      this.window.answer(ended);
      this.#listener.unknown(ended, reason);
    }
  }

  #bind(link: Link, nowUs: number): void {
    this.#binding = Binding.bound;
    this.#bindingSinceUs = Number.POSITIVE_INFINITY;
    const resent = this.window.neverSent - this.window.unsent;
    this.#gap.bound(link.replicaId, this.term, resent, this.window.pending > 0, nowUs);
    this.flush(nowUs);
    this.#pumpQueries(nowUs);
  }

  #event(link: Link, view: DataView, at: number, type: number, nowUs: number): void {
    const sessionId = view.getUint32(at + eventAt.sessionId, true);
    if (type === sessionOpened.type && this.#binding === Binding.opening)
      this.#sessionOpened(link, view, at, nowUs);
    const seq = getU53(view, at + eventAt.seq);
    const n = view.getUint32(at + eventAt.n, true);
    if (seq < this.#lastSeq || (seq === this.#lastSeq && n <= this.#lastN)) return;
    this.#lastSeq = seq;
    this.#lastN = n;
    const isOurs = sessionId !== 0 && sessionId === this.sessionId;
    if (isOurs && type === outcome.type) this.#outcome(link, view, at, nowUs);
    if (!this.#isOver && this.#options.feed !== 'none') this.#listener.event(view, at);
    if (isOurs && type === sessionClosed.type && this.#closeTicket === 0) {
      this.#sessionLost('it was replaced, because too many sessions were open', nowUs);
    }
  }

  #sessionOpened(link: Link, view: DataView, at: number, nowUs: number): void {
    const isOurs =
      view.getUint32(at + sessionOpened.at.tokenLow, true) === this.#tokenLow &&
      view.getUint32(at + sessionOpened.at.tokenHigh, true) === this.#tokenHigh;
    if (!isOurs) return;
    this.sessionId = view.getUint32(at + eventAt.sessionId, true);
    this.term = Math.max(this.term, this.#boundTerm);
    this.#connectDeadlineUs = Number.POSITIVE_INFINITY;
    this.#hasOpened = true;
    this.window.enterSession(this.sessionId);
    this.#listener.opened(this.sessionId);
    this.#bind(link, nowUs);
  }

  #outcome(link: Link, view: DataView, at: number, nowUs: number): void {
    const code = view.getUint16(at + outcome.at.code, true);
    if (code === OutcomeCode.commandNumberGap) {
      // It says that a command got lost on the way, not how this one ended: attach again and resend.
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

  /** Leaves the session: what it was sent ends as unknown, what never left us goes into a new one. */
  #sessionLost(why: string, nowUs: number): void {
    if (this.#closeTicket !== 0) {
      this.#end();
      return;
    }
    this.#listener.warning(`Session ${this.sessionId} is lost: ${why}. A new one is opened.`);
    this.#endAsUnknown(this.window.neverSent, 'sessionLost');
    if (this.#isOver) return;
    this.sessionId = 0;
    this.window.leaveSession();
    this.#newToken();
    this.#binding = Binding.none;
    if (this.bound !== undefined) this.#open(this.bound, nowUs);
  }

  #refused(link: Link, view: DataView, at: number, nowUs: number): void {
    const code = view.getUint16(at + refused.at.code, true);
    const subject = view.getUint8(at + refused.at.subject);
    if (subject === attach.type && link.attachesUnanswered > 0) link.attachesUnanswered--;
    const isCommand = commands.of(subject) !== undefined && subject !== openSession.type;
    // Commands that were under way when the leadership changed: the attach that follows it sends them again.
    if (isCommand && (link !== this.bound || this.#binding !== Binding.bound)) return;
    if (code === ReplyCode.notLeader || code === ReplyCode.notReady) {
      if (link === this.bound) this.#notServing(link, nowUs);
    } else if (code === ReplyCode.unknownSession && link === this.bound && this.sessionId !== 0) {
      this.#gap.lost(nowUs);
      this.#attach(link, nowUs);
    } else {
      this.#break(link, `it refused ${messageName(subject)}: ${textOfReply(code)}`, nowUs);
    }
  }

  /** The replica does not serve after all: wait until somebody says that he does. */
  #notServing(link: Link, nowUs: number): void {
    link.serving = false;
    this.#rebind(nowUs);
  }

  #unreadable(link: Link, code: DecodeCode, nowUs: number): void {
    if (code === DecodeCode.wrongVersion) link.refusal = ReplyCode.wrongVersion;
    const why =
      code === DecodeCode.wrongVersion
        ? textOfReply(ReplyCode.wrongVersion)
        : 'it sent bytes that are no message';
    this.#break(link, why, nowUs);
  }

  #sendOrBreak(link: Link, length: number, nowUs: number): void {
    if (!this.#machine.send(link.replicaId, this.#bytes, 0, length)) {
      this.#break(link, 'its connection takes no bytes', nowUs);
    }
  }

  #break(link: Link, why: string, nowUs: number): void {
    this.#machine.disconnect(link.replicaId);
    // It was silent before it was given up: the gap began with its last word.
    this.#lost(link, link.lastReceivedUs, why, nowUs);
  }

  #lost(link: Link, lostAtUs: number, why: string, nowUs: number): void {
    const wasReady = link.isReady;
    const isNews = link.lost(nowUs, why, this.#machine.random());
    this.#queries.disconnected(link.replicaId);
    if (isNews) {
      const verb = wasReady ? 'The connection broke' : 'No connection';
      this.#listener.warning(`${verb}: ${link.name}: ${why}.`);
    }
    if (link === this.bound) {
      this.#unbind(lostAtUs);
      this.#rebind(nowUs);
    }
    if (!this.#hasOpened && !this.#isOver && connectFailure(this.links, false) !== undefined) this.#giveUp();
  }

  #giveUp(): void {
    const failure = connectFailure(this.links, true);
    assert(failure !== undefined, 'a client that gives up says why');
    this.#leave();
    this.#listener.failed(failure.code, failure.text);
  }

  #end(): void {
    this.#leave();
    this.#listener.closed();
  }

  #leave(): void {
    this.#isOver = true;
    this.#binding = Binding.none;
    this.bound = undefined;
    for (const link of this.links) {
      if (link.state !== LinkState.waiting) this.#machine.disconnect(link.replicaId);
      link.state = LinkState.waiting;
    }
    this.#endAsUnknown(this.window.next, 'closed');
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
    if (target === 'leader') return this.#binding === Binding.bound ? (this.bound?.replicaId ?? 0) : 0;
    if (target !== 'any')
      return this.links.find((link) => link.replicaId === target && link.isReady)?.replicaId ?? 0;
    for (let n = 0; n < this.links.length; n++) {
      const link = this.links[this.#nextForAny++ % this.links.length]!;
      if (link.isReady) return link.replicaId;
    }
    return 0;
  }

  #newToken(): void {
    this.#tokenLow = this.#machine.random();
    this.#tokenHigh = this.#machine.random();
  }

  #link(replicaId: number): Link {
    const link = this.links.find((candidate) => candidate.replicaId === replicaId);
    assert(link !== undefined, 'a connection belongs to a replica of the options');
    return link;
  }
}

function messageName(type: number): string {
  return (commands.of(type) ?? messages.of(type))?.name ?? `a message of type ${type}`;
}
