/**
 * What the core of a client needs from its surroundings, and what it reports to them: plain calls, no sockets, no
 * timers.
 */
import type { ReplyCode } from '../../protocol/codes.ts';
import type { MemberKey } from '../../protocol/parties.ts';

/** Why a command's outcome is not known. */
export type UnknownReason = 'timeout' | 'eventsForgotten' | 'sessionLost' | 'closed';
/** Why a query has no answer; otherwise a ReplyCode. */
export type QueryFailure = 'timeout' | 'closed' | ReplyCode;
/** Why no session could be opened. */
export type ConnectFailure = 'notAuthorized' | 'wrongCluster' | 'wrongVersion' | 'unreachable' | 'noLeader';

/** What a session needs from the machine that it runs on. Both sides of its connections have proven their identity. */
export interface SessionMachine {
  /** A replica is reached there too, beside where the machine knew it before. */
  place(replicaId: number, host: string, port: number): void;
  /** These are the keys of replicas that no authority has certified, and of no others. */
  believe(keys: readonly MemberKey[]): void;
  /** Start to connect to a replica; `opened` or `closed` of the session follows. */
  connect(replicaId: number): void;
  /** End the connection to a replica; the session's `closed` is not called for it. */
  disconnect(replicaId: number): void;
  /** Queue a copy of all of `bytes[from, to)`, or nothing (false) when there is no room now. @hot */
  send(replicaId: number, bytes: Uint8Array, from: number, to: number): boolean;
  /** 32 random bits. */
  random(): number;
}

/** What a session reports. Views are valid only during the call. */
export interface SessionListener {
  /** A session is open: the first, or a new one after the old one was lost. */
  opened(sessionId: number): void;
  /** The outcome record of a command; also late, after it was reported as unknown. @hot */
  outcome(ticket: number, view: DataView, at: number): void;
  /** The outcome of a command is not known; after `timeout` it may still come, else never. */
  unknown(ticket: number, reason: UnknownReason): void;
  /** Any event of the feed, outcomes included, each once and in order. @hot */
  event(view: DataView, at: number): void;
  /** Events after `afterSeq` up to about `appliedSeq` left the replica's ring before they could be sent. */
  eventsLost(afterSeq: number, appliedSeq: number): void;
  /** Another cluster answers at these addresses: what was known of the exchange does not hold in it. */
  clusterChanged(): void;
  queryResult(requestId: number, view: DataView, at: number): void;
  queryFailed(requestId: number, why: QueryFailure): void;
  /** Another leader, or the same in a new term, serves. `gapUs` without acknowledgements, commands `resent`. */
  failover(term: number, leaderId: number, gapUs: number, resent: number): void;
  /** How full the leader's ring of waiting commands is. */
  pressure(usedPermille: number): void;
  /** So many changes of API keys have been applied where a connection leads; an older number can follow. */
  keysChanged(changes: number): void;
  warning(text: string): void;
  /**
   * In place of `failed`, where replicas answer and none leads: they can be read, and a session is opened once one
   * leads. A listener without it gives up.
   */
  reached?: (() => void) | undefined;
  /** No session could be opened in time; nothing more will happen. */
  failed(code: ConnectFailure, text: string): void;
  /** The end that `close` asked for; nothing more will happen. */
  closed(): void;
}

export interface SessionOptions {
  /** `address` is what texts call the replica. */
  readonly replicas: readonly {
    readonly id: number;
    readonly address: string;
    readonly site?: string | undefined;
  }[];
  readonly feed: 'own' | 'all' | 'none';
  /** Milliseconds that the session may be disconnected until its orders are cancelled; undefined: they stay. */
  readonly cancelOnDisconnectGraceMs: number | undefined;
  readonly commandTimeoutUs: number;
  readonly connectTimeoutUs: number;
  readonly windowCommandsMax: number;
}
