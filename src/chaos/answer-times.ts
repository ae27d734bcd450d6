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

  add(atMs = monotonicMs()): void {
    this.#atMs.push(atMs);
  }

  since(fromMs: number): AnswersSince {
    const gaps = this.#gapsSince(fromMs);
    let longestGapMs = 0;
    let gapFromMs = gaps[0]![0];
    for (const [from, to] of gaps) {
      if (to - from > longestGapMs) {
        longestGapMs = to - from;
        gapFromMs = from;
      }
    }
    return { count: gaps.length - 1, longestGapMs, gapFromMs };
  }

  /**
   * The longest gap since then, less the times of at least `standMsMin` in which `turns` say that a process had none.
   * Shorter ones are how a busy machine always is: over a long gap they would add up to most of it.
   */
  longestNetMs(fromMs: number, turns: AnswerTimes, standMsMin: number): number {
    const stands = turns.#gapsSince(fromMs).filter(([from, to]) => to - from >= standMsMin);
    let longestMs = 0;
    for (const [from, to] of this.#gapsSince(fromMs)) {
      if (to - from <= longestMs) continue;
      const stoodMs = stands.reduce(
        (sum, [stoodFrom, stoodTo]) => sum + Math.max(0, Math.min(to, stoodTo) - Math.max(from, stoodFrom)),
        0,
      );
      longestMs = Math.max(longestMs, to - from - stoodMs);
    }
    return longestMs;
  }

  /** Beginning and end of each time without one that ends after this moment or still goes on. */
  #gapsSince(fromMs: number): (readonly [fromMs: number, toMs: number])[] {
    const before = this.#atMs.findLastIndex((atMs) => atMs < fromMs);
    const times = [...this.#atMs.slice(before + 1), monotonicMs()];
    const beganMs = this.#atMs[before] ?? fromMs;
    return times.map((atMs, n) => [n === 0 ? beganMs : times[n - 1]!, atMs]);
  }
}
