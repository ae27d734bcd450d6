/**
 * The book of a venue as its file tells it, order by order: what the exchange's book will be when all actions are
 * carried out. A file of a venue shows only orders that rest, and names the order that each execution takes. So that
 * the execution hits this order and nothing trades that did not trade there, what cannot be in its way any more is
 * taken out: orders ahead of an executed one, and orders that a new one would trade with. A full file has none of
 * these; in one that was cut to a few levels they left outside of what it shows.
 */
import { priceTicksMax, quantityLotsMax } from '../../protocol/limits.ts';
import { assert } from '../../std/assert.ts';
import { type FlowAction, type FlowNote, scaled } from './flow.ts';

/** An order that rests. */
interface Resting {
  readonly orderId: string;
  readonly side: VenueSide;
  readonly price: number;
  lots: number;
  /** It is given for orders whose ids are not known. */
  readonly isSeed: boolean;
}

interface Level {
  lots: number;
  /** The part of `lots` that seeds have. */
  seedLots: number;
  /** In priority order. */
  readonly orders: Set<Resting>;
}

/** One side of an instrument's book. */
class VenueSide {
  readonly instrumentId: number;
  readonly isBuy: boolean;
  readonly levels = new Map<number, Level>();
  /** Prices from the worst to the best. */
  readonly #prices: number[] = [];

  constructor(instrumentId: number, isBuy: boolean) {
    this.instrumentId = instrumentId;
    this.isBuy = isBuy;
  }

  get best(): number | undefined {
    return this.#prices.at(-1);
  }

  /** The `n`th best price, from 0. */
  price(n: number): number | undefined {
    return this.#prices.at(-1 - n);
  }

  /** Whether `price` comes before `other`. */
  isBetter(price: number, other: number): boolean {
    return this.isBuy ? price > other : price < other;
  }

  add(order: Resting): void {
    let level = this.levels.get(order.price);
    if (level === undefined) {
      level = { lots: 0, seedLots: 0, orders: new Set() };
      this.levels.set(order.price, level);
      this.#prices.splice(this.#place(order.price), 0, order.price);
    }
    level.orders.add(order);
    level.lots += order.lots;
    if (order.isSeed) level.seedLots += order.lots;
  }

  /** Takes lots off an order; one with nothing left is gone. */
  take(order: Resting, lots: number): void {
    const level = this.levels.get(order.price)!;
    assert(
      lots <= order.lots,
      () => `an order loses what it has: ${lots} of ${order.lots} lots at ${order.price}`,
    );
    order.lots -= lots;
    level.lots -= lots;
    if (order.isSeed) level.seedLots -= lots;
    if (order.lots > 0) return;
    level.orders.delete(order);
    if (level.orders.size > 0) return;
    this.levels.delete(order.price);
    this.#prices.splice(this.#place(order.price), 1);
  }

  /** The place of a price among the prices, even of a price that is to come. */
  #place(price: number): number {
    let low = 0;
    let high = this.#prices.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.isBetter(price, this.#prices[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export type ShownLevel = readonly [price: number, lots: number];

/** The levels of one side that a row of a book file shows, from the best. */
export interface ShownLevels {
  readonly levels: readonly ShownLevel[];
  /** The side has no levels besides these. */
  readonly isWhole: boolean;
}

export class Venue {
  readonly #priceDecimals: number;
  readonly #orders = new Map<string, Resting>();
  readonly #sides = new Map<number, { readonly buys: VenueSide; readonly sells: VenueSide }>();
  #takers = 0;
  #seeds = 0;
  #actions: FlowAction[] = [];

  /** @param priceDecimals prices here are integers of 10^-priceDecimals, quantities are whole lots. */
  constructor(priceDecimals: number) {
    this.#priceDecimals = priceDecimals;
  }

  /** What has to be sent since the last call. */
  takeActions(): readonly FlowAction[] {
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }

  has(orderId: string): boolean {
    return this.#orders.has(orderId);
  }

  isBuy(orderId: string): boolean {
    return this.#orders.get(orderId)!.side.isBuy;
  }

