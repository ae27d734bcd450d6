/**
 * Writes the events of the running command into the sink, word by word at the places that the layouts give. The sink
 * gives memory that is zero, so what is zero in most events is left as it is. Events of one command are numbered from
 * 0; each is complete when the next is claimed or the command ends. What the state has made of the command (and not
 * what the command said) goes into a running digest, by which replicas compare themselves (decision 22).
 */

import * as protocolEvents from '../../protocol/events.ts';
import {
  accountChanged,
  bookLevel,
  dayEnded,
  instrumentCreated,
  keyChanged,
  modeChanged,
  modeRefused,
  orderAccepted,
  orderCancelled,
  orderExecuted,
  orderReplaced,
  outcome,
  sessionClosed,
  sessionOpened,
  trade,
} from '../../protocol/events.ts';
import { wordPlaces } from '../../protocol/layout.ts';
import { keyIdBytes, modeReasonBytes, symbolBytes } from '../../protocol/limits.ts';
import * as modeCommands from '../../protocol/mode-commands.ts';
import { assertEqual } from '../../std/assert.ts';
import * as integers from '../../std/integers.ts';
import * as clientWords from '../../store/client-words.ts';
import type { OrderRecords } from '../../store/order-record.ts';
import * as orderRecord from '../../store/order-record.ts';
import type { OrderStore } from '../../store/orders.ts';
import type { Accounts } from '../stores/accounts.ts';
import type { Instruments } from '../stores/instruments.ts';
import type { Keys } from '../stores/keys.ts';
import type { Modes } from '../stores/modes.ts';
import type { Sessions } from '../stores/sessions.ts';
import type { TouchedLevels } from '../stores/touched-levels.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { putClient } = clientWords;
const { orderTypeOf, selfMatchOf, sideOf, timeInForceOf } = orderRecord;
const { Liquidity, OrderStatus } = protocolEvents;
const { WORD } = integers;
const { ModeScope } = modeCommands;

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
   * The whole orderExecuted events of a trade are at these words; the accounts and the instrument are named by small
   * numbers that stay theirs, 0, 1, 2 ….
   */
  traded(makerAt: number, takerAt: number, maker: number, taker: number, instrument: number): void;
}

// Where the fields of each event are, as their layouts say.
const HEADER = wordPlaces(outcome).word;
const { prefix: OUTCOME_PREFIX, word: OUTCOME, bit: OUTCOME_BIT } = wordPlaces(outcome);
// In the digest are types and no prefixes: two releases may write other wire versions.
const { type: OPENED_TYPE } = sessionOpened;
const { type: CLOSED_TYPE } = sessionClosed;
const { type: ENDED_TYPE } = dayEnded;
const { prefix: OPENED_PREFIX, word: OPENED } = wordPlaces(sessionOpened);
const { prefix: CLOSED_PREFIX, word: CLOSED } = wordPlaces(sessionClosed);
const { prefix: ACCEPTED_PREFIX, word: ACCEPTED, bit: ACCEPTED_BIT } = wordPlaces(orderAccepted);
const { prefix: EXECUTED_PREFIX, word: EXECUTED, bit: EXECUTED_BIT } = wordPlaces(orderExecuted);
const { prefix: CANCELLED_PREFIX, word: CANCELLED, bit: CANCELLED_BIT } = wordPlaces(orderCancelled);
const { prefix: REPLACED_PREFIX, word: REPLACED, bit: REPLACED_BIT } = wordPlaces(orderReplaced);
const { prefix: TRADE_PREFIX, word: TRADE } = wordPlaces(trade);
const { prefix: LEVEL_PREFIX, word: LEVEL } = wordPlaces(bookLevel);
const { prefix: CREATED_PREFIX, word: CREATED } = wordPlaces(instrumentCreated);
const { prefix: CHANGED_PREFIX, word: CHANGED } = wordPlaces(accountChanged);
const { prefix: ENDED_PREFIX, word: ENDED } = wordPlaces(dayEnded);
const { prefix: KEY_PREFIX, word: KEY, bit: KEY_BIT } = wordPlaces(keyChanged);
const { prefix: MODE_PREFIX, word: MODE, bit: MODE_BIT } = wordPlaces(modeChanged);
const { prefix: MODE_REFUSED_PREFIX } = wordPlaces(modeRefused);

