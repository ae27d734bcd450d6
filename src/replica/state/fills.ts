/**
 * The last executions of the exchange, kept as the events that they are: a bounded ring beside the event ring, which
 * forgets much sooner. Executions of one account are chained both ways, and by jumps as in Myers' random-access lists, so
 * that any place of a chain is found in a few steps however long it is; trades of one instrument are chained backwards.
 * What is not asked for is never read.
 */
import { eventAt, Liquidity, orderExecuted, trade } from '../../protocol/events.ts';
import { assert } from '../../std/assert.ts';
import { getU53, setU53 } from '../../std/integers.ts';

const EVENT_WORDS = orderExecuted.size / 4;
/** Words of the links of an execution: distances in positions, 0 where there is nothing. */
const LINK_WORDS = 5;
/** To the execution of the account before. */
const BACK = 0;
/** To the next one. */
const NEXT = 1;
/** To one further back, and how many executions of the account that passes. */
const JUMP = 2;
const SPAN = 3;
/** To the trade of the instrument before; of takers only, as each trade has one. */
const TRADE_BACK = 4;

const liquidityWord = Math.floor(orderExecuted.at.liquidity / 4);
const liquidityShift = (orderExecuted.at.liquidity % 4) * 8;
/** The public event of a trade stands so many events before the taker's execution. */
const tradeBeforeTaker = 2;

/** Positions count executions since the start and never fall. */
export class Fills {
  readonly #max: number;
  readonly #mask: number;
  readonly #words: Int32Array;
  readonly #view: DataView;
  readonly #links: Int32Array;
  /** By slot of account or instrument: the position of the newest one, plus one. */
  #lastOfAccount = new Float64Array(64);
  #lastTrade = new Float64Array(64);
  #start = 0;
  #end = 0;
  #rememberedFromSeq: number;

  /** @param max executions, a power of two. @param afterSeq those up to here were never held */
  constructor(max: number, afterSeq: number) {
    assert(
      Number.isInteger(Math.log2(max)),
      () => `as many executions are kept as a power of two, not ${max}`,
    );
    this.#max = max;
    this.#mask = max - 1;
    this.#words = new Int32Array(max * EVENT_WORDS);
    this.#view = new DataView(this.#words.buffer);
    this.#links = new Int32Array(max * LINK_WORDS);
    this.#rememberedFromSeq = afterSeq + 1;
  }

  /** Every execution from this seq on is held. */
  get rememberedFromSeq(): number {
    return this.#rememberedFromSeq;
  }

