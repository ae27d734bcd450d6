/**
 * The settings of a machine that a replica runs on: addresses, folder, identity and how to idle. Plain data, so
 * that it crosses into the core thread. Own addresses are IPv4.
 */

import type { Authorities } from '../../trust/certificates.ts';
import type { OwnIdentity } from '../../trust/handshake.ts';

/** Where the configuration file has another replica: its host may be a name. */
export interface PeerAddress {
  readonly replicaId: number;
  readonly host: string;
  readonly udpPort: number;
  readonly tcpPort: number;
  /** Its key, where no authority has certified it; all zero: a certificate shows whose it is. */
  readonly fingerprint?: Uint8Array;
}

/** The datagrams between replicas. */
export interface DatagramSettings {
  /** Own address; 0.0.0.0 is every network card. */
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly mode: 'unicast' | 'multicast';
  /**
   * For `multicast`: the group, 224.0.0.0 to 239.255.255.255, its port, and the address of the card that carries it.
   */
  readonly group: string;
  readonly groupPort: number;
  readonly interfaceAddress: string;
  /** Bytes that the system holds until they are read or sent; it caps them at net.core.rmem_max and wmem_max. */
  readonly receiveBufferBytes: number;
  readonly sendBufferBytes: number;
}

/** The byte streams: sessions, tethers, fetches. */
export interface ConnectionSettings {
  readonly address: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Connections of all kinds; handles are below it. A part of them is kept free for connections to peers. */
  readonly connectionsMax: number;
  /** Bytes that wait for the handler, per connection; at least one record of the largest size. */
  readonly inputBytes: number;
  /** Bytes that wait for the other side, per connection; a power of two. */
  readonly outputBytes: number;
}

/** What a core thread does in a cycle without work; see idle.ts. */
export type IdleStrategy = 'spin' | 'yield' | 'backoff';

/** Everything that {@link openPorts} needs. */
export interface MachineSettings {
  readonly replicaId: number;
  /** The replica's own folder; it is created, and locked against a second process. */
  readonly folder: string;
  readonly datagrams: DatagramSettings;
  readonly connections: ConnectionSettings;
  readonly peers: readonly PeerAddress[];
  /** The identity of this replica, and which ones it believes. */
  readonly identity: { readonly own: OwnIdentity; readonly authorities: Authorities };
  readonly idle: IdleStrategy;
  /** It stores and answers only under the lease of its site (replica/sites/site-lease.ts). */
  readonly hasSiteLease?: boolean;
}

/** Sound values; a caller overrides what it knows better. */
export const defaultDatagramSettings = {
  mode: 'unicast',
  group: '239.192.71.1',
  groupPort: 7_100,
  interfaceAddress: '127.0.0.1',
  receiveBufferBytes: 4_194_304,
  sendBufferBytes: 4_194_304,
} as const;

export const defaultConnectionSettings = {
  connectionsMax: 256,
  inputBytes: 131_072,
  outputBytes: 262_144,
} as const;
