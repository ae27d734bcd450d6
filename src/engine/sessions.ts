/**
 * The sessions: the numbering of each sender's commands, which makes a resend harmless, and the orders of those that
 * asked for cancel on disconnect.
 */

import * as orderFields from '../book/order-fields.ts';
import type { OrderStore } from '../book/orders.ts';
import * as records from '../book/records.ts';
import { Records } from '../book/records.ts';
import { mix, SlotMap } from './slot-map.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { IS_TIED, ORDER_WORDS, SESSION_NEXT, SESSION_PREVIOUS, SESSION_SLOT, TIE_WORDS, TRAITS } = orderFields;
const { NONE } = records;

/** Words of a session: two numbers of 64 bits, id, token (two), grace, cancel on disconnect, one spare. */
const SESSION_WORDS = 10;
const NUMBERS = SESSION_WORDS / 2;
/** The last command number that was applied. */
const LAST_NUMBER = 0;
/** The seq of its last command: how long it has been idle. */
const LAST_SEQ = 1;
/** 0 in a free slot. */
const SESSION_ID = 4;
const TOKEN_LOW = 5;
const TOKEN_HIGH = 6;
const GRACE_MS = 7;
const CANCELS = 8;

/** The id of a session that has ended and whose orders wait to be cancelled; it is no session's. */
const CLOSING = 0xffff_ffff;

const LATELY_MASK = 255;

/** All sessions, by slot; a free slot has id 0. The few of them are searched one by one, except by id. */
export class Sessions extends Records {
  /** Open sessions. */
  count = 0;
  #map = new SlotMap(16);
  /** Of ids that end in these bits the slot that was found last. */
  readonly #lately = new Int32Array(LATELY_MASK + 1);
  /** First and last open order of each slot, where the session asked for cancel on disconnect. */
  readonly #lists: Int32Array;

  constructor(max: number) {
    super(SESSION_WORDS, 16, max);
    this.#lists = new Int32Array(max * 2).fill(NONE);
  }

  /** The slot of a session id (1 or above), or NONE. hot path */
  find(id: number): number {
    const slot = this.#lately[id & LATELY_MASK]!;
    return this.id(slot) === id ? slot : this.#search(id);
  }

