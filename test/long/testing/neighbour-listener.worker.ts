// A process that asks for nothing and prints, a line of JSON each, what machines of the network say unasked of the
// addresses that it was given.
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicMs } from '../../../src/chaos/monotonic.ts';
import { ArpNeighbours, NeighbourDiscovery } from '../../../src/io/system/neighbours.ts';
import { networkCard } from '../../../src/io/system/network-card.ts';
import { readPrefixedAddress } from '../../../src/io/system/prefixed-address.ts';
import type { HeardClaim } from './caller-orders.ts';

const everyMs = 20;
const card = networkCard('eth0')!;
const neighbours = [new ArpNeighbours(card), new NeighbourDiscovery(card)];
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const named = new Map(
  process.argv
    .slice(2)
    .map((address) => [hex(readPrefixedAddress(`${address}/32`)!.bytes), address] as const),
);

for (;;) {
  for (const { address, hardware } of neighbours.flatMap((each) => each.claims())) {
    const name = named.get(hex(address));
    if (name === undefined) continue;
    const heard: HeardClaim = { address: name, hardware: hex(hardware), atMs: monotonicMs() };
    console.log(JSON.stringify(heard));
  }
  await sleep(everyMs);
}
