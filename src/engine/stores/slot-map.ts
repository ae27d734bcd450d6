/**
 * Open addressing from a hash to slots. The map keeps hash and slot side by side and nothing else: its caller compares
 * the key in the record, so one class serves every kind of key. Any number but NONE serves as a slot. Its inner order
 * is never observable.
 */
import { assert } from '../../std/assert.ts';
import { powerOfTwoAtLeast } from '../../std/integers.ts';

/** Places of the table before that each new slot empties. */
const SWEPT_PLACES = 8;

/**
 * Slots by hash, with linear probing and no tombstones. A hash is any 32-bit integer, well mixed in its low bits. A
 * table that has become too small moves into one of twice its size bit by bit, so that no command waits for all of it.
 */
export class SlotMap {
  /** Pairs of hash and slot + 1; 0 in the second place is an empty pair. */
  #pairs: Int32Array<ArrayBuffer>;
  #mask: number;
  #count = 0;
  /** The table before, as long as there is anything in it. */
  #before: Int32Array<ArrayBuffer> | undefined;
  /** Its places below this one are empty. */
  #swept = 0;

  constructor(expected: number) {
    const size = powerOfTwoAtLeast(Math.max(16, expected * 2));
    this.#pairs = new Int32Array(size * 2);
    this.#mask = size - 1;
  }

  /** Slots in the map. */
  get count(): number {
    return this.#count;
  }

  /** Where the search for a hash begins. @hot */
  start(hash: number): number {
    if (this.#before !== undefined) this.#moveRun(this.#before, hash);
    return hash & this.#mask;
  }

  next(place: number): number {
    return (place + 1) & this.#mask;
  }

  /** The slot at a place of the search; NONE (-1) ends it. @hot */
  slotAt(place: number): number {
    return this.#pairs[place * 2 + 1]! - 1;
  }

  hashAt(place: number): number {
    return this.#pairs[place * 2]!;
  }

  /**
   * Turns `count` hashes into what most likely are their slots, or NONE, without a branch: a wrong guess would end a
   * processor's way ahead. @hot
   */
  guess(hashes: Int32Array, count: number): void {
    const before = this.#before;
    for (let n = 0; n < count; n++) {
      const hash = hashes[n]!;
      const slot = guessIn(this.#pairs, hash);
      const isNone = slot >> 31;
      hashes[n] = before === undefined ? slot : (slot & ~isNone) | (guessIn(before, hash) & isNone);
    }
  }

  /** Reads where the search for a hash begins, so that it is in the cache. @hot */
  readAhead(hash: number): number {
    const before = this.#before;
    const read = this.#pairs[(hash & this.#mask) * 2]!;
    return before === undefined ? read : read ^ before[(hash & ((before.length >>> 1) - 1)) * 2]!;
  }

  /** Adds a slot whose key is not in the map. @hot */
  add(hash: number, slot: number): void {
    if ((this.#count + 1) * 3 > (this.#mask + 1) * 2) this.#grow();
    else if (this.#before !== undefined) this.#sweep(this.#before, SWEPT_PLACES);
    this.#count++;
    this.#put(hash, slot);
  }

  /** Puts another slot in the place of one that is in the map under this hash. @hot */
  replace(hash: number, before: number, after: number): void {
    const pairs = this.#pairs;
    const mask = this.#mask;
    let place = this.start(hash);
    while (pairs[place * 2 + 1] !== before + 1) {
      assert(pairs[place * 2 + 1] !== 0, 'the slot stands in the map');
      place = (place + 1) & mask;
    }
    pairs[place * 2 + 1] = after + 1;
  }

  /** Removes a slot that is in the map under this hash. @hot */
  remove(hash: number, slot: number): void {
    const pairs = this.#pairs;
    const mask = this.#mask;
    let hole = this.start(hash);
    while (pairs[hole * 2 + 1] !== slot + 1) {
      if (pairs[hole * 2 + 1] === 0) return;
      hole = (hole + 1) & mask;
    }
    this.#count--;
    // Pairs further on move back into the hole, unless that would put them before the start of their search.
    for (let place = (hole + 1) & mask; pairs[place * 2 + 1] !== 0; place = (place + 1) & mask) {
      const home = pairs[place * 2]! & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      pairs[hole * 2] = pairs[place * 2]!;
      pairs[hole * 2 + 1] = pairs[place * 2 + 1]!;
      hole = place;
    }
    pairs[hole * 2 + 1] = 0;
  }

  #put(hash: number, slot: number): void {
    let place = hash & this.#mask;
    while (this.#pairs[place * 2 + 1] !== 0) place = (place + 1) & this.#mask;
    this.#pairs[place * 2] = hash;
    this.#pairs[place * 2 + 1] = slot + 1;
  }

  #grow(): void {
    if (this.#before !== undefined) this.#sweep(this.#before, this.#before.length / 2);
    this.#before = this.#pairs;
    this.#swept = 0;
    this.#pairs = new Int32Array(this.#before.length * 2);
    this.#mask = this.#before.length - 1;
  }

  /** Empties the next places of the table before. */
  #sweep(before: Int32Array, places: number): void {
    const end = Math.min(this.#swept + places, before.length / 2);
    for (let place = this.#swept; place < end; place++) this.#moveRun(before, place);
    this.#swept = end;
    if (end === before.length / 2) this.#before = undefined;
  }

  /**
   * Moves the entries of the old table from the place of a hash on, up to the next empty place: all
   * entries with that hash are among them, or were moved earlier, with the end of a run that began further on.
   */
  #moveRun(before: Int32Array, hash: number): void {
    const mask = before.length / 2 - 1;
    for (let place = hash & mask; before[place * 2 + 1] !== 0; place = (place + 1) & mask) {
      this.#put(before[place * 2]!, before[place * 2 + 1]! - 1);
      before[place * 2 + 1] = 0;
    }
  }
}

/** The slot at the place where the search for a hash begins, or at the next one if the first has another hash. */
function guessIn(pairs: Int32Array, hash: number): number {
  const mask = (pairs.length >>> 1) - 1;
  const place = hash & mask;
  const other = pairs[place * 2]! ^ hash;
  const isOther = (other | -other) >> 31;
  return pairs[((place - isOther) & mask) * 2 + 1]! - 1;
}

/** Mixes a 32-bit integer so that its low bits depend on all of it. @hot */
export function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