// Fields of a byte that share a word are written together.
assertEqual(
  OUTCOME.commandType,
  OUTCOME.code,
  'an outcome has its code, the type of its command and the status of its order in one word',
);
assertEqual(
  OUTCOME.orderStatus,
  OUTCOME.code,
  'an outcome has its code, the type of its command and the status of its order in one word',
);
assertEqual(ACCEPTED.orderType, ACCEPTED.side, 'an accepted order has its traits in one word');
assertEqual(ACCEPTED.timeInForce, ACCEPTED.side, 'and all of them');
assertEqual(ACCEPTED.selfMatch, ACCEPTED.side, 'and all of them');
assertEqual(EXECUTED.liquidity, EXECUTED.side, 'an execution has side and liquidity in one word');
assertEqual(CANCELLED.reason, CANCELLED.side, 'a cancelled order has side and reason in one word');
assertEqual(REPLACED.keptPriority, REPLACED.side, 'a replaced order has side and priority in one word');
assertEqual(KEY.kind, KEY.permissions, 'a key has its traits in one word');
assertEqual(KEY.tier, KEY.kind, 'a key has its traits in one word');
assertEqual(KEY.isRevoked, KEY.kind, 'a key has its traits in one word');
assertEqual(MODE.scope, MODE.mode, 'a mode and its scope are in one word');
assertEqual(CREATED.priceDecimals + 1, CREATED.symbol, 'an instrument has its decimals in one word');

/** The bits of a prefix that are its length. */
const LENGTH_MASK = 0xffff;

/** What an outcome repeats of the command that it answers. */
export interface CommandOfSession {
  readonly sessionId: number;
  readonly accountId: number;
  readonly commandNumber: number;
}

/** Odd, so that no difference is lost by it. */
const STEP = 0x9e37_79b1 | 0;

/** Before the first command. */
const nowhere: EventSink = { words: new Int32Array(0), claim: () => 0, traded: () => undefined };

/** What events tell of. */
export interface EventSubjects {
  readonly orders: OrderStore;
  readonly accounts: Accounts;
  readonly instruments: Instruments;
  readonly sessions: Sessions;
  readonly keys: Keys;
  readonly modes: Modes;
}

/** The events of one command at a time. */
export class Output {
  #sink: EventSink = nowhere;
  #n = 0;
  // The header of the command, in the words in which events repeat it.
  #seqLow = 0;
  #seqHigh = 0;
  #timeLow = 0;
  #timeHigh = 0;
  /** Of all events since the first command: 32 bits, as a signed number. */
  digest = 0;
  readonly #orders: OrderStore;
  readonly #accounts: Accounts;
  readonly #instruments: Instruments;
  readonly #sessions: Sessions;
  readonly #keys: Keys;
  readonly #modes: Modes;

  constructor({ orders, accounts, instruments, sessions, keys, modes }: EventSubjects) {
    this.#orders = orders;
    this.#accounts = accounts;
    this.#instruments = instruments;
    this.#sessions = sessions;
    this.#keys = keys;
    this.#modes = modes;
  }

