/**
 * Sends an order flow to the exchange on the gateway's own path: admission turns its text into ticks and lots, the
 * SDK's session carries it. Commands stay in the order of the file, many in flight; what comes back is counted and
 * checked piece by piece, while the exchange remembers it.
 */
import type { Client, ExchangeEvent, Outcome } from '../../client/index.ts';
import { parseDecimal } from '../../gateway/admission/decimals.ts';
import { admitOrder, type Instrument } from '../../gateway/admission/orders.ts';
import { openOrdersPerAccountMax } from '../../protocol/limits.ts';
import { Failure, messageOf } from '../failure.ts';
import type { FlowAction, FlowInstrument, FlowNote, FlowOrder } from './flow.ts';
import { type LedgerOrder, OrderLedger } from './ledger.ts';
import type { ReplayNames } from './names.ts';

/** Commands in flight. */
const windowCommands = 1_024;
/** Acknowledged orders after which all of them are checked: far fewer than closed orders are remembered. */
const pieceOrders = 65_536;
/** Orders that are asked for at once. */
const queriesAtOnce = 256;
const remarksMax = 20;

/** What a run counts. Of its commands each is accepted, repeated, rejected, about an unknown id, or unknown. */
export interface ReplayCounts {
  /** Commands sent for actions of the file. */
  commands: number;
  accepted: number;
  /** Orders whose id the file had used before: the exchange answered with the first one and did nothing. */
  repeated: number;
  rejected: number;
  /** Rejections by their code. */
  readonly rejections: Record<string, number>;
  /** Cancellations and reductions of orders that the exchange never had, such as those from before the file began. */
  unknownIds: number;
  /** Commands whose outcome the client could not learn. */
  unknown: number;
  trades: number;
  /** Lots that traded, each trade once. */
  volumeLots: bigint;
  /** Executions of the file that were sent as the order that takes them, and those that hit the order they name. */
  readonly executions: { sent: number; hit: number };
  /** What the file tells besides commands. */
  readonly notes: Partial<Record<FlowNote, number>>;
  /** What is to be said of the file. */
  readonly remarks: string[];
  /** Orders that were asked for after they were acknowledged. */
  checked: number;
  /** Acknowledged orders that the exchange does not know, though they have not closed. */
  lost: number;
  /** Closed orders that the exchange had forgotten when they were asked for. */
  forgotten: number;
  /** Gaps in the events: what was counted from events is not all. */
  eventGaps: number;
}

export class Replay {
  readonly counts: ReplayCounts = {
    commands: 0,
    accepted: 0,
    repeated: 0,
    rejected: 0,
    rejections: {},
    unknownIds: 0,
    unknown: 0,
    trades: 0,
    volumeLots: 0n,
    executions: { sent: 0, hit: 0 },
    notes: {},
    remarks: [],
    checked: 0,
    lost: 0,
    forgotten: 0,
    eventGaps: 0,
  };
  readonly #client: Client;
  readonly #names: ReplayNames;
  readonly #ledger = new OrderLedger();
  /** Instruments by the number that the file gives them; undefined is one that the exchange refused. */
  readonly #instruments = new Map<number, Instrument | undefined>();
  readonly #instrumentIds = new Set<number>();
  #inFlight = 0;
  #roomFree: (() => void) | undefined;

