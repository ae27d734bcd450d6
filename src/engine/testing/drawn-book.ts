/**
 * The book as the events of one instrument tell it, drawn as a trader would: each level with its orders in their queue.
 */
import assert from 'node:assert/strict';
import { Side } from '../../protocol/commands.ts';
import type { DecodedEvent } from './desk.ts';

interface DrawnOrder {
  readonly name: string;
  readonly side: number;
  priceTicks: number;
  lots: number;
}

export class DrawnBook {
  /** By id, in the order of their queues. */
  readonly #orders = new Map<number, DrawnOrder>();

  /** Takes the events of one command; a level that they tell is the one that is drawn. */
  hear(events: readonly DecodedEvent[]): void {
    for (const event of events) this.#take(event);
    for (const event of events) {
      if (event.name !== 'bookLevel') continue;
      const orders = this.#level(Number(event['side']), Number(event['priceTicks']));
      const lots = orders.reduce((sum, order) => sum + order.lots, 0);
      assert.deepEqual(
        { lots, count: orders.length },
        { lots: event['quantityLots'], count: event['orderCount'] },
        'the level that is published is that of its orders',
      );
    }
  }

  lines(): string[] {
    const levels = (side: number): number[] => [
      ...new Set(this.#of(side).map(({ priceTicks }) => priceTicks)),
    ];
    const line = (side: number, word: string, price: number): string =>
      `  ${word} ${String(price).padStart(4)}  ${this.#level(side, price)
        .map(({ name, lots }) => `${name} ${lots}`)
        .join(', ')}`;
    const sells = levels(Side.sell).sort((a, b) => b - a);
    const buys = levels(Side.buy).sort((a, b) => b - a);
    const drawn = [
      ...sells.map((price) => line(Side.sell, 'sell', price)),
      ...buys.map((price) => line(Side.buy, 'buy ', price)),
    ];
    return drawn.length === 0 ? ['  the book is empty'] : drawn;
  }

  nameOf(orderId: number): string {
    return this.#orders.get(orderId)?.name ?? `order ${orderId}`;
  }

  #of(side: number): DrawnOrder[] {
    return [...this.#orders.values()].filter((order) => order.side === side && order.lots > 0);
  }

  #level(side: number, priceTicks: number): DrawnOrder[] {
    return this.#of(side).filter((order) => order.priceTicks === priceTicks);
  }

  #take(event: DecodedEvent): void {
    const orderId = Number(event['orderId']);
    const order = this.#orders.get(orderId);
    if (event.name === 'orderAccepted') {
      const [side, priceTicks, lots] = [event['side'], event['priceTicks'], event['quantityLots']].map(
        Number,
      );
      const name = String(event['clientOrderId']);
      this.#orders.set(orderId, { name, side: side!, priceTicks: priceTicks!, lots: lots! });
    } else if (order === undefined) return;
    else if (event.name === 'orderExecuted') order.lots = Number(event['remainingLots']);
    else if (event.name === 'orderCancelled') order.lots = 0;
    else if (event.name === 'orderReplaced') {
      order.lots = Number(event['remainingLots']);
      order.priceTicks = Number(event['priceTicks']);
      if (event['keptPriority'] === 1) return;
      this.#orders.delete(orderId);
      this.#orders.set(orderId, order);
    }
  }
}
