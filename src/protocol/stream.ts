/**
 * Records out of a stream of bytes: chunks of any size go in, whole records come out, in a buffer that never grows. A
 * record's content is checked by its catalog; here only its prefix is, because a wrong length ends all sense.
 */
import { DecodeCode } from './codes.ts';
import { isWireVersion, PREFIX_BYTES, VERSION_AT } from './layout.ts';
import { recordBytesMax } from './limits.ts';

/**
 * Cuts a byte stream into records. Feed it with `take` until a chunk is used up, and empty it with `next` each time.
 */
export class RecordReader {
  /** The place of the record that `next` found, until the next call of `take`. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #recordMax: number;
  #start = 0;
  #end = 0;
  #failure: DecodeCode = DecodeCode.ok;

  /** @param recordMax bytes of the largest record that this side accepts; the buffer holds two of them. */
  constructor(recordMax = recordBytesMax) {
    this.#recordMax = recordMax;
    this.bytes = new Uint8Array(2 * recordMax);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Why the stream cannot be read any further; `ok` while it can. */
  get failure(): DecodeCode {
    return this.#failure;
  }

  /** Takes what it has room for of `bytes[from, to)`: how many bytes, at least 1 once `next` has given -1. @hot */
  take(bytes: Uint8Array, from: number, to: number): number {
    if (this.#start === this.#end) {
      this.#start = 0;
      this.#end = 0;
    } else if (this.#start > this.#recordMax) {
      this.bytes.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    const taken = Math.min(to - from, this.bytes.length - this.#end);
    this.bytes.set(
      from === 0 && taken === bytes.length ? bytes : bytes.subarray(from, from + taken),
      this.#end,
    );
    this.#end += taken;
    return taken;
  }

  /** The place of the next whole record; -1 when more bytes must come first, or after a failure. @hot */
  next(): number {
    const at = this.#start;
    if (this.#failure !== DecodeCode.ok || this.#end - at < PREFIX_BYTES) return -1;
    if (!isWireVersion(this.view.getUint8(at + VERSION_AT))) {
      this.#failure = DecodeCode.wrongVersion;
      return -1;
    }
    const length = this.view.getUint16(at, true);
    if (length === 0 || length % 8 !== 0 || length > this.#recordMax) {
      this.#failure = DecodeCode.badLength;
      return -1;
    }
    if (length > this.#end - at) return -1;
    this.#start = at + length;
    return at;
  }

  /** Forgets everything: a new stream begins. */
  reset(): void {
    this.#start = 0;
    this.#end = 0;
    this.#failure = DecodeCode.ok;
  }
}
