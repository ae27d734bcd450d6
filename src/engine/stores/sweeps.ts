/**
 * The cancels that go on: a mass cancel, an end of day or the end of a session that concerns more orders than one
 * command may cancel. Its orders count as cancelled from its command on, though they leave their books in portions:
 * they trade with no order, are no liquidity, cannot be changed and do not show as open. Which orders these are follows
 * from the fields of the sweep; no order is marked.
 */

import type { Books } from '../../book/book.ts';
import { bitsWhere, Side, TimeInForce, timeInForceRules } from '../../protocol/commands.ts';
import type { OrderStore } from '../../store/orders.ts';
import { NONE } from '../../store/records.ts';

/** Means an order that is not known now. */
export const BLOCKED = -2;

/** The times in force that an end of day cancels, each as the bit `1 << time`. */
const DAY_TIMES = bitsWhere(TimeInForce, timeInForceRules, ({ endsWithDay }) => endsWithDay);

/** Whether an end of day cancels orders of a time in force. @hot */
export function isOfDay(timeInForce: number): boolean {
  return (DAY_TIMES & (1 << timeInForce)) !== 0;
}

/** A kill cancels what an account has, like a mass cancel, also while one goes on. */
export const SweepKind = { account: 1, day: 2, session: 3, kill: 4 } as const;
export type SweepKind = (typeof SweepKind)[keyof typeof SweepKind];

export interface Sweep {
  readonly kind: SweepKind;
  /** Slot of the account or session; of an end of day the end of the slots that are to be looked at. */
  readonly subject: number;
  /** Of an account: slot of the only instrument, or NONE, and the only side, or 0. */
  readonly instrument: number;
  readonly side: number;
  /** Orders with lower ids are meant: those that were there when it began. */
  bound: number;
  /** The slot that is looked at next: of an account an order in its list, or NONE at the end. */
  cursor: number;
  /** Orders cancelled so far. */
  count: number;
  /** Of an account with all its orders: how many are still to be cancelled. */
  left: number;
  /** The receiver of the outcome: session id (0 is none), account id and number of the command. */
  readonly sessionId: number;
  readonly accountId: number;
  readonly commandNumber: number;
  /** Of a session: its id once it is closed, before that 0. */
  closedId: number;
  /** Of a kill: the sweep of the account that was going on when the kill began. The kill cancels its orders too. */
  before: Sweep | undefined;
}

/** Whether a sweep is of one account. */
export function isOfAccount(kind: SweepKind): boolean {
  return kind === SweepKind.account || kind === SweepKind.kill;
}

/** All sweeps that go on, the oldest first. There are none most of the time (`State.isSweeping`). */
export class Sweeps {
  readonly list: Sweep[] = [];
  readonly #orders: OrderStore;
  readonly #books: Books;
  readonly #byAccount = new Map<number, Sweep>();
  readonly #bySession = new Map<number, Sweep>();
  #day: Sweep | undefined;
  readonly #passesMax: number;
  /** Within one command, of a side of a book: the order before which all others count as cancelled. */
  readonly #firsts = new Map<number, number>();
  /** Orders that count as cancelled past which the running command has looked. */
  #passed = 0;

  constructor(orders: OrderStore, books: Books, passesMax: number) {
    this.#orders = orders;
    this.#books = books;
    this.#passesMax = passesMax;
  }

  /** The youngest one of an account, which means all that older ones mean. */
  ofAccount(account: number): Sweep | undefined {
    return this.#byAccount.get(account);
  }

  /** The youngest one of a session, which means all that older ones mean. */
  ofSession(session: number): Sweep | undefined {
    return this.#bySession.get(session);
  }

  get ofDay(): Sweep | undefined {
    return this.#day;
  }

  add(sweep: Sweep): void {
    this.list.push(sweep);
    if (isOfAccount(sweep.kind)) {
      sweep.before = this.#byAccount.get(sweep.subject);
      this.#byAccount.set(sweep.subject, sweep);
    }
    if (sweep.kind === SweepKind.session) this.#bySession.set(sweep.subject, sweep);
    else if (sweep.kind === SweepKind.day) this.#day = sweep;
  }

  /** The oldest sweep is done. */
  shift(): void {
    const sweep = this.list.shift()!;
    const { kind, subject } = sweep;
    if (isOfAccount(kind)) this.#forgetOfAccount(sweep);
    else if (kind === SweepKind.session) {
      // A session may have begun another one since.
      if (this.#bySession.get(subject) === sweep) this.#bySession.delete(subject);
    } else this.#day = undefined;
  }

  #forgetOfAccount(sweep: Sweep): void {
    let younger = this.#byAccount.get(sweep.subject);
    if (younger === sweep) this.#byAccount.delete(sweep.subject);
    while (younger !== undefined && younger.before !== sweep) younger = younger.before;
    if (younger !== undefined) younger.before = undefined;
  }

