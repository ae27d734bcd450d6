/**
 * Linearizability of the whole exchange (Herlihy and Wing 1990), seen from its clients. The order of seq is the order
 * claimed; each call must have its effect at one instant between call and return, in that order, and give back what the
 * reference engine gives when the commands are run again in that order. The claimed order makes the check linear.
 *
 * Queries may be answered by any replica, so they are held to less: what they show is the state at the seq that they
 * name, which existed when they returned, and a read of the leader is not older than what its client had seen.
 */

import { Engine, type EngineOptions } from '../engine/engine.ts';
import { commandAt } from '../protocol/commands.ts';
import { eventAt, outcome } from '../protocol/events.ts';
import { TYPE_AT } from '../protocol/layout.ts';
import { recordBytesMax } from '../protocol/limits.ts';
import { hashesRow, QueryKind, query, queryResult } from '../protocol/messages.ts';
import { getU53 } from '../std/integers.ts';
import { nameOfNumber } from '../std/number-names.ts';
import type { AppliedCommand } from './agreement.ts';
import { rowsOf } from './answers.ts';
import { Collector } from './collector.ts';
import { ExecutionsChecker } from './executions.ts';
import { bodyFrom, type RecordedCall, viewOf } from './history.ts';
import type { Report } from './violations.ts';

/** A command of the history, with the time at which the first replica applied it. */
export interface TimedCommand extends AppliedCommand {
  readonly appliedUs: number;
}

/** Judges the calls of a run against its history of commands, given by seq; 0 is empty. */
export class LinearizabilityChecker {
  readonly #limits: EngineOptions;
  readonly #report: Report;
  readonly #commands: readonly (TimedCommand | undefined)[];
  readonly #answers = new Map<number, RecordedCall>();
  readonly #unanswered = new Map<number, RecordedCall[]>();
  readonly #reads = new Map<number, RecordedCall[]>();
  readonly #executions = new ExecutionsChecker();
  /** Which process each session belonged to. */
  readonly #processOf: ReadonlyMap<number, number>;
  /** The first command with a number of a session. */
  readonly #firsts = new Map<string, number>();
  /**
   * Calls by the seq at which they were answered, which is later than their own where orders are cancelled in portions.
   */
  readonly #told = new Map<number, RecordedCall[]>();

  constructor(
    report: Report,
    commands: readonly (TimedCommand | undefined)[],
    processOf: ReadonlyMap<number, number>,
    limits: EngineOptions = {},
  ) {
    this.#limits = limits;
    this.#report = report;
    this.#commands = commands;
    this.#processOf = processOf;
  }

  check(calls: readonly RecordedCall[]): void {
    for (const command of this.#commands) {
      if (command === undefined) continue;
      const key = `${command.sessionId}/${numberOf(command)}`;
      if (!this.#firsts.has(key)) this.#firsts.set(key, command.seq);
    }
    for (const call of calls) {
      if (call.kind === 'command') this.#sortCommand(call);
      else this.#sortQuery(call);
    }
    this.#checkOrder();
    this.#replay();
  }

  #sortCommand(call: RecordedCall): void {
    if (call.result === undefined) {
      push(this.#unanswered, call.process, call);
      return;
    }
    const told = getU53(viewOf(call.result), eventAt.seq);
    push(this.#told, told, call);
    const seq = this.#ownSeq(call.result, told);
    const other = this.#answers.get(seq);
    if (other !== undefined)
      this.#say(`${nameOf(call)} and ${nameOf(other)} both had their effect at seq ${seq}`);
    this.#answers.set(seq, call);
  }

  /** The seq of the command that an outcome answers; the outcome itself came at another. */
  #ownSeq(result: Uint8Array, told: number): number {
    const view = viewOf(result);
    const sessionId = view.getUint32(eventAt.sessionId, true);
    const number = getU53(view, outcome.at.commandNumber);
    const command = this.#commands[told];
    const isOwn = command?.sessionId === sessionId && numberOf(command) === number;
    return isOwn ? told : (this.#firsts.get(`${sessionId}/${number}`) ?? told);
  }

  #sortQuery(call: RecordedCall): void {
    if (call.result === undefined) return;
    const seq = getU53(viewOf(call.result), queryResult.at.appliedSeq);
    if (call.isOfLeader && seq < call.seenSeq) {
      this.#say(
        `${nameOf(call)} read the leader at seq ${seq}, though its client had seen seq ${call.seenSeq}`,
      );
    }
    const appliedUs = seq === 0 ? 0 : this.#commands[seq]?.appliedUs;
    if (appliedUs === undefined || appliedUs > call.returnedUs) {
      this.#say(`${nameOf(call)} read seq ${seq}, which no replica had applied`);
    }
    push(this.#reads, seq, call);
  }

  /** Effects in the order of seq, each between its call and its return: no instant may lie before the one before. */
  #checkOrder(): void {
    let earliestUs = 0;
    for (let seq = 1; seq < this.#commands.length; seq++) {
      const command = this.#commands[seq];
      if (command === undefined) continue;
      const call = this.#callOf(command);
      if (call === undefined) continue;
      earliestUs = Math.max(earliestUs, call.calledUs);
      if (call.returnedUs < earliestUs) {
        this.#say(`${nameOf(call)} returned before a command of a lower seq than its ${seq} was called`);
      }
      const { appliedUs } = command;
      const outsideUs = Math.max(call.calledUs - appliedUs, appliedUs - call.returnedUs);
      if (outsideUs > 0) {
        const which = appliedUs < call.calledUs ? 'before its call' : 'after its return';
        const where = `outside of the time between call and return, ${outsideUs} us ${which}`;
        this.#say(`${nameOf(call)} had its effect at seq ${seq} ${where}`);
      }
    }
  }

