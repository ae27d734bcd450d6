/**
 * Tethers: idle TCP connections between every two replicas, one called by each. When a process dies its system breaks
 * them at once, long before a heartbeat is missed, and consensus learns of it. A refused call says the same, for a
 * replica that has just started and may lose its leader before its tether is connected.
 */
import { ConnectionRole, contacts, introduction } from '../../protocol/messages.ts';
import { memberRecord } from '../../protocol/roster.ts';
import { snapshotNamed } from '../../protocol/snapshot-messages.ts';
import type { Raft } from '../../raft/raft.ts';
import type { Connection, RoleServer } from '../connections/connection-server.ts';
import type { Hearing } from './hearing.ts';
import type { Introductions } from './introductions.ts';
import type { KeyExchange } from './key-exchange.ts';
import type { LeaderNames } from './snapshot-names.ts';

/** How long to wait before a peer is called again. Short, for without a tether a death is seen only by silence. */
const recallUs = 20_000;
const recallMaxUs = 40_000;
/** How often peers are sent what has changed. */
const contactsUs = 10_000;
/** Without a leader for so long, an operator may have to choose between what the replicas hold. */
const leaderlessUs = 1_000_000;
/** How long before a peer is called again that does not go together with this replica. */
const refusedUs = 1_000_000;

interface Peer {
  readonly id: number;
  /** The tether that we called, and the one that the peer called. */
  ours: Connection | undefined;
  theirs: Connection | undefined;
  calling: boolean;
  /** Consensus has heard of the loss, and of no return since. */
  isTold: boolean;
  nextCallUs: number;
  waitUs: number;
}

/** Calls a replica for a role; false when no connection is free. */
export type CallReplica = (replicaId: number, role: ConnectionRole) => boolean;

/** What both sides of a tether say of themselves. */
export type Introducer = Pick<
  Introductions,
  | 'send'
  | 'take'
  | 'describe'
  | 'sendMembers'
  | 'hasNewRoster'
  | 'sendContacts'
  | 'takeContacts'
  | 'forgetContacts'
>;

/** Keys of datagrams, which go over tethers. */
export type TetherKeys = Pick<KeyExchange, 'greet' | 'record' | 'doWork' | 'forget'>;

/** Names of snapshots, which go over tethers. */
export type TetherNames = Pick<LeaderNames, 'greet' | 'record' | 'doWork' | 'forget'>;

/** Whose datagrams come. */
export type TetherHearing = Pick<Hearing, 'hears' | 'doWork' | 'forget'>;

/** What is said on tethers. */
export interface TetherTalk {
  readonly introductions: Introducer;
  readonly keys: TetherKeys;
  readonly names: TetherNames;
  readonly hearing: TetherHearing;
}

/** Learns which peers are reachable, and says which of them leads: consensus. */
export type PeerWatcher = Pick<Raft, 'peerFound' | 'peerLost' | 'leaderId'>;

export class Tethers implements RoleServer {
  readonly #replicaId: number;
  readonly #raft: PeerWatcher;
  readonly #introductions: Introducer;
  readonly #keys: TetherKeys;
  readonly #names: TetherNames;
  readonly #hearing: TetherHearing;
  readonly #close: (connection: Connection) => void;
  readonly #peers = new Map<number, Peer>();
  /** A peer did not answer where it was called, or could not be called there. */
  onUnreached: (replicaId: number) => void = () => undefined;
  #nowUs = 0;
  #areAllOpen = false;
  /** Tethers have come or gone since peers were sent the contacts. */
  #haveChanged = false;
  #contactsAtUs = 0;
  /** When there was a leader last; Infinity: what is held has been said since. */
  #ledUs = Number.POSITIVE_INFINITY;

  constructor(
    replicaId: number,
    raft: PeerWatcher,
    { introductions, keys, names, hearing }: TetherTalk,
    close: (connection: Connection) => void,
  ) {
    this.#replicaId = replicaId;
    this.#raft = raft;
    this.#introductions = introductions;
    this.#keys = keys;
    this.#names = names;
    this.#hearing = hearing;
    this.#close = close;
  }

  /** Whether every tether was connected when last checked, and none was lost since. */
  get areAllOpen(): boolean {
    return this.#areAllOpen;
  }

  /** Whether a peer answered where it was called. */
  reaches(id: number): boolean {
    return this.#peers.get(id)?.ours !== undefined;
  }

  /** Whether a peer has called this replica. */
  isCalledBy(id: number): boolean {
    return this.#peers.get(id)?.theirs !== undefined;
  }

  /** Whether datagrams of a peer have come since the tether to it is open. */
  hears(id: number): boolean {
    return this.#hearing.hears(id);
  }

