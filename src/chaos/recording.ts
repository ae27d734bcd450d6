/**
 * The calls of the clients of a real exchange and what they received, in the order in which they noticed it, with the
 * times of one clock. The verdict and the lines of JSON are made from it.
 */

import { History } from '../checkers/history.ts';
import type { UnknownReason } from '../client/index.ts';
import { MachineClock } from '../io/system/clock.ts';
import { SignedCopies } from '../sim/world/signed-copies.ts';

/** Something that a client noticed. */
export type Note =
  | {
      readonly kind: 'saw';
      readonly client: number;
      readonly isComplete: boolean;
      readonly seq: number;
      readonly n: number;
      /** Checksum of the whole event. */
      readonly crc: number;
      /** Term of the leader that the client believed. */
      readonly term: number;
    }
  | { readonly kind: 'missed'; readonly client: number }
  | {
      readonly kind: 'answered';
      readonly client: number;
      readonly sessionId: number;
      readonly commandNumber: number;
      readonly text: string;
    }
  | {
      readonly kind: 'unknown';
      readonly client: number;
      readonly ticket: number;
      readonly reason: UnknownReason;
    };

/** What the clock of the machine may differ from the steady one since the start without having been set. */
const steadyUsMax = 1_000;
const samples = 16;

export class Recording {
  readonly history = new History();
  readonly copies = new SignedCopies();
  readonly notes: Note[] = [];
  /** Which client a session belongs to. */
  readonly clientOf = new Map<number, number>();
  readonly #clock = new MachineClock();
  readonly #offsetUs = this.#measuredOffsetUs();

  /** Microseconds since 1970 by the clock that stamps commands, as it was at the start; they never run back. */
  nowUs(): number {
    return performance.now() * 1_000 + this.#offsetUs;
  }

  /** Whether the clock of the machine was not set since the start, so that stamps can be compared with our times. */
  get isSteady(): boolean {
    return Math.abs(this.#measuredOffsetUs() - this.#offsetUs) <= steadyUsMax;
  }

  /** An interruption between the two readings makes the offset smaller than it is. */
  #measuredOffsetUs(): number {
    const offsets = Array.from({ length: samples }, () => this.#clock.wallUs() - performance.now() * 1_000);
    return Math.max(...offsets);
  }
}
