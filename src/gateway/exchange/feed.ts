/**
 * The gateway's event feed, open only while it has readers: the first reader opens it and waits until it is open, and
 * some time after the last one it is closed. A reader that waited until it was open misses nothing from then on.
 */

import { CoreError, refusalOfFailure } from '../admission/refusals.ts';
import {
  type FillRow,
  type Fills,
  type FillsFilter,
  failureOf,
  type LevelRow,
  type ModeRow,
  type Rows,
} from '../ports.ts';
import type { EventListener, EventSession, OpenEvents } from './feed-ports.ts';

/** From the last reader to the end of the feed: who comes back soon finds it open. */
export const graceMs = 30_000;
const checksPerGrace = 6;

export interface FeedOptions {
  readonly open: OpenEvents;
  readonly listener: EventListener;
  /** Whether there is a reader now. */
  readonly isRead: () => boolean;
  /** The feed is open; what events before it said may be out of date. */
  readonly onOpen: () => void;
}

export class Feed {
  readonly #options: FeedOptions;
  #session: EventSession | undefined;
  #opening: Promise<void> | undefined;
  #lastReadMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#session !== undefined;
  }

  /**
   * Resolves once the feed is open; it stays for those who subscribe in the same turn. Rejects with a CoreError when
   * the exchange gives no feed.
   */
  async ready(): Promise<void> {
    this.#lastReadMs = performance.now();
    if (this.#session !== undefined) return;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    await this.#opening;
  }

  /** The book, see {@link EventSession.book}. */
  async book(instrumentId: number, levels: number): Promise<Rows<LevelRow>> {
    if (this.#session === undefined) throw new CoreError('unreachable');
    return this.#session.book(instrumentId, levels);
  }

  /** Executions, see {@link EventSession.fills}. */
  async fills(filter: FillsFilter): Promise<Fills<FillRow>> {
    if (this.#session === undefined) throw new CoreError('unreachable');
    return this.#session.fills(filter);
  }

  /** Modes, see {@link EventSession.modes}. */
  async modes(accountId: number): Promise<Rows<ModeRow>> {
    if (this.#session === undefined) throw new CoreError('unreachable');
    return this.#session.modes(accountId);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#leave();
  }

  async #open(): Promise<void> {
    let session: EventSession;
    try {
      session = await this.#options.open(this.#options.listener);
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
    this.#lastReadMs = performance.now();
    this.#timer = setInterval(() => this.#check(), graceMs / checksPerGrace).unref();
    this.#options.onOpen();
  }

  #check(): void {
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
