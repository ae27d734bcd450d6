/** The tiers of accounts: how many orders an account of each may send in a second and in a day. */

import * as protocolLimits from '../../protocol/limits.ts';
import { wordsOf } from '../../store/record-fields.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { symbolBytes, tiersMax } = protocolLimits;

/** The record of a tier; a quota of 0 is none. */
const tier = wordsOf(2 + symbolBytes / 4, { perSecond: 1, perDay: 1, name: symbolBytes / 4 });
const TIER_WORDS = tier.words;
const PER_SECOND = tier.at.perSecond;
const PER_DAY = tier.at.perDay;
const NAME = tier.at.name;

/** All tiers, by number; each is there from the start, without quotas. */
export class Tiers {
  readonly words = TIER_WORDS;
  readonly used = tiersMax;
  readonly i32 = new Int32Array(tiersMax * TIER_WORDS);
  readonly u32 = new Uint32Array(this.i32.buffer);
  /** Whether any tier has a quota: only then orders are counted. */
  hasQuotas = false;

  get bytes(): number {
    return this.i32.byteLength;
  }

  perSecond(number: number): number {
    return this.u32[number * TIER_WORDS + PER_SECOND]!;
  }

  perDay(number: number): number {
    return this.u32[number * TIER_WORDS + PER_DAY]!;
  }

  /** Where the words of the name begin. */
  nameAt(number: number): number {
    return number * TIER_WORDS + NAME;
  }

  /** Gives a tier its quotas, and the name at `at` of a command. */
  set(number: number, perSecond: number, perDay: number, view: DataView, at: number): void {
    this.u32[number * TIER_WORDS + PER_SECOND] = perSecond;
    this.u32[number * TIER_WORDS + PER_DAY] = perDay;
    for (let n = 0; n < symbolBytes / 4; n++)
      this.u32[this.nameAt(number) + n] = view.getUint32(at + n * 4, true);
    this.#look();
  }

  /** Takes all tiers from `bytes` at `at`; returns the offset after them. */
  copyFrom(bytes: Uint8Array, at: number): number {
    new Uint8Array(this.i32.buffer).set(bytes.subarray(at, at + this.bytes));
    this.#look();
    return at + this.bytes;
  }

  #look(): void {
    this.hasQuotas = false;
    for (let number = 0; number < tiersMax; number++)
      this.hasQuotas ||= this.perSecond(number) !== 0 || this.perDay(number) !== 0;
  }
}
