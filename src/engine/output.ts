/**
 * Writes the events of the running command into the sink, word by word at the places that the layouts give; that they
 * do is asserted at load. The sink gives memory that is zero, so what is zero in most events is left as it is. Events of
 * one command are numbered from 0; each is complete when the next is claimed or the command ends.
 */

import * as orderFields from '../book/order-fields.ts';
import type { OrderStore } from '../book/orders.ts';
import {
  accountChanged,
  bookLevel,
  dayEnded,
  eventAt,
  instrumentCreated,
  orderAccepted,
  orderCancelled,
  orderExecuted,
  orderReplaced,
  outcome,
  sessionClosed,
  sessionOpened,
  trade,
} from '../protocol/events.ts';
import type { Fields, Layout } from '../protocol/layout.ts';
import * as protocolLayout from '../protocol/layout.ts';
import { assert } from '../std/assert.ts';
import * as integers from '../std/integers.ts';
import * as accountFields from './account-fields.ts';
import type { Accounts } from './accounts.ts';
import * as instrumentFields from './instrument-fields.ts';
import type { Instruments } from './instruments.ts';
import type { Sessions } from './sessions.ts';
import * as touchedFields from './touched-fields.ts';
import type { TouchedLevels } from './touched-levels.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const {
  ACCOUNT,
  CLIENT,
  INSTRUMENT,
  ORDER_ID,
  ORDER_NUMBERS,
  ORDER_WORDS,
  PRICE,
  QUANTITY,
  REMAINING,
  SELF_MATCH_SHIFT,
  SESSION,
  SIDE_MASK,
  TIME_SHIFT,
  TRAITS,
  TYPE_SHIFT,
} = orderFields;
const { WIRE_VERSION } = protocolLayout;
const { WORD } = integers;
const { ACCOUNT_BAND, ACCOUNT_LOTS_MAX, ACCOUNT_OPEN_MAX, ACCOUNT_WORDS } = accountFields;
const { INSTRUMENT_DECIMALS, INSTRUMENT_SYMBOL, INSTRUMENT_WORDS } = instrumentFields;
const { LEVEL_INSTRUMENT, LEVEL_ORDERS, LEVEL_PRICE, LEVEL_SIDE, LEVEL_WORDS } = touchedFields;

/** Where events go. */
export interface EventSink {
  /** The memory that `claim` gives offsets into, from its first byte; it may be another object after each claim. */
  readonly words: Int32Array;
  /**
   * The offset at which the next event, of `bytes` bytes, is to be written in one piece; a multiple of 4. All of these
   * bytes are zero.
   */
  claim(bytes: number): number;
  /**
   * An orderExecuted event stands whole at this word; account and instrument are named by small numbers that stay
   * theirs, 0, 1, 2 ….
   */
  executed(at: number, account: number, instrument: number): void;
}

assert(eventAt.seq === 8 && eventAt.accountId === 24 && eventAt.n === 28, 'the header is written by words');

// The first word of each event: its length, type and version.
const OUTCOME = prefixOf(outcome, {
  commandNumber: 8,
  orderId: 10,
  filledLots: 12,
  remainingLots: 14,
  filledValueLow: 16,
  filledValueHigh: 18,
  code: 19,
  count: 20,
  clientOrderId: 21,
});
const SESSION_OPENED = prefixOf(sessionOpened, { tokenLow: 8, tokenHigh: 9 });
const SESSION_CLOSED = prefixOf(sessionClosed, { evicted: 8, reserved2: 9 });
const ORDER_ACCEPTED = prefixOf(orderAccepted, {
  orderId: 8,
  quantityLots: 10,
  instrumentId: 12,
  priceTicks: 13,
  side: 14,
  clientOrderId: 15,
});
const ORDER_EXECUTED = prefixOf(orderExecuted, {
  orderId: 8,
  tradeId: 10,
  quantityLots: 12,
  remainingLots: 14,
  instrumentId: 16,
  priceTicks: 17,
  side: 18,
  clientOrderId: 19,
});
const ORDER_CANCELLED = prefixOf(orderCancelled, {
  orderId: 8,
  cancelledLots: 10,
  instrumentId: 12,
  priceTicks: 13,
  side: 14,
  clientOrderId: 15,
});
const ORDER_REPLACED = prefixOf(orderReplaced, {
  orderId: 8,
  quantityLots: 10,
  remainingLots: 12,
  instrumentId: 14,
  priceTicks: 15,
  side: 16,
  clientOrderId: 17,
});
const TRADE = prefixOf(trade, {
  tradeId: 8,
  quantityLots: 10,
  instrumentId: 12,
  priceTicks: 13,
  aggressorSide: 14,
  reserved2: 15,
});
const BOOK_LEVEL = prefixOf(bookLevel, {
  quantityLots: 8,
  instrumentId: 10,
  priceTicks: 11,
  side: 12,
  orderCount: 13,
});
const INSTRUMENT_CREATED = prefixOf(instrumentCreated, { instrumentId: 8, priceDecimals: 9, symbol: 10 });
const ACCOUNT_CHANGED = prefixOf(accountChanged, {
  orderLotsMax: 8,
  openOrdersMax: 10,
  priceBandBasisPoints: 11,
});
const DAY_ENDED = prefixOf(dayEnded, { cancelledCount: 8, reserved2: 9 });

