/**
 * Which snapshots may be fetched. Each replica says over its tethers which one it holds; its leader names those that
 * are of its log, by index, term and hash. What must stay true: a replica takes no snapshot from a peer but one that
 * the leader of its term has named, and one that another leader named counts only once the present one names it too.
 */
import { DecodeCode } from '../../protocol/codes.ts';
import { snapshotNamed } from '../../protocol/snapshot-messages.ts';
import { areSameHash } from '../../std/sha256.ts';
import type { Connection } from '../connections/connection-server.ts';
import { counter } from '../counters.ts';
import type { HeldSnapshot, NamedSnapshot, ReplicatedLog, SnapshotNames } from '../log/replicated-log.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Ports } from '../ports.ts';

const noHash = new Uint8Array(32);

/** Which replica leads, and which frames this replica holds. */
export type NamingLog = Pick<ReplicatedLog, 'isLeader' | 'term' | 'leaderId' | 'termAt'> & {
  readonly options: Pick<ReplicaOptions, 'replicaId'>;
};

export class LeaderNames implements SnapshotNames {
  readonly #log: NamingLog;
  readonly #ports: Pick<Ports, 'connections' | 'counters'>;
  #own: HeldSnapshot | undefined;
  /** What peers have said, by the peer that said it and by the replica that holds it. */
  readonly #claims = new Map<number, Map<number, NamedSnapshot>>();
  /** What this replica says, by the replica that holds it; undefined: that one holds none any more. */
  #said = new Map<number, HeldSnapshot | undefined>();
  /** The term in which it says so as the leader; 0: it does not lead. */
  #saidTerm = 0;
  /** There is more to say, or a peer had no room for what was said. */
  #isDue = false;
  readonly #out = new Uint8Array(snapshotNamed.size);
  readonly #outView = new DataView(this.#out.buffer);

  constructor(log: NamingLog, ports: Pick<Ports, 'connections' | 'counters'>) {
    this.#log = log;
    this.#ports = ports;
  }

  hold(snapshot: HeldSnapshot | undefined): void {
    this.#own = snapshot;
    this.#isDue = true;
  }

  of(memberId: number): NamedSnapshot | undefined {
    const { isLeader, term, leaderId } = this.#log;
    if (isLeader) {
      const held = this.#heldBy(memberId);
      return held && { ...held, leaderTerm: term };
    }
    const named = this.#claims.get(leaderId)?.get(memberId);
    return named?.leaderTerm === term ? named : undefined;
  }

  isNamed({ leaderTerm, index, term, hash }: NamedSnapshot): boolean {
    const { leaderId, isLeader } = this.#log;
    if (leaderId === 0) return false;
    if (leaderTerm === this.#log.term) return true;
    const holders = isLeader ? this.#said.keys() : (this.#claims.get(leaderId)?.keys() ?? []);
    for (const holder of holders) {
      const named = this.of(holder);
      if (named?.index === index && named.term === term && areSameHash(named.hash, hash)) return true;
    }
    return false;
  }

  /** A tether is new. */
  greet({ id }: Connection): void {
    if (!this.#say(id)) this.#isDue = true;
  }

  /** A record of a tether; false where it is malformed. */
  record({ peerId }: Connection, view: DataView, at: number, length: number): boolean {
    if (snapshotNamed.check(view, at, length) !== DecodeCode.ok) {
      this.#ports.counters.add(counter.messagesMalformed, 1);
      return false;
    }
    const { holderId, leaderTerm, index, term, hash } = snapshotNamed.read(view, at);
    const claims = this.#claims.get(peerId) ?? new Map<number, NamedSnapshot>();
    this.#claims.set(peerId, claims);
    const before = claims.get(holderId);
    if (index === 0) claims.delete(holderId);
    else claims.set(holderId, { leaderTerm, index, term, hash });
    // Only what is new is passed on: two replicas would answer each other for ever.
    const isNew =
      before === undefined ? index !== 0 : before.index !== index || !areSameHash(before.hash, hash);
    if (holderId === peerId && isNew && this.#log.isLeader) this.#isDue = true;
    return true;
  }

  /** A peer may not be believed any more. */
  forget(peerId: number): void {
    this.#claims.delete(peerId);
    this.#isDue = true;
  }

  /**
   * Says to the peers what is new, on each open tether: what was said on one before may come after what is said on
   * another.
   */
  doWork(peers: readonly number[], tethersTo: (peerId: number) => readonly Connection[]): void {
    const { isLeader, term } = this.#log;
    const leaderTerm = isLeader ? term : 0;
    if (!this.#isDue && leaderTerm === this.#saidTerm) return;
    this.#isDue = false;
    this.#noteWhatToSay(leaderTerm);
    for (const peerId of peers) {
      for (const tether of tethersTo(peerId)) if (!this.#say(tether.id)) this.#isDue = true;
    }
  }

  /** What a member holds, if it is of the log of this replica, which leads. */
  #heldBy(memberId: number): HeldSnapshot | undefined {
    if (memberId === this.#log.options.replicaId) return this.#own;
    const held = this.#claims.get(memberId)?.get(memberId);
    return held !== undefined && this.#log.termAt(held.index) === held.term ? held : undefined;
  }

  #noteWhatToSay(leaderTerm: number): void {
    if (leaderTerm !== this.#saidTerm) this.#said = new Map();
    this.#saidTerm = leaderTerm;
    this.#said.set(this.#log.options.replicaId, this.#own);
    if (leaderTerm === 0) return;
    const holders = new Set([...this.#said.keys(), ...this.#claims.keys()]);
    for (const holder of holders) this.#said.set(holder, this.#heldBy(holder));
  }

  /** Says all that is to be said; false where there is no room. */
  #say(connection: number): boolean {
    const { connections } = this.#ports;
    for (const [holderId, held] of this.#said) {
      const { index, term, hash } = held ?? { index: 0, term: 0, hash: noHash };
      const values = { holderId, leaderTerm: this.#saidTerm, index, term, hash };
      const length = snapshotNamed.write(this.#outView, 0, values);
      if (!connections.send(connection, this.#out, 0, length)) return false;
    }
    return true;
  }
}
