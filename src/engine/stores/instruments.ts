/** The instruments: what is traded, the last price of each, and its book. */
import type { Books } from '../../book/book.ts';
import * as protocolLimits from '../../protocol/limits.ts';
import { getText, isText } from '../../protocol/texts.ts';
import { wordsOf } from '../../store/record-fields.ts';
import * as records from '../../store/records.ts';
import { Registry } from './registry.ts';
import { mix, SlotMap } from './slot-map.ts';

// Taken into this module: V8 folds its own constants and reads imported ones at each use (docs/HACKING.md).
const { NONE } = records;
const { symbolBytes } = protocolLimits;

const SYMBOL_WORDS = symbolBytes / 4;
const instrument = wordsOf(8, {
  id: 1,
  /** Decimals of the price, then those of the quantity, a byte each, as they are in commands, events and rows. */
  decimals: 1,
  /** Ticks; 0 before the first trade. */
  lastPrice: 1,
  symbol: SYMBOL_WORDS,
  spare: 1,
});
const INSTRUMENT_WORDS = instrument.words;
const DECIMALS = instrument.at.decimals;
const LAST_PRICE = instrument.at.lastPrice;
const SYMBOL = instrument.at.symbol;
const BYTE_BITS = 8;
const BYTE_MASK = 0xff;

/** Whether an address can name the symbol at `at`: paths leave out what is empty, "." or "..". */
export function isAddressable(view: DataView, at: number): boolean {
  const symbol = getText(view, at, symbolBytes);
  return symbol !== '' && symbol !== '.' && symbol !== '..';
}

function hashOfSymbol(view: DataView, at: number): number {
  let hash = 0;
  for (let n = 0; n < SYMBOL_WORDS; n++) hash = mix(hash ^ inUpperCase(view.getInt32(at + n * 4, true)));
  return hash;
}

/** Four characters with the letters a to z in upper case. */
function inUpperCase(word: number): number {
  let upper = 0;
  for (let shift = 0; shift < 32; shift += BYTE_BITS) {
    const byte = (word >>> shift) & BYTE_MASK;
    upper |= (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte) << shift;
  }
  return upper;
}

/**
 * All instruments, by slot, and their books, which have the same numbers. Clients address instruments by symbol, so no
 * two have the same, nor two that differ only in case, which people would take for each other.
 */
export class Instruments extends Registry {
  readonly #books: Books;
  #bySymbol = new SlotMap(16);

  constructor(max: number, books: Books) {
    super(INSTRUMENT_WORDS, 16, max);
    this.#books = books;
  }

  override create(id: number): number {
    const slot = super.create(id);
    if (slot !== NONE) this.#books.create();
    return slot;
  }

  /** Gives a new instrument its symbol, which no other may have. */
  name(slot: number, view: DataView, at: number): void {
    this.takeText(slot, SYMBOL, view, at);
    this.#bySymbol.add(hashOfSymbol(view, at), slot);
  }

  /** The instrument whose symbol is at `at`, in whatever case; NONE if there is none. */
  findSymbol(view: DataView, at: number): number {
    const hash = hashOfSymbol(view, at);
    const map = this.#bySymbol;
    for (let place = map.start(hash); ; place = map.next(place)) {
      const slot = map.slotAt(place);
      if (slot === NONE || (map.hashAt(place) === hash && this.#hasSymbol(slot, view, at))) return slot;
    }
  }

  /** The instrument that is found by the symbol of one. */
  findSameSymbol(slot: number): number {
    const view = new DataView(this.u32.buffer, this.u32.byteOffset, this.bytes);
    return this.findSymbol(view, this.symbolAt(slot) * 4);
  }

  /** Once, after the records were copied in: all books are empty. False when two have the same id or symbol. */
  override rebuild(): boolean {
    for (let slot = 0; slot < this.used; slot++) this.#books.create();
    if (!super.rebuild()) return false;
    this.#bySymbol = new SlotMap(this.used);
    const view = new DataView(this.u32.buffer, this.u32.byteOffset, this.bytes);
    for (let slot = 0; slot < this.used; slot++) {
      const at = this.symbolAt(slot) * 4;
      if (!isText(view, at, symbolBytes) || !isAddressable(view, at)) return false;
      if (this.findSymbol(view, at) !== NONE) return false;
      this.#bySymbol.add(hashOfSymbol(view, at), slot);
    }
    return true;
  }

  /** Whether it has the symbol at `at`, letter by letter. */
  isNamed(slot: number, view: DataView, at: number): boolean {
    return this.hasText(slot, SYMBOL, view, at);
  }

  /** Where the words of the symbol begin in `i32`. */
  symbolAt(slot: number): number {
    return slot * INSTRUMENT_WORDS + SYMBOL;
  }

  /** Decimals of the price, then those of the quantity, a byte each. */
  decimals(slot: number): number {
    return this.i32[slot * INSTRUMENT_WORDS + DECIMALS]!;
  }

  setDecimals(slot: number, decimals: number): void {
    this.i32[slot * INSTRUMENT_WORDS + DECIMALS] = decimals;
  }

  #hasSymbol(slot: number, view: DataView, at: number): boolean {
    const from = this.symbolAt(slot);
    for (let n = 0; n < SYMBOL_WORDS; n++) {
      if (inUpperCase(this.i32[from + n]!) !== inUpperCase(view.getInt32(at + n * 4, true))) return false;
    }
    return true;
  }

  lastPrice(slot: number): number {
    return this.i32[slot * INSTRUMENT_WORDS + LAST_PRICE]!;
  }

  setLastPrice(slot: number, priceTicks: number): void {
    this.i32[slot * INSTRUMENT_WORDS + LAST_PRICE] = priceTicks;
  }
}