  /** Whether an order that is still in its book counts as cancelled. */
  isDoomed(slot: number): boolean {
    const orders = this.#orders;
    const orderId = orders.orderId(slot);
    const day = this.#day;
    if (day !== undefined && orderId < day.bound && isOfDay(orders.timeInForce(slot))) return true;
    const account = this.#byAccount.get(orders.account(slot));
    if (account !== undefined && orderId < account.bound && isMeant(account, orders, slot)) return true;
    if (!orders.isTied(slot)) return false;
    const session = this.#bySession.get(orders.tiedSession(slot));
    return session !== undefined && orderId < session.bound;
  }

  /** Orders of an account that count as cancelled and are certainly among its open ones. */
  doomedOf(account: number): number {
    return this.#byAccount.get(account)?.left ?? 0;
  }

  /** The next command comes: it may look past so many orders that count as cancelled. */
  newCommand(): void {
    this.#firsts.clear();
    this.#passed = 0;
  }

  /**
   * The order that trades first with one on the other side that has this limit (0 is any price): NONE if there is none,
   * and BLOCKED where more orders in its way count as cancelled than a command may look past.
   */
  first(book: number, side: number, limitTicks: number): number {
    const key = book * 2 + side - 1;
    const slot = this.#pass(book, side, this.#firsts.get(key) ?? this.#books.best(book, side), limitTicks);
    this.#firsts.set(key, slot);
    return this.#passed > this.#passesMax ? BLOCKED : this.#ifReached(side, slot, limitTicks);
  }

  /** So many orders that count as cancelled the running command has looked past. */
  get passed(): number {
    return this.#passed;
  }

  /** What it has looked past since then counts no more: it looks past the same orders again when it trades. */
  passAgain(passed: number): void {
    this.#passed = passed;
  }

  /** The order that trades after this one, likewise. */
  after(book: number, side: number, slot: number, limitTicks: number): number {
    const next = this.#pass(book, side, this.#books.after(book, slot), limitTicks);
    return this.#passed > this.#passesMax ? BLOCKED : this.#ifReached(side, next, limitTicks);
  }

  /** The best price of a side at which an order would trade, however many orders are in the way. Slow. */
  bestPrice(book: number, side: number): number {
    let slot = this.#books.best(book, side);
    while (slot !== NONE && this.isDoomed(slot)) slot = this.#books.after(book, slot);
    return slot === NONE ? 0 : this.#orders.price(slot);
  }

  /** An order is about to leave its book. */
  leaves(book: number, side: number, slot: number): void {
    const key = book * 2 + side - 1;
    if (this.#firsts.get(key) === slot) this.#firsts.set(key, this.#books.after(book, slot));
  }

  /** An order is about to leave the list of its account. */
  unlists(slot: number): void {
    let sweep = this.#byAccount.get(this.#orders.account(slot));
    for (; sweep !== undefined; sweep = sweep.before) {
      if (sweep.cursor === slot) sweep.cursor = this.#orders.accountNext(slot);
      if (sweep.left > 0 && this.#orders.orderId(slot) < sweep.bound) sweep.left--;
    }
  }

  /** From an order on the first one that trades or is not reached, or NONE; it ends where too many are in the way. */
  #pass(book: number, side: number, from: number, limitTicks: number): number {
    let slot = from;
    while (this.#ifReached(side, slot, limitTicks) !== NONE && this.isDoomed(slot)) {
      if (++this.#passed > this.#passesMax) break;
      slot = this.#books.after(book, slot);
    }
    return slot;
  }

  /** The order, or NONE where the limit of the other side does not reach its price. */
  #ifReached(side: number, slot: number, limitTicks: number): number {
    if (slot === NONE || limitTicks === 0) return slot;
    const price = this.#orders.price(slot);
    return (side === Side.buy ? price < limitTicks : price > limitTicks) ? NONE : slot;
  }
}

/** Whether a mass cancel of an account means an order of it. */
export function isMeant({ instrument, side }: Sweep, orders: OrderStore, slot: number): boolean {
  return (
    (instrument === NONE || orders.instrument(slot) === instrument) &&
    (side === 0 || orders.side(slot) === side)
  );
}
