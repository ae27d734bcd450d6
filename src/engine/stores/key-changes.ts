/**
 * API keys in the order of their last changes, so that a question for what has changed costs no look at the others. A
 * key that changes again is at the end again; its entry before that no longer counts.
 */

interface KeyChange {
  readonly change: number;
  readonly slot: number;
}

/** So many entries that no longer count are looked past at the most. */
const staleMax = 1_024;

/** The order of changes; the changes themselves are in the records of the keys. */
export class KeyChanges {
  /** By ascending change. */
  #entries: KeyChange[] = [];
  #stale = 0;
  readonly #lastChange: (slot: number) => number;

  /** @param lastChange of a slot: the number of its last change */
  constructor(lastChange: (slot: number) => number) {
    this.#lastChange = lastChange;
  }

  /** A slot has changed: for the first time, or again. Its last change is this one already. */
  add(change: number, slot: number, isAgain: boolean): void {
    this.#entries.push({ change, slot });
    if (!isAgain) return;
    if (++this.#stale <= staleMax) return;
    this.#entries = this.#entries.filter((entry) => this.#counts(entry));
    this.#stale = 0;
  }

  /** Slots whose last change is after this one, in the order of their changes. */
  *slotsAfter(change: number): Generator<number> {
    const entries = this.#entries;
    for (let place = this.#firstAfter(change); place < entries.length; place++)
      if (this.#counts(entries[place]!)) yield entries[place]!.slot;
  }

  /** Takes the order from the last changes of `count` slots. */
  rebuild(count: number): void {
    this.#entries = Array.from({ length: count }, (_, slot) => ({ change: this.#lastChange(slot), slot }));
    this.#entries.sort((a, b) => a.change - b.change);
    this.#stale = 0;
  }

  #counts({ change, slot }: KeyChange): boolean {
    return this.#lastChange(slot) === change;
  }

  /** The place of the first entry after a change. */
  #firstAfter(change: number): number {
    let from = 0;
    let to = this.#entries.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#entries[middle]!.change > change) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}
