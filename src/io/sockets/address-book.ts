/**
 * Where the sockets of a replica reach the others. A name is resolved by the main thread, which alone can wait for a
 * name server; until then, and where it has no address, the replica is not reached.
 */
import type { Addresses, MemberAddress } from '../../replica/ports.ts';
import type { PeerAddress } from './settings.ts';
import type { TcpConnections } from './tcp.ts';
import type { UdpDatagrams } from './udp.ts';

const ipv4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;

export class AddressBook implements Addresses {
  readonly #datagrams: Pick<UdpDatagrams, 'setPeer'>;
  readonly #sockets: Pick<TcpConnections, 'setPeer'>;
  /** Asks for the address of a name; {@link resolved} answers. */
  readonly #resolve: (host: string) => void;
  readonly #configured: ReadonlyMap<number, PeerAddress>;
  readonly #placed = new Map<number, MemberAddress>();
  /** IPv4 addresses of names. */
  readonly #found = new Map<string, string>();

  constructor(
    peers: readonly PeerAddress[],
    datagrams: Pick<UdpDatagrams, 'setPeer'>,
    sockets: Pick<TcpConnections, 'setPeer'>,
    resolve: (host: string) => void,
  ) {
    this.#datagrams = datagrams;
    this.#sockets = sockets;
    this.#resolve = resolve;
    this.#configured = new Map(peers.map((peer) => [peer.replicaId, peer]));
    for (const peer of peers) this.place(peer.replicaId, peer);
  }

  configured(replicaId: number): MemberAddress | undefined {
    return this.#configured.get(replicaId);
  }

  place(replicaId: number, address: MemberAddress | undefined): void {
    if (address === undefined) {
      this.#placed.delete(replicaId);
      this.#datagrams.setPeer(replicaId);
      this.#sockets.setPeer(replicaId);
      return;
    }
    this.#placed.set(replicaId, address);
    this.#open(replicaId, address);
    // The machine of that name may have another address by now.
    if (!ipv4.test(address.host)) this.#resolve(address.host);
  }

  /** A name has this address. */
  resolved(host: string, address: string): void {
    if (this.#found.get(host) === address) return;
    this.#found.set(host, address);
    for (const [replicaId, placed] of this.#placed) if (placed.host === host) this.#open(replicaId, placed);
  }

  #open(replicaId: number, { host, udpPort, tcpPort }: MemberAddress): void {
    const address = ipv4.test(host) ? host : this.#found.get(host);
    this.#datagrams.setPeer(replicaId, address, udpPort);
    this.#sockets.setPeer(replicaId, address, tcpPort);
  }
}
