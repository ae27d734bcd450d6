/**
 * Open addressing from a hash to slots. The map keeps hash and slot side by side and nothing else: whoever asks
 * compares the key in the record, so one class serves every kind of key. Any number but NONE serves as a slot. Its inner
 * order is never observable.
 */
import { assert } from '../std/assert.ts';
import { powerOfTwoAtLeast } from '../std/integers.ts';

/** Slots by hash, with linear probing and no tombstones. A hash is any 32-bit integer, well mixed in its low bits. */
export class SlotMap {
  /** Pairs of hash and slot + 1; 0 in the second place is an empty pair. */
  #pairs: Int32Array<ArrayBuffer>;
  #mask: number;
  #count = 0;

  constructor(expected: number) {
    const size = powerOfTwoAtLeast(Math.max(16, expected * 2));
    this.#pairs = new Int32Array(size * 2);
    this.#mask = size - 1;
  }

  /** Where the search for a hash begins. hot path */
  start(hash: number): number {
    return hash & this.#mask;
  }

  next(place: number): number {
    return (place + 1) & this.#mask;
  }

  /** The slot at a place of the search; NONE (-1) ends it. hot path */
  slotAt(place: number): number {
    return this.#pairs[place * 2 + 1]! - 1;
  }

  hashAt(place: number): number {
    return this.#pairs[place * 2]!;
  }

  /** Adds a slot whose key is not in the map. hot path */
  add(hash: number, slot: number): void {
    if ((this.#count + 1) * 3 > (this.#mask + 1) * 2) this.#grow();
    this.#count++;
    this.#put(hash, slot);
  }

  /** Puts another slot in the place of one that stands in the map under this hash. hot path */
  replace(hash: number, before: number, after: number): void {
    const pairs = this.#pairs;
    const mask = this.#mask;
    let place = hash & mask;
    while (pairs[place * 2 + 1] !== before + 1) {
      assert(pairs[place * 2 + 1] !== 0, 'the slot stands in the map');
      place = (place + 1) & mask;
    }
    pairs[place * 2 + 1] = after + 1;
  }

  /** Removes a slot that stands in the map under this hash. hot path */
  remove(hash: number, slot: number): void {
    const pairs = this.#pairs;
    const mask = this.#mask;
    let hole = hash & mask;
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
    const before = this.#pairs;
    this.#pairs = new Int32Array(before.length * 2);
    this.#mask = before.length - 1;
    for (let n = 0; n < before.length; n += 2) {
      if (before[n + 1] !== 0) this.#put(before[n]!, before[n + 1]! - 1);
    }
  }
}

/** Mixes a 32-bit integer so that its low bits depend on all of it. hot path */
export function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
