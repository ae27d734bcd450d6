/**
 * The last trades of the exchange, each with its two executions: a bounded ring beside the event ring, which forgets
 * much sooner. Executions of one account are chained backwards, and every sixteenth of them has a jump, to the
 * sixteenth before, the 256th, the 4,096th …, so that any place of a chain is found in a few steps however long it is.
 * Trades of one instrument are chained backwards too. What is not asked for is never read.
 */
import { eventAt, orderExecuted, trade } from '../../protocol/events.ts';
import { wordPlaces } from '../../protocol/layout.ts';
import { clientOrderIdBytes } from '../../protocol/limits.ts';
import { assert } from '../../std/assert.ts';
import { setU53 } from '../../std/integers.ts';
import { wordsOf } from '../../store/record-fields.ts';

/**
 * The record of a trade: the fields that both executions share, and each execution's own, the maker's before the
 * taker's.
 */
const record = wordsOf(32, {
  seq: 2,
  timeUs: 2,
  tradeId: 2,
  quantityLots: 2,
  instrumentId: 1,
  priceTicks: 1,
  /** Place of the maker's execution among the events of its command; the taker's is the next one. */
  makerN: 1,
  /** Trades back to the trade of the instrument before; 0: that trade is forgotten, or there is none. */
  tradeBack: 1,
  makerSession: 1,
  makerAccount: 1,
  makerOrder: 2,
  makerRemaining: 2,
  makerTraits: 1,
  makerBack: 1,
  makerJump: 1,
  makerSpare: 1,
  takerSession: 1,
  takerAccount: 1,
  takerOrder: 2,
  takerRemaining: 2,
  takerTraits: 1,
  takerBack: 1,
  takerJump: 1,
  takerSpare: 1,
});
const RECORD_WORDS = record.words;
const SEQ = record.at.seq;
const TIME_US = record.at.timeUs;
const TRADE_ID = record.at.tradeId;
const QUANTITY_LOTS = record.at.quantityLots;
const INSTRUMENT_ID = record.at.instrumentId;
const PRICE_TICKS = record.at.priceTicks;
const MAKER_N = record.at.makerN;
const TRADE_BACK = record.at.tradeBack;
const MAKER = record.at.makerSession;
const TAKER = record.at.takerSession;
// Of an execution, from MAKER or TAKER on.
const SESSION = 0;
const ACCOUNT = record.at.makerAccount - MAKER;
const ORDER = record.at.makerOrder - MAKER;
const REMAINING = record.at.makerRemaining - MAKER;
/** The word of its event with side and liquidity, and whether its order has a client order id. */
const TRAITS = record.at.makerTraits - MAKER;
/** Positions back to the account's execution before, 0 where that is forgotten or there is none. */
const BACK = record.at.makerBack - MAKER;
/** Positions back to one further back, if the ordinal is a multiple of STRIDE. */
const JUMP = record.at.makerJump - MAKER;

const { word: EXECUTED, bit: EXECUTED_BIT } = wordPlaces(orderExecuted);
const CLIENT_WORDS = clientOrderIdBytes / 4;
/** A bit of TRAITS that the event leaves zero. */
const IS_NAMED = 1 << 30;
const SIDE_MASK = 0xff;
/** The bit of a position that is set in the execution of a taker. */
const TAKER_BIT = 1;

/** A jump passes as many executions as the largest power of this by which the ordinal can be divided. */
const STRIDE = 16;
const STRIDE_MASK = STRIDE - 1;

/** The record of an account, by slot; positions are kept plus one, so that 0 is none. */
const ACCOUNT_NUMBERS = 4;
/** Position of the newest execution, and its ordinal: the account's first one has 1. */
const NEWEST = 0;
const ORDINAL = 1;
/** Positions of the newest executions whose ordinals are a multiple of STRIDE, and of its square. */
const NEWEST_JUMP = 2;
const NEWEST_LONG_JUMP = 3;

/**
 * Executions have positions, which count from the start and never fall; a maker's position is even, its taker's is the
 * next.
 */
export class RememberedFills {
  readonly #max: number;
  readonly #mask: number;
  readonly #words: Int32Array;
  /** Client order ids, by position; what is there means something only where the execution is named. */
  readonly #clients: Int32Array;
  /** Index is slot * ACCOUNT_NUMBERS + field. */
  #accounts = new Float64Array(64 * ACCOUNT_NUMBERS);
  /** By slot of an instrument: the number of its newest trade, plus one. */
  #newestTrade = new Float64Array(64);
  /** Trades since the start: the first that is held, and the next one. */
  #start = 0;
  #end = 0;
  #rememberedFromSeq: number;

