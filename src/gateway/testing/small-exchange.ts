/** A small exchange in memory for the tests of the gateway: orders rest and never trade, unless a test says so. */
import { EventEmitter } from 'node:events';
import {
  type AuditPage,
  type AuditRow,
  type CancelOrder,
  type ChangeKey,
  type CreateAccount,
  type CreateInstrument,
  type CreateKey,
  ExecutionsAheadError,
  type Fills,
  type FillsFilter,
  type GrantKey,
  type KeyRow,
  type KeysPage,
  type KillAccount,
  LockstepError,
  type MassCancel,
  type ModesFilter,
  type OpenOrders,
  type OpenOrdersFilter,
  type OrderName,
  type PlaceOrder,
  QueryFailedError,
  type QueryOptions,
  type ReplaceOrder,
  type ReportAudit,
  type RevokeKey,
  type RotateKey,
  type SetMode,
} from '../../client/index.ts';
import { readNetwork, writeNetworks } from '../../client/networks.ts';
import { OutcomeCode, outcomeText } from '../../protocol/codes.ts';
import { noEvent } from '../../protocol/messages.ts';
import type { EventListener, EventSession, FeedPosition } from '../exchange/feed-ports.ts';
import type {
  AccountRow,
  ExchangeEvent,
  ExchangeStatus,
  FillRow,
  GatewayExchange,
  InstrumentRow,
  LevelRow,
  ModeRow,
  OperatorExchange,
  OrderRow,
  Outcome,
  OutcomeCodeName,
  PositionRow,
  Rows,
  SideName,
  TradeRow,
} from '../ports.ts';
import { keyRow } from './key-table.ts';
import { isRead } from './readership.ts';
import { isSameOrder, levelsOf } from './small-book.ts';

type EventDetails = Pick<ExchangeEvent, 'type'> & Readonly<Record<string, unknown>>;

export class SmallExchange extends EventEmitter implements GatewayExchange, OperatorExchange {
  readonly instrumentRows: InstrumentRow[] = [
    { instrumentId: 1, symbol: 'BTC-USD', priceDecimals: 2, quantityDecimals: 8, lastPriceTicks: 0 },
    { instrumentId: 2, symbol: 'ETH-USD', priceDecimals: 2, quantityDecimals: 4, lastPriceTicks: 300_000 },
  ];
  readonly accounts: AccountRow[] = [
    {
      accountId: 7,
      name: 'alice',
      openOrders: 0,
      openOrdersMax: 0,
      orderLotsMax: 0,
      priceBandBasisPoints: 0,
      tier: 0,
      tierName: '',
      ordersPerSecondMax: 0,
      ordersPerDayMax: 0,
      ordersToday: 0,
    },
  ];
  readonly orders = new Map<number, OrderRow>();
  readonly keyRows: (KeyRow & { readonly accountIds: readonly number[] })[] = [];
  readonly auditRows: AuditRow[] = [];
  readonly tradeRows: TradeRow[] = [];
  readonly fillRows: FillRow[] = [];
  rememberedFromSeq = 1;
  /** Every command that arrived, as [name, argument]. */
  readonly received: [string, unknown][] = [];
  /** That of the exchange first. */
  modeRows: ModeRow[] = [
    { scope: 'exchange', mode: 'open', instrumentId: 0, accountId: 0, reasonText: '', opensAtMs: 0 },
  ];
  seq = 100;
  exchangeId = 4711;
  epoch = 1;
  leaderId = 2;
  /** Leads and gets nothing committed. */
  idleLeaderId = 0;
  pressurePermille = 0;
  /** Replicas that answer. */
  replicasReached = 3;
  isClosed = false;
  /** Event sessions that are open, and all that were ever opened. */
  eventSessions = 0;
  eventSessionsOpened = 0;
  /** Called before each command and query: may throw, or wait. */
  before: () => Promise<void> | void = () => undefined;
  giveUpUnsent = (): void => undefined;
  /** The code of the next outcome. */
  nextCode: OutcomeCodeName = 'ok';
  /** The mode that refuses the next command. */
  nextMode: ModeRow | undefined;
  readonly #outcomes = new Map<string, Outcome>();
  readonly #requests = new Set<string>();

