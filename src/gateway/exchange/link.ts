/**
 * The gateway's side of the exchange: connects for ever with back-off, sheds load, counts what is in flight and knows
 * when the last round trip succeeded. Each request passes here once; failures leave as errors of the table.
 *
 * There is no circuit breaker around the exchange: it would keep orders out for longer than a failover takes. The
 * bounds on requests in flight and the time-outs of the client do its work.
 */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import { CoreError, type RefusalCode, refusalOfFailure } from '../admission/refusals.ts';
import { type RequestKind, services } from '../admission/services.ts';
import { gatewayItself } from '../admission/shares.ts';
import { type InFlight, inFlightOf, isShed, type ShedReason } from '../admission/shedding.ts';
import type { Metrics } from '../metrics.ts';
import {
  type ExchangeReads,
  type ExchangeStatus,
  failureOf,
  type GatewayExchange,
  type OperatorExchange,
} from '../ports.ts';
import type { GatewayLimits } from '../settings.ts';
import { elsewhereText, idleLeaderOf, leadershipOf, wordsOf } from './health.ts';
import { KnownInstruments } from './instruments.ts';
import { leaderlessReads } from './leaderless-reads.ts';
import { Warnings } from './warnings.ts';

const connectDelayMsFirst = 50;
const connectDelayMsMax = 2000;
const probeIntervalMs = 500;
const leadershipIntervalMs = 100;
/** Between two reads of all instruments: names that nothing has cannot keep the exchange busy. */
const refreshPauseMs = 50;

export interface GatewayLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** The ways to the exchange: as the gateway, and as an operator whose identity this gateway has. */
export interface ExchangeWays {
  readonly connect: () => Promise<GatewayExchange>;
  readonly connectAsOperator?: (() => Promise<OperatorExchange>) | undefined;
}

const pause = (): Promise<void> => sleep(refreshPauseMs, undefined, { ref: false });

export class ExchangeLink {
  readonly instruments = new KnownInstruments();
  readonly era = new Era();
  readonly inFlight: InFlight;
  readonly #ways: ExchangeWays;
  readonly #limits: GatewayLimits;
  readonly log: GatewayLog;
  readonly #stop = new AbortController();
  readonly #warnings = new Warnings();
  #metrics: Metrics | undefined;
  #onLeadership: () => void = () => undefined;
  /** Called when a session is open, and when the exchange has applied so many changes of API keys. */
  onKeys: (changes: number) => void = () => undefined;
  #exchange: GatewayExchange | undefined;
  /** The operator's session, from the first request of an operator on. */
  #operator: Promise<OperatorExchange> | undefined;
  /** Why there is no exchange at the moment. */
  #absence: RefusalCode = 'unreachable';
  #lastRoundTripMs = Number.NEGATIVE_INFINITY;
  /** The read of the instruments that has not left yet: all that ask by then share it. */
  #nextRefresh: Promise<void> | undefined;
  /** Ends some time after the last one, whether it succeeded or not. */
  #refreshed: Promise<void> = Promise.resolve();
  /** The end of this turn of the event loop, if a request waits for it. */
  #turn: Promise<void> | undefined;
  #timers: NodeJS.Timeout[] = [];
  #isProbing = false;
  /** The epoch of the exchange that was last seen. */
  #epoch = 0;
  /** Leader and term that the listener knows. */
  #shownLeadership = '';
  #shownGapMs: number | undefined;
  #leaderSeenMs = Number.NEGATIVE_INFINITY;
  /** When a leader served this gateway last. */
  #servedMs = performance.now();
  /** No replica has led for so long that a command would only wait. */
  #isLeaderless = false;
  /** Reads under way that were asked of a leader: each can be asked again, of any replica. */
  readonly #readsOfLeader = new Set<() => void>();

  constructor(ways: ExchangeWays, limits: GatewayLimits, log: GatewayLog) {
    this.#ways = ways;
    this.#limits = limits;
    this.inFlight = inFlightOf(limits);
    this.log = log;
    this.era.onReplaced(() => {
      this.instruments.clear();
      void this.#leaveOperator();
      this.refreshInstruments().catch(() => undefined);
    });
    this.era.onOtherSite(() => {
      this.instruments.clear();
      this.refreshInstruments().catch(() => undefined);
    });
  }

