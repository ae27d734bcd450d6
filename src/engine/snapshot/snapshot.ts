/**
 * The snapshot: the records of every store, after a header of counts and counters. Orders are saved as they were
 * placed, without their links: it holds no books, maps and lists, which are built again from the records; so a snapshot
 * is the same whatever book the engine uses, and a damaged one cannot do more than be refused. Its bytes are
 * little-endian, like the wire.
 */

import * as protocolCommands from '../../protocol/commands.ts';
import * as protocolEvents from '../../protocol/events.ts';
import { Mode } from '../../protocol/mode-commands.ts';
import { assert, assertEqual } from '../../std/assert.ts';
import * as integers from '../../std/integers.ts';
import { getU53, isU53, setU53 } from '../../std/integers.ts';
import type { OrderRecords } from '../../store/order-record.ts';
import * as orderRecord from '../../store/order-record.ts';
import type { OrderStore } from '../../store/orders.ts';
import * as records from '../../store/records.ts';
import { engineVersionLeast } from '../engine-version.ts';
import { bookHasRoom } from '../market/resting-orders.ts';
import { type EngineOptions, OpeningFlag, State } from '../state.ts';
import type { ClosedOrders } from '../stores/closed-orders.ts';
import { FORGOTTEN } from '../stores/order-index.ts';
import { slotsByOrderId, slotsByTicket } from '../stores/order-sort.ts';
import { ENTRY_WORDS } from '../stores/recent-ids.ts';
import { readRecent, recentHeaderBytes, recentWords, writeRecentHeader } from './recent-snapshot.ts';
import { isClosedOrderGood, isOpenOrderGood } from './sound-orders.ts';
import { areClosingsGood, readSweeps, SAVED_SWEEP_WORDS, savedSweeps, sessionOf } from './sweep-snapshot.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { Side } = protocolCommands;
const { OrderStatus } = protocolEvents;
const { WORD } = integers;

/** "LSES", little-endian. */
const MAGIC = 0x5345_534c;
const LAYOUT_VERSION = 15;

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
const CLOSED = 112;
const SWEEPS = 120;
const KEYS = 128;
const KEY_ACCOUNTS = 136;
const KEY_CHANGES = 144;
const MODES = 152;
/** Where the digest of the events is. */
export const DIGEST = 160;
const AUDIT = 168;
const SITE = 176;
const SITE_EPOCH = 184;
const SITE_SEQ = 192;
const REOPENING = 200;
const ENGINE_VERSION = 208;
const RECENT = 216;
/** Bytes of the header. */
export const HEADER_BYTES = RECENT + recentHeaderBytes;

/** 32-bit words of a closed order in a snapshot. */
const SAVED_CLOSED_WORDS = orderRecord.SAVED_WORDS;
// Of an open one there are also its ticket, of 64 bits, its position, and a zero. A free slot is all zeros.
const SAVED_TICKET = SAVED_CLOSED_WORDS;
const SAVED_POSITION = SAVED_CLOSED_WORDS + 2;
/** 32-bit words of an open order in a snapshot. */
const SAVED_OPEN_WORDS = SAVED_CLOSED_WORDS + 4;

assertEqual(
  new Uint8Array(new Uint32Array([1]).buffer)[0],
  1,
  'the machine is little-endian, as snapshots are',
);

/** Bytes of so many words where what follows begins at a multiple of 8. */
function paddedBytes(words: number): number {
  return Math.ceil(words / 2) * 8;
}

