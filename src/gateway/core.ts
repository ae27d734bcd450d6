/** What all faces of a gateway share, in the words of no protocol: exchange link, keys, clock and limits. */

import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { Standstill } from '../std/standstill.ts';
import { type ApiKey, Authenticator, type Credentials, requireOperator } from './admission/authentication.ts';
import type { Instrument } from './admission/orders.ts';
import { CoreError } from './admission/refusals.ts';
import { type HealthInput, type Leadership, leadershipOf } from './exchange/health.ts';
import type { ExchangeLink } from './exchange/link.ts';
import type { Metrics } from './metrics.ts';
import type { OrderReference, OrderRow, Outcome, Reads, RequestStamp } from './ports.ts';
import { defaultTimeWindowMs, type GatewayLimits, type GatewaySettings } from './settings.ts';

/** How often it is noticed that the event loop turns. */
const turnsMs = 100;
/** A request that is no older did not wait for long, here or elsewhere. */
const freshMsMax = 1_000;
/** Over which the use of the event loop is averaged. */
const useWindowMs = 5000;

export class GatewayCore {
  readonly link: ExchangeLink;
  readonly settings: GatewaySettings;
  readonly limits: GatewayLimits;
  readonly metrics: Metrics;
  /** Furthest a signed request's timestamp may be from the gateway's clock. */
  readonly timeWindowMs: number;
  /** Set when the gateway closes: it is no longer ready, and ends what is open. */
  isClosing = false;
  readonly #authenticator: Authenticator;
  readonly #standstill: Standstill;
  readonly #turns = setInterval(() => this.#standstill.turned(performance.now()), turnsMs).unref();
  #useFrom: EventLoopUtilization = performance.eventLoopUtilization();
  #useFromMs = performance.now();
  #usePermille = 0;

  constructor(settings: GatewaySettings, limits: GatewayLimits, link: ExchangeLink, metrics: Metrics) {
    this.settings = settings;
    this.limits = limits;
    this.#standstill = new Standstill(performance.now(), limits.turnMsMax);
    this.link = link;
    this.metrics = metrics;
    this.timeWindowMs = settings.timeWindowMs ?? defaultTimeWindowMs;
    this.#authenticator = new Authenticator(settings.apiKeys, this.timeWindowMs);
  }

  /** The key that signed `content`, which is what a request asks as its face writes it. */
  authenticate(credentials: Credentials | undefined, content: string): ApiKey {
    return this.#counted(() => this.#authenticator.authenticate(credentials, content, Date.now()));
  }

  /** Throws a CoreError unless `token` is that of the operator. */
  requireOperator(token: string | undefined): void {
    this.#counted(() => requireOperator(token, this.settings.operatorToken));
  }

