/**
 * The positions: what an account bought and sold of an instrument, and what it has open. Bought - sold is the position;
 * as far as it would go if all on one side traded it stays a safe integer, so every count here is exact.
 */

import * as protocolCommands from '../../protocol/commands.ts';
import * as protocolLimits from '../../protocol/limits.ts';
import * as integers from '../../std/integers.ts';
import { wordsOf } from '../../store/record-fields.ts';
import * as records from '../../store/records.ts';
import { Records } from '../../store/records.ts';
import type { Accounts } from './accounts.ts';
import * as slotMap from './slot-map.ts';
import { SlotMap } from './slot-map.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE, orFirst } = records;
const { Side } = protocolCommands;
const { sumLotsMax } = protocolLimits;
const { WORD } = integers;
const { mix } = slotMap;

/** The record of a position, which fills one cache line. */
const position = wordsOf(16, {
  bought: 2,
  sold: 2,
  openBuy: 2,
  openSell: 2,
  /** Slots. */
  account: 1,
  instrument: 1,
  /** Slot + 1 of the next position of the account, 0 at the end. */
  next: 1,
  spare: 5,
});
const POSITION_WORDS = position.words;
const NUMBERS = POSITION_WORDS / 2;
const BOUGHT = position.at.bought / 2;
const SOLD = position.at.sold / 2;
const OPEN_BUY = position.at.openBuy / 2;
const OPEN_SELL = position.at.openSell / 2;
const POSITION_ACCOUNT = position.at.account;
const POSITION_INSTRUMENT = position.at.instrument;
const POSITION_NEXT = position.at.next;

/** All positions, by slot. A position is made by the first order that is accepted and stays. */
export class Positions extends Records {
  #map = new SlotMap(16);
  readonly #accounts: Accounts;

  /** @param room positions for which there is memory at the start, of `max` */
  constructor(room: number, max: number, accounts: Accounts) {
    super(POSITION_WORDS, room, max);
    this.#accounts = accounts;
  }

  /** The position of two slots, or NONE. @hot */
  find(account: number, instrument: number): number {
    const hash = hashOf(account, instrument);
    const map = this.#map;
    for (let place = map.start(hash); ; place = map.next(place)) {
      const slot = map.slotAt(place);
      if (slot === NONE) return NONE;
      if (map.hashAt(place) !== hash) continue;
      if (this.account(slot) === account && this.instrument(slot) === instrument) return slot;
    }
  }

  /** For `count` pairs, most likely what `find` returns, without a look at any position. @hot */
  guess(accounts: Int32Array, instruments: Int32Array, count: number, into: Int32Array): void {
    for (let n = 0; n < count; n++) into[n] = hashOf(accounts[n]!, instruments[n]!);
    this.#map.guess(into, count);
  }

  /** Reads `count` positions, by slot or NONE. @hot */
  readAhead(slots: Int32Array, count: number): number {
    const { i32 } = this;
    let read = 0;
    for (let n = 0; n < count; n++) read += i32[orFirst(slots[n]!) * POSITION_WORDS]!;
    return read | 0;
  }

  /** A new position, or NONE at the limit. */
  create(account: number, instrument: number): number {
    const slot = this.append();
    if (slot === NONE) return NONE;
    const at = slot * POSITION_WORDS;
    this.u32[at + POSITION_ACCOUNT] = account;
    this.u32[at + POSITION_INSTRUMENT] = instrument;
    this.u32[at + POSITION_NEXT] = this.#accounts.firstPosition(account) + 1;
    this.#accounts.setFirstPosition(account, slot);
    this.#map.add(hashOf(account, instrument), slot);
    return slot;
  }

  account(slot: number): number {
    return this.u32[slot * POSITION_WORDS + POSITION_ACCOUNT]!;
  }

  instrument(slot: number): number {
    return this.u32[slot * POSITION_WORDS + POSITION_INSTRUMENT]!;
  }

