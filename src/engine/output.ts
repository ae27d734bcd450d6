/**
 * Writes the events of the running command, field by field, into the sink. Events of one command are numbered from 0;
 * each is complete when the next is claimed or the command ends.
 */
import {
  ACCOUNT,
  CLIENT,
  INSTRUMENT,
  ORDER_ID,
  ORDER_NUMBERS,
  ORDER_WORDS,
  type OrderStore,
  PRICE,
  QUANTITY,
  REMAINING,
  SELF_MATCH_SHIFT,
  SESSION,
  SIDE_MASK,
  TIME_SHIFT,
  TRAITS,
  TYPE_SHIFT,
} from '../book/orders.ts';
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
import { clientOrderIdBytes } from '../protocol/limits.ts';
import { setU53 } from '../std/integers.ts';
import {
  ACCOUNT_BAND,
  ACCOUNT_LOTS_MAX,
  ACCOUNT_OPEN_MAX,
  ACCOUNT_WORDS,
  type Accounts,
} from './accounts.ts';
import { INSTRUMENT_DECIMALS, INSTRUMENT_SYMBOL, INSTRUMENT_WORDS, type Instruments } from './instruments.ts';
import type { Sessions } from './sessions.ts';
import type { TouchedLevels } from './touched-levels.ts';

// Offsets of the fields, held here because a chain of properties through an import costs at each field.
const outcomeAt = outcome.at;
const orderAcceptedAt = orderAccepted.at;
const orderExecutedAt = orderExecuted.at;
const orderCancelledAt = orderCancelled.at;
const orderReplacedAt = orderReplaced.at;
const tradeAt = trade.at;
const bookLevelAt = bookLevel.at;
const instrumentCreatedAt = instrumentCreated.at;
const accountChangedAt = accountChanged.at;

/** Where events go. */
export interface EventSink {
  /** View and bytes of the memory that `claim` gives offsets into; both may be other objects after each claim. */
  readonly view: DataView;
  readonly bytes: Uint8Array;
  /** The offset at which the next event, of `bytes` bytes, is to be written in one piece. */
  claim(bytes: number): number;
}