/** Bytes of a snapshot of this state. */
export function snapshotBytes(state: State): number {
  const { orders, index, accounts, tiers, instruments, positions, sessions, keys, modes, audit, recent } =
    state;
  const openBytes = orders.used * SAVED_OPEN_WORDS * 4 + paddedBytes(orders.freeCount);
  const closedBytes = index.closed.used * SAVED_CLOSED_WORDS * 4;
  const sweepBytes = state.sweeps.list.length * SAVED_SWEEP_WORDS * 4;
  const ofKeys = keys.bytes + keys.accounts.bytes;
  const registries = accounts.bytes + tiers.bytes + instruments.bytes + modes.bytes + audit.bytes + ofKeys;
  const others = registries + positions.bytes + sessions.bytes + sweepBytes;
  const recentBytes = paddedBytes((recent.requests.used + recent.names.used) * ENTRY_WORDS);
  return HEADER_BYTES + openBytes + closedBytes + others + recentBytes;
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
  setU53(view, CLOSED, state.index.closed.used);
  setU53(view, SWEEPS, state.sweeps.list.length);
  setU53(view, KEYS, state.keys.used);
  setU53(view, KEY_ACCOUNTS, state.keys.accounts.used);
  setU53(view, KEY_CHANGES, state.keys.changes);
  setU53(view, MODES, state.modes.used);
  setU53(view, DIGEST, state.output.digest >>> 0);
  setU53(view, AUDIT, state.audit.count);
  setU53(view, SITE, state.site);
  setU53(view, SITE_EPOCH, state.siteEpoch);
  setU53(view, SITE_SEQ, state.siteSeq);
  setU53(view, REOPENING, state.reopening);
  setU53(view, ENGINE_VERSION, state.engineVersion);
  writeRecentHeader(state, view, RECENT);
}

