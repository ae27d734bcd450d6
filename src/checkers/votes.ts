/**
 * Invariant 4 at its root: a replica gives one vote in a term, whatever happens to its process in between. Seen on the
 * network, because two votes rarely make two leaders, and two leaders rarely do harm.
 */
import { DecodeCode } from '../protocol/codes.ts';
import {
  emptyRaftMessage,
  RaftFlag,
  RaftType,
  raftDatagram,
  readRaftMessage,
} from '../protocol/datagrams.ts';
import type { Report } from './violations.ts';

/** Reads every vote that a replica sends. */
export class VotesChecker {
  readonly #report: Report;
  readonly #candidates = new Map<string, number>();
  /** Terms in which a process asked for votes. Its own vote counts for sure only once it leads. */
  readonly #asked = new Set<string>();
  readonly #message = emptyRaftMessage();

  constructor(report: Report) {
    this.#report = report;
  }

  /**
   * A replica sends a datagram: before it is sealed. A process that asks for votes votes for itself in that term, and
   * for no other; whether it had done so counts beyond its end only if it led.
   */
  sent(bytes: Uint8Array, length: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    const type = view.getUint8(raftDatagram.at.type);
    if (type !== RaftType.vote && type !== RaftType.voteReply && type !== RaftType.append) return;
    const message = this.#message;
    if (readRaftMessage(view, length, message) !== DecodeCode.ok) return;
    const { from, to, term, flags } = message;
    if (type === RaftType.vote) this.#asks(from, term);
    else if (type === RaftType.append) this.voted(from, term, from);
    else if ((flags & RaftFlag.reject) === 0) this.voted(from, term, to);
  }

  /** A replica gives its vote in `term` to a candidate. */
  voted(replicaId: number, term: number, candidate: number): void {
    const key = `${replicaId}/${term}`;
    const before = this.#candidates.get(key) ?? (this.#asked.has(key) ? replicaId : candidate);
    if (before !== candidate) this.#foundTwo(replicaId, term, before, candidate);
    this.#candidates.set(key, before);
  }

  /** Another process of a replica begins. */
  started(replicaId: number): void {
    for (const key of this.#asked) if (key.startsWith(`${replicaId}/`)) this.#asked.delete(key);
  }

  /** A replica has lost its disk, and its votes with it. */
  forgotten(replicaId: number): void {
    for (const key of this.#candidates.keys()) {
      if (key.startsWith(`${replicaId}/`)) this.#candidates.delete(key);
    }
  }

  #asks(replicaId: number, term: number): void {
    const key = `${replicaId}/${term}`;
    const before = this.#candidates.get(key) ?? replicaId;
    if (before !== replicaId) this.#foundTwo(replicaId, term, before, replicaId);
    this.#asked.add(key);
  }

  #foundTwo(replicaId: number, term: number, one: number, other: number): void {
    this.#report(
      'votes',
      `replica ${replicaId} voted for replica ${one} and for replica ${other} in term ${term}`,
    );
  }
}
