/**
 * Events on their way to the connections that want them. On the leader each event of a session goes straight to its
 * connection; feeds of everything, and sessions that fell behind, read the event ring at their own pace. No event is
 * left out in silence: a reader whose place was overwritten gets `refused` with `eventsForgotten`.
 */

import type { SessionClaim } from '../../engine/engine.ts';
import { isCanaryEvent } from '../../protocol/canary.ts';
import { ReplyCode } from '../../protocol/codes.ts';
import { eventAt, sessionClosed, sessionOpened } from '../../protocol/events.ts';
import { Permission } from '../../protocol/key-commands.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { attach, FeedKind, refused } from '../../protocol/messages.ts';
import { PartyKind } from '../../protocol/parties.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Ports } from '../ports.ts';
import type { Bindings } from './bindings.ts';
import { live, type Subscriber } from './subscriber.ts';

/** Event bytes that are handed to a connection at once. */
const runBytesMax = 16_384;
/** Event bytes that one cycle reads for one connection at most. */
const readBytesMax = 131_072;
/** Room of a connection that a feed of everything leaves to the answers of other messages. */
const answerRoomBytes = 1_024;

/** Learns of sessions that begin and end, before their events are sent. */
export interface SessionWatcher {
  sessionOpened(sessionId: number, claim: SessionClaim): void;
  sessionClosed(sessionId: number): void;
  /** Events were overwritten before they were read: some sessions may have begun or ended among them. */
  eventsMissed(): void;
}

export class Feeds {
  readonly #ports: Ports;
  readonly #exchange: Exchange;
  readonly #bindings: Bindings;
  readonly #watcher: SessionWatcher;
  readonly #subscribers: ReadonlyMap<number, Subscriber>;
  /** Those that read from the ring. */
  readonly #readers: Subscriber[] = [];
  readonly #out = new Uint8Array(refused.size);
  readonly #outView = new DataView(this.#out.buffer);
  #routedTo: number;

  constructor(
    ports: Ports,
    exchange: Exchange,
    bindings: Bindings,
    subscribers: ReadonlyMap<number, Subscriber>,
    watcher: SessionWatcher,
  ) {
    this.#ports = ports;
    this.#exchange = exchange;
    this.#bindings = bindings;
    this.#subscribers = subscribers;
    this.#watcher = watcher;
    this.#routedTo = exchange.events.end;
  }

  /** Sends `feed` from a position of the ring on; {@link live} is from now on. */
  start(subscriber: Subscriber, feed: FeedKind, from: number): void {
    subscriber.feed = feed;
    subscriber.readFrom = feed === FeedKind.all && from === live ? this.#exchange.events.end : from;
    if (feed === FeedKind.none) subscriber.readFrom = live;
    if (subscriber.readFrom !== live) this.#read(subscriber);
  }

  /** The connection is gone. */
  stop(subscriber: Subscriber): void {
    subscriber.feed = FeedKind.none;
  }

  /** Every event up to this seq that the connection wants was sent; 0 where some wait. */
  deliveredSeq(subscriber: Subscriber): number {
    const { events, engine } = this.#exchange;
    return subscriber.readFrom === live || subscriber.readFrom >= events.end ? engine.lastSeq : 0;
  }

  /** Sends the events of this cycle, and what others could not take before. @hot */
  doWork(isServing: boolean): number {
    const ring = this.#exchange.events;
    let work = 0;
    if (this.#routedTo < ring.end) {
      if (ring.isForgotten(this.#routedTo)) this.#missed();
      else if (isServing) this.#route();
      this.#routedTo = ring.end;
      work += 1;
    }
    for (let n = this.#readers.length - 1; n >= 0; n--) {
      const reader = this.#readers[n]!;
      const { feed } = reader;
      if (feed === FeedKind.all && reader.connection.peerKind === PartyKind.program)
        work += this.#readPicked(reader);
      else if (feed === FeedKind.all) work += this.#readAll(reader);
      else if (feed === FeedKind.own && reader.readFrom !== live) work += this.#readOwn(reader);
      else this.#leave(n);
    }
    return work;
  }

  /** Sends the new events of sessions to their connections, in runs of neighbours for the same one. @hot */
  #route(): void {
    const ring = this.#exchange.events;
    const { view, end } = ring;
    let runFrom = ring.align(this.#routedTo);
    let runTo = runFrom;
    let runSession = 0;
    for (let position = runFrom; position < end; ) {
      const at = ring.offset(position);
      const type = view.getUint8(at + TYPE_AT);
      const sessionId = view.getUint32(at + eventAt.sessionId, true);
      // An event that ends where the ring ends is followed by one at its start, without a gap in positions.
      const isEdge = type === sessionOpened.type || type === sessionClosed.type || at === 0;
      if (isEdge || sessionId !== runSession || position !== runTo || position - runFrom > runBytesMax) {
        if (runSession !== 0) this.#sendRun(runSession, runFrom, runTo);
        runFrom = position;
        runSession = sessionId;
      }
      if (type === sessionOpened.type) this.#opened(sessionId, at);
      const next = position + view.getUint16(at, true);
      runTo = next;
      if (type === sessionClosed.type) {
        this.#sendRun(sessionId, runFrom, runTo);
        this.#watcher.sessionClosed(sessionId);
        runSession = 0;
      }
      position = ring.align(next);
    }
    if (runSession !== 0) this.#sendRun(runSession, runFrom, runTo);
  }

  /** Sends events that are side by side in the ring; a connection without room for all reads on later. @hot */
  #sendRun(sessionId: number, from: number, to: number): void {
    const subscriber = this.#bindings.subscriberOf(sessionId);
    if (subscriber === undefined || subscriber.feed !== FeedKind.own || subscriber.readFrom !== live) return;
    const ring = this.#exchange.events;
    const at = ring.offset(from);
    if (this.#ports.connections.send(subscriber.connection.id, ring.bytes, at, at + to - from)) return;
    subscriber.readFrom = from;
    this.#read(subscriber);
  }

  #opened(sessionId: number, at: number): void {
    this.#watcher.sessionOpened(sessionId, sessionOpened.read(this.#exchange.events.view, at));
  }

  /**
   * More events came at once than the ring holds, or the state has jumped: a reader that was up to date is behind now.
   */
  #missed(): void {
    this.#watcher.eventsMissed();
    for (const subscriber of this.#subscribers.values()) {
      if (
        subscriber.feed !== FeedKind.own ||
        subscriber.session === undefined ||
        subscriber.readFrom !== live
      )
        continue;
      subscriber.readFrom = this.#routedTo;
      this.#read(subscriber);
    }
  }