/** Writes a snapshot to the start of `into`, which has room for it; returns its bytes. */
export function writeSnapshot(state: State, into: Uint8Array): number {
  const steps = snapshotSteps(state, into, into.length);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * {@link writeSnapshot} in steps of at most `stepBytes`, or one order; yields how many bytes are written. The state
 * must not change before the last step.
 */
export function* snapshotSteps(state: State, into: Uint8Array, stepBytes: number): Generator<number, number> {
  const { orders, index, recent } = state;
  const total = snapshotBytes(state);
  assert(into.length >= total, () => `the snapshot fits its buffer: ${total} bytes into ${into.length}`);
  writeHeader(state, new DataView(into.buffer, into.byteOffset, HEADER_BYTES));
  const count = Math.max(1, Math.min(CHUNK_ORDERS, Math.floor(stepBytes / (SAVED_OPEN_WORDS * 4))));
  let at = HEADER_BYTES;
  for (const words of savedOrders(orders, count)) yield (at = put(words, into, at));
  const freeEnd = at + paddedBytes(orders.freeCount);
  at = yield* memorySteps(orders.free, orders.freeCount, into, at, stepBytes);
  into.fill(0, at, freeEnd);
  at = freeEnd;
  for (const words of savedClosedOrders(index.closed, count)) yield (at = put(words, into, at));
  for (const { i32, used, words } of savedRecords(state))
    at = yield* memorySteps(i32, used * words, into, at, stepBytes);
  const sweeps = savedSweeps(state);
  at = yield* memorySteps(sweeps, sweeps.length, into, at, stepBytes);
  for (const ids of [recent.requests, recent.names]) {
    for (const words of ids.words()) at = yield* memorySteps(words, words.length, into, at, stepBytes);
  }
  into.fill(0, at, total);
  at += (total - at) % 8;
  assertEqual(at, total, 'a snapshot has the bytes that it announces');
  return total;
}

/** The stores whose records are in a snapshot as they are in memory, in their order there. */
export function savedRecords(state: State): readonly Pick<records.Records, 'i32' | 'used' | 'words'>[] {
  const { accounts, tiers, instruments, positions, sessions, keys, modes, audit } = state;
  return [accounts, tiers, instruments, positions, sessions, keys, keys.accounts, modes, audit];
}

/** Copies `count` words to `into` at `at`, as they are in memory; returns the offset after them. */
function* memorySteps(
  words: Int32Array,
  count: number,
  into: Uint8Array,
  at: number,
  stepBytes: number,
): Generator<number, number> {
  const part = new Uint8Array(words.buffer, words.byteOffset, count * 4);
  for (let from = 0; from < part.length; from += stepBytes) {
    into.set(part.subarray(from, from + stepBytes), at + from);
    yield at + Math.min(from + stepBytes, part.length);
  }
  return at + part.length;
}

function put(words: Int32Array, into: Uint8Array, at: number): number {
  into.set(new Uint8Array(words.buffer, 0, words.byteLength), at);
  return at + words.byteLength;
}

/** Orders that are copied at a time: their words stay in the cache. */
const CHUNK_ORDERS = 1_024;
const chunk = new Int32Array(CHUNK_ORDERS * SAVED_OPEN_WORDS);
const chunkNumbers = new Float64Array(chunk.buffer);

/**
 * The words of all slots of open orders as they are in a snapshot, in pieces of `count`, at most a chunk; a piece is
 * valid until the next one is asked for, by any caller.
 */
export function* savedOrders(orders: OrderStore, count = CHUNK_ORDERS): Generator<Int32Array> {
  for (let from = 0; from < orders.used; from += count) {
    const to = Math.min(orders.used, from + count);
    for (let slot = from, at = 0; slot < to; slot++, at += SAVED_OPEN_WORDS) {
      if (orders.traits(slot) === 0) {
        chunk.fill(0, at, at + SAVED_OPEN_WORDS);
        continue;
      }
      orders.save(slot, chunk, chunkNumbers, at);
      chunkNumbers[(at + SAVED_TICKET) / 2] = orders.ticket(slot);
      chunk[at + SAVED_POSITION] = orders.position(slot);
      chunk[at + SAVED_POSITION + 1] = 0;
    }
    yield chunk.subarray(0, (to - from) * SAVED_OPEN_WORDS);
  }
}

/** The words of all closed orders as they are in a snapshot, the oldest first, piece by piece. */
export function* savedClosedOrders(closed: ClosedOrders, count = CHUNK_ORDERS): Generator<Int32Array> {
  yield* savedPlaces(closed, closed.oldest, closed.used, count);
  yield* savedPlaces(closed, 0, closed.oldest, count);
}

function* savedPlaces(
  closed: ClosedOrders,
  first: number,
  end: number,
  count: number,
): Generator<Int32Array> {
  for (let from = first; from < end; from += count) {
    const to = Math.min(end, from + count);
    for (let place = from, at = 0; place < to; place++, at += SAVED_CLOSED_WORDS)
      closed.save(place, chunk, chunkNumbers, at);
    yield chunk.subarray(0, (to - from) * SAVED_CLOSED_WORDS);
  }
}

/** The state that a snapshot holds, or undefined if `bytes` are anything else. Never throws on garbage. */
export function readSnapshot(bytes: Uint8Array, options: EngineOptions): State | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0, true) !== MAGIC || view.getUint32(4, true) !== LAYOUT_VERSION) return undefined;
  for (let at = TOTAL_BYTES; at < HEADER_BYTES; at += 8) if (!isU53(view, at)) return undefined;
  const state = new State(options);
  const { orders, index, accounts, tiers, instruments, positions, sessions, keys, modes, audit } = state;
  const ordersUsed = getU53(view, ORDERS);
  const freeCount = getU53(view, FREE_SLOTS);
  const closedCount = getU53(view, CLOSED);
  if (ordersUsed > orders.max || freeCount > ordersUsed || closedCount > index.closed.max) return undefined;
  if (ordersUsed - freeCount > state.openOrdersMax) return undefined;
  if (getU53(view, ACCOUNTS) > accounts.max || getU53(view, INSTRUMENTS) > instruments.max) return undefined;
  if (getU53(view, POSITIONS) > positions.max || getU53(view, SESSIONS) > sessions.max) return undefined;
  if (getU53(view, KEYS) > keys.max || getU53(view, KEY_ACCOUNTS) > keys.accounts.max) return undefined;
  if (getU53(view, MODES) > modes.max) return undefined;
  const auditUsed = Math.min(getU53(view, AUDIT), audit.max);
  const total =
    HEADER_BYTES +
    ordersUsed * SAVED_OPEN_WORDS * 4 +
    paddedBytes(freeCount) +
    closedCount * SAVED_CLOSED_WORDS * 4 +
    getU53(view, ACCOUNTS) * accounts.words * 4 +
    tiers.bytes +
    getU53(view, INSTRUMENTS) * instruments.words * 4 +
    getU53(view, POSITIONS) * positions.words * 4 +
    getU53(view, SESSIONS) * sessions.words * 4 +
    getU53(view, KEYS) * keys.words * 4 +
    getU53(view, KEY_ACCOUNTS) * keys.accounts.words * 4 +
    getU53(view, MODES) * modes.words * 4 +
    auditUsed * audit.words * 4 +
    getU53(view, SWEEPS) * SAVED_SWEEP_WORDS * 4 +
    paddedBytes(recentWords(view, RECENT));
  if (total !== bytes.length || total !== getU53(view, TOTAL_BYTES)) return undefined;

  state.engineVersion = getU53(view, ENGINE_VERSION);
  if (state.engineVersion < engineVersionLeast || state.engineVersion > state.engineVersionMost)
    return undefined;
  state.lastSeq = getU53(view, LAST_SEQ);
  state.lastTimeUs = getU53(view, LAST_TIME);
  state.nextOrderId = getU53(view, NEXT_ORDER);
  state.nextTradeId = getU53(view, NEXT_TRADE);
  state.nextSessionId = getU53(view, NEXT_SESSION);
  state.nextTicket = getU53(view, NEXT_TICKET);
  state.site = getU53(view, SITE);
  state.siteEpoch = getU53(view, SITE_EPOCH);
  state.siteSeq = getU53(view, SITE_SEQ);
  state.reopening = getU53(view, REOPENING);
  state.output.digest = getU53(view, DIGEST) | 0;
  if (getU53(view, DIGEST) >= WORD || !areCountersGood(state)) return undefined;
  let at = copyOrdersFrom(orders, bytes, HEADER_BYTES, ordersUsed);
  orders.freeCount = freeCount;
  new Uint8Array(orders.free.buffer, orders.free.byteOffset).set(bytes.subarray(at, at + freeCount * 4));
  at = copyClosedFrom(index.closed, bytes, at + paddedBytes(freeCount), closedCount);
  at = accounts.copyFrom(bytes, at, getU53(view, ACCOUNTS));
  at = tiers.copyFrom(bytes, at);
  at = instruments.copyFrom(bytes, at, getU53(view, INSTRUMENTS));
  at = positions.copyFrom(bytes, at, getU53(view, POSITIONS));
  at = sessions.copyFrom(bytes, at, getU53(view, SESSIONS));
  at = keys.copyFrom(bytes, at, getU53(view, KEYS));
  at = keys.accounts.copyFrom(bytes, at, getU53(view, KEY_ACCOUNTS));
  at = modes.copyFrom(bytes, at, getU53(view, MODES));
  keys.changes = getU53(view, KEY_CHANGES);
  at = audit.copyFrom(bytes, at, auditUsed);
  audit.count = getU53(view, AUDIT);
  const sweepCount = getU53(view, SWEEPS);
  if (!readSweeps(state, bytes, at, sweepCount)) return undefined;
  at += sweepCount * SAVED_SWEEP_WORDS * 4;
  return readRecent(state, view, RECENT, at) && rebuild(state) ? state : undefined;
}

