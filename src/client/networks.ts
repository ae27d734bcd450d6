/**
 * Networks in text, such as 192.0.2.0/24 and 2001:db8::/48, and in the bytes of the protocol: family, bits, and the
 * first eight bytes of the address. A network of IPv6 has 64 bits at the most, as hosts choose the others themselves.
 */
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { keyNetworksBytes, networkBytes, networksPerKeyMax } from '../protocol/limits.ts';

const addressAt = 2;
const bitsMaxOf = { 4: 32, 6: 64 } as const;

/** What a network may be, in words. */
export const networkForm = 'a network such as 192.0.2.0/24 or 2001:db8::/48 (IPv6 up to /64)';

export interface Network {
  readonly family: 4 | 6;
  readonly bits: number;
  /** The first bytes of the address: 4 of IPv4, 8 of IPv6. */
  readonly address: Uint8Array;
}

/** The network that a text names; undefined where it names none. A lone address is the network of it alone. */
export function readNetwork(text: string): Network | undefined {
  const [, host = '', bitsText] = /^([0-9a-fA-F:.]{2,39})(?:\/([1-9]?[0-9]))?$/.exec(text) ?? [];
  const family = isIPv4(host) ? 4 : isIPv6(host) && !host.includes('.') ? 6 : undefined;
  if (family === undefined) return undefined;
  const bitsMax = bitsMaxOf[family];
  const bits = bitsText === undefined ? bitsMax : Number(bitsText);
  if (bits > bitsMax) return undefined;
  const address = family === 4 ? Uint8Array.from(host.split('.'), Number) : upperHalf(host);
  return { family, bits, address: masked(address, bits) };
}

/** The network in text, such as 192.0.2.0/24. */
export function networkText({ family, bits, address }: Network): string {
  if (family === 4) return `${address.join('.')}/${bits}`;
  const groups = [0, 2, 4, 6].map((at) => ((address[at]! << 8) | address[at + 1]!).toString(16));
  while (groups.at(-1) === '0') groups.pop();
  return `${groups.join(':')}::/${bits}`;
}

/** Networks as a command holds them. */
export function writeNetworks(networks: readonly Network[]): Uint8Array {
  const bytes = new Uint8Array(keyNetworksBytes);
  for (const [n, { family, bits, address }] of networks.slice(0, networksPerKeyMax).entries()) {
    bytes.set([family, bits], n * networkBytes);
    bytes.set(address, n * networkBytes + addressAt);
  }
  return bytes;
}

/** The networks of a row, as its bytes say; undefined where one of them cannot be read. */
export function readNetworks(bytes: Uint8Array): readonly Network[] | undefined {
  const networks: Network[] = [];
  for (let at = 0; at < keyNetworksBytes; at += networkBytes) {
    const [family, bits] = [bytes[at]!, bytes[at + 1]!];
    if (family === 0) continue;
    if ((family !== 4 && family !== 6) || bits > bitsMaxOf[family]) return undefined;
    const from = at + addressAt;
    networks.push({ family, bits, address: bytes.slice(from, from + bitsMaxOf[family] / 8) });
  }
  return networks;
}

/** Whether an address is in one of the networks. */
export function networkCheck(networks: readonly Network[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = networkText(network).split('/');
    list.addSubnet(address, Number(bits), network.family === 4 ? 'ipv4' : 'ipv6');
  }
  return (given) => {
    // Sockets that take both families show an address of IPv4 as one of IPv6.
    const address = given.replace(/^::ffff:(?=\d+\.)/i, '');
    return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
  };
}

/** The first eight bytes of an address of IPv6. */
function upperHalf(host: string): Uint8Array {
  const [before = '', after] = host.split('::');
  const groupsOf = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const head = groupsOf(before);
  const tail = groupsOf(after);
  const groups = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => '0'), ...tail];
  return Uint8Array.from(
    groups.slice(0, 4).flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff]),
  );
}

function masked(address: Uint8Array, bits: number): Uint8Array {
  return address.map((byte, n) => byte & (0xff00 >> Math.max(0, Math.min(8, bits - n * 8))) & 0xff);
}
