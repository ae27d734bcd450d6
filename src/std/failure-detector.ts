/**
 * An accrual failure detector (Hayashibara, Défago, Yared, Katayama 2004) of one peer: from the silences that it has
 * seen it says how long a silence must be before the peer is suspect. The paper takes intervals for normally
 * distributed. Pauses of schedulers, collectors and disks have a longer tail, so this one keeps the longest silence of
 * each period and takes Gumbel's distribution, to which maxima tend. Time comes in; equal silences give equal bounds.
 */

/** Periods that are remembered. */
const periodsKept = 128;
/** Before so many the ceiling holds: too little is known of the peer. */
const periodsMin = 8;
/**
 * Standard deviations above the mean that one longest silence in a billion exceeds: for Gumbel's distribution
 * `(ln(10^9) − γ) · √6 / π`.
 */
const deviations = 15.7;

/** What an installation allows the detector. */
export interface SilenceLimits {
  /** How often a peer that lives gives a sign of life at least. */
  readonly intervalUs: number;
  /** No shorter silence is suspect. */
  readonly boundUsMin: number;
  /** Every longer silence is. */
  readonly boundUsMax: number;
}

/** Signs of life that a period has room for. */
const intervalsPerPeriod = 4;

export class FailureDetector {
  /** The silence from which on the peer is suspect; it changes only in {@link heard} and {@link restart}. */
  boundUs: number;
  heardUs: number;
  readonly #limits: SilenceLimits;
  readonly #periodUs: number;
  /** The longest silence of each of the newest periods. */
  readonly #longest = new Float64Array(periodsKept);
  #periods = 0;
  /** Over {@link #longest}, in whole microseconds, so that nothing is rounded. */
  #sum = 0;
  #sumOfSquares = 0;
  #longestUs = 0;
  #periodEndUs: number;

  constructor(limits: SilenceLimits, nowUs: number) {
    this.#limits = limits;
    this.#periodUs = limits.intervalUs * intervalsPerPeriod;
    this.boundUs = limits.boundUsMax;
    this.heardUs = nowUs;
    this.#periodEndUs = nowUs + this.#periodUs;
  }

  /** When the peer is suspect, if it says nothing more. */
  get suspectAtUs(): number {
    return this.heardUs + this.boundUs;
  }

  /** Another peer is watched from now on, of which nothing is known. */
  restart(nowUs: number): void {
    this.#longest.fill(0);
    this.#periods = 0;
    this.#sum = 0;
    this.#sumOfSquares = 0;
    this.#longestUs = 0;
    this.boundUs = this.#limits.boundUsMax;
    this.heardUs = nowUs;
    this.#periodEndUs = nowUs + this.#periodUs;
  }

  /** The peer gave a sign of life. @hot */
  heard(nowUs: number): void {
    const silenceUs = nowUs - this.heardUs;
    this.heardUs = nowUs;
    if (silenceUs > this.#longestUs) this.#longestUs = silenceUs;
    if (nowUs >= this.#periodEndUs) this.#endPeriod(nowUs);
  }

  #endPeriod(nowUs: number): void {
    const at = this.#periods % periodsKept;
    const before = this.#longest[at]!;
    // A peer with much to say shows nothing about one that has not: no shorter silence than the interval was promised.
    const { intervalUs, boundUsMax } = this.#limits;
    const longest = Math.min(Math.max(Math.round(this.#longestUs), intervalUs), boundUsMax);
    this.#longest[at] = longest;
    this.#periods += 1;
    this.#sum += longest - before;
    this.#sumOfSquares += longest * longest - before * before;
    this.#longestUs = 0;
    this.#periodEndUs = nowUs + this.#periodUs;
    this.boundUs = this.#bound();
  }

  #bound(): number {
    const { boundUsMin, boundUsMax } = this.#limits;
    const count = Math.min(this.#periods, periodsKept);
    if (count < periodsMin) return boundUsMax;
    const mean = this.#sum / count;
    const variance = Math.max(0, this.#sumOfSquares / count - mean * mean);
    const bound = Math.ceil(mean + deviations * Math.sqrt(variance));
    return Math.min(Math.max(bound, boundUsMin), boundUsMax);
  }
}
