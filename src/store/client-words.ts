/**
 * A client order id as the words of a record: read, copied, compared and hashed without a loop. This file alone knows
 * how many words there are.
 */
import * as protocolLimits from '../protocol/limits.ts';
import { assertEqual } from '../std/assert.ts';

/** Words of a client order id. */
export const CLIENT_WORDS = protocolLimits.clientOrderIdBytes / 4;
assertEqual(CLIENT_WORDS, 5, 'the functions below name each word');

/** Reads the client order id of a command or event at `viewAt`. @hot */
export function takeClient(words: Int32Array, at: number, view: DataView, viewAt: number): void {
  words[at] = view.getInt32(viewAt, true);
  words[at + 1] = view.getInt32(viewAt + 4, true);
  words[at + 2] = view.getInt32(viewAt + 8, true);
  words[at + 3] = view.getInt32(viewAt + 12, true);
  words[at + 4] = view.getInt32(viewAt + 16, true);
}

/** Whether there is none behind a first word that is zero: most orders have none. @hot */
export function isRestZero(view: DataView, viewAt: number): boolean {
  const half = view.getInt32(viewAt + 4, true) | view.getInt32(viewAt + 8, true);
  return (half | view.getInt32(viewAt + 12, true) | view.getInt32(viewAt + 16, true)) === 0;
}

/** Puts one where all is zero; an order without one has nothing to put. @hot */
export function putClient(words: Int32Array, at: number, from: Int32Array, fromAt: number): void {
  const first = from[fromAt]!;
  if (first === 0) return;
  words[at] = first;
  words[at + 1] = from[fromAt + 1]!;
  words[at + 2] = from[fromAt + 2]!;
  words[at + 3] = from[fromAt + 3]!;
  words[at + 4] = from[fromAt + 4]!;
}

/** Whether two are the same. @hot */
export function isSameClient(words: Int32Array, at: number, others: Int32Array, otherAt: number): boolean {
  return (
    words[at] === others[otherAt] &&
    words[at + 1] === others[otherAt + 1] &&
    words[at + 2] === others[otherAt + 2] &&
    words[at + 3] === others[otherAt + 3] &&
    words[at + 4] === others[otherAt + 4]
  );
}

/** A hash of one and its account, before its bits are mixed. @hot */
export function hashOfClient(account: number, words: Int32Array, at: number): number {
  let hash = Math.imul(account ^ 0x9e37_79b1, 0x85eb_ca6b);
  hash = Math.imul(((hash << 13) | (hash >>> 19)) ^ words[at]!, 0xcc9e_2d51);
  hash = Math.imul(((hash << 13) | (hash >>> 19)) ^ words[at + 1]!, 0x1b87_3593);
  hash = Math.imul(((hash << 13) | (hash >>> 19)) ^ words[at + 2]!, 0xcc9e_2d51);
  hash = Math.imul(((hash << 13) | (hash >>> 19)) ^ words[at + 3]!, 0x1b87_3593);
  return Math.imul(((hash << 13) | (hash >>> 19)) ^ words[at + 4]!, 0xcc9e_2d51);
}

/** Another hash of one alone: both together are taken for the id where that is forgotten. @hot */
export function otherHashOfClient(words: Int32Array, at: number): number {
  let hash = Math.imul(words[at]! ^ 0x27d4_eb2f, 0x9e37_79b1);
  hash = Math.imul(((hash << 15) | (hash >>> 17)) ^ words[at + 1]!, 0x85eb_ca77);
  hash = Math.imul(((hash << 15) | (hash >>> 17)) ^ words[at + 2]!, 0xc2b2_ae3d);
  hash = Math.imul(((hash << 15) | (hash >>> 17)) ^ words[at + 3]!, 0x27d4_eb2f);
  return Math.imul(((hash << 15) | (hash >>> 17)) ^ words[at + 4]!, 0x1656_67b1);
}
