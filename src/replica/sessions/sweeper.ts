/**
 * Goes on with cancels that concern more orders than one command cancels: as long as there are any, the leader stamps
 * one command after the other for them, each when the one before has been applied, with a pause between two for all
 * others.
 */

import type { Exchange } from '../exchange/exchange.ts';
import type { Sequencer } from '../log/sequencer.ts';
import { continueSweep } from './leader-commands.ts';

/** From one command to the next at least: a thousand orders are cancelled in about half of it. */
const pauseUs = 2_000;

export class Sweeper {
  readonly #exchange: Exchange;
  readonly #sequencer: Sequencer;
  /** The engine has gone on so often when the command that is under way was queued; -1 when none is. */
  #queuedAt = -1;
  #nextUs = 0;

  constructor(exchange: Exchange, sequencer: Sequencer) {
    this.#exchange = exchange;
    this.#sequencer = sequencer;
  }

  /** When the next command is due; Infinity where none is. */
  get dueUs(): number {
    const { engine } = this.#exchange;
    return engine.isSweeping && !this.#isUnderWay() ? this.#nextUs : Number.POSITIVE_INFINITY;
  }

  /** A leadership begins or ends: what was queued and not stamped is gone. */
  leadershipChanged(): void {
    this.#queuedAt = -1;
  }

  /** The cycle's work of a leader that serves; returns how many commands were queued. @hot */
  doWork(nowUs: number): number {
    const { engine } = this.#exchange;
    if (!engine.isSweeping || nowUs < this.#nextUs || this.#isUnderWay()) return 0;
    if (!continueSweep(this.#sequencer)) return 0;
    this.#queuedAt = engine.portions;
    this.#nextUs = nowUs + pauseUs;
    return 1;
  }

  #isUnderWay(): boolean {
    return this.#queuedAt === this.#exchange.engine.portions;
  }
}
