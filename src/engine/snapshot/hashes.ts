/**
 * Two hashes of the state, each 64 bits. The state hash is over the words of a snapshot, in their order there: replicas
 * that applied the same commands agree on it. The economic hash is over what the state means in trade, and is the same
 * for two histories that led to the same books and positions under other sequence numbers, sessions and order ids.
 */

import { Side } from '../../protocol/commands.ts';
import { clientOrderIdBytes, symbolBytes } from '../../protocol/limits.ts';
import { WORD } from '../../std/integers.ts';
import { NONE } from '../../store/records.ts';
import type { State } from '../state.ts';
import { ENTRY_WORDS } from '../stores/recent-ids.ts';
import { HEADER_BYTES, savedClosedOrders, savedOrders, savedRecords, writeHeader } from './snapshot.ts';
import { savedSweeps } from './sweep-snapshot.ts';

/** Two 32-bit lanes that run over the same words with different constants. */
class Hash {
  #low = 0x811c_9dc5 | 0;
  #high = 0x1b87_3593;

  word(value: number): void {
    this.#low = Math.imul(this.#low ^ value, 0x85eb_ca6b);
    this.#low ^= this.#low >>> 15;
    this.#high = Math.imul(((this.#high << 13) | (this.#high >>> 19)) ^ value, 0xc2b2_ae35);
    this.#high ^= this.#high >>> 16;
  }

  words(values: Int32Array, count: number): void {
    let low = this.#low;
    let high = this.#high;
    for (let n = 0; n < count; n++) {
      const value = values[n]!;
      low = Math.imul(low ^ value, 0x85eb_ca6b);
      low ^= low >>> 15;
      high = Math.imul(((high << 13) | (high >>> 19)) ^ value, 0xc2b2_ae35);
      high ^= high >>> 16;
    }
    this.#low = low;
    this.#high = high;
  }

  /** A number of 64 bits: a safe integer, not negative. */
  number(value: number): void {
    this.word(value >>> 0);
    this.word(Math.floor(value / WORD));
  }

  /** Adds both lanes of another hash: sums do not depend on their order. */
  add(other: Hash): void {
    this.#low = (this.#low + other.#low) | 0;
    this.#high = (this.#high + other.#high) | 0;
  }

  get text(): string {
    return hex(this.#high) + hex(this.#low);
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}

/** Words and orders that one step of {@link hashSteps} reads, about: a few milliseconds. */
const wordsPerStep = 262_144;
const ordersPerStep = 4_096;
/** Pieces of saved orders that are read in one step. */
const piecesPerStep = 10;

/** Both hashes of one state. */
export interface Hashes {
  readonly stateHash: string;
  readonly economicHash: string;
}

/** Both hashes in short steps, so that the caller stays responsive. The state must not change before the last one. */
export function* hashSteps(state: State): Generator<undefined, Hashes> {
  return { stateHash: yield* stateSteps(state), economicHash: yield* economicSteps(state) };
}

/** The hash of all that a snapshot of this state would hold. */
export function stateHash(state: State): string {
  return lastOf(stateSteps(state));
}

/** The hash of books in priority order and of positions; each book and position is hashed alone and then summed. */
export function economicHash(state: State): string {
  return lastOf(economicSteps(state));
}

function lastOf(steps: Generator<undefined, string>): string {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

function* stateSteps(state: State): Generator<undefined, string> {
  const hash = new Hash();
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  writeHeader(state, header);
  hash.words(new Int32Array(header.buffer), HEADER_BYTES / 4);
  const { orders, index, recent } = state;
  yield* pieceSteps(hash, savedOrders(orders));
  yield* wordSteps(hash, orders.free, orders.freeCount);
  // A snapshot goes on at a multiple of 8 bytes.
  if (orders.freeCount % 2 === 1) hash.word(0);
  yield* pieceSteps(hash, savedClosedOrders(index.closed));
  for (const records of savedRecords(state)) {
    yield* wordSteps(hash, records.i32, records.used * records.words);
  }
  const sweeps = savedSweeps(state);
  yield* wordSteps(hash, sweeps, sweeps.length);
  for (const ids of [recent.requests, recent.names]) yield* pieceSteps(hash, ids.words());
  if (((recent.requests.used + recent.names.used) * ENTRY_WORDS) % 2 === 1) hash.word(0);
  return hash.text;
}

/**
 * The state hash of the state that a snapshot holds, from its bytes, which begin at a multiple of 4 of their buffer, in
 * steps of `stepBytes`.
 */
export function* snapshotHashSteps(snapshot: Uint8Array, stepBytes: number): Generator<undefined, string> {
  const hash = new Hash();
  const words = new Int32Array(snapshot.buffer, snapshot.byteOffset, snapshot.length / 4);
  yield* wordSteps(hash, words, words.length, Math.ceil(stepBytes / 4));
  return hash.text;
}

function* pieceSteps(hash: Hash, pieces: Iterable<Int32Array>): Generator<undefined, void> {
  let count = 0;
  for (const words of pieces) {
    hash.words(words, words.length);
    if (++count % piecesPerStep === 0) yield;
  }
}

function* wordSteps(
  hash: Hash,
  values: Int32Array,
  count: number,
  stepWords = wordsPerStep,
): Generator<undefined, void> {
  let at = 0;
  for (; count - at > stepWords; at += stepWords) {
    hash.words(values.subarray(at), stepWords);
    yield;
  }
  hash.words(values.subarray(at), count - at);
}

function* economicSteps(state: State): Generator<undefined, string> {
  const sum = new Hash();
  for (let instrument = 0; instrument < state.instruments.used; instrument++) {
    const hash = new Hash();
    hashInstrument(state, hash, instrument);
    yield* sideSteps(state, hash, instrument, Side.buy);
    yield* sideSteps(state, hash, instrument, Side.sell);
    sum.add(hash);
    if (instrument % ordersPerStep === ordersPerStep - 1) yield;
  }
  const { positions } = state;
  for (let position = 0; position < positions.used; position++) {
    if (position % ordersPerStep === ordersPerStep - 1) yield;
    const bought = positions.bought(position);
    const sold = positions.sold(position);
    if (bought === 0 && sold === 0) continue;
    const hash = new Hash();
    hash.number(state.accounts.id(positions.account(position)));
    hashInstrument(state, hash, positions.instrument(position));
    hash.number(bought);
    hash.number(sold);
    sum.add(hash);
  }
  return sum.text;
}

/** An instrument is known by its symbol and its id. */
function hashInstrument({ instruments }: State, hash: Hash, instrument: number): void {
  const words = instruments.i32;
  const at = instruments.symbolAt(instrument);
  for (let n = 0; n < symbolBytes / 4; n++) hash.word(words[at + n]!);
  hash.word(instruments.id(instrument));
}

function* sideSteps(state: State, hash: Hash, instrument: number, side: number): Generator<undefined, void> {
  const { orders, accounts, books } = state;
  hash.word(side);
  const words = orders.i32;
  let read = 0;
  for (let slot = books.best(instrument, side); slot !== NONE; slot = books.after(instrument, slot)) {
    if (read++ % ordersPerStep === ordersPerStep - 1) yield;
    hash.word(orders.price(slot));
    hash.word(accounts.id(orders.account(slot)));
    hash.number(orders.remaining(slot));
    const client = orders.clientAt(slot);
    for (let n = 0; n < clientOrderIdBytes / 4; n++) hash.word(words[client + n]!);
  }
}
