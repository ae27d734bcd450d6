/**
 * The orders of a replay that can still change, or whose fate has not been checked: what is sent, what the exchange
 * says of it, and what is said twice. An order leaves the ledger when it has closed and was checked, so that the ledger
 * is as large as the book and one piece of the file, not as the file.
 */
import type { ExchangeEvent } from '../../client/index.ts';

export interface LedgerOrder {
  readonly clientOrderId: string;
  readonly accountId: number;
  readonly instrumentId: number;
  readonly priceTicks: number;
  /** As it was placed or last reduced. */
  quantityLots: number;
  /** Number that the exchange gave; 0 until its outcome has come. */
  orderId: number;
  /** An event said that the exchange took it. */
  isAccepted: boolean;
  isClosed: boolean;
  isChecked: boolean;
  /** The resting order that it is to take; undefined in all others. */
  readonly takes: string | undefined;
  /** Lots that it took of that order. */
  hitLots: number;
}

export class OrderLedger {
  /** Orders and trades that were reported more than once. */
  doubled = 0;
  readonly #orders = new Map<string, LedgerOrder>();
  /** Acknowledged orders that were not checked since. */
  #unchecked: LedgerOrder[] = [];
  /** The order that the last command placed, while its events come. */
  #placed: LedgerOrder | undefined;
  #placedSeq = 0;
  #lastTradeId = 0;

  get uncheckedCount(): number {
    return this.#unchecked.length;
  }

  /** Orders that it holds. */
  get size(): number {
    return this.#orders.size;
  }

  get(clientOrderId: string): LedgerOrder | undefined {
    return this.#orders.get(clientOrderId);
  }

  /** An order is sent. One whose id is in the ledger is a repeat: the exchange will answer with the first. */
  add(
    order: Pick<
      LedgerOrder,
      'clientOrderId' | 'accountId' | 'instrumentId' | 'priceTicks' | 'quantityLots' | 'takes'
    >,
  ): LedgerOrder {
    const added = { ...order, orderId: 0, isAccepted: false, isClosed: false, isChecked: false, hitLots: 0 };
    if (!this.#orders.has(order.clientOrderId)) this.#orders.set(order.clientOrderId, added);
    return added;
  }

  /** The exchange acknowledged an order. */
  acknowledged(order: LedgerOrder, orderId: number): void {
    order.orderId = orderId;
    this.#unchecked.push(order);
  }

  /** The exchange refused an order, or answered it as a repeat. */
  refused(order: LedgerOrder): void {
    if (this.#orders.get(order.clientOrderId) === order) this.#orders.delete(order.clientOrderId);
  }

  closed(order: LedgerOrder): void {
    order.isClosed = true;
    this.#forget(order);
  }

  /** Acknowledged orders to check; they count as checked once {@link checked} has heard of them. */
  takeUnchecked(): readonly LedgerOrder[] {
    const taken = this.#unchecked;
    this.#unchecked = [];
    return taken;
  }

  checked(order: LedgerOrder): void {
    order.isChecked = true;
    this.#forget(order);
  }

  /** All acknowledged orders that are open, as far as the events say. */
  *open(): Generator<LedgerOrder> {
    for (const order of this.#orders.values()) if (order.orderId > 0 && !order.isClosed) yield order;
  }

  /** An event about an order or a trade of the replay's instruments. */
  hear(event: ExchangeEvent): void {
    switch (event.type) {
      case 'trade':
        // Trades are numbered in the order in which they happen.
        if (event.tradeId <= this.#lastTradeId) this.doubled += 1;
        this.#lastTradeId = Math.max(this.#lastTradeId, event.tradeId);
        return;
      case 'orderAccepted': {
        const order = this.#ours(event);
        if (order === undefined || order.isAccepted) this.doubled += 1;
        else order.isAccepted = true;
        this.#placed = order;
        this.#placedSeq = event.seq;
        return;
      }
      case 'orderExecuted': {
        const taker = this.#placedSeq === event.seq ? this.#placed : undefined;
        if (event.liquidity === 'maker' && taker?.takes === event.clientOrderId)
          taker.hitLots += event.quantityLots;
        if (event.remainingLots === 0) this.#close(event);
        return;
      }
      case 'orderCancelled':
        this.#close(event);
        return;
    }
  }

  #close(event: ExchangeEvent & { readonly clientOrderId: string }): void {
    const order = this.#ours(event);
    if (order !== undefined) this.closed(order);
  }

  #ours(event: { readonly accountId: number; readonly clientOrderId: string }): LedgerOrder | undefined {
    const order = this.#orders.get(event.clientOrderId);
    return order?.accountId === event.accountId ? order : undefined;
  }

  #forget(order: LedgerOrder): void {
    if (order.isClosed && order.isChecked) this.refused(order);
  }
}
