/**
 * Records of a fixed number of 32-bit words, side by side in one buffer that doubles up to a limit. A record is named
 * by its slot, 0, 1, 2 …; one record fills one or two cache lines, and all of them copy in one move.
 */
import { assert } from '../std/assert.ts';

/** The slot of nothing: an empty list, a missing neighbour, a record that was not found. */
export const NONE = -1;

/** Growing storage of equal records. Readers take `u32`, `i32` and `f64` anew after anything that may append. */
export class Records {
  /** Words of one record; even, so that 64-bit fields stay aligned. */
  readonly words: number;
  /** Most records that may ever stand here. */
  readonly max: number;
  u32: Uint32Array<ArrayBuffer>;
  /** The same memory as `u32`, for fields that are signed or below 2^31: these are the cheapest to read. */
  i32: Int32Array<ArrayBuffer>;
  /** The same memory as `u32`, for fields of 64 bits: integers up to 2^53 - 1. */
  f64: Float64Array<ArrayBuffer>;
  capacity: number;
  /** Slots from 0 to `used` - 1 have been given out. */
  used = 0;

  constructor(words: number, capacity: number, max: number) {
    assert(words % 2 === 0, 'a record is a multiple of 8 bytes');
    this.words = words;
    this.max = max;
    this.capacity = Math.min(capacity, max);
    this.u32 = new Uint32Array(this.capacity * words);
    this.i32 = new Int32Array(this.u32.buffer);
    this.f64 = new Float64Array(this.u32.buffer);
  }

  /** The next slot, all zero, or NONE when the limit is reached. */
  append(): number {
    if (this.used === this.capacity) {
      if (this.capacity >= this.max) return NONE;
      this.reserve(this.capacity + 1);
    }
    return this.used++;
  }

  /** Bytes of the records given out. */
  get bytes(): number {
    return this.used * this.words * 4;
  }

  /** Takes `count` records (at most `max`) from `from` at `at`; returns the offset after them. */
  copyFrom(from: Uint8Array, at: number, count: number): number {
    this.reserve(count);
    this.used = count;
    new Uint8Array(this.u32.buffer).set(from.subarray(at, at + this.bytes));
    return at + this.bytes;
  }

  /** Makes room for `count` records (at most `max`) in steps of doubling. */
  reserve(count: number): void {
    assert(count <= this.max, 'records stay within their limit');
    if (count <= this.capacity) return;
    let capacity = Math.max(this.capacity, 16);
    while (capacity < count) capacity *= 2;
    this.capacity = Math.min(capacity, this.max);
    const grown = new Uint32Array(this.capacity * this.words);
    grown.set(this.u32);
    this.u32 = grown;
    this.i32 = new Int32Array(grown.buffer);
    this.f64 = new Float64Array(grown.buffer);
  }
}