  /** Keeps the orderExecuted event at word `at`, of the accounts and instruments with these slots. hot path */
  note(words: Int32Array, at: number, account: number, instrument: number): void {
    if (this.#end - this.#start === this.#max) this.#forgetOldest();
    const position = this.#end++;
    const event = (position & this.#mask) * EVENT_WORDS;
    const own = this.#words;
    for (let n = 0; n < EVENT_WORDS; n++) own[event + n] = words[at + n]!;
    if (account >= this.#lastOfAccount.length) this.#lastOfAccount = longer(this.#lastOfAccount, account);
    this.#chain(position, this.#lastOfAccount[account]! - 1);
    this.#lastOfAccount[account] = position + 1;
    const link = (position & this.#mask) * LINK_WORDS;
    this.#links[link + TRADE_BACK] = 0;
    if (((words[at + liquidityWord]! >>> liquidityShift) & 0xff) !== Liquidity.taker) return;
    if (instrument >= this.#lastTrade.length) this.#lastTrade = longer(this.#lastTrade, instrument);
    const before = this.#lastTrade[instrument]! - 1;
    this.#lastTrade[instrument] = position + 1;
    if (before >= this.#start) this.#links[link + TRADE_BACK] = position - before;
  }

  /** The state has jumped to `seq` (a snapshot): executions up to there are not known. */
  restart(seq: number): void {
    this.#start = this.#end;
    this.#lastOfAccount.fill(0);
    this.#lastTrade.fill(0);
    this.#rememberedFromSeq = seq + 1;
  }

  /** The position of the account's first execution that is held after (seq, n); -1 if there is none. */
  first(account: number, seq: number, n: number): number {
    const from = this.#positionAfter(seq, n);
    let position = (this.#lastOfAccount[account] ?? 0) - 1;
    if (position < from) return -1;
    for (;;) {
      const link = (position & this.#mask) * LINK_WORDS;
      const jump = this.#links[link + JUMP]!;
      if (jump !== 0 && position - jump >= from) {
        position -= jump;
        continue;
      }
      const back = this.#links[link + BACK]!;
      if (back === 0 || position - back < from) return position;
      position -= back;
    }
  }

  /** The position of the next execution of the same account; -1 if there is none. */
  next(position: number): number {
    const distance = this.#links[(position & this.#mask) * LINK_WORDS + NEXT]!;
    return distance === 0 ? -1 : position + distance;
  }

  /** Puts the positions of the newest trades of an instrument, the newest first, into `into`; returns how many. */
  lastTrades(instrument: number, into: Float64Array, max: number): number {
    let position = (this.#lastTrade[instrument] ?? 0) - 1;
    let count = 0;
    while (position >= this.#start && count < max) {
      into[count++] = position;
      const back = this.#links[(position & this.#mask) * LINK_WORDS + TRADE_BACK]!;
      if (back === 0) break;
      position -= back;
    }
    return count;
  }

  /** Order and instrument id of an execution, and its place among the events. */
  orderId(position: number): number {
    return getU53(this.#view, this.#offset(position) + orderExecuted.at.orderId);
  }

  instrumentId(position: number): number {
    return this.#view.getUint32(this.#offset(position) + orderExecuted.at.instrumentId, true);
  }

  seq(position: number): number {
    return getU53(this.#view, this.#offset(position) + eventAt.seq);
  }

  n(position: number): number {
    return this.#view.getUint32(this.#offset(position) + eventAt.n, true);
  }

  /** Writes an execution as the event that it is. */
  write(view: DataView, at: number, position: number): void {
    const event = (position & this.#mask) * EVENT_WORDS;
    for (let n = 0; n < EVENT_WORDS; n++) view.setInt32(at + n * 4, this.#words[event + n]!, true);
  }

  /** Writes the `trade` event that stood before a taker's execution. */
  writeTrade(view: DataView, at: number, position: number): void {
    const from = this.#offset(position);
    const source = orderExecuted.at;
    const target = trade.at;
    trade.writePrefix(view, at);
    view.setUint32(at + eventAt.sessionId, 0, true);
    setU53(view, at + eventAt.seq, this.seq(position));
    setU53(view, at + eventAt.timeUs, getU53(this.#view, from + eventAt.timeUs));
    view.setUint32(at + eventAt.accountId, 0, true);
    view.setUint32(at + eventAt.n, this.n(position) - tradeBeforeTaker, true);
    setU53(view, at + target.tradeId, getU53(this.#view, from + source.tradeId));
    setU53(view, at + target.quantityLots, getU53(this.#view, from + source.quantityLots));
    view.setUint32(at + target.instrumentId, this.instrumentId(position), true);
    view.setUint32(at + target.priceTicks, this.#view.getUint32(from + source.priceTicks, true), true);
    view.setUint32(at + target.aggressorSide, this.#view.getUint8(from + source.side), true);
    view.setUint32(at + target.reserved2, 0, true);
  }

  /** Ties an execution to the one of its account before, which may be forgotten or not exist. hot path */
  #chain(position: number, before: number): void {
    const links = this.#links;
    const at = (position & this.#mask) * LINK_WORDS;
    links[at + NEXT] = 0;
    links[at + BACK] = 0;
    links[at + JUMP] = 0;
    links[at + SPAN] = 0;
    if (before < this.#start) return;
    const beforeAt = (before & this.#mask) * LINK_WORDS;
    const distance = position - before;
    links[beforeAt + NEXT] = distance;
    links[at + BACK] = distance;
    links[at + JUMP] = distance;
    links[at + SPAN] = 1;
    // Two jumps of one length before make one that passes both.
    const jump = links[beforeAt + JUMP]!;
    const target = before - jump;
    if (jump === 0 || target < this.#start) return;
    const targetAt = (target & this.#mask) * LINK_WORDS;
    const span = links[targetAt + SPAN]!;
    if (span === 0 || span !== links[beforeAt + SPAN] || target - links[targetAt + JUMP]! < this.#start)
      return;
    links[at + JUMP] = distance + jump + links[targetAt + JUMP]!;
    links[at + SPAN] = 1 + 2 * span;
  }

  #forgetOldest(): void {
    this.#rememberedFromSeq = this.seq(this.#start) + 1;
    this.#start++;
  }

  /** The first position that is held whose event comes after (seq, n); the end if there is none. */
  #positionAfter(seq: number, n: number): number {
    let low = this.#start;
    let high = this.#end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const middleSeq = this.seq(middle);
      if (middleSeq > seq || (middleSeq === seq && this.n(middle) > n)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #offset(position: number): number {
    return (position & this.#mask) * orderExecuted.size;
  }
}

/** The same numbers with room for `index`. */
function longer(before: Float64Array<ArrayBuffer>, index: number): Float64Array<ArrayBuffer> {
  let length = before.length;
  while (length <= index) length *= 2;
  const longer = new Float64Array(length);
  longer.set(before);
  return longer;
}