  /** @param max executions, a power of two from 2 on. @param afterSeq those up to here were never held */
  constructor(max: number, afterSeq: number) {
    assert(
      max >= 2 && Number.isInteger(Math.log2(max)),
      () => `as many executions are kept as a power of two, not ${max}`,
    );
    this.#max = max / 2;
    this.#mask = this.#max - 1;
    this.#words = new Int32Array(this.#max * RECORD_WORDS);
    this.#clients = new Int32Array(max * CLIENT_WORDS);
    this.#rememberedFromSeq = afterSeq + 1;
  }

  /** Every execution from this seq on is held. */
  get rememberedFromSeq(): number {
    return this.#rememberedFromSeq;
  }

  /**
   * Keeps a trade, of which the orderExecuted events of maker and taker are at these words; accounts and instrument
   * are given by their slots. @hot
   */
  // biome-ignore lint/complexity/useMaxParams: it runs for each trade and makes no object for it. @hot
  note(
    words: Int32Array,
    makerAt: number,
    takerAt: number,
    maker: number,
    taker: number,
    instrument: number,
  ): void {
    if (this.#end - this.#start === this.#max) this.#forgetOldest();
    const number = this.#end++;
    const own = this.#words;
    const at = (number & this.#mask) * RECORD_WORDS;
    own[at + SEQ] = words[makerAt + EXECUTED.seq]!;
    own[at + SEQ + 1] = words[makerAt + EXECUTED.seq + 1]!;
    own[at + TIME_US] = words[makerAt + EXECUTED.timeUs]!;
    own[at + TIME_US + 1] = words[makerAt + EXECUTED.timeUs + 1]!;
    own[at + TRADE_ID] = words[makerAt + EXECUTED.tradeId]!;
    own[at + TRADE_ID + 1] = words[makerAt + EXECUTED.tradeId + 1]!;
    own[at + QUANTITY_LOTS] = words[makerAt + EXECUTED.quantityLots]!;
    own[at + QUANTITY_LOTS + 1] = words[makerAt + EXECUTED.quantityLots + 1]!;
    own[at + INSTRUMENT_ID] = words[makerAt + EXECUTED.instrumentId]!;
    own[at + PRICE_TICKS] = words[makerAt + EXECUTED.priceTicks]!;
    own[at + MAKER_N] = words[makerAt + EXECUTED.n]!;
    if (instrument >= this.#newestTrade.length) this.#newestTrade = longer(this.#newestTrade, instrument);
    const before = this.#newestTrade[instrument]! - 1;
    own[at + TRADE_BACK] = before < this.#start ? 0 : number - before;
    this.#newestTrade[instrument] = number + 1;
    this.#keep(words, makerAt, at + MAKER, number * 2, maker);
    this.#keep(words, takerAt, at + TAKER, number * 2 + 1, taker);
  }

  /** The state has jumped to `seq` (a snapshot): executions up to there are not known. */
  restart(seq: number): void {
    this.#start = this.#end;
    this.#accounts.fill(0);
    this.#newestTrade.fill(0);
    this.#rememberedFromSeq = seq + 1;
  }

  /**
   * Puts the positions of the account's executions after (seq, n), the oldest first, into `into`, at most `max`;
   * returns how many.
   */
  after(account: number, seq: number, n: number, into: Float64Array, max: number): number {
    const newest = (this.#accounts[account * ACCOUNT_NUMBERS + NEWEST] ?? 0) - 1;
    const from = this.#positionAfter(seq, n);
    if (newest < from) return 0;
    const ordinal = this.#accounts[account * ACCOUNT_NUMBERS + ORDINAL]!;
    const first = this.#stepBack(newest, ordinal, from, 0);
    const count = Math.min(ordinal - first.ordinal + 1, max);
    let { position } = this.#stepBack(newest, ordinal, from, first.ordinal + count - 1);
    for (let row = count - 1; row >= 0; row--) {
      into[row] = position;
      position -= this.#words[this.#side(position) + BACK]!;
    }
    return count;
  }

  /**
   * Puts the positions of an instrument's newest executions as a taker, the newest first, into `into`; returns how
   * many.
   */
  lastTrades(instrument: number, into: Float64Array, max: number): number {
    let number = (this.#newestTrade[instrument] ?? 0) - 1;
    let count = 0;
    while (number >= this.#start && count < max) {
      into[count++] = number * 2 + 1;
      const back = this.#words[(number & this.#mask) * RECORD_WORDS + TRADE_BACK]!;
      if (back === 0) break;
      number -= back;
    }
    return count;
  }

  /** Order and instrument id of an execution, and its place among the events. */
  orderId(position: number): number {
    return this.#number(this.#side(position) + ORDER);
  }

  instrumentId(position: number): number {
    return this.#words[this.#trade(position) + INSTRUMENT_ID]! >>> 0;
  }

  seq(position: number): number {
    return this.#number(this.#trade(position) + SEQ);
  }

  n(position: number): number {
    return (this.#words[this.#trade(position) + MAKER_N]! + (position & TAKER_BIT)) >>> 0;
  }

  /** Writes an execution as the orderExecuted event that it was. */
  write(view: DataView, at: number, position: number): void {
    const words = this.#words;
    const own = this.#side(position);
    const target = orderExecuted.at;
    orderExecuted.writePrefix(view, at);
    view.setInt32(at + eventAt.sessionId, words[own + SESSION]!, true);
    view.setInt32(at + eventAt.accountId, words[own + ACCOUNT]!, true);
    this.#writeTrade(view, at, position, this.n(position), target);
    setU53(view, at + target.orderId, this.#number(own + ORDER));
    setU53(view, at + target.remainingLots, this.#number(own + REMAINING));
    const traits = words[own + TRAITS]!;
    view.setInt32(at + EXECUTED.side * 4, traits & ~IS_NAMED, true);
    const client = (position % (this.#max * 2)) * CLIENT_WORDS;
    for (let n = 0; n < CLIENT_WORDS; n++) {
      const word = (traits & IS_NAMED) === 0 ? 0 : this.#clients[client + n]!;
      view.setInt32(at + target.clientOrderId + n * 4, word, true);
    }
  }

  /** Writes the public `trade` event that stood before the two executions. */
  writeTrade(view: DataView, at: number, position: number): void {
    const target = trade.at;
    trade.writePrefix(view, at);
    view.setUint32(at + eventAt.sessionId, 0, true);
    view.setUint32(at + eventAt.accountId, 0, true);
    const number = this.#trade(position);
    this.#writeTrade(view, at, position, this.#words[number + MAKER_N]! - 1, target);
    const taker = this.#words[number + TAKER + TRAITS]!;
    view.setUint32(at + target.aggressorSide, (taker >>> EXECUTED_BIT.side) & SIDE_MASK, true);
    view.setUint32(at + target.reserved2, 0, true);
  }

  /** Writes what a trade and its executions have in common. */
  #writeTrade(
    view: DataView,
    at: number,
    position: number,
    n: number,
    target: Readonly<Record<'tradeId' | 'quantityLots' | 'instrumentId' | 'priceTicks', number>>,
  ): void {
    const from = this.#trade(position);
    setU53(view, at + eventAt.seq, this.#number(from + SEQ));
    setU53(view, at + eventAt.timeUs, this.#number(from + TIME_US));
    view.setUint32(at + eventAt.n, n, true);
    setU53(view, at + target.tradeId, this.#number(from + TRADE_ID));
    setU53(view, at + target.quantityLots, this.#number(from + QUANTITY_LOTS));
    view.setInt32(at + target.instrumentId, this.#words[from + INSTRUMENT_ID]!, true);
    view.setInt32(at + target.priceTicks, this.#words[from + PRICE_TICKS]!, true);
  }

  /** Keeps one execution of a trade, and ties it to the execution of its account before. @hot */
  #keep(words: Int32Array, from: number, at: number, position: number, account: number): void {
    const own = this.#words;
    own[at + SESSION] = words[from + EXECUTED.sessionId]!;
    own[at + ACCOUNT] = words[from + EXECUTED.accountId]!;
    own[at + ORDER] = words[from + EXECUTED.orderId]!;
    own[at + ORDER + 1] = words[from + EXECUTED.orderId + 1]!;
    own[at + REMAINING] = words[from + EXECUTED.remainingLots]!;
    own[at + REMAINING + 1] = words[from + EXECUTED.remainingLots + 1]!;
    let traits = words[from + EXECUTED.side]!;
    if (words[from + EXECUTED.clientOrderId] !== 0) {
      traits |= IS_NAMED;
      this.#keepClient(words, from + EXECUTED.clientOrderId, position);
    }
    own[at + TRAITS] = traits;
    const line = account * ACCOUNT_NUMBERS;
    if (line >= this.#accounts.length) this.#accounts = longer(this.#accounts, line);
    const accounts = this.#accounts;
    const before = accounts[line + NEWEST]! - 1;
    own[at + BACK] = before < this.#start * 2 ? 0 : position - before;
    accounts[line + NEWEST] = position + 1;
    const ordinal = accounts[line + ORDINAL]! + 1;
    accounts[line + ORDINAL] = ordinal;
    if ((ordinal & STRIDE_MASK) === 0) this.#addJump(at, position, line, ordinal);
  }

  #keepClient(words: Int32Array, from: number, position: number): void {
    const at = (position % (this.#max * 2)) * CLIENT_WORDS;
    for (let n = 0; n < CLIENT_WORDS; n++) this.#clients[at + n] = words[from + n]!;
  }

  /** Ties an account's newest execution to one far back; one in STRIDE pays for it. */
  #addJump(at: number, position: number, line: number, ordinal: number): void {
    const accounts = this.#accounts;
    const isLong = ordinal % STRIDE ** 2 === 0;
    let target = accounts[line + (isLong ? NEWEST_LONG_JUMP : NEWEST_JUMP)]! - 1;
    // From one long jump to the next, by ever longer ones, as far as the ordinal allows.
    for (let reach = STRIDE ** 3; target >= this.#start * 2 && ordinal % reach === 0; reach *= STRIDE) {
      for (let n = 1; n < STRIDE && target >= this.#start * 2; n++) {
        const jump = this.#words[this.#side(target) + JUMP]!;
        target = jump === 0 ? -1 : target - jump;
      }
    }
    this.#words[at + JUMP] = target < this.#start * 2 ? 0 : position - target;
    accounts[line + NEWEST_JUMP] = position + 1;
    if (isLong) accounts[line + NEWEST_LONG_JUMP] = position + 1;
  }

  /**
   * From an account's execution as far back as its position stays at or after `fromPosition` and its ordinal at or
   * after `fromOrdinal`.
   */
  #stepBack(position: number, ordinal: number, fromPosition: number, fromOrdinal: number) {
    for (;;) {
      const side = this.#side(position);
      const span = spanOf(ordinal);
      const jump = span === 1 ? 0 : this.#words[side + JUMP]!;
      if (jump !== 0 && position - jump >= fromPosition && ordinal - span >= fromOrdinal) {
        position -= jump;
        ordinal -= span;
        continue;
      }
      const back = this.#words[side + BACK]!;
      if (back === 0 || position - back < fromPosition || ordinal - 1 < fromOrdinal)
        return { position, ordinal };
      position -= back;
      ordinal -= 1;
    }
  }

  #forgetOldest(): void {
    this.#rememberedFromSeq = this.seq(this.#start * 2) + 1;
    this.#start++;
  }

  /** The first position that is held whose event comes after (seq, n); the end if there is none. */
  #positionAfter(seq: number, n: number): number {
    let low = this.#start * 2;
    let high = this.#end * 2;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const middleSeq = this.seq(middle);
      if (middleSeq > seq || (middleSeq === seq && this.n(middle) > n)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Where the record of an execution's trade begins. */
  #trade(position: number): number {
    return (Math.floor(position / 2) & this.#mask) * RECORD_WORDS;
  }

  /** Where its own part of that record begins. */
  #side(position: number): number {
    return this.#trade(position) + ((position & TAKER_BIT) === 0 ? MAKER : TAKER);
  }

  #number(at: number): number {
    return (this.#words[at]! >>> 0) + this.#words[at + 1]! * 2 ** 32;
  }
}

/** How many executions the jump at an ordinal passes; 1 where there is none. */
function spanOf(ordinal: number): number {
  let span = 1;
  while (ordinal % (span * STRIDE) === 0) span *= STRIDE;
  return span;
}

/** The same numbers with room for `index`. */
function longer(before: Float64Array<ArrayBuffer>, index: number): Float64Array<ArrayBuffer> {
  let length = before.length;
  while (length <= index) length *= 2;
  const longer = new Float64Array(length);
  longer.set(before);
  return longer;
}
