/**
 * Tethers: one idle TCP connection between every two replicas. When a process dies its system breaks the tether at
 * once, long before a heartbeat is missed; consensus is told. The replica with the lower id calls.
 */
import { ConnectionRole } from '../protocol/messages.ts';
import type { Raft } from '../raft/raft.ts';
import type { Connection, RoleServer } from './connection-server.ts';

/** How long to wait before a peer is called again. Short, for until the tether stands a death is seen only by silence. */
const recallUs = 20_000;
const recallMaxUs = 40_000;

interface Peer {
  readonly id: number;
  /** The tether that stands. */
  tether: Connection | undefined;
  calling: boolean;
  nextCallUs: number;
  waitUs: number;
}

/** Calls a replica for a role; false when no connection is free. */
export type Call = (replicaId: number, role: number) => boolean;

/** Who is told; consensus. */
export type PeerWatcher = Pick<Raft, 'peerFound' | 'peerLost'>;

export class Tethers implements RoleServer {
  readonly #replicaId: number;
  readonly #raft: PeerWatcher;
  readonly #close: (connection: Connection) => void;
  readonly #peers = new Map<number, Peer>();
  #nowUs = 0;

  constructor(replicaId: number, raft: PeerWatcher, close: (connection: Connection) => void) {
    this.#replicaId = replicaId;
    this.#raft = raft;
    this.#close = close;
  }

  /** Calls the peers whose tether does not stand. */
  doWork(nowUs: number, members: readonly number[], call: Call): void {
    this.#nowUs = nowUs;
    for (const id of members) {
      if (id <= this.#replicaId) continue;
      const peer = this.#peer(id);
      if (peer.tether !== undefined || peer.calling || nowUs < peer.nextCallUs) continue;
      peer.calling = call(id, ConnectionRole.tether);
      peer.nextCallUs = nowUs + peer.waitUs;
    }
  }

  ready(connection: Connection): void {
    const peer = this.#peer(connection.peerId);
    if (connection.calledReplicaId !== 0) peer.calling = false;
    peer.waitUs = recallUs;
    // A peer that calls anew has lost the old one, even where its machine vanished and nothing here shows it yet.
    if (peer.tether !== undefined) this.#close(peer.tether);
    peer.tether = connection;
    this.#raft.peerFound(peer.id);
  }

  record(): boolean {
    return true;
  }

  gone(connection: Connection): void {
    const peer = this.#peer(connection.peerId || connection.calledReplicaId);
    if (connection.role === 0) {
      peer.calling = false;
      peer.waitUs = Math.min(peer.waitUs * 2, recallMaxUs);
      peer.nextCallUs = this.#nowUs + peer.waitUs;
      return;
    }
    if (peer.tether !== connection) return;
    peer.tether = undefined;
    this.#raft.peerLost(peer.id);
  }

  #peer(id: number): Peer {
    let peer = this.#peers.get(id);
    if (peer === undefined) {
      peer = { id, tether: undefined, calling: false, nextCallUs: 0, waitUs: recallUs };
      this.#peers.set(id, peer);
    }
    return peer;
  }
}
