/** Fuzzes networks in text and in bytes against those of Node. */
import assert from 'node:assert/strict';
import { BlockList, isIPv6 } from 'node:net';
import type { Random } from '../std/random.ts';
import type { Fuzzer } from '../std/testing/fuzzing.ts';
import { mutatedText } from '../std/testing/fuzzing-text.ts';
import { networkText, readNetwork, readNetworks, writeNetworks } from './networks.ts';

function run(random: Random): void {
  const isSix = random.chance(0.5);
  const host = isSix ? addressOfSix(random) : Array.from({ length: 4 }, () => random.below(256)).join('.');
  const bits = random.below(isSix ? 65 : 33);
  const network = readNetwork(`${host}/${bits}`);
  assert.ok(network !== undefined, `${host}/${bits} is a network`);
  const list = new BlockList();
  const [shown = '', shownBits] = networkText(network).split('/');
  list.addSubnet(shown, Number(shownBits), isIPv6(shown) ? 'ipv6' : 'ipv4');
  assert.ok(list.check(host, isSix ? 'ipv6' : 'ipv4'), `${host} is in ${networkText(network)}`);
  assert.equal(Number(shownBits), bits);
  assert.deepEqual(readNetworks(writeNetworks([network])), [network], 'what is written is read');

  const found = readNetwork(mutatedText(random, `${host}/${bits}`));
  if (found !== undefined) assert.deepEqual(readNetwork(networkText(found)), found, 'what is shown is read');
  const noise = writeNetworks([network]).map((byte) => (random.chance(0.1) ? random.below(256) : byte));
  for (const each of readNetworks(noise) ?? []) assert.ok(readNetwork(networkText(each)) !== undefined);
}

function addressOfSix(random: Random): string {
  const groups = Array.from({ length: 8 }, () => random.below(random.pick([1, 65_536])).toString(16));
  return random.chance(0.5) ? groups.join(':') : `${groups.slice(0, random.below(6)).join(':')}::`;
}

export const networkFuzzer: Fuzzer = {
  name: 'client-networks',
  property: 'A network in text holds the addresses that Node finds in it, and comes back from its bytes.',
  casesInTests: 3_000,
  run,
};
