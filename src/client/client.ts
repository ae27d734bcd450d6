/**
 * The client of a cluster, as programs use it: promises and events over the session. A refusal is an outcome; only
 * what leaves the caller without an outcome is an error.
 */

import { EventEmitter } from 'node:events';
import { DecodeCode } from '../protocol/codes.ts';
import { commands, commandTypesFrom, placeOrder } from '../protocol/commands.ts';
import { TYPE_AT } from '../protocol/layout.ts';
import { commandBytesMax } from '../protocol/limits.ts';
import { powerOfTwoAtLeast } from '../std/integers.ts';
import { type OperatorStamped, refuseUnread, requireObject, validMsOf } from './arguments.ts';
import { ReplicaLinkState } from './core/link.ts';
import type { SessionListener, UnknownReason } from './core/ports.ts';
import { tradingPlace } from './core/trading-place.ts';
import { Driver } from './driver.ts';
import * as encode from './encode.ts';
import * as keys from './encode-keys.ts';
import * as modes from './encode-modes.ts';
import {
  ClosedError,
  InvalidArgumentError,
  LockstepError,
  NotSentError,
  OutcomeUnknownError,
  WindowFullError,
} from './errors.ts';
import { type ExecutionsFilter, follow, Waiters } from './executions.ts';
import { type Fills, reached } from './fills.ts';
import { type ClientOptions, checkOptions } from './options.ts';
import {
  type AuditPage,
  type FillsFilter,
  type KeysPage,
  type ModesFilter,
  type OpenOrders,
  type OpenOrdersFilter,
  type QueryOptions,
  Reads,
  type Rows,
} from './reads.ts';
import { RefusingModes } from './refusing-modes.ts';
import type { ClientEvents, ClientStatus, Failover } from './status.ts';
import type * as words from './words.ts';
import { readEvent } from './words.ts';

/** Failovers that `status` remembers. */
const failoversMax = 64;
/** The types of commands that callers may ask for, each as the bit `1 << type`. */
const CALLER_COMMANDS = commandTypesFrom('caller');

/** Gets the outcome, or the error when it is not known; called once. */
export type Done = (outcome: words.Outcome | undefined, error?: LockstepError) => void;

/**
 * Connects to a cluster and opens a session. Rejects with a {@link LockstepError}: `notAuthorized`, `wrongCluster`,
 * `wrongVersion`, `unreachable`, `noLeader` or `invalidArgument`.
 */
export function connect(options: ClientOptions): Promise<Client> {
  return new Promise((resolve, reject) => {
    checkOptions(options);
    const client: Client = new Client(options, (error) => {
      if (error === undefined) resolve(client);
      else reject(error);
    });
  });
}

/** A session with a cluster; {@link connect} makes it. */
export class Client extends EventEmitter<ClientEvents> {
  readonly #driver: Driver;
  readonly #reads: Reads;
  /** The callers that wait for outcomes, by the lower bits of the ticket. */
  readonly #done: (Done | undefined)[];
  /** The callers that wait for the late outcome of a command that timed out. */
  readonly #settle = new Map<number, (outcome: words.Outcome | undefined) => void>();
  readonly #waiters = new Waiters();
  readonly #refusing = new RefusingModes();
  readonly #failovers: Failover[] = [];
  /** Clusters that have answered, one after the other. */
  #clusters = 1;
  #connected: ((error?: LockstepError) => void) | undefined;
  #closing: Promise<void> | undefined;
  #closed: (() => void) | undefined;

  /** For {@link connect}. @param connected is called once: the session is open, or why there is none. */
  constructor(options: ClientOptions, connected: (error?: LockstepError) => void) {
    super();
    this.#connected = connected;
    this.#driver = new Driver(options, this.#listener(options.needsLeader ?? true));
    this.#reads = new Reads(this.#driver);
    this.#done = Array.from({ length: powerOfTwoAtLeast(this.#driver.session.window.commandsMax + 1) });
    this.#driver.start();
  }

