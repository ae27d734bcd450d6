/**
 * Opens what an operator wanted to be open from some time on: when the exchange's time has come there, the leader
 * stamps a command. It goes by the stamped time, so a new leader goes on where the one before ended.
 */

import type { Exchange } from '../exchange/exchange.ts';
import type { Sequencer } from '../log/sequencer.ts';
import { openModes } from './leader-commands.ts';

/** The exchange's time may come nearer in steps: it is looked at so often at least. */
const lookUs = 100_000;

export class ModeOpener {
  readonly #exchange: Exchange;
  readonly #sequencer: Sequencer;
  /** The engine had applied so many openings when the command that is under way was queued; -1 when none is. */
  #queuedAt = -1;
  #nextUs = Number.POSITIVE_INFINITY;

  constructor(exchange: Exchange, sequencer: Sequencer) {
    this.#exchange = exchange;
    this.#sequencer = sequencer;
  }

  /** When it is to look again, in microseconds of the clock; Infinity where nothing opens by itself. */
  get dueUs(): number {
    return this.#nextUs;
  }

  /** A leadership begins or ends: what was queued and not stamped is gone. */
  leadershipChanged(): void {
    this.#queuedAt = -1;
  }

  /** The cycle's work of a leader that serves; returns how many commands were queued. @hot */
  doWork(nowUs: number): number {
    const { engine } = this.#exchange;
    const { opensAtUs } = engine;
    if (opensAtUs === Number.POSITIVE_INFINITY || this.#queuedAt === engine.openings) {
      this.#nextUs = Number.POSITIVE_INFINITY;
      return 0;
    }
    const waitUs = opensAtUs - this.#sequencer.timeUs;
    if (waitUs > 0 || !openModes(this.#sequencer)) {
      this.#nextUs = nowUs + Math.min(Math.max(waitUs, 1), lookUs);
      return 0;
    }
    this.#queuedAt = engine.openings;
    this.#nextUs = Number.POSITIVE_INFINITY;
    return 1;
  }
}