/** The first word of an event, after a check that its fields begin at these words, at which they are written. */
function prefixOf(layout: Layout<Fields>, words: Readonly<Record<string, number>>): number {
  for (const [field, word] of Object.entries(words)) {
    assert(layout.at[field] === word * 4, 'an event is written where its layout says');
  }
  return layout.size | (layout.type << 16) | (WIRE_VERSION << 24);
}

/** Before the first command. */
const nowhere: EventSink = { words: new Int32Array(0), claim: () => 0, executed: () => undefined };

/** The events of one command at a time. */
export class Output {
  #sink: EventSink = nowhere;
  #n = 0;
  // The header of the command, in the words in which events repeat it.
  #seqLow = 0;
  #seqHigh = 0;
  #timeLow = 0;
  #timeHigh = 0;
  readonly #orders: OrderStore;
  readonly #accounts: Accounts;
  readonly #instruments: Instruments;
  readonly #sessions: Sessions;

  constructor(orders: OrderStore, accounts: Accounts, instruments: Instruments, sessions: Sessions) {
    this.#orders = orders;
    this.#accounts = accounts;
    this.#instruments = instruments;
    this.#sessions = sessions;
  }

  /** Starts the events of a command. hot path */
  begin(sink: EventSink, seq: number, timeUs: number): void {
    if (sink !== this.#sink) this.#sink = sink;
    this.#seqLow = seq | 0;
    this.#seqHigh = (seq / WORD) | 0;
    this.#timeLow = timeUs | 0;
    this.#timeHigh = (timeUs / WORD) | 0;
    this.#n = 0;
  }

  /**
   * The answer to a session's command. What it says of an order is put behind, with the three methods below; they take
   * what this returns. hot path
   */
  outcome(
    sessionId: number,
    accountId: number,
    commandNumber: number,
    commandType: number,
    code: number,
  ): number {
    const at = this.#claim(OUTCOME, sessionId, accountId);
    const { words } = this.#sink;
    putNumber(words, at + 8, commandNumber);
    words[at + 19] = code | (commandType << 8);
    return at;
  }

  /** An outcome's order. hot path */
  outcomeOrder(at: number, orderId: number, status: number, filledLots: number, remainingLots: number): void {
    const { words } = this.#sink;
    putNumber(words, at + 10, orderId);
    if (filledLots !== 0) putNumber(words, at + 12, filledLots);
    putNumber(words, at + 14, remainingLots);
    words[at + 19] = words[at + 19]! | (status << 16);
  }

  /** What its order has traded is worth so much. */
  outcomeValue(at: number, low: number, high: number): void {
    putNumber(this.#sink.words, at + 16, low);
    this.#sink.words[at + 18] = high;
  }

  /** Its client order id stands in five words of `client` from `clientAt` on. hot path */
  outcomeClient(at: number, client: Int32Array, clientAt: number): void {
    putClient(this.#sink.words, at + 21, client, clientAt);
  }

  /** It says again what was said before. */
  outcomeRepeated(at: number): void {
    const { words } = this.#sink;
    words[at + 19] = words[at + 19]! | (1 << 24);
  }

  /** So many orders were cancelled. */
  outcomeCount(at: number, count: number): void {
    this.#sink.words[at + 20] = count;
  }

  sessionOpened(slot: number): void {
    const at = this.#claim(SESSION_OPENED, this.#sessions.id(slot), 0);
    this.#sink.words[at + 8] = this.#sessions.tokenLow(slot);
    this.#sink.words[at + 9] = this.#sessions.tokenHigh(slot);
  }

  sessionClosed(sessionId: number, evicted: number): void {
    const at = this.#claim(SESSION_CLOSED, sessionId, 0);
    this.#sink.words[at + 8] = evicted;
  }

  /** hot path */
  orderAccepted(slot: number): void {
    const { i32, f64 } = this.#orders;
    const record = slot * ORDER_WORDS;
    const at = this.#claimForOrder(ORDER_ACCEPTED, record);
    const { words } = this.#sink;
    const traits = i32[record + TRAITS]!;
    putNumber(words, at + 8, f64[slot * ORDER_NUMBERS + ORDER_ID]!);
    putNumber(words, at + 10, f64[slot * ORDER_NUMBERS + QUANTITY]!);
    words[at + 12] = this.#instrumentId(i32[record + INSTRUMENT]!);
    words[at + 13] = i32[record + PRICE]!;
    words[at + 14] =
      (traits & SIDE_MASK) |
      (((traits >>> TYPE_SHIFT) & 3) << 8) |
      (((traits >>> TIME_SHIFT) & 7) << 16) |
      (((traits >>> SELF_MATCH_SHIFT) & 3) << 24);
    putClient(words, at + 15, i32, record + CLIENT);
  }

  /** hot path */
  orderExecuted(slot: number, tradeId: number, lots: number, priceTicks: number, liquidity: number): void {
    const { i32, f64 } = this.#orders;
    const record = slot * ORDER_WORDS;
    const at = this.#claimForOrder(ORDER_EXECUTED, record);
    const { words } = this.#sink;
    putNumber(words, at + 8, f64[slot * ORDER_NUMBERS + ORDER_ID]!);
    putNumber(words, at + 10, tradeId);
    putNumber(words, at + 12, lots);
    putNumber(words, at + 14, f64[slot * ORDER_NUMBERS + REMAINING]!);
    words[at + 16] = this.#instrumentId(i32[record + INSTRUMENT]!);
    words[at + 17] = priceTicks;
    words[at + 18] = (i32[record + TRAITS]! & SIDE_MASK) | (liquidity << 8);
    putClient(words, at + 19, i32, record + CLIENT);
    this.#sink.executed(at, i32[record + ACCOUNT]!, i32[record + INSTRUMENT]!);
  }

  /** hot path */
  orderCancelled(slot: number, reason: number): void {
    const { i32, f64 } = this.#orders;
    const record = slot * ORDER_WORDS;
    const at = this.#claimForOrder(ORDER_CANCELLED, record);
    const { words } = this.#sink;
    putNumber(words, at + 8, f64[slot * ORDER_NUMBERS + ORDER_ID]!);
    putNumber(words, at + 10, f64[slot * ORDER_NUMBERS + REMAINING]!);
    words[at + 12] = this.#instrumentId(i32[record + INSTRUMENT]!);
    words[at + 13] = i32[record + PRICE]!;
    words[at + 14] = (i32[record + TRAITS]! & SIDE_MASK) | (reason << 8);
    putClient(words, at + 15, i32, record + CLIENT);
  }

  /** hot path */
  orderReplaced(slot: number, keptPriority: number): void {
    const { i32, f64 } = this.#orders;
    const record = slot * ORDER_WORDS;
    const at = this.#claimForOrder(ORDER_REPLACED, record);
    const { words } = this.#sink;
    putNumber(words, at + 8, f64[slot * ORDER_NUMBERS + ORDER_ID]!);
    putNumber(words, at + 10, f64[slot * ORDER_NUMBERS + QUANTITY]!);
    putNumber(words, at + 12, f64[slot * ORDER_NUMBERS + REMAINING]!);
    words[at + 14] = this.#instrumentId(i32[record + INSTRUMENT]!);
    words[at + 15] = i32[record + PRICE]!;
    words[at + 16] = (i32[record + TRAITS]! & SIDE_MASK) | (keptPriority << 8);
    putClient(words, at + 17, i32, record + CLIENT);
  }

  /** hot path */
  trade(instrument: number, tradeId: number, lots: number, priceTicks: number, aggressorSide: number): void {
    const at = this.#claim(TRADE, 0, 0);
    const { words } = this.#sink;
    putNumber(words, at + 8, tradeId);
    putNumber(words, at + 10, lots);
    words[at + 12] = this.#instrumentId(instrument);
    words[at + 13] = priceTicks;
    words[at + 14] = aggressorSide;
  }

  /** One event for each level of `touched`. hot path */
  bookLevels(touched: TouchedLevels): void {
    const { count, words: levels, lots } = touched;
    for (let n = 0; n < count; n++) {
      const at = this.#claim(BOOK_LEVEL, 0, 0);
      const { words } = this.#sink;
      const level = n * LEVEL_WORDS;
      putNumber(words, at + 8, lots[n]!);
      words[at + 10] = this.#instrumentId(levels[level + LEVEL_INSTRUMENT]!);
      words[at + 11] = levels[level + LEVEL_PRICE]!;
      words[at + 12] = levels[level + LEVEL_SIDE]!;
      words[at + 13] = levels[level + LEVEL_ORDERS]!;
    }
  }

  instrumentCreated(slot: number): void {
    const at = this.#claim(INSTRUMENT_CREATED, 0, 0);
    const { words } = this.#sink;
    const record = slot * INSTRUMENT_WORDS;
    const { i32 } = this.#instruments;
    words[at + 8] = this.#instrumentId(slot);
    words[at + 9] = i32[record + INSTRUMENT_DECIMALS]!;
    for (let n = 0; n < 4; n++) words[at + 10 + n] = i32[record + INSTRUMENT_SYMBOL + n]!;
  }

  accountChanged(sessionId: number, slot: number): void {
    const at = this.#claim(ACCOUNT_CHANGED, sessionId, this.#accounts.id(slot));
    const { words } = this.#sink;
    const record = slot * ACCOUNT_WORDS;
    putNumber(words, at + 8, this.#accounts.f64[record / 2 + ACCOUNT_LOTS_MAX]!);
    words[at + 10] = this.#accounts.i32[record + ACCOUNT_OPEN_MAX]!;
    words[at + 11] = this.#accounts.i32[record + ACCOUNT_BAND]!;
  }

  dayEnded(cancelledCount: number): void {
    const at = this.#claim(DAY_ENDED, 0, 0);
    this.#sink.words[at + 8] = cancelledCount;
  }

  #instrumentId(slot: number): number {
    return this.#instruments.ids[slot]!;
  }

  #claimForOrder(prefix: number, record: number): number {
    const { i32 } = this.#orders;
    return this.#claim(prefix, i32[record + SESSION]!, this.#accounts.ids[i32[record + ACCOUNT]!]!);
  }

  /** Room for an event whose header is written; returns the index of its first word in the words of the sink. */
  #claim(prefix: number, sessionId: number, accountId: number): number {
    const sink = this.#sink;
    const at = sink.claim(prefix & 0xffff) >>> 2;
    const { words } = sink;
    words[at] = prefix;
    words[at + 1] = sessionId;
    words[at + 2] = this.#seqLow;
    words[at + 3] = this.#seqHigh;
    words[at + 4] = this.#timeLow;
    words[at + 5] = this.#timeHigh;
    words[at + 6] = accountId;
    words[at + 7] = this.#n++;
    return at;
  }
}

/** Puts a number of 64 bits where all is zero. */
function putNumber(words: Int32Array, at: number, value: number): void {
  words[at] = value;
  if (value >= WORD) words[at + 1] = value / WORD;
}

/** Puts a client order id where all is zero; an order without one has nothing to put. */
function putClient(words: Int32Array, at: number, from: Int32Array, fromAt: number): void {
  const first = from[fromAt]!;
  if (first === 0) return;
  words[at] = first;
  words[at + 1] = from[fromAt + 1]!;
  words[at + 2] = from[fromAt + 2]!;
  words[at + 3] = from[fromAt + 3]!;
  words[at + 4] = from[fromAt + 4]!;
}