  /** Places an order. The outcome says what has traded and what waits; a refusal is an outcome, too. */
  placeOrder(order: encode.PlaceOrder): Promise<words.Outcome> {
    return this.#submit(encode.writePlaceOrder, order);
  }

  /** Cancels what is open of an order. */
  cancelOrder(order: encode.CancelOrder): Promise<words.Outcome> {
    return this.#submit(encode.writeCancelOrder, order);
  }

  /**
   * Gives an open order another price and whole quantity. It keeps its place in the queue where the price stays and the
   * quantity does not grow; else it goes to the end of its level, and may trade at once.
   */
  replaceOrder(order: encode.ReplaceOrder): Promise<words.Outcome> {
    return this.#submit(encode.writeReplaceOrder, order);
  }

  /** Cancels the open orders of an account, or those of one instrument or side: none of them trades afterwards. */
  massCancel(filter: encode.MassCancel): Promise<words.Outcome> {
    return this.#submit(encode.writeMassCancel, filter);
  }

  /** For operators. What is there with the same properties stays as it is (`ok`). */
  createInstrument(instrument: encode.CreateInstrument): Promise<words.Outcome> {
    return this.#submit(encode.writeCreateInstrument, instrument);
  }

  /** For operators, likewise. */
  createAccount(account: encode.CreateAccount): Promise<words.Outcome> {
    return this.#submit(encode.writeCreateAccount, account);
  }

  setLimits(limits: encode.SetLimits): Promise<words.Outcome> {
    return this.#submit(encode.writeSetLimits, limits);
  }

  setTier(tier: encode.SetTier): Promise<words.Outcome> {
    return this.#submit(encode.writeSetTier, tier);
  }

  assignTier(assignment: encode.AssignTier): Promise<words.Outcome> {
    return this.#submit(encode.writeAssignTier, assignment);
  }

  /** Cancels all day orders of all accounts. */
  endDay(day: encode.EndDay = {}): Promise<words.Outcome> {
    return this.#submit(encode.writeEndDay, day);
  }

  setMode(mode: modes.SetMode): Promise<words.Outcome> {
    return this.#submit(modes.writeSetMode, mode);
  }

  /** Halts an account and cancels all its open orders. */
  killAccount(account: modes.KillAccount): Promise<words.Outcome> {
    return this.#submit(modes.writeKillAccount, account);
  }

  /** Makes an API key, which may do nothing until it has accounts and permissions. */
  createKey(key: keys.CreateKey): Promise<words.Outcome> {
    return this.#submit(keys.writeCreateKey, key);
  }

  /** Notes in the audit trail what reached the exchange by no command of its own. */
  reportAudit(report: keys.ReportAudit): Promise<words.Outcome> {
    return this.#submit(keys.writeReportAudit, report);
  }

  changeKey(change: keys.ChangeKey): Promise<words.Outcome> {
    return this.#submit(keys.writeChangeKey, change);
  }

  grantKey(grant: keys.GrantKey): Promise<words.Outcome> {
    return this.#submit(keys.writeGrantKey, grant);
  }

  rotateKey(rotation: keys.RotateKey): Promise<words.Outcome> {
    return this.#submit(keys.writeRotateKey, rotation);
  }

  /** Ends an API key for good: the exchange refuses each later command that carries it. */
  revokeKey(key: keys.RevokeKey): Promise<words.Outcome> {
    return this.#submit(keys.writeRevokeKey, key);
  }

  /**
   * The form without promises. Takes a command in words or as encodeCommand made it; throws WindowFullError,
   * ClosedError or InvalidArgumentError, and then nothing was sent. Returns a number of its own for each command.
   * @hot
   */
  submitWith(command: encode.Command | Uint8Array, done: Done): number {
    return command instanceof Uint8Array
      ? this.#send(copyCommand, command, done)
      : this.#send(encode.writeCommand, command, done, validMsOf(command as OperatorStamped));
  }

