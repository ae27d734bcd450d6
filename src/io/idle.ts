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
const yieldCycles = 50;
/**
 * Length of a sleep: how late a time-out may be seen. Time-outs soon after something happened are the short ones (the
 * wait before an election), so the first sleeps are short; later ones save the processor a thousand wake-ups a second.
 */
const firstSleepMs = 1;
const firstSleeps = 16;
const laterSleepMs = 4;
/** Cycles without work in a row after which nothing changes any more. */
const countedCycles = spinCycles + yieldCycles + firstSleeps;

export class Idle {
  readonly #strategy: IdleStrategy;
  readonly #doorbell: Doorbell;
  readonly #firstSleepMs: number;
  readonly #laterSleepMs: number;
  /** `struct pollfd` of the doorbell, then of all sockets. */
  readonly #entries: Uint8Array;
  readonly #count: number;
  readonly #view: DataView;
  /** Cycles without work in a row, as far as they matter. */
  #idleCycles = 0;
  #seenRings: number;

  /** Waits on the doorbell and on the sockets' descriptors. */
  constructor(
    strategy: IdleStrategy,
    doorbell: Doorbell,
    descriptors: readonly number[],
    sleepMs = firstSleepMs,
  ) {
    this.#strategy = strategy;
    this.#firstSleepMs = sleepMs;
    this.#laterSleepMs = Math.max(sleepMs, laterSleepMs);
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
    } else if (this.#strategy === 'yield') {
      schedYield();
    } else {
      this.#backOff();
    }
    this.#seenRings = this.#doorbell.rings();
  }

  #backOff(): void {
    if (this.#idleCycles < countedCycles) this.#idleCycles++;
    if (this.#idleCycles <= spinCycles) return;
    if (this.#idleCycles <= spinCycles + yieldCycles) {
      schedYield();
    } else if (this.#doorbell.lieDown(this.#seenRings)) {
      const sleepMs = this.#idleCycles < countedCycles ? this.#firstSleepMs : this.#laterSleepMs;
      poll(this.#entries, this.#count, sleepMs);
      this.#doorbell.getUp(this.#view.getInt16(6, true) !== 0);
    }
  }
}