  /** Starts to connect; returns at once. `onLeadership` is called when another replica leads, or none. */
  start(metrics: Metrics, onLeadership: () => void): void {
    this.#metrics = metrics;
    this.#onLeadership = onLeadership;
    this.#timers = [
      setInterval(() => void this.#probe(), probeIntervalMs),
      setInterval(() => this.#watchLeadership(), leadershipIntervalMs),
    ];
    for (const timer of this.#timers) timer.unref();
    this.#connectForEver();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const timer of this.#timers) clearInterval(timer);
    const exchange = this.#exchange;
    this.#exchange = undefined;
    await Promise.all([exchange?.close(), this.#leaveOperator()]);
  }

  /** The generation of the exchange that was last seen; 0 before the first. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Whether this gateway has the identity of an operator. */
  get mayOperate(): boolean {
    return this.#ways.connectAsOperator !== undefined;
  }

  /** The operator's session; rejects with a CoreError or LockstepError where there is none. */
  operator(): Promise<OperatorExchange> {
    const { connectAsOperator } = this.#ways;
    if (connectAsOperator === undefined) return Promise.reject(new CoreError('noOperator'));
    if (this.#operator === undefined) {
      const opening = connectAsOperator();
      this.#operator = opening;
      // The next request tries again.
      opening.catch(() => {
        if (this.#operator === opening) this.#operator = undefined;
      });
    }
    return this.#operator;
  }

  async #leaveOperator(): Promise<void> {
    const opened = this.#operator;
    this.#operator = undefined;
    await opened?.then((exchange) => exchange.close()).catch(() => undefined);
  }

  get isClosed(): boolean {
    return this.#stop.signal.aborted;
  }

  get status(): ExchangeStatus | undefined {
    return this.#exchange?.status;
  }

  /** Another number for each exchange; 0 while none is known. */
  get exchangeId(): number {
    return this.#exchange?.exchangeId ?? 0;
  }

  /** Whether a replica answers this gateway, the leader or another. */
  get isReached(): boolean {
    const status = this.status;
    if (status === undefined) return this.#absence === 'noLeader';
    return status.connections.some(({ state }) => state === 'ready');
  }

  /** Whether so many replicas answer this gateway that no change can be confirmed without one of them. */
  get isMajorityReached(): boolean {
    const { connections = [] } = this.status ?? {};
    const reached = connections.filter(({ state }) => state === 'ready').length;
    return 2 * reached > connections.length;
  }

  /**
   * Milliseconds for which no leader has served this gateway. Meanwhile queries are answered with the state of a
   * replica, which no command changes. 0 while a leader serves, and in a failover.
   */
  get stateAgeMs(): number {
    return this.#isLeaderless ? Math.round(performance.now() - this.#servedMs) : 0;
  }

  /** Reads of any replica that answers, while none leads; undefined while one does, and in a failover. */
  get leaderlessReads(): ExchangeReads | undefined {
    return this.#isLeaderless && this.#exchange !== undefined ? leaderlessReads(this.#exchange) : undefined;
  }

  /** Milliseconds since an answer of the exchange arrived; infinite before the first. */
  get roundTripAgeMs(): number {
    return performance.now() - this.#lastRoundTripMs;
  }

  /**
   * Sends one request of an owner to the exchange, unless it must be shed or the owner has its share under way. What
   * comes in one turn of the event loop leaves at its end, in one write: under load a write for each request would take
   * more time than all else that is done for it.
   */
  async run<T>(
    owner: string,
    kind: RequestKind,
    request: (exchange: GatewayExchange) => Promise<T>,
  ): Promise<T> {
    const exchange = this.#exchange;
    if (exchange === undefined) throw new CoreError(this.#absence);
    if (this.#isLeaderless && services[kind].withoutLeader === 'refused') throw this.#leaderless();
    if (isShed(kind, exchange.pressurePermille, this.#limits)) throw this.#shed(kind, 'exchangeBusy');
    if (!this.inFlight[kind].take(owner)) throw this.#shed(kind, 'gatewayBusy');
    try {
      await this.endOfTurn();
      const answer = await request(exchange);
      this.#lastRoundTripMs = performance.now();
      return answer;
    } catch (error) {
      const failure = failureOf(error);
      if (failure === undefined) throw error;
      if (failure === 'invalidArgument')
        this.log.error({ err: error }, 'the client refused what admission let pass');
      throw new CoreError(refusalOfFailure[failure]);
    } finally {
      this.inFlight[kind].giveBack(owner);
    }
  }

  #shed(kind: RequestKind, reason: ShedReason): CoreError {
    this.#metrics?.shed.inc({ kind, reason });
    return new CoreError(reason);
  }

  /** Why no command can be carried out while no replica takes any. */
  #leaderless(): CoreError {
    if (!this.isReached) return new CoreError('unreachable');
    const place = this.status?.tradesAt;
    if (place !== undefined)
      return new CoreError('otherSite', {}, `The request was not carried out: ${elsewhereText(place)}.`);
    return new CoreError(idleLeaderOf(this.status) === undefined ? 'noLeader' : 'nothingCommitted');
  }

  /** Asks the leader, or any replica that answers while none leads. */
  query<T>(
    owner: string,
    request: (reads: ExchangeReads) => Promise<T>,
    kind: 'query' | 'report' = 'query',
  ): Promise<T> {
    return this.run(owner, kind, (exchange) => {
      const reads = this.leaderlessReads;
      return reads === undefined ? this.#readOfLeader(exchange, request) : request(reads);
    });
  }

  /** Where no replica leads any more before the answer has come, any of them is asked again. */
  async #readOfLeader<T>(
    exchange: GatewayExchange,
    request: (reads: ExchangeReads) => Promise<T>,
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const askAgain = (): void => void request(leaderlessReads(exchange)).then(resolve, reject);
    this.#readsOfLeader.add(askAgain);
    request(exchange).then(resolve, reject);
    try {
      return await promise;
    } finally {
      this.#readsOfLeader.delete(askAgain);
    }
  }

  /** Resolves when all that has arrived by now was read. */
  endOfTurn(): Promise<void> {
    this.#turn ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#turn = undefined;
        resolve();
      });
    });
    return this.#turn;
  }

  /**
   * Reads all instruments of the exchange; what was created before the call is known afterwards. Rejects with a
   * CoreError.
   */
  refreshInstruments(): Promise<void> {
    this.#nextRefresh ??= this.#refresh();
    return this.#nextRefresh;
  }

  async #refresh(): Promise<void> {
    await this.#refreshed;
    this.#nextRefresh = undefined;
    const reading = this.query(gatewayItself, (reads) => reads.instruments());
    this.#refreshed = reading.then(pause, pause);
    for (const row of await reading) this.instruments.add(row);
  }

