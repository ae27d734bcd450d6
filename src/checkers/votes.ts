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

/** What a replica sends at moments of an election, or while it leads. */
const read: ReadonlySet<number> = new Set([
  RaftType.preVote,
  RaftType.preVoteReply,
  RaftType.vote,
  RaftType.voteReply,
  RaftType.append,
]);

/** Reads every vote that a replica sends. */
export class VotesChecker {
  readonly #report: Report;
  readonly #candidates = new Map<string, number>();
  /** The newest question for votes of each process, while it is not certain that its own vote is durable. */
  readonly #asked = new Map<number, { readonly term: number; readonly atUs: number }>();
  readonly #message = emptyRaftMessage();

  constructor(report: Report) {
    this.#report = report;
  }

  /**
   * A replica sends a datagram, before it is sealed, at `nowUs`. A process that asks for votes has voted for itself,
   * and its vote is durable by the time at which it sends something else.
   */
  sent(bytes: Uint8Array, length: number, nowUs: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, length);
    if (!read.has(view.getUint8(raftDatagram.at.type))) return;
    const message = this.#message;
    if (readRaftMessage(view, length, message) !== DecodeCode.ok) return;
    const { type, from, to, term, flags } = message;
    const asked = this.#asked.get(from);
    if (asked !== undefined && asked.atUs < nowUs) {
      this.#asked.delete(from);
      this.voted(from, asked.term, from);
    }
    if (type === RaftType.vote) this.#asks(from, term, nowUs);
    else if (type === RaftType.append) this.voted(from, term, from);
    else if (type === RaftType.voteReply && (flags & RaftFlag.reject) === 0) this.voted(from, term, to);
  }

  /** A replica gives its vote in `term` to a candidate. */
  voted(replicaId: number, term: number, candidate: number): void {
    const key = `${replicaId}/${term}`;
    const asked = this.#asked.get(replicaId)?.term === term ? replicaId : candidate;
    const before = this.#candidates.get(key) ?? asked;
    if (before !== candidate) this.#foundTwo(replicaId, term, before, candidate);
    this.#candidates.set(key, before);
  }

  /** Another process of a replica begins; the one before may have ended while its vote was made durable. */
  started(replicaId: number): void {
    this.#asked.delete(replicaId);
  }

  /** A replica has lost its disk, and its votes with it. */
  forgotten(replicaId: number): void {
    for (const key of this.#candidates.keys()) {
      if (key.startsWith(`${replicaId}/`)) this.#candidates.delete(key);
    }
  }

  #asks(replicaId: number, term: number, nowUs: number): void {
    const before = this.#candidates.get(`${replicaId}/${term}`);
    if (before === undefined) this.#asked.set(replicaId, { term, atUs: nowUs });
    else if (before !== replicaId) this.#foundTwo(replicaId, term, before, replicaId);
  }

  #foundTwo(replicaId: number, term: number, one: number, other: number): void {
    this.#report(
      'votes',
      `replica ${replicaId} voted for replica ${one} and for replica ${other} in term ${term}`,
    );
  }
}