  /** A new order rests. */
  submit(instrumentId: number, orderId: string, isBuy: boolean, price: number, lots: number): void {
    // What the exchange will refuse, and an id that is there already, changes nothing.
    if (canRest(price, lots) && !this.#orders.has(orderId)) {
      const side = this.#side(instrumentId, isBuy);
      const other = this.#side(instrumentId, !isBuy);
      while (this.#crosses(side, price)) this.#clear(other, other.best!);
      this.#add({ orderId, side, price, lots, isSeed: false });
    }
    this.#place(instrumentId, orderId, isBuy, price, lots);
  }

  /** A known order leaves. */
  cancel(orderId: string): void {
    this.#leave(this.#orders.get(orderId)!);
  }

  /** A known order loses lots and keeps its place. */
  reduce(orderId: string, lots: number): void {
    const order = this.#orders.get(orderId)!;
    if (lots > 0) this.#lessen(order, Math.min(lots, order.lots));
  }

  /** A known order is executed. */
  execute(orderId: string, lots: number): void {
    const order = this.#orders.get(orderId)!;
    if (lots > order.lots) this.note('unseenExecutions');
    if (lots === 0) return;
    this.#clearBetter(order.side, order.price);
    for (const ahead of order.side.levels.get(order.price)!.orders) {
      if (ahead === order) break;
      this.#leaveUnseen(ahead);
    }
    this.#take(order, Math.min(lots, order.lots));
  }

  /** An order whose id was never shown is executed: it is part of a seed, or nothing can be sent for it. */
  executeUnseen(instrumentId: number, isBuy: boolean, price: number, lots: number): void {
    const side = this.#side(instrumentId, isBuy);
    let left = lots;
    for (const order of side.levels.get(price)?.orders ?? []) {
      // A seed behind an order with a name cannot be hit.
      if (!order.isSeed || left === 0) break;
      this.#clearBetter(side, price);
      const taken = Math.min(left, order.lots);
      this.#take(order, taken);
      left -= taken;
    }
    if (left === 0) return;
    this.#lessenSeeds(side, price, left);
    this.note('unseenExecutions');
  }

  /** An order whose id was never shown loses lots: they come off the seeds of its level. */
  lessenUnseen(instrumentId: number, isBuy: boolean, price: number, lots: number): void {
    if (this.#lessenSeeds(this.#side(instrumentId, isBuy), price, lots) > 0) this.note('unseenCancels');
  }

  /** Lots rest at a price, of orders whose ids are not known. */
  seed(
    instrumentId: number,
    isBuy: boolean,
    [price, lots]: ShownLevel,
    note: 'stoodBefore' | 'cameIntoView',
  ): void {
    const side = this.#side(instrumentId, isBuy);
    // No exchange has a book whose sides cross.
    if (!canRest(price, lots) || this.#crosses(side, price)) return;
    this.#seeds += 1;
    const orderId = `s${this.#seeds}`;
    this.#add({ orderId, side, price, lots, isSeed: true });
    this.#place(instrumentId, orderId, isBuy, price, lots);
    this.note(note);
  }

  /** Takes out what a row of the book file shows to be gone. */
  removeUnshown(instrumentId: number, isBuy: boolean, shown: ShownLevels): void {
    const side = this.#side(instrumentId, isBuy);
    let n = 0;
    for (let at = 0; ; ) {
      const price = side.price(at);
      if (price === undefined) return;
      // Both run from the best to the worst.
      while (n < shown.levels.length && side.isBetter(shown.levels[n]![0], price)) n += 1;
      const level = shown.levels[n];
      if (level === undefined && !shown.isWhole) return;
      if (level?.[0] !== price) {
        this.#clear(side, price);
        continue;
      }
      // Which of the known orders left is not known before an action names one of them; the seeds go first.
      const excess = side.levels.get(price)!.lots - level[1];
      if (excess > 0 && this.#lessenSeeds(side, price, excess) < excess) this.note('leftUnseen');
      at += 1;
    }
  }

  /** Seeds what a row of the book file shows and this book does not hold. */
  addShown(instrumentId: number, isBuy: boolean, shown: ShownLevels): void {
    const side = this.#side(instrumentId, isBuy);
    for (const [price, lots] of shown.levels) {
      const missing = lots - (side.levels.get(price)?.lots ?? 0);
      if (missing > 0) this.seed(instrumentId, isBuy, [price, missing], 'cameIntoView');
    }
  }

  /** At the end of the file no order can be named any more: each shown level gets its shown quantity. */
  settle(instrumentId: number, isBuy: boolean, shown: ShownLevels): void {
    const side = this.#side(instrumentId, isBuy);
    for (const [price, lots] of shown.levels) {
      const level = side.levels.get(price);
      if (level === undefined) continue;
      for (const order of [...level.orders].reverse()) {
        if (level.lots <= lots) break;
        this.#lessen(order, Math.min(order.lots, level.lots - lots));
        this.note('leftUnseen');
      }
    }
  }

  note(note: FlowNote): void {
    this.#actions.push({ kind: 'note', note });
  }

  #side(instrumentId: number, isBuy: boolean): VenueSide {
    let sides = this.#sides.get(instrumentId);
    if (sides === undefined) {
      sides = { buys: new VenueSide(instrumentId, true), sells: new VenueSide(instrumentId, false) };
      this.#sides.set(instrumentId, sides);
    }
    return isBuy ? sides.buys : sides.sells;
  }

  /** Whether an order at this price would trade with the other side. */
  #crosses(side: VenueSide, price: number): boolean {
    const { best } = this.#side(side.instrumentId, !side.isBuy);
    return best !== undefined && (price === best || side.isBetter(price, best));
  }

  #add(order: Resting): void {
    this.#orders.set(order.orderId, order);
    order.side.add(order);
  }

  #place(instrumentId: number, orderId: string, isBuy: boolean, price: number, lots: number): void {
    const side = isBuy ? 'buy' : 'sell';
    const amounts = { price: scaled(String(price), this.#priceDecimals), quantity: String(lots) };
    this.#actions.push({ kind: 'place', instrumentId, orderId, side, ...amounts, takes: undefined });
  }

  /** Sends the order that takes a resting order, which must be the first of its side. */
  #take(order: Resting, lots: number): void {
    const { side, price, orderId } = order;
    this.#takers += 1;
    this.#actions.push({
      kind: 'place',
      instrumentId: side.instrumentId,
      orderId: `x${this.#takers}`,
      side: side.isBuy ? 'sell' : 'buy',
      price: scaled(String(price), this.#priceDecimals),
      quantity: String(lots),
      takes: orderId,
    });
    this.#subtract(order, lots);
  }

