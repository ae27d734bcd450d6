/**
 * Token buckets, one for each name: an address, a key, an account. A bucket is full at first, holds `burst` tokens and
 * gets `perSecond` more; one that finds too few learns how long to wait. Time comes in as an argument and need not
 * pass.
 *
 * A bucket is one number, the time at which it is full again (the generic cell rate algorithm, ITU-T I.371), so nothing
 * has to be filled by a timer. The number of buckets is bounded: one that is full is as good as none.
 */

export interface BucketRate {
  readonly perSecond: number;
  /** Tokens that may be taken at once, after a time in which none were taken. */
  readonly burst: number;
}

/** Buckets that are looked at for one that is full, when there are as many as there may be. */
const looksMax = 8;
/** The one bucket of all names for which there is no other. */
const restName = '';

export class Buckets {
  readonly rate: BucketRate;
  readonly #namesMax: number;
  readonly #msPerToken: number;
  readonly #burstMs: number;
  /** When each bucket is full again; the one that was looked at last is the last. */
  readonly #fullAtMs = new Map<string, number>();

  constructor(rate: BucketRate, namesMax: number) {
    this.rate = rate;
    this.#namesMax = namesMax;
    this.#msPerToken = 1000 / rate.perSecond;
    this.#burstMs = rate.burst * this.#msPerToken;
  }

  get size(): number {
    return this.#fullAtMs.size;
  }

  /** Takes `cost` tokens, a whole bucket at most; where they are not there it takes none and says for how many ms. */
  take(name: string, cost: number, nowMs: number): number {
    const own = this.#nameOf(name, nowMs);
    const fullAtMs = this.#after(own, Math.min(cost, this.rate.burst), nowMs);
    const waitMs = fullAtMs - nowMs - this.#burstMs;
    if (waitMs > 1e-6) return waitMs;
    this.#fullAtMs.set(own, fullAtMs);
    return 0;
  }

  /** Takes tokens that may not be there: the bucket gives none until it has paid them back, one burst at most. */
  charge(name: string, cost: number, nowMs: number): void {
    const own = this.#nameOf(name, nowMs);
    const fullAtMs = Math.min(this.#after(own, cost, nowMs), nowMs + 2 * this.#burstMs);
    this.#fullAtMs.set(own, fullAtMs);
  }

  /** Gives tokens back that were taken. */
  giveBack(name: string, cost: number): void {
    const own = this.#fullAtMs.has(name) ? name : restName;
    const fullAtMs = this.#fullAtMs.get(own);
    if (fullAtMs !== undefined) this.#fullAtMs.set(own, fullAtMs - cost * this.#msPerToken);
  }

  /** Whole tokens that are there. */
  left(name: string, nowMs: number): number {
    const fullAtMs = this.#fullAtMs.get(name) ?? nowMs;
    const missing = Math.max(0, fullAtMs - nowMs) / this.#msPerToken;
    return Math.max(0, Math.floor(this.rate.burst - missing + 1e-6));
  }

  #after(own: string, cost: number, nowMs: number): number {
    return Math.max(this.#fullAtMs.get(own) ?? nowMs, nowMs) + cost * this.#msPerToken;
  }

  /** The name of the bucket to take from: the name itself, where it has a bucket or can get one. */
  #nameOf(name: string, nowMs: number): string {
    const buckets = this.#fullAtMs;
    if (buckets.size < this.#namesMax || buckets.has(name)) return name;
    let looks = looksMax;
    for (const [other, fullAtMs] of buckets) {
      if (looks-- === 0) break;
      buckets.delete(other);
      if (fullAtMs <= nowMs) return name;
      buckets.set(other, fullAtMs);
    }
    return restName;
  }
}
