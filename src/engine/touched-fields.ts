/** Where each field of a touched level stands. */

/** 32-bit words of a level. */
export const LEVEL_WORDS = 4;
/** Slot of the instrument. */
export const LEVEL_INSTRUMENT = 0;
export const LEVEL_SIDE = 1;
/** Ticks. */
export const LEVEL_PRICE = 2;
/** Orders that stand there after the last change; 0 says that the level is gone. */
export const LEVEL_ORDERS = 3;