  #search(id: number): number {
    const hash = mix(id);
    const map = this.#map;
    for (let place = map.start(hash); ; place = map.next(place)) {
      const slot = map.slotAt(place);
      if (slot === NONE) return NONE;
      if (this.id(slot) !== id) continue;
      this.#lately[id & LATELY_MASK] = slot;
      return slot;
    }
  }

  findToken(low: number, high: number): number {
    for (let slot = 0; slot < this.used; slot++) {
      if (this.isOpen(slot) && this.tokenLow(slot) === low && this.tokenHigh(slot) === high) return slot;
    }
    return NONE;
  }

  /** The session that has sent nothing for longest, or NONE. */
  findIdlest(): number {
    let idlest = NONE;
    for (let slot = 0; slot < this.used; slot++) {
      if (!this.isOpen(slot)) continue;
      if (idlest === NONE || this.lastSeq(slot) < this.lastSeq(idlest)) idlest = slot;
    }
    return idlest;
  }

  /** Opens a session in the lowest free slot; NONE where sessions that have ended hold all of them. */
  open(id: number, low: number, high: number, graceMs: number, cancels: number): number {
    let slot = 0;
    while (slot < this.used && this.id(slot) !== 0) slot++;
    if (slot === this.used && this.append() === NONE) return NONE;
    const at = slot * SESSION_WORDS;
    this.u32[at + SESSION_ID] = id;
    this.u32[at + TOKEN_LOW] = low;
    this.u32[at + TOKEN_HIGH] = high;
    this.u32[at + GRACE_MS] = graceMs;
    this.u32[at + CANCELS] = cancels;
    this.#map.add(mix(id), slot);
    this.count++;
    return slot;
  }

  /** Ends a session and clears its slot; it has no linked orders any more. */
  close(slot: number): void {
    this.#map.remove(mix(this.id(slot)), slot);
    this.u32.fill(0, slot * SESSION_WORDS, (slot + 1) * SESSION_WORDS);
    this.count--;
  }

  /** Ends a session whose orders are still linked: its slot stays taken until it is freed. */
  closeLater(slot: number): void {
    this.close(slot);
    this.u32[slot * SESSION_WORDS + SESSION_ID] = CLOSING;
  }

  /** Clears the slot of a session that has ended before; its last order is unlinked. */
  free(slot: number): void {
    this.u32[slot * SESSION_WORDS + SESSION_ID] = 0;
  }

  /** Whether the slot is that of an open session. */
  isOpen(slot: number): boolean {
    return this.id(slot) !== 0 && this.id(slot) !== CLOSING;
  }

  /** Whether it is that of a session that has ended and has orders. */
  isClosing(slot: number): boolean {
    return this.id(slot) === CLOSING;
  }

  id(slot: number): number {
    return this.u32[slot * SESSION_WORDS + SESSION_ID]!;
  }

  tokenLow(slot: number): number {
    return this.u32[slot * SESSION_WORDS + TOKEN_LOW]!;
  }

  tokenHigh(slot: number): number {
    return this.u32[slot * SESSION_WORDS + TOKEN_HIGH]!;
  }

  graceMs(slot: number): number {
    return this.u32[slot * SESSION_WORDS + GRACE_MS]!;
  }

  /** Whether it asked for cancel on disconnect. hot path */
  cancelsOnDisconnect(slot: number): boolean {
    return this.u32[slot * SESSION_WORDS + CANCELS] === 1;
  }

  lastNumber(slot: number): number {
    return this.f64[slot * NUMBERS + LAST_NUMBER]!;
  }

  lastSeq(slot: number): number {
    return this.f64[slot * NUMBERS + LAST_SEQ]!;
  }

  /** Notes that a command was applied. hot path */
  touch(slot: number, commandNumber: number, seq: number): void {
    this.f64[slot * NUMBERS + LAST_NUMBER] = commandNumber;
    this.f64[slot * NUMBERS + LAST_SEQ] = seq;
  }

  /** The oldest open order that goes with this session's connection, or NONE. */
  firstOrder(slot: number): number {
    return this.#lists[slot * 2]!;
  }

  /** The youngest one, or NONE. */
  lastOrder(slot: number): number {
    return this.#lists[slot * 2 + 1]!;
  }

  /** Ties an order, younger than those tied before, to a session. */
  link(slot: number, orders: OrderStore, order: number): void {
    const last = this.#lists[slot * 2 + 1]!;
    if (orders.ties.length === 0) orders.makeTies();
    const { i32, ties } = orders;
    i32[order * ORDER_WORDS + TRAITS] = i32[order * ORDER_WORDS + TRAITS]! | IS_TIED;
    ties[order * TIE_WORDS + SESSION_SLOT] = slot;
    ties[order * TIE_WORDS + SESSION_PREVIOUS] = last;
    ties[order * TIE_WORDS + SESSION_NEXT] = NONE;
    if (last === NONE) this.#lists[slot * 2] = order;
    else ties[last * TIE_WORDS + SESSION_NEXT] = order;
    this.#lists[slot * 2 + 1] = order;
  }

  /** Unties an order; one that is tied to no session stays as it is. hot path */
  unlink(orders: OrderStore, order: number): void {
    if ((orders.i32[order * ORDER_WORDS + TRAITS]! & IS_TIED) !== 0) this.#untie(orders, order);
  }

  #untie({ i32, ties }: OrderStore, order: number): void {
    i32[order * ORDER_WORDS + TRAITS] = i32[order * ORDER_WORDS + TRAITS]! & ~IS_TIED;
    const slot = ties[order * TIE_WORDS + SESSION_SLOT]!;
    const next = ties[order * TIE_WORDS + SESSION_NEXT]!;
    const previous = ties[order * TIE_WORDS + SESSION_PREVIOUS]!;
    if (previous === NONE) this.#lists[slot * 2] = next;
    else ties[previous * TIE_WORDS + SESSION_NEXT] = next;
    if (next === NONE) this.#lists[slot * 2 + 1] = previous;
    else ties[next * TIE_WORDS + SESSION_PREVIOUS] = previous;
  }

  /** Builds the map again after records were copied in; false when an id stands twice or cannot be. */
  rebuild(nextId: number): boolean {
    this.count = 0;
    for (let slot = 0; slot < this.used; slot++) {
      const id = this.id(slot);
      if (!this.isOpen(slot)) continue;
      if (id >= nextId || this.#search(id) !== NONE) return false;
      if (!Number.isSafeInteger(this.lastNumber(slot)) || !Number.isSafeInteger(this.lastSeq(slot)))
        return false;
      this.#map.add(mix(id), slot);
      this.count++;
    }
    return true;
  }
}
