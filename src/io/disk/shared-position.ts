/**
 * A position (a safe integer) that one thread writes and others read, through shared memory that holds 32-bit words. A
 * version beside the two words tells a reader that it saw a half-written one: odd while a write is under way.
 */
import { WORD } from '../../std/integers.ts';

/** Words that a position takes. */
export const positionWords = 3;
const versionAt = 0;
const lowAt = 1;
const highAt = 2;

/** Writes; from one thread only. @hot */
export function publishPosition(words: Int32Array, at: number, position: number): void {
  Atomics.add(words, at + versionAt, 1);
  Atomics.store(words, at + lowAt, position | 0);
  Atomics.store(words, at + highAt, (position / WORD) | 0);
  Atomics.add(words, at + versionAt, 1);
}

/** Changes with each write, so that a reader who remembers it need not read the position again. @hot */
export function positionVersion(words: Int32Array, at: number): number {
  return Atomics.load(words, at + versionAt);
}

/** Reads, from any thread; -1 when a write is under way. @hot */
export function readPosition(words: Int32Array, at: number): number {
  const version = Atomics.load(words, at + versionAt);
  const low = Atomics.load(words, at + lowAt) >>> 0;
  const high = Atomics.load(words, at + highAt);
  const isWhole = (version & 1) === 0 && Atomics.load(words, at + versionAt) === version;
  return isWhole ? high * WORD + low : -1;
}