  /** The call that a command came from; undefined for a command of the leader. */
  #callOf(command: AppliedCommand): RecordedCall | undefined {
    const { seq, sessionId } = command;
    const answered = this.#answers.get(seq);
    if (answered !== undefined) {
      if (!isSameCommand(answered, command))
        this.#say(`${nameOf(answered)} was answered with another's effect, seq ${seq}`);
      return answered;
    }
    const process = this.#processOf.get(sessionId);
    if (sessionId === 0 || process === undefined) return undefined;
    const call = this.#unanswered.get(process)?.find((each) => isSameCommand(each, command));
    if (call === undefined)
      this.#say(`seq ${seq} runs a command that process ${process} never called or knows otherwise`);
    return call;
  }

  #replay(): void {
    const engine = new Engine({ ...this.#limits, book: 'reference' });
    const events = new Collector();
    this.#checkReads(engine, 0);
    for (const command of this.#commands) {
      if (command === undefined) continue;
      const { seq, timeUs, bytes } = command;
      events.clear();
      if (command.isVoided) engine.skip(viewOf(bytes), 0, seq, timeUs, events);
      else engine.apply(viewOf(bytes), 0, seq, timeUs, events);
      this.#executions.note(events);
      for (const call of this.#told.get(seq) ?? []) {
        if (!events.holds(call.result!))
          this.#say(`${nameOf(call)} got another result at seq ${seq} than the reference gives`);
      }
      this.#checkReads(engine, seq);
    }
    for (const seq of this.#told.keys()) {
      if (this.#commands[seq] === undefined)
        this.#say(`an outcome names seq ${seq}, which no replica applied`);
    }
  }

  #checkReads(engine: Engine, seq: number): void {
    for (const call of this.#reads.get(seq) ?? []) {
      const result = call.result!;
      if (!isAnswerOf(engine, this.#executions, call.bytes, result)) {
        const kind = nameOfNumber(QueryKind, viewOf(call.bytes).getUint8(query.at.kind));
        this.#say(`${nameOf(call)} (${kind}) was shown another state than that at seq ${seq}`);
      }
    }
  }

  #say(what: string): void {
    this.#report('linearizability', what);
  }
}

const expected = new DataView(new ArrayBuffer(recordBytesMax));

/** Whether `result` is what the engine's state answers to the query. */
function isAnswerOf(engine: Engine, past: ExecutionsChecker, asked: Uint8Array, result: Uint8Array): boolean {
  const fields = query.read(viewOf(asked), 0);
  if (fields.kind === QueryKind.trades) return past.areTrades(fields, result);
  if (fields.kind === QueryKind.fills) return past.areFills(fields, result);
  if (fields.kind === QueryKind.hashes) {
    const row = hashesRow.read(viewOf(result), queryResult.size);
    return row.stateHash === engine.stateHash() && row.economicHash === engine.economicHash();
  }
  const bytes = rowsOf(engine, viewOf(asked), fields, expected);
  const got = result.length - queryResult.size;
  if (bytes < 0) return false;
  if (got !== bytes) return false;
  for (let n = 0; n < bytes; n++) if (expected.getUint8(n) !== result[queryResult.size + n]) return false;
  return true;
}

/** Compares what the client decided: type, length and body. Session and number are the session's. */
function isSameCommand(call: RecordedCall, command: AppliedCommand): boolean {
  const { bytes } = command;
  if (call.bytes.length !== bytes.length || call.bytes[TYPE_AT] !== bytes[TYPE_AT]) return false;
  // The client writes the deadline each time it sends the command.
  const isDeadline = (at: number): boolean => at >= commandAt.deadlineMs && at < commandAt.deadlineMs + 4;
  for (let n = bodyFrom; n < bytes.length; n++)
    if (call.bytes[n] !== bytes[n] && !isDeadline(n)) return false;
  return true;
}

function numberOf({ bytes }: AppliedCommand): number {
  return getU53(viewOf(bytes), commandAt.commandNumber);
}

function nameOf(call: RecordedCall): string {
  return `${call.kind} ${call.number} of process ${call.process}`;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
