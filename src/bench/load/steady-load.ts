/**
 * Orders at a fixed rate through the SDK, whatever happens: each has the time at which it was to be sent, and its
 * latency counts from then, so that a gap is felt by every order that should have been sent in it. A timer wakes the
 * load each millisecond; the SDK's event loop is part of what is measured.
 */
import type { Client } from '../../client/index.ts';
import { monotonicUs, performanceToMonotonicUs } from '../cluster/clocks.ts';
import { buyOrder, FlowOrderIds, sellOrder } from './book-flow.ts';
import { Latencies } from './latencies.ts';

/** Orders on their way at most; the others wait at the client, with their clock running. */
export const steadyWindow = 262_144;

interface Slot {
  dueUs: number;
  readonly done: Parameters<Client['submitWith']>[1];
}

export class SteadyLoad {
  readonly latencies = new Latencies();
  readonly orderIds = new FlowOrderIds();
  /** Orders whose outcome was no acceptance, and those whose outcome is not known. */
  refused = 0;
  unknown = 0;
  sent = 0;
  /** Longest wait of an order since the last call of `takeWorst`, microseconds. */
  #worstUs = 0;
  /** When an order was accepted last, and the longest time between two of them since the last call of `takeGap`. */
  #acceptedUs = Number.POSITIVE_INFINITY;
  #longestUs = 0;
  readonly #client: Client;
  readonly #gapUs: number;
  readonly #startUs: number;
  readonly #free: Slot[] = [];
  readonly #timer: NodeJS.Timeout;
  #isEnding = false;
  #pending = 0;
  #drained: (() => void) | undefined;
  #next: (() => void) | undefined;

  constructor(client: Client, perSecond: number) {
    this.#client = client;
    this.#gapUs = 1e6 / perSecond;
    this.#startUs = monotonicUs();
    this.#timer = setInterval(() => this.#sendDue(), 1);
  }

  get pending(): number {
    return this.#pending;
  }

  takeWorst(): number {
    const worstUs = this.#worstUs;
    this.#worstUs = 0;
    return worstUs;
  }

  /** The longest time in which no order was accepted since the last call, microseconds. */
  takeGap(): number {
    const longestUs = this.#longestUs;
    this.#longestUs = 0;
    return longestUs;
  }

  /** When an order was accepted last; infinite before the first. */
  get acceptedUs(): number {
    return this.#acceptedUs;
  }

  /** Resolves with the next acknowledgement. */
  nextOutcome(): Promise<void> {
    return new Promise((resolve) => {
      this.#next = resolve;
    });
  }

  /** Stops sending and waits for all outcomes. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    this.#isEnding = true;
    if (this.#pending === 0) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }

  #sendDue(): void {
    const nowUs = performance.now() * 1_000 + performanceToMonotonicUs;
    for (;;) {
      const dueUs = this.#startUs + this.sent * this.#gapUs;
      if (dueUs > nowUs || this.#pending >= steadyWindow) return;
      const slot = this.#free.pop() ?? this.#newSlot();
      slot.dueUs = dueUs;
      this.#pending++;
      this.#client.submitWith(this.sent++ % 2 === 0 ? buyOrder : sellOrder, slot.done);
    }
  }

  #newSlot(): Slot {
    const slot: Slot = {
      dueUs: 0,
      done: (outcome) => {
        this.#free.push(slot);
        const nowUs = performance.now() * 1_000 + performanceToMonotonicUs;
        const waitedUs = nowUs - slot.dueUs;
        this.latencies.record(waitedUs);
        if (waitedUs > this.#worstUs) this.#worstUs = waitedUs;
        if (outcome === undefined) this.unknown++;
        else if (outcome.ok) {
          this.orderIds.add(outcome.orderId);
          this.#longestUs = Math.max(this.#longestUs, nowUs - this.#acceptedUs);
          this.#acceptedUs = nowUs;
        } else this.refused++;
        this.#next?.();
        this.#next = undefined;
        if (--this.#pending === 0 && this.#isEnding) this.#drained?.();
      },
    };
    return slot;
  }
}