  /** The order, also when it is closed and still remembered; undefined when it is not known. */
  order(name: encode.OrderName, options?: QueryOptions): Promise<words.OrderRow | undefined> {
    return this.#reads.order(name, options);
  }

  /** All open orders of an account, the oldest first. */
  openOrders(accountId: number, options?: QueryOptions): Promise<Rows<words.OrderRow>> {
    return this.#reads.openOrders(accountId, options);
  }

  /** Open orders by their number, as many as one answer holds; all of them are {@link openOrders}. */
  openOrdersPage(filter: OpenOrdersFilter, options?: QueryOptions): Promise<OpenOrders<words.OrderRow>> {
    return this.#reads.openOrdersPage(filter, options);
  }

  /**
   * What an account has bought and sold, by instrument. Before one of both passes 2^53 - 1 lots the smaller one is
   * taken off both: their difference, the position, stays exact.
   */
  positions(accountId: number, options?: QueryOptions): Promise<Rows<words.PositionRow>> {
    return this.#reads.positions(accountId, options);
  }

  /** Price levels: buys from the highest price down, then sells from the lowest up; at most `levels` of each. */
  book(instrumentId: number, levels: number, options?: QueryOptions): Promise<Rows<words.LevelRow>> {
    return this.#reads.book(instrumentId, levels, options);
  }

  /** The last trades of an instrument that replicas remember, the oldest first; at most `count`. */
  trades(instrumentId: number, count: number, options?: QueryOptions): Promise<Rows<words.TradeRow>> {
    return this.#reads.trades(instrumentId, count, options);
  }

  /**
   * Executions of an account that are remembered, the oldest first, of one order or instrument where that is given.
   * Where the leader has forgotten some from `fromSeq` on, the other replicas are asked for them. What was before
   * `rememberedFromSeq` cannot be asked for any more. Throws an ExecutionsAheadError where the exchange is not there
   * yet.
   */
  fills(filter: FillsFilter, options?: QueryOptions): Promise<Fills<words.FillRow>> {
    return reached(filter, () => this.#reads.fills(filter, options));
  }

  /**
   * Executions of an account from `fromSeq` on, each once and in order: those that replicas remember, then each that
   * comes, across failovers, until the loop is left or the client is closed. After a restart of the program go on with
   * `seq` and `n` of the last one as `fromSeq` and `afterN`. Throws an ExecutionsForgottenError where some are
   * remembered no more, and an ExecutionsAheadError where the exchange is not there yet.
   */
  executions(filter: ExecutionsFilter): AsyncGenerator<words.FillRow, void, undefined> {
    const { session } = this.#driver;
    return follow(filter, this.#waiters, {
      fills: (some) => this.#reads.fills(some),
      isOver: () => session.isOver,
      cluster: () => this.#clusters,
    });
  }

  instruments(options?: QueryOptions): Promise<Rows<words.InstrumentRow>> {
    return this.#reads.instruments(options);
  }

  /** API keys that have changed after a change (0: all of them), and how many changes there were when it was asked. */
  keys(afterChange: number, options?: QueryOptions): Promise<KeysPage<words.KeyRow>> {
    return this.#reads.keys(afterChange, options);
  }

  /** The mode of the exchange, then of the account that is named, then of instruments that are not open. */
  modes(filter: ModesFilter = {}, options?: QueryOptions): Promise<Rows<words.ModeRow>> {
    return this.#reads.modes(filter, options);
  }

  /**
   * Entries of the audit trail with numbers after one (0: from the oldest that is kept), as many as one answer holds.
   */
  audit(afterNumber: number, options?: QueryOptions): Promise<AuditPage<words.AuditRow>> {
    return this.#reads.audit(afterNumber, options);
  }

  /** The account with its limits and quotas; undefined where there is none. */
  account(accountId: number, options?: QueryOptions): Promise<words.AccountRow | undefined> {
    return this.#reads.account(accountId, options);
  }

  /**
   * The hashes of a replica's state: equal on all replicas at the same `appliedSeq`. The replica walks all of it: a
   * program needs the permission `operator`.
   */
  hashes(options?: QueryOptions): Promise<words.HashesRow> {
    return this.#reads.hashes(options);
  }

