/**
 * Connections that name unproven keys are read in turn once they fill a turn of the event loop: a few of them, then a
 * pause for all others. So what strangers send waits in their sockets and not in front of what customers send, however
 * many they are. While a turn has time for all of them, each is read as its bytes come.
 */

/** What a turn may take before strangers are read in turn, about. */
const turnMs = 5;
/** Connections that are read on together, those with a wrong signature among them, and how long the next ones wait. */
const readOnMax = 4;
const wrongReadOnMax = 1;
const pauseMs = 4;

export interface HeldConnection {
  /** The signature of its last request that named a key was wrong, or is not known to be right. */
  readonly hasFailed: boolean;
  holdReading(): void;
  readOn(): void;
}

export interface ReadingPorts {
  readonly now: () => number;
  /** Calls back in the next turn, once what has arrived by then is read. */
  readonly defer: (callback: () => void) => void;
  readonly later: (callback: () => void, ms: number) => void;
}

export class ReadingTurns {
  readonly #ports: ReadingPorts;
  /** In the order in which they are read on. */
  readonly #held = new Set<HeldConnection>();
  readonly #wrong = new Set<HeldConnection>();
  #isTurn = false;
  #turnEndsMs = 0;
  #isWaiting = false;

  constructor(ports: ReadingPorts) {
    this.#ports = ports;
  }

  /** A request in the name of an unproven key has come. */
  began(reader: HeldConnection): void {
    const nowMs = this.#ports.now();
    if (!this.#isTurn) {
      this.#isTurn = true;
      this.#turnEndsMs = nowMs + turnMs;
      this.#ports.defer(this.#endTurn);
    }
    const line = reader.hasFailed ? this.#wrong : this.#held;
    if (line.size === 0 && nowMs < this.#turnEndsMs) return;
    if (this.#held.has(reader) || this.#wrong.has(reader)) return;
    line.add(reader);
    reader.holdReading();
    this.#wait();
  }

  /** It is closed, or no stranger's any more. */
  leave(reader: HeldConnection): void {
    if (this.#held.delete(reader) || this.#wrong.delete(reader)) reader.readOn();
  }

  readonly #endTurn = (): void => {
    this.#isTurn = false;
  };

  readonly #next = (): void => {
    this.#isWaiting = false;
    this.#readOn(this.#wrong, wrongReadOnMax);
    this.#readOn(this.#held, this.#wrong.size > 0 ? readOnMax - wrongReadOnMax : readOnMax);
    if (this.#held.size + this.#wrong.size > 0) this.#wait();
  };

  #readOn(line: ReadonlySet<HeldConnection>, max: number): void {
    let count = 0;
    for (const reader of line) {
      if (count++ === max) break;
      this.leave(reader);
    }
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#ports.later(this.#next, pauseMs);
  }
}