  #lessen(order: Resting, lots: number): void {
    const { orderId, side } = order;
    if (lots === order.lots) return this.#leave(order);
    this.#subtract(order, lots);
    this.#actions.push({
      kind: 'reduce',
      instrumentId: side.instrumentId,
      orderId,
      quantity: String(lots),
    });
  }

  #leave(order: Resting): void {
    this.#subtract(order, order.lots);
    this.#actions.push({ kind: 'cancel', orderId: order.orderId });
  }

  #leaveUnseen(order: Resting): void {
    this.note('leftUnseen');
    this.#leave(order);
  }

  #subtract(order: Resting, lots: number): void {
    order.side.take(order, lots);
    if (order.lots === 0) this.#orders.delete(order.orderId);
  }

  #clear(side: VenueSide, price: number): void {
    for (const order of side.levels.get(price)!.orders) this.#leaveUnseen(order);
  }

  #clearBetter(side: VenueSide, price: number): void {
    while (side.best !== undefined && side.isBetter(side.best, price)) this.#clear(side, side.best);
  }

  /** Takes lots off the seeds of a level, the last first; gives how many are left to take. */
  #lessenSeeds(side: VenueSide, price: number, lots: number): number {
    const level = side.levels.get(price);
    if (level === undefined || level.seedLots === 0) return lots;
    let left = lots;
    const seeds = [...level.orders].filter(({ isSeed }) => isSeed).reverse();
    for (const seed of seeds) {
      if (left === 0) break;
      const taken = Math.min(left, seed.lots);
      this.#lessen(seed, taken);
      left -= taken;
    }
    return left;
  }
}

/** Whether the exchange can hold such an order. */
function canRest(price: number, lots: number): boolean {
  return price >= 1 && price <= priceTicksMax && lots >= 1 && lots <= quantityLotsMax;
}
