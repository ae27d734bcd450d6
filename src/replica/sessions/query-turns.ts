/**
 * Turns for questions whose answers take long: one in a duty cycle, so that no heartbeat is late. The connection that
 * was served longest ago comes first, so that one full of questions takes nothing from the others.
 */
import type { Subscriber } from './subscriber.ts';

export class QueryTurns {
  /** The only connection that may ask in this cycle; undefined: the first that comes. */
  #holder: Subscriber | undefined;
  /** Of those that were sent away in this cycle, the one that was served longest ago. */
  #waiting: Subscriber | undefined;
  #isTaken = false;
  #turn = 0;

  /** A duty cycle has ended. @hot */
  next(): void {
    this.#isTaken = false;
    this.#holder = this.#waiting;
    this.#waiting = undefined;
  }

  /** Whether it may ask now; false: again in the next cycle. */
  take(subscriber: Subscriber): boolean {
    if (!this.#isTaken && (this.#holder === undefined || this.#holder === subscriber)) {
      this.#isTaken = true;
      this.#turn += 1;
      subscriber.lastTurn = this.#turn;
      return true;
    }
    if (this.#waiting === undefined || subscriber.lastTurn < this.#waiting.lastTurn)
      this.#waiting = subscriber;
    return false;
  }
}
