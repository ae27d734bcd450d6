/**
 * The sessions: the numbering of each sender's commands, which makes a resend harmless, and the orders of those that
 * asked for cancel on disconnect.
 */

import * as parties from '../../protocol/parties.ts';
import type { OrderStore } from '../../store/orders.ts';
import { wordsOf } from '../../store/record-fields.ts';
import * as records from '../../store/records.ts';
import { Records } from '../../store/records.ts';
import { mix, SlotMap } from './slot-map.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { gateway: GATEWAY, program: PROGRAM, watcher: WATCHER } = parties.PartyKind;

const session = wordsOf(12, {
  /** The last command number that was applied. */
  lastNumber: 2,
  /** The seq of its last command: how long it has been idle. */
  lastSeq: 2,
  /** 0 in a free slot. */
  id: 1,
  tokenLow: 1,
  tokenHigh: 1,
  graceMs: 1,
  /** 1: its orders go with its connection. */
  cancels: 1,
  /** The party that opened it, and the only one that may speak for it: a PartyKind and a number of its kind. */
  ownerKind: 1,
  ownerId: 1,
  /** Of a program the number of its key, 0 where it has none: by this it acts for accounts. */
  keyNumber: 1,
});
const SESSION_WORDS = session.words;
const NUMBERS = SESSION_WORDS / 2;
const LAST_NUMBER = session.at.lastNumber / 2;
const LAST_SEQ = session.at.lastSeq / 2;
const SESSION_ID = session.at.id;
const TOKEN_LOW = session.at.tokenLow;
const TOKEN_HIGH = session.at.tokenHigh;
const GRACE_MS = session.at.graceMs;
const CANCELS = session.at.cancels;
const OWNER_KIND = session.at.ownerKind;
const OWNER_ID = session.at.ownerId;
const KEY_NUMBER = session.at.keyNumber;

/** The id of a session that has ended and whose orders wait to be cancelled; it is no session's. */
const CLOSING = 0xffff_ffff;

const LATELY_MASK = 255;