  /** Starts the events of a command. @hot */
  begin(sink: EventSink, seq: number, timeUs: number): void {
    if (sink !== this.#sink) this.#sink = sink;
    this.#seqLow = seq | 0;
    this.#seqHigh = (seq / WORD) | 0;
    this.#timeLow = timeUs | 0;
    this.#timeHigh = (timeUs / WORD) | 0;
    this.#n = 0;
  }

  /** The answer to a session's command, of no order; returns its place. */
  outcome(command: CommandOfSession, commandType: number, code: number): number {
    const at = this.#claim(OUTCOME_PREFIX, command.sessionId, command.accountId);
    const { words } = this.#sink;
    putNumber(words, at + OUTCOME.commandNumber, command.commandNumber);
    words[at + OUTCOME.code] = (code << OUTCOME_BIT.code) | (commandType << OUTCOME_BIT.commandType);
    this.#fold(words[at + OUTCOME.code]!, command.commandNumber);
    return at;
  }

  /** The answer to a session's command, with what an order is now. @hot */
  // biome-ignore lint/complexity/useMaxParams: it runs for each answer and makes no object for it. @hot
  orderOutcome(
    command: CommandOfSession,
    commandType: number,
    code: number,
    store: OrderRecords,
    slot: number,
    status: number,
  ): number {
    const at = this.#claim(OUTCOME_PREFIX, command.sessionId, command.accountId);
    const { words } = this.#sink;
    putNumber(words, at + OUTCOME.commandNumber, command.commandNumber);
    const said =
      (code << OUTCOME_BIT.code) |
      (commandType << OUTCOME_BIT.commandType) |
      (status << OUTCOME_BIT.orderStatus);
    const orderId = store.orderId(slot);
    const remaining = store.remaining(slot);
    this.#fold(said ^ orderId, remaining);
    words[at + OUTCOME.code] = said;
    putNumber(words, at + OUTCOME.orderId, orderId);
    if (status === OrderStatus.open) putNumber(words, at + OUTCOME.remainingLots, remaining);
    const filled = store.quantity(slot) - remaining;
    if (filled !== 0) {
      putNumber(words, at + OUTCOME.filledLots, filled);
      putNumber(words, at + OUTCOME.filledValueLow, store.filledValueLow(slot));
      words[at + OUTCOME.filledValueHigh] = store.filledValueHigh(slot);
    }
    putClient(words, at + OUTCOME.clientOrderId, store.i32, store.clientAt(slot));
    return at;
  }

  /** An outcome names an order that is not there; its client order id is in five words of `client`. */
  outcomeNames(at: number, orderId: number, client: Int32Array): void {
    const { words } = this.#sink;
    putNumber(words, at + OUTCOME.orderId, orderId);
    putClient(words, at + OUTCOME.clientOrderId, client, 0);
    this.#fold(orderId, 0);
  }

  /** It repeats an earlier answer. */
  outcomeRepeated(at: number): void {
    const { words } = this.#sink;
    words[at + OUTCOME.repeated] = words[at + OUTCOME.repeated]! | (1 << OUTCOME_BIT.repeated);
  }

  /** So many orders were cancelled. */
  outcomeCount(at: number, count: number): void {
    this.#sink.words[at + OUTCOME.count] = count;
    this.#fold(count, 0);
  }

  sessionOpened(slot: number): void {
    const at = this.#claim(OPENED_PREFIX, this.#sessions.id(slot), 0);
    this.#sink.words[at + OPENED.tokenLow] = this.#sessions.tokenLow(slot);
    this.#sink.words[at + OPENED.tokenHigh] = this.#sessions.tokenHigh(slot);
    this.#sink.words[at + OPENED.ownerId] = this.#sessions.ownerId(slot);
    this.#sink.words[at + OPENED.ownerKind] = this.#sessions.ownerKind(slot);
    this.#fold(OPENED_TYPE, this.#sessions.id(slot));
  }

  sessionClosed(sessionId: number, evicted: number): void {
    const at = this.#claim(CLOSED_PREFIX, sessionId, 0);
    this.#sink.words[at + CLOSED.evicted] = evicted;
    this.#fold(CLOSED_TYPE ^ evicted, sessionId);
  }

  /** @hot */
  orderAccepted(slot: number): void {
    const orders = this.#orders;
    const at = this.#claimForOrder(ACCEPTED_PREFIX, slot);
    const { words } = this.#sink;
    const traits = orders.traits(slot);
    putNumber(words, at + ACCEPTED.orderId, orders.orderId(slot));
    putNumber(words, at + ACCEPTED.quantityLots, orders.quantity(slot));
    words[at + ACCEPTED.instrumentId] = this.#instrumentId(orders.instrument(slot));
    words[at + ACCEPTED.priceTicks] = orders.price(slot);
    words[at + ACCEPTED.side] =
      (sideOf(traits) << ACCEPTED_BIT.side) |
      (orderTypeOf(traits) << ACCEPTED_BIT.orderType) |
      (timeInForceOf(traits) << ACCEPTED_BIT.timeInForce) |
      (selfMatchOf(traits) << ACCEPTED_BIT.selfMatch);
    putClient(words, at + ACCEPTED.clientOrderId, orders.i32, orders.clientAt(slot));
  }

  /** Both executions of a trade. @hot */
  executed(maker: number, taker: number, tradeId: number, lots: number, priceTicks: number): void {
    const orders = this.#orders;
    const makerAt = this.#orderExecuted(maker, tradeId, lots, priceTicks, Liquidity.maker);
    const takerAt = this.#orderExecuted(taker, tradeId, lots, priceTicks, Liquidity.taker);
    const instrument = orders.instrument(maker);
    this.#sink.traded(makerAt, takerAt, orders.account(maker), orders.account(taker), instrument);
  }

  /** Returns the place of the event. @hot */
  #orderExecuted(slot: number, tradeId: number, lots: number, priceTicks: number, liquidity: number): number {
    const orders = this.#orders;
    const at = this.#claimForOrder(EXECUTED_PREFIX, slot);
    const { words } = this.#sink;
    const orderId = orders.orderId(slot);
    const remaining = orders.remaining(slot);
    this.#fold(orderId ^ orders.session(slot), remaining);
    putNumber(words, at + EXECUTED.orderId, orderId);
    putNumber(words, at + EXECUTED.tradeId, tradeId);
    putNumber(words, at + EXECUTED.quantityLots, lots);
    putNumber(words, at + EXECUTED.remainingLots, remaining);
    words[at + EXECUTED.instrumentId] = this.#instrumentId(orders.instrument(slot));
    words[at + EXECUTED.priceTicks] = priceTicks;
    words[at + EXECUTED.side] =
      (sideOf(orders.traits(slot)) << EXECUTED_BIT.side) | (liquidity << EXECUTED_BIT.liquidity);
    putClient(words, at + EXECUTED.clientOrderId, orders.i32, orders.clientAt(slot));
    return at;
  }

