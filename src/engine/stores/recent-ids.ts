/**
 * Ids of accounts that are remembered for a time: 96 bits each, the account and 64 of its own, 32 of which are a hash
 * under which they are found. They form generations, each of half a minute, and are forgotten a generation
 * at a time, so that no command waits for it. What an account holds is counted, so that few accounts cannot use up the
 * room of all. Nor can one make ids that all others have to be searched for among: where a hash is in the map follows
 * from a secret of the process, and an account holds few ids of one hash.
 */

import * as integers from '../../std/integers.ts';
import * as records from '../../store/records.ts';
import { longerLines } from '../../store/records.ts';
import { mix, SlotMap } from './slot-map.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { powerOfTwoAtLeast } = integers;

/** Generations that are remembered at a time: a time and one minute before and behind it touch so many. */
export const GENERATIONS = 5;
/** Words of an entry: slot of the account, a hash of account and id, and the rest of the id. */
export const ENTRY_WORDS = 3;
/** Words of an entry behind its account. */
const HASH = 1;
const REST = 2;
/** Entries are stored in pieces of so many, so that none is copied when there are more. */
const PIECE_ENTRIES = 8_192;
/** An account may always hold this part of all that may be held; beyond that, no more than is free. */
const FLOOR_SHIFT = 8;

/** Ids of a generation that is over, of which so many leave the map with each id that an account takes. */
const SWEPT_IDS = 4;
/** Ids of one account with one hash: by chance there is a second one only where billions are held. */
const ALIKE_MAX = 16;
/** The code of the first entry. Codes go down from it: they are below all values that mean an order. */
export const FIRST_CODE = -0x4000_0000;

/** The ids of half a minute, in the order in which they came. */
class Generation {
  used = 0;
  /** Whether its ids are forgotten, though the map may still have some. */
  isOver = false;
  /** What each account holds here, by slot, and all of them together. */
  counts = new Int32Array(0);
  held = 0;
  readonly pieces: Piece[] = [];

  count(account: number): void {
    if (account >= this.counts.length) this.counts = longerLines(this.counts, roomFor(account));
    this.counts[account]!++;
    this.held++;
  }
}

/** A part of the entries of a generation. */
class Piece {
  readonly number: number;
  readonly generation: Generation;
  readonly words = new Int32Array(PIECE_ENTRIES * ENTRY_WORDS);

  constructor(number: number, generation: Generation) {
    this.number = number;
    this.generation = generation;
  }
}

/**
 * Remembered ids, by generation. A generation is named by its number modulo GENERATIONS. The map has their codes, and
 * may have slots of other keys, too. A generation is forgotten at once, and leaves the map bit by bit.
 */
export class RecentIds {
  /** Most ids that all accounts hold together. */
  readonly max: number;
  /** Where ids are found by their hash. */
  readonly map: SlotMap;
  /** The other ids of the account that have the hash of the one that was looked for last, and are remembered. */
  alike = 0;
  /** Ids that all accounts hold. */
  held = 0;
  /** Ids in all generations. */
  used = 0;
  readonly #floor: number;
  readonly #secret: number;
  /** What each account holds, by slot. */
  #heldBy = new Int32Array(0);
  readonly #generations = Array.from({ length: GENERATIONS }, () => new Generation());
  /** All pieces, by number, and the numbers that are free. */
  readonly #pieces: Piece[] = [];
  readonly #free: number[] = [];
  /** Generations that are over but still in the map, and how many ids of the first of them have left it. */
  readonly #over: Generation[] = [];
  #swept = 0;

  /**
   * @param expected what the map has room for at the start
   * @param secret of this process: decides where hashes are in the map, and nothing else
   */
  constructor(max: number, expected: number, secret: number) {
    this.max = max;
    this.#secret = secret | 0;
    this.map = new SlotMap(expected);
    this.#floor = Math.max(1, max >>> FLOOR_SHIFT);
  }

