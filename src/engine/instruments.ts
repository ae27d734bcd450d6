/** The instruments: what is traded, the last price of each, and its book. */
import type { Books } from '../book/book.ts';
import * as records from '../book/records.ts';
import * as instrumentFields from './instrument-fields.ts';
import { Registry } from './registry.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { INSTRUMENT_LAST_PRICE, INSTRUMENT_WORDS } = instrumentFields;

/** All instruments, by slot, and their books, which have the same numbers. */
export class Instruments extends Registry {
  readonly #books: Books;

  constructor(max: number, books: Books) {
    super(INSTRUMENT_WORDS, 16, max);
    this.#books = books;
  }

  override create(id: number): number {
    const slot = super.create(id);
    if (slot !== NONE) this.#books.create();
    return slot;
  }

  /** Once, after the records were copied in: all books are empty. */
  override rebuild(): boolean {
    for (let slot = 0; slot < this.used; slot++) this.#books.create();
    return super.rebuild();
  }

  lastPrice(slot: number): number {
    return this.i32[slot * INSTRUMENT_WORDS + INSTRUMENT_LAST_PRICE]!;
  }

  setLastPrice(slot: number, priceTicks: number): void {
    this.i32[slot * INSTRUMENT_WORDS + INSTRUMENT_LAST_PRICE] = priceTicks;
  }
}
