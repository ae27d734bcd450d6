/**
 * The order store: every open order of the exchange, by slot, in arrays side by side. What an order *is* fills one
 * record of one cache line, and outlives the order (ClosedOrders). Its places in lists and books are its links, which
 * are small and close together, so that the neighbours of an order stay cached; they can be built again.
 */
import { assert } from '../std/assert.ts';
import { OrderRecords } from './order-record.ts';
import { wordsOf } from './record-fields.ts';
import * as records from './records.ts';
import { linesOfWords, longerLines, numbersOf } from './records.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;

/** The links of an order: slots or NONE, and a number of 64 bits. */
const link = wordsOf(8, {
  /** Queue of the price level. */
  next: 1,
  previous: 1,
  /** The ladder's level, NONE outside of a book. */
  level: 1,
  /** Open orders of the account, in ascending order id. */
  accountNext: 1,
  accountPrevious: 1,
  /** Slot of the position of account and instrument. */
  position: 1,
  /** It rises with each resting: the order of queues. */
  ticket: 2,
});
/** What ties an order to its session's connection; it is valid only where the order is tied. */
const tie = wordsOf(4, {
  /** Open orders of a session that asked for cancel on disconnect, in ascending order id. */
  sessionNext: 1,
  sessionPrevious: 1,
  /** Slot of that session. */
  session: 1,
  spare: 1,
});

const LINK_WORDS = link.words;
const LINK_NUMBERS = LINK_WORDS / 2;
const NEXT = link.at.next;
const PREVIOUS = link.at.previous;
const LEVEL = link.at.level;
const ACCOUNT_NEXT = link.at.accountNext;
const ACCOUNT_PREVIOUS = link.at.accountPrevious;
const POSITION = link.at.position;
const TICKET = link.at.ticket / 2;
const TIE_WORDS = tie.words;
const SESSION_NEXT = tie.at.sessionNext;
const SESSION_PREVIOUS = tie.at.sessionPrevious;
const SESSION_SLOT = tie.at.session;

/** All open orders, by slot. Slots are used again, the last one freed first, so that the next order finds it cached. */
export class OrderStore extends OrderRecords {
  /** Stack of free slots below `used`. */
  free: Int32Array<ArrayBuffer>;
  freeCount = 0;
  // Neither `#links` nor `super`, for the sake of short accessors: see `beside` of OrderRecords.
  /** Index is slot * LINK_WORDS + field. */
  private links: Int32Array<ArrayBuffer>;
  /** The same memory as the links: index is slot * LINK_NUMBERS + TICKET. */
  private tickets: Float64Array<ArrayBuffer>;
  /**
   * Index is slot * TIE_WORDS + field. Empty until the first order is tied: few sessions ask for cancel on disconnect.
   */
  private ties: Int32Array<ArrayBuffer>;

  constructor(capacity: number, max: number) {
    super(capacity, max);
    this.links = linesOfWords(this.capacity * LINK_WORDS);
    this.tickets = numbersOf(this.links);
    this.ties = linesOfWords(0);
    this.free = linesOfWords(this.capacity);
  }

  /** Orders in the store. */
  get count(): number {
    return this.used - this.freeCount;
  }

  /** A slot to be filled in, links and all, or NONE when the store is full. @hot */
  allocate(): number {
    return this.freeCount > 0 ? this.free[--this.freeCount]! : this.append();
  }

  /** Gives a slot back; its record is cleared of its status, so that the slot reads as free. @hot */
  release(slot: number): void {
    assert(this.status(slot) !== 0, 'a slot is released once');
    this.setTraits(slot, 0);
    this.free[this.freeCount++] = slot;
  }

  /** Marks the order as in no book. @hot */
  clearLinks(slot: number): void {
    this.links[slot * LINK_WORDS + LEVEL] = NONE;
  }

  /** The order that is behind it in its queue, or NONE. @hot */
  next(slot: number): number {
    return this.links[slot * LINK_WORDS + NEXT]!;
  }

  /** The order that is before it in its queue, or NONE. @hot */
  previous(slot: number): number {
    return this.links[slot * LINK_WORDS + PREVIOUS]!;
  }

  /** The ladder's level, NONE outside of a book. @hot */
  level(slot: number): number {
    return this.links[slot * LINK_WORDS + LEVEL]!;
  }

  /** Puts the order behind the last one of a level's queue, or NONE. @hot */
  joinQueue(slot: number, last: number, level: number): void {
    const links = this.links;
    const at = slot * LINK_WORDS;
    links[at + NEXT] = NONE;
    links[at + PREVIOUS] = last;
    links[at + LEVEL] = level;
    if (last !== NONE) links[last * LINK_WORDS + NEXT] = slot;
  }

