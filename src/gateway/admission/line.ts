/**
 * The line in front of what a request costs: its body, its signature, its handler. As long as few requests have gone on
 * in a turn of the event loop, the next ones do so at once. Beyond that they wait, and go on by turns of their owners,
 * so that an owner with one request does not wait behind the thousands of another. What a request costs comes behind
 * this line, when its body is read: time does not show it here, so requests are counted. Cancels have a line of their
 * own, which comes first. Requests whose key was not proven on their connection are together worth one of two turns,
 * however many their addresses are: a stranger may name any key.
 */
import { RoundRobin } from './round-robin.ts';

export interface LineOptions {
  /** What may go on in one turn of the event loop, by cost; of cancels twice as much. */
  readonly costPerTurn: number;
  /** Requests of one owner that may wait. */
  readonly waitingMax: number;
  readonly now: () => number;
  /** Calls back in the next turn, once what has arrived by then is read. */
  readonly defer: (callback: () => void) => void;
}

/** Where a request waits. */
export type LinePlace = 'cancel' | 'proven' | 'unproven';

interface Waiting {
  readonly cost: number;
  readonly go: () => void;
}

/** What an owner may do in its turn: a few requests without a body. */
const quantum = 4;

export class Line {
  readonly #options: LineOptions;
  readonly #cancels: RoundRobin<Waiting>;
  readonly #proven: RoundRobin<Waiting>;
  readonly #unproven: RoundRobin<Waiting>;
  #isTurn = false;
  /** What has gone on in this turn. */
  #done = 0;
  readonly #waitedMs = { proven: 0, unproven: 0 };
  /** What was done of proven requests beyond what was done of others, while both wait. */
  #provenAhead = 0;

  constructor(options: LineOptions) {
    this.#options = options;
    this.#cancels = new RoundRobin(quantum, options.waitingMax);
    this.#proven = new RoundRobin(quantum, options.waitingMax);
    this.#unproven = new RoundRobin(quantum, options.waitingMax);
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#cancels.size + this.#proven.size + this.#unproven.size;
  }

  /** How long a request waits here, other than a cancel: as long as the last one did, while others wait. */
  delayMs(isProven: boolean): number {
    if (isProven) return this.#proven.size === 0 ? 0 : this.#waitedMs.proven;
    return this.#unproven.size === 0 ? 0 : this.#waitedMs.unproven;
  }

  /** Calls `go` at once or when it is the request's turn; false where its owner has as many waiting as may wait. */
  enter(owner: string, place: LinePlace, cost: number, go: () => void): boolean {
    if (!this.#isTurn) {
      this.#isTurn = true;
      this.#done = 0;
      this.#options.defer(this.#goOn);
    }
    if (this.#waitingBefore(place) === 0 && this.#done < this.#costPerTurn(place)) {
      this.#done += cost;
      go();
      return true;
    }
    if (place === 'cancel') return this.#cancels.offer(owner, { cost, go }, cost);
    const { now } = this.#options;
    const nowMs = now();
    const goLater = (): void => {
      this.#waitedMs[place] = now() - nowMs;
      go();
    };
    const line = place === 'proven' ? this.#proven : this.#unproven;
    return line.offer(owner, { cost, go: goLater }, cost);
  }

  #costPerTurn(place: LinePlace): number {
    const { costPerTurn } = this.#options;
    return place === 'cancel' ? 2 * costPerTurn : costPerTurn;
  }

  #waitingBefore(place: LinePlace): number {
    if (place === 'cancel') return this.#cancels.size;
    return place === 'proven' ? this.#cancels.size + this.#proven.size : this.waiting;
  }

  readonly #goOn = (): void => {
    this.#done = 0;
    while (this.#done < this.#costPerTurn('cancel') && this.#go(this.#cancels.next()));
    const ofCancels = this.#done;
    while (this.#done - ofCancels < this.#options.costPerTurn && this.#go(this.#next()));
    this.#isTurn = this.waiting > 0;
    if (this.#isTurn) this.#options.defer(this.#goOn);
  };

  #go(next: Waiting | undefined): boolean {
    if (next === undefined) return false;
    this.#done += next.cost;
    next.go();
    return true;
  }

  /** By turns of the two lines, each worth as much. */
  #next(): Waiting | undefined {
    if (this.#proven.size === 0 || this.#unproven.size === 0) {
      this.#provenAhead = 0;
      return this.#proven.next() ?? this.#unproven.next();
    }
    const isProvens = this.#provenAhead <= 0;
    const next = (isProvens ? this.#proven : this.#unproven).next()!;
    this.#provenAhead += isProvens ? next.cost : -next.cost;
    return next;
  }
}
