/**
 * How much each owner holds of a pool that all share, such as the requests that wait for the exchange. One owner gets a
 * part of what is free, so that the more there are the less each one holds, and the last part of the pool is kept for
 * owners that hold nothing: whatever the others do, a newcomer gets in.
 */

/** All callers that have no key are one owner together. */
export const strangers = '';
/** The gateway asks for itself, and for all of its readers together. */
export const gatewayItself = ' gateway';
/** The operator of the gateway. */
export const operators = ' operator';

/** An owner may hold so many, however little is free, until only the kept part is left. */
const heldMin = 16;
/** Of what is free an owner may hold this part. */
const freeShare = 1 / 4;
/** This part of the pool is kept for those that hold nothing. */
const keptShare = 1 / 8;

export class Shares {
  readonly #max: number;
  readonly #kept: number;
  readonly #heldBy = new Map<string, number>();
  #held = 0;

  constructor(max: number) {
    this.#max = max;
    this.#kept = Math.floor(max * keptShare);
  }

  /** How much is held by all together. */
  get held(): number {
    return this.#held;
  }

  heldBy(owner: string): number {
    return this.#heldBy.get(owner) ?? 0;
  }

  /** Takes one for the owner, who gives it back; false where it holds its share, or the pool is empty. */
  take(owner: string): boolean {
    const own = this.heldBy(owner);
    const free = this.#max - this.#held;
    if (free <= 0) return false;
    if (own > 0 && (free <= this.#kept || own >= Math.max(heldMin, free * freeShare))) return false;
    this.#heldBy.set(owner, own + 1);
    this.#held++;
    return true;
  }

  giveBack(owner: string): void {
    const own = this.heldBy(owner);
    if (own > 1) this.#heldBy.set(owner, own - 1);
    else this.#heldBy.delete(owner);
    this.#held--;
  }
}
