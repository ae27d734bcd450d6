/** A sink that writes events round and round in one buffer, as a replica's event ring does, and nobody reads them. */
import type { EventSink } from '../engine/engine.ts';

export class RingSink implements EventSink {
  readonly words: Int32Array;
  /** Events written since the start. */
  events = 0;
  #used = 0;

  constructor(bytes: number) {
    this.words = new Int32Array(bytes / 4);
  }

  claim(bytes: number): number {
    this.events++;
    if (this.#used + bytes > this.words.byteLength) this.#used = 0;
    const at = this.#used;
    this.#used += bytes;
    return at;
  }
}
