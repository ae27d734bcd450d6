/**
 * Reads what the next commands will need, before any of them is applied. A large state does not fit a processor's
 * cache, and a command waits for one place of memory after the other. Here the places of many commands are asked for
 * side by side, step by step of the ways that lead to them: waiting for all costs little more than for one. Nothing
 * changes, and nothing depends on what is read.
 */
import type { LadderBooks } from '../book/ladder.ts';
import * as protocolCommands from '../protocol/commands.ts';
import * as protocolLayout from '../protocol/layout.ts';
import * as integers from '../std/integers.ts';
import * as records from '../store/records.ts';
import type { State } from './state.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { cancelOrder, commandAt, placeOrder, Side } = protocolCommands;
const { TYPE_AT } = protocolLayout;
const { getU53 } = integers;

const { accountId: accountAt } = commandAt;
const { type: placeType, size: placeSize } = placeOrder;
const {
  instrumentId: instrumentAt,
  priceTicks: priceAt,
  side: sideAt,
  clientOrderId: clientOrderAt,
} = placeOrder.at;
const { type: cancelType, size: cancelSize } = cancelOrder;
const { orderId: orderIdAt } = cancelOrder.at;

/**
 * With so many times as many open orders as make it look ahead at all, it looks at the
 * neighbours of the orders too: those of a smaller state stay cached, and to look costs more than to wait.
 */
const aroundFactor = 16;

/** Commands that are looked at together: enough that many places of memory are asked for at a time. */
export const commandsAhead = 32;

/**
 * Looks ahead for one engine. Each loop asks for as little as it can and holds no branch that hangs on what it reads: a
 * processor waits for many places together only where they are close in its code, and only as far as it can see.
 */
export class LookAhead {
  readonly #state: State;
  readonly #placed: OrdersToPlace;
  readonly #leaving: OrdersToLeave;
  /** What was read, so that no compiler leaves it out. */
  read = 0;

  constructor(state: State, books: LadderBooks) {
    this.#state = state;
    this.#placed = new OrdersToPlace(state, books);
    this.#leaving = new OrdersToLeave(state, books);
  }

  /** From `at` on there are `count` commands, commandsAhead at most, one behind the other, sound or not. @hot */
  run(view: DataView, at: number, count: number): void {
    const { positions, orders, index, looksAheadFrom } = this.#state;
    if (count > 1 && index.namedCount >= looksAheadFrom) this.#readNames(view, at, count);
    const looksAtCancels = orders.count >= looksAheadFrom;
    const looksAtPlaces = positions.used >= looksAheadFrom;
    // A single command has no other reads to wait with.
    if (count === 1 || (!looksAtCancels && !looksAtPlaces)) return;
    const placed = this.#placed;
    const leaving = this.#leaving;
    placed.count = 0;
    leaving.count = 0;
    let next = at;
    for (let n = 0; n < count; n++) {
      const length = view.getUint16(next, true);
      const type = view.getUint8(next + TYPE_AT);
      if (looksAtCancels && type === cancelType && length >= cancelSize) {
        leaving.orderIds[leaving.count++] = getU53(view, next + orderIdAt);
      } else if (looksAtPlaces && type === placeType && length >= placeSize) {
        placed.add(view, next);
      }
      next += length;
    }
    leaving.findOrders();
    if (!looksAtPlaces && orders.count < looksAheadFrom * aroundFactor) {
      leaving.readPlaces();
      this.read = leaving.read;
      return;
    }
    placed.findBooks();
    leaving.add(placed.makers, placed.count);
    placed.step();
    leaving.readOrders();
    placed.step();
    leaving.readNeighbours();
    placed.step();
    leaving.step();
    placed.step();
    leaving.step();
    placed.readTails();
    leaving.step();
    this.read = placed.read + leaving.read;
  }

  /** Where client order ids of orders to be placed are looked for, and those of closed orders that give way. @hot */
  #readNames(view: DataView, at: number, count: number): void {
    const { accounts, index } = this.#state;
    let read = 0;
    let named = 0;
    let next = at;
    for (let n = 0; n < count; n++) {
      const length = view.getUint16(next, true);
      const client = next + clientOrderAt;
      if (view.getUint8(next + TYPE_AT) === placeType && length >= placeSize && view.getUint8(client) !== 0) {
        read ^= index.readClientAhead(accounts.find(view.getUint32(next + accountAt, true)), view, client);
        named++;
      }
      next += length;
    }
    this.read = read ^ index.readClosedAhead(named);
  }
}

/** Orders that are about to trade or to come to rest. */
class OrdersToPlace {
  count = 0;
  read = 0;
  /** Orders with which they trade first, or NONE. */
  readonly makers = new Int32Array(commandsAhead);
  readonly #accounts = new Int32Array(commandsAhead);
  readonly #instruments = new Int32Array(commandsAhead);
  readonly #sides = new Int32Array(commandsAhead);
  readonly #prices = new Int32Array(commandsAhead);
  readonly #positions = new Int32Array(commandsAhead);
  readonly #nodes = new Int32Array(commandsAhead);
  readonly #state: State;
  readonly #books: LadderBooks;

