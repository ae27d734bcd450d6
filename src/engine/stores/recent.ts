/**
 * What the engine remembers by time, whatever else happens: the signed requests that it has taken, until it would
 * refuse them as expired, and the client order ids of the last minute at least, also of orders that are forgotten. Time
 * is that of the commands; it is divided into generations of half a minute.
 */

import * as protocolLimits from '../../protocol/limits.ts';
import * as records from '../../store/records.ts';
import { GENERATIONS, RecentIds } from './recent-ids.ts';
import { mix } from './slot-map.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { requestWindowMs } = protocolLimits;

/** Requests and orders with a client order id for which there is room at the start. */
const START_REQUESTS = 16;
const START_NAMED = 1024;

const GENERATION_MS = requestWindowMs / 2;
const GENERATION_US = GENERATION_MS * 1000;
/** Generations before the running one that are remembered: all that have a part in the last minute. */
const GENERATIONS_BEFORE = 2;

/** The number of the generation that runs at a time. */
export function generationAt(timeUs: number): number {
  return Math.floor(timeUs / GENERATION_US);
}

/** Requests and client order ids of the last minutes. */
export class Recent {
  readonly requests: RecentIds;
  /**
   * Each account holds what it named here; the ids themselves are here once their orders are forgotten. Its map has
   * the orders that have a client order id, too.
   */
  readonly names: RecentIds;
  /** The number of the running generation, as of the last {@link keepUp}. */
  generation = 0;
  /** For each generation, by its number modulo GENERATIONS: the first order id that was given out in it or later. */
  readonly firstOrderIds = new Float64Array(GENERATIONS).fill(1);
  #turnsAtUs = 0;

  constructor(requestsMax: number, namesMax: number, secret: number) {
    this.requests = new RecentIds(requestsMax, START_REQUESTS, secret);
    this.names = new RecentIds(namesMax, START_NAMED, secret);
  }

  /** Takes note of the time, and forgets what is over. @hot */
  keepUp(timeUs: number, nextOrderId: number): void {
    if (timeUs >= this.#turnsAtUs) this.#turn(timeUs, nextOrderId);
  }

  /** Counts a client order id that an account gives to a new order. */
  name(account: number): void {
    this.names.hold(this.generation % GENERATIONS, account);
  }

  /**
   * Remembers the client order id of an order that is about to be forgotten, if it was placed lately; returns the code
   * with which it is in the map from now on, or NONE. @hot
   */
  keepName(orderId: number, account: number, hash: number, rest: number): number {
    const generation = this.#placedIn(orderId);
    return generation < 0 ? NONE : this.names.append(generation % GENERATIONS, account, hash, rest);
  }

  /** Counts a client order id of an order that was copied in, if it was placed lately. */
  nameAgain(orderId: number, account: number): void {
    const generation = this.#placedIn(orderId);
    if (generation >= 0) this.names.hold(generation % GENERATIONS, account);
  }

  /** Whether an order of this id was placed lately, so that its client order id is remembered. */
  isRecent(orderId: number): boolean {
    return this.#placedIn(orderId) >= 0;
  }

  /** Whether a request of the account is remembered. */
  hasRequest(account: number, low: number, high: number): boolean {
    return this.requests.has(account, hashOf(account, low, high), high);
  }

  /** Remembers a request that was signed at a time within the window. */
  takeRequest(timeMs: number, account: number, low: number, high: number): void {
    const generation = Math.floor(timeMs / GENERATION_MS) % GENERATIONS;
    this.requests.hold(generation, account);
    this.requests.add(generation, account, hashOf(account, low, high), high);
  }

  /** Call after the generation was copied in. */
  resume(generation: number): void {
    this.generation = generation;
    this.#turnsAtUs = (generation + 1) * GENERATION_US;
  }

  /** The generation in which an order was placed, -1 if that is over. */
  #placedIn(orderId: number): number {
    const oldest = Math.max(0, this.generation - GENERATIONS_BEFORE);
    for (let generation = this.generation; generation >= oldest; generation--) {
      if (orderId >= this.firstOrderIds[generation % GENERATIONS]!) return generation;
    }
    return -1;
  }

  #turn(timeUs: number, nextOrderId: number): void {
    const before = this.generation;
    const now = generationAt(timeUs);
    this.resume(now);
    // The generations that come within reach take the places of those that are over.
    const first = Math.max(before + 1, now - GENERATIONS + 1);
    for (let generation = first; generation <= now; generation++) {
      this.firstOrderIds[generation % GENERATIONS] = nextOrderId;
      const ahead = (generation + GENERATIONS_BEFORE) % GENERATIONS;
      this.requests.forget(ahead);
      this.names.forget(ahead);
    }
  }
}

/** For an account and a high word, each low word has another hash: nothing of the id is lost. */
function hashOf(account: number, low: number, high: number): number {
  return mix(Math.imul(account, 0x9e37_79b1) ^ low ^ Math.imul(high, 0x85eb_ca6b));
}