  /** Takes the order out of its queue: its neighbours then are beside each other. @hot */
  leaveQueue(slot: number): void {
    const links = this.links;
    const at = slot * LINK_WORDS;
    const next = links[at + NEXT]!;
    const previous = links[at + PREVIOUS]!;
    if (previous !== NONE) links[previous * LINK_WORDS + NEXT] = next;
    if (next !== NONE) links[next * LINK_WORDS + PREVIOUS] = previous;
    links[at + LEVEL] = NONE;
  }

  /** The account's open order with the next higher order id, or NONE. @hot */
  accountNext(slot: number): number {
    return this.links[slot * LINK_WORDS + ACCOUNT_NEXT]!;
  }

  /** The account's open order with the next lower order id, or NONE. @hot */
  accountPrevious(slot: number): number {
    return this.links[slot * LINK_WORDS + ACCOUNT_PREVIOUS]!;
  }

  /** Puts the order behind the last open one of its account, or NONE. @hot */
  joinAccount(slot: number, last: number): void {
    const links = this.links;
    const at = slot * LINK_WORDS;
    links[at + ACCOUNT_NEXT] = NONE;
    links[at + ACCOUNT_PREVIOUS] = last;
    if (last !== NONE) links[last * LINK_WORDS + ACCOUNT_NEXT] = slot;
  }

  /** Takes the order out of the list of its account. @hot */
  leaveAccount(slot: number): void {
    const links = this.links;
    const at = slot * LINK_WORDS;
    const next = links[at + ACCOUNT_NEXT]!;
    const previous = links[at + ACCOUNT_PREVIOUS]!;
    if (previous !== NONE) links[previous * LINK_WORDS + ACCOUNT_NEXT] = next;
    if (next !== NONE) links[next * LINK_WORDS + ACCOUNT_PREVIOUS] = previous;
  }

  /** Slot of the position of account and instrument. @hot */
  position(slot: number): number {
    return this.links[slot * LINK_WORDS + POSITION]!;
  }

  setPosition(slot: number, position: number): void {
    this.links[slot * LINK_WORDS + POSITION] = position;
  }

  /** It rises with each resting: the order of queues. */
  ticket(slot: number): number {
    return this.tickets[slot * LINK_NUMBERS + TICKET]!;
  }

  /** @hot */
  setTicket(slot: number, ticket: number): void {
    this.tickets[slot * LINK_NUMBERS + TICKET] = ticket;
  }

  /** Ties an order to a session, between two others or NONE. */
  tie(slot: number, session: number, previous: number, next: number): void {
    if (this.ties.length === 0) this.makeTies();
    const at = slot * TIE_WORDS;
    this.ties[at + SESSION_SLOT] = session;
    this.ties[at + SESSION_PREVIOUS] = previous;
    this.ties[at + SESSION_NEXT] = next;
    this.setTied(slot, true);
  }

  /** Slot of the session to which an order is tied. */
  tiedSession(slot: number): number {
    return this.ties[slot * TIE_WORDS + SESSION_SLOT]!;
  }

  /** The session's tied order with the next higher order id, or NONE. */
  sessionNext(slot: number): number {
    return this.ties[slot * TIE_WORDS + SESSION_NEXT]!;
  }

  setSessionNext(slot: number, next: number): void {
    this.ties[slot * TIE_WORDS + SESSION_NEXT] = next;
  }

  /** The session's tied order with the next lower order id, or NONE. */
  sessionPrevious(slot: number): number {
    return this.ties[slot * TIE_WORDS + SESSION_PREVIOUS]!;
  }

  setSessionPrevious(slot: number, previous: number): void {
    this.ties[slot * TIE_WORDS + SESSION_PREVIOUS] = previous;
  }

  // For look-ahead: one read of each place asks for its memory. The result means nothing; it is there so that
  // no compiler leaves the reading out.

  /** Reads the links of an order; NONE may be named. @hot */
  readLinks(slot: number): number {
    return this.links[(slot & ~(slot >> 31)) * LINK_WORDS]!;
  }

  protected override grown(): void {
    this.growBeside();
    this.links = longerLines(this.links, this.capacity * LINK_WORDS);
    this.tickets = numbersOf(this.links);
    if (this.ties.length > 0) this.makeTies();
    this.free = longerLines(this.free, this.capacity);
  }

  /** Makes room for what ties orders to sessions. */
  private makeTies(): void {
    this.ties = longerLines(this.ties, this.capacity * TIE_WORDS);
  }
}
