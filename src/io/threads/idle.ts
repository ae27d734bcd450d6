/**
 * What a core thread does in a cycle without work. `spin`: nothing, for the lowest latency at the price of a processor.
 * `yield`: gives the processor to a thread that waits for it. `backoff`: both for a short while, then sleeps until a
 * socket has something, the doorbell rings, or the core has something to do by itself.
 */

import type { IdleStrategy } from '../sockets/settings.ts';
import type { Doorbell } from '../system/doorbell.ts';
import { ppoll, schedYield } from '../system/native.ts';
import { POLLIN, pollfdBytes, timespecBytes } from '../system/platform.ts';

/**
 * Cycles without work before `backoff` sleeps: so many for each cycle of work, up to a limit. Work that comes alone, as
 * a heartbeat does, is followed by sleep; under load the core stays awake from one frame to the next.
 */
const awakeCyclesPerWork = 2;
const awakeCyclesMax = 32;
/** The first of them, after much work, do not even give way. */
const spinCycles = 8;
/** The longest sleep, whatever the core says: the main thread sees by its counters that it lives. */
const longestSleepMs = 100;
const nanosecondsPerMicrosecond = 1_000;

export class Idle {
  readonly #strategy: IdleStrategy;
  readonly #sleepUsMax: number;
  readonly #doorbell: Doorbell;
  /** `struct pollfd` of the doorbell, then of all sockets. */
  readonly #entries: Uint8Array;
  readonly #count: number;
  readonly #view: DataView;
  readonly #timeout = new Uint8Array(timespecBytes);
  readonly #timeoutView = new DataView(this.#timeout.buffer);
  /** Cycles that are still to be passed awake. */
  #awakeCycles = 0;
  #seenRings: number;

  /** Waits on the doorbell and on the sockets' descriptors. */
  constructor(
    strategy: IdleStrategy,
    doorbell: Doorbell,
    descriptors: readonly number[],
    sleepMsMax = longestSleepMs,
  ) {
    this.#sleepUsMax = sleepMsMax * 1_000;
    this.#strategy = strategy;
    this.#doorbell = doorbell;
    this.#seenRings = doorbell.rings();
    this.#count = descriptors.length + 1;
    this.#entries = new Uint8Array(this.#count * pollfdBytes);
    this.#view = new DataView(this.#entries.buffer);
    for (const [n, descriptor] of [doorbell.descriptor, ...descriptors].entries()) {
      this.#view.setInt32(n * pollfdBytes, descriptor, true);
      this.#view.setInt16(n * pollfdBytes + 4, POLLIN, true);
    }
  }

  /** After each cycle, with the amount of work that it found, and how long the next may wait. @hot */
  idle(workCount: number, waitUs: number): void {
    if (workCount > 0 || this.#strategy === 'spin') {
      this.#awakeCycles = Math.min(this.#awakeCycles + awakeCyclesPerWork, awakeCyclesMax);
    } else if (this.#strategy === 'yield') {
      schedYield();
    } else {
      this.#backOff(waitUs);
    }
    this.#seenRings = this.#doorbell.rings();
  }

  #backOff(waitUs: number): void {
    if (this.#awakeCycles > 0) {
      this.#awakeCycles--;
      if (this.#awakeCycles < awakeCyclesMax - spinCycles) schedYield();
    } else if (this.#doorbell.lieDown(this.#seenRings)) {
      const sleepUs = Math.max(0, Math.min(waitUs, this.#sleepUsMax));
      const seconds = Math.floor(sleepUs / 1_000_000);
      this.#timeoutView.setUint32(0, seconds, true);
      const nanoseconds = (sleepUs - seconds * 1_000_000) * nanosecondsPerMicrosecond;
      this.#timeoutView.setUint32(timespecBytes / 2, nanoseconds, true);
      ppoll(this.#entries, this.#count, this.#timeout, 0);
      this.#doorbell.getUp(this.#view.getInt16(6, true) !== 0);
    }
  }
}