  /** @hot */
  orderCancelled(slot: number, reason: number): void {
    const orders = this.#orders;
    const at = this.#claimForOrder(CANCELLED_PREFIX, slot);
    const { words } = this.#sink;
    const orderId = orders.orderId(slot);
    const remaining = orders.remaining(slot);
    this.#fold(orderId ^ orders.session(slot) ^ reason, remaining);
    putNumber(words, at + CANCELLED.orderId, orderId);
    putNumber(words, at + CANCELLED.cancelledLots, remaining);
    words[at + CANCELLED.instrumentId] = this.#instrumentId(orders.instrument(slot));
    words[at + CANCELLED.priceTicks] = orders.price(slot);
    words[at + CANCELLED.side] =
      (sideOf(orders.traits(slot)) << CANCELLED_BIT.side) | (reason << CANCELLED_BIT.reason);
    putClient(words, at + CANCELLED.clientOrderId, orders.i32, orders.clientAt(slot));
  }

  /** @hot */
  orderReplaced(slot: number, keptPriority: number): void {
    const orders = this.#orders;
    const at = this.#claimForOrder(REPLACED_PREFIX, slot);
    const { words } = this.#sink;
    putNumber(words, at + REPLACED.orderId, orders.orderId(slot));
    putNumber(words, at + REPLACED.quantityLots, orders.quantity(slot));
    putNumber(words, at + REPLACED.remainingLots, orders.remaining(slot));
    words[at + REPLACED.instrumentId] = this.#instrumentId(orders.instrument(slot));
    words[at + REPLACED.priceTicks] = orders.price(slot);
    words[at + REPLACED.side] =
      (sideOf(orders.traits(slot)) << REPLACED_BIT.side) | (keptPriority << REPLACED_BIT.keptPriority);
    putClient(words, at + REPLACED.clientOrderId, orders.i32, orders.clientAt(slot));
    this.#fold(orders.price(slot) ^ orders.orderId(slot), orders.remaining(slot));
  }

