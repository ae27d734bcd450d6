/**
 * Fixed-width integers in byte buffers, little-endian. 64-bit fields hold safe integers only (up to 2^53 - 1),
 * so that no BigInt is needed: the upper eleven bits are always zero and a decoder refuses anything else.
 */

/** 2^32: the weight of the upper half of a 64-bit field. */
const WEIGHT = 4_294_967_296;
/** {@link WEIGHT} for other modules: V8 folds what a module does not export (docs/HACKING.md). */
export const WORD = WEIGHT;
/** The largest number that 32 bits hold. */
export const u32Max = 0xffff_ffff;

/** The largest upper half of a safe integer: 2^21 - 1. */
const UPPER_WORD_MAX = 0x1f_ffff;

/** Reads a safe integer written by {@link setU53}; the caller has checked it with {@link isU53}. @hot */
export function getU53(view: DataView, at: number): number {
  const low = view.getUint32(at, true);
  const high = view.getInt32(at + 4, true);
  // Almost all numbers are below 2^32: for them no arithmetic is needed.
  return high === 0 ? low : high * WEIGHT + low;
}

/** Writes a safe integer, 0 to 2^53 - 1, in eight bytes. @hot */
export function setU53(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, (value / WEIGHT) >>> 0, true);
}

/** Whether the eight bytes at `at` hold a safe integer. */
export function isU53(view: DataView, at: number): boolean {
  return view.getUint32(at + 4, true) <= UPPER_WORD_MAX;
}

/** The next multiple of `alignment` (a power of two) that is not below `value`; up to 2^31. */
export function alignUp(value: number, alignment: number): number {
  return (value + alignment - 1) & -alignment;
}

/** The smallest power of two that is not below `value`; 1 to 2^30. */
export function powerOfTwoAtLeast(value: number): number {
  let power = 1;
  while (power < value) power *= 2;
  return power;
}
