/** Links over TCP: what `trust` needs from a real machine. */
import { randomFillSync } from 'node:crypto';
import { counter } from '../../replica/counters.ts';
import type { Clock, Counters, Log } from '../../replica/ports.ts';
import type { LinkIdentity } from '../../trust/handshake.ts';
import { LinkReports } from '../../trust/link-reports.ts';
import { type LinkSettings, SecureConnections } from '../../trust/secure-connections.ts';
import { addressText } from './addresses.ts';
import type { TcpConnections } from './tcp.ts';

/** Buffers of a socket that carries a link: what is sealed stays there for a cycle or two. */
export const sealedBytes = { inputBytes: 65_536, outputBytes: 131_072 } as const;

/** Where reports of links go. */
export interface LinkDesk {
  readonly clock: Clock;
  readonly counters: Counters;
  readonly log: Log;
}

/** Fills bytes that cannot be foreseen. */
export function randomBytesInto(into: Uint8Array): void {
  randomFillSync(into);
}

export function openLinks(
  sockets: TcpConnections,
  identity: LinkIdentity,
  settings: LinkSettings,
  { clock, counters, log }: LinkDesk,
): SecureConnections {
  const listener = new LinkReports({
    count: (trouble) => counters.add(counter[trouble], 1),
    warn: (text, fields) => log.warn(text, fields),
    hostName: addressText,
    nowUs: () => clock.nowUs(),
  });
  const ports = { identity, random: randomBytesInto, nowUs: () => clock.nowUs(), listener };
  return new SecureConnections(sockets, ports, settings);
}