/** Takes `count` open orders from `bytes` at `at`, without links; returns the offset after them. */
function copyOrdersFrom(orders: OrderStore, bytes: Uint8Array, at: number, count: number): number {
  orders.reserve(count);
  orders.used = count;
  for (let from = 0; from < count; from += CHUNK_ORDERS) {
    const to = Math.min(count, from + CHUNK_ORDERS);
    at = fillChunk(bytes, at, (to - from) * SAVED_OPEN_WORDS);
    for (let slot = from, word = 0; slot < to; slot++, word += SAVED_OPEN_WORDS) {
      orders.load(slot, chunk, chunkNumbers, word);
      orders.setTicket(slot, chunkNumbers[(word + SAVED_TICKET) / 2]!);
      orders.setPosition(slot, chunk[word + SAVED_POSITION]!);
      orders.clearLinks(slot);
    }
  }
  return at;
}

/** Takes `count` closed orders from `bytes` at `at`; returns the offset after them. */
function copyClosedFrom(closed: ClosedOrders, bytes: Uint8Array, at: number, count: number): number {
  closed.reserve(count);
  closed.refill(count);
  for (let from = 0; from < count; from += CHUNK_ORDERS) {
    const to = Math.min(count, from + CHUNK_ORDERS);
    at = fillChunk(bytes, at, (to - from) * SAVED_CLOSED_WORDS);
    for (let place = from, word = 0; place < to; place++, word += SAVED_CLOSED_WORDS)
      closed.load(place, chunk, chunkNumbers, word);
  }
  return at;
}

function fillChunk(bytes: Uint8Array, at: number, words: number): number {
  new Uint8Array(chunk.buffer).set(bytes.subarray(at, at + words * 4));
  return at + words * 4;
}

/**
 * Whether no counter is ahead of the commands. A command makes one order or session at the most and rests one order;
 * and every trade but the last of a command closes an order.
 */
