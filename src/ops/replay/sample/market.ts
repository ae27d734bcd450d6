/**
 * A made-up market: traders place, reduce and cancel orders around a price that wanders, and others take what is best.
 * The same seed gives the same market, so that a sample needs no file.
 */
import { Random } from '../../../std/random.ts';

export interface SampleOrder {
  readonly id: number;
  readonly isBuy: boolean;
  readonly priceTicks: number;
  /** What is open after the event. */
  lots: number;
}

/** What happened. `lots` are those of the event; an execution takes the first order of the best price. */
export interface MarketEvent {
  readonly kind: 'submit' | 'reduce' | 'cancel' | 'execute' | 'hidden' | 'cross' | 'halt' | 'resume';
  /** Nanoseconds since midnight. */
  readonly timeNs: number;
  readonly order: SampleOrder;
  readonly lots: number;
}

const openingNs = 34_200_000_000_000;
const firstPriceTicks = 23_650;
const priceTicksMin = 15_000;
const priceTicksMax = 35_000;
/** Furthest from the wandering price that an order is placed. */
const distanceTicksMax = 120;
/** Open orders that the market tends to. */
const openOrdersUsual = 2_000;
const roundLots = 100;
/** A halt lasts for so many draws, in which orders come and go and nothing trades. */
const haltDraws = 20;

/** The events that occur by themselves, in 100,000 draws each. */
const rare = { hidden: 400, cross: 3, halt: 2 } as const;

class MarketSide {
  /** Orders by price, in the order in which they came. */
  readonly #levels = new Map<number, SampleOrder[]>();
  readonly #step: 1 | -1;
  best: number | undefined;
  /** Nothing was ever placed beyond it. */
  #worst: number | undefined;

  constructor(isBuy: boolean) {
    this.#step = isBuy ? -1 : 1;
  }

  level(price: number): readonly SampleOrder[] {
    return this.#levels.get(price) ?? [];
  }

  add(order: SampleOrder): void {
    const level = this.#levels.get(order.priceTicks);
    if (level === undefined) this.#levels.set(order.priceTicks, [order]);
    else level.push(order);
    const { priceTicks } = order;
    if (this.best === undefined || (priceTicks - this.best) * this.#step < 0) this.best = priceTicks;
    if (this.#worst === undefined || (priceTicks - this.#worst) * this.#step > 0) this.#worst = priceTicks;
  }

  remove(order: SampleOrder): void {
    const level = this.#levels.get(order.priceTicks)!;
    level.splice(level.indexOf(order), 1);
    if (level.length > 0) return;
    this.#levels.delete(order.priceTicks);
    if (this.best === order.priceTicks) this.best = this.#next(order.priceTicks);
  }

  /** Prices that have orders, from the best. */
  *prices(): Generator<number> {
    for (let price = this.best; price !== undefined; price = this.#next(price)) yield price;
  }

  #next(from: number): number | undefined {
    for (let price = from; price !== this.#worst; ) {
      price += this.#step;
      if (this.#levels.has(price)) return price;
    }
    return undefined;
  }
}

export class Market {
  readonly buys = new MarketSide(true);
  readonly sells = new MarketSide(false);
  /** Orders that were placed. */
  placed = 0;
  readonly #random: Random;
  readonly #open: SampleOrder[] = [];
  readonly #places = new Map<SampleOrder, number>();
  #timeNs = openingNs;
  #priceTicks = firstPriceTicks;
  #lastId = 0;
  #haltedFor = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  side(isBuy: boolean): MarketSide {
    return isBuy ? this.buys : this.sells;
  }

  /** A number that no order of the market has, for an order that the market does not show. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** The next thing that happens. */
  step(): MarketEvent {
    const random = this.#random;
    this.#timeNs += 1 + random.below(2_000_000);
    if (random.chance(0.02)) {
      const priceTicks = this.#priceTicks + random.between(-2, 2);
      this.#priceTicks = Math.min(priceTicksMax, Math.max(priceTicksMin, priceTicks));
    }
    if (this.#haltedFor > 0) {
      this.#haltedFor -= 1;
      if (this.#haltedFor === 0) return this.#aside('resume', 0);
    }
    const draw = random.below(100_000);
    if (draw < rare.hidden) return this.#aside('hidden', random.between(1, 300));
    if (draw < rare.hidden + rare.cross) return this.#aside('cross', roundLots * random.between(1, 90));
    if (draw < rare.hidden + rare.cross + rare.halt && this.#haltedFor === 0) {
      this.#haltedFor = haltDraws;
      return this.#aside('halt', 0);
    }
    const isFull = random.below(2 * openOrdersUsual) < this.#open.length;
    if (this.#open.length < 20 || (draw < 55_000 && !isFull)) return this.#submit();
    if (draw >= 55_000 && draw < 65_000 && this.#haltedFor === 0) {
      const taken = this.side(random.chance(0.5));
      if (taken.best !== undefined) return this.#execute(taken.level(taken.best)[0]!);
    }
    const order = random.pick(this.#open);
    if (draw > 95_000 && order.lots > 1)
      return this.#lessen('reduce', order, random.between(1, order.lots - 1));
    return this.#lessen('cancel', order, order.lots);
  }

  /** Puts another order in the place of one, with the same price and lots, at the end of the queue; gives its id. */
  replace(order: SampleOrder): number {
    const newOrder = { ...order, id: this.nextId() };
    const place = this.#places.get(order)!;
    const side = this.side(order.isBuy);
    side.add(newOrder);
    side.remove(order);
    this.#open[place] = newOrder;
    this.#places.delete(order);
    this.#places.set(newOrder, place);
    return newOrder.id;
  }

  #submit(): MarketEvent {
    const random = this.#random;
    const isBuy = random.chance(0.5);
    // Near the price more often than far from it.
    const distance = 1 + random.below(1 + random.below(distanceTicksMax));
    const wanted = this.#priceTicks + (isBuy ? -distance : distance);
    const other = this.side(!isBuy).best;
    // What is placed rests.
    const priceTicks =
      other === undefined ? wanted : isBuy ? Math.min(wanted, other - 1) : Math.max(wanted, other + 1);
    const lots = random.chance(0.6) ? roundLots : random.between(1, 5 * roundLots);
    const order = { id: this.nextId(), isBuy, priceTicks, lots };
    this.placed += 1;
    this.#places.set(order, this.#open.length);
    this.#open.push(order);
    this.side(isBuy).add(order);
    return { kind: 'submit', timeNs: this.#timeNs, order, lots };
  }

  #execute(order: SampleOrder): MarketEvent {
    const isWhole = this.#random.chance(0.5);
    return this.#lessen('execute', order, isWhole ? order.lots : this.#random.between(1, order.lots));
  }

  #lessen(kind: 'reduce' | 'cancel' | 'execute', order: SampleOrder, lots: number): MarketEvent {
    order.lots -= lots;
    if (order.lots === 0) {
      this.side(order.isBuy).remove(order);
      const place = this.#places.get(order)!;
      const last = this.#open.pop()!;
      if (last !== order) {
        this.#open[place] = last;
        this.#places.set(last, place);
      }
      this.#places.delete(order);
    }
    return { kind, timeNs: this.#timeNs, order, lots };
  }

  /** Something that changes no order. */
  #aside(kind: 'hidden' | 'cross' | 'halt' | 'resume', lots: number): MarketEvent {
    const isBuy = this.#random.chance(0.5);
    const order = { id: 0, isBuy, priceTicks: this.#priceTicks, lots: 0 };
    return { kind, timeNs: this.#timeNs, order, lots };
  }
}
