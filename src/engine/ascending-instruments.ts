/**
 * All instruments by ascending id, for reads that show them page by page: a page costs its rows, and not a look at each
 * instrument. Instruments are created and stay, so the order is only ever added to.
 */

import type { Instruments } from './stores/instruments.ts';

/** So many new ones are put in their places one by one; more are sorted with all others. */
const INSERTED_MAX = 64;

export class AscendingInstruments {
  readonly #instruments: Instruments;
  readonly #slots: number[] = [];

  constructor(instruments: Instruments) {
    this.#instruments = instruments;
    this.#takeNew();
  }

  /** The slots of those with ids above `id`, and where they begin. */
  after(id: number): { readonly slots: readonly number[]; readonly from: number } {
    this.#takeNew();
    return { slots: this.#slots, from: this.#placeAfter(id) };
  }

  #takeNew(): void {
    const slots = this.#slots;
    const { used } = this.#instruments;
    const areMany = used - slots.length > INSERTED_MAX;
    while (slots.length < used) {
      const slot = slots.length;
      const place = areMany ? slots.length : this.#placeAfter(this.#instruments.id(slot));
      slots.splice(place, 0, slot);
    }
    if (areMany) slots.sort((a, b) => this.#instruments.id(a) - this.#instruments.id(b));
  }

  /** The place of the first one with an id above `id`. */
  #placeAfter(id: number): number {
    let low = 0;
    let high = this.#slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#instruments.id(this.#slots[middle]!) > id) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
