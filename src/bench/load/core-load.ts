/**
 * Loads through a direct session: one order at a time, orders at fixed times, and as many as the window holds. Each is
 * a loop of its own that gives the processor away when there is nothing to read, because the replicas share it. Nothing
 * is allocated per order.
 */
import { strict as assert } from 'node:assert';
import { schedYield } from '../../io/system/native.ts';
import { outcome } from '../../protocol/events.ts';
import { getU53 } from '../../std/integers.ts';
import type { LocalCluster } from '../cluster/cluster.ts';
import { buyOrder, FlowOrderIds, moveResting, restingOrder, sellOrder } from './book-flow.ts';
import { DirectSession } from './direct-session.ts';
import { Latencies, type Percentiles } from './latencies.ts';

/** Orders on their way at most; in an open loop, later ones wait with their clock running. */
const windowCommands = 131_072;
const orderIdAt = outcome.at.orderId;
/** An open loop that has this much more to send than it could has failed to keep its rate. */
const backlogSecondsMax = 0.05;

export interface OpenLoopResult extends Percentiles {
  readonly perSecond: number;
  /** Whether the rate was kept: at the end at most 50 ms of orders were without an answer. */
  readonly sustained: boolean;
}

function microseconds(): number {
  return performance.now() * 1_000;
}

export class CoreLoad {
  readonly orderIds = new FlowOrderIds();
  readonly #direct: DirectSession;
  readonly #latencies = new Latencies();
  /** When each order was to be sent, by ticket. */
  readonly #dueUs = new Float64Array(windowCommands * 2);
  #sent = 0;
  #done = 0;
  #refused = 0;
  /** When the last outcome came. */
  #outcomeUs = 0;
  /** Set once per turn: all outcomes of a turn came in the same system call. */
  #nowUs = 0;

  constructor(cluster: LocalCluster) {
    this.#direct = new DirectSession(cluster.loaded, windowCommands, (ticket, isOk, view, at) => {
      this.#outcomeUs = microseconds();
      this.#latencies.record(this.#outcomeUs - this.#dueUs[ticket % this.#dueUs.length]!);
      this.#done++;
      if (isOk) this.orderIds.add(getU53(view, at + orderIdAt));
      else this.#refused++;
    });
    this.#direct.open();
  }

  get sent(): number {
    return this.#sent;
  }

  /** The next order is sent when the one before is answered; `eachOrder` hears when, in this thread's microseconds. */
  oneAtATime(seconds: number, eachOrder?: (calledUs: number, outcomeUs: number) => void): Percentiles {
    this.#latencies.reset();
    const endUs = microseconds() + seconds * 1e6;
    while (this.#now() < endUs) {
      const calledUs = this.#nowUs;
      this.#submit(calledUs);
      while (this.#done < this.#sent) this.#turn();
      eachOrder?.(calledUs, this.#outcomeUs);
    }
    return this.#latencies.percentiles;
  }

  /** Orders at fixed times; latency counts from the time at which an order was to be sent. */
  openLoop(perSecond: number, seconds: number, eachTurn?: () => void): OpenLoopResult {
    this.#latencies.reset();
    const gapUs = 1e6 / perSecond;
    const startUs = this.#now();
    const endUs = startUs + seconds * 1e6;
    const first = this.#sent;
    while (this.#now() < endUs) {
      const due = Math.floor((this.#nowUs - startUs) / gapUs) + 1;
      while (this.#sent - first < due && this.#submit(startUs + (this.#sent - first) * gapUs));
      this.#turn();
      eachTurn?.();
    }
    const wanted = Math.floor((endUs - startUs) / gapUs);
    const backlog = wanted - (this.#done - first);
    this.drain();
    return {
      ...this.#latencies.percentiles,
      perSecond,
      sustained: backlog <= Math.max(1, perSecond * backlogSecondsMax),
    };
  }

  /** Outcomes per second with `inFlight` orders on their way at all times. */
  fullWindow(inFlight: number, seconds: number): number {
    this.#latencies.reset();
    const startUs = this.#now();
    const endUs = startUs + seconds * 1e6;
    const first = this.#done;
    while (this.#now() < endUs) {
      while (this.#sent - this.#done < inFlight && this.#submit(this.#nowUs));
      this.#turn();
    }
    const perSecond = ((this.#done - first) * 1e6) / (this.#nowUs - startUs);
    this.drain();
    return Math.round(perSecond);
  }

  /** Places so many orders that rest, below the prices of all others. */
  rest(count: number, inFlight: number): void {
    const first = this.#sent;
    while (this.#sent - first < count) {
      while (this.#sent - this.#done < inFlight && this.#sent - first < count) {
        moveResting(this.#sent - first);
        if (!this.#submit(this.#now(), restingOrder)) break;
      }
      this.#turn();
    }
    this.drain();
  }

  /** Sends so many orders with `inFlight` on their way. */
  count(orders: number, inFlight: number): void {
    const first = this.#sent;
    while (this.#sent - first < orders) {
      while (this.#sent - this.#done < inFlight && this.#submit(this.#nowUs));
      this.#turn();
    }
    this.drain();
  }

  /** Latencies of what ran last. */
  get percentiles(): Percentiles {
    return this.#latencies.percentiles;
  }

  /** Waits for all outcomes. */
  drain(): void {
    while (this.#done < this.#sent) this.#turn();
  }

  /** Throws unless every order was accepted, each under its own id. */
  close(): void {
    this.drain();
    this.#direct.close();
    const { count, repeated, highest } = this.orderIds;
    assert.equal(this.#refused, 0, 'no order is refused');
    assert.equal(repeated, 0, 'no order id is given twice');
    assert.equal(count, highest, 'every order has its own id');
  }

  #now(): number {
    this.#nowUs = microseconds();
    return this.#nowUs;
  }

  /** @hot */
  #submit(dueUs: number, order = this.#sent % 2 === 0 ? buyOrder : sellOrder): boolean {
    const ticket = this.#direct.session.window.next;
    if (!this.#direct.submit(order)) return false;
    this.#dueUs[ticket % this.#dueUs.length] = dueUs;
    this.#sent++;
    return true;
  }

  /** @hot */
  #turn(): void {
    if (this.#direct.turn() === 0) schedYield();
  }
}
