/** Where each field of an instrument stands in its record. */

/** Words of an instrument: id, decimals, last price, four of the symbol, one spare. */
export const INSTRUMENT_WORDS = 8;
/** Decimals of the price, plus 256 times the decimals of the quantity. */
export const INSTRUMENT_DECIMALS = 1;
/** Ticks; 0 before the first trade. */
export const INSTRUMENT_LAST_PRICE = 2;
export const INSTRUMENT_SYMBOL = 3;
