/** Where each field of an account stands in its record. */

/** Words of an account: id, most open orders, largest order (64 bits), band, four of the name. */
export const ACCOUNT_WORDS = 10;
export const ACCOUNT_OPEN_MAX = 1;
/** Field of `f64`. */
export const ACCOUNT_LOTS_MAX = 1;
export const ACCOUNT_BAND = 4;
export const ACCOUNT_NAME = 5;
