/**
 * Invariant 6, from the outside: an account book kept from the events alone. What all accounts bought and sold sums to
 * zero, both sides of a trade have an event, no order trades or is cancelled beyond what it had left, each shows
 * exactly what it has traded for, one that must be filled as a whole is, and no command meets more orders than it may.
 */

import type { Queries } from '../engine/queries.ts';
import { Side, TimeInForce } from '../protocol/commands.ts';
import {
  CancelReason,
  eventAt,
  OrderStatus,
  orderAccepted,
  orderCancelled,
  orderExecuted,
  orderReplaced,
  outcome,
  trade,
} from '../protocol/events.ts';
import { tradesPerCommandMax, valueWeight } from '../protocol/limits.ts';
import { positionRow } from '../protocol/messages.ts';
import { getU53 } from '../std/integers.ts';
import { typeAt } from './exactly-once.ts';
import type { Report } from './violations.ts';

/** More instruments than any world has. */
const rowsMax = 64;

/** The account book. */
export class PositionsChecker {
  readonly #report: Report;
  readonly #tradesMax: number;
  /** Bought minus sold, by account and instrument. */
  readonly #positions = new Map<string, number>();
  /** Lots that each order has left. */
  readonly #remaining = new Map<number, number>();
  /** Orders that were accepted to be filled as a whole. */
  readonly #whole = new Set<number>();
  /** Price times lots of all trades of each order. */
  readonly #values = new Map<number, bigint>();
  /** Executed lots of the seq at hand, both sides, and lots of its trades. */
  #seq = 0;
  #executedLots = 0;
  #tradedLots = 0;
  /** Of the seq at hand: trades, and orders that were cancelled to prevent a self-match. */
  #trades = 0;
  #selfMatches = 0;

  constructor(report: Report, tradesMax: number = tradesPerCommandMax) {
    this.#report = report;
    this.#tradesMax = tradesMax;
  }

  /** An event of the history, given once and in order. */
  emitted(view: DataView, at: number): void {
    const seq = getU53(view, at + eventAt.seq);
    if (seq !== this.#seq) this.#closeCommand(seq);
    switch (view.getUint8(at + typeAt)) {
      case orderAccepted.type:
        this.#accepted(view, at);
        break;
      case orderExecuted.type:
        this.#executed(view, at);
        break;
      case orderReplaced.type:
        this.#remaining.set(
          getU53(view, at + orderReplaced.at.orderId),
          getU53(view, at + orderReplaced.at.remainingLots),
        );
        break;
      case orderCancelled.type:
        this.#cancelled(view, at);
        break;
      case outcome.type:
        this.#answered(view, at);
        break;
      case trade.type:
        this.#tradedLots += getU53(view, at + trade.at.quantityLots);
        this.#trades++;
        break;
    }
  }

  /** Bought minus sold, by `account/instrument`; those that never traded are missing. */
  get all(): ReadonlyMap<string, number> {
    return this.#positions;
  }

  /** The run is over: a replica must have the account book's positions. */
  ends(replicaId: number, queries: Queries): void {
    const rows = new DataView(new ArrayBuffer(rowsMax * positionRow.size));
    const accounts = new Set(
      [...this.#positions.keys()].map((key) => Number(key.slice(0, key.indexOf('/')))),
    );
    for (const account of accounts) {
      const count = queries.writePositionRows(rows, 0, account, 0, rowsMax);
      for (let n = 0; n < count; n++) {
        const { instrumentId, boughtLots, soldLots } = positionRow.read(rows, n * positionRow.size);
        const lots = this.#positions.get(`${account}/${instrumentId}`) ?? 0;
        if (boughtLots - soldLots === lots) continue;
        this.#report(
          'positions',
          `replica ${replicaId} has ${boughtLots - soldLots} lots for account ${account} in instrument ${instrumentId}, its trades give ${lots}`,
        );
      }
    }
  }

  /** The run is over: everything must sum to zero. */
  end(): void {
    this.#closeCommand(0);
    const sums = new Map<string, number>();
    for (const [key, lots] of this.#positions) {
      const instrument = key.slice(key.indexOf('/') + 1);
      sums.set(instrument, (sums.get(instrument) ?? 0) + lots);
    }
    for (const [instrument, lots] of sums) {
      if (lots !== 0) this.#report('positions', `positions in instrument ${instrument} sum to ${lots} lots`);
    }
  }

