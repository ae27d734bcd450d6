/**
 * Records of our own files whose second word is a CRC-32 of everything else in them: a flipped bit anywhere is found,
 * and a record of another release is told apart from a damaged one.
 */
import { DecodeCode } from '../protocol/codes.ts';
import { checkPrefix, type Fields, type Layout } from '../protocol/layout.ts';
import { crc32 } from '../std/crc32.ts';

const wordBytes = Uint32Array.BYTES_PER_ELEMENT;
/** Offset of the checksum in every sealed record, behind the prefix. */
const crcAt = 4;

function checksum(bytes: Uint8Array, at: number, length: number): number {
  return crc32(bytes, at + crcAt + 4, at + length, crc32(bytes, at, at + crcAt));
}

/** Writes the checksum of the `length` bytes at `at`, whose bytes 4 to 7 are kept free for it. */
export function seal(bytes: Uint8Array, view: DataView, at: number, length: number): void {
  view.setUint32(at + crcAt, checksum(bytes, at, length), true);
}

/** Whether the `length` bytes at `at` are what was sealed. */
function isSealed(bytes: Uint8Array, view: DataView, at: number, length: number): boolean {
  return view.getUint32(at + crcAt, true) === checksum(bytes, at, length);
}

/** The checksum of a long record, made piece by piece as its bytes come or as there is time. */
export class GrowingSeal {
  #crc = 0;
  #at = 0;

  /** Offset up to which the bytes are counted. */
  get at(): number {
    return this.#at;
  }

  /** Counts `bytes` up to offset `to`; the bytes before it must not change any more. */
  advance(bytes: Uint8Array, to: number): void {
    if (this.#at < crcAt) this.#crc = crc32(bytes, this.#at, Math.min(to, crcAt), this.#crc);
    const from = Math.max(this.#at, crcAt + 4);
    if (from < to) this.#crc = crc32(bytes, from, to, this.#crc);
    this.#at = Math.max(this.#at, to);
  }

  /** Whether the record in `view`, all of whose bytes are counted, is what was sealed. */
  matches(view: DataView): boolean {
    return view.byteLength >= crcAt + 4 && view.getUint32(crcAt, true) === this.#crc;
  }

  /** Writes the checksum into the record in `view`. */
  write(view: DataView): void {
    view.setUint32(crcAt, this.#crc, true);
  }
}

/**
 * What is wrong with the record of `layout` at `at`, sealed over `length` bytes; undefined when it is good. `grown` has
 * counted these bytes already.
 */
export function recordProblem<F extends Fields>(
  layout: Layout<F>,
  { bytes, view }: { readonly bytes: Uint8Array; readonly view: DataView },
  at: number,
  length: number,
  grown?: GrowingSeal,
): string | undefined {
  if (at + Math.max(length, layout.size) > bytes.length) return `the ${layout.name} is cut short`;
  const isGood = grown === undefined ? isSealed(bytes, view, at, length) : grown.matches(view);
  if (!isGood) return `the checksum of the ${layout.name} does not match`;
  const code = layout.check(view, at, layout.size);
  return code === DecodeCode.ok ? undefined : `the ${layout.name} holds a value that is not allowed`;
}

/** Whether there is an undamaged record at `at`, sealed over `length` bytes, in the format of another release. */
export function isOtherFormat(bytes: Uint8Array, view: DataView, at: number, length: number): boolean {
  return (
    at + length <= bytes.length &&
    !isZero(bytes, at, at + length) &&
    checkPrefix(view, at, length) === DecodeCode.wrongVersion &&
    isSealed(bytes, view, at, length)
  );
}

/** Whether all bytes from `from` to `to` are zero. A start looks through whole segments: it goes word by word. */
export function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  const wordsFrom = from + (-(bytes.byteOffset + from) & (wordBytes - 1));
  if (wordsFrom + wordBytes > to) return areBytesZero(bytes, from, to);
  const count = Math.floor((to - wordsFrom) / wordBytes);
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + wordsFrom, count);
  for (let n = 0; n < count; n++) if (words[n] !== 0) return false;
  return areBytesZero(bytes, from, wordsFrom) && areBytesZero(bytes, wordsFrom + count * wordBytes, to);
}

function areBytesZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== 0) return false;
  return true;
}
