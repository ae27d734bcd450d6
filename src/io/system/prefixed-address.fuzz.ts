/** Fuzzes addresses with the length of their network against those of Node. */
import assert from 'node:assert/strict';
import { BlockList, isIPv6 } from 'node:net';
import type { Random } from '../../std/random.ts';
import type { Fuzzer } from '../../std/testing/fuzzing.ts';
import { mutatedText } from '../../std/testing/fuzzing-text.ts';
import { readPrefixedAddress } from './prefixed-address.ts';

function run(random: Random): void {
  const isSix = random.chance(0.5);
  const address = isSix ? addressOfSix(random) : bytesOf(random, 4).join('.');
  const text = `${address}/${1 + random.below(isSix ? 128 : 32)}`;
  assert.ok(readPrefixedAddress(text) !== undefined, `${text} is an address with its network`);
  const found = readPrefixedAddress(random.chance(0.3) ? text : mutatedText(random, text));
  if (found === undefined) return;
  const family = isIPv6(found.address) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addAddress(found.address, family);
  assert.equal(found.bytes.length, family === 'ipv6' ? 16 : 4);
  assert.ok(list.check(shown(found.bytes), family), `the bytes of ${found.text} are its address`);
  assert.ok(found.prefixBits >= 1 && found.prefixBits <= found.bytes.length * 8);
}

function shown(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  return Array.from({ length: 8 }, (_, n) => ((bytes[2 * n]! << 8) | bytes[2 * n + 1]!).toString(16)).join(
    ':',
  );
}

function bytesOf(random: Random, length: number): number[] {
  return Array.from({ length }, () => random.below(256));
}

function addressOfSix(random: Random): string {
  const groups = Array.from({ length: 8 }, () => random.below(random.pick([1, 65_536])).toString(16));
  return random.chance(0.5) ? groups.join(':') : `${groups.slice(0, random.below(6)).join(':')}::`;
}

export const prefixedAddressFuzzer: Fuzzer = {
  name: 'prefixed-addresses',
  property: 'An address with the length of its network has the bytes that Node finds in it, or is none.',
  casesInTests: 3_000,
  run,
};
