/**
 * Judges the exchange by rounds of orders (round.ts): each answer and event against what must come, and how long it
 * took. Pure: time comes in, commands go out, and the runner has the sockets. What must hold: it never calls
 * wrong what a leader may lawfully answer, in whatever moment of a failover.
 */
import type { Command, ExchangeEvent, LevelRow, OrderRow, Outcome, TradeRow } from '../../client/index.ts';
import {
  type CanaryFault,
  type CanaryReport,
  type CanaryResult,
  canaryFaults,
  canaryResults,
} from './report.ts';
import { type CanaryRound, type CanaryStep, canaryRound, cleaning, type Due } from './round.ts';

export interface CanaryRules {
  readonly watcher: number;
  /** Of this life of the watcher: up to 8 letters and digits. */
  readonly name: string;
  /** A later answer is late; after so long without an answer the round is given up. */
  readonly lateMs: number;
  readonly silentMs: number;
}

/** The answers to the reads after the commands of a round. */
export interface CanaryReads {
  readonly order: OrderRow | undefined;
  readonly book: readonly LevelRow[];
  /** The newest trade that the replica remembers. */
  readonly trades: readonly TradeRow[];
}

/** The next question. */
export type CanaryNext =
  | { readonly ask: 'command'; readonly command: Command }
  | { readonly ask: 'reads'; readonly order: { readonly accountId: number; readonly clientOrderId: string } };

/** So many rounds are late before that is a fault: a failover makes one late. */
const lateRoundsMin = 3;
const timesKept = 128;
const textMax = 400;

/** Lawful answers of an exchange that takes no orders now, and of one without the canary. */
const refusals: ReadonlySet<string> = new Set([
  'modeCancelOnly',
  'modeReadOnly',
  'modeHalted',
  'exchangeFull',
  'cancelling',
  'tooManyRequests',
  'quotaExceeded',
  'dayQuotaExceeded',
  'deadlinePassed',
  'voided',
]);
const notFounded: ReadonlySet<string> = new Set(['unknownAccount', 'unknownInstrument']);

export class CanaryJudge {
  readonly #rules: CanaryRules;
  #number = 0;
  #round: CanaryRound | undefined;
  #steps: readonly CanaryStep[] = [];
  #at = 0;
  #sentMs = 0;
  #isLate = false;
  /** The watcher stood still in this round: then how long an answer took is not known. */
  #stoodMs = 0;
  /** A round was left in the middle, or another life may have left one. */
  #mustClean = true;
  #events: ExchangeEvent[] = [];
  readonly #orderIds = new Map<string, number>();
  #lastSeq = 0;
  #lastEvent = { seq: 0, n: -1 };
  #lastTimeUs = 0;
  #lastOrderId = 0;
  #lastTradeId = 0;
  #lateRounds = 0;
  #result: CanaryResult | undefined;
  #text = '';
  readonly #rounds = Object.fromEntries(canaryResults.map((name) => [name, 0])) as Record<
    CanaryResult,
    number
  >;
  readonly #faults = new Map<CanaryFault, { readonly text: string; readonly atMs: number }>();
  readonly #times: number[] = [];

  constructor(rules: CanaryRules) {
    this.#rules = rules;
  }

  get isRunning(): boolean {
    return this.#round !== undefined;
  }

