/** Orders and levels of the small exchange. */
import type { PlaceOrder } from '../../client/index.ts';
import type { LevelRow, OrderRow, SideName } from '../ports.ts';

export function isSameOrder(placed: OrderRow, order: PlaceOrder): boolean {
  return (
    placed.instrumentId === order.instrumentId &&
    placed.side === order.side &&
    placed.priceTicks === (order.priceTicks ?? 0) &&
    placed.quantityLots === order.quantityLots
  );
}

/** The book from all open orders. */
export function levelsOf(orders: Iterable<OrderRow>, instrumentId: number): LevelRow[] {
  const levels = new Map<string, LevelRow>();
  for (const { side, priceTicks, remainingLots, ...order } of orders) {
    if (order.instrumentId !== instrumentId || order.status !== 'open') continue;
    const key = `${side} ${priceTicks}`;
    const { quantityLots = 0, orderCount = 0 } = levels.get(key) ?? {};
    levels.set(key, {
      side,
      priceTicks,
      quantityLots: quantityLots + remainingLots,
      orderCount: orderCount + 1,
    });
  }
  const sign = (side: SideName): number => (side === 'buy' ? -1 : 1);
  return [...levels.values()].sort(
    (a, b) => a.side.localeCompare(b.side) || sign(a.side) * (a.priceTicks - b.priceTicks),
  );
}
