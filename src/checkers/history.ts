/**
 * The history of one run as its clients saw it: each call with its return, in virtual time. It holds only what a client
 * can know, so that a checker, ours or a foreign one, can judge the exchange from the outside.
 */

import { commandAt, commands } from '../protocol/commands.ts';
import { outcome } from '../protocol/events.ts';
import { TYPE_AT } from '../protocol/layout.ts';
import { QueryKind, query, queryResult } from '../protocol/messages.ts';
import { nameOfNumber } from '../std/number-names.ts';

/** A command or a query, from its call to its return. `bytes` and `result` are whole records. */
export interface RecordedCall {
  readonly process: number;
  readonly kind: 'command' | 'query';
  /** Ticket of a command, request id of a query. */
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly calledUs: number;
  /** Highest seq of which the process had seen an outcome when it called. */
  readonly seenSeq: number;
  /** Whether the process insisted that the leader answers. */
  readonly isOfLeader: boolean;
  /** Infinity while it has not returned, and for ever where the outcome was never learned. */
  returnedUs: number;
  result: Uint8Array | undefined;
}

/** What bytes of a command a client decides; session and number in front of them change when a session is lost. */
export const bodyFrom = commandAt.accountId;

/** Which call: a number is used once for each kind of a process. */
export type CallName = Pick<RecordedCall, 'process' | 'kind' | 'number'>;

/** Collects the calls of all clients. */
export class History {
  readonly calls: RecordedCall[] = [];
  readonly #open = new Map<string, RecordedCall>();
  readonly #seenSeq = new Map<number, number>();

  called({ process, kind, number }: CallName, record: Uint8Array, nowUs: number, isOfLeader = true): void {
    const call: RecordedCall = {
      process,
      kind,
      number,
      bytes: record.slice(),
      calledUs: nowUs,
      seenSeq: this.#seenSeq.get(process) ?? 0,
      isOfLeader,
      returnedUs: Number.POSITIVE_INFINITY,
      result: undefined,
    };
    this.calls.push(call);
    this.#open.set(`${process}/${kind}/${number}`, call);
  }

  /** `seq` is that of an outcome; a query's result has none. */
  returned({ process, kind, number }: CallName, record: Uint8Array, nowUs: number, seq = 0): void {
    const key = `${process}/${kind}/${number}`;
    const call = this.#open.get(key);
    this.#seenSeq.set(process, Math.max(seq, this.#seenSeq.get(process) ?? 0));
    if (call === undefined) return;
    this.#open.delete(key);
    call.returnedUs = nowUs;
    call.result = record.slice();
  }

  /** The calls as lines of JSON, in the order in which they were made. */
  *lines(seed: number): Generator<string> {
    for (const call of this.calls) yield JSON.stringify({ seed, ...inWords(call) });
  }
}

function inWords(call: RecordedCall): Record<string, unknown> {
  const { process, number, calledUs, returnedUs, bytes, result } = call;
  const view = viewOf(bytes);
  const isCommand = call.kind === 'command';
  const layout = isCommand ? commands.of(view.getUint8(TYPE_AT)) : query;
  const fields: Record<string, unknown> = { ...layout?.read(view, 0), ...layout?.readOptional(view, 0) };
  if (!isCommand) fields.kind = nameOfNumber(QueryKind, fields.kind);
  return {
    process,
    number,
    operation: isCommand ? layout?.name : 'query',
    fields,
    calledUs,
    returnedUs: Number.isFinite(returnedUs) ? returnedUs : null,
    result: result === undefined ? null : resultInWords(call.kind, result),
  };
}

function resultInWords(kind: RecordedCall['kind'], result: Uint8Array): Record<string, unknown> {
  const view = viewOf(result);
  if (kind === 'command') return { ...outcome.read(view, 0) };
  const rows = result.subarray(queryResult.size, view.getUint16(0, true));
  return { ...queryResult.read(view, 0), rows: Buffer.from(rows).toString('hex') };
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
