/** Records that are found by an id of 32 bits, and the order of those ids: what accounts and instruments share. */

import * as protocolLimits from '../../protocol/limits.ts';
import { powerOfTwoAtLeast } from '../../std/integers.ts';
import * as records from '../../store/records.ts';
import { longerLines, Records } from '../../store/records.ts';
import { mix, SlotMap } from './slot-map.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { symbolBytes } = protocolLimits;

/** Word of a record that holds its id, in every registry. */
const ID = 0;
/** Words of its name or symbol. */
const TEXT_WORDS = symbolBytes / 4;

/** Ids below this are found in an array; most users number from 1. */
const DIRECT_IDS_MAX = 65_536;

/** Records that are created once and stay. Ids are arbitrary; slots are the order of creation. */
export class Registry extends Records {
  /** The id of each slot, once more and close together, for readers of ids alone; above 2^31 negative. */
  ids = new Int32Array(16);
  /** Slot + 1 of each small id, 0 where there is none. */
  #direct = new Int32Array(16);
  #map = new SlotMap(16);

  /** The slot of an id, or NONE. @hot */
  find(id: number): number {
    const direct = this.#direct;
    return id < direct.length ? direct[id]! - 1 : this.#search(id);
  }

  #search(id: number): number {
    const hash = mix(id);
    const map = this.#map;
    for (let place = map.start(hash); ; place = map.next(place)) {
      const slot = map.slotAt(place);
      if (slot === NONE || this.u32[slot * this.words + ID] === id) return slot;
    }
  }

  id(slot: number): number {
    return this.ids[slot]! >>> 0;
  }

  /** A new record with an id that is not taken, or NONE at the limit. */
  create(id: number): number {
    const slot = this.append();
    if (slot === NONE) return NONE;
    this.u32[slot * this.words + ID] = id;
    this.#enter(id, slot);
    return slot;
  }

  /** Gives a record the text at `at` of a command; `field` is its first word. */
  protected takeText(slot: number, field: number, view: DataView, at: number): void {
    const to = slot * this.words + field;
    for (let n = 0; n < TEXT_WORDS; n++) this.u32[to + n] = view.getUint32(at + n * 4, true);
  }

  /** Whether the text of a record is the one at `at` of a command. */
  protected hasText(slot: number, field: number, view: DataView, at: number): boolean {
    const from = slot * this.words + field;
    for (let n = 0; n < TEXT_WORDS; n++) {
      if (this.u32[from + n] !== view.getUint32(at + n * 4, true)) return false;
    }
    return true;
  }

  /** Builds the map again after records were copied in; false when two have the same id. */
  rebuild(): boolean {
    this.#direct = new Int32Array(16);
    this.#map = new SlotMap(this.used);
    for (let slot = 0; slot < this.used; slot++) {
      const id = this.u32[slot * this.words + ID]!;
      if (this.find(id) !== NONE) return false;
      this.#enter(id, slot);
    }
    return true;
  }

  #enter(id: number, slot: number): void {
    if (slot >= this.ids.length) this.ids = longerLines(this.ids, powerOfTwoAtLeast(slot + 1));
    this.ids[slot] = id;
    if (id >= DIRECT_IDS_MAX) {
      this.#map.add(mix(id), slot);
      return;
    }
    if (id >= this.#direct.length) {
      this.#direct = longerLines(this.#direct, powerOfTwoAtLeast(id + 1));
    }
    this.#direct[id] = slot + 1;
  }
}
