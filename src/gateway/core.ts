/**
 * What all faces of a gateway share, in the words of no protocol: callers, what may be asked, keys, clock and limits.
 * A face reaches the exchange through the parts of this alone, so that no face can leave out a rule.
 */

import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { Standstill } from '../std/standstill.ts';
import {
  Authenticator,
  type Credentials,
  type Patience,
  requireOperator,
} from './admission/authentication.ts';
import { type Arrival, Caller, Operator } from './admission/caller.ts';
import { Entrance } from './admission/entrance.ts';
import { KeySecrets } from './admission/key-secrets.ts';
import { type HeldKey, KeyTable } from './admission/keys.ts';
import { LateRefusals } from './admission/late-refusals.ts';
import { loopLookMs } from './admission/loop-delay.ts';
import type { Claim } from './admission/rates.ts';
import { CoreError, type RefusalCode, type RequestError } from './admission/refusals.ts';
import type { RequestKind } from './admission/services.ts';
import { strangers } from './admission/shares.ts';
import type { CanaryReport } from './canary/report.ts';
import { AccountReads } from './exchange/accounts.ts';
import { AuditReports } from './exchange/audit.ts';
import { Commands } from './exchange/commands.ts';
import { type HealthInput, type LeadershipInEpoch, leadershipOf } from './exchange/health.ts';
import { InstrumentLookup } from './exchange/instrument-lookup.ts';
import { KeySync } from './exchange/key-sync.ts';
import type { ExchangeLink, GatewayLog } from './exchange/link.ts';
import { OperatorCommands } from './exchange/operator-commands.ts';
import { OperatorKeys } from './exchange/operator-keys.ts';
import { Orders } from './exchange/orders.ts';
import type { Metrics } from './metrics.ts';
import type { ExchangeStatus, PublicReads } from './ports.ts';
import { defaultTimeWindowMs, type GatewayLimits, type GatewaySettings } from './settings.ts';

/** Over which the use of the event loop is averaged. */
const useWindowMs = 5000;
/** What a gateway refuses by what it knows of keys, and a later change of a key may allow. */
const codesOfKeys: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'wrongSignature',
  'networkNotAllowed',
  'keyExpired',
  'notPermitted',
  'accountNotAllowed',
]);

export class GatewayCore {
  /** Where requests come in, and may wait for their turn. */
  readonly entrance: Entrance;
  readonly lateRefusals = new LateRefusals();
  readonly orders: Orders;
  readonly accounts: AccountReads;
  readonly operator: OperatorCommands;
  readonly keys: OperatorKeys;
  readonly audit: AuditReports;
  readonly instruments: InstrumentLookup;
  readonly log: GatewayLog;
  readonly settings: GatewaySettings;
  readonly limits: GatewayLimits;
  readonly metrics: Metrics;
  /** Furthest a signed request's timestamp may be from the gateway's clock. */
  readonly timeWindowMs: number;
  /** Set when the gateway closes: it is no longer ready, and ends what is open. */
  isClosing = false;
  readonly #link: ExchangeLink;
  readonly #canary: () => CanaryReport | undefined;
  readonly #authenticator: Authenticator;
  readonly #table: KeyTable;
  readonly #sync: KeySync;
  /** Called when keys have changed. */
  onKeys: () => void = () => undefined;
  readonly #standstill: Standstill;
  readonly #turns = setInterval(() => this.#look(), loopLookMs).unref();
  #useFrom: EventLoopUtilization = performance.eventLoopUtilization();
  #useFromMs = performance.now();
  #usePermille = 0;

