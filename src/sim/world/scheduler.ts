/**
 * Virtual time: a queue of things that will happen, taken in the order of their time. Two things at the same time
 * happen in the order in which they were asked for, so that a run depends on its seed alone.
 */
import { assertAtLeast } from '../../std/assert.ts';
import { Random } from '../../std/random.ts';

/** How often a condition is looked at. */
const lookUs = 5_000;

interface Task {
  readonly timeUs: number;
  /** Breaks ties: tasks are numbered as they come. */
  readonly order: number;
  readonly run: () => void;
}

/** The clock and the agenda of one simulated world. */
export class Scheduler {
  /** Microseconds since the world began. */
  nowUs = 0;
  readonly #heap: Task[] = [];
  #order = 0;

  /** How many tasks wait. */
  get waiting(): number {
    return this.#heap.length;
  }

  /** Runs `run` in `delayUs` from now; 0 is after everything that waits for this instant already. */
  after(delayUs: number, run: () => void): void {
    assertAtLeast(delayUs, 0, 'a task cannot be in the past');
    this.#push({ timeUs: this.nowUs + Math.floor(delayUs), order: this.#order++, run });
  }

  /** Takes the next task, moves time to it and runs it; false when its time is after `untilUs` or nothing waits. */
  step(untilUs: number): boolean {
    const task = this.#heap[0];
    if (task === undefined || task.timeUs > untilUs) return false;
    this.#removeFirst();
    assertAtLeast(task.timeUs, this.nowUs, 'virtual time never runs back');
    this.nowUs = task.timeUs;
    task.run();
    return true;
  }

  /** Runs everything up to `untilUs`, which is the time then. */
  runUntil(untilUs: number): void {
    while (this.step(untilUs));
    this.nowUs = Math.max(this.nowUs, untilUs);
  }

  /** Runs until something holds, looked at every few milliseconds; false when it does not within `forUs`. */
  runUntilHolds(forUs: number, holds: () => boolean): boolean {
    const endUs = this.nowUs + forUs;
    while (!holds()) {
      if (this.nowUs >= endUs) return false;
      this.runUntil(this.nowUs + lookUs);
    }
    return true;
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(task);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(task, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = task;
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Task, b: Task): boolean {
  return a.timeUs !== b.timeUs ? a.timeUs < b.timeUs : a.order < b.order;
}

/** A stream of its own for one part of the world, so that a draw in one part does not shift the draws of another. */
export function fork(random: Random): Random {
  return new Random((random.next() & 0x1f_ffff) * 4_294_967_296 + random.next());
}
