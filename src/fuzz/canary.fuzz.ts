/**
 * Fuzzers that must fail, each in one of the ways that a decoder can: a wrong value, no end, memory without a bound.
 */
import assert from 'node:assert/strict';
import type { Random } from '../std/random.ts';
import { type Fuzzer, isSameBytes, mutated } from '../std/testing/fuzzing.ts';

const good = Uint8Array.of(3, 10, 11, 12, 2, 20, 21, 0, 1, 30);

/** Items behind their length; the planted bug takes one that ends at the last byte for cut off. */
function decode(bytes: Uint8Array): Uint8Array[] | undefined {
  const items: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + bytes[at]!;
    if (end > bytes.length) return undefined;
    items.push(bytes.subarray(at + 1, end === bytes.length && items.length > 4 ? end - 1 : end));
    at = end;
  }
  return items;
}

function runPlanted(random: Random): void {
  const bytes = mutated(random, good);
  const items = decode(bytes);
  if (items === undefined) return;
  const again = items.flatMap((item) => [item.length, ...item]);
  assert.ok(isSameBytes(Uint8Array.from(again), bytes), 'what was read is written as the same bytes');
}

export const plantedCanary: Fuzzer = {
  name: 'canary',
  property: 'Broken on purpose: items are written back as the same bytes.',
  casesInTests: 5_000,
  run: runPlanted,
};

export const endlessCanary: Fuzzer = {
  name: 'canary-endless',
  property: 'Broken on purpose: a case ends.',
  casesInTests: 0,
  run: (random) => {
    // A length of zero never gets any further.
    for (let at = 0; at < good.length; ) at += random.chance(0.5) ? good[7]! : 0;
  },
};

export const greedyCanary: Fuzzer = {
  name: 'canary-greedy',
  property: 'Broken on purpose: nothing grows without a bound.',
  casesInTests: 0,
  run: (random) => {
    const kept: number[][] = [];
    for (;;) kept.push(Array.from({ length: 10_000 }, () => random.next()));
  },
};
