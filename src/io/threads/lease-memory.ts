/**
 * The lease of a replica's site, from the main thread, which asks the witness for it, to the core. The version is odd
 * while the values change: the core then takes the lease for over until it looks again.
 */
import type { SiteLeaseMemory, SiteLeasePort } from '../../replica/ports.ts';
import { bootUs } from '../system/boot-clock.ts';

const valuesAt = 8;
const epochAt = 0;
const untilAt = 1;

export function createLeaseMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(valuesAt + 16);
}

class LeaseValues {
  readonly version: Int32Array;
  readonly values: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.version = new Int32Array(memory, 0, 1);
    this.values = new Float64Array(memory, valuesAt, 2);
  }
}

/** The side of the main thread. */
export class GrantedLease implements SiteLeaseMemory {
  readonly #shared: LeaseValues;

  constructor(memory: SharedArrayBuffer) {
    this.#shared = new LeaseValues(memory);
  }

  get epoch(): number {
    return this.#shared.values[epochAt]!;
  }

  /** Microseconds that are left of it. */
  get leftUs(): number {
    return Math.max(0, this.#shared.values[untilAt]! - bootUs());
  }

  grant(epoch: number, untilUs: number): void {
    const { version, values } = this.#shared;
    if (epoch < values[epochAt]!) return;
    const isLater = epoch > values[epochAt]! || untilUs > values[untilAt]!;
    if (!isLater) return;
    Atomics.add(version, 0, 1);
    values[epochAt] = epoch;
    values[untilAt] = untilUs;
    Atomics.add(version, 0, 1);
  }
}

/** The side of the core. */
export class HeldLease implements SiteLeasePort {
  readonly #shared: LeaseValues;
  epoch = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#shared = new LeaseValues(memory);
  }

  /** @hot */
  isGood(): boolean {
    const { version, values } = this.#shared;
    const before = Atomics.load(version, 0);
    this.epoch = values[epochAt]!;
    const untilUs = values[untilAt]!;
    const isWhole = before % 2 === 0 && Atomics.load(version, 0) === before;
    return isWhole && bootUs() < untilUs;
  }
}