  /** These keys of a configuration file were brought into it before. */
  hasKeys(keys: readonly { readonly keyId: string; readonly accountIds: readonly number[] }[]): void {
    for (const { keyId, accountIds } of keys) {
      const change = this.keyRows.length + 1;
      const row = { keyNumber: change, change, isImported: true, accountIds };
      this.keyRows.push(keyRow(keyId, row));
    }
  }

  get status(): ExchangeStatus {
    const { leaderId, pressurePermille, replicasReached } = this;
    const connections = [1, 2, 3].map((replicaId) => ({
      replicaId,
      state: replicaId <= replicasReached ? 'ready' : 'waiting',
      leadsIdle: replicaId === this.idleLeaderId,
      term: 3,
    }));
    const counts = { pending: 0, acknowledged: 0, failovers: [], pressurePermille };
    return { sessionId: 5, leaderId, term: 3, connections, ...counts };
  }

  async placeOrder(order: PlaceOrder): Promise<Outcome> {
    await this.#take('placeOrder', order);
    const key = `${order.accountId} ${order.clientOrderId}`;
    const { accountId, instrumentId, side, quantityLots, clientOrderId = '', priceTicks = 0 } = order;
    const first = this.#outcomes.get(key);
    if (first !== undefined) {
      const { orderId } = first;
      const placed = this.orders.get(orderId);
      const isSame = placed === undefined || isSameOrder(placed, order);
      if (!isSame) return this.#outcome({ code: 'clientOrderIdTaken', orderId, clientOrderId });
      const { status = first.status, filledLots = 0, remainingLots = 0 } = placed ?? {};
      return { ...first, repeated: true, status, filledLots, remainingLots };
    }
    if (!this.#takesRequest(order)) return this.#outcome({ code: 'repeatedRequest', clientOrderId });
    const orderId = this.orders.size + 1;
    const outcome = this.#outcome({ orderId, clientOrderId, status: 'open', remainingLots: quantityLots });
    this.#outcomes.set(key, outcome);
    if (!outcome.ok) return outcome;
    const { type: orderType = 'limit', timeInForce = 'goodTillCancel' } = order;
    const common = { instrumentId, side, priceTicks, quantityLots, clientOrderId, orderType, timeInForce };
    const filled = { filledLots: 0, filledValue: 0n, averagePriceTicks: 0 };
    const words = { status: 'open', code: 'ok', cancelReason: 'none' } as const;
    const state = { ...filled, remainingLots: quantityLots, ...words };
    this.orders.set(orderId, { accountId, orderId, ...common, ...state });
    this.emitEvent({ type: 'orderAccepted', accountId, orderId, ...common });
    this.#emitLevel(instrumentId, side, priceTicks);
    return outcome;
  }

  async cancelOrder(name: CancelOrder): Promise<Outcome> {
    await this.#take('cancelOrder', name);
    if (!this.#takesRequest(name)) return this.#outcome({ code: 'repeatedRequest' });
    const order = this.#find(name);
    if (order === undefined) return this.#outcome({ code: 'unknownOrder' });
    const { orderId, clientOrderId, instrumentId, side, priceTicks, filledLots } = order;
    const end = { status: 'cancelled', cancelReason: 'requested', remainingLots: 0 } as const;
    this.orders.set(orderId, { ...order, ...end });
    this.seq++;
    this.#emitLevel(instrumentId, side, priceTicks);
    return this.#outcome({ orderId, clientOrderId, status: 'cancelled', filledLots });
  }

  async replaceOrder(order: ReplaceOrder): Promise<Outcome> {
    await this.#take('replaceOrder', order);
    if (!this.#takesRequest(order)) return this.#outcome({ code: 'repeatedRequest' });
    const found = this.#find(order);
    if (found === undefined) return this.#outcome({ code: 'unknownOrder' });
    const { priceTicks, quantityLots } = order;
    this.orders.set(found.orderId, { ...found, priceTicks, quantityLots, remainingLots: quantityLots });
    const { orderId, clientOrderId } = found;
    return this.#outcome({ orderId, clientOrderId, status: 'open', remainingLots: quantityLots });
  }

  async massCancel(filter: MassCancel): Promise<Outcome> {
    await this.#take('massCancel', filter);
    if (!this.#takesRequest(filter)) return this.#outcome({ code: 'repeatedRequest' });
    return this.#outcome({ count: 3 });
  }

  async createInstrument(instrument: CreateInstrument): Promise<Outcome> {
    await this.#take('createInstrument', instrument);
    this.instrumentRows.push({ ...instrument, lastPriceTicks: 0 });
    return this.#outcome({});
  }

  async createAccount(account: CreateAccount): Promise<Outcome> {
    await this.#take('createAccount', account);
    return this.#outcome({});
  }

  async setLimits(limits: unknown): Promise<Outcome> {
    await this.#take('setLimits', limits);
    return this.#outcome({});
  }

  async createKey(asked: CreateKey): Promise<Outcome> {
    this.received.push(['createKey', asked]);
    const { keyId, kind = 'hmac', publicKey, isImported = false, rootId = 0 } = asked;
    if (this.keyRows.some((row) => row.keyId === keyId)) return this.#outcome({ code: 'alreadyExists' });
    const made = { kind, isImported, rootId, keyNumber: this.keyRows.length + 1, permissions: [] };
    const key = publicKey === undefined ? {} : { publicKey };
    this.keyRows.push(keyRow(keyId, { ...made, ...key, change: 0, accountIds: [] }));
    return this.#changeKey(this.keyRows.length, {});
  }

  async changeKey(change: ChangeKey): Promise<Outcome> {
    this.received.push(['changeKey', change]);
    const { keyNumber, networks = [], ...rights } = change;
    const { permissions, tier = 0, expiresAtMs = 0 } = rights;
    const bytes = writeNetworks(networks.flatMap((text) => readNetwork(text) ?? []));
    return this.#changeKey(keyNumber, { permissions, tier, expiresAtMs, networks: bytes });
  }

  async grantKey(grant: GrantKey): Promise<Outcome> {
    this.received.push(['grantKey', grant]);
    const { keyNumber, accountIds, isTaken = false } = grant;
    const others = this.keyRows[keyNumber - 1]!.accountIds.filter((id) => !accountIds.includes(id));
    return this.#changeKey(keyNumber, { accountIds: isTaken ? others : [...others, ...accountIds] });
  }

  async rotateKey(rotation: RotateKey): Promise<Outcome> {
    this.received.push(['rotateKey', rotation]);
    const { keyNumber, version, graceMs, ...next } = rotation;
    const { rootId: previousRootId, publicKey: previousPublicKey } = this.keyRows[keyNumber - 1]!;
    const { rootId = 0, publicKey = new Uint8Array(32) } = next;
    const previousUntilMs = graceMs === 0 ? 0 : Date.now() + graceMs;
    const before = { previousRootId, previousPublicKey, previousUntilMs };
    return this.#changeKey(keyNumber, { keyVersion: version, rootId, publicKey, ...before });
  }

  async revokeKey(key: RevokeKey): Promise<Outcome> {
    this.received.push(['revokeKey', key]);
    const { keyNumber } = key;
    return this.#changeKey(keyNumber, { isRevoked: true });
  }

  async reportAudit(report: ReportAudit): Promise<Outcome> {
    await this.#take('reportAudit', report);
    return this.#outcome({});
  }

  async audit(afterNumber: number): Promise<AuditPage<AuditRow>> {
    const entries = this.auditRows.filter(({ number }) => number > afterNumber);
    return { entries, more: false, appliedSeq: this.seq };
  }

  async keys(afterChange: number): Promise<KeysPage<KeyRow>> {
    const changes = Math.max(0, ...this.keyRows.map(({ change }) => change));
    return { keys: this.keyRows.filter(({ change }) => change > afterChange), changes };
  }

  #changeKey(keyNumber: number, change: object): Outcome {
    const changes = Math.max(0, ...this.keyRows.map((row) => row.change)) + 1;
    this.keyRows[keyNumber - 1] = { ...this.keyRows[keyNumber - 1]!, ...change, change: changes };
    this.emit('keysChanged', changes);
    return this.#outcome({});
  }

  async setTier(tier: unknown): Promise<Outcome> {
    await this.#take('setTier', tier);
    return this.#outcome({});
  }

  async assignTier(assignment: unknown): Promise<Outcome> {
    await this.#take('assignTier', assignment);
    return this.#outcome({});
  }

  async setMode(mode: SetMode): Promise<Outcome> {
    await this.#take('setMode', mode);
    const { instrumentId = 0, accountId = 0, openAfterMs = 0, reason = '' } = mode;
    const scope = instrumentId !== 0 ? 'instrument' : accountId !== 0 ? 'account' : 'exchange';
    const row = { scope, mode: mode.mode, instrumentId, accountId, reasonText: reason } as const;
    const opensAtMs = openAfterMs === 0 ? 0 : 1_700_000_000_000 + openAfterMs;
    const others = this.modeRows.filter(
      (other) => other.instrumentId !== instrumentId || other.accountId !== accountId,
    );
    this.modeRows =
      scope === 'exchange' ? [{ ...row, opensAtMs }, ...others] : [...others, { ...row, opensAtMs }];
    this.emitEvent({ type: 'modeChanged', ...row, opensAtMs });
    return this.#outcome({});
  }

  async killAccount(account: KillAccount): Promise<Outcome> {
    await this.#take('killAccount', account);
    return this.#outcome({ count: 2 });
  }

  async modes({ accountId = 0 }: ModesFilter = {}, options?: QueryOptions): Promise<Rows<ModeRow>> {
    await this.#asked(options);
    return this.#rows(this.modeRows.filter((row) => row.scope !== 'account' || row.accountId === accountId));
  }

  async endDay(): Promise<Outcome> {
    await this.#take('endDay', undefined);
    return this.#outcome({ count: 2 });
  }

  async order(name: OrderName): Promise<OrderRow | undefined> {
    await this.before();
    return this.#find(name);
  }

  async openOrdersPage(
    { accountId, afterOrderId = 0, limit }: OpenOrdersFilter,
    options?: QueryOptions,
  ): Promise<OpenOrders<OrderRow>> {
    await this.#asked(options);
    const orders = [...this.orders.values()].filter(
      (row) => row.accountId === accountId && row.status === 'open' && row.orderId > afterOrderId,
    );
    const page = orders.slice(0, limit);
    const nextAfter = orders.length > limit ? page.at(-1)!.orderId : undefined;
    return { orders: page, more: nextAfter !== undefined, nextAfter, appliedSeq: this.seq };
  }

  async fills(filter: FillsFilter, options?: QueryOptions): Promise<Fills<FillRow>> {
    const { accountId, fromSeq = 0 } = filter;
    const found = await this.#fills(filter, options);
    if (found.appliedSeq + 1 < fromSeq) throw new ExecutionsAheadError(accountId, fromSeq, found.appliedSeq);
    return found;
  }

  async #fills(
    { accountId, orderId, instrumentId, ...place }: FillsFilter,
    options?: QueryOptions,
  ): Promise<Fills<FillRow>> {
    await this.#asked(options);
    const { fromSeq = 0, afterN = -1, limit = 1000 } = place;
    const fills = this.fillRows.filter(
      (row) =>
        row.accountId === accountId &&
        (orderId === undefined || row.orderId === orderId) &&
        (instrumentId === undefined || row.instrumentId === instrumentId) &&
        (row.seq > fromSeq || (row.seq === fromSeq && row.n > afterN)),
    );
    const { rememberedFromSeq, seq: appliedSeq } = this;
    return { fills: fills.slice(0, limit), more: fills.length > limit, rememberedFromSeq, appliedSeq };
  }

  async positions(): Promise<Rows<PositionRow>> {
    await this.before();
    return this.#rows([{ instrumentId: 1, boughtLots: 50_000_000, soldLots: 150_000_000 }]);
  }

  async book(instrumentId: number, _levels?: number, options?: QueryOptions): Promise<Rows<LevelRow>> {
    await this.#asked(options);
    return this.#rows(this.levels(instrumentId));
  }

  async trades(): Promise<Rows<TradeRow>> {
    await this.before();
    return this.#rows(this.tradeRows);
  }

  async instruments(_options?: QueryOptions): Promise<Rows<InstrumentRow>> {
    await this.before();
    return this.#rows(this.instrumentRows);
  }

  async account(accountId: number): Promise<AccountRow | undefined> {
    await this.before();
    return this.accounts.find((row) => row.accountId === accountId);
  }

  async hashes() {
    await this.before();
    return { appliedSeq: this.seq, stateHash: 'aa', economicHash: 'bb' };
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  /** A question: the leader answers, or any replica that is asked. */
  async #asked({ from = 'leader' }: QueryOptions = {}): Promise<void> {
    await this.before();
    if (from === 'leader' && this.leaderId === 0) throw new QueryFailedError('no replica leads');
  }

  /** An event session: hears what is read from now on. */
  async openEvents(listener: EventListener): Promise<EventSession> {
    await this.before();
    if (this.leaderId === 0) throw new LockstepError('noLeader', 'no replica leads');
    const hear = (event: ExchangeEvent): void => {
      listener.onSeq(event.seq);
      if (isRead(listener.readership, event)) listener.onEvent(event);
    };
    const lose = (lost: { readonly appliedSeq: number }): void => listener.onGap(lost.appliedSeq);
    const replaced = (): void => listener.onReplaced();
    this.on('event', hear).on('eventsLost', lose).on('clusterChanged', replaced);
    this.eventSessions++;
    this.eventSessionsOpened++;
    const place = (): FeedPosition => ({ seq: this.seq, n: noEvent });
    return {
      get place() {
        return place();
      },
      book: (instrumentId) => this.book(instrumentId),
      fills: (filter) => this.#fills(filter),
      modes: (accountId) => this.modes({ accountId }),
      close: async () => {
        this.off('event', hear).off('eventsLost', lose).off('clusterChanged', replaced);
        this.eventSessions--;
      },
    };
  }

  /** The book from all open orders. */
  levels(instrumentId: number): LevelRow[] {
    return levelsOf(this.orders.values(), instrumentId);
  }

  /** Emits an event of the present command. */
  emitEvent(details: EventDetails): void {
    const header = {
      sessionId: 0,
      seq: this.seq,
      timeUs: 1_700_000_000_000_000 + this.seq,
      accountId: 0,
      n: 0,
    };
    this.emit('event', { ...header, ...details });
  }

  #emitLevel(instrumentId: number, side: SideName, priceTicks: number): void {
    const level = this.levels(instrumentId).find((row) => row.side === side && row.priceTicks === priceTicks);
    const { quantityLots = 0, orderCount = 0 } = level ?? {};
    this.emitEvent({ type: 'bookLevel', instrumentId, side, priceTicks, quantityLots, orderCount });
  }

  async #take(name: string, argument: unknown): Promise<void> {
    this.received.push([name, argument]);
    await this.before();
    this.seq++;
  }

