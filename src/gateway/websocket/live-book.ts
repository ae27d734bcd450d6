/**
 * One instrument's book, built from a snapshot that was asked for and the level events that arrived meanwhile. Pure.
 * What it hands out is gap-free: each change names the seq that it follows, and a reader who applies the changes to a
 * snapshot has the book of the exchange, to the depth that is covered.
 */
import type { BookLevelEvent, LevelRow, Rows, SideName } from '../ports.ts';

/** Levels of each side that are covered: what readers see of a deep book. */
export const depthLevels = 500;
/** A side that has grown beyond this is read again, so that memory stays bounded. */
const levelsMax = 4 * depthLevels;
/** A side that was cut off and has shrunk below this is read again, so that readers do not run out of levels. */
const levelsMin = depthLevels / 2;
/** Events that are kept while a snapshot is on its way. */
export const bufferedEventsMax = 65_536;

export interface BookLevel {
  readonly priceTicks: number;
  /** 0: the level is gone. */
  readonly quantityLots: number;
  readonly orderCount: number;
}

export interface BookSnapshot {
  readonly seq: number;
  /** From the highest price down. */
  readonly bids: readonly BookLevel[];
  /** From the lowest price up. */
  readonly asks: readonly BookLevel[];
}

export interface BookChange extends BookSnapshot {
  /** The seq of the change or snapshot before; a reader who holds another one has missed something. */
  readonly previousSeq: number;
}

class BookSide {
  readonly levels = new Map<number, BookLevel>();
  readonly #isBuy: boolean;
  /** Worst price that is covered, where the snapshot was cut off. */
  #horizonTicks: number | undefined;

  constructor(side: SideName) {
    this.#isBuy = side === 'buy';
  }

  reset(): void {
    this.levels.clear();
    this.#horizonTicks = undefined;
  }

  /** Takes the next level of the snapshot, the best first. A side this deep may have been cut off. */
  load(level: BookLevel): void {
    this.levels.set(level.priceTicks, level);
    if (this.levels.size >= depthLevels) this.#horizonTicks = level.priceTicks;
  }

  /** Takes a level's new state; false when it changes nothing that is covered. */
  set(level: BookLevel): boolean {
    const { priceTicks } = level;
    if (this.#horizonTicks !== undefined && this.#isWorse(priceTicks, this.#horizonTicks)) return false;
    if (level.quantityLots === 0) return this.levels.delete(priceTicks);
    this.levels.set(priceTicks, level);
    return true;
  }

  get isOutOfBounds(): boolean {
    const { size } = this.levels;
    return size > levelsMax || (this.#horizonTicks !== undefined && size < levelsMin);
  }

  sorted(levels: Iterable<BookLevel>): BookLevel[] {
    const sign = this.#isBuy ? -1 : 1;
    return [...levels].sort((a, b) => sign * (a.priceTicks - b.priceTicks));
  }

  #isWorse(ticks: number, thanTicks: number): boolean {
    return this.#isBuy ? ticks < thanTicks : ticks > thanTicks;
  }
}

export class LiveBook {
  readonly #bids = new BookSide('buy');
  readonly #asks = new BookSide('sell');
  /** Events since `begin`; undefined once a snapshot is there. */
  #buffer: BookLevelEvent[] | undefined = [];
  #isOverfull = false;
  /** A snapshot must not be older than this. */
  #oldestSeq = 0;
  /** Events up to here are in the snapshot already. */
  #snapshotSeq = 0;
  #seq = 0;
  #handedOutSeq = 0;
  #changedBids = new Map<number, BookLevel>();
  #changedAsks = new Map<number, BookLevel>();

  /** Whether a snapshot has arrived. */
  get isLive(): boolean {
    return this.#buffer === undefined;
  }

  /** Whether too much or too little of the book is covered, so that it must be read again. */
  get mustReload(): boolean {
    return this.isLive && (this.#bids.isOutOfBounds || this.#asks.isOutOfBounds);
  }

  /** Call before the snapshot is asked for; `seenSeq` is the highest seq that any event had so far. */
  begin(seenSeq: number): void {
    this.#buffer = [];
    this.#isOverfull = false;
    this.#oldestSeq = seenSeq;
  }

  /** Takes the snapshot. False when it is older than the events seen before `begin`: ask again. */
  load(book: Rows<LevelRow>): boolean {
    const buffer = this.#buffer;
    if (buffer === undefined || this.#isOverfull || book.appliedSeq < this.#oldestSeq) return false;
    this.#bids.reset();
    this.#asks.reset();
    for (const { side, priceTicks, quantityLots, orderCount } of book) {
      this.#side(side).load({ priceTicks, quantityLots, orderCount });
    }
    this.#buffer = undefined;
    this.#snapshotSeq = book.appliedSeq;
    this.#seq = book.appliedSeq;
    for (const event of buffer) this.apply(event);
    this.#changedBids.clear();
    this.#changedAsks.clear();
    this.#handedOutSeq = this.#seq;
    return true;
  }

  /** Takes a level event of this instrument, in the order of the feed. */
  apply(event: BookLevelEvent): void {
    if (this.#buffer !== undefined) {
      if (this.#buffer.length < bufferedEventsMax) this.#buffer.push(event);
      else this.#isOverfull = true;
      return;
    }
    if (event.seq <= this.#snapshotSeq) return;
    const { priceTicks, quantityLots, orderCount } = event;
    const level = { priceTicks, quantityLots, orderCount };
    if (!this.#side(event.side).set(level)) return;
    (event.side === 'buy' ? this.#changedBids : this.#changedAsks).set(priceTicks, level);
    this.#seq = event.seq;
  }

  /** What has changed since the last change or the snapshot; undefined when nothing has. */
  takeChange(): BookChange | undefined {
    if (this.#changedBids.size === 0 && this.#changedAsks.size === 0) return undefined;
    const change = {
      seq: this.#seq,
      previousSeq: this.#handedOutSeq,
      bids: this.#bids.sorted(this.#changedBids.values()),
      asks: this.#asks.sorted(this.#changedAsks.values()),
    };
    this.#changedBids = new Map();
    this.#changedAsks = new Map();
    this.#handedOutSeq = this.#seq;
    return change;
  }

  /** The whole covered book. Take the pending change first: the snapshot is after it. */
  snapshot(): BookSnapshot {
    return {
      seq: this.#seq,
      bids: this.#bids.sorted(this.#bids.levels.values()),
      asks: this.#asks.sorted(this.#asks.levels.values()),
    };
  }

  #side(side: SideName): BookSide {
    return side === 'buy' ? this.#bids : this.#asks;
  }
}
