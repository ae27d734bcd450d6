/** Addresses with the length of their network. It loads no native code. */
import { isIPv4, isIPv6 } from 'node:net';

/** An address with the length of its network, such as 10.0.0.9/24. */
export interface PrefixedAddress {
  readonly text: string;
  readonly address: string;
  readonly bytes: Uint8Array;
  readonly prefixBits: number;
}

/** What the text means; undefined where it is no address with the length of a network. */
export function readPrefixedAddress(text: string): PrefixedAddress | undefined {
  const [address = '', length = ''] = text.split('/');
  const bytes = addressBytes(address);
  const prefixBits = Number(length);
  if (bytes === undefined || !/^\d{1,3}$/.test(length) || prefixBits < 1 || prefixBits > bytes.length * 8)
    return undefined;
  return { text, address, bytes, prefixBits };
}

function addressBytes(address: string): Uint8Array | undefined {
  if (isIPv4(address)) return Uint8Array.from(address.split('.').map(Number));
  if (!isIPv6(address) || address.includes('.') || address.includes('%')) return undefined;
  const [head = '', tail] = address.split('::');
  const words = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16));
  const first = words(head);
  const last = words(tail ?? '');
  const zeros = new Array<number>(8 - first.length - last.length).fill(0);
  return Uint8Array.from([...first, ...zeros, ...last].flatMap((word) => [word >> 8, word & 0xff]));
}
