/**
 * Goes on with cancels that concern more orders than one command cancels: as long as there are any, the leader stamps
 * one command after the other for them, each when the one before has been applied, with a pause between two for all
 * others.
 */

import type { Sequencer } from '../log/sequencer.ts';
import type { Applier } from '../state/applier.ts';

/** From one command to the next at least: a thousand orders are cancelled in about half of it. */
const pauseUs = 2_000;

export class Sweeper {
  readonly #applier: Applier;
  readonly #sequencer: Sequencer;
  /** The engine has gone on so often when the command that is under way was queued; -1 when none is. */
  #queuedAt = -1;
  #nextUs = 0;

  constructor(applier: Applier, sequencer: Sequencer) {
    this.#applier = applier;
    this.#sequencer = sequencer;
  }

  /** When the next command is due; Infinity where none is. */
  get dueUs(): number {
    const { engine } = this.#applier;
    return engine.isSweeping && !this.#isUnderWay() ? this.#nextUs : Number.POSITIVE_INFINITY;
  }

  /** A leadership begins or ends: what was queued and not stamped is gone. */
  leadershipChanged(): void {
    this.#queuedAt = -1;
  }

  /** The cycle's work of a leader that serves; returns how many commands were queued. @hot */
  doWork(nowUs: number): number {
    const { engine } = this.#applier;
    if (!engine.isSweeping || nowUs < this.#nextUs || this.#isUnderWay()) return 0;
    if (!this.#sequencer.continueCancels()) return 0;
    this.#queuedAt = engine.portions;
    this.#nextUs = nowUs + pauseUs;
    return 1;
  }

  #isUnderWay(): boolean {
    return this.#queuedAt === this.#applier.engine.portions;
  }
}
