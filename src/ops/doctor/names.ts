/** Whether the hosts of replicas that are names have one address each, as the name service of this machine says. */
import { lookup } from 'node:dns/promises';
import type { ReplicaAddress } from '../configuration/replicas.ts';
import { messageOf } from '../failure.ts';
import { type Diagnosis, warning, wrong } from './diagnosis.ts';

/** All IPv4 addresses of a host; rejects where it has none. */
type AddressesOf = (host: string) => Promise<readonly string[]>;

export async function nameFindings(
  replicas: readonly Pick<ReplicaAddress, 'id' | 'host'>[],
  addressesOf: AddressesOf = lookedUp,
): Promise<Diagnosis[]> {
  const found = await Promise.all(replicas.map((replica) => nameFinding(replica, addressesOf)));
  return found.filter((finding) => finding !== undefined);
}

async function nameFinding(
  { id, host }: Pick<ReplicaAddress, 'id' | 'host'>,
  addressesOf: AddressesOf,
): Promise<Diagnosis | undefined> {
  try {
    const addresses = await addressesOf(host);
    if (addresses.length === 1) return undefined;
    return warning(
      'names',
      `The host of replica ${id}, ${host}, has ${addresses.length} addresses: ${addresses.join(', ')}. It listens at one of ` +
        'them, and the others may call another one.',
      'Give it one address in the name service, or write that of the replica in place of the name.',
    );
  } catch (error) {
    return wrong(
      'names',
      `The host of replica ${id}, ${host}, has no address: ${messageOf(error)}.`,
      'Use its IPv4 address, or correct the name service; a name service that is down must not stop an exchange.',
    );
  }
}

async function lookedUp(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { family: 4, all: true });
  return [...new Set(found.map(({ address }) => address))];
}
