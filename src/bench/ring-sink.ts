/** A sink that writes events round and round in one buffer, as a replica's event ring does, and nobody reads them. */
import type { EventSink } from '../engine/engine.ts';

export class RingSink implements EventSink {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Events written since the start. */
  events = 0;
  #used = 0;

  constructor(bytes: number) {
    this.bytes = new Uint8Array(bytes);
    this.view = new DataView(this.bytes.buffer);
  }

  claim(bytes: number): number {
    this.events++;
    if (this.#used + bytes > this.bytes.length) this.#used = 0;
    const at = this.#used;
    this.#used += bytes;
    return at;
  }
}
