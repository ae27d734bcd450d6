/**
 * Which requests are turned away when there is too much to do: reports first, then queries, then new orders, and
 * cancels never, since a client that wants to reduce its risk must get through when no other does. Replacements count
 * as new orders.
 */
import { assertBelow } from '../../std/assert.ts';
import { type RequestKind, services } from './services.ts';
import { Shares } from './shares.ts';

/** How many each owner holds of the requests of each kind that wait for the exchange. */
export type InFlight = Readonly<Record<RequestKind, Shares>>;

export interface SheddingLimits {
  /**
   * From these parts on, in 1/1000, requests of a kind are turned away: of the leader's ring of waiting commands, and
   * of the longest time that requests may wait in the gateway.
   */
  readonly reportsPermilleMax: number;
  readonly queriesPermilleMax: number;
  readonly pressurePermilleMax: number;
  readonly ordersInFlightMax: number;
  readonly cancelsInFlightMax: number;
  readonly queriesInFlightMax: number;
  readonly reportsInFlightMax: number;
}

/** The ring is full at the exchange, or this gateway has as much in flight as it, or the caller, may have. */
export type ShedReason = 'exchangeBusy' | 'gatewayBusy';

export const defaultSheddingLimits: SheddingLimits = {
  reportsPermilleMax: 700,
  queriesPermilleMax: 800,
  pressurePermilleMax: 900,
  ordersInFlightMax: 2048,
  cancelsInFlightMax: 2048,
  queriesInFlightMax: 256,
  reportsInFlightMax: 128,
};

assertBelow(
  defaultSheddingLimits.reportsPermilleMax,
  defaultSheddingLimits.queriesPermilleMax,
  'reports give way to queries, and queries to orders',
);
assertBelow(
  defaultSheddingLimits.queriesPermilleMax,
  defaultSheddingLimits.pressurePermilleMax,
  'reports give way to queries, and queries to orders',
);

/** Whether requests of a kind are turned away at this pressure; cancels never are. */
export function isShed(kind: RequestKind, permille: number, limits: SheddingLimits): boolean {
  const { shedFrom } = services[kind];
  return shedFrom !== undefined && permille >= limits[shedFrom];
}

/** The pools of requests that wait for the exchange, one for each kind, so that no kind keeps another out. */
export function inFlightOf(limits: SheddingLimits): InFlight {
  return {
    cancel: new Shares(limits.cancelsInFlightMax),
    order: new Shares(limits.ordersInFlightMax),
    query: new Shares(limits.queriesInFlightMax),
    report: new Shares(limits.reportsInFlightMax),
  };
}

/**
 * Commands that the gateway may have waiting at once: its session's window must hold them, so that a cancel always
 * fits.
 */
export function commandsInFlightMax(limits: SheddingLimits): number {
  return limits.ordersInFlightMax + limits.cancelsInFlightMax;
}
