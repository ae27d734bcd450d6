/**
 * Reads what the next commands will need, before any of them is applied. A large state does not fit a processor's
 * cache, and a command waits for one place of memory after the other. Here the places of many commands are asked for
 * side by side, step by step of the ways that lead to them: waiting for all costs little more than for one. Nothing
 * changes, and nothing depends on what is read.
 */
import type { LadderBooks } from '../book/ladder.ts';
import * as orderFields from '../book/order-fields.ts';
import * as records from '../book/records.ts';
import * as protocolCommands from '../protocol/commands.ts';
import * as integers from '../std/integers.ts';
import type { State } from './state.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { ACCOUNT_NEXT, ACCOUNT_PREVIOUS, INSTRUMENT, LEVEL, LINK_WORDS, NEXT } = orderFields;
const { ORDER_WORDS, POSITION, PREVIOUS, PRICE, SIDE_MASK, TRAITS } = orderFields;
const { NONE } = records;
const { cancelOrder, commandAt, placeOrder, Side } = protocolCommands;
const { getU53 } = integers;

const { accountId: accountAt } = commandAt;
const { type: placeType, size: placeSize } = placeOrder;
const { instrumentId: instrumentAt, priceTicks: priceAt, side: sideAt } = placeOrder.at;
const { type: cancelType, size: cancelSize } = cancelOrder;
const { orderId: orderIdAt } = cancelOrder.at;

/** Commands that are looked at together, about as many as a processor fetches places of memory at a time. */
export const commandsAhead = 16;
/** Forks between the root of a book's side and a level: most ways are shorter. */
const FORKS = 4;
const NEIGHBOURS = 4;

/** Looks ahead for one engine. */
export class LookAhead {
  readonly #state: State;
  readonly #cancels: OrdersToCancel;
  readonly #places: OrdersToPlace;
  /** What was read, so that no compiler leaves it out. */
  read = 0;

  constructor(state: State, books: LadderBooks) {
    this.#state = state;
    this.#cancels = new OrdersToCancel(state, books);
    this.#places = new OrdersToPlace(state, books);
  }

  /** `count` commands, not more than commandsAhead, stand one behind the other from `at` on, sound or not. hot path */
  run(view: DataView, at: number, count: number): void {
    const { index, accounts, instruments, positions, orders, looksAheadFrom } = this.#state;
    const looksAtCancels = orders.count >= looksAheadFrom;
    const looksAtPlaces = positions.used >= looksAheadFrom;
    // One command alone has nobody to wait together with.
    if (count === 1 || (!looksAtCancels && !looksAtPlaces)) return;
    const cancels = this.#cancels;
    const places = this.#places;
    cancels.count = 0;
    places.count = 0;
    let next = at;
    for (let n = 0; n < count; n++) {
      const length = view.getUint16(next, true);
      const type = view.getUint8(next + 2);
      if (looksAtCancels && type === cancelType && length === cancelSize) {
        const orderId = getU53(view, next + orderIdAt);
        const slot = orderId === 0 ? NONE : index.find(orderId);
        if (slot >= 0) cancels.slots[cancels.count++] = slot;
      } else if (looksAtPlaces && type === placeType && length === placeSize) {
        const account = accounts.find(view.getUint32(next + accountAt, true));
        const instrument = instruments.find(view.getUint32(next + instrumentAt, true));
        const side = view.getUint8(next + sideAt) === Side.buy ? Side.buy : Side.sell;
        if (account !== NONE && instrument !== NONE)
          places.add(account, instrument, side, view.getInt32(next + priceAt, true));
      }
      next += length;
    }
    cancels.readOrders();
    places.readPositions();
    cancels.readNeighbours();
    places.readMakers();
    for (let fork = 2; fork < FORKS; fork++) {
      cancels.readForks();
      places.readForks();
    }
    this.read = cancels.read + places.read;
  }
}

/** Open orders that are about to leave their books. */
class OrdersToCancel {
  count = 0;
  read = 0;
  readonly slots = new Int32Array(commandsAhead);
  readonly #neighbours = new Int32Array(commandsAhead * NEIGHBOURS);
  readonly #levels = new Int32Array(commandsAhead);
  readonly #positions = new Int32Array(commandsAhead);
  readonly #nodes = new Int32Array(commandsAhead);
  readonly #prices = new Int32Array(commandsAhead);
  readonly #state: State;
  readonly #books: LadderBooks;

  constructor(state: State, books: LadderBooks) {
    this.#state = state;
    this.#books = books;
  }

