/**
 * The parts of one buffer that begin at one place, each made once: a cipher takes arrays, and a new one for each
 * datagram costs more than the cipher.
 */
export class Beginnings {
  readonly #from: number;
  #bytes: Uint8Array = new Uint8Array(0);
  readonly #parts: Uint8Array[] = [];

  constructor(from: number) {
    this.#from = from;
  }

  /** `bytes[from, to)`. Another buffer than the last begins a new list. @hot */
  upTo(bytes: Uint8Array, to: number): Uint8Array {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#parts.length = 0;
    }
    return (this.#parts[to] ??= bytes.subarray(this.#from, to));
  }
}
