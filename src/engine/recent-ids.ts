/**
 * Ids of accounts that are remembered for a time: 96 bits each, the account and 64 of its own. They stand in generations,
 * each for half a minute of time, and are forgotten a generation at a time, so that no command waits for it. What an
 * account holds is counted, so that few accounts cannot use up the room of all.
 */
import * as records from '../book/records.ts';
import { longerLines } from '../book/records.ts';
import * as integers from '../std/integers.ts';
import { mix, SlotMap } from './slot-map.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { powerOfTwoAtLeast } = integers;

/** Generations that are remembered at a time: a time and one minute before and behind it touch so many. */
export const GENERATIONS = 5;
/** Words of an entry: slot of the account, and the low and the high word of the id. */
export const ENTRY_WORDS = 3;
/** Entries are stored in pieces of so many, so that none is copied when there are more. */
const PIECE_ENTRIES = 8_192;
/** An account may always hold this part of all that may be held; beyond that, no more than is free. */
const FLOOR_SHIFT = 8;

/** The ids of half a minute, in the order in which they came. */
class Generation {
  used = 0;
  /** What each account holds here, by slot, and all of them together. */
  counts = new Int32Array(0);
  held = 0;
  readonly pieces: Int32Array[] = [];
  readonly #map = new SlotMap(16);

  add(account: number, low: number, high: number): void {
    const n = this.used++;
    const piece = Math.floor(n / PIECE_ENTRIES);
    if (piece === this.pieces.length) this.pieces.push(new Int32Array(PIECE_ENTRIES * ENTRY_WORDS));
    const words = this.pieces[piece]!;
    const at = (n % PIECE_ENTRIES) * ENTRY_WORDS;
    words[at] = account;
    words[at + 1] = low;
    words[at + 2] = high;
    this.#map.add(hashOf(account, low, high), n);
  }

  has(account: number, low: number, high: number): boolean {
    if (this.used === 0) return false;
    const hash = hashOf(account, low, high);
    const map = this.#map;
    for (let place = map.start(hash); ; place = map.next(place)) {
      const n = map.slotAt(place);
      if (n === NONE) return false;
      if (map.hashAt(place) !== hash) continue;
      const words = this.pieces[Math.floor(n / PIECE_ENTRIES)]!;
      const at = (n % PIECE_ENTRIES) * ENTRY_WORDS;
      if (words[at] === account && words[at + 1] === low && words[at + 2] === high) return true;
    }
  }

  count(account: number): void {
    if (account >= this.counts.length) {
      this.counts = longerLines(this.counts, powerOfTwoAtLeast(Math.max(16, account + 1)));
    }
    this.counts[account]!++;
    this.held++;
  }
}

/** Remembered ids, by generation. A generation is named by its number modulo GENERATIONS. */
export class RecentIds {
  /** Most ids that all accounts hold together. */
  readonly max: number;
  /** Ids that all accounts hold. */
  held = 0;
  /** Ids that stand here. */
  used = 0;
  readonly #floor: number;
  readonly #generations = Array.from({ length: GENERATIONS }, () => new Generation());

  constructor(max: number) {
    this.max = max;
    this.#floor = Math.max(1, max >>> FLOOR_SHIFT);
  }

  /** Whether an account may hold one id more. */
  mayHold(account: number): boolean {
    const free = this.max - this.held;
    if (free <= 0) return false;
    const held = this.heldBy(account);
    return held < this.#floor || held < free;
  }

  heldBy(account: number): number {
    let held = 0;
    for (let n = 0; n < GENERATIONS; n++) held += this.#generations[n]!.counts[account] ?? 0;
    return held;
  }

  /** Counts an id as held by an account, whether it stands here or is known otherwise. */
  hold(generation: number, account: number): void {
    this.#generations[generation]!.count(account);
    this.held++;
  }

  has(account: number, low: number, high: number): boolean {
    if (this.used === 0) return false;
    for (let n = 0; n < GENERATIONS; n++) if (this.#generations[n]!.has(account, low, high)) return true;
    return false;
  }

  /** Adds an id that is held. */
  add(generation: number, account: number, low: number, high: number): void {
    this.#generations[generation]!.add(account, low, high);
    this.used++;
  }

  /** Forgets a generation. */
  forget(generation: number): void {
    const { used, held } = this.#generations[generation]!;
    this.used -= used;
    this.held -= held;
    if (used > 0 || held > 0) this.#generations[generation] = new Generation();
  }

  /** Ids that stand in a generation. */
  usedOf(generation: number): number {
    return this.#generations[generation]!.used;
  }

  /** The words of all ids, generation by generation, piece by piece. */
  *words(): Generator<Int32Array> {
    for (const { used, pieces } of this.#generations) {
      for (let from = 0; from < used; from += PIECE_ENTRIES) {
        const count = Math.min(PIECE_ENTRIES, used - from);
        yield pieces[from / PIECE_ENTRIES]!.subarray(0, count * ENTRY_WORDS);
      }
    }
  }
}

function hashOf(account: number, low: number, high: number): number {
  return mix(Math.imul(account, 0x9e37_79b1) ^ low ^ Math.imul(high, 0x85eb_ca6b));
}