  constructor(
    settings: GatewaySettings,
    limits: GatewayLimits,
    link: ExchangeLink,
    metrics: Metrics,
    canary: () => CanaryReport | undefined = () => undefined,
  ) {
    this.#canary = canary;
    this.settings = settings;
    this.limits = limits;
    this.#standstill = new Standstill(performance.now(), limits.turnMsMax);
    this.#link = link;
    this.log = link.log;
    this.metrics = metrics;
    this.timeWindowMs = settings.timeWindowMs ?? defaultTimeWindowMs;
    const secrets = new KeySecrets(settings.rootKey, settings.apiKeys);
    this.#table = new KeyTable(secrets);
    this.#sync = new KeySync(link, this.#table, settings.apiKeys, () => this.onKeys());
    this.#authenticator = new Authenticator(this.#table, this.timeWindowMs);
    this.entrance = new Entrance(limits, {
      now: () => performance.now(),
      defer: setImmediate,
      onRefused: (kind, reason) => metrics.shed.inc({ kind, reason }),
    });
    const commands = new Commands(link, this.entrance, this.#standstill, this.timeWindowMs);
    this.keys = new OperatorKeys(link, commands, this.#table, this.#sync, secrets);
    this.instruments = new InstrumentLookup(link);
    this.orders = new Orders(link, commands, this.instruments);
    this.accounts = new AccountReads(link, this.instruments);
    this.operator = new OperatorCommands(link, commands);
    this.audit = new AuditReports(link);
  }

  /**
   * Call it before anything of a request is read; `isGone` tells whether no answer can reach its caller any more, and
   * `came` when it came. Throws a CoreError where the request is turned away. What costs no more than a refusal, or is
   * the operator's, has no kind.
   */
  arrived(
    claim: Claim,
    kind: RequestKind | undefined,
    isGone: () => boolean,
    came: Pick<Arrival, 'atMs' | 'unreadMs'> = { atMs: Date.now(), unreadMs: 0 },
  ): Arrival {
    if (kind !== undefined) this.entrance.charge(claim, kind);
    return { claim, kind: kind ?? 'query', ...came, era: this.#link.era.current, isGone };
  }

  /** Resolves when all that has arrived by now was read. */
  endOfTurn(): Promise<void> {
    return this.#link.endOfTurn();
  }

  /** Another number for each exchange that has answered. */
  get era(): number {
    return this.#link.era.current;
  }

  /** The id of the key that a request names, as the gateway holds it; undefined where there is no such key. */
  keyIdOf(named: string): string | undefined {
    return this.#table.row(named)?.keyId;
  }

  /** Whose key signed `content`, which is what a request asks as its face writes it. */
  authenticate(arrival: Arrival, credentials: Credentials | undefined, content: string): Caller {
    return this.#counted(arrival, () => {
      if (credentials === undefined) throw new CoreError('missingSignature');
      this.#link.era.requireSame(arrival.era);
      this.#sync.requireKnown();
      const key = this.#keyOf(arrival, credentials, content);
      this.entrance.proven(arrival.claim, arrival.kind);
      return new Caller(key, arrival, credentials, this.#table);
    });
  }

  /**
   * A refusal, or `keysUnknown` in its place where keys have changed since this gateway read them, or may have: what a
   * gateway refuses by keys alone is asked for before it is answered. While no replica leads nothing changes keys, and
   * a majority that has heard of no change is the answer.
   */
  async confirmed<E extends RequestError>(error: E): Promise<E | CoreError> {
    const isOfKeys = error instanceof CoreError && codesOfKeys.has(error.code);
    if (!isOfKeys) return error;
    const { changes } = this.#table;
    const isAnswered = this.#link.stateAgeMs === 0 || (this.#link.isMajorityReached && !this.#sync.isBehind);
    const isCurrent = isAnswered && (await this.#sync.confirm());
    const mayBeGood = isCurrent ? this.#table.changes !== changes : error.code !== 'wrongSignature';
    return mayBeGood ? new CoreError('keysUnknown') : error;
  }

  /** Why a key may not go on to read from an address; undefined where it may. */
  refusalToRead(key: HeldKey, address: string): CoreError | undefined {
    try {
      const nowMs = Date.now();
      this.#table.requireGood(key, address, nowMs);
      this.#table.requireRead(key, nowMs);
      return undefined;
    } catch (error) {
      if (error instanceof CoreError) return error;
      throw error;
    }
  }

  /** Whether a key still acts for the accounts for which it signed. */
  hasSameAccounts(key: HeldKey): boolean {
    const now = this.#table.row(key.keyId)?.accountIds;
    return now?.join() === key.accountIds.join();
  }

  /** The operator who signed a request for `action` with a key that has the permission. */
  operatorOf(arrival: Arrival, caller: Caller, action: string): Operator {
    this.#counted(arrival, () => this.#table.requireOperator(caller.key, Date.now()));
    return new Operator(arrival, action, { caller });
  }

  /** Throws a CoreError unless a key may read the audit trail. */
  requireAuditor({ arrival, key }: Caller): void {
    this.#counted(arrival, () => this.#table.requireAuditor(key, Date.now()));
  }

  /**
   * The operator, who asks for `action`; throws a CoreError unless `token` is the operator's, and where what was asked
   * is waited for no longer.
   */
  authenticateOperator(
    arrival: Arrival,
    token: string | undefined,
    action: string,
    patience?: Patience,
  ): Operator {
    this.#counted(arrival, () => requireOperator(token, this.settings.operatorToken));
    if (patience !== undefined)
      this.#sayingOurDelay(arrival, patience, () =>
        this.#authenticator.requireTimely(patience, arrival.atMs),
      );
    return new Operator(arrival, action, { patience });
  }

  #keyOf(arrival: Arrival, credentials: Credentials, content: string): HeldKey {
    const { atMs, claim } = arrival;
    return this.#sayingOurDelay(arrival, credentials, () => {
      try {
        return this.#authenticator.authenticate(credentials, content, atMs, claim.address);
      } catch (error) {
        if (!(error instanceof CoreError)) throw error;
        if (error.isUnsigned) this.entrance.failed(claim);
        // A key that this gateway has yet to read may have signed.
        if (error.code === 'wrongSignature' && this.#sync.isBehind) throw new CoreError('keysUnknown');
        throw error;
      }
    });
  }

