/**
 * The snapshot: the records of every store as they stand in memory, after a header of counts and counters. It says
 * nothing of books, maps and lists, which are built again from the records; so a snapshot is the same whatever book the
 * engine uses, and a damaged one cannot do more than be refused. Its bytes are little-endian, like the wire.
 */
import {
  ACCOUNT,
  CLIENT,
  INSTRUMENT,
  NO_SLOT,
  ORDER_NUMBERS,
  ORDER_WORDS,
  POSITION,
  QUANTITY,
  REMAINING,
  SESSION,
  TICKET,
  TIME_SHIFT,
  TRAITS,
  TYPE_SHIFT,
} from '../book/orders.ts';
import { NONE } from '../book/records.ts';
import { Side } from '../protocol/commands.ts';
import { OrderStatus } from '../protocol/events.ts';
import { priceTicksMax, quantityLotsMax } from '../protocol/limits.ts';
import { assert } from '../std/assert.ts';
import { getU53, isU53, setU53, WORD } from '../std/integers.ts';
import { slotsByOrderId, slotsByTicket } from './ordering.ts';
import { bookHasRoom } from './resting.ts';
import { type EngineOptions, State } from './state.ts';

/** "LSES", little-endian. */
const MAGIC = 0x5345_534c;
const LAYOUT_VERSION = 1;

// The header: magic and version, then numbers of 64 bits at these offsets.
const TOTAL_BYTES = 8;
const LAST_SEQ = 16;
const LAST_TIME = 24;
const NEXT_ORDER = 32;
const NEXT_TRADE = 40;
const NEXT_SESSION = 48;
const NEXT_TICKET = 56;
const ORDERS = 64;
const FREE_SLOTS = 72;
const ACCOUNTS = 80;
const INSTRUMENTS = 88;
const POSITIONS = 96;
const SESSIONS = 104;
/** Bytes of the header. */
export const HEADER_BYTES = 112;

assert(
  new Uint8Array(new Uint32Array([1]).buffer)[0] === 1,
  'the machine is little-endian, as snapshots are',
);

/** Bytes of the list of free slots, which ends on a multiple of 8. */
function freeBytes(count: number): number {
  return Math.ceil(count / 2) * 8;
}

/** Bytes of a snapshot of this state. */
export function snapshotBytes(state: State): number {
  const { orders, accounts, instruments, positions, sessions } = state;
  const records = orders.bytes + accounts.bytes + instruments.bytes + positions.bytes + sessions.bytes;
  return HEADER_BYTES + records + freeBytes(orders.freeCount);
}

/** Writes the header of a snapshot at the start of `view`. */
export function writeHeader(state: State, view: DataView): void {
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, LAYOUT_VERSION, true);
  setU53(view, TOTAL_BYTES, snapshotBytes(state));
  setU53(view, LAST_SEQ, state.lastSeq);
  setU53(view, LAST_TIME, state.lastTimeUs);
  setU53(view, NEXT_ORDER, state.nextOrderId);
  setU53(view, NEXT_TRADE, state.nextTradeId);
  setU53(view, NEXT_SESSION, state.nextSessionId);
  setU53(view, NEXT_TICKET, state.nextTicket);
  setU53(view, ORDERS, state.orders.used);
  setU53(view, FREE_SLOTS, state.orders.freeCount);
  setU53(view, ACCOUNTS, state.accounts.used);
  setU53(view, INSTRUMENTS, state.instruments.used);
  setU53(view, POSITIONS, state.positions.used);
  setU53(view, SESSIONS, state.sessions.used);
}

/** Writes a snapshot to the start of `into`, which has room for it; returns its bytes. */
export function writeSnapshot(state: State, into: Uint8Array): number {
  const total = snapshotBytes(state);
  assert(into.length >= total, 'the snapshot fits its buffer');
  writeHeader(state, new DataView(into.buffer, into.byteOffset, HEADER_BYTES));
  const { orders } = state;
  let at = orders.copyTo(into, HEADER_BYTES);
  const freeEnd = at + freeBytes(orders.freeCount);
  into.set(new Uint8Array(orders.free.buffer, 0, orders.freeCount * 4), at);
  into.fill(0, at + orders.freeCount * 4, freeEnd);
  at = state.accounts.copyTo(into, freeEnd);
  at = state.instruments.copyTo(into, at);
  at = state.positions.copyTo(into, at);
  at = state.sessions.copyTo(into, at);
  assert(at === total, 'a snapshot has the bytes that it announces');
  return total;
}