  /**
   * Another number for each exchange, for ever: where it differs, so do all seqs, orders and instruments. 0 before the
   * first replica has answered.
   */
  get exchangeId(): number {
    return this.#driver.session.instance;
  }

  /**
   * How often a generation of this exchange has begun, from 1 on: a restore, a rebuild or a promotion begins another.
   * The client believes no replica of a lower one. 0 before the first replica has answered.
   */
  get epoch(): number {
    return this.#driver.session.epoch;
  }

  /** How full the leader's ring of waiting commands is, 0 to 1000: known from 700 on; shed load from 900 on. */
  get pressurePermille(): number {
    return this.#driver.session.pressurePermille;
  }

  get status(): ClientStatus {
    const { session } = this.#driver;
    return {
      exchangeId: this.exchangeId,
      sessionId: session.sessionId,
      leaderId: session.isBound ? (session.bound?.replicaId ?? 0) : 0,
      term: session.term,
      pending: session.window.pending,
      acknowledged: session.acknowledged,
      failovers: [...this.#failovers],
      pressurePermille: session.pressurePermille,
      connections: session.links.map((link) => ({
        replicaId: link.replicaId,
        address: link.address,
        state: link.isReady ? 'ready' : link.state === ReplicaLinkState.waiting ? 'waiting' : 'connecting',
        isLeader: session.isBound && link === session.bound,
        leadsIdle: link.leadsIdle,
        term: link.term,
      })),
      tradesAt: tradingPlace(session.links),
    };
  }

  /**
   * While no replica serves this client: ends what waits and was never sent with a {@link NotSentError}. It is not
   * carried out, also when a replica serves again.
   */
  giveUpUnsent(): void {
    const { session } = this.#driver;
    if (session.isBound) return;
    for (const ticket of session.window.giveUpUnsent()) this.#finish(ticket, undefined, new NotSentError());
  }

  /**
   * Ends the session after all submitted commands; a command without an outcome by then ends as unknown. With
   * `keepSession` the connections end at once, and the cluster treats it as a disconnect.
   */
  close(options: { readonly keepSession?: boolean } = {}): Promise<void> {
    refuseUnread(options, ['keepSession']);
    this.#closing ??= new Promise((resolve) => {
      this.#closed = resolve;
      this.#driver.flush();
      this.#driver.session.close(this.#driver.nowUs(), options.keepSession ?? false);
      this.#driver.flush();
    });
    return this.#closing;
  }

  #submit<C>(write: (view: DataView, at: number, command: C) => void, command: C): Promise<words.Outcome> {
    return new Promise((resolve, reject) => {
      requireObject('command', command);
      const done: Done = (outcome, error) => {
        if (outcome === undefined) reject(error);
        else resolve(outcome);
      };
      this.#send(write, command, done, validMsOf(command as OperatorStamped));
    });
  }

  #send<C>(
    write: (view: DataView, at: number, command: C) => void,
    command: C,
    done: Done,
    validMs?: number,
  ): number {
    const { session } = this.#driver;
    if (this.#closing !== undefined || session.isOver) throw new ClosedError();
    const at = session.begin();
    if (at < 0) throw new WindowFullError(session.window.commandsMax);
    write(session.window.view, at, command);
    const ticket = session.submit(this.#driver.nowUs(), validMs === undefined ? undefined : validMs * 1_000);
    this.#done[ticket & (this.#done.length - 1)] = done;
    this.#driver.flushSoon();
    return ticket;
  }

  #listener(needsLeader: boolean): SessionListener {
    return {
      opened: () => this.#finishConnecting(),
      outcome: (ticket, view, at) => this.#outcome(ticket, this.#refusing.outcome(view, at)),
      unknown: (ticket, reason) => this.#unknown(ticket, reason),
      event: (view, at) => {
        this.#waiters.heard(view, at);
        this.#refusing.heard(view, at);
        if (this.listenerCount('event') > 0) this.#tell('event', readEvent(view, at));
      },
      eventsLost: (afterSeq, appliedSeq) => this.#tell('eventsLost', { afterSeq, appliedSeq }),
      clusterChanged: () => {
        this.#clusters += 1;
        this.#tell('clusterChanged');
        this.#waiters.wakeAll();
      },
      queryResult: (requestId, view, at) => this.#reads.answered(requestId, view, at),
      queryFailed: (requestId, why) => this.#reads.failed(requestId, why),
      failover: (term, leaderId, gapUs, resent) => {
        const failover = { term, leaderId, gapMs: Math.round(gapUs) / 1000, resent };
        this.#failovers.push(failover);
        if (this.#failovers.length > failoversMax) this.#failovers.shift();
        this.#tell('failover', failover);
      },
      pressure: (usedPermille) => this.#tell('pressure', usedPermille),
      keysChanged: (changes) => this.#tell('keysChanged', changes),
      warning: (text) => this.#tell('warning', text),
      reached: needsLeader ? undefined : () => this.#finishConnecting(),
      failed: (code, text) => {
        this.#driver.stop();
        this.#finishConnecting(new LockstepError(code, text));
      },
      closed: () => {
        this.#driver.stop();
        this.#waiters.wakeAll();
        this.#closed?.();
      },
    };
  }

  #finishConnecting(error?: LockstepError): void {
    const connected = this.#connected;
    this.#connected = undefined;
    connected?.(error);
  }

  #outcome(ticket: number, outcome: words.Outcome): void {
    const settle = this.#settle.get(ticket);
    if (settle === undefined) {
      this.#finish(ticket, outcome);
    } else {
      this.#settle.delete(ticket);
      settle(outcome);
    }
  }

  #unknown(ticket: number, reason: UnknownReason): void {
    const settle = this.#settle.get(ticket);
    if (settle !== undefined) {
      this.#settle.delete(ticket);
      settle(undefined);
      return;
    }
    const { window } = this.#driver.session;
    const mayStillCome = reason === 'timeout';
    const settled = mayStillCome
      ? new Promise<words.Outcome | undefined>((resolve) => this.#settle.set(ticket, resolve))
      : Promise.resolve(undefined);
    const name = commands.of(window.typeOf(ticket))?.name ?? 'a command';
    this.#finish(ticket, undefined, new OutcomeUnknownError(name, window.numberOf(ticket), reason, settled));
  }

  #finish(ticket: number, outcome: words.Outcome | undefined, error?: LockstepError): void {
    const slot = ticket & (this.#done.length - 1);
    const done = this.#done[slot];
    this.#done[slot] = undefined;
    try {
      done?.(outcome, error);
    } catch (thrown) {
      throwLater(thrown);
    }
  }

  #tell<K extends keyof ClientEvents>(name: K, ...values: ClientEvents[K]): void {
    try {
      (this as EventEmitter).emit(name, ...values);
    } catch (thrown) {
      throwLater(thrown);
    }
  }
}

/** A caller's error must not stop the session in the middle of a record; it surfaces as an uncaught one. */
function throwLater(thrown: unknown): void {
  process.nextTick(() => {
    throw thrown;
  });
}

/** Takes over a command that the caller has encoded, if clients may send commands of this kind. */
function copyCommand(view: DataView, at: number, command: Uint8Array): void {
  const allowed = 'one command record, as encodeCommand makes it';
  if (command.length > commandBytesMax)
    throw new InvalidArgumentError('command', `${command.length} bytes`, allowed);
  new Uint8Array(view.buffer).set(command, at);
  const isWhole = command.length >= placeOrder.at.accountId && view.getUint16(at, true) === command.length;
  const isGood = isWhole && commands.check(view, at, command.length) === DecodeCode.ok;
  if (!isGood || (CALLER_COMMANDS & (1 << view.getUint8(at + TYPE_AT))) === 0) {
    throw new InvalidArgumentError('command', 'something else', allowed);
  }
}
