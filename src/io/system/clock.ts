/** The clocks of the machine, cheap enough to be read in each cycle (about 0.05 µs each). */
import type { Clock } from '../../replica/ports.ts';
import { clockGettime } from './native.ts';
import { CLOCK_BOOTTIME, CLOCK_REALTIME, timespecBytes } from './platform.ts';

/** Pairs of readings; between the two of one the thread may lose its processor. */
const clockPairs = 32;

export class MachineClock implements Clock {
  /** `struct timespec`: seconds in the first eight bytes, nanoseconds in the second. */
  readonly #time = new Uint8Array(timespecBytes);
  readonly #view = new DataView(this.#time.buffer);
  readonly #originUs = originUs();

  /** The same in all processes of a machine. @hot */
  nowUs(): number {
    return Math.floor(this.#originUs + performance.now() * 1_000);
  }

  /** Also counts the time in which the machine slept. */
  bootMs(): number {
    clockGettime(CLOCK_BOOTTIME, this.#time);
    const view = this.#view;
    return view.getUint32(0, true) * 1_000 + view.getUint32(8, true) / 1_000_000;
  }

  /** @hot */
  wallUs(): number {
    clockGettime(CLOCK_REALTIME, this.#time);
    const view = this.#view;
    const seconds = view.getUint32(0, true) + view.getUint32(4, true) * 4_294_967_296;
    return seconds * 1_000_000 + Math.floor(view.getUint32(8, true) / 1_000);
  }
}

/**
 * The monotonic clock of the machine when the clock of this thread stood at 0: two readings, the closest of many pairs.
 */
function originUs(): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (let pair = 0; pair < clockPairs; pair++) {
    const ownUs = performance.now() * 1_000;
    const [seconds, nanoseconds] = process.hrtime();
    smallest = Math.min(smallest, seconds * 1_000_000 + nanoseconds / 1_000 - ownUs);
  }
  return smallest;
}
