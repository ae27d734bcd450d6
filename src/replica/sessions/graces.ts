/**
 * The graces of sessions that asked for cancel on disconnect: the leader waits for each that has no connection, and
 * then stamps one command that ends its orders. Only the leader counts time; a new leader gives every session its whole
 * grace again. Time in which the leader's process stood still is none that a session had to come back in.
 */

import type { Exchange } from '../exchange/exchange.ts';
import type { Sequencer } from '../log/sequencer.ts';
import { expireSession } from './leader-commands.ts';

/** The leader looks around at least so often, in heartbeats: what is longer between two looks is a standstill. */
const heartbeatsMax = 2;

export class Graces {
  readonly #exchange: Exchange;
  readonly #sequencer: Sequencer;
  readonly #cycleUsMax: number;
  #cycledUs = Number.POSITIVE_INFINITY;
  /** When the grace of a session ends, in microseconds of the clock. */
  readonly #endsUs = new Map<number, number>();
  /** No grace ends before. */
  #nextUs = Number.POSITIVE_INFINITY;

  constructor(exchange: Exchange, sequencer: Sequencer, heartbeatUs: number) {
    this.#exchange = exchange;
    this.#sequencer = sequencer;
    this.#cycleUsMax = heartbeatsMax * heartbeatUs;
  }

  /** No grace ends before; Infinity where none runs. */
  get nextUs(): number {
    return this.#nextUs;
  }

  /** A session has lost its connection. */
  start(sessionId: number, nowUs: number): void {
    this.#exchange.engine.forEachDisconnectSession((id, graceMs) => {
      if (id === sessionId) this.#add(id, nowUs + graceMs * 1_000);
    });
  }

  /** A leadership begins: no session has a connection yet. */
  startAll(nowUs: number): void {
    this.#endsUs.clear();
    this.#exchange.engine.forEachDisconnectSession((id, graceMs) => this.#add(id, nowUs + graceMs * 1_000));
  }

  /** The session is back, or over. */
  end(sessionId: number): void {
    this.#endsUs.delete(sessionId);
  }

  clear(): void {
    this.#endsUs.clear();
  }

  /**
   * Each cycle: queues the end of the graces that are over; what finds no room is queued in a later cycle. More time
   * since the cycle before counts as the longest that a cycle takes. @hot
   */
  doWork(nowUs: number): void {
    const stoodUs = nowUs - this.#cycledUs - this.#cycleUsMax;
    this.#cycledUs = nowUs;
    if (stoodUs > 0) this.#putOff(stoodUs);
    if (nowUs < this.#nextUs) return;
    let nextUs = Number.POSITIVE_INFINITY;
    for (const [sessionId, endsUs] of this.#endsUs) {
      if (nowUs >= endsUs && expireSession(this.#sequencer, sessionId)) this.#endsUs.delete(sessionId);
      else nextUs = Math.min(nextUs, endsUs);
    }
    this.#nextUs = nextUs;
  }

  #putOff(byUs: number): void {
    for (const [sessionId, endsUs] of this.#endsUs) this.#endsUs.set(sessionId, endsUs + byUs);
    this.#nextUs += byUs;
  }

  #add(sessionId: number, endsUs: number): void {
    this.#endsUs.set(sessionId, endsUs);
    this.#nextUs = Math.min(this.#nextUs, endsUs);
  }
}
