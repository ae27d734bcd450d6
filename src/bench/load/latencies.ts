/** Latencies in a histogram of 0.1 µs steps and three digits, so that recording one allocates nothing. */
import { build, type Histogram } from 'hdr-histogram-js';

const stepsPerUs = 10;
const longestUs = 100_000_000;

/** Percentiles in microseconds. */
export interface Percentiles {
  readonly count: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
}

export class Latencies {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: longestUs * stepsPerUs,
    numberOfSignificantValueDigits: 3,
  });

  /** @hot */
  record(us: number): void {
    this.#histogram.recordValue(Math.max(1, Math.min(longestUs, us) * stepsPerUs) | 0);
  }

  get percentiles(): Percentiles {
    const at = (percentile: number): number => this.#histogram.getValueAtPercentile(percentile) / stepsPerUs;
    return {
      count: this.#histogram.totalCount,
      p50Us: at(50),
      p99Us: at(99),
      p999Us: at(99.9),
      maxUs: at(100),
    };
  }

  reset(): void {
    this.#histogram.reset();
  }
}

/** Nearest-rank percentiles of a short list; values rounded to a thousandth. */
export function spread(values: readonly number[]): { p50: number; p90: number; p99: number; max: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number =>
    Math.round((sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN) * 1_000) / 1_000;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}
