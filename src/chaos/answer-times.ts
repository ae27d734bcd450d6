/** When answers came, and the longest time without one. */
import { monotonicMs } from './monotonic.ts';

interface AnswersSince {
  readonly count: number;
  readonly longestGapMs: number;
  /** When it began. */
  readonly gapFromMs: number;
}

export class AnswerTimes {
  readonly #atMs: number[] = [];

  add(): void {
    this.#atMs.push(monotonicMs());
  }

  since(fromMs: number): AnswersSince {
    const first = this.#atMs.findIndex((atMs) => atMs >= fromMs);
    const times = first < 0 ? [] : this.#atMs.slice(first);
    let lastMs = this.#atMs[first < 0 ? this.#atMs.length - 1 : first - 1] ?? fromMs;
    let longestGapMs = 0;
    let gapFromMs = lastMs;
    for (const atMs of [...times, monotonicMs()]) {
      if (atMs - lastMs > longestGapMs) {
        longestGapMs = atMs - lastMs;
        gapFromMs = lastMs;
      }
      lastMs = atMs;
    }
    return { count: times.length, longestGapMs, gapFromMs };
  }
}