  /** @hot */
  trade(instrument: number, tradeId: number, lots: number, priceTicks: number, aggressorSide: number): void {
    const at = this.#claim(TRADE_PREFIX, 0, 0);
    const { words } = this.#sink;
    putNumber(words, at + TRADE.tradeId, tradeId);
    putNumber(words, at + TRADE.quantityLots, lots);
    words[at + TRADE.instrumentId] = this.#instrumentId(instrument);
    words[at + TRADE.priceTicks] = priceTicks;
    words[at + TRADE.aggressorSide] = aggressorSide;
    this.#fold(priceTicks ^ tradeId, lots);
  }

  /** One event for each level of `touched`. @hot */
  bookLevels(touched: TouchedLevels): void {
    for (let n = 0; n < touched.count; n++) {
      const at = this.#claim(LEVEL_PREFIX, 0, 0);
      const { words } = this.#sink;
      const lots = touched.lots(n);
      const price = touched.price(n);
      const orders = touched.orders(n);
      this.#fold(price ^ orders, lots);
      putNumber(words, at + LEVEL.quantityLots, lots);
      words[at + LEVEL.instrumentId] = this.#instrumentId(touched.instrument(n));
      words[at + LEVEL.priceTicks] = price;
      words[at + LEVEL.side] = touched.side(n);
      words[at + LEVEL.orderCount] = orders;
    }
  }

  instrumentCreated(slot: number): void {
    const at = this.#claim(CREATED_PREFIX, 0, 0);
    const { words } = this.#sink;
    const { i32: symbols } = this.#instruments;
    const symbol = this.#instruments.symbolAt(slot);
    words[at + CREATED.instrumentId] = this.#instrumentId(slot);
    words[at + CREATED.priceDecimals] = this.#instruments.decimals(slot);
    for (let n = 0; n < symbolBytes / 4; n++) words[at + CREATED.symbol + n] = symbols[symbol + n]!;
    this.#fold(this.#instrumentId(slot), this.#instruments.decimals(slot));
  }

  accountChanged(sessionId: number, slot: number): void {
    const at = this.#claim(CHANGED_PREFIX, sessionId, this.#accounts.id(slot));
    const { words } = this.#sink;
    putNumber(words, at + CHANGED.orderLotsMax, this.#accounts.givenOrderLotsMax(slot));
    words[at + CHANGED.openOrdersMax] = this.#accounts.givenOpenOrdersMax(slot);
    words[at + CHANGED.priceBandBasisPoints] = this.#accounts.bandBasisPoints(slot);
    this.#fold(this.#accounts.id(slot), this.#accounts.givenOrderLotsMax(slot));
    this.#fold(words[at + CHANGED.openOrdersMax]!, words[at + CHANGED.priceBandBasisPoints]!);
  }

  dayEnded(cancelledCount: number): void {
    const at = this.#claim(ENDED_PREFIX, 0, 0);
    this.#sink.words[at + ENDED.cancelledCount] = cancelledCount;
    this.#fold(ENDED_TYPE, cancelledCount);
  }

  /** What a key is now, for the session that has changed it. */
  keyChanged(sessionId: number, slot: number): void {
    const at = this.#claim(KEY_PREFIX, sessionId, 0);
    const { words } = this.#sink;
    const keys = this.#keys;
    words[at + KEY.keyNumber] = slot + 1;
    words[at + KEY.keyVersion] = keys.version(slot);
    putNumber(words, at + KEY.change, keys.changeOf(slot));
    words[at + KEY.kind] =
      (keys.kind(slot) << KEY_BIT.kind) |
      (keys.permissions(slot) << KEY_BIT.permissions) |
      (keys.tier(slot) << KEY_BIT.tier) |
      ((keys.isRevoked(slot) ? 1 : 0) << KEY_BIT.isRevoked);
    words[at + KEY.accountCount] = keys.accountCount(slot);
    const { i32: texts } = keys;
    const keyId = keys.keyIdAt(slot);
    for (let n = 0; n < keyIdBytes / 4; n++) words[at + KEY.keyId + n] = texts[keyId + n]!;
    this.#fold(words[at + KEY.kind]! ^ keys.changeOf(slot), keys.version(slot));
  }

  /**
   * Takes what the state has made of a command into the digest, each number by its lower 32 bits. No step loses
   * anything of the digest before it, so one number that differs always shows. @hot
   */
  #fold(a: number, b: number): void {
    const { digest } = this;
    this.digest = (Math.imul(((digest << 13) | (digest >>> 19)) ^ a, STEP) + b) | 0;
  }

