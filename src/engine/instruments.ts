/** The instruments: what is traded, the last price of each, its book, and how much stands on each side of it. */
import type { Books } from '../book/book.ts';
import * as records from '../book/records.ts';
import * as instrumentFields from './instrument-fields.ts';
import { Registry } from './registry.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { INSTRUMENT_LAST_PRICE, INSTRUMENT_WORDS } = instrumentFields;

/** All instruments, by slot, and their books, which have the same numbers. */
export class Instruments extends Registry {
  /** Lots that rest on each side: index is slot * 2 + side - 1. They stay safe integers, so level sums do too. */
  openLots = new Float64Array(0);
  readonly #books: Books;

  constructor(max: number, books: Books) {
    super(INSTRUMENT_WORDS, 16, max);
    this.#books = books;
  }

  override create(id: number): number {
    const slot = super.create(id);
    if (slot !== NONE) this.#makeSides(slot);
    return slot;
  }

  /** Once, after the records were copied in: all books are empty. */
  override rebuild(): boolean {
    this.openLots = new Float64Array(0);
    for (let slot = 0; slot < this.used; slot++) this.#makeSides(slot);
    return super.rebuild();
  }

  lastPrice(slot: number): number {
    return this.i32[slot * INSTRUMENT_WORDS + INSTRUMENT_LAST_PRICE]!;
  }

  setLastPrice(slot: number, priceTicks: number): void {
    this.i32[slot * INSTRUMENT_WORDS + INSTRUMENT_LAST_PRICE] = priceTicks;
  }

  #makeSides(slot: number): void {
    this.#books.create();
    if (slot * 2 + 2 <= this.openLots.length) return;
    const grown = new Float64Array(this.capacity * 2);
    grown.set(this.openLots);
    this.openLots = grown;
  }
}