/** The state that a snapshot holds, or undefined if `bytes` are anything else. Never throws on garbage. */
export function readSnapshot(bytes: Uint8Array, options: EngineOptions): State | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== LAYOUT_VERSION) return undefined;
  for (let at = TOTAL_BYTES; at < HEADER_BYTES; at += 8) if (!isU53(view, at)) return undefined;
  const state = new State(options);
  const { orders, accounts, instruments, positions, sessions } = state;
  const ordersUsed = getU53(view, ORDERS);
  const freeCount = getU53(view, FREE_SLOTS);
  if (ordersUsed > orders.max || freeCount > ordersUsed) return undefined;
  if (getU53(view, ACCOUNTS) > accounts.max || getU53(view, INSTRUMENTS) > instruments.max) return undefined;
  if (getU53(view, POSITIONS) > positions.max || getU53(view, SESSIONS) > sessions.max) return undefined;
  const total =
    HEADER_BYTES +
    ordersUsed * ORDER_WORDS * 4 +
    freeBytes(freeCount) +
    getU53(view, ACCOUNTS) * accounts.words * 4 +
    getU53(view, INSTRUMENTS) * instruments.words * 4 +
    getU53(view, POSITIONS) * positions.words * 4 +
    getU53(view, SESSIONS) * sessions.words * 4;
  if (total !== bytes.length || total !== getU53(view, TOTAL_BYTES)) return undefined;

  state.lastSeq = getU53(view, LAST_SEQ);
  state.lastTimeUs = getU53(view, LAST_TIME);
  state.nextOrderId = getU53(view, NEXT_ORDER);
  state.nextTradeId = getU53(view, NEXT_TRADE);
  state.nextSessionId = getU53(view, NEXT_SESSION);
  state.nextTicket = getU53(view, NEXT_TICKET);
  if (!areCountersGood(state)) return undefined;
  let at = orders.copyFrom(bytes, HEADER_BYTES, ordersUsed);
  orders.freeCount = freeCount;
  new Uint8Array(orders.free.buffer).set(bytes.subarray(at, at + freeCount * 4));
  at = accounts.copyFrom(bytes, at + freeBytes(freeCount), getU53(view, ACCOUNTS));
  at = instruments.copyFrom(bytes, at, getU53(view, INSTRUMENTS));
  at = positions.copyFrom(bytes, at, getU53(view, POSITIONS));
  sessions.copyFrom(bytes, at, getU53(view, SESSIONS));
  return rebuild(state) ? state : undefined;
}

/**
 * Whether no counter is ahead of the commands. A command makes one order or session at the most; it rests one order
 * and may close many, but each order closes once; and every trade but the last of a command closes an order.
 */
function areCountersGood(state: State): boolean {
  const { lastSeq, nextOrderId, nextTradeId, nextSessionId, nextTicket } = state;
  const least = Math.min(nextOrderId, nextTradeId, nextSessionId, nextTicket);
  if (least < 1 || nextSessionId >= WORD) return false;
  if (nextOrderId - 1 > lastSeq || nextSessionId - 1 > lastSeq) return false;
  return (nextTradeId - 1) / 2 <= lastSeq && (nextTicket - 1) / 2 <= lastSeq;
}

/** Builds maps, lists and books from the records; false when the records contradict each other. */
function rebuild(state: State): boolean {
  const { orders, accounts, instruments, positions, sessions, index } = state;
  if (!accounts.rebuild() || !instruments.rebuild()) return false;
  if (!positions.rebuild(instruments.used) || !sessions.rebuild(state.nextSessionId)) return false;
  if (!positions.isBalanced(instruments.used) || !areFreeSlotsGood(state)) return false;
  for (let slot = 0; slot < orders.used; slot++) {
    if (orders.status(slot) === OrderStatus.none) continue;
    if (!isOrderGood(state, slot) || index.find(orders.orderId(slot)) !== NONE) return false;
    index.add(slot);
  }
  const isOpen = (slot: number): boolean => orders.status(slot) === OrderStatus.open;
  for (const slot of slotsByOrderId(orders, isOpen)) {
    accounts.link(orders.u32[slot * ORDER_WORDS + ACCOUNT]!, orders, slot);
    const session = sessions.find(orders.u32[slot * ORDER_WORDS + SESSION]!);
    if (session !== NONE && sessions.cancelsOnDisconnect(session)) sessions.link(session, orders, slot);
  }
  let ticketBefore = 0;
  for (const slot of slotsByTicket(orders, (wanted) => orders.status(wanted) !== OrderStatus.none)) {
    const ticket = orders.f64[slot * ORDER_NUMBERS + TICKET]!;
    if (ticket <= ticketBefore) return false;
    ticketBefore = ticket;
    if (!isOpen(slot)) {
      if (index.closedCount === state.limits.closedOrdersMax) return false;
      index.close(slot);
    } else if (!restAgain(state, slot)) {
      return false;
    }
  }
  return !isCrossed(state);
}

