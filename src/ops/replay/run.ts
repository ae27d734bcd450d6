/**
 * Sends an order flow to the exchange on the gateway's own path: admission turns its text into ticks and lots, the SDK's
 * session carries it. Commands stay in the order of the file, many in flight; what comes back is counted and checked.
 */
import type { Client, ExchangeEvent, Outcome } from '../../client/index.ts';
import { parseDecimal } from '../../gateway/admission/decimals.ts';
import { admitOrder, type Units } from '../../gateway/admission/orders.ts';
import { Failure } from '../failure.ts';
import type { FlowAction, FlowInstrument } from './flow.ts';

/** Accounts that the orders of a file are spread over, by their ids: the same file gives the same accounts. */
const accountsCount = 64;
const accountIdBase = 2_000;
/** Commands in flight. */
const windowCommands = 1_024;
/** Orders that are asked for at once when all is checked at the end. */
const queriesAtOnce = 256;

/** What a run counts. */
export interface ReplayCounts {
  /** Commands sent for actions of the file. */
  commands: number;
  accepted: number;
  rejected: number;
  /** Rejections by their code. */
  readonly rejections: Record<string, number>;
  trades: number;
  /** Lots that traded, each trade once. */
  volumeLots: number;
  /** Acknowledged orders that the exchange does not know afterwards. */
  lost: number;
  /** Orders and trades that were reported more than once. */
  doubled: number;
  /** Commands whose outcome the client could not learn. */
  unknown: number;
}

interface Sent {
  readonly accountId: number;
  quantityLots: number;
  readonly priceTicks: number;
  orderId: number;
}

export class Replay {
  readonly counts: ReplayCounts = {
    commands: 0,
    accepted: 0,
    rejected: 0,
    rejections: {},
    trades: 0,
    volumeLots: 0,
    lost: 0,
    doubled: 0,
    unknown: 0,
  };
  /** The instruments of the file, in the order in which they came. */
  readonly instruments: FlowInstrument[] = [];
  readonly #client: Client;
  readonly #units = new Map<number, Units>();
  readonly #sent = new Map<string, Sent>();
  readonly #orderIds = new Set<string>();
  readonly #tradeIds = new Set<number>();
  #inFlight = 0;
  #roomFree: (() => void) | undefined;

