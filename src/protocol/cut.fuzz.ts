/** Fuzzes the cut of a generation: what is read is in order, and written again as the same bytes. */
import { assert, assertAtLeast, assertAtMost } from '../std/assert.ts';
import type { Random } from '../std/random.ts';
import { type Fuzzer, isSameBytes, mutated, noise } from '../std/testing/fuzzing.ts';
import { type Cut, commonIndex, cutBytes, cutTermsMax, readCut, type TermStart, writeCut } from './cut.ts';

function randomCut(random: Random): Cut {
  const terms: TermStart[] = [];
  for (let index = 1 + random.below(9), term = 1; terms.length <= random.below(cutTermsMax); ) {
    terms.push({ term, index });
    index += 1 + random.below(99);
    term += 1 + random.below(3);
  }
  const { index, term } = terms.at(-1)!;
  const last = index + random.below(99);
  return {
    epoch: 1 + random.below(9),
    index: last,
    term,
    seq: random.below(999),
    timeUs: random.next(),
    terms,
  };
}

const bytesOf = (cut: Cut): Uint8Array => {
  const bytes = new Uint8Array(cutBytes);
  writeCut(cut, new DataView(bytes.buffer), 0);
  return bytes;
};

function run(random: Random): void {
  const good = randomCut(random);
  const bytes = random.chance(0.9) ? mutated(random, bytesOf(good)) : noise(random, 2 * cutBytes);
  if (bytes.length < cutBytes) return;
  const cut = readCut(new DataView(bytes.buffer, bytes.byteOffset), 0);
  if (cut === undefined) return;
  assert(isSameBytes(bytesOf(cut), bytes.slice(0, cutBytes)), 'a cut is written as it was read');
  const lastIndex = random.below(1_000);
  const common = commonIndex(cut, () => 1 + random.below(9), lastIndex);
  assertAtLeast(common, 0, 'a place in the log, or before its first frame');
  assertAtMost(common, Math.min(lastIndex, cut.index), 'a place within both logs');
}

export const cutFuzzer: Fuzzer = {
  name: 'cut',
  property:
    'A cut that is read is in order and written as the same bytes; what two logs have in common is in both.',
  casesInTests: 2_000,
  run,
};
