/**
 * The foundation of a cluster: the voters of its founding configuration, the first frame of every log. It never changes,
 * whatever becomes of the members, so that replicas of two foundations can be told apart for good.
 */
import { crc32 } from '../std/crc32.ts';

/** Bytes of a written foundation: an id each, in order, zero bytes behind. */
export const foundationBytes = 8;

/** The founding voters as bytes; no voters are all zero: a replica that has no foundation yet. */
export function writeFoundation(founders: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(foundationBytes);
  bytes.set(founders);
  return bytes;
}

/** The founding voters; undefined where the bytes are none. */
export function foundersIn(bytes: Uint8Array): readonly number[] | undefined {
  const end = bytes.indexOf(0);
  const founders = [...bytes.subarray(0, end < 0 ? bytes.length : end)];
  const isOrdered = founders.every((id, n) => id > (founders[n - 1] ?? 0));
  return isOrdered && bytes.subarray(founders.length).every((byte) => byte === 0) ? founders : undefined;
}

/** The foundation in 32 bits, for datagrams; 0 is none. */
export function foundationNumber(founders: readonly number[]): number {
  return founders.length === 0 ? 0 : crc32(writeFoundation(founders), 0, foundationBytes) || 1;
}
