/**
 * The sessions of clients and gateways on this replica: takes their commands while it leads, binds them to connections,
 * and answers what else they ask. Only the leader serves sessions; any replica serves feeds and queries.
 */
import type { SessionClaim } from '../../engine/engine.ts';
import { isCanaryInstrument } from '../../protocol/canary.ts';
import { DecodeCode, ReplyCode } from '../../protocol/codes.ts';
import { commandAt, commands, commandTypesFrom, openSession, placeOrder } from '../../protocol/commands.ts';
import { Permission } from '../../protocol/key-commands.ts';
import { recordBytesMax } from '../../protocol/limits.ts';
import {
  attach,
  attached,
  FeedKind,
  keysChanged,
  leadership,
  leaderUnreached,
  members,
  ping,
  pong,
  pressure,
  query,
  refused,
} from '../../protocol/messages.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { memberRecord } from '../../protocol/roster.ts';
import { tradesAt } from '../../protocol/site-messages.ts';
import { noMembers } from '../../raft/configuration.ts';
import type { Configuration } from '../../raft/types.ts';
import { getU53 } from '../../std/integers.ts';
import type { Connection, RoleServer } from '../connections/connection-server.ts';
import { counter } from '../counters.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { StateHashes } from '../exchange/state-hashes.ts';
import type { Sequencer } from '../log/sequencer.ts';
import type { Ports } from '../ports.ts';
import type { ServingView } from '../state/application.ts';
import { Bindings } from './bindings.ts';
import { Feeds, type SessionWatcher } from './feeds.ts';
import { Graces } from './graces.ts';
import {
  isLongQuery,
  permissionFor,
  type QueryFields,
  type QuerySources,
  writeQueryResult,
  writeUnanswered,
} from './queries.ts';
import { QueryTurns } from './query-turns.ts';
import { hasBegun } from './reopening.ts';
import { isBounded, RingShares } from './ring-shares.ts';
import { FeedNotice, live, Subscriber } from './subscriber.ts';
import { mayWatcherAsk, mayWatcherSend } from './watcher-rights.ts';

/** The types of commands that no connection may bring, each as the bit `1 << type`. */
const LEADER_COMMANDS = commandTypesFrom('leader');
/**
 * Marks of the command ring, in 1/1000, at which sessions get `pressure`: those from which on gateways turn away
 * reports, queries and orders (gateway/admission/shedding.ts).
 */
const pressureMarks: readonly number[] = [700, 800, 900];
/** A mark is left so far below it, so that a ring about a mark sends no notice each time. */
const pressureSlackPermille = 100;
const permilleMax = 1_000;
/** Records of one connection of a program or watcher that are read in a cycle, so that none makes it long. */
const recordsPerCycleMax = 256;
/** Bytes of an answer that is not to a query, at most. */
const answerBytesMax = Math.max(attached.size, keysChanged.size, leadership.size, pong.size, refused.size);

export class SessionServer implements RoleServer, SessionWatcher {
  readonly #ports: Ports;
  readonly #exchange: Exchange;
  readonly #sequencer: Sequencer;
  readonly #shares: RingShares;
  readonly #state: ServingView;
  readonly #subscribers = new Map<number, Subscriber>();
  readonly #bindings = new Bindings();
  readonly #feeds: Feeds;
  readonly #graces: Graces;
  readonly #turns = new QueryTurns();
  readonly #sources: QuerySources;
  /** Connections to which notices are to be sent. */
  #scheduled: Subscriber[] = [];
  readonly #out = new Uint8Array(recordBytesMax);
  readonly #outView = new DataView(this.#out.buffer);
  /** When a connection brought something, or was ready. */
  heardUs = Number.NEGATIVE_INFINITY;
  /** Of the ring, and not left since. */
  #marksReached = 0;
  /** Changes of API keys that connections know of, or will. */
  #keyChanges = 0;
  /** The members that connections know of, or will. */
  #membership: Configuration = noMembers;
  #nowUs = 0;
  #cycle = 0;

