/**
 * Invariant 5: a command runs at most once per session number and per client order id. Looks at the one history of
 * events, and at the answers that each session got.
 */

import { getClientOrderId } from '../protocol/client-order-ids.ts';
import { OutcomeCode } from '../protocol/codes.ts';
import { eventAt, orderAccepted, outcome } from '../protocol/events.ts';
import { PREFIX_BYTES } from '../protocol/layout.ts';
import { requestWindowMs } from '../protocol/limits.ts';
import { getU53 } from '../std/integers.ts';
import type { Report } from './violations.ts';

/** Offset of the type in the prefix of a record. */
export const typeAt = PREFIX_BYTES - 2;

const rememberedUs = requestWindowMs * 1000;

/** Counts effects. */
export class ExactlyOnceChecker {
  readonly #report: Report;
  readonly #stampedSeq = new Map<string, number>();
  readonly #outcomeSeq = new Map<string, number>();
  readonly #accepted = new Map<string, { readonly seq: number; readonly timeUs: number }>();
  readonly #answers = new Map<string, string>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** A command of the history, given once and in order: what a leader has stamped is never stamped again. */
  applied(sessionId: number, commandNumber: number, seq: number): void {
    if (sessionId === 0) return;
    const key = `${sessionId}/${commandNumber}`;
    const before = this.#stampedSeq.get(key);
    if (before !== undefined)
      this.#report('exactly-once', `command ${key} was stamped as seq ${before} and again as ${seq}`);
    this.#stampedSeq.set(key, seq);
  }

  /** An event of the history, given once and in order. */
  emitted(view: DataView, at: number): void {
    const type = view.getUint8(at + typeAt);
    if (type === outcome.type) this.#outcome(view, at);
    else if (type === orderAccepted.type) this.#orderAccepted(view, at);
  }

  /** A session saw the outcome of its command: the text of it must be the only one. */
  answered(sessionId: number, commandNumber: number, text: string): void {
    const key = `${sessionId}/${commandNumber}`;
    const before = this.#answers.get(key);
    if (before !== undefined) {
      this.#report('exactly-once', `command ${key} was answered twice: ${before}, then ${text}`);
    }
    this.#answers.set(key, text);
  }

  #outcome(view: DataView, at: number): void {
    const sessionId = view.getUint32(at + eventAt.sessionId, true);
    const commandNumber = getU53(view, at + outcome.at.commandNumber);
    const code = view.getUint8(at + outcome.at.code);
    // Refusals of the session itself say that nothing ran.
    if (code === OutcomeCode.unknownSession || code === OutcomeCode.commandNumberGap) return;
    const seq = getU53(view, at + eventAt.seq);
    const key = `${sessionId}/${commandNumber}`;
    const before = this.#outcomeSeq.get(key);
    if (before !== undefined) {
      this.#report('exactly-once', `command ${key} ran at seq ${before} and again at ${seq}`);
    }
    this.#outcomeSeq.set(key, seq);
  }

  #orderAccepted(view: DataView, at: number): void {
    const clientOrderId = getClientOrderId(view, at + orderAccepted.at.clientOrderId);
    if (clientOrderId === '') return;
    const key = `${view.getUint32(at + eventAt.accountId, true)}/${clientOrderId}`;
    const seq = getU53(view, at + eventAt.seq);
    const timeUs = getU53(view, at + eventAt.timeUs);
    const before = this.#accepted.get(key);
    // It is remembered for a minute at least, and longer as long as the order is.
    if (before !== undefined && timeUs - before.timeUs < rememberedUs) {
      const [first, second] = [before.seq, seq];
      this.#report('exactly-once', `client order ${key} was accepted at seq ${first} and again at ${second}`);
    }
    this.#accepted.set(key, { seq, timeUs });
  }
}