  constructor(state: State, books: LadderBooks) {
    this.#state = state;
    this.#books = books;
  }

  /** Takes the order of the command at `at`. @hot */
  add(view: DataView, at: number): void {
    const account = this.#state.accounts.find(view.getUint32(at + accountAt, true));
    const instrument = this.#state.instruments.find(view.getUint32(at + instrumentAt, true));
    if (account === NONE || instrument === NONE) return;
    const n = this.count++;
    this.#accounts[n] = account;
    this.#instruments[n] = instrument;
    this.#sides[n] = view.getUint8(at + sideAt) === Side.buy ? Side.buy : Side.sell;
    this.#prices[n] = view.getInt32(at + priceAt, true);
  }

  /** The books, the positions, and the best order of the other side. @hot */
  findBooks(): void {
    const { positions } = this.#state;
    const { count } = this;
    positions.guess(this.#accounts, this.#instruments, count, this.#positions);
    this.#books.roots(this.#instruments, this.#sides, count, this.#nodes);
    this.#books.reached(this.#instruments, this.#sides, this.#prices, count, this.makers);
    this.read = positions.readAhead(this.#positions, count);
  }

  /** One step on the ways to the levels. @hot */
  step(): void {
    this.#books.step(this.#nodes, this.#prices, this.count);
  }

  /** The levels at which the orders would rest, where these exist, and the last order of each. @hot */
  readTails(): void {
    this.read = (this.read + this.#books.readTails(this.#nodes, this.count)) | 0;
  }
}

/**
 * Open orders that are about to leave their books: they are to be cancelled, or another order is about to trade with
 * them.
 */
class OrdersToLeave {
  count = 0;
  read = 0;
  /** Of orders to be cancelled; 0 where a command names none. */
  readonly orderIds = new Float64Array(commandsAhead);
  readonly #slots = new Int32Array(commandsAhead);
  readonly #positions = new Int32Array(commandsAhead);
  readonly #instruments = new Int32Array(commandsAhead);
  readonly #sides = new Int32Array(commandsAhead);
  readonly #prices = new Int32Array(commandsAhead);
  readonly #levels = new Int32Array(commandsAhead);
  readonly #nodes = new Int32Array(commandsAhead);
  readonly #state: State;
  readonly #books: LadderBooks;

  constructor(state: State, books: LadderBooks) {
    this.#state = state;
    this.#books = books;
  }

  /** Those of the ids that are open. @hot */
  findOrders(): void {
    this.count = this.#state.index.findOpen(this.orderIds, this.count, this.#slots);
  }

  /** More of them, by slot, NONE among them. @hot */
  add(slots: Int32Array, count: number): void {
    let end = this.count;
    for (let n = 0; n < count; n++) {
      const slot = slots[n]!;
      this.#slots[end] = slot;
      end += ~slot >>> 31;
    }
    this.count = end;
  }

  /** What is read of them first, and where they will be kept when they are closed. @hot */
  readPlaces(): void {
    const { index, orders } = this.#state;
    const { count } = this;
    let read = 0;
    for (let n = 0; n < count; n++) {
      const slot = this.#slots[n]!;
      read += orders.price(slot) + orders.level(slot);
    }
    this.read = (read + index.closed.readAhead(count)) | 0;
  }

  /** The records of the orders and their links. @hot */
  readOrders(): void {
    const { orders } = this.#state;
    const { count } = this;
    for (let n = 0; n < count; n++) {
      const slot = this.#slots[n]!;
      this.#levels[n] = orders.level(slot);
      this.#prices[n] = orders.price(slot);
      // Where memory did not begin on a cache line, a record covers two of them.
      this.orderIds[n] = orders.orderId(slot);
    }
    for (let n = 0; n < count; n++) {
      const slot = this.#slots[n]!;
      this.#positions[n] = orders.position(slot);
      this.#instruments[n] = orders.instrument(slot);
      this.#sides[n] = orders.side(slot);
    }
  }

  /** The orders beside, the books, levels and positions, and where the ids are. @hot */
  readNeighbours(): void {
    const { index, orders, positions } = this.#state;
    const { count } = this;
    let read = 0;
    for (let n = 0; n < count; n++) {
      const slot = this.#slots[n]!;
      read += orders.readLinks(orders.next(slot));
      read += orders.readLinks(orders.previous(slot));
      read += orders.readLinks(orders.accountNext(slot));
      read += orders.readLinks(orders.accountPrevious(slot));
    }
    this.#books.roots(this.#instruments, this.#sides, count, this.#nodes);
    read += this.#books.readLevels(this.#levels, count) + positions.readAhead(this.#positions, count);
    read += index.findOpen(this.orderIds, count, this.#slots) + index.closed.readAhead(count);
    this.read = read | 0;
  }

  /** One step on the ways to the levels. @hot */
  step(): void {
    this.#books.step(this.#nodes, this.#prices, this.count);
  }
}