  /** hot path */
  readOrders(): void {
    const { i32, links } = this.#state.orders;
    const neighbours = this.#neighbours;
    for (let n = 0; n < this.count; n++) {
      const slot = this.slots[n]!;
      const at = slot * LINK_WORDS;
      const to = n * NEIGHBOURS;
      neighbours[to] = links[at + NEXT]!;
      neighbours[to + 1] = links[at + PREVIOUS]!;
      neighbours[to + 2] = links[at + ACCOUNT_NEXT]!;
      neighbours[to + 3] = links[at + ACCOUNT_PREVIOUS]!;
      this.#levels[n] = links[at + LEVEL]!;
      this.#positions[n] = links[at + POSITION]!;
      const record = slot * ORDER_WORDS;
      this.#prices[n] = i32[record + PRICE]!;
      this.#nodes[n] = this.#books.root(i32[record + INSTRUMENT]!, i32[record + TRAITS]! & SIDE_MASK);
    }
  }

  /** The orders beside, the position, the level and the ones beside it. hot path */
  readNeighbours(): void {
    const { links } = this.#state.orders;
    const books = this.#books;
    const neighbours = this.#neighbours;
    let read = 0;
    for (let n = 0; n < this.count; n++) {
      for (let to = n * NEIGHBOURS; to < (n + 1) * NEIGHBOURS; to++) {
        const slot = neighbours[to]!;
        if (slot !== NONE) read += links[slot * LINK_WORDS]!;
      }
      read += this.#state.positions.account(this.#positions[n]!);
      const level = this.#levels[n]!;
      neighbours[n * NEIGHBOURS] = books.lower(level);
      neighbours[n * NEIGHBOURS + 1] = books.higher(level);
      this.#nodes[n] = books.step(this.#nodes[n]!, this.#prices[n]!);
    }
    for (let n = 0; n < this.count; n++) {
      const lower = neighbours[n * NEIGHBOURS]!;
      const higher = neighbours[n * NEIGHBOURS + 1]!;
      if (lower !== NONE) read += books.lower(lower);
      if (higher !== NONE) read += books.lower(higher);
    }
    this.read = read | 0;
  }

  /** hot path */
  readForks(): void {
    for (let n = 0; n < this.count; n++) this.#nodes[n] = this.#books.step(this.#nodes[n]!, this.#prices[n]!);
  }
}

/** Orders that are about to come to rest or to trade. */
class OrdersToPlace {
  count = 0;
  read = 0;
  readonly #positions = new Int32Array(commandsAhead);
  readonly #nodes = new Int32Array(commandsAhead);
  readonly #prices = new Int32Array(commandsAhead);
  /** The best level of the other side, then the order that is first there. */
  readonly #makers = new Int32Array(commandsAhead);
  readonly #state: State;
  readonly #books: LadderBooks;

  constructor(state: State, books: LadderBooks) {
    this.#state = state;
    this.#books = books;
  }

  /** hot path */
  add(account: number, instrument: number, side: number, price: number): void {
    const n = this.count++;
    const otherSide = Side.buy + Side.sell - side;
    this.#positions[n] = this.#state.positions.candidate(account, instrument);
    this.#nodes[n] = this.#books.root(instrument, side);
    this.#prices[n] = price;
    this.#makers[n] = this.#books.bestLevel(instrument, otherSide);
  }

  /** hot path */
  readPositions(): void {
    const { positions } = this.#state;
    let read = 0;
    for (let n = 0; n < this.count; n++) {
      const position = this.#positions[n]!;
      if (position !== NONE) read += positions.account(position);
      const level = this.#makers[n]!;
      if (level !== NONE) this.#makers[n] = this.#books.head(level);
      this.#nodes[n] = this.#books.step(this.#nodes[n]!, this.#prices[n]!);
    }
    this.read = read | 0;
  }

  /** hot path */
  readMakers(): void {
    const { i32, links } = this.#state.orders;
    let read = 0;
    for (let n = 0; n < this.count; n++) {
      const maker = this.#makers[n]!;
      if (maker !== NONE) read += i32[maker * ORDER_WORDS]! + links[maker * LINK_WORDS]!;
      this.#nodes[n] = this.#books.step(this.#nodes[n]!, this.#prices[n]!);
    }
    this.read = (this.read + read) | 0;
  }

  /** hot path */
  readForks(): void {
    for (let n = 0; n < this.count; n++) this.#nodes[n] = this.#books.step(this.#nodes[n]!, this.#prices[n]!);
  }
}
