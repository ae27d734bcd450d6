/**
 * Where each field of an order stands: in its record, which says what the order is, in its links, which say where it
 * stands in lists and books, and in what ties it to its session. A module of constants, so that others can take them in.
 */

/** 32-bit words of the record of an order. */
export const ORDER_WORDS = 16;
/** 64-bit fields of that record: index of `f64` is slot * ORDER_NUMBERS + field. */
export const ORDER_NUMBERS = ORDER_WORDS / 2;

// 64-bit fields.
export const ORDER_ID = 0;
/** Lots, filled part included. */
export const QUANTITY = 1;
/** Lots that have not traded; they stay on record when the order is cancelled, so filled = quantity - remaining. */
export const REMAINING = 2;

// 32-bit fields: index of `u32` and `i32` is slot * ORDER_WORDS + field.
/** Five words of the client order id, all zero if it has none. */
export const CLIENT = 6;
/** Slot of the account. */
export const ACCOUNT = 11;
/** Slot of the instrument; NONE in an order that was rejected because it named none. */
export const INSTRUMENT = 12;
/** Id of the session that placed it. */
export const SESSION = 13;
/** Ticks; 0 in a market order. */
export const PRICE = 14;
/** Side, type, time in force, self-match prevention, statuses and code, packed; see the shifts below. */
export const TRAITS = 15;

/** Words of the links of an order: index of `links` is slot * LINK_WORDS + field. */
export const LINK_WORDS = 8;
// Slots or NONE.
/** Queue of the price level. */
export const NEXT = 0;
export const PREVIOUS = 1;
/** The ladder's level, NONE outside of a book. */
export const LEVEL = 2;
/** Open orders of the account, in ascending order id. */
export const ACCOUNT_NEXT = 3;
export const ACCOUNT_PREVIOUS = 4;
/** Slot of the position of account and instrument. */
export const POSITION = 5;
/** A 64-bit field of the links, which rises with each resting, the order of queues: index of `tickets` is slot * LINK_NUMBERS + TICKET. */
export const TICKET = 3;
export const LINK_NUMBERS = LINK_WORDS / 2;

/** Words of what ties an order to its session's connection: index of `ties` is slot * TIE_WORDS + field. */
export const TIE_WORDS = 4;
/** Open orders of a session that asked for cancel on disconnect, in ascending order id. */
export const SESSION_NEXT = 0;
export const SESSION_PREVIOUS = 1;
/** Slot of that session; it says something only where the order IS_TIED. */
export const SESSION_SLOT = 2;

// The fields of TRAITS: first bit of each.
/** 2 bits, a Side; at the bottom, so that `traits & SIDE_MASK` is the side. */
export const SIDE_MASK = 3;
/** 2 bits, an OrderType. */
export const TYPE_SHIFT = 2;
/** 3 bits, a TimeInForce. */
export const TIME_SHIFT = 4;
/** 2 bits, a SelfMatch. */
export const SELF_MATCH_SHIFT = 7;
/** The fields that are as they were when the order was placed: all up to here. */
export const PLACED_TRAITS = (1 << 9) - 1;
/** 3 bits, an OrderStatus; `none` marks a free slot. */
export const STATUS_SHIFT = 9;
/** 8 bits, the OutcomeCode of the first outcome. */
export const CODE_SHIFT = 16;
/** 1 bit: the order was placed with other lots or another price than it has, and these are kept beside the record. */
export const KEEPS_PLACED = 1 << 24;
/** 1 bit: the order goes with the connection of a session. */
export const IS_TIED = 1 << 25;
/** 1 bit: what the order has traded is worth other than its price says, and is kept beside the record. */
export const KEEPS_VALUE = 1 << 26;
/** The bits that say what an order is; the others say where something stands. */
export const LASTING_TRAITS = KEEPS_PLACED - 1;
