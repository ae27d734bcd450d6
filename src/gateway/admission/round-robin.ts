/**
 * Deficit round robin (Shreedhar and Varghese, "Efficient Fair Queuing using Deficit Round Robin", 1995): owners that
 * wait get equal shares of what is done, whatever each one asks for, in constant time for each step.
 */
import { assert } from '../../std/assert.ts';

interface Waiting<T> {
  readonly item: T;
  readonly cost: number;
}

/** What one owner waits for. */
interface Queue<T> {
  readonly owner: string;
  readonly waiting: Waiting<T>[];
  /** The next one in `waiting`; those before it are done. */
  head: number;
  /** What it may still do in its turn. */
  deficit: number;
}

/** Done items of a queue are dropped together when there are so many. */
const doneMax = 64;

export class RoundRobin<T> {
  readonly #quantum: number;
  readonly #waitingMax: number;
  readonly #byOwner = new Map<string, Queue<T>>();
  /** The owners that wait, by their turns; the first one has it. */
  #turns: Queue<T>[] = [];
  #turn = 0;
  #size = 0;

  /** `quantum`: what an owner may do in each turn. `waitingMax`: items of one owner that may wait. */
  constructor(quantum: number, waitingMax: number) {
    assert(quantum > 0, () => `a turn gets something done: ${quantum}`);
    this.#quantum = quantum;
    this.#waitingMax = waitingMax;
  }

  /** Items that wait. */
  get size(): number {
    return this.#size;
  }

  /** Puts an item behind those of its owner; false where the owner has as many as may wait. */
  offer(owner: string, item: T, cost: number): boolean {
    let queue = this.#byOwner.get(owner);
    if (queue === undefined) {
      queue = { owner, waiting: [], head: 0, deficit: this.#quantum };
      this.#byOwner.set(owner, queue);
      this.#turns.push(queue);
    } else if (queue.waiting.length - queue.head >= this.#waitingMax) return false;
    queue.waiting.push({ item, cost });
    this.#size++;
    return true;
  }

  /** The item whose turn it is, which does not wait any more. */
  next(): T | undefined {
    for (;;) {
      const queue = this.#turns[this.#turn];
      if (queue === undefined) return undefined;
      const { item, cost } = queue.waiting[queue.head]!;
      if (cost <= queue.deficit) {
        queue.deficit -= cost;
        this.#size--;
        this.#take(queue);
        return item;
      }
      queue.deficit += this.#quantum;
      this.#turns.push(queue);
      this.#passTurn();
    }
  }

  #take(queue: Queue<T>): void {
    queue.head++;
    if (queue.head === queue.waiting.length) {
      // An owner that waits for nothing keeps nothing for later.
      this.#byOwner.delete(queue.owner);
      this.#passTurn();
    } else if (queue.head === doneMax) {
      queue.waiting.splice(0, doneMax);
      queue.head = 0;
    }
  }

  #passTurn(): void {
    this.#turn++;
    if (this.#turn < doneMax) return;
    this.#turns = this.#turns.slice(this.#turn);
    this.#turn = 0;
  }
}
