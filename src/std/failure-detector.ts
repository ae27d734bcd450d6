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

/** Between these a bound lies: no shorter silence is suspect, and every longer one is. */
interface BoundLimits {
  readonly boundUsMin: number;
  readonly boundUsMax: number;
}

/** What an installation allows the detector. */
export interface SilenceLimits extends BoundLimits {
  /** How often a peer that lives gives a sign of life at least. */
  readonly intervalUs: number;
}

/** Signs of life that a period has room for. */
const intervalsPerPeriod = 4;

/** The bound that the longest silences of periods lead to. */
export class SilenceBound {
  /** The silence from which on a peer is suspect. */
  boundUs: number;
  readonly #limits: BoundLimits;
  /** The newest ones. */
  readonly #longest = new Float64Array(periodsKept);
  #periods = 0;
  /** Over {@link #longest}, in whole microseconds, so that nothing is rounded. */
  #sum = 0;
  #sumOfSquares = 0;

  constructor(limits: BoundLimits) {
    this.#limits = limits;
    this.boundUs = limits.boundUsMax;
  }

  /** Forgets all. */
  restart(): void {
    this.#longest.fill(0);
    this.#periods = 0;
    this.#sum = 0;
    this.#sumOfSquares = 0;
    this.boundUs = this.#limits.boundUsMax;
  }

  /** The longest silence of one more period. */
  add(silenceUs: number): void {
    const at = this.#periods % periodsKept;
    const before = this.#longest[at]!;
    const longest = Math.min(Math.round(silenceUs), this.#limits.boundUsMax);
    this.#longest[at] = longest;
    this.#periods += 1;
    this.#sum += longest - before;
    this.#sumOfSquares += longest * longest - before * before;
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

export class FailureDetector {
  heardUs: number;
  readonly #bound: SilenceBound;
  readonly #intervalUs: number;
  readonly #periodUs: number;
  /** Of the present period. */
  #longestUs = 0;
  #periodEndUs: number;

  constructor(limits: SilenceLimits, nowUs: number) {
    this.#bound = new SilenceBound(limits);
    this.#intervalUs = limits.intervalUs;
    this.#periodUs = limits.intervalUs * intervalsPerPeriod;
    this.heardUs = nowUs;
    this.#periodEndUs = nowUs + this.#periodUs;
  }

  /** The silence from which on the peer is suspect; it changes only in {@link heard} and {@link restart}. */
  get boundUs(): number {
    return this.#bound.boundUs;
  }

  /** When the peer is suspect, if it says nothing more. */
  get suspectAtUs(): number {
    return this.heardUs + this.boundUs;
  }

  /** Another peer is watched from now on, of which nothing is known. */
  restart(nowUs: number): void {
    this.#bound.restart();
    this.#longestUs = 0;
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
    // A peer with much to say shows nothing about one that has not: no shorter silence than the interval was promised.
    this.#bound.add(Math.max(this.#longestUs, this.#intervalUs));
    this.#longestUs = 0;
    this.#periodEndUs = nowUs + this.#periodUs;
  }
}