  /** A session of this gateway warns; what the other session has just said is not said again. */
  warn(text: string): void {
    if (this.#warnings.isNew(text, performance.now())) this.log.warn({}, text);
  }

  #connectForEver(): void {
    const backoff = new ExponentialBackoff({
      initialDelay: connectDelayMsFirst,
      maxDelay: connectDelayMsMax,
    });
    const policy = retry(handleAll, { maxAttempts: Number.POSITIVE_INFINITY, backoff }).dangerouslyUnref();
    policy
      .execute(() => this.#connectOnce(), this.#stop.signal)
      .catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.log.error({ err: error }, 'gave up connecting to the exchange');
      });
  }

  async #connectOnce(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    let exchange: GatewayExchange;
    try {
      exchange = await this.#ways.connect();
    } catch (error) {
      const failure = failureOf(error);
      const absence = failure === undefined ? 'unreachable' : refusalOfFailure[failure];
      if (absence !== this.#absence)
        this.log.warn({ err: error }, 'cannot connect to the exchange; trying on');
      this.#absence = absence;
      this.#metrics?.connectAttempts.inc({ result: failure ?? 'error' });
      throw error;
    }
    if (this.#stop.signal.aborted) return void (await exchange.close());
    this.#metrics?.connectAttempts.inc({ result: 'ok' });
    this.#attach(exchange);
  }

  #attach(exchange: GatewayExchange): void {
    this.#exchange = exchange;
    this.#absence = 'unreachable';
    exchange.on('failover', () => this.#watchLeadership());
    exchange.on('keysChanged', (changes) => this.onKeys(changes));
    exchange.on('clusterChanged', () => {
      this.#epoch = exchange.epoch;
      this.era.replaced();
    });
    exchange.on('warning', (text) => this.warn(text));
    const { leaderId, term, sessionId } = exchange.status;
    this.#epoch = exchange.epoch;
    this.log.info({ leaderId, term, sessionId }, 'connected to the exchange');
    this.#watchLeadership();
    this.onKeys(0);
    this.refreshInstruments().catch((error: unknown) => {
      this.log.warn({ err: error }, 'cannot read the instruments; trying again when one is asked for');
    });
  }

  /** Looks which replica leads, and tells the listener of a change; the loss of a leader is noticed only here. */
  #watchLeadership(): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    this.#watchEpoch(exchange);
    const leadership = leadershipOf(exchange.status, this.isReached);
    const { leaderId, term, failovers, lastGapMs, mode } = leadership;
    const nowMs = performance.now();
    if (leaderId !== 0) {
      this.#leaderSeenMs = nowMs;
      this.#servedMs = nowMs;
    }
    // The leader of this session says itself that it gets nothing committed: no failover is under way.
    const idle = idleLeaderOf(exchange.status);
    if (idle !== undefined && idle.term === term) this.#leaderSeenMs = Number.NEGATIVE_INFINITY;
    const wasLeaderless = this.#isLeaderless;
    this.#isLeaderless = nowMs - this.#leaderSeenMs > this.#limits.leaderlessMsMax;
    // Requests that wait get the answer of those that come from now on.
    if (this.#isLeaderless && !wasLeaderless) {
      exchange.giveUpUnsent();
      for (const askAgain of this.#readsOfLeader) askAgain();
    }
    const place = exchange.status.tradesAt;
    const told = this.#isLeaderless && `${idle?.replicaId} ${place?.epoch}`;
    const shown = `${mode} ${leaderId} ${term} ${this.#epoch} ${told} ${failovers} ${lastGapMs}`;
    if (shown === this.#shownLeadership) return;
    this.#shownLeadership = shown;
    // A person at the terminal of the supervisor wants to see this, though nothing is wrong.
    const isNewGap = lastGapMs !== undefined && lastGapMs !== this.#shownGapMs;
    const gap = isNewGap ? `; the gap was ${lastGapMs.toFixed(1)} ms` : '';
    this.log.info(
      { leaderId, term, failovers, news: true },
      `${this.#isLeaderless ? wordsOf(leadership, idle, place) : wordsOf(leadership, undefined)}${gap}`,
    );
    this.#shownGapMs = lastGapMs;
    this.#onLeadership();
  }

  #watchEpoch({ epoch }: GatewayExchange): void {
    if (epoch === this.#epoch) return;
    // Of the first exchange that answers nothing was read before.
    const wasKnown = this.#epoch !== 0;
    this.#epoch = epoch;
    if (wasKnown) this.era.otherSite();
  }

  /**
   * Keeps the age of the last round trip honest when no requests come. It is never shed: a gateway that turns
   * requests away under pressure must stay ready, or no cancel would reach the exchange.
   */
  async #probe(): Promise<void> {
    const exchange = this.#exchange;
    if (this.#isProbing || exchange === undefined || this.roundTripAgeMs < probeIntervalMs) return;
    this.#isProbing = true;
    try {
      const known = this.instruments.first();
      if (known === undefined) for (const row of await exchange.instruments()) this.instruments.add(row);
      else await exchange.trades(known.instrumentId, 1);
      this.#lastRoundTripMs = performance.now();
    } catch {
      // Its age shows in readiness; a log line per probe would say no more.
    } finally {
      this.#isProbing = false;
    }
  }
}

/**
 * Which exchange answers. Each of the gateway's sessions may find that another has taken the place of the one before;
 * all parts hear it from here. What was read for one exchange is not sent to the next, and nothing of it is shown.
 * Where another site of the same exchange writes, requests go on, and what is remembered is read again: a promoted site
 * may lack the last of what the one before had.
 */
export class Era {
  readonly #listeners: (() => void)[] = [];
  readonly #siteListeners: (() => void)[] = [];
  #current = 0;

  /** Another number for each exchange that has answered. */
  get current(): number {
    return this.#current;
  }

  /** `listener` is called each time when another exchange answers. */
  onReplaced(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** A session has found another exchange. */
  replaced(): void {
    this.#current += 1;
    for (const listener of this.#listeners) listener();
  }

  /** `listener` is called each time when another site of the same exchange writes. */
  onOtherSite(listener: () => void): void {
    this.#siteListeners.push(listener);
  }

  /** Another site writes from here on. */
  otherSite(): void {
    for (const listener of this.#siteListeners) listener();
  }

  /** Throws a CoreError where another exchange answers since a request was read: its instruments may be others. */
  requireSame(era: number): void {
    if (era !== this.#current) throw new CoreError('exchangeReplaced');
  }
}
