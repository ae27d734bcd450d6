/**
 * What a fuzzer is, and how good bytes are spoiled. A fuzzer lies beside its subject as `x.fuzz.ts`; one case of
 * it depends on nothing but its seed, so that a failure can be repeated.
 */
import type { Random } from '../random.ts';

/** Holds one decoder or parser to a property, whatever it is given. */
export interface Fuzzer {
  /** One word or several with dashes: how it is asked for on the command line. */
  readonly name: string;
  /** What must hold for each input. */
  readonly property: string;
  /** Cases of the short run in the tests: a second or less. */
  readonly casesInTests: number;
  /** Makes one input and throws when the property does not hold for it. */
  run(random: Random): void | PromiseLike<void>;
  /** Ends what `run` has started, after the last case. */
  close?(): PromiseLike<void>;
}

const oddBytes = [0x00, 0x01, 0x07, 0x20, 0x7f, 0x80, 0xfe, 0xff] as const;
const oddWords = [0, 1, 7, 8, 0xff, 0xffff, 0x1f_ffff, 0x20_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/** Random bytes: 0 to `bytesMax` of them, short ones more often, some mostly zero. */
export function noise(random: Random, bytesMax: number): Uint8Array<ArrayBuffer> {
  const length = random.below(1 + (random.chance(0.5) ? Math.min(64, bytesMax) : bytesMax));
  const bytes = new Uint8Array(length);
  const density = random.pick([0.02, 0.5, 1]);
  for (let n = 0; n < length; n++) if (random.chance(density)) bytes[n] = random.below(256);
  return bytes;
}

/** `good` after one to four changes: flipped, overwritten, cut, extended, repeated, or spliced with itself. */
export function mutated(random: Random, good: Uint8Array): Uint8Array<ArrayBuffer> {
  let bytes = good.slice();
  for (let changes = random.between(1, 4); changes > 0; changes--) bytes = mutatedOnce(random, bytes);
  return bytes;
}

/** {@link mutated} for bytes whose number must stay. */
export function overwritten(random: Random, good: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = good.slice();
  for (let changes = random.between(1, 4); changes > 0 && bytes.length > 0; changes--)
    overwrite(random, bytes);
  return bytes;
}

function mutatedOnce(random: Random, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { length } = bytes;
  if (length === 0) return noise(random, 16);
  switch (random.below(8)) {
    case 0:
      return bytes.slice(0, random.below(length));
    case 1:
      return joined(bytes, random.chance(0.5) ? noise(random, 64) : new Uint8Array(random.below(65)));
    case 2: {
      const [from, to] = rangeIn(random, length);
      return joined(bytes.subarray(0, from), bytes.subarray(to));
    }
    case 3: {
      const [from, to] = rangeIn(random, length);
      return joined(bytes.subarray(0, to), bytes.subarray(from));
    }
    default:
      overwrite(random, bytes);
      return bytes;
  }
}

function overwrite(random: Random, bytes: Uint8Array): void {
  const { length } = bytes;
  const at = random.below(random.chance(0.5) ? Math.min(64, length) : length);
  switch (random.below(5)) {
    case 0:
      bytes[at] = random.pick(oddBytes);
      return;
    case 1: {
      const word = random.pick(oddWords) + random.pick([0, 0, 1, -1]);
      for (let n = 0; n < 4 && at + n < length; n++) bytes[at + n] = word >>> (8 * n);
      return;
    }
    case 2: {
      const [from, to] = rangeIn(random, length);
      bytes.copyWithin(at, from, to);
      return;
    }
    case 3: {
      const [from, to] = rangeIn(random, length);
      bytes.fill(random.pick(oddBytes), from, to);
      return;
    }
    default:
      bytes[at] = bytes[at]! ^ (1 << random.below(8));
  }
}

/** A part of something of this length, mostly a short one. */
export function rangeIn(random: Random, length: number): [from: number, to: number] {
  const from = random.below(length + 1);
  const most = random.chance(0.7) ? Math.min(16, length - from) : length - from;
  return [from, from + random.below(most + 1)];
}

/** Both, one after the other. */
export function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** Whether both are the same bytes. */
export function isSameBytes(first: Uint8Array, second: Uint8Array): boolean {
  return first.length === second.length && first.every((byte, n) => byte === second[n]);
}

/** The bytes in pieces of random size; together they are the whole. */
export function piecesOf(random: Random, bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  const most = random.pick([1, 7, 64, 1024, 65_536]);
  for (let from = 0; from < bytes.length; ) {
    const to = Math.min(bytes.length, from + random.between(1, most));
    pieces.push(bytes.subarray(from, to));
    from = to;
  }
  return pieces;
}

/**
 * The bytes in the middle of a larger buffer whose other bytes are random: a reader that looks beyond its input sees
 * something else each time.
 */
export function embedded(
  random: Random,
  bytes: Uint8Array,
): { readonly bytes: Uint8Array; readonly at: number } {
  const at = 8 * random.below(4);
  const whole = new Uint8Array(at + bytes.length + 64);
  for (let n = 0; n < whole.length; n++) whole[n] = random.next();
  whole.set(bytes, at);
  return { bytes: whole, at };
}