  constructor(ports: Ports, exchange: Exchange, sequencer: Sequencer, state: ServingView) {
    this.#ports = ports;
    this.#exchange = exchange;
    this.#sources = { exchange, hashes: new StateHashes() };
    this.#sequencer = sequencer;
    this.#shares = new RingShares(sequencer.ring);
    this.#state = state;
    this.#feeds = new Feeds(ports, exchange, this.#bindings, this.#subscribers, this);
    this.#graces = new Graces(exchange, sequencer, state.options.heartbeatUs);
  }

  /** The exchange's time, as this leader keeps it; 0 where it does not lead. */
  get #timeUs(): number {
    return this.#state.serving ? this.#sequencer.timeUs : 0;
  }

  /** Why this replica serves no session. */
  get #notServing(): ReplyCode {
    return this.#state.isStandby ? ReplyCode.standby : ReplyCode.notLeader;
  }

  /** Sessions that are bound to a connection. */
  get boundCount(): number {
    return this.#bindings.count;
  }

  /** When the next grace ends. */
  get deadlineUs(): number {
    return this.#graces.nextUs;
  }

  /** The cycle's work for sessions: sends events and notices, notices pressure, ends graces. @hot */
  doWork(nowUs: number): number {
    this.#nowUs = nowUs;
    this.#cycle += 1;
    const work = this.#state.isParked ? 0 : this.#feeds.doWork(this.#state.serving);
    this.#graces.doWork(nowUs);
    this.#notePressure();
    if (this.#exchange.engine.keyChanges !== this.#keyChanges) this.#noteKeys();
    if (this.#state.membership !== this.#membership) this.#noteMembers();
    if (this.#scheduled.length > 0) this.#sendNotices();
    this.#turns.next();
    return work;
  }

  /** Role, term, leader or readiness has changed: all bindings end, and each connection gets `leadership`. */
  leadershipChanged(): void {
    this.#bindings.clear();
    this.#graces.clear();
    if (this.#state.serving) this.#graces.startAll(this.#nowUs);
    for (const subscriber of this.#subscribers.values()) {
      subscriber.isOpening = false;
      this.#schedule(subscriber, FeedNotice.leadership | FeedNotice.site);
    }
  }

  connectionReady(connection: Connection): void {
    const subscriber = new Subscriber(connection);
    this.heardUs = this.#nowUs;
    this.#subscribers.set(connection.id, subscriber);
    this.#schedule(subscriber, FeedNotice.leadership | FeedNotice.site);
    if (this.#keyChanges > 0) this.#schedule(subscriber, FeedNotice.keys);
    if (this.#state.membership.roster.length > 0) this.#schedule(subscriber, FeedNotice.members);
    this.#sendNotices();
  }

  connectionGone(connection: Connection): void {
    const subscriber = this.#subscribers.get(connection.id);
    if (subscriber === undefined) return;
    this.#subscribers.delete(connection.id);
    this.#feeds.stop(subscriber);
    subscriber.notices = 0;
    this.#unbind(subscriber);
  }

  takeRecord(connection: Connection, type: number, view: DataView, at: number, length: number): boolean {
    const subscriber = this.#subscribers.get(connection.id)!;
    this.heardUs = this.#nowUs;
    if (isBounded(connection) && !this.#mayBeRead(subscriber)) return false;
    if (commands.of(type) !== undefined) return this.#takeCommand(subscriber, type, view, at, length);
    // A message that cannot be answered now waits: a client that does not read its answers is not read.
    if (this.#ports.connections.room(connection.id) < answerBytesMax) return false;
    if (type === query.type && query.check(view, at, length) === DecodeCode.ok) {
      return this.#answerQuery(subscriber, view, at);
    }
    if (type === leaderUnreached.type && leaderUnreached.check(view, at, length) === DecodeCode.ok) {
      // Whether a leader goes on is not a watcher's to say.
      if (isWatcher(subscriber)) return true;
      this.#state.clientsMissLeader(leaderUnreached.read(view, at).term);
      return true;
    }
    if (type === attach.type && attach.check(view, at, length) === DecodeCode.ok) {
      return this.#attach(subscriber, view, at);
    }
    if (type === ping.type && ping.check(view, at, length) === DecodeCode.ok) {
      return this.#pong(subscriber, ping.read(view, at).number);
    }
    return this.#refuse(subscriber, ReplyCode.malformed, type);
  }

  #mayBeRead(subscriber: Subscriber): boolean {
    if (subscriber.readCycle !== this.#cycle) subscriber.readRecords = 0;
    subscriber.readCycle = this.#cycle;
    if (subscriber.readRecords === recordsPerCycleMax) return false;
    subscriber.readRecords += 1;
    return true;
  }

  #pong(subscriber: Subscriber, number: number): boolean {
    const { term, isRecovering, isVoter } = this.#state;
    const values = {
      number,
      deliveredSeq: this.#feeds.deliveredSeq(subscriber),
      timeUs: this.#timeUs,
      term: isRecovering ? 0 : term,
      isVoter: isVoter ? 1 : 0,
      reserved: 0,
      reserved2: 0,
      reserved3: 0,
    };
    return this.#send(subscriber.connection.id, pong.write(this.#outView, 0, values));
  }

  sessionOpened(sessionId: number, { tokenLow, tokenHigh, ownerKind, ownerId }: SessionClaim): void {
    let opener: Subscriber | undefined;
    for (const subscriber of this.#subscribers.values()) {
      const { isOpening, connection } = subscriber;
      const isOwner = connection.peerKind === ownerKind && connection.peerId === ownerId;
      if (!isOpening || !isOwner || subscriber.tokenLow !== tokenLow || subscriber.tokenHigh !== tokenHigh)
        continue;
      // Where several connections ask with one token, the newest of them lives.
      subscriber.isOpening = false;
      opener = subscriber;
    }
    if (opener !== undefined)
      this.#bind(opener, sessionId, opener.feed === FeedKind.none ? FeedKind.own : opener.feed);
    else if (this.#bindings.subscriberOf(sessionId) === undefined) this.#graces.start(sessionId, this.#nowUs);
  }

  sessionClosed(sessionId: number): void {
    this.#bindings.forget(sessionId);
    this.#graces.end(sessionId);
  }

  eventsMissed(): void {
    this.#bindings.forgetUnless((sessionId) => this.#exchange.engine.lastCommandNumber(sessionId) >= 0);
  }

  /** Takes one command for stamping, once and in order; false when the ring is full: the socket waits. @hot */
  #takeCommand(subscriber: Subscriber, type: number, view: DataView, at: number, length: number): boolean {
    const isGood = commands.check(view, at, length) === DecodeCode.ok;
    if (!isGood || (LEADER_COMMANDS & (1 << type)) !== 0)
      return this.#refuse(subscriber, ReplyCode.malformed, type);
    if (isWatcher(subscriber) && !mayWatcherSend(subscriber.connection.peerId, type, view, at))
      return this.#refuse(subscriber, ReplyCode.notAuthorized, type);
    if (!this.#state.serving) return this.#refuse(subscriber, this.#notServing, type);
    if (type === openSession.type) return this.#takeOpening(subscriber, view, at);
    const { session } = subscriber;
    const sessionId = view.getUint32(at + commandAt.sessionId, true);
    if (session === undefined || sessionId !== session.id)
      return this.#refuse(subscriber, ReplyCode.unknownSession, type);
    const number = getU53(view, at + commandAt.commandNumber);
    if (number <= session.lastTaken) return true;
    if (number !== session.lastTaken + 1) return this.#refuse(subscriber, ReplyCode.malformed, type);
    const { connection } = subscriber;
    if (!this.#shares.hasRoom(connection)) return false;
    const { ring } = this.#sequencer;
    const isTaken = type === placeOrder.type ? ring.pushOrder(view, at, length) : ring.push(view, at, length);
    if (isTaken) {
      session.lastTaken = number;
      this.#shares.entered(connection);
    }
    return isTaken;
  }

  #takeOpening(subscriber: Subscriber, view: DataView, at: number): boolean {
    const opening = openSession.read(view, at);
    const { sessionId, commandNumber, tokenLow, tokenHigh } = opening;
    const isOther = tokenLow !== subscriber.tokenLow || tokenHigh !== subscriber.tokenHigh;
    const isSecond = subscriber.session !== undefined || (subscriber.isOpening && isOther);
    if (sessionId !== 0 || commandNumber !== 0 || isSecond)
      return this.#refuse(subscriber, ReplyCode.malformed, openSession.type);
    const { peerKind: ownerKind, peerId: ownerId } = subscriber.connection;
    const length = openSession.write(this.#outView, 0, { ...opening, ownerKind, ownerId });
    if (!this.#sequencer.ring.pushOrder(this.#outView, 0, length)) return false;
    subscriber.isOpening = true;
    subscriber.tokenLow = tokenLow;
    subscriber.tokenHigh = tokenHigh;
    return true;
  }

  #attach(subscriber: Subscriber, view: DataView, at: number): boolean {
    const { sessionId, afterSeq, afterN, feed, tokenLow, tokenHigh } = attach.read(view, at);
    if (isWatcher(subscriber) && feed === FeedKind.all)
      return this.#refuse(subscriber, ReplyCode.notAuthorized, attach.type);
    const { engine, events } = this.#exchange;
    if (sessionId !== 0 && !this.#state.serving)
      return this.#sendAttached(subscriber, sessionId, 0, this.#notServing);
    const { peerKind: ownerKind, peerId: ownerId } = subscriber.connection;
    // The session of another party is answered like one that does not exist: which sessions exist is not its business.
    if (sessionId !== 0 && !engine.isClaimed(sessionId, { tokenLow, tokenHigh, ownerKind, ownerId })) {
      this.#ports.counters.add(counter.attachesRefused, 1);
      return this.#sendAttached(subscriber, sessionId, 0, ReplyCode.unknownSession);
    }
    const last = sessionId === 0 ? 0 : engine.lastCommandNumber(sessionId);
    this.#unbind(subscriber);
    let from = live;
    let code: ReplyCode = ReplyCode.ok;
    if (afterSeq > 0) {
      from = events.positionAfter(afterSeq, afterN);
      if (from < 0) code = ReplyCode.eventsForgotten;
    }
    this.#sendAttached(subscriber, sessionId, last, code);
    const wanted = feed as FeedKind;
    if (sessionId === 0) this.#feeds.start(subscriber, wanted, from);
    else this.#bind(subscriber, sessionId, wanted === FeedKind.none ? FeedKind.own : wanted, from);
    return true;
  }

  #sendAttached(subscriber: Subscriber, sessionId: number, lastCommandNumber: number, code: ReplyCode): true {
    const appliedSeq = this.#exchange.engine.lastSeq;
    const { term } = this.#state;
    const values = {
      sessionId,
      lastCommandNumber,
      appliedSeq,
      term,
      code,
      timeUs: this.#timeUs,
      ...this.#begun,
    };
    this.#send(
      subscriber.connection.id,
      attached.write(this.#outView, 0, { ...values, reserved: 0, reserved2: 0 }),
    );
    return true;
  }

  /** When the site that writes began to: with the next command, where its leader has yet to say so. */
  get #begun(): { readonly siteEpoch: number; readonly siteSeq: number } {
    const { engine } = this.#exchange;
    const { site, epoch } = this.#state;
    const { siteEpoch, siteSeq } = engine;
    if (this.#state.isStandby || hasBegun(engine, site)) return { siteEpoch, siteSeq };
    return { siteEpoch: epoch, siteSeq: engine.lastSeq + 1 };
  }

  #bind(subscriber: Subscriber, sessionId: number, feed: FeedKind, from?: number): void {
    const before = this.#bindings.subscriberOf(sessionId);
    if (before !== undefined && before !== subscriber) this.#schedule(before, FeedNotice.sessionTaken);
    subscriber.notices &= ~FeedNotice.sessionTaken;
    this.#bindings.bind(subscriber, sessionId, this.#exchange.engine.lastCommandNumber(sessionId));
    this.#graces.end(sessionId);
    if (from !== undefined || feed !== subscriber.feed) this.#feeds.start(subscriber, feed, from ?? live);
    // It may have connected under pressure, of which a new connection hears nothing.
    if (this.#marksReached > 0) this.#schedule(subscriber, FeedNotice.pressure);
  }

  /** The connection speaks for no session any more. */
  #unbind(subscriber: Subscriber): void {
    const sessionId = this.#bindings.unbind(subscriber);
    if (sessionId !== 0 && this.#state.serving) this.#graces.start(sessionId, this.#nowUs);
  }

  #answerQuery(subscriber: Subscriber, view: DataView, at: number): boolean {
    const { connections, counters } = this.#ports;
    const { id } = subscriber.connection;
    const asked = query.read(view, at);
    if (connections.room(id) < recordBytesMax) return false;
    if (!this.#state.hasHadLeader || this.#state.isParked)
      return this.#send(id, writeUnanswered(this.#outView, asked, ReplyCode.notReady));
    if (isWatcher(subscriber) && !mayWatcherAsk(subscriber.connection.peerId, asked))
      return this.#send(id, writeUnanswered(this.#outView, asked, ReplyCode.notAuthorized));
    if (!this.#mayAsk(subscriber, asked))
      return this.#send(id, writeUnanswered(this.#outView, asked, ReplyCode.notGranted));
    if (subscriber.connection.peerKind === PartyKind.program && isCanaryInstrument(asked.instrumentId))
      return this.#send(id, writeUnanswered(this.#outView, asked, ReplyCode.unknownSubject));
    if (isLongQuery(asked.kind) && !this.#turns.take(subscriber)) return false;
    const length = writeQueryResult(this.#outView, asked, view, at, this.#sources);
    if (length === 0) return false;
    counters.add(counter.queries, 1);
    return this.#send(id, length);
  }

  /** A program reads what its key lets it read; gateways and operators read all, and watchers were asked before. */
  #mayAsk({ connection }: Subscriber, asked: QueryFields): boolean {
    const permission = permissionFor(asked);
    if (connection.peerKind !== PartyKind.program || permission === 0) return true;
    const { engine } = this.#exchange;
    const nowUs = Math.max(engine.lastTimeUs, this.#ports.clock.wallUs());
    const meant = permission === Permission.read ? asked.accountId : 0;
    return engine.queries.mayProgram(connection.peerId, permission, meant, nowUs);
  }

  /** @hot */
  #notePressure(): void {
    const { usedPermille } = this.#sequencer.ring;
    let reached = this.#marksReached;
    while (reached < pressureMarks.length && usedPermille >= pressureMarks[reached]!) reached++;
    while (reached > 0 && usedPermille < pressureMarks[reached - 1]! - pressureSlackPermille) reached--;
    if (reached === this.#marksReached) return;
    this.#marksReached = reached;
    for (const subscriber of this.#subscribers.values()) this.#schedule(subscriber, FeedNotice.pressure);
  }

  #noteKeys(): void {
    this.#keyChanges = this.#exchange.engine.keyChanges;
    for (const subscriber of this.#subscribers.values()) this.#schedule(subscriber, FeedNotice.keys);
  }

  #noteMembers(): void {
    this.#membership = this.#state.membership;
    if (this.#membership.roster.length === 0) return;
    for (const subscriber of this.#subscribers.values()) this.#schedule(subscriber, FeedNotice.members);
  }

  #sendMembers(connectionId: number): boolean {
    const { roster } = this.#state.membership;
    const bytes = roster.length * memberRecord.size;
    if (this.#ports.connections.room(connectionId) < members.size + bytes) return false;
    for (const [n, member] of roster.entries())
      memberRecord.write(this.#outView, members.size + n * memberRecord.size, member);
    return this.#send(connectionId, members.write(this.#outView, 0, { count: roster.length }, bytes));
  }

  #schedule(subscriber: Subscriber, notice: number): void {
    if (subscriber.notices === 0) this.#scheduled.push(subscriber);
    subscriber.notices |= notice;
  }

  /** Sends the notices with the present values; a connection without room gets them in a later cycle. */
  #sendNotices(): void {
    const scheduled = this.#scheduled;
    this.#scheduled = [];
    for (const subscriber of scheduled) {
      const { id } = subscriber.connection;
      if ((subscriber.notices & FeedNotice.leadership) !== 0 && this.#sendLeadership(id))
        subscriber.notices &= ~FeedNotice.leadership;
      const hasLeadership = (subscriber.notices & FeedNotice.leadership) === 0;
      if ((subscriber.notices & FeedNotice.site) !== 0 && hasLeadership && this.#sendSite(id))
        subscriber.notices &= ~FeedNotice.site;
      if ((subscriber.notices & FeedNotice.pressure) !== 0 && this.#sendPressure(id))
        subscriber.notices &= ~FeedNotice.pressure;
      if ((subscriber.notices & FeedNotice.keys) !== 0 && this.#sendKeysChanged(id))
        subscriber.notices &= ~FeedNotice.keys;
      if ((subscriber.notices & FeedNotice.members) !== 0 && this.#sendMembers(id))
        subscriber.notices &= ~FeedNotice.members;
      if ((subscriber.notices & FeedNotice.sessionTaken) !== 0 && this.#sendSessionTaken(id))
        subscriber.notices &= ~FeedNotice.sessionTaken;
      if (subscriber.notices !== 0) this.#scheduled.push(subscriber);
    }
  }

  #sendLeadership(connectionId: number): boolean {
    const { leaderId, serving, term, instance, epoch } = this.#state;
    const values = { leaderId, serving: serving ? 1 : 0, reserved: 0, term, instance, epoch };
    return this.#send(connectionId, leadership.write(this.#outView, 0, values));
  }

  /** Which site writes, where this one does not. */
  #sendSite(connectionId: number): boolean {
    const { isStandby, epoch, log, options } = this.#state;
    const writing = isStandby ? options.sites?.[log.writingSite - 1] : undefined;
    if (writing === undefined) return true;
    const { name: site, gateways } = writing;
    return this.#send(connectionId, tradesAt.write(this.#outView, 0, { reserved: 0, epoch, site, gateways }));
  }

  /** Between the mark that was reached and the next one: until another one is, nothing more is sent. */
  #sendPressure(connectionId: number): boolean {
    const least = pressureMarks[this.#marksReached - 1] ?? 0;
    const below = pressureMarks[this.#marksReached] ?? permilleMax + 1;
    const usedPermille = Math.max(least, Math.min(this.#sequencer.ring.usedPermille, below - 1));
    return this.#send(connectionId, pressure.write(this.#outView, 0, { usedPermille }));
  }

  #sendKeysChanged(connectionId: number): boolean {
    const values = { reserved: 0, changes: this.#keyChanges };
    return this.#send(connectionId, keysChanged.write(this.#outView, 0, values));
  }

  #sendSessionTaken(connectionId: number): boolean {
    const values = { code: ReplyCode.sessionTaken, subject: attach.type, reserved: 0 };
    return this.#send(connectionId, refused.write(this.#outView, 0, values));
  }

  /** Answers a message that is not taken; false when the answer finds no room: the message waits. */
  #refuse({ connection }: Subscriber, code: ReplyCode, subject: number): boolean {
    if (!this.#send(connection.id, refused.write(this.#outView, 0, { code, subject, reserved: 0 })))
      return false;
    const slot = code === ReplyCode.malformed ? counter.messagesMalformed : counter.commandsRefused;
    this.#ports.counters.add(slot, 1);
    return true;
  }

  #send(connectionId: number, length: number): boolean {
    return this.#ports.connections.send(connectionId, this.#out, 0, length);
  }
}

function isWatcher({ connection }: Subscriber): boolean {
  return connection.peerKind === PartyKind.watcher;
}
