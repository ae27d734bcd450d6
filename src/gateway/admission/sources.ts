/**
 * Where a caller comes from, as far as it can be held to it: an IPv4 address, or the network of 64 bits of an IPv6
 * address, since a host has all addresses of its network (RFC 4291, section 2.5.1).
 */

const mappedPrefix = /^::ffff:(?=[0-9.]+$)/i;
const networkGroups = 4;

/** The source of a socket's remote address; undefined, a socket that is closed, is a source too. */
export function sourceOf(address: string | undefined): string {
  if (address === undefined) return 'closed';
  const text = address.replace(mappedPrefix, '');
  if (!text.includes(':')) return text;
  const [head = '', tail] = (text.split('%', 1)[0] ?? '').toLowerCase().split('::', 2);
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const groups = [...first, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...last];
  const network = groups.slice(0, networkGroups).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
}
