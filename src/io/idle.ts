/**
 * What a core thread does in a cycle without work. `spin`: nothing, for the lowest latency at the price of a processor.
 * `yield`: gives the processor to whoever waits for it. `backoff`: both for a short while, then sleeps until a socket
 * has something, the doorbell rings, or a short time is over, because time-outs are looked at in each cycle.
 */
import type { Doorbell } from './doorbell.ts';
import { poll, schedYield } from './native.ts';
import { POLLIN, pollfdBytes } from './platform.ts';
import type { IdleStrategy } from './settings.ts';

/** Cycles without work before `backoff` gives way, and before it sleeps. */
const spinCycles = 10;
const yieldCycles = 20;
/**
 * Length of a sleep: how late a time-out may be seen. Time-outs soon after something happened are the short ones (the
 * wait before an election), so a sleep is at most half as long as all before it; the long ones save the processor
 * wake-ups between the heartbeats of an idle cluster.
 */
const shortestSleepMs = 1;
const longestSleepMs = 8;

export class Idle {
  readonly #strategy: IdleStrategy;
  readonly #doorbell: Doorbell;
  readonly #shortestSleepMs: number;
  readonly #longestSleepMs: number;
  /** `struct pollfd` of the doorbell, then of all sockets. */
  readonly #entries: Uint8Array;
  readonly #count: number;
  readonly #view: DataView;
  /** Cycles without work in a row, as far as they matter, and the sleeps among them. */
  #idleCycles = 0;
  #sleptMs = 0;
  #seenRings: number;

  /** Waits on the doorbell and on the sockets' descriptors. */
  constructor(
    strategy: IdleStrategy,
    doorbell: Doorbell,
    descriptors: readonly number[],
    sleepMs = shortestSleepMs,
  ) {
    this.#strategy = strategy;
    this.#shortestSleepMs = sleepMs;
    this.#longestSleepMs = Math.max(sleepMs, longestSleepMs);
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

  /** After each cycle, with the amount of work that it found. hot path */
  idle(workCount: number): void {
    if (workCount > 0 || this.#strategy === 'spin') {
      this.#idleCycles = 0;
      this.#sleptMs = 0;
    } else if (this.#strategy === 'yield') {
      schedYield();
    } else {
      this.#backOff();
    }
    this.#seenRings = this.#doorbell.rings();
  }

  #backOff(): void {
    if (this.#idleCycles < spinCycles + yieldCycles) {
      this.#idleCycles++;
      if (this.#idleCycles > spinCycles) schedYield();
    } else if (this.#doorbell.lieDown(this.#seenRings)) {
      const sleepMs = Math.max(this.#shortestSleepMs, Math.min(this.#sleptMs >> 1, this.#longestSleepMs));
      poll(this.#entries, this.#count, sleepMs);
      if (this.#sleptMs < 2 * this.#longestSleepMs) this.#sleptMs += sleepMs;
      this.#doorbell.getUp(this.#view.getInt16(6, true) !== 0);
    }
  }
}