  /** The mode of something has changed: public, but for that of an account. */
  modeChanged(sessionId: number, place: number): void {
    const isOfAccount = this.#modes.scope(place) === ModeScope.account;
    const accountId = isOfAccount ? this.#accounts.id(this.#modes.subject(place)) : 0;
    this.#putMode(this.#claim(MODE_PREFIX, isOfAccount ? sessionId : 0, accountId), place);
  }

  /** The mode for which a command of a session is refused. */
  modeRefused({ sessionId, accountId }: CommandOfSession, place: number): void {
    this.#putMode(this.#claim(MODE_REFUSED_PREFIX, sessionId, accountId), place);
  }

  #putMode(at: number, place: number): void {
    const modes = this.#modes;
    const { words } = this.#sink;
    const scope = modes.scope(place);
    putNumber(words, at + MODE.opensAtMs, Math.ceil(modes.opensAtUs(place) / MICROSECONDS_PER_MS));
    if (scope === ModeScope.instrument)
      words[at + MODE.instrumentId] = this.#instrumentId(modes.subject(place));
    words[at + MODE.mode] = (modes.mode(place) << MODE_BIT.mode) | (scope << MODE_BIT.scope);
    this.#fold(words[at + MODE.mode]!, modes.subject(place));
    const { i32: texts } = modes;
    const reason = modes.reasonAt(place);
    for (let n = 0; n < modeReasonBytes / 4; n++) words[at + MODE.reasonText + n] = texts[reason + n]!;
  }

  #instrumentId(slot: number): number {
    return this.#instruments.ids[slot]!;
  }

  #claimForOrder(prefix: number, slot: number): number {
    const orders = this.#orders;
    return this.#claim(prefix, orders.session(slot), this.#accounts.ids[orders.account(slot)]!);
  }

  /** Room for an event whose header is written; returns the index of its first word in the words of the sink. */
  #claim(prefix: number, sessionId: number, accountId: number): number {
    const sink = this.#sink;
    const at = sink.claim(prefix & LENGTH_MASK) >>> 2;
    const { words } = sink;
    words[at] = prefix;
    words[at + HEADER.sessionId] = sessionId;
    words[at + HEADER.seq] = this.#seqLow;
    words[at + HEADER.seq + UPPER_HALF] = this.#seqHigh;
    words[at + HEADER.timeUs] = this.#timeLow;
    words[at + HEADER.timeUs + UPPER_HALF] = this.#timeHigh;
    words[at + HEADER.accountId] = accountId;
    words[at + HEADER.n] = this.#n++;
    return at;
  }
}

const MICROSECONDS_PER_MS = 1_000;

/** The upper half of a number of 64 bits is in its second word. */
const UPPER_HALF = 1;

/** Puts a number of 64 bits where all is zero. */
function putNumber(words: Int32Array, at: number, value: number): void {
  words[at] = value;
  if (value >= WORD) words[at + UPPER_HALF] = value / WORD;
}
