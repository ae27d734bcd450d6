/**
 * A mass cancel, a kill, and an end of day that a session asked for, hold from their command on, however long it takes
 * until they are answered: what was open before does not trade any more, is closed in the end, and was counted once.
 */
import {
  bitsWhere,
  commandAt,
  endDay,
  massCancel,
  TimeInForce,
  timeInForceRules,
} from '../protocol/commands.ts';
import {
  CancelReason,
  eventAt,
  orderAccepted,
  orderCancelled,
  orderExecuted,
  outcome,
} from '../protocol/events.ts';
import { killAccount } from '../protocol/mode-commands.ts';
import { getU53 } from '../std/integers.ts';
import { typeAt } from './exactly-once.ts';
import type { Report } from './violations.ts';

const DAY_TIMES = bitsWhere(TimeInForce, timeInForceRules, ({ endsWithDay }) => endsWithDay);

interface Order {
  readonly acceptedSeq: number;
  readonly accountId: number;
  readonly instrumentId: number;
  readonly side: number;
  readonly timeInForce: number;
  executedSeq: number;
  isOpen: boolean;
  /** The command that cancelled it, once that is answered. */
  cancelledBy: string;
}

interface Asked {
  readonly seq: number;
  readonly accountId: number;
  readonly instrumentId: number;
  readonly side: number;
  readonly isDay: boolean;
  /** Answered before its orders have left their books. */
  readonly isKill: boolean;
}

/** Watches the one history of commands and events. */
export class MassCancelsChecker {
  readonly #report: Report;
  readonly #orders = new Map<number, Order>();
  /** What was asked, by session and number of the command: the first command with this number that could run. */
  readonly #asked = new Map<string, Asked>();
  /** Orders cancelled by each account's mass cancels and by ends of day, in order of seq. */
  readonly #cancelled = new Map<string, number[]>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** A command of the history, given once and in order. */
  applied(seq: number, sessionId: number, commandNumber: number, view: DataView, at: number): void {
    const type = view.getUint8(at + typeAt);
    if (sessionId === 0 || !isCancel(type)) return;
    const key = `${sessionId}/${commandNumber}`;
    if (this.#asked.has(key)) return;
    const { instrumentId, side } =
      type === massCancel.type ? massCancel.read(view, at) : { instrumentId: 0, side: 0 };
    const accountId = view.getUint32(at + commandAt.accountId, true);
    const kind = { isDay: type === endDay.type, isKill: type === killAccount.type };
    this.#asked.set(key, { seq, accountId, instrumentId, side, ...kind });
  }

  /** An event of the history, given once and in order. */
  emitted(view: DataView, at: number): void {
    const type = view.getUint8(at + typeAt);
    if (type === orderAccepted.type) this.#accepted(orderAccepted.read(view, at));
    else if (type === orderExecuted.type) this.#executed(orderExecuted.read(view, at));
    else if (type === orderCancelled.type) this.#closed(orderCancelled.read(view, at));
    else if (type === outcome.type) this.#answered(view, at);
  }

  /** The run is over. */
  end(): void {
    for (const [orderId, { isOpen, cancelledBy }] of this.#orders) {
      if (isOpen && cancelledBy !== '')
        this.#report('mass cancels', `order ${orderId} is open, though ${cancelledBy} cancelled it`);
    }
  }

  #tradedAfter(orderId: number, { executedSeq }: Order, key: string): void {
    this.#report(
      'mass cancels',
      `order ${orderId} traded at seq ${executedSeq}, after ${key} had cancelled it`,
    );
  }

  #accepted(event: ReturnType<typeof orderAccepted.read>): void {
    const { orderId, seq, accountId, instrumentId, side, timeInForce } = event;
    const order = {
      acceptedSeq: seq,
      accountId,
      instrumentId,
      side,
      timeInForce,
      executedSeq: 0,
      isOpen: true,
      cancelledBy: '',
    };
    this.#orders.set(orderId, order);
  }

  #executed({ orderId, seq, remainingLots }: ReturnType<typeof orderExecuted.read>): void {
    const order = this.#orders.get(orderId);
    if (order === undefined) return;
    order.executedSeq = seq;
    if (order.cancelledBy !== '') this.#tradedAfter(orderId, order, order.cancelledBy);
    if (remainingLots === 0) order.isOpen = false;
  }

  #closed({ orderId, seq, accountId, reason }: ReturnType<typeof orderCancelled.read>): void {
    const order = this.#orders.get(orderId);
    if (order !== undefined) order.isOpen = false;
    if (reason !== CancelReason.massCancel && reason !== CancelReason.dayEnd) return;
    const key = reason === CancelReason.dayEnd ? 'day' : `account ${accountId}`;
    const seqs = this.#cancelled.get(key) ?? [];
    seqs.push(seq);
    this.#cancelled.set(key, seqs);
  }

  #answered(view: DataView, at: number): void {
    const commandType = view.getUint8(at + outcome.at.commandType);
    if (!isCancel(commandType)) return;
    const number = getU53(view, at + outcome.at.commandNumber);
    const key = `${view.getUint32(at + eventAt.sessionId, true)}/${number}`;
    const asked = this.#asked.get(key);
    if (view.getUint8(at + outcome.at.code) !== 0) {
      // It did not run; where a number was missing before it, it comes again.
      this.#asked.delete(key);
      return;
    }
    if (asked === undefined) {
      this.#report('mass cancels', `command ${key} was answered and never asked`);
      return;
    }
    for (const [orderId, order] of this.#orders) {
      if (!isMeant(order, asked)) continue;
      if (order.executedSeq > asked.seq) this.#tradedAfter(orderId, order, key);
      // What another cancel has begun with before is closed by that, maybe later.
      if (order.isOpen) order.cancelledBy = key;
    }
    if (asked.isKill) return;
    const count = view.getUint32(at + outcome.at.count, true);
    const seqs = this.#cancelled.get(asked.isDay ? 'day' : `account ${asked.accountId}`) ?? [];
    const cancelled = seqs.filter((seq) => seq >= asked.seq).length;
    if (cancelled !== count)
      this.#report(
        'mass cancels',
        `${key} says that it cancelled ${count} orders, and cancelled ${cancelled}`,
      );
  }
}

function isCancel(type: number): boolean {
  return type === massCancel.type || type === endDay.type || type === killAccount.type;
}

/** Whether a mass cancel was about an order. */
function isMeant(order: Order, { seq, accountId, instrumentId, side, isDay }: Asked): boolean {
  if (order.acceptedSeq > seq) return false;
  if (isDay) return (DAY_TIMES & (1 << order.timeInForce)) !== 0;
  return (
    order.accountId === accountId &&
    (instrumentId === 0 || order.instrumentId === instrumentId) &&
    (side === 0 || order.side === side)
  );
}
