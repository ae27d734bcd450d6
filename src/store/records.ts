/**
 * Records of a fixed number of 32-bit words, side by side in one buffer that doubles up to a limit. A record is named
 * by its slot, 0, 1, 2 …; one record fills one or two cache lines, and all of them copy in one move.
 */
import { assert, assertEqual } from '../std/assert.ts';

/** The slot of nothing: an empty list, a missing neighbour, a record that was not found. */
export const NONE = -1;

/** The same slot; the first one in place of NONE, where something is read ahead that need not be there. @hot */
export function orFirst(slot: number): number {
  return slot & ~(slot >> 31);
}

/**
 * A large block of memory begins 16 bytes behind a page, where the C library notes its size: so far to the next cache
 * line.
 */
const LINE_OFFSET_BYTES = 48;

/** So many 32-bit words, all zero; where there are many of them the first one begins a cache line of 64 bytes. */
export function linesOfWords(count: number): Int32Array<ArrayBuffer> {
  return new Int32Array(new ArrayBuffer(LINE_OFFSET_BYTES + count * 4), LINE_OFFSET_BYTES, count);
}

/** The same, with the words of `before` at the start. */
export function longerLines(before: Int32Array, count: number): Int32Array<ArrayBuffer> {
  const longer = linesOfWords(count);
  longer.set(before);
  return longer;
}

/** The 64-bit fields of the same memory. */
export function numbersOf(words: Int32Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  return new Float64Array(words.buffer, words.byteOffset, words.length >>> 1);
}

/** Growing storage of equal records. Readers take `u32`, `i32` and `f64` again after anything that may append. */
export class Records {
  /** Words of one record; even, so that 64-bit fields stay aligned. */
  readonly words: number;
  /** Most records that the store may ever hold. */
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
    assertEqual(words % 2, 0, 'a record is a multiple of 8 bytes');
    this.words = words;
    this.max = max;
    this.capacity = Math.min(capacity, max);
    this.i32 = linesOfWords(this.capacity * words);
    this.u32 = new Uint32Array(this.i32.buffer, this.i32.byteOffset, this.i32.length);
    this.f64 = numbersOf(this.i32);
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
    new Uint8Array(this.u32.buffer, this.u32.byteOffset).set(from.subarray(at, at + this.bytes));
    return at + this.bytes;
  }

  /** Makes room for `count` records (at most `max`) in steps of doubling. */
  reserve(count: number): void {
    assert(count <= this.max, () => `records stay within their limit: ${count}, ${this.max}`);
    if (count <= this.capacity) return;
    let capacity = Math.max(this.capacity, 16);
    while (capacity < count) capacity *= 2;
    this.capacity = Math.min(capacity, this.max);
    this.i32 = longerLines(this.i32, this.capacity * this.words);
    this.u32 = new Uint32Array(this.i32.buffer, this.i32.byteOffset, this.i32.length);
    this.f64 = numbersOf(this.i32);
    this.grown();
  }

  /** The capacity has grown: what a store has beside its records follows. */
  protected grown(): void {}
}