  /** Calls the peers to which the own tether is not open. */
  doWork(nowUs: number, members: readonly number[], call: CallReplica): void {
    this.#nowUs = nowUs;
    this.#areAllOpen = true;
    for (const id of members) {
      if (id === this.#replicaId) continue;
      const peer = this.#peer(id);
      if (peer.ours !== undefined) continue;
      this.#areAllOpen = false;
      if (peer.calling || nowUs < peer.nextCallUs) continue;
      peer.calling = call(id, ConnectionRole.tether);
      peer.nextCallUs = nowUs + peer.waitUs;
      if (!peer.calling) this.onUnreached(id);
    }
    this.#keys.doWork(nowUs, this.#tetherTo);
    this.#names.doWork(members, this.#tethersTo);
    if (nowUs < this.#contactsAtUs) return;
    if (this.#hearing.doWork(nowUs, this.#tethered())) this.#haveChanged = true;
    this.#contactsAtUs = nowUs + contactsUs;
    this.#introduceAgain();
    const isNewRoster = this.#introductions.hasNewRoster();
    if (isNewRoster || this.#haveChanged) this.#tellChanges(isNewRoster);
  }

  /** Without a leader it may count how much each holds, and what was said of that is as old as the tether. */
  #introduceAgain(): void {
    if (this.#raft.leaderId !== 0) this.#ledUs = this.#nowUs;
    if (this.#nowUs - this.#ledUs < leaderlessUs) return;
    this.#ledUs = Number.POSITIVE_INFINITY;
    for (const { id } of this.#peers.values())
      for (const tether of this.#tethersTo(id)) this.#introductions.send(tether.id);
  }

  #tethered(): number[] {
    return [...this.#peers.keys()].filter((id) => this.#tetherTo(id) !== undefined);
  }

  #tellChanges(isNewRoster: boolean): void {
    this.#haveChanged = false;
    for (const { id } of this.#peers.values()) {
      for (const tether of this.#tethersTo(id)) {
        if (isNewRoster) this.#introductions.sendMembers(tether.id);
        if (!this.#introductions.sendContacts(tether.id, this)) this.#haveChanged = true;
      }
    }
  }

  /** Peers that have not proven themselves since, and may not be believed any more, are forgotten. */
  reconsidered(): void {
    for (const { id } of this.#peers.values()) {
      if (this.#tetherTo(id) !== undefined) continue;
      this.#keys.forget(id);
      this.#names.forget(id);
    }
  }

  readonly #tetherTo = (id: number): Connection | undefined => {
    const peer = this.#peers.get(id);
    return peer?.ours ?? peer?.theirs;
  };

  /** Both, where each side has called the other. */
  readonly #tethersTo = (id: number): readonly Connection[] => {
    const peer = this.#peers.get(id);
    return [peer?.ours, peer?.theirs].filter((tether) => tether !== undefined);
  };

  connectionReady(connection: Connection): void {
    const peer = this.#peer(connection.peerId);
    if (connection.isOurs) {
      peer.calling = false;
      peer.waitUs = recallUs;
      peer.ours = connection;
    } else {
      // A peer that calls again has lost the old tether, even where its machine vanished and nothing here shows it yet.
      if (peer.theirs !== undefined) this.#close(peer.theirs);
      peer.theirs = connection;
    }
    peer.isTold = false;
    this.#haveChanged = true;
    this.#introductions.send(connection.id);
    this.#keys.greet(connection);
    this.#names.greet(connection);
    this.#raft.peerFound(peer.id);
  }

  takeRecord(connection: Connection, type: number, view: DataView, at: number, length: number): boolean {
    if (type === memberRecord.type) {
      this.#introductions.describe(connection, view, at, length);
      return true;
    }
    if (!this.#takes(connection, type, view, at, length)) this.#refuse(connection);
    return true;
  }

  #takes(connection: Connection, type: number, view: DataView, at: number, length: number): boolean {
    const { peerId } = connection;
    if (type === introduction.type) return this.#introductions.take(peerId, view, at, length);
    if (type === contacts.type) return this.#introductions.takeContacts(peerId, view, at, length);
    if (type === snapshotNamed.type) return this.#names.record(connection, view, at, length);
    return this.#keys.record(connection, type, view, at, length);
  }

  /** The peer and this replica do not go together: ends the tether, and calls again after a while. */
  #refuse(connection: Connection): void {
    const peer = this.#peer(connection.peerId);
    if (peer.ours === connection) peer.ours = undefined;
    if (peer.theirs === connection) peer.theirs = undefined;
    this.#lost(peer);
    peer.nextCallUs = this.#nowUs + refusedUs;
    this.#close(connection);
  }

  connectionGone(connection: Connection): void {
    this.#areAllOpen = false;
    const peer = this.#peer(connection.peerId);
    if (!connection.isReady) {
      peer.calling = false;
      peer.waitUs = Math.min(peer.waitUs * 2, recallMaxUs);
      peer.nextCallUs = this.#nowUs + peer.waitUs;
      this.onUnreached(peer.id);
    } else if (peer.ours === connection) {
      peer.ours = undefined;
    } else if (peer.theirs === connection) {
      peer.theirs = undefined;
    } else return;
    this.#lost(peer);
    // Once: a peer that lives and cannot be called must not be suspected with every call.
    if (peer.isTold) return;
    peer.isTold = true;
    this.#raft.peerLost(peer.id);
  }

  #lost(peer: Peer): void {
    this.#haveChanged = true;
    if (this.#tetherTo(peer.id) !== undefined) return;
    this.#introductions.forgetContacts(peer.id);
    this.#hearing.forget(peer.id);
    // What it holds is said again on the next one.
    this.#names.forget(peer.id);
  }

  #peer(id: number): Peer {
    let peer = this.#peers.get(id);
    if (peer === undefined) {
      peer = {
        id,
        ours: undefined,
        theirs: undefined,
        calling: false,
        isTold: false,
        nextCallUs: 0,
        waitUs: recallUs,
      };
      this.#peers.set(id, peer);
    }
    return peer;
  }
}