  /** A check of a request's time; where it is too old because it waited for this gateway, that is said. */
  #sayingOurDelay<T>({ atMs, unreadMs }: Arrival, { timestamp }: Patience, check: () => T): T {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof CoreError)) throw error;
      const tooOldMs = atMs - Number(timestamp) - this.timeWindowMs;
      // It may have waited for us for so long, in its socket.
      const isOurDelay = tooOldMs > 0 && tooOldMs <= Math.max(unreadMs, this.#socketDelayMs());
      if (error.code === 'staleTimestamp' && isOurDelay) throw new CoreError('stoodStill');
      throw error;
    }
  }

  /** For how long what is read now may have waited because the event loop did not turn. */
  #socketDelayMs(): number {
    return Math.max(this.#standstill.waitedMsMax(performance.now()), this.entrance.loopDelayMs);
  }

  #look(): void {
    this.#standstill.turned(performance.now());
    this.entrance.look();
  }

  #counted<T>({ claim }: Arrival, check: () => T): T {
    try {
      return check();
    } catch (error) {
      if (error instanceof CoreError) {
        this.metrics.authFailures.inc({ code: error.code });
        this.audit.refused(error.code, claim.address);
      }
      throw error;
    }
  }

  /** The servers listen. */
  opened(): void {
    this.#standstill.begin(performance.now());
  }

  /** Ends what watches the event loop. */
  close(): void {
    this.isClosing = true;
    clearInterval(this.#turns);
    this.audit.close();
  }

  /** Another number for each exchange that answers; 0 while none is known. */
  get exchangeId(): number {
    return this.#link.exchangeId;
  }

  /** How old what is read may be since no leader serves, in milliseconds; 0 while one does. */
  get stateAgeMs(): number {
    return this.#link.stateAgeMs;
  }

  /** Asks what is open to all, for all strangers together or for another owner. */
  query<T>(request: (reads: PublicReads) => Promise<T>, owner: string = strangers): Promise<T> {
    return this.#link.query(owner, request);
  }

  /** What the session with the exchange says of itself; undefined without one. */
  get status(): ExchangeStatus | undefined {
    return this.#link.status;
  }

  /** The leader to show; without a session none. */
  leadership(): LeadershipInEpoch {
    return { ...leadershipOf(this.#link.status, this.#link.isReached), epoch: this.#link.epoch };
  }

  healthInput(): HealthInput {
    const heap = getHeapStatistics();
    // What exactly was wrong is no business of those that may ask here.
    const found = this.#canary()?.result;
    return {
      status: this.#link.status,
      isReached: this.#link.isReached,
      areKeysKnown: this.#sync.isLoaded,
      roundTripAgeMs: this.#link.roundTripAgeMs,
      roundTripAgeMsMax: this.limits.roundTripAgeMsMax,
      heapUsedPermille: Math.round((1000 * heap.used_heap_size) / heap.heap_size_limit),
      loopUsedPermille: this.#loopUsedPermille(),
      usePermilleMax: this.limits.usePermilleMax,
      isClosing: this.isClosing,
      ...(found !== undefined && { canary: `the last round of the canary: ${found}` }),
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
