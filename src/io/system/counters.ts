/**
 * Counters in memory that other threads read while the core writes. A reader sees each value whole (they are aligned
 * doubles) and at most one write old; values are not taken at one instant.
 */
import type { Counters } from '../../replica/ports.ts';

/** Room for counters; the names of the slots belong to the replica. */
const counterSlots = 128;

export function createCounters(): SharedArrayBuffer {
  return new SharedArrayBuffer(counterSlots * Float64Array.BYTES_PER_ELEMENT);
}

export class SharedCounters implements Counters {
  /** All slots, for readers. */
  readonly values: Float64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.values = new Float64Array(buffer);
  }

  /** @hot */
  set(slot: number, value: number): void {
    this.values[slot] = value;
  }

  /** @hot */
  add(slot: number, value: number): void {
    this.values[slot]! += value;
  }
}
