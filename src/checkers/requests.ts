/**
 * Invariant 5 for what clients sign and name: a signed request runs once in the exchange and only near its time, a
 * command only before its deadline, and a client order id means one order. Looks at the one history of commands
 * and events, and knows nothing of the engine.
 */
import { OutcomeCode } from '../protocol/codes.ts';
import { commandAt, commands, placeOrder } from '../protocol/commands.ts';
import { eventAt, outcome } from '../protocol/events.ts';
import { requestWindowMs } from '../protocol/limits.ts';
import { getU53 } from '../std/integers.ts';
import { typeAt } from './exactly-once.ts';
import type { Report } from './violations.ts';

/** Outcomes that say that the command did nothing at all. */
export const didNothing: ReadonlySet<number> = new Set([
  OutcomeCode.unknownSession,
  OutcomeCode.commandNumberGap,
  OutcomeCode.unknownAccount,
  OutcomeCode.clientOrderIdTaken,
  OutcomeCode.repeatedRequest,
  OutcomeCode.requestExpired,
  OutcomeCode.deadlinePassed,
  OutcomeCode.tooManyRequests,
  OutcomeCode.orderForgotten,
  OutcomeCode.quotaExceeded,
  OutcomeCode.dayQuotaExceeded,
  OutcomeCode.modeCancelOnly,
  OutcomeCode.modeReadOnly,
  OutcomeCode.modeHalted,
  OutcomeCode.voided,
  OutcomeCode.keyRevoked,
  OutcomeCode.keyExpired,
  OutcomeCode.keyReplaced,
  OutcomeCode.notPermitted,
  OutcomeCode.accountNotAllowed,
]);

/** What one command asked for, as far as it matters here. */
interface Asked {
  readonly timeUs: number;
  readonly deadlineMs: number;
  /** Account and id of the request, empty where there is none. */
  readonly request: string;
  readonly requestTimeMs: number;
  /** Account and client order id of an order, and what it asks for otherwise; empty where it has no name. */
  readonly name: string;
  readonly content: string;
}

/** Compares what ran with what was asked for before. */
export class RequestsChecker {
  readonly #report: Report;
  readonly #asked = new Map<number, Asked>();
  readonly #ranAt = new Map<string, number>();
  readonly #contents = new Map<string, string>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** A command of the history, given once and in order. */
  applied(seq: number, timeUs: number, view: DataView, at: number): void {
    const layout = commands.of(view.getUint8(at + typeAt));
    if (layout === undefined || view.getUint32(at + commandAt.sessionId, true) === 0) return;
    const accountId = view.getUint32(at + commandAt.accountId, true);
    const { requestTimeMs = 0, requestLow, requestHigh } = layout.readOptional(view, at);
    let name = '';
    let content = '';
    if (layout.type === placeOrder.type) {
      const order = placeOrder.read(view, at);
      if (order.clientOrderId !== '') name = `${accountId}/${order.clientOrderId}`;
      content = [
        order.instrumentId,
        order.side,
        order.orderType,
        order.priceTicks,
        order.quantityLots,
        order.timeInForce,
        order.selfMatch,
      ].join(' ');
    }
    this.#asked.set(seq, {
      timeUs,
      deadlineMs: view.getUint32(at + commandAt.deadlineMs, true),
      request: requestLow === undefined ? '' : `${accountId}/${requestHigh}/${requestLow}`,
      requestTimeMs: requestTimeMs as number,
      name,
      content,
    });
  }

  /** An event of the history, given once and in order. */
  emitted(view: DataView, at: number): void {
    if (view.getUint8(at + typeAt) !== outcome.type) return;
    const seq = getU53(view, at + eventAt.seq);
    const asked = this.#asked.get(seq);
    this.#asked.delete(seq);
    const code = view.getUint8(at + outcome.at.code);
    if (asked === undefined || didNothing.has(code)) return;
    const isRepeated = view.getUint32(at + outcome.at.repeated, true) === 1;
    this.#checkTimes(seq, asked);
    if (asked.request !== '' && !isRepeated) this.#checkOnce(seq, asked);
    if (asked.name !== '') this.#checkContent(seq, asked, isRepeated);
  }

  #checkTimes(seq: number, { timeUs, deadlineMs, request, requestTimeMs }: Asked): void {
    const lateMs = (Math.floor(timeUs / 1000) - deadlineMs) | 0;
    if (deadlineMs !== 0 && lateMs > 0) this.#say(`seq ${seq} ran ${lateMs} ms after its deadline`);
    const awayMs = Math.abs(requestTimeMs - timeUs / 1000);
    if (request !== '' && awayMs > requestWindowMs)
      this.#say(`seq ${seq} ran ${awayMs} ms from the time of its request`);
  }

  #checkOnce(seq: number, { request }: Asked): void {
    const before = this.#ranAt.get(request);
    if (before !== undefined) this.#say(`request ${request} ran at seq ${before} and again at ${seq}`);
    this.#ranAt.set(request, seq);
  }

  #checkContent(seq: number, { name, content }: Asked, isRepeated: boolean): void {
    const before = this.#contents.get(name);
    if (isRepeated && before !== undefined && before !== content)
      this.#say(
        `seq ${seq} got the answer that ${name} is done, which was another order: ${before}, not ${content}`,
      );
    if (!isRepeated) this.#contents.set(name, content);
  }

  #say(what: string): void {
    this.#report('requests', what);
  }
}