  #counted<T>(check: () => T): T {
    try {
      return check();
    } catch (error) {
      if (error instanceof CoreError) this.metrics.authFailures.inc({ code: error.code });
      throw error;
    }
  }

  /**
   * What the exchange knows an authenticated request by: it carries out each once, whatever gateway it comes through,
   * and none after its time. Made when it is sent; `era` is that of the exchange that it was read for. The
   * authenticator has checked that the times are numbers and the signature 64 digits.
   */
  stampOf(credentials: Credentials, era: number): RequestStamp {
    this.requireSame(era);
    const { timestamp, signature } = credentials;
    return { timeMs: Number(timestamp), id: signature.slice(0, 16), validMs: this.#validMsOf(credentials) };
  }

  /** Throws a CoreError where another exchange answers since a request was read: its instruments may be others. */
  requireSame(era: number): void {
    if (era !== this.link.era) throw new CoreError('exchangeReplaced');
  }

  /**
   * For how long a request may still be carried out: until it is as old as it says itself, or as a request may be.
   * Throws a CoreError where it waited because the gateway stood still.
   */
  #validMsOf({ timestamp, validMs }: Credentials): number {
    const ageMs = Date.now() - Number(timestamp);
    if (ageMs > freshMsMax) this.refuseWaited();
    const validMsMax =
      validMs === undefined ? this.timeWindowMs : Math.min(Number(validMs), this.timeWindowMs);
    // A clock that is ahead of ours lengthens nothing.
    return Math.max(0, validMsMax - Math.max(0, ageMs));
  }

  /** Throws a CoreError where what is read now waited because the gateway stood still. */
  refuseWaited(): void {
    if (this.#standstill.waitedMsMax(performance.now()) > 0) throw new CoreError('stoodStill');
  }

  /** The servers listen. */
  opened(): void {
    this.#standstill.begin(performance.now());
  }

  /** Ends what watches the event loop. */
  close(): void {
    this.isClosing = true;
    clearInterval(this.#turns);
  }

  /** The instrument of a symbol; asks the exchange when the symbol is new here. */
  async instrumentOfSymbol(symbol: string): Promise<Instrument> {
    const { instruments } = this.link;
    if (instruments.bySymbol(symbol) === undefined) await this.link.refreshInstruments();
    const found = instruments.bySymbol(symbol);
    if (found === undefined) throw new CoreError('unknownInstrument', { field: 'symbol' });
    return found;
  }

  /** The instrument of what was found at the exchange; asks when it is new here. */
  async instrumentById(instrumentId: number): Promise<Instrument> {
    const { instruments } = this.link;
    if (instruments.byId(instrumentId) === undefined) await this.link.refreshInstruments();
    const found = instruments.byId(instrumentId);
    if (found === undefined) throw new CoreError('queryFailed');
    return found;
  }

  /** The instrument of a row; 0 stands for none. */
  instrumentOfRow({
    instrumentId,
  }: {
    readonly instrumentId: number;
  }): Promise<Instrument> | Instrument | undefined {
    if (instrumentId === 0) return undefined;
    return this.link.instruments.byId(instrumentId) ?? this.instrumentById(instrumentId);
  }

  /** The instruments of rows, one for each; 0 stands for none. */
  async instrumentsOfRows(
    rows: readonly { readonly instrumentId: number }[],
  ): Promise<(Instrument | undefined)[]> {
    const { instruments } = this.link;
    for (const { instrumentId } of rows) {
      const isKnown = instrumentId === 0 || instruments.byId(instrumentId) !== undefined;
      if (!isKnown) await this.instrumentById(instrumentId);
    }
    return rows.map(({ instrumentId }) => instruments.byId(instrumentId));
  }

  /** An order of the account; what another account has is not found. */
  async order(reference: OrderReference): Promise<OrderRow> {
    const row = await this.query((exchange) => exchange.order(reference));
    if (row === undefined || row.accountId !== reference.accountId) throw new CoreError('unknownOrder');
    if (row.instrumentId !== 0) {
      this.link.instruments.rememberOrder(row.accountId, row.orderId, row.instrumentId);
    }
    return row;
  }

  /**
   * The instrument of the order of an outcome, to write it in decimals; undefined where there is none, or no replica
   * answers in time: what was done is not taken back for that.
   */
  async instrumentOfOutcome(accountId: number, { orderId }: Outcome): Promise<Instrument | undefined> {
    if (orderId === 0) return undefined;
    const known = this.link.instruments.ofOrder(accountId, orderId);
    if (known !== undefined) return known;
    try {
      const { instrumentId } = await this.order({ accountId, orderId });
      return instrumentId === 0 ? undefined : await this.instrumentById(instrumentId);
    } catch (error) {
      if (error instanceof CoreError) return undefined;
      throw error;
    }
  }

  query<T>(request: (reads: Reads) => Promise<T>): Promise<T> {
    return this.link.query(request);
  }

  /** The leader to show; without a session none. */
  leadership(): Leadership {
    return leadershipOf(this.link.status, this.link.isReached);
  }

  healthInput(): HealthInput {
    const heap = getHeapStatistics();
    return {
      status: this.link.status,
      isReached: this.link.isReached,
      roundTripAgeMs: this.link.roundTripAgeMs,
      roundTripAgeMsMax: this.limits.roundTripAgeMsMax,
      heapUsedPermille: Math.round((1000 * heap.used_heap_size) / heap.heap_size_limit),
      loopUsedPermille: this.#loopUsedPermille(),
      usePermilleMax: this.limits.usePermilleMax,
      isClosing: this.isClosing,
    };
  }

  #loopUsedPermille(): number {
    const nowMs = performance.now();
    if (nowMs - this.#useFromMs >= useWindowMs) {
      const now = performance.eventLoopUtilization();
      this.#usePermille = Math.round(1000 * performance.eventLoopUtilization(now, this.#useFrom).utilization);
      this.#useFrom = now;
      this.#useFromMs = nowMs;
    }
    return this.#usePermille;
  }
}