  /** The next position of the same account, the youngest first, or NONE. */
  next(slot: number): number {
    return this.u32[slot * POSITION_WORDS + POSITION_NEXT]! - 1;
  }

  bought(slot: number): number {
    return this.f64[slot * NUMBERS + BOUGHT]!;
  }

  sold(slot: number): number {
    return this.f64[slot * NUMBERS + SOLD]!;
  }

  /** Lots that rest in the book. @hot */
  open(slot: number, side: number): number {
    return this.f64[slot * NUMBERS + OPEN_BUY - 1 + side]!;
  }

  /** Adds lots (negative: takes them off) to what rests in the book. @hot */
  addOpen(slot: number, side: number, lots: number): void {
    this.f64[slot * NUMBERS + OPEN_BUY - 1 + side]! += lots;
  }

  /**
   * Whether `lots` more on a side can be counted whatever trades next; `slot` may be NONE. A position on the other side
   * takes no room: it becomes smaller first.
   */
  hasRoom(slot: number, side: number, lots: number): boolean {
    if (slot === NONE) return lots <= sumLotsMax;
    const position = this.bought(slot) - this.sold(slot);
    const ahead = side === Side.buy ? position : -position;
    return lots <= sumLotsMax - (ahead > 0 ? ahead : 0) - this.open(slot, side);
  }

  /** Counts a trade. When a count would leave the safe integers, both are lowered by what they share. @hot */
  trade(slot: number, side: number, lots: number): void {
    const at = slot * NUMBERS + (side === Side.buy ? BOUGHT : SOLD);
    if (this.f64[at]! > sumLotsMax - lots) {
      const shared = Math.min(this.bought(slot), this.sold(slot));
      this.f64[slot * NUMBERS + BOUGHT]! -= shared;
      this.f64[slot * NUMBERS + SOLD]! -= shared;
    }
    this.f64[at]! += lots;
  }

  /**
   * An instrument, by its slot, of which all accounts together did not buy as much as they sold, NONE where there is
   * none; summed in two words to stay exact.
   */
  unbalanced(instruments: number): number {
    const balance = new Float64Array(instruments * 2);
    for (let slot = 0; slot < this.used; slot++) {
      const at = this.instrument(slot) * 2;
      const bought = this.bought(slot);
      const sold = this.sold(slot);
      balance[at]! += (bought % WORD) - (sold % WORD);
      balance[at + 1]! += Math.floor(bought / WORD) - Math.floor(sold / WORD);
    }
    for (let at = 0; at < balance.length; at += 2) {
      if (balance[at + 1]! + balance[at]! / WORD !== 0) return at / 2;
    }
    return NONE;
  }

  /** Builds map and lists again after records were copied in, with nothing open; false when one is impossible. */
  rebuild(instruments: number): boolean {
    this.#map = new SlotMap(this.used);
    for (let slot = 0; slot < this.used; slot++) {
      const account = this.account(slot);
      const instrument = this.instrument(slot);
      if (account >= this.#accounts.used || instrument >= instruments) return false;
      if (!Number.isSafeInteger(this.bought(slot)) || this.bought(slot) < 0) return false;
      if (!Number.isSafeInteger(this.sold(slot)) || this.sold(slot) < 0) return false;
      if (this.find(account, instrument) !== NONE) return false;
      this.#map.add(hashOf(account, instrument), slot);
      this.f64[slot * NUMBERS + OPEN_BUY] = 0;
      this.f64[slot * NUMBERS + OPEN_SELL] = 0;
      this.u32[slot * POSITION_WORDS + POSITION_NEXT] = this.#accounts.firstPosition(account) + 1;
      this.#accounts.setFirstPosition(account, slot);
    }
    return true;
  }
}

function hashOf(account: number, instrument: number): number {
  return mix(account ^ Math.imul(instrument + 1, 0x9e37_79b1));
}