  #closeCommand(next: number): void {
    if (this.#executedLots !== 2 * this.#tradedLots) {
      this.#report(
        'positions',
        `seq ${this.#seq} executed ${this.#executedLots} lots on both sides for trades of ${this.#tradedLots}`,
      );
    }
    if (this.#trades > this.#tradesMax)
      this.#report(
        'positions',
        `seq ${this.#seq} made ${this.#trades} trades, ${this.#tradesMax} at the most`,
      );
    this.#seq = next;
    this.#executedLots = 0;
    this.#tradedLots = 0;
    this.#trades = 0;
    this.#selfMatches = 0;
  }

  #accepted(view: DataView, at: number): void {
    const orderId = getU53(view, at + orderAccepted.at.orderId);
    this.#remaining.set(orderId, getU53(view, at + orderAccepted.at.quantityLots));
    if (view.getUint8(at + orderAccepted.at.timeInForce) === TimeInForce.fillOrKill) this.#whole.add(orderId);
  }

  #executed(view: DataView, at: number): void {
    const orderId = getU53(view, at + orderExecuted.at.orderId);
    const lots = getU53(view, at + orderExecuted.at.quantityLots);
    const left = getU53(view, at + orderExecuted.at.remainingLots);
    const before = this.#remaining.get(orderId);
    if (before === undefined || before - lots !== left) {
      this.#report('positions', `order ${orderId} had ${before} lots, traded ${lots} and has ${left} left`);
    }
    this.#remaining.set(orderId, left);
    this.#executedLots += lots;
    const value = BigInt(view.getUint32(at + orderExecuted.at.priceTicks, true)) * BigInt(lots);
    this.#values.set(orderId, (this.#values.get(orderId) ?? 0n) + value);
    const account = view.getUint32(at + eventAt.accountId, true);
    const instrument = view.getUint32(at + orderExecuted.at.instrumentId, true);
    const isBuy = view.getUint8(at + orderExecuted.at.side) === Side.buy;
    const key = `${account}/${instrument}`;
    this.#positions.set(key, (this.#positions.get(key) ?? 0) + (isBuy ? lots : -lots));
  }

  #answered(view: DataView, at: number): void {
    const orderId = getU53(view, at + outcome.at.orderId);
    if (!this.#remaining.has(orderId)) return;
    // Neither does it say anything of an order that is not the sender's.
    if (view.getUint8(at + outcome.at.orderStatus) === OrderStatus.none) return;
    const low = BigInt(getU53(view, at + outcome.at.filledValueLow));
    const high = BigInt(view.getUint32(at + outcome.at.filledValueHigh, true));
    const value = high * BigInt(valueWeight) + low;
    const traded = this.#values.get(orderId) ?? 0n;
    if (value === traded) return;
    this.#report(
      'positions',
      `an outcome says that order ${orderId} traded for ${value}, its executions sum to ${traded}`,
    );
  }

  #cancelled(view: DataView, at: number): void {
    const orderId = getU53(view, at + orderCancelled.at.orderId);
    const lots = getU53(view, at + orderCancelled.at.cancelledLots);
    const before = this.#remaining.get(orderId);
    if (before !== lots) {
      this.#report('positions', `order ${orderId} had ${before} lots left, and ${lots} were cancelled`);
    }
    const reason = view.getUint8(at + orderCancelled.at.reason);
    if (reason === CancelReason.selfMatch) this.#selfMatches++;
    const met = this.#trades + this.#selfMatches;
    if (reason === CancelReason.tooManyTrades && met !== this.#tradesMax) {
      this.#report(
        'positions',
        `order ${orderId} ended after ${met} orders that it met, and it may meet ${this.#tradesMax}`,
      );
    }
    if (this.#whole.has(orderId)) {
      this.#report(
        'positions',
        `order ${orderId} is filled whole or not at all, and ${lots} lots were cancelled`,
      );
    }
    this.#remaining.set(orderId, 0);
  }
}
