/**
 * The gateway's event feed, open only while it has readers: the first reader opens it and waits until it is open, and
 * some time after the last one it is closed. A reader that waited until it was open misses nothing from then on.
 *
 * While no replica leads, nothing happens that a reader could miss, and no feed can be opened: readers are let in, what
 * they ask for is asked of any replica, and the feed opens for them once one leads.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { noEvent } from '../../protocol/messages.ts';
import { CoreError, refusalOfFailure } from '../admission/refusals.ts';
import { services } from '../admission/services.ts';
import {
  type ExchangeEvent,
  type FillRow,
  type Fills,
  type FillsFilter,
  failureOf,
  type LevelRow,
  type ModeRow,
  type Rows,
} from '../ports.ts';
import type {
  EventListener,
  EventReads,
  EventSession,
  FeedPosition,
  FillsUpTo,
  OpenEvents,
} from './feed-ports.ts';

/** From the last reader to the end of the feed: a reader that comes back soon finds it open. */
export const graceMs = 30_000;
const checksPerGrace = 6;
/** Between two attempts to open the feed for readers that were let in without it. */
const reopenPauseMs = 200;

export interface FeedOptions {
  readonly open: OpenEvents;
  readonly listener: EventListener;
  /** Whether there is a reader now. */
  readonly isRead: () => boolean;
  /** What any replica answers while none leads; undefined while one does. */
  readonly leaderless: () => EventReads | undefined;
  /** The feed is open, and has come to this seq; what events before it said may be out of date. */
  readonly onOpen: (seq: number) => void;
}

export class Feed {
  readonly #options: FeedOptions;
  #session: EventSession | undefined;
  #opening: Promise<EventSession> | undefined;
  #isOpeningForReaders = false;
  #lastReadMs = 0;
  /** The feed has opened since it was said that no replica leads, so that is out of date. */
  #isLeaderFound = false;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#session !== undefined;
  }

  /**
   * Resolves once the feed is open, or no replica leads; it stays for those that subscribe in the same turn. Rejects
   * with a CoreError when the exchange gives no feed.
   */
  async ready(): Promise<void> {
    this.#lastReadMs = performance.now();
    if (this.#leaderless() === undefined || services.stream.withoutLeader === 'refused') await this.#opened();
    else if (this.#session === undefined) void this.#openForReaders();
  }

  /** The book, see {@link EventReads.book}. */
  async book(instrumentId: number, levels: number): Promise<Rows<LevelRow>> {
    return (await this.#reads()).book(instrumentId, levels);
  }

  /** Executions, see {@link EventReads.fills}. */
  async fills(filter: FillsFilter): Promise<FillsUpTo> {
    const found = await (await this.#reads()).fills(filter);
    const end = { seq: found.appliedSeq, n: noEvent };
    if (this.#session === undefined) return { ...found, place: end };
    const { place } = this.#session;
    // Another exchange has just begun: which of its fills come as events is not known yet.
    if (place.seq === 0) throw new CoreError('unreachable');
    // What a replica has applied and this feed has not brought yet comes as events.
    return { ...upTo(place, found), place: end.seq < place.seq ? end : place };
  }

  /** Modes, see {@link EventReads.modes}. */
  async modes(accountId: number | undefined): Promise<Rows<ModeRow>> {
    return (await this.#reads()).modes(accountId);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#leave();
  }

  /**
   * What any replica answers, until the feed opens: the leader has applied what a replica may lack, and its events go
   * on from there.
   */
  #leaderless(): EventReads | undefined {
    const leaderless = this.#options.leaderless();
    if (leaderless === undefined) this.#isLeaderFound = false;
    return this.#isLeaderFound ? undefined : leaderless;
  }

  async #reads(): Promise<EventReads> {
    return this.#leaderless() ?? this.#live();
  }

  /** The session of readers that have come. */
  async #live(): Promise<EventSession> {
    const session = this.#session ?? (await this.#opening);
    if (session === undefined) throw new CoreError('unreachable');
    return session;
  }

  async #opened(): Promise<EventSession> {
    if (this.#session !== undefined) return this.#session;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** Opens the feed as soon as it can be had, for as long as it has readers. */
  async #openForReaders(): Promise<void> {
    if (this.#isOpeningForReaders) return;
    this.#isOpeningForReaders = true;
    do {
      await this.#opened().catch(() => sleep(reopenPauseMs, undefined, { ref: false }));
    } while (this.#session === undefined && this.#options.isRead() && !this.#isClosed);
    this.#isOpeningForReaders = false;
  }

  async #open(): Promise<EventSession> {
    let session: EventSession;
    try {
      session = await this.#options.open(this.#listener);
    } catch (error) {
      const failure = failureOf(error);
      if (failure === undefined) throw error;
      throw new CoreError(refusalOfFailure[failure]);
    }
    if (this.#isClosed) {
      await session.close();
      throw new CoreError('unreachable');
    }
    this.#session = session;
    this.#isLeaderFound = this.#options.leaderless() !== undefined;
    this.#lastReadMs = performance.now();
    this.#timer = setInterval(() => this.#check(), graceMs / checksPerGrace).unref();
    this.#options.onOpen(session.place.seq);
    return session;
  }

  /**
   * Events are passed on once the feed is open. Readers that were let in before learn then that they may have missed
   * some, and ask for them: if they had heard one by then, they would ask from there, and miss those before it.
   */
  get #listener(): EventListener {
    const { listener } = this.#options;
    const whenOpen = (pass: () => void): void => {
      if (this.isOpen) pass();
    };
    return {
      readership: listener.readership,
      onSeq: (seq) => whenOpen(() => listener.onSeq(seq)),
      onEvent: (event: ExchangeEvent) => whenOpen(() => listener.onEvent(event)),
      onGap: (lostSeq, cutSeq) => whenOpen(() => listener.onGap(lostSeq, cutSeq)),
      onReplaced: () => listener.onReplaced(),
      onWarning: (text) => listener.onWarning(text),
    };
  }

  #check(): void {
    this.#leaderless();
    const nowMs = performance.now();
    if (this.#options.isRead()) this.#lastReadMs = nowMs;
    else if (nowMs - this.#lastReadMs >= graceMs) void this.#leave();
  }

  async #leave(): Promise<void> {
    clearInterval(this.#timer);
    const session = this.#session;
    this.#session = undefined;
    await session?.close();
  }
}

function upTo({ seq, n }: FeedPosition, found: Fills<FillRow>): Fills<FillRow> {
  const fills = found.fills.filter((fill) => fill.seq < seq || (fill.seq === seq && fill.n <= n));
  const next = found.fills[fills.length];
  return next === undefined ? found : { ...found, fills, more: false, appliedSeq: next.seq - 1 };
}
