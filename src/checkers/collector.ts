/** Keeps the events of one command that is run again, to compare them with the events of its first run. */
import type { EventSink } from '../engine/engine.ts';
import { eventBytesMax } from '../protocol/limits.ts';

/** Bytes of events of one command: a sweep through a whole simulated book stays far below. */
const collectorBytes = 1_048_576;

export class Collector implements EventSink {
  readonly bytes = new Uint8Array(collectorBytes);
  readonly view = new DataView(this.bytes.buffer);
  readonly words = new Int32Array(this.bytes.buffer);
  readonly offsets: number[] = [];
  #end = 0;

  clear(): void {
    this.offsets.length = 0;
    this.#end = 0;
  }

  claim(bytes: number): number {
    const at = this.#end;
    this.#end = Math.min(at + bytes, this.bytes.length - eventBytesMax);
    this.offsets.push(at);
    this.bytes.fill(0, at, at + bytes);
    return at;
  }

  traded(): void {}

  /** Whether one of the events is this record, byte for byte. */
  holds(record: Uint8Array): boolean {
    return this.offsets.some((at) => {
      if (this.view.getUint16(at, true) !== record.length) return false;
      for (let n = 0; n < record.length; n++) if (this.bytes[at + n] !== record[n]) return false;
      return true;
    });
  }
}