  /** How many rounds have ended. */
  get ended(): number {
    return canaryResults.reduce((sum, name) => sum + this.#rounds[name], 0);
  }

  /** Begins the next round. */
  begin(nowMs: number): CanaryNext {
    const { watcher, name } = this.#rules;
    this.#round = canaryRound(watcher, name, ++this.#number);
    this.#steps = [...(this.#mustClean ? cleaning(watcher) : []), ...this.#round.steps];
    this.#mustClean = true;
    this.#at = 0;
    this.#isLate = false;
    this.#stoodMs = 0;
    this.#orderIds.clear();
    return this.#send(nowMs);
  }

  /** An event of the watcher's session. */
  heard(event: ExchangeEvent, nowMs: number): void {
    const { seq, n } = event;
    const last = this.#lastEvent;
    this.#lastEvent = { seq, n };
    if (seq < last.seq || (seq === last.seq && n <= last.n))
      this.#end('wrong', `event ${n} of seq ${seq} came after event ${last.n} of seq ${last.seq}`, nowMs);
    const isOurs =
      'clientOrderId' in event &&
      (event.clientOrderId === this.#round?.makerOrder || event.clientOrderId === this.#round?.takerOrder);
    if (isOurs && event.type !== 'outcome') this.#events.push(event);
  }

  /** The outcome of the command that was asked for last. */
  answered(outcome: Outcome, nowMs: number): CanaryNext | undefined {
    const step = this.#steps[this.#at];
    if (this.#round === undefined || step === undefined) return undefined;
    this.#took(nowMs);
    const isFirst = this.#at === 0;
    if (refusals.has(outcome.code)) return this.#end('refused', outcome.text, nowMs);
    if (isFirst && notFounded.has(outcome.code))
      return this.#end(
        'refused',
        `The canary of watcher ${this.#rules.watcher} is not there: "lockstep watch --found" makes it.`,
        nowMs,
      );
    const problem = this.#problemOf(step, outcome);
    if (problem !== undefined) return this.#end('wrong', `${step.command.command}: ${problem}`, nowMs);
    this.#at += 1;
    if (this.#at < this.#steps.length) return this.#send(nowMs);
    this.#sentMs = nowMs;
    const { accountId } = step.command as { readonly accountId: number };
    return { ask: 'reads', order: { accountId, clientOrderId: this.#round.makerOrder } };
  }

  /** What the leader shows of the round; it is over. */
  read({ order, book, trades }: CanaryReads, nowMs: number): void {
    if (this.#round === undefined) return;
    this.#took(nowMs);
    const problem = this.#problemOfReads({ order, book, trades }, this.#round);
    if (problem !== undefined) return void this.#end('wrong', problem, nowMs);
    this.#mustClean = false;
    if (this.#isLate && this.#stoodMs > 0) this.#end('unjudged', this.#stoodText, nowMs);
    else if (this.#isLate) this.#end('late', `answers took more than ${this.#rules.lateMs} ms`, nowMs);
    else this.#end('right', '', nowMs);
  }

  /** The round cannot be judged: nothing was sent, or its answer cannot be known. */
  leave(text: string, nowMs: number): void {
    this.#end('unjudged', text, nowMs);
  }

  /** The watcher itself stood still for so long: it judges the answers all the same, but not their times. */
  stoodStill(forMs: number): void {
    this.#stoodMs += forMs;
  }

  /** The watcher has no session: no replica is reached, or no replica that answers takes a session. */
  absent(fault: 'silent' | 'crash', text: string, nowMs: number): void {
    this.#end(fault, text, nowMs);
  }

  /** Gives up a round without an answer. `isReached`: the watcher has a connection to a replica. */
  look(isReached: boolean, nowMs: number): void {
    if (this.#round === undefined || nowMs - this.#sentMs < this.#rules.silentMs) return;
    const what = this.#steps[this.#at]?.command.command ?? 'reads';
    const forMs = `for ${Math.round(nowMs - this.#sentMs)} ms`;
    if (this.#stoodMs > 0) this.#end('unjudged', this.#stoodText, nowMs);
    else if (isReached)
      this.#end('silent', `${what}: a replica is reached, and no answer came ${forMs}`, nowMs);
    else this.#end('crash', `${what}: no replica is reached, and no answer came ${forMs}`, nowMs);
  }

  /** Another exchange or generation answers: its seqs and orders are others. */
  restarted(nowMs: number): void {
    this.#lastSeq = 0;
    this.#lastEvent = { seq: 0, n: -1 };
    this.#lastTimeUs = 0;
    this.#lastOrderId = 0;
    this.#lastTradeId = 0;
    this.#end('unjudged', 'another exchange or generation of it answers', nowMs);
  }

  report(leaderId: number, unreached: readonly number[], nowMs: number): CanaryReport {
    const sorted = this.#times.toSorted((a, b) => a - b);
    const rounded = (ms: number | undefined): number => Math.round((ms ?? 0) * 100) / 100;
    return {
      watcher: this.#rules.watcher,
      ...(this.#result !== undefined && { result: this.#result }),
      text: this.#text,
      leaderId,
      rounds: { ...this.#rounds },
      p50Ms: rounded(sorted[Math.floor(sorted.length / 2)]),
      maxMs: rounded(sorted.at(-1)),
      faults: canaryFaults.flatMap((fault) => {
        const last = this.#faults.get(fault);
        return last === undefined ? [] : [{ fault, agoMs: Math.max(0, nowMs - last.atMs), text: last.text }];
      }),
      unreached,
    };
  }

  get #stoodText(): string {
    return `this watcher itself stood still for ${Math.round(this.#stoodMs)} ms`;
  }

  #send(nowMs: number): CanaryNext {
    this.#events = [];
    this.#sentMs = nowMs;
    return { ask: 'command', command: this.#steps[this.#at]!.command };
  }

  #took(nowMs: number): void {
    const tookMs = nowMs - this.#sentMs;
    if (tookMs > this.#rules.lateMs) this.#isLate = true;
    if (this.#stoodMs > 0) return;
    this.#times.push(tookMs);
    if (this.#times.length > timesKept) this.#times.shift();
  }

  #end(result: CanaryResult, text: string, nowMs: number): undefined {
    const shown = text.slice(0, textMax);
    this.#round = undefined;
    this.#steps = [];
    this.#rounds[result] += 1;
    this.#result = result;
    this.#text = shown;
    this.#lateRounds = result === 'late' ? this.#lateRounds + 1 : 0;
    const isFault = result === 'late' ? this.#lateRounds >= lateRoundsMin : isFaulty(result);
    if (isFault) this.#faults.set(result as CanaryFault, { text: shown, atMs: nowMs });
    return undefined;
  }

  /** The fault in the outcome of a step and in the events before it; undefined where there is none. */
  #problemOf(step: CanaryStep, outcome: Outcome): string | undefined {
    return (
      difference('the answer', outcome, step.outcome) ??
      this.#problemOfPlace(outcome) ??
      this.#problemOfEvents(step, outcome)
    );
  }

  /** Seqs and the time of the exchange go on, and an order keeps its number. */
  #problemOfPlace({ seq, timeUs, orderId, clientOrderId }: Outcome): string | undefined {
    if (seq <= this.#lastSeq) return `seq ${seq} came after seq ${this.#lastSeq}`;
    this.#lastSeq = seq;
    if (timeUs < this.#lastTimeUs) return `the time ${timeUs} µs came after ${this.#lastTimeUs} µs`;
    this.#lastTimeUs = timeUs;
    return clientOrderId === '' ? undefined : this.#problemOfOrder(clientOrderId, orderId);
  }

  #problemOfOrder(clientOrderId: string, orderId: number): string | undefined {
    const known = this.#orderIds.get(clientOrderId);
    if (known !== undefined)
      return known === orderId
        ? undefined
        : `order ${clientOrderId} has the number ${orderId}, and had ${known}`;
    if (orderId <= this.#lastOrderId) return `order ${orderId} came after order ${this.#lastOrderId}`;
    this.#lastOrderId = orderId;
    this.#orderIds.set(clientOrderId, orderId);
    return undefined;
  }

  #problemOfEvents({ events: due }: CanaryStep, { seq }: Outcome): string | undefined {
    const came = this.#events;
    const trades = new Set<number>();
    for (const [n, event] of came.entries()) {
      const expected = due[n];
      if (expected === undefined) return `an event ${event.type} too many`;
      if (event.seq !== seq)
        return `an event ${event.type} of seq ${event.seq} before the answer of seq ${seq}`;
      const problem = difference(`the event ${event.type}`, event, expected);
      if (problem !== undefined) return problem;
      const { orderId, clientOrderId } = event as {
        readonly orderId: number;
        readonly clientOrderId: string;
      };
      const wrongOrder = this.#problemOfOrder(clientOrderId, orderId);
      if (wrongOrder !== undefined) return wrongOrder;
      if (event.type === 'orderExecuted') trades.add(event.tradeId);
    }
    if (came.length < due.length) return `the event ${due[came.length]!.type} is missing`;
    if (trades.size > 1) return `one trade has the numbers ${[...trades].join(' and ')}`;
    for (const tradeId of trades) {
      if (tradeId <= this.#lastTradeId) return `trade ${tradeId} came after trade ${this.#lastTradeId}`;
      this.#lastTradeId = tradeId;
    }
    return undefined;
  }

  #problemOfReads({ order, book, trades }: CanaryReads, round: CanaryRound): string | undefined {
    const [trade] = trades;
    const dueOrder = { ...round.order, orderId: this.#orderIds.get(round.makerOrder), remainingLots: 0 };
    const dueTrade = { ...round.trade, tradeId: this.#lastTradeId };
    if (order === undefined) return `order ${round.makerOrder} is not known`;
    const problem = difference('the order that is shown', order, dueOrder);
    if (problem !== undefined) return problem;
    const [level] = book;
    if (level !== undefined)
      return `the book shows ${level.quantityLots} lots at ${level.priceTicks}, and must be empty`;
    // A replica that has just started remembers no trades.
    return trade === undefined ? undefined : difference('the last trade', trade, dueTrade);
  }
}

function isFaulty(result: CanaryResult): boolean {
  return (canaryFaults as readonly string[]).includes(result);
}

/** The first field that is not as it must be. */
function difference(what: string, found: object, due: Due): string | undefined {
  for (const [name, value] of Object.entries(due)) {
    const is = (found as Due)[name];
    if (is !== value) return `${name} of ${what} is ${String(is)}, and must be ${String(value)}`;
  }
  return undefined;
}
