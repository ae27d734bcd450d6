/** Carries out the actions of a flow as an exchange would, obviously and slowly. */
import assert from 'node:assert/strict';
import type { FlowAction, FlowOrder } from '../flow.ts';

export interface SmallTrade {
  readonly maker: string;
  readonly taker: string;
  readonly price: string;
  readonly lots: number;
  /** The order that the taker was to take. */
  readonly named: string | undefined;
}

interface Resting {
  readonly id: string;
  readonly price: string;
  readonly side: 'buy' | 'sell';
  lots: number;
}

export class FlowExchange {
  readonly trades: SmallTrade[] = [];
  readonly notes: Record<string, number> = {};
  readonly remarks: string[] = [];
  /** In priority order. */
  readonly #sides: { readonly buy: Resting[]; readonly sell: Resting[] } = { buy: [], sell: [] };
  readonly #orders = new Map<string, Resting>();
  readonly #lotsInUnit: number;

  /** @param quantityDecimals lots are counted in 10^-quantityDecimals of a unit. */
  constructor(quantityDecimals = 0) {
    this.#lotsInUnit = 10 ** quantityDecimals;
  }

  carryOut(action: FlowAction): void {
    switch (action.kind) {
      case 'note':
        this.notes[action.note] = (this.notes[action.note] ?? 0) + 1;
        return;
      case 'remark':
        this.remarks.push(action.text);
        return;
      case 'place':
        return this.#place(action);
      case 'cancel':
        return this.#remove(this.#find(action.orderId));
      case 'reduce': {
        const order = this.#find(action.orderId);
        const lots = Math.round(Number(action.quantity) * this.#lotsInUnit);
        assert.ok(lots > 0 && lots < order.lots, 'a reduction leaves something');
        order.lots -= lots;
        return;
      }
    }
  }

  /** Price and lots of each level, from the best. */
  levels(isBuy: boolean): [price: string, lots: number][] {
    const levels = new Map<string, number>();
    for (const { price, lots } of this.#sides[isBuy ? 'buy' : 'sell'])
      levels.set(price, (levels.get(price) ?? 0) + lots);
    return [...levels];
  }

  #place({ orderId, side, price, quantity, takes }: FlowOrder): void {
    const isBuy = side === 'buy';
    const makers = this.#sides[isBuy ? 'sell' : 'buy'];
    let lots = Math.round(Number(quantity) * this.#lotsInUnit);
    while (lots > 0 && makers.length > 0) {
      const maker = makers[0]!;
      const distance = price === undefined ? 0 : Number(maker.price) - Number(price);
      if (isBuy ? distance > 0 : distance < 0) break;
      const traded = Math.min(lots, maker.lots);
      this.trades.push({ maker: maker.id, taker: orderId, price: maker.price, lots: traded, named: takes });
      lots -= traded;
      maker.lots -= traded;
      if (maker.lots === 0) this.#remove(maker);
    }
    if (lots === 0 || price === undefined || takes !== undefined) return;
    assert.ok(!this.#orders.has(orderId), `${orderId} is placed once`);
    const order = { id: orderId, price, side, lots };
    const own = this.#sides[side];
    const place = own.findIndex((other) => (Number(other.price) - Number(price)) * (isBuy ? 1 : -1) < 0);
    own.splice(place < 0 ? own.length : place, 0, order);
    this.#orders.set(orderId, order);
  }

  #find(orderId: string): Resting {
    const order = this.#orders.get(orderId);
    assert.ok(order, `${orderId} rests`);
    return order;
  }

  #remove(order: Resting): void {
    const side = this.#sides[order.side];
    side.splice(side.indexOf(order), 1);
    this.#orders.delete(order.id);
  }
}
