/** Seeded randomness (xoshiro128**, Blackman and Vigna 2018): the only source of chance below the ports. */

/** A reproducible stream of numbers: the same seed gives the same stream on every machine. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param seed any safe integer; its 53 bits are spread by splitmix32. */
  constructor(seed: number) {
    let state = (seed ^ Math.floor(seed / 4_294_967_296)) >>> 0;
    const next = (): number => {
      state = (state + 0x9e37_79b9) >>> 0;
      let z = state;
      z = Math.imul(z ^ (z >>> 16), 0x21f0_aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a_2d97);
      return (z ^ (z >>> 15)) >>> 0;
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#d = next();
  }

  /** An integer from 0 to 2^32 - 1. */
  next(): number {
    const scrambled = Math.imul(this.#b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  /** An integer from 0 to `bound` - 1; `bound` from 1 to 2^32. */
  below(bound: number): number {
    return Math.floor((this.next() / 4_294_967_296) * bound);
  }

  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True with the given probability, 0 to 1. */
  chance(probability: number): boolean {
    return this.next() < probability * 4_294_967_296;
  }

  /** One of `items`, each as likely; `items` must not be empty. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}