  /** Sends runs of events as they are in the ring, as far as the connection has room. @hot */
  #readAll(reader: Subscriber): number {
    const ring = this.#exchange.events;
    const { connections } = this.#ports;
    const { id } = reader.connection;
    if (reader.readFrom >= ring.end) return 0;
    if (ring.isForgotten(reader.readFrom)) return this.#tellForgotten(reader);
    let budget = Math.min(readBytesMax, connections.room(id) - answerRoomBytes);
    let position = ring.align(reader.readFrom);
    while (position < ring.end && budget > 0) {
      const run = ring.contiguous(position, budget);
      const at = ring.offset(position);
      if (run === 0 || !connections.send(id, ring.bytes, at, at + run)) break;
      budget -= run;
      position = ring.align(position + run);
    }
    const moved = position > reader.readFrom;
    reader.readFrom = position;
    return moved ? 1 : 0;
  }

  /** Picks the events of a session out of the ring, as far as the connection has room. */
  #readOwn(reader: Subscriber): number {
    if (reader.session !== undefined) return this.#readPicked(reader);
    reader.readFrom = live;
    return 0;
  }

  /** Picks what the connection may be sent out of the ring, as far as it has room. */
  #readPicked(reader: Subscriber): number {
    const ring = this.#exchange.events;
    const { connections } = this.#ports;
    const { connection, readFrom } = reader;
    if (ring.isForgotten(readFrom)) return this.#tellForgotten(reader);
    let position = ring.align(readFrom);
    const stop = position + readBytesMax;
    while (position < ring.end && position < stop) {
      const at = ring.offset(position);
      const length = ring.view.getUint16(at, true);
      if (this.#isMeant(reader, at) && !connections.send(connection.id, ring.bytes, at, at + length)) break;
      position = ring.align(position + length);
    }
    reader.readFrom = position >= ring.end && reader.feed === FeedKind.own ? live : position;
    return position > readFrom ? 1 : 0;
  }

  /** Whether a connection is sent an event: of its session; in the feed of all what is public or of its accounts. */
  #isMeant({ session, feed, connection }: Subscriber, at: number): boolean {
    const { view } = this.#exchange.events;
    const sessionId = view.getUint32(at + eventAt.sessionId, true);
    if (session !== undefined && sessionId === session.id) return true;
    if (feed === FeedKind.own) return false;
    const accountId = view.getUint32(at + eventAt.accountId, true);
    if (accountId === 0) return sessionId === 0 && !isCanaryEvent(view, at);
    const { queries, lastTimeUs } = this.#exchange.engine;
    return queries.mayProgram(connection.peerId, Permission.read, accountId, lastTimeUs);
  }

  /** Events are gone before they could be sent; what follows goes out only once that is said. */
  #tellForgotten(reader: Subscriber): number {
    const values = { code: ReplyCode.eventsForgotten, subject: attach.type, reserved: 0 };
    const length = refused.write(this.#outView, 0, values);
    if (!this.#ports.connections.send(reader.connection.id, this.#out, 0, length)) return 0;
    reader.readFrom = reader.feed === FeedKind.all ? this.#exchange.events.end : live;
    return 1;
  }

  #read(subscriber: Subscriber): void {
    if (subscriber.isReading) return;
    subscriber.isReading = true;
    this.#readers.push(subscriber);
  }

  #leave(place: number): void {
    const last = this.#readers.pop()!;
    const leaving = this.#readers[place] ?? last;
    leaving.isReading = false;
    if (place < this.#readers.length) this.#readers[place] = last;
  }
}