  /** Whether the request of a command has not come before. */
  #takesRequest({ accountId, request }: MassCancel): boolean {
    const name = `${accountId} ${request?.id}`;
    const isNew = request === undefined || !this.#requests.has(name);
    this.#requests.add(name);
    return isNew;
  }

  #find(name: OrderName): OrderRow | undefined {
    for (const order of this.orders.values()) {
      if (order.accountId !== name.accountId) continue;
      if (order.orderId === name.orderId || order.clientOrderId === name.clientOrderId) return order;
    }
    return undefined;
  }

  #rows<Row>(rows: readonly Row[]): Rows<Row> {
    return Object.assign([...rows], { appliedSeq: this.seq });
  }

  #outcome(details: Partial<Outcome>): Outcome {
    const code = details.code ?? this.nextCode;
    this.nextCode = 'ok';
    const refusedBy = this.nextMode;
    this.nextMode = undefined;
    return {
      ok: code === 'ok',
      text: outcomeText[OutcomeCode[code]],
      seq: this.seq,
      timeUs: 1_700_000_000_000_000,
      orderId: 0,
      status: 'none',
      filledLots: 0,
      remainingLots: 0,
      filledValue: 0n,
      averagePriceTicks: 0,
      count: 0,
      clientOrderId: '',
      repeated: false,
      ...(refusedBy === undefined ? {} : { refusedBy }),
      ...details,
      code,
    };
  }
}
