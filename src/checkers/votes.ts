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
  readonly #message = emptyRaftMessage();

  constructor(report: Report) {
    this.#report = report;
  }

  /** A replica sends a datagram: before it is sealed. A replica that asks for votes has voted for itself. */
  sent(bytes: Uint8Array, length: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    const type = view.getUint8(raftDatagram.at.type);
    if (type !== RaftType.vote && type !== RaftType.voteReply) return;
    const message = this.#message;
    if (readRaftMessage(view, length, message) !== DecodeCode.ok) return;
    if (type === RaftType.vote) this.voted(message.from, message.term, message.from);
    else if ((message.flags & RaftFlag.reject) === 0) this.voted(message.from, message.term, message.to);
  }

  /** A replica gives its vote in `term` to a candidate. */
  voted(replicaId: number, term: number, candidate: number): void {
    const key = `${replicaId}/${term}`;
    const before = this.#candidates.get(key) ?? candidate;
    if (before !== candidate) {
      this.#report(
        'votes',
        `replica ${replicaId} voted for replica ${before} and for replica ${candidate} in term ${term}`,
      );
    }
    this.#candidates.set(key, before);
  }

  /** A replica has lost its disk, and its votes with it. */
  forgotten(replicaId: number): void {
    for (const key of this.#candidates.keys()) {
      if (key.startsWith(`${replicaId}/`)) this.#candidates.delete(key);
    }
  }
}