  /** @param client with feed `all`: trades are counted from its events. */
  constructor(client: Client, names: ReplayNames) {
    this.#client = client;
    this.#names = names;
    client.on('event', (event) => this.#hear(event));
    client.on('eventsLost', () => {
      this.counts.eventGaps += 1;
    });
  }

  /** Orders and trades that were reported more than once. */
  get doubled(): number {
    return this.#ledger.doubled;
  }

  /** Orders that are open, or whose fate has not been checked. */
  get ordersRemembered(): number {
    return this.#ledger.size;
  }

  /** The instruments of the file, in the order in which they came. */
  get instruments(): readonly Instrument[] {
    return [...this.#instruments.values()].filter((instrument) => instrument !== undefined);
  }

  /** Creates what the flow needs besides its instruments. */
  async prepare(): Promise<void> {
    for (const [n, accountId] of this.#names.accountIds.entries()) {
      // Few accounts act for all traders of a venue.
      const openOrdersMax = openOrdersPerAccountMax;
      const outcome = await this.#client.createAccount({ accountId, name: `replay-${n}`, openOrdersMax });
      if (!outcome.ok) throw new Failure(`Account ${accountId} cannot be created: ${outcome.text}`);
    }
  }

  /** Sends one action; waits only while the window is full or a piece is checked. */
  async send(action: FlowAction): Promise<void> {
    switch (action.kind) {
      case 'note':
        this.counts.notes[action.note] = (this.counts.notes[action.note] ?? 0) + 1;
        return;
      case 'remark':
        if (this.counts.remarks.length < remarksMax) this.counts.remarks.push(action.text);
        return;
      case 'instrument':
        return this.#createInstrument(action.instrument);
    }
    if (this.#inFlight >= windowCommands) await this.#room();
    if (this.#ledger.uncheckedCount >= pieceOrders) await this.#check(this.#ledger.takeUnchecked());
    if (action.kind === 'place') return this.#place(action);
    if (action.kind === 'cancel') return this.#cancel(action.orderId);
    const order = this.#ledger.get(action.orderId);
    const less = this.#lots(action.instrumentId, action.quantity);
    if (order === undefined || less === undefined || less >= order.quantityLots) {
      return this.#cancel(action.orderId);
    }
    order.quantityLots -= less;
    const { accountId, clientOrderId, priceTicks, quantityLots } = order;
    this.#change(order, this.#client.replaceOrder({ accountId, clientOrderId, priceTicks, quantityLots }));
  }

  /** Waits until every command has its outcome. */
  async drain(): Promise<void> {
    while (this.#inFlight > 0) await this.#room();
  }

  /** Checks what was not checked on the way, and asks for every order that is open at the end. */
  async verify(): Promise<void> {
    await this.#check(this.#ledger.takeUnchecked());
    let piece: LedgerOrder[] = [];
    for (const order of [...this.#ledger.open()]) {
      piece.push(order);
      if (piece.length < queriesAtOnce) continue;
      await this.#check(piece);
      piece = [];
    }
    await this.#check(piece);
  }

  /** Asks the exchange for orders that it acknowledged. */
  async #check(orders: readonly LedgerOrder[]): Promise<void> {
    for (let from = 0; from < orders.length; from += queriesAtOnce) {
      await Promise.all(orders.slice(from, from + queriesAtOnce).map((order) => this.#checkOne(order)));
    }
  }

  async #checkOne(order: LedgerOrder): Promise<void> {
    const { accountId, clientOrderId, orderId } = order;
    let found: number | undefined;
    try {
      found = (await this.#client.order({ accountId, clientOrderId }))?.orderId;
    } catch (error) {
      throw new Failure(`What became of order "${clientOrderId}" cannot be learned: ${messageOf(error)}`);
    }
    this.counts.checked += 1;
    if (found === undefined && order.isClosed) this.counts.forgotten += 1;
    else if (found !== orderId) this.counts.lost += 1;
    this.#ledger.checked(order);
  }

  async #createInstrument(instrument: FlowInstrument): Promise<void> {
    if (this.#instruments.has(instrument.instrumentId)) return;
    const named = this.#names.instrument(instrument);
    const outcome = await this.#client.createInstrument(named);
    this.#instruments.set(instrument.instrumentId, outcome.ok ? named : undefined);
    if (outcome.ok) this.#instrumentIds.add(named.instrumentId);
    else this.#refuse(`instrument: ${outcome.code}`);
  }

  #place(action: FlowOrder): void {
    const { orderId: clientOrderId, instrumentId, side, price, quantity, takes } = action;
    const instrument = this.#instruments.get(instrumentId);
    if (instrument === undefined) return this.#refuse('unknownInstrument');
    const terms =
      price === undefined
        ? ({ type: 'market' } as const)
        : { price, ...(takes !== undefined && { timeInForce: 'immediateOrCancel' as const }) };
    const admitted = admitOrder({ symbol: instrument.symbol, side, quantity, ...terms }, instrument);
    if (!admitted.ok) return this.#refuse(`admission: ${admitted.field}`);
    const accountId = this.#names.accountOf(clientOrderId);
    const { priceTicks = 0, quantityLots } = admitted.value;
    const order = this.#ledger.add({
      clientOrderId,
      accountId,
      instrumentId: instrument.instrumentId,
      priceTicks,
      quantityLots,
      takes,
    });
    if (takes !== undefined) this.counts.executions.sent += 1;
    this.#submit(this.#client.placeOrder({ ...admitted.value, accountId, clientOrderId }), (outcome) => {
      if (!outcome.ok || outcome.repeated) this.#ledger.refused(order);
      else this.#ledger.acknowledged(order, outcome.orderId);
      if (takes !== undefined && order.hitLots === order.quantityLots) this.counts.executions.hit += 1;
      if (!outcome.ok) this.#reject(outcome.code);
      else if (outcome.repeated) this.counts.repeated += 1;
      else this.counts.accepted += 1;
    });
  }

  #cancel(clientOrderId: string): void {
    const order = this.#ledger.get(clientOrderId);
    const accountId = order?.accountId ?? this.#names.accountOf(clientOrderId);
    this.#change(order, this.#client.cancelOrder({ accountId, clientOrderId }));
  }

  /** A command about an order. */
  #change(order: LedgerOrder | undefined, command: Promise<Outcome>): void {
    this.#submit(command, (outcome) => {
      if (outcome.ok) this.counts.accepted += 1;
      else if (outcome.code !== 'unknownOrder') this.#reject(outcome.code);
      else {
        this.counts.unknownIds += 1;
        if (order !== undefined && order.orderId > 0 && !order.isClosed) this.counts.lost += 1;
      }
    });
  }

  #submit(command: Promise<Outcome>, done: (outcome: Outcome) => void): void {
    this.#inFlight += 1;
    this.counts.commands += 1;
    command
      .then(done, () => {
        this.counts.unknown += 1;
      })
      .finally(() => {
        this.#inFlight -= 1;
        this.#roomFree?.();
      });
  }

  /** What admission refuses counts as a command that was rejected. */
  #refuse(code: string): void {
    this.counts.commands += 1;
    this.#reject(code);
  }

  #reject(code: string): void {
    this.counts.rejected += 1;
    this.counts.rejections[code] = (this.counts.rejections[code] ?? 0) + 1;
  }

  #lots(instrumentId: number, quantity: string): number | undefined {
    const instrument = this.#instruments.get(instrumentId);
    const lots = instrument === undefined ? 'malformed' : parseDecimal(quantity, instrument.quantityDecimals);
    return typeof lots === 'number' ? lots : undefined;
  }

  #hear(event: ExchangeEvent): void {
    if (!('instrumentId' in event) || !this.#instrumentIds.has(event.instrumentId)) return;
    this.#ledger.hear(event);
    if (event.type !== 'trade') return;
    this.counts.trades += 1;
    this.counts.volumeLots += BigInt(event.quantityLots);
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#roomFree = resolve;
    });
  }
}
