/**
 * The queries that wait for an answer. A read can be asked again without harm, so one whose connection broke, or whose
 * replica was not ready, is sent again until its time is over.
 */

import { ReplyCode } from '../../protocol/codes.ts';
import { query, queryResult } from '../../protocol/messages.ts';
import { u32Max } from '../../std/integers.ts';
import type { QueryFailure, SessionListener, SessionMachine } from './ports.ts';

/** Queries that may wait at once. */
const queriesMax = 1_024;
/** A replica that was not ready is asked again after this. */
const retryUs = 10_000;

/** Which replica shall answer: a given one, the leader, or any that can. */
export type QueryTarget = number | 'leader' | 'any';

/** What to read; fields as in the protocol's `query`. */
export interface QueryRequest {
  readonly kind: number;
  readonly rowsMax: number;
  readonly accountId: number;
  readonly instrumentId: number;
  readonly clientOrderId: string;
  readonly afterId: number;
  readonly afterSeq: number;
  readonly afterN: number;
}

interface PendingQuery {
  readonly requestId: number;
  readonly target: QueryTarget;
  readonly bytes: Uint8Array;
  readonly deadlineUs: number;
  /** The replica that was asked; 0: none yet. */
  askedId: number;
  retryAtUs: number;
}

export class PendingQueries {
  readonly #machine: SessionMachine;
  readonly #listener: SessionListener;
  readonly #pending = new Map<number, PendingQuery>();
  #lastId = 0;
  /** Queries that were sent to no replica yet. */
  #unasked = 0;

  constructor(machine: SessionMachine, listener: SessionListener) {
    this.#machine = machine;
    this.#listener = listener;
  }

  /** Takes a query; returns its number, or 0 when too many wait. */
  add(request: QueryRequest, target: QueryTarget, deadlineUs: number): number {
    if (this.#pending.size >= queriesMax) return 0;
    do this.#lastId = this.#lastId >= u32Max ? 1 : this.#lastId + 1;
    while (this.#pending.has(this.#lastId));
    const requestId = this.#lastId;
    const bytes = new Uint8Array(query.size);
    query.write(new DataView(bytes.buffer), 0, { requestId, reserved: 0, ...request, reserved2: 0 });
    this.#pending.set(requestId, { requestId, target, bytes, deadlineUs, askedId: 0, retryAtUs: 0 });
    this.#unasked++;
    return requestId;
  }

  /** Sends what can be sent. `replicaFor` gives the replica to ask now; 0: none can answer. */
  pump(nowUs: number, replicaFor: (target: QueryTarget) => number): void {
    if (this.#unasked === 0) return;
    for (const entry of this.#pending.values()) {
      if (entry.askedId !== 0 || entry.retryAtUs > nowUs) continue;
      const replicaId = replicaFor(entry.target);
      // Without a replica, the next one that is ready starts another round.
      entry.retryAtUs = replicaId === 0 ? 0 : nowUs + retryUs;
      if (replicaId === 0 || !this.#machine.send(replicaId, entry.bytes, 0, entry.bytes.length)) continue;
      entry.askedId = replicaId;
      this.#unasked--;
    }
  }

  /** An answer came. */
  answered(view: DataView, at: number, nowUs: number): void {
    const requestId = view.getUint32(at + queryResult.at.requestId, true);
    const entry = this.#pending.get(requestId);
    if (entry === undefined) return;
    const code = view.getUint16(at + queryResult.at.code, true) as ReplyCode;
    const mayRetry = code === ReplyCode.notReady || code === ReplyCode.notLeader;
    if (mayRetry && nowUs + retryUs < entry.deadlineUs) {
      this.#unask(entry, nowUs + retryUs);
      return;
    }
    this.#remove(entry);
    if (code === ReplyCode.ok) this.#listener.queryResult(requestId, view, at);
    else this.#listener.queryFailed(requestId, code);
  }

  /** The connection to a replica is gone: what it was asked must be asked again. */
  disconnected(replicaId: number): void {
    for (const entry of this.#pending.values()) if (entry.askedId === replicaId) this.#unask(entry, 0);
  }

  /** Ends what has waited too long. */
  expire(nowUs: number): void {
    for (const entry of this.#pending.values()) if (entry.deadlineUs <= nowUs) this.#fail(entry, 'timeout');
  }

  /** Ends everything. */
  close(): void {
    for (const entry of this.#pending.values()) this.#fail(entry, 'closed');
  }

  /** When `pump` or `expire` has something to do next. */
  get deadlineUs(): number {
    let deadlineUs = Number.POSITIVE_INFINITY;
    for (const entry of this.#pending.values()) {
      deadlineUs = Math.min(deadlineUs, entry.deadlineUs);
      if (entry.askedId === 0 && entry.retryAtUs > 0) deadlineUs = Math.min(deadlineUs, entry.retryAtUs);
    }
    return deadlineUs;
  }

  #unask(entry: PendingQuery, retryAtUs: number): void {
    entry.askedId = 0;
    entry.retryAtUs = retryAtUs;
    this.#unasked++;
  }

  #remove(entry: PendingQuery): void {
    if (entry.askedId === 0) this.#unasked--;
    this.#pending.delete(entry.requestId);
  }

  #fail(entry: PendingQuery, why: QueryFailure): void {
    this.#remove(entry);
    this.#listener.queryFailed(entry.requestId, why);
  }
}