function areCountersGood(state: State): boolean {
  const { lastSeq, nextOrderId, nextTradeId, nextSessionId, nextTicket } = state;
  const least = Math.min(nextOrderId, nextTradeId, nextSessionId, nextTicket);
  if (least < 1 || nextSessionId >= WORD) return false;
  if (nextOrderId - 1 > lastSeq || nextSessionId - 1 > lastSeq) return false;
  if (state.siteSeq > lastSeq || state.site >= WORD || (state.site === 0) !== (state.siteSeq === 0))
    return false;
  if (state.reopening > (OpeningFlag.held | OpeningFlag.staged)) return false;
  return (nextTradeId - 1) / 2 <= lastSeq && nextTicket - 1 <= lastSeq;
}

/** Builds maps, lists and books from the records; false when the records contradict each other. */
function rebuild(state: State): boolean {
  const { orders, accounts, instruments, positions, sessions, keys, modes, index, recent } = state;
  if (!keys.rebuild() || keys.changes > state.lastSeq) return false;
  if (!state.audit.rebuild() || state.audit.count > state.lastSeq) return false;
  if (!accounts.rebuild() || !instruments.rebuild()) return false;
  if (!modes.rebuild(instruments.used, accounts.used)) return false;
  if ((state.reopening & OpeningFlag.held) !== 0 && modes.exchange === Mode.open) return false;
  state.isRestricted = modes.stopped > 0;
  if (!positions.rebuild(instruments.used) || !sessions.rebuild(state.nextSessionId)) return false;
  if (positions.unbalanced(instruments.used) !== NONE || !areFreeSlotsGood(state)) return false;
  for (let slot = 0; slot < orders.used; slot++) {
    if (orders.status(slot) === OrderStatus.none) continue;
    if (!isOpenOrderGood(state, slot) || !isNew(state, orders, slot)) return false;
    index.add(slot);
    if (orders.isNamed(slot)) recent.nameAgain(orders.orderId(slot), orders.account(slot));
  }
  const { closed } = index;
  for (let place = 0; place < closed.used; place++) {
    if (!isClosedOrderGood(state, place) || !isNew(state, closed, place)) return false;
    index.addClosed(place);
    if (closed.isNamed(place)) recent.nameAgain(closed.orderId(place), closed.account(place));
  }
  if (!areClosingsGood(state)) return false;
  const isOpen = (slot: number): boolean => orders.status(slot) === OrderStatus.open;
  for (const slot of slotsByOrderId(orders, isOpen)) {
    accounts.link(orders.account(slot), orders, slot);
    const session = sessionOf(state, orders.session(slot) >>> 0);
    if (session === NONE) continue;
    if (sessions.isClosing(session) || sessions.cancelsOnDisconnect(session))
      sessions.link(session, orders, slot);
  }
  let ticketBefore = 0;
  for (const slot of slotsByTicket(orders, isOpen)) {
    const ticket = orders.ticket(slot);
    if (ticket <= ticketBefore || !restAgain(state, slot)) return false;
    ticketBefore = ticket;
  }
  return !isCrossed(state);
}

/** Whether no order before had the order id or the client order id of a record. A forgotten one may look like it. */
function isNew({ index }: State, store: OrderRecords, slot: number): boolean {
  if (index.find(store.orderId(slot)) !== NONE) return false;
  if (!store.isNamed(slot)) return true;
  const found = index.findSameClient(store, slot);
  return found === NONE || found <= FORGOTTEN;
}

/** Puts an open order back into its book and counts it; false when it is impossible there. */
function restAgain(state: State, slot: number): boolean {
  const { orders, positions } = state;
  const instrument = orders.instrument(slot);
  const position = orders.position(slot);
  const side = orders.side(slot);
  const lots = orders.remaining(slot);
  if (!bookHasRoom(state, instrument, side, lots) || !positions.hasRoom(position, side, lots)) return false;
  state.books.add(instrument, slot);
  positions.addOpen(position, side, lots);
  return true;
}

function isCrossed(state: State): boolean {
  for (let book = 0; book < state.instruments.used; book++) {
    const prices = state.isSweeping ? state.sweeps : state.books;
    const bid = prices.bestPrice(book, Side.buy);
    const ask = prices.bestPrice(book, Side.sell);
    if (bid !== 0 && ask !== 0 && bid >= ask) return true;
  }
  return false;
}

/** The free slots are exactly those whose records are marked free, each once. */
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
