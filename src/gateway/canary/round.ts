/**
 * One round of the canary: an order rests, is replaced by another price and quantity, trades in part with an order of
 * the other account, and its rest is cancelled. With each command is what must come of it, and with the round what
 * must be read afterwards. Each round has other prices and quantities, so that no answer fits two rounds.
 */
import type { Command, ExchangeEvent, Outcome } from '../../client/index.ts';
import { canaryInstrument, canaryMaker, canaryTaker } from '../../protocol/canary.ts';

/** Fields of an answer, an event or a row that must be as they are here. */
export type Due = Readonly<Record<string, unknown>>;

export interface CanaryStep {
  readonly command: Command;
  readonly outcome: Partial<Outcome>;
  /** In their order; other events of these orders must not come. */
  readonly events: readonly (Due & Pick<ExchangeEvent, 'type'>)[];
}

export interface CanaryRound {
  readonly steps: readonly CanaryStep[];
  /** The orders by their client order ids. */
  readonly makerOrder: string;
  readonly takerOrder: string;
  readonly order: Due;
  readonly trade: Due;
}

const priceMin = 100;
const pricesMax = 4_000;
const priceStep = 37;
/** By how much the price is changed. */
const priceChange = 3;

/** The commands that cancel what a round before has left. */
export function cleaning(watcher: number): readonly CanaryStep[] {
  const instrumentId = canaryInstrument(watcher);
  return [canaryMaker, canaryTaker].map((accountId) => ({
    command: { command: 'massCancel', accountId, instrumentId },
    outcome: { code: 'ok' },
    events: [],
  }));
}

/** `name`: of the watcher's life, so that it uses no client order id twice. */
export function canaryRound(watcher: number, name: string, number: number): CanaryRound {
  const instrumentId = canaryInstrument(watcher);
  const firstTicks = priceMin + ((number * priceStep) % pricesMax);
  const ticks = firstTicks + priceChange;
  const firstLots = 4 + (number % 5);
  const lots = firstLots + 2;
  const tradedLots = 1 + (number % 3);
  const makerOrder = `${name}-${number.toString(36)}m`;
  const takerOrder = `${name}-${number.toString(36)}t`;
  const maker = { accountId: canaryMaker, clientOrderId: makerOrder };
  const taker = { accountId: canaryTaker, clientOrderId: takerOrder };
  const sell = { instrumentId, side: 'sell' } as const;
  const buy = { instrumentId, side: 'buy' } as const;
  const value = BigInt(tradedLots * ticks);
  const limit = { orderType: 'limit', timeInForce: 'goodTillCancel' } as const;
  const untraded = { filledLots: 0, filledValue: 0n };
  const traded = { filledLots: tradedLots, filledValue: value, averagePriceTicks: ticks };
  const rest = lots - tradedLots;
  const execution = { quantityLots: tradedLots, priceTicks: ticks };
  return {
    makerOrder,
    takerOrder,
    steps: [
      {
        command: {
          command: 'placeOrder',
          ...maker,
          ...sell,
          quantityLots: firstLots,
          priceTicks: firstTicks,
        },
        outcome: { ...done(makerOrder), status: 'open', ...untraded, remainingLots: firstLots },
        events: [
          {
            type: 'orderAccepted',
            ...maker,
            ...sell,
            ...limit,
            quantityLots: firstLots,
            priceTicks: firstTicks,
          },
        ],
      },
      {
        command: { command: 'replaceOrder', ...maker, quantityLots: lots, priceTicks: ticks },
        outcome: { ...done(makerOrder), status: 'open', ...untraded, remainingLots: lots },
        events: [
          {
            ...{ type: 'orderReplaced', ...maker, ...sell, keptPriority: false },
            ...{ quantityLots: lots, remainingLots: lots, priceTicks: ticks },
          },
        ],
      },
      {
        command: { command: 'placeOrder', ...taker, ...buy, quantityLots: tradedLots, priceTicks: ticks },
        outcome: { ...done(takerOrder), status: 'filled', ...traded, remainingLots: 0 },
        events: [
          { type: 'orderAccepted', ...taker, ...buy, ...limit, ...execution },
          { type: 'orderExecuted', ...maker, ...sell, ...execution, remainingLots: rest, liquidity: 'maker' },
          { type: 'orderExecuted', ...taker, ...buy, ...execution, remainingLots: 0, liquidity: 'taker' },
        ],
      },
      {
        command: { command: 'cancelOrder', ...maker },
        outcome: { ...done(makerOrder), status: 'cancelled', ...traded },
        events: [
          {
            ...{ type: 'orderCancelled', ...maker, ...sell, reason: 'requested' },
            ...{ cancelledLots: rest, priceTicks: ticks },
          },
        ],
      },
    ],
    order: { ...maker, ...sell, ...traded, quantityLots: lots, priceTicks: ticks, status: 'cancelled' },
    trade: { instrumentId, ...execution, aggressorSide: 'buy' },
  };
}

function done(clientOrderId: string): Partial<Outcome> {
  return { code: 'ok', clientOrderId, repeated: false };
}