  /** What a hash is in the map. @hot */
  keyOf(hash: number): number {
    return mix(hash ^ this.#secret);
  }

  /** Whether an account may hold one id more: the one that was looked for last. @hot */
  mayHold(account: number): boolean {
    if (this.alike >= ALIKE_MAX) return false;
    const free = this.max - this.held;
    if (free <= 0) return false;
    const held = account < this.#heldBy.length ? this.#heldBy[account]! : 0;
    return held < this.#floor || held < free;
  }

  /** Counts an id as held by an account, whether it is kept here or elsewhere. @hot */
  hold(generation: number, account: number): void {
    if (this.#over.length > 0) this.#sweep(this.#over[0]!);
    if (account >= this.#heldBy.length) this.#heldBy = longerLines(this.#heldBy, roomFor(account));
    this.#heldBy[account]!++;
    this.#generations[generation]!.count(account);
    this.held++;
  }

  has(account: number, hash: number, rest: number): boolean {
    const { map } = this;
    const key = this.keyOf(hash);
    let alike = 0;
    for (let place = map.start(key); ; place = map.next(place)) {
      const code = map.slotAt(place);
      if (code === NONE) break;
      if (map.hashAt(place) !== key) continue;
      if (this.is(code, account, rest)) return true;
      if (this.isOf(code, account)) alike++;
    }
    this.alike = alike;
    return false;
  }

  /** Whether a code is that of an id of the account that is remembered. */
  isOf(code: number, account: number): boolean {
    const n = FIRST_CODE - code;
    const { words, generation } = this.#pieces[Math.floor(n / PIECE_ENTRIES)]!;
    return words[(n % PIECE_ENTRIES) * ENTRY_WORDS] === account && !generation.isOver;
  }

  /** Whether a code that was found under the hash of an id is that of the id, and the id is remembered. */
  is(code: number, account: number, rest: number): boolean {
    const n = FIRST_CODE - code;
    const { words, generation } = this.#pieces[Math.floor(n / PIECE_ENTRIES)]!;
    const at = (n % PIECE_ENTRIES) * ENTRY_WORDS;
    return words[at] === account && words[at + REST] === rest && !generation.isOver;
  }

  /** Adds an id that is held, to the map too. */
  add(generation: number, account: number, hash: number, rest: number): void {
    this.map.add(this.keyOf(hash), this.append(generation, account, hash, rest));
  }

  /** Adds an id that is held, and returns the code with which the caller puts it into the map. @hot */
  append(generation: number, account: number, hash: number, rest: number): number {
    const into = this.#generations[generation]!;
    const at = into.used % PIECE_ENTRIES;
    if (at === 0) this.#addPiece(into);
    const { number, words } = into.pieces[into.pieces.length - 1]!;
    words[at * ENTRY_WORDS] = account;
    words[at * ENTRY_WORDS + HASH] = hash;
    words[at * ENTRY_WORDS + REST] = rest;
    into.used++;
    this.used++;
    return FIRST_CODE - (number * PIECE_ENTRIES + at);
  }

  /** Forgets a generation. */
  forget(number: number): void {
    const generation = this.#generations[number]!;
    const { used, held, counts } = generation;
    if (held === 0) return;
    this.used -= used;
    this.held -= held;
    for (let account = 0; account < counts.length; account++) this.#heldBy[account]! -= counts[account]!;
    generation.isOver = true;
    if (used > 0) this.#over.push(generation);
    this.#generations[number] = new Generation();
  }

  /** Ids in a generation. */
  usedOf(generation: number): number {
    return this.#generations[generation]!.used;
  }

  /** The words of all ids, generation by generation, piece by piece. */
  *words(): Generator<Int32Array> {
    for (const { used, pieces } of this.#generations) {
      for (let from = 0; from < used; from += PIECE_ENTRIES) {
        const count = Math.min(PIECE_ENTRIES, used - from);
        yield pieces[from / PIECE_ENTRIES]!.words.subarray(0, count * ENTRY_WORDS);
      }
    }
  }

  #addPiece(generation: Generation): void {
    const number = this.#free.pop() ?? this.#pieces.length;
    const piece = new Piece(number, generation);
    this.#pieces[number] = piece;
    generation.pieces.push(piece);
  }

  /** Takes the next ids of a generation that is over out of the map. */
  #sweep(generation: Generation): void {
    const end = Math.min(this.#swept + SWEPT_IDS, generation.used);
    for (; this.#swept < end; this.#swept++) {
      const { number, words } = generation.pieces[Math.floor(this.#swept / PIECE_ENTRIES)]!;
      const at = this.#swept % PIECE_ENTRIES;
      this.map.remove(
        this.keyOf(words[at * ENTRY_WORDS + HASH]!),
        FIRST_CODE - (number * PIECE_ENTRIES + at),
      );
      if (at === PIECE_ENTRIES - 1) this.#free.push(number);
    }
    if (end < generation.used) return;
    if (end % PIECE_ENTRIES > 0) this.#free.push(generation.pieces[generation.pieces.length - 1]!.number);
    this.#over.shift();
    this.#swept = 0;
  }
}

/** The length of what is counted by account, where there is room for this one. */
function roomFor(account: number): number {
  return powerOfTwoAtLeast(Math.max(16, account + 1));
}
