/**
 * The foundation of a cluster: the voters of its founding configuration, the first frame of every log. It never
 * changes, whatever becomes of the members, so that replicas of two foundations can be told apart for good.
 *
 * The instance of a cluster: a number that its first leader puts into the second frame of the log. It tells a cluster
 * from an earlier one of the same founders. 0 is none yet.
 *
 * The epoch: 1 in a cluster that was founded, and one more in each generation of it that a restore, a rebuild or a
 * promotion begins. What has seen an epoch refuses every lower one. 0 is not known yet.
 */
import { crc32 } from '../std/crc32.ts';

/** Bytes of a written foundation: an id each, in order, zero bytes behind. */
export const foundationBytes = 8;
export const firstEpoch = 1;

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

/** Instances that may begin in one second. */
const instancesPerSecond = 2 ** 21;
const secondUs = 1_000_000;
const secondsPerDay = 86_400;

/** The number of an instance that begins at `wallUs`, microseconds since 1970; `chance` is a random whole number. */
export function instanceNumber(wallUs: number, chance: number): number {
  return Math.floor(wallUs / secondUs) * instancesPerSecond + (chance % instancesPerSecond) || 1;
}

/** When an instance began, to the second. */
export function beginningOf(instance: number): string {
  const seconds = Math.floor(instance / instancesPerSecond);
  const ofDay = seconds % secondsPerDay;
  const time = [Math.floor(ofDay / 3_600), Math.floor(ofDay / 60) % 60, ofDay % 60].map(twoDigits);
  return `${dayText(Math.floor(seconds / secondsPerDay))} ${time.join(':')} UTC`;
}

/** The day so many days after 1970-01-01, in the Gregorian calendar. */
function dayText(days: number): string {
  // Counted from 0000-03-01, so that the day that only some years have is the last one of a year.
  const sinceMarch = days + 719_468;
  const era = Math.floor(sinceMarch / 146_097);
  const dayOfEra = sinceMarch - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${year}-${twoDigits(month)}-${twoDigits(day)}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
