/**
 * The behaviour of the traders of the demonstration market: market makers that quote around a wandering fair price, and
 * traders that take. Pure and seeded: the same draws give the same orders.
 */
import type { Random } from '../../std/random.ts';

/** An instrument of the demonstration. */
export interface DemoInstrument {
  readonly instrumentId: number;
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  /** Where the fair price starts, in ticks. */
  readonly startTicks: number;
  /** Half of the spread that makers quote, and the step of the fair price, in ticks. */
  readonly spreadTicks: number;
  /** A usual quantity, in lots. */
  readonly usualLots: number;
}

export const demoInstruments: readonly DemoInstrument[] = [
  {
    instrumentId: 1,
    symbol: 'BTC-USD',
    priceDecimals: 2,
    quantityDecimals: 8,
    startTicks: 6_500_000,
    spreadTicks: 150,
    usualLots: 20_000_000,
  },
  {
    instrumentId: 2,
    symbol: 'ETH-USD',
    priceDecimals: 2,
    quantityDecimals: 8,
    startTicks: 340_000,
    spreadTicks: 20,
    usualLots: 150_000_000,
  },
  {
    instrumentId: 3,
    symbol: 'ACME',
    priceDecimals: 2,
    quantityDecimals: 0,
    startTicks: 12_345,
    spreadTicks: 3,
    usualLots: 100,
  },
];

/** The account of the demonstration API key. */
export const demoAccountId = 1;
/** Accounts of the simulated traders. */
export const memberAccountIds: readonly number[] = Array.from({ length: 12 }, (_, n) => 101 + n);
/** Quotes that one trader keeps in one instrument at most: the oldest is withdrawn first. */
const quotesMax = 12;

export interface DemoOrder {
  readonly accountId: number;
  readonly instrumentId: number;
  readonly side: 'buy' | 'sell';
  readonly priceTicks: number;
  readonly quantityLots: number;
  readonly timeInForce: 'goodTillCancel' | 'immediateOrCancel';
  readonly selfMatch: 'cancelOldest';
}

export type DemoAction =
  | { readonly kind: 'place'; readonly order: DemoOrder }
  | { readonly kind: 'cancel'; readonly accountId: number; readonly orderId: number };

/** One instrument's market. The caller tells which orders came to rest. */
export class DemoMarket {
  readonly #instrument: DemoInstrument;
  readonly #random: Random;
  readonly #quotes = new Map<number, number[]>();
  #fairTicks: number;

  constructor(instrument: DemoInstrument, random: Random) {
    this.#instrument = instrument;
    this.#random = random;
    this.#fairTicks = instrument.startTicks;
  }

  /** What a trader does next. */
  next(): DemoAction {
    const random = this.#random;
    this.#wander();
    const accountId = random.pick(memberAccountIds);
    const quotes = this.#quotes.get(accountId) ?? [];
    const oldest = quotes[0];
    if (oldest !== undefined && (quotes.length >= quotesMax || random.chance(0.25))) {
      quotes.shift();
      return { kind: 'cancel', accountId, orderId: oldest };
    }
    return { kind: 'place', order: random.chance(0.15) ? this.#take(accountId) : this.#quote(accountId) };
  }

  /** An order of this market rests in the book. */
  rests(accountId: number, orderId: number): void {
    const quotes = this.#quotes.get(accountId);
    if (quotes === undefined) this.#quotes.set(accountId, [orderId]);
    else quotes.push(orderId);
  }

  /** A random walk that is pulled back to its start, so that the price neither vanishes nor explodes. */
  #wander(): void {
    const { startTicks, spreadTicks } = this.#instrument;
    const pull = (startTicks - this.#fairTicks) / (startTicks * 4);
    const step = (this.#random.below(2_001) / 1_000 - 1 + pull) * spreadTicks;
    this.#fairTicks = Math.max(spreadTicks * 10, this.#fairTicks + step / 4);
  }

  #quote(accountId: number): DemoOrder {
    const { spreadTicks } = this.#instrument;
    const side = this.#random.chance(0.5) ? 'buy' : 'sell';
    const away = spreadTicks + this.#random.below(spreadTicks * 8);
    const priceTicks = Math.round(this.#fairTicks + (side === 'buy' ? -away : away));
    return this.#order(accountId, side, priceTicks, 'goodTillCancel');
  }

  #take(accountId: number): DemoOrder {
    const { spreadTicks } = this.#instrument;
    const side = this.#random.chance(0.5) ? 'buy' : 'sell';
    const reach = spreadTicks * 3;
    const priceTicks = Math.round(this.#fairTicks + (side === 'buy' ? reach : -reach));
    return this.#order(accountId, side, priceTicks, 'immediateOrCancel');
  }

  #order(
    accountId: number,
    side: 'buy' | 'sell',
    priceTicks: number,
    timeInForce: DemoOrder['timeInForce'],
  ): DemoOrder {
    const { instrumentId, usualLots } = this.#instrument;
    const sharePermille = 100 + 2 * this.#random.below(1_000);
    const quantityLots = Math.max(1, Math.floor((usualLots * sharePermille) / 1_000));
    return {
      accountId,
      instrumentId,
      side,
      priceTicks,
      quantityLots,
      timeInForce,
      selfMatch: 'cancelOldest',
    };
  }
}