/** What a party shows to speak for a session: the token that it was opened with, and its proven identity. */
export interface SessionClaim {
  readonly tokenLow: number;
  readonly tokenHigh: number;
  readonly ownerKind: number;
  readonly ownerId: number;
}

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

  /** The slot of a session id (1 or above), or NONE. @hot */
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

  /** The open session that a claim is good for, or NONE. */
  findClaimed(claim: SessionClaim): number {
    for (let slot = 0; slot < this.used; slot++) {
      if (this.isOpen(slot) && this.isClaimedBy(slot, claim)) return slot;
    }
    return NONE;
  }

  /** Whether a claim is good for the session in a slot. */
  isClaimedBy(slot: number, { tokenLow, tokenHigh, ownerKind, ownerId }: SessionClaim): boolean {
    const isOwner = this.ownerKind(slot) === ownerKind && this.ownerId(slot) === ownerId;
    return isOwner && this.tokenLow(slot) === tokenLow && this.tokenHigh(slot) === tokenHigh;
  }

  /**
   * The session that gives way to another: of the owners with the most sessions the one that has sent nothing for
   * longest; NONE where none is open. So none can take the sessions of others by opening many.
   */
  findGivingWay(): number {
    const counts = new Map<number, number>();
    let most = 0;
    for (let slot = 0; slot < this.used; slot++) {
      if (!this.isOpen(slot)) continue;
      const count = (counts.get(this.#owner(slot)) ?? 0) + 1;
      counts.set(this.#owner(slot), count);
      most = Math.max(most, count);
    }
    let idlest = NONE;
    for (let slot = 0; slot < this.used; slot++) {
      if (!this.isOpen(slot) || counts.get(this.#owner(slot)) !== most) continue;
      if (idlest === NONE || this.lastSeq(slot) < this.lastSeq(idlest)) idlest = slot;
    }
    return idlest;
  }

  /** The owner as one number. */
  #owner(slot: number): number {
    return this.ownerKind(slot) * 2 ** 32 + this.ownerId(slot);
  }

  /** Opens a session in the lowest free slot; NONE where sessions that have ended hold all of them. */
  open(id: number, claim: SessionClaim, graceMs: number, cancels: number): number {
    let slot = 0;
    while (slot < this.used && this.id(slot) !== 0) slot++;
    if (slot === this.used && this.append() === NONE) return NONE;
    const at = slot * SESSION_WORDS;
    this.u32[at + SESSION_ID] = id;
    this.u32[at + TOKEN_LOW] = claim.tokenLow;
    this.u32[at + TOKEN_HIGH] = claim.tokenHigh;
    this.u32[at + OWNER_KIND] = claim.ownerKind;
    this.u32[at + OWNER_ID] = claim.ownerId;
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

  ownerKind(slot: number): number {
    return this.u32[slot * SESSION_WORDS + OWNER_KIND]!;
  }

  ownerId(slot: number): number {
    return this.u32[slot * SESSION_WORDS + OWNER_ID]!;
  }

  /** Whether its owner may send some commands alone. @hot */
  isLimited(slot: number): boolean {
    const kind = this.u32[slot * SESSION_WORDS + OWNER_KIND]!;
    return kind === PROGRAM || kind === WATCHER;
  }

  /** Whether a program opened it, which acts by its key alone. */
  isOfProgram(slot: number): boolean {
    return this.ownerKind(slot) === PROGRAM;
  }

  /** Whether a watcher opened it, which has the canary alone. */
  isOfWatcher(slot: number): boolean {
    return this.ownerKind(slot) === WATCHER;
  }

  /** Whether a gateway opened it, which acts for the holders of keys and for no operator. */
  isOfGateway(slot: number): boolean {
    return this.ownerKind(slot) === GATEWAY;
  }

  keyNumber(slot: number): number {
    return this.u32[slot * SESSION_WORDS + KEY_NUMBER]!;
  }

  /** The sessions of a program act by a key from now on. */
  giveKey(programId: number, keyNumber: number): void {
    for (let slot = 0; slot < this.used; slot++) {
      if (this.isOpen(slot) && this.isOfProgram(slot) && this.ownerId(slot) === programId)
        this.u32[slot * SESSION_WORDS + KEY_NUMBER] = keyNumber;
    }
  }

  graceMs(slot: number): number {
    return this.u32[slot * SESSION_WORDS + GRACE_MS]!;
  }

  /** Whether it asked for cancel on disconnect. @hot */
  cancelsOnDisconnect(slot: number): boolean {
    return this.u32[slot * SESSION_WORDS + CANCELS] === 1;
  }

  lastNumber(slot: number): number {
    return this.f64[slot * NUMBERS + LAST_NUMBER]!;
  }

  lastSeq(slot: number): number {
    return this.f64[slot * NUMBERS + LAST_SEQ]!;
  }

  /** Notes that a command was applied. @hot */
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
    orders.tie(order, slot, last, NONE);
    if (last === NONE) this.#lists[slot * 2] = order;
    else orders.setSessionNext(last, order);
    this.#lists[slot * 2 + 1] = order;
  }

  /** Unties an order; one that is tied to no session stays as it is. @hot */
  unlink(orders: OrderStore, order: number): void {
    if (orders.isTied(order)) this.#untie(orders, order);
  }

  #untie(orders: OrderStore, order: number): void {
    orders.setTied(order, false);
    const slot = orders.tiedSession(order);
    const next = orders.sessionNext(order);
    const previous = orders.sessionPrevious(order);
    if (previous === NONE) this.#lists[slot * 2] = next;
    else orders.setSessionNext(previous, next);
    if (next === NONE) this.#lists[slot * 2 + 1] = previous;
    else orders.setSessionPrevious(next, previous);
  }

  /** Builds the map again after records were copied in; false when two have the same id, or one is impossible. */
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