/** Puts an open order back into its book and counts it; false when it cannot stand there. */
function restAgain(state: State, slot: number): boolean {
  const { orders, instruments, positions } = state;
  const instrument = orders.u32[slot * ORDER_WORDS + INSTRUMENT]!;
  const position = orders.u32[slot * ORDER_WORDS + POSITION]!;
  const side = orders.side(slot);
  const lots = orders.remaining(slot);
  if (!bookHasRoom(state, instrument, side, lots) || !positions.hasRoom(position, side, lots)) return false;
  instruments.books[instrument]!.add(slot);
  instruments.openLots[instrument * 2 + side - 1]! += lots;
  positions.addOpen(position, side, lots);
  return true;
}

function isCrossed(state: State): boolean {
  for (const book of state.instruments.books) {
    const bid = book.bestPrice(Side.buy);
    const ask = book.bestPrice(Side.sell);
    if (bid !== 0 && ask !== 0 && bid >= ask) return true;
  }
  return false;
}

/** The free slots are exactly those whose record says so, each once. */
function areFreeSlotsGood({ orders }: State): boolean {
  const seen = new Uint8Array(orders.used);
  for (let n = 0; n < orders.freeCount; n++) {
    const slot = orders.free[n]!;
    if (slot < 0 || slot >= orders.used || seen[slot] === 1) return false;
    if (orders.status(slot) !== OrderStatus.none) return false;
    seen[slot] = 1;
  }
  let count = 0;
  for (let slot = 0; slot < orders.used; slot++) if (orders.status(slot) === OrderStatus.none) count++;
  return count === orders.freeCount;
}

function isOrderGood(state: State, slot: number): boolean {
  const { orders, positions } = state;
  const { u32, f64 } = orders;
  const numbers = slot * ORDER_NUMBERS;
  for (let field = 0; field <= 5; field++) {
    if (!Number.isSafeInteger(f64[numbers + field]) || f64[numbers + field]! < 0) return false;
  }
  const orderId = orders.orderId(slot);
  if (orderId === 0 || orderId >= state.nextOrderId) return false;
  if (f64[numbers + TICKET]! >= state.nextTicket) return false;
  if (f64[numbers + REMAINING]! > f64[numbers + QUANTITY]!) return false;
  const record = slot * ORDER_WORDS;
  const traits = u32[record + TRAITS]!;
  const type = (traits >>> TYPE_SHIFT) & 3;
  const time = (traits >>> TIME_SHIFT) & 7;
  const side = orders.side(slot);
  if (side < 1 || side > 2 || type < 1 || time < 1 || time > 4 || orders.status(slot) > 4) return false;
  const account = u32[record + ACCOUNT]!;
  if (account >= state.accounts.used || orders.price(slot) > priceTicksMax) return false;
  if (u32[record + CLIENT] !== 0 && state.index.hasClient(slot)) return false;
  const instrument = u32[record + INSTRUMENT]!;
  const position = u32[record + POSITION]!;
  if (orders.status(slot) === OrderStatus.rejected) {
    return instrument === NO_SLOT || instrument < state.instruments.used;
  }
  if (position >= positions.used) return false;
  if (positions.account(position) !== account || positions.instrument(position) !== instrument) return false;
  if (f64[numbers + QUANTITY]! > quantityLotsMax) return false;
  return orders.status(slot) !== OrderStatus.open || (orders.remaining(slot) > 0 && orders.price(slot) > 0);
}
