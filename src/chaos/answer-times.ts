/** When answers came, and the longest time without one. */
import { monotonicMs } from './monotonic.ts';

export class AnswerTimes {
  readonly #atMs: number[] = [];

  add(): void {
    this.#atMs.push(monotonicMs());
  }

  since(fromMs: number): { readonly count: number; readonly longestGapMs: number } {
    const first = this.#atMs.findIndex((atMs) => atMs >= fromMs);
    const times = first < 0 ? [] : this.#atMs.slice(first);
    let lastMs = this.#atMs[first < 0 ? this.#atMs.length - 1 : first - 1] ?? fromMs;
    let longestGapMs = 0;
    for (const atMs of [...times, monotonicMs()]) {
      longestGapMs = Math.max(longestGapMs, atMs - lastMs);
      lastMs = atMs;
    }
    return { count: times.length, longestGapMs };
  }
}
