/** Rows that say how far a replica has looked for an answer, and so where the next question begins. */
import { Layout, u32, u53 } from './layout.ts';

/** First row of `fills`. */
export const fillsRow = new Layout('fillsRow', 166, {
  reserved: u32(0, 0),
  /** The replica holds every execution from this seq on; earlier ones are forgotten. */
  rememberedFromSeq: u53(),
  /** Up to this event all has been looked at: the next question goes on behind it. */
  untilSeq: u53(),
  untilN: u32(),
  reserved2: u32(0, 0),
});

/**
 * Last row of `openOrders` and `positions`, where the replica has looked at as much as one question may cost and the
 * rows do not say how far: the next question goes on behind this id.
 */
export const placeRow = new Layout('placeRow', 172, { reserved: u32(0, 0), lookedUntil: u53() });