  /** @param client with feed `all`: trades are counted from its events. */
  constructor(client: Client) {
    this.#client = client;
    client.on('event', (event) => this.#count(event));
  }

  /** Creates what the flow needs besides its instruments; the same again changes nothing. */
  async prepare(): Promise<void> {
    for (let n = 0; n < accountsCount; n++) {
      const outcome = await this.#client.createAccount({ accountId: accountIdBase + n, name: `replay-${n}` });
      if (!outcome.ok) throw new Failure(`Account ${accountIdBase + n} cannot be created: ${outcome.text}`);
    }
  }

  /** Sends one action; waits only while the window is full. */
  async send(action: FlowAction): Promise<void> {
    if (action.kind === 'instrument') return this.#createInstrument(action.instrument);
    if (this.#inFlight >= windowCommands) await this.#room();
    if (action.kind === 'place') return this.#place(action);
    const sent = this.#sent.get(action.orderId);
    const accountId = sent?.accountId ?? accountOf(action.orderId);
    const clientOrderId = action.orderId;
    if (action.kind === 'cancel') return this.#submit(this.#client.cancelOrder({ accountId, clientOrderId }));
    const less = this.#lots(action.instrumentId, action.quantity);
    if (sent === undefined || less === undefined || less >= sent.quantityLots) {
      return this.#submit(this.#client.cancelOrder({ accountId, clientOrderId }));
    }
    sent.quantityLots -= less;
    const { priceTicks, quantityLots } = sent;
    this.#submit(this.#client.replaceOrder({ accountId, clientOrderId, priceTicks, quantityLots }));
  }

  /** Waits until every command has its outcome. */
  async drain(): Promise<void> {
    while (this.#inFlight > 0) await this.#room();
  }

  /** Asks the exchange for every order that it acknowledged. */
  async verify(): Promise<void> {
    const acknowledged = [...this.#sent].filter(([, { orderId }]) => orderId > 0);
    for (let from = 0; from < acknowledged.length; from += queriesAtOnce) {
      const rows = acknowledged.slice(from, from + queriesAtOnce).map(async ([clientOrderId, sent]) => {
        const row = await this.#client.order({ accountId: sent.accountId, clientOrderId });
        if (row?.orderId !== sent.orderId) this.counts.lost += 1;
      });
      await Promise.all(rows);
    }
  }

  async #createInstrument(instrument: FlowInstrument): Promise<void> {
    const outcome = await this.#client.createInstrument(instrument);
    if (!outcome.ok) {
      throw new Failure(
        `Instrument ${instrument.instrumentId} (${instrument.symbol}) cannot be created: ${outcome.text} ` +
          'Replay into an exchange that does not have it, such as "lockstep up --fresh".',
      );
    }
    this.instruments.push(instrument);
    this.#units.set(instrument.instrumentId, instrument);
  }

  #place(action: FlowAction & { kind: 'place' }): void {
    const { orderId: clientOrderId, instrumentId, side, price, quantity, takesOnly } = action;
    const units = this.#units.get(instrumentId);
    if (units === undefined) return this.#refused('unknownInstrument');
    const timeInForce = takesOnly ? 'immediateOrCancel' : 'goodTillCancel';
    const admitted = admitOrder({ symbol: units.symbol, side, price, quantity, timeInForce }, units);
    if (!admitted.ok) return this.#refused(`admission: ${admitted.field}`);
    const accountId = accountOf(clientOrderId);
    const { priceTicks = 0, quantityLots } = admitted.value;
    const sent = { accountId, quantityLots, priceTicks, orderId: 0 };
    this.#sent.set(clientOrderId, sent);
    const placed = this.#client.placeOrder({ ...admitted.value, accountId, clientOrderId });
    this.#submit(placed, (outcome) => {
      if (outcome.ok) sent.orderId = outcome.orderId;
    });
  }

  #submit(command: Promise<Outcome>, then?: (outcome: Outcome) => void): void {
    this.#inFlight += 1;
    this.counts.commands += 1;
    command
      .then(
        (outcome) => {
          if (outcome.ok) this.counts.accepted += 1;
          else this.#reject(outcome.code);
          then?.(outcome);
        },
        () => {
          this.counts.unknown += 1;
        },
      )
      .finally(() => {
        this.#inFlight -= 1;
        this.#roomFree?.();
      });
  }

  #refused(code: string): void {
    this.counts.commands += 1;
    this.#reject(code);
  }

  #reject(code: string): void {
    this.counts.rejected += 1;
    this.counts.rejections[code] = (this.counts.rejections[code] ?? 0) + 1;
  }

  #lots(instrumentId: number, quantity: string): number | undefined {
    const units = this.#units.get(instrumentId);
    const lots = units === undefined ? 'malformed' : parseDecimal(quantity, units.quantityDecimals);
    return typeof lots === 'number' ? lots : undefined;
  }

  /** Counts what the exchange says happened, and notices anything that it says twice. */
  #count(event: ExchangeEvent): void {
    if (event.type === 'trade' && this.#units.has(event.instrumentId)) {
      if (this.#tradeIds.has(event.tradeId)) this.counts.doubled += 1;
      this.#tradeIds.add(event.tradeId);
      this.counts.trades += 1;
      this.counts.volumeLots += event.quantityLots;
    } else if (event.type === 'orderAccepted' && this.#units.has(event.instrumentId)) {
      const order = `${event.accountId}/${event.clientOrderId}`;
      if (this.#orderIds.has(order)) this.counts.doubled += 1;
      this.#orderIds.add(order);
    }
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#roomFree = resolve;
    });
  }
}

/** The account of an order: the same for the same id (FNV-1a, 32 bits). */
function accountOf(orderId: string): number {
  let hash = 0x811c_9dc5;
  for (let n = 0; n < orderId.length; n++) hash = Math.imul(hash ^ orderId.charCodeAt(n), 0x0100_0193);
  return accountIdBase + ((hash >>> 0) % accountsCount);
}
