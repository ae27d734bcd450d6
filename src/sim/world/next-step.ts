/** When a simulated process steps next: the earliest time that was asked for. */
import type { Scheduler } from './scheduler.ts';

export class NextStep {
  readonly #scheduler: Scheduler;
  readonly #step: () => void;
  /** A task that finds another time here is out of date. */
  #dueUs = -1;

  constructor(scheduler: Scheduler, step: () => void) {
    this.#scheduler = scheduler;
    this.#step = step;
  }

  in(delayUs: number): void {
    const { nowUs } = this.#scheduler;
    const dueUs = nowUs + delayUs;
    if (this.#dueUs >= nowUs && this.#dueUs <= dueUs) return;
    this.#dueUs = dueUs;
    this.#scheduler.after(delayUs, () => {
      if (this.#dueUs !== dueUs) return;
      this.#dueUs = -1;
      this.#step();
    });
  }

  forget(): void {
    this.#dueUs = -1;
  }
}