/** The events of one command at a time. */
export class Output {
  #sink: EventSink | undefined;
  #seq = 0;
  #timeUs = 0;
  #n = 0;
  /** Where the client order id of the last outcome stands. */
  #clientAt = 0;
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
    this.#sink = sink;
    this.#seq = seq;
    this.#timeUs = timeUs;
    this.#n = 0;
  }

  /** The answer to a session's command, without a client order id. hot path */
  outcome(
    sessionId: number,
    accountId: number,
    commandNumber: number,
    commandType: number,
    code: number,
    orderId: number,
    status: number,
    filledLots: number,
    remainingLots: number,
    repeated: number,
    count: number,
  ): void {
    const at = this.#claim(outcome, sessionId, accountId);
    const view = this.#sink!.view;
    setU53(view, at + outcomeAt.commandNumber, commandNumber);
    setU53(view, at + outcomeAt.orderId, orderId);
    setU53(view, at + outcomeAt.filledLots, filledLots);
    setU53(view, at + outcomeAt.remainingLots, remainingLots);
    view.setUint16(at + outcomeAt.code, code, true);
    view.setUint8(at + outcomeAt.commandType, commandType);
    view.setUint8(at + outcomeAt.orderStatus, status);
    view.setUint32(at + outcomeAt.count, count, true);
    view.setUint32(at + outcomeAt.repeated, repeated, true);
    this.#clientAt = at + outcomeAt.clientOrderId;
    for (let n = 0; n < clientOrderIdBytes; n += 4) view.setUint32(this.#clientAt + n, 0, true);
  }

  /** Completes the outcome just written with an order's client order id. hot path */
  outcomeClientOf(slot: number): void {
    this.#writeClient(this.#sink!.view, this.#clientAt, slot * ORDER_WORDS);
  }

  /** Completes the outcome just written with the client order id that stands at `at`. hot path */
  outcomeClientFrom(from: DataView, at: number): void {
    const view = this.#sink!.view;
    for (let n = 0; n < clientOrderIdBytes; n += 4) {
      view.setUint32(this.#clientAt + n, from.getUint32(at + n, true), true);
    }
  }

  sessionOpened(slot: number): void {
    const at = this.#claim(sessionOpened, this.#sessions.id(slot), 0);
    const view = this.#sink!.view;
    view.setUint32(at + sessionOpened.at.tokenLow, this.#sessions.tokenLow(slot), true);
    view.setUint32(at + sessionOpened.at.tokenHigh, this.#sessions.tokenHigh(slot), true);
  }

  sessionClosed(sessionId: number, evicted: number): void {
    const at = this.#claim(sessionClosed, sessionId, 0);
    const view = this.#sink!.view;
    view.setUint32(at + sessionClosed.at.evicted, evicted, true);
    view.setUint32(at + sessionClosed.at.reserved2, 0, true);
  }

  /** hot path */
  orderAccepted(slot: number): void {
    const { u32, f64 } = this.#orders;
    const record = slot * ORDER_WORDS;
    const at = this.#claimForOrder(orderAccepted, slot);
    const view = this.#sink!.view;
    const traits = u32[record + TRAITS]!;
    setU53(view, at + orderAcceptedAt.orderId, f64[slot * ORDER_NUMBERS + ORDER_ID]!);
    setU53(view, at + orderAcceptedAt.quantityLots, f64[slot * ORDER_NUMBERS + QUANTITY]!);
    view.setUint32(at + orderAcceptedAt.instrumentId, this.#instruments.id(u32[record + INSTRUMENT]!), true);
    view.setUint32(at + orderAcceptedAt.priceTicks, u32[record + PRICE]!, true);
    view.setUint8(at + orderAcceptedAt.side, traits & SIDE_MASK);
    view.setUint8(at + orderAcceptedAt.orderType, (traits >>> TYPE_SHIFT) & 3);
    view.setUint8(at + orderAcceptedAt.timeInForce, (traits >>> TIME_SHIFT) & 7);
    view.setUint8(at + orderAcceptedAt.selfMatch, (traits >>> SELF_MATCH_SHIFT) & 3);
    this.#writeClient(view, at + orderAcceptedAt.clientOrderId, record);
  }

  /** hot path */
  orderExecuted(slot: number, tradeId: number, lots: number, priceTicks: number, liquidity: number): void {
    const { u32, f64 } = this.#orders;
    const record = slot * ORDER_WORDS;
    const at = this.#claimForOrder(orderExecuted, slot);
    const view = this.#sink!.view;
    setU53(view, at + orderExecutedAt.orderId, f64[slot * ORDER_NUMBERS + ORDER_ID]!);
    setU53(view, at + orderExecutedAt.tradeId, tradeId);
    setU53(view, at + orderExecutedAt.quantityLots, lots);
    setU53(view, at + orderExecutedAt.remainingLots, f64[slot * ORDER_NUMBERS + REMAINING]!);
    view.setUint32(at + orderExecutedAt.instrumentId, this.#instruments.id(u32[record + INSTRUMENT]!), true);
    view.setUint32(at + orderExecutedAt.priceTicks, priceTicks, true);
    view.setUint8(at + orderExecutedAt.side, u32[record + TRAITS]! & SIDE_MASK);
    view.setUint8(at + orderExecutedAt.liquidity, liquidity);
    view.setUint16(at + orderExecutedAt.reserved2, 0, true);
    this.#writeClient(view, at + orderExecutedAt.clientOrderId, record);
  }

  /** hot path */
  orderCancelled(slot: number, reason: number): void {
    const { u32, f64 } = this.#orders;
    const record = slot * ORDER_WORDS;
    const at = this.#claimForOrder(orderCancelled, slot);
    const view = this.#sink!.view;
    setU53(view, at + orderCancelledAt.orderId, f64[slot * ORDER_NUMBERS + ORDER_ID]!);
    setU53(view, at + orderCancelledAt.cancelledLots, f64[slot * ORDER_NUMBERS + REMAINING]!);
    view.setUint32(at + orderCancelledAt.instrumentId, this.#instruments.id(u32[record + INSTRUMENT]!), true);
    view.setUint32(at + orderCancelledAt.priceTicks, u32[record + PRICE]!, true);
    view.setUint8(at + orderCancelledAt.side, u32[record + TRAITS]! & SIDE_MASK);
    view.setUint8(at + orderCancelledAt.reason, reason);
    view.setUint16(at + orderCancelledAt.reserved2, 0, true);
    this.#writeClient(view, at + orderCancelledAt.clientOrderId, record);
  }

  /** hot path */
  orderReplaced(slot: number, keptPriority: number): void {
    const { u32, f64 } = this.#orders;
    const record = slot * ORDER_WORDS;
    const at = this.#claimForOrder(orderReplaced, slot);
    const view = this.#sink!.view;
    setU53(view, at + orderReplacedAt.orderId, f64[slot * ORDER_NUMBERS + ORDER_ID]!);
    setU53(view, at + orderReplacedAt.quantityLots, f64[slot * ORDER_NUMBERS + QUANTITY]!);
    setU53(view, at + orderReplacedAt.remainingLots, f64[slot * ORDER_NUMBERS + REMAINING]!);
    view.setUint32(at + orderReplacedAt.instrumentId, this.#instruments.id(u32[record + INSTRUMENT]!), true);
    view.setUint32(at + orderReplacedAt.priceTicks, u32[record + PRICE]!, true);
    view.setUint8(at + orderReplacedAt.side, u32[record + TRAITS]! & SIDE_MASK);
    view.setUint8(at + orderReplacedAt.keptPriority, keptPriority);
    view.setUint16(at + orderReplacedAt.reserved2, 0, true);
    this.#writeClient(view, at + orderReplacedAt.clientOrderId, record);
  }

  /** hot path */
  trade(instrument: number, tradeId: number, lots: number, priceTicks: number, aggressorSide: number): void {
    const at = this.#claim(trade, 0, 0);
    const view = this.#sink!.view;
    setU53(view, at + tradeAt.tradeId, tradeId);
    setU53(view, at + tradeAt.quantityLots, lots);
    view.setUint32(at + tradeAt.instrumentId, this.#instruments.id(instrument), true);
    view.setUint32(at + tradeAt.priceTicks, priceTicks, true);
    view.setUint32(at + tradeAt.aggressorSide, aggressorSide, true);
    view.setUint32(at + tradeAt.reserved2, 0, true);
  }

  /** One event for each level of `touched`. hot path */
  bookLevels(touched: TouchedLevels): void {
    for (let n = 0; n < touched.count; n++) {
      const at = this.#claim(bookLevel, 0, 0);
      const view = this.#sink!.view;
      setU53(view, at + bookLevelAt.quantityLots, touched.lots[n]!);
      view.setUint32(at + bookLevelAt.instrumentId, this.#instruments.id(touched.instruments[n]!), true);
      view.setUint32(at + bookLevelAt.priceTicks, touched.prices[n]!, true);
      view.setUint32(at + bookLevelAt.side, touched.sides[n]!, true);
      view.setUint32(at + bookLevelAt.orderCount, touched.orderCounts[n]!, true);
    }
  }

  instrumentCreated(slot: number): void {
    const at = this.#claim(instrumentCreated, 0, 0);
    const view = this.#sink!.view;
    const record = slot * INSTRUMENT_WORDS;
    const u32 = this.#instruments.u32;
    view.setUint32(at + instrumentCreatedAt.instrumentId, this.#instruments.id(slot), true);
    view.setUint16(at + instrumentCreatedAt.priceDecimals, u32[record + INSTRUMENT_DECIMALS]!, true);
    view.setUint16(at + instrumentCreatedAt.reserved2, 0, true);
    for (let n = 0; n < 4; n++) {
      view.setUint32(at + instrumentCreatedAt.symbol + n * 4, u32[record + INSTRUMENT_SYMBOL + n]!, true);
    }
  }

  accountChanged(sessionId: number, slot: number): void {
    const at = this.#claim(accountChanged, sessionId, this.#accounts.id(slot));
    const view = this.#sink!.view;
    const record = slot * ACCOUNT_WORDS;
    setU53(view, at + accountChangedAt.orderLotsMax, this.#accounts.f64[record / 2 + ACCOUNT_LOTS_MAX]!);
    view.setUint32(at + accountChangedAt.openOrdersMax, this.#accounts.u32[record + ACCOUNT_OPEN_MAX]!, true);
    view.setUint32(
      at + accountChangedAt.priceBandBasisPoints,
      this.#accounts.u32[record + ACCOUNT_BAND]!,
      true,
    );
  }

  dayEnded(cancelledCount: number): void {
    const at = this.#claim(dayEnded, 0, 0);
    const view = this.#sink!.view;
    view.setUint32(at + dayEnded.at.cancelledCount, cancelledCount, true);
    view.setUint32(at + dayEnded.at.reserved2, 0, true);
  }

  #claimForOrder(layout: Layout<Fields>, slot: number): number {
    const record = slot * ORDER_WORDS;
    const u32 = this.#orders.u32;
    return this.#claim(layout, u32[record + SESSION]!, this.#accounts.id(u32[record + ACCOUNT]!));
  }

  #claim(layout: Layout<Fields>, sessionId: number, accountId: number): number {
    const at = this.#sink!.claim(layout.size);
    const view = this.#sink!.view;
    layout.writePrefix(view, at);
    view.setUint32(at + eventAt.sessionId, sessionId, true);
    setU53(view, at + eventAt.seq, this.#seq);
    setU53(view, at + eventAt.timeUs, this.#timeUs);
    view.setUint32(at + eventAt.accountId, accountId, true);
    view.setUint32(at + eventAt.n, this.#n++, true);
    return at;
  }

  #writeClient(view: DataView, at: number, record: number): void {
    const u32 = this.#orders.u32;
    view.setUint32(at, u32[record + CLIENT]!, true);
    view.setUint32(at + 4, u32[record + CLIENT + 1]!, true);
    view.setUint32(at + 8, u32[record + CLIENT + 2]!, true);
    view.setUint32(at + 12, u32[record + CLIENT + 3]!, true);
    view.setUint32(at + 16, u32[record + CLIENT + 4]!, true);
  }
}
