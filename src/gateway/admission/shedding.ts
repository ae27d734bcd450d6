/**
 * Which requests are turned away when there is too much to do. Cancels come before new orders, new orders before
 * queries: a client that wants to reduce its risk must get through when no other does. Replacements count as new
 * orders.
 */
import { assert } from '../../std/assert.ts';

export type RequestKind = 'cancel' | 'order' | 'query';

/** Requests of each kind that wait for the exchange. */
export type InFlight = Record<RequestKind, number>;

export interface SheddingLimits {
  /** From this fill of the leader's ring on, new orders and queries are turned away, in 1/1000. */
  readonly pressurePermilleMax: number;
  readonly ordersInFlightMax: number;
  readonly cancelsInFlightMax: number;
  readonly queriesInFlightMax: number;
}

/** The ring is full at the exchange, or this gateway has as much in flight as it may. */
export type ShedReason = 'exchangeBusy' | 'gatewayBusy';

export const defaultSheddingLimits: SheddingLimits = {
  pressurePermilleMax: 900,
  ordersInFlightMax: 2048,
  cancelsInFlightMax: 2048,
  queriesInFlightMax: 256,
};

assert(
  defaultSheddingLimits.queriesInFlightMax <= defaultSheddingLimits.ordersInFlightMax,
  'queries come after orders',
);

/** Whether to turn a request away, and why. Cancels are bounded by memory only, never by the exchange's pressure. */
export function shed(
  kind: RequestKind,
  pressurePermille: number,
  inFlight: Readonly<InFlight>,
  limits: SheddingLimits,
): ShedReason | undefined {
  if (kind !== 'cancel' && pressurePermille >= limits.pressurePermilleMax) return 'exchangeBusy';
  return inFlight[kind] >= inFlightMaxOf(kind, limits) ? 'gatewayBusy' : undefined;
}

function inFlightMaxOf(kind: RequestKind, limits: SheddingLimits): number {
  if (kind === 'cancel') return limits.cancelsInFlightMax;
  return kind === 'order' ? limits.ordersInFlightMax : limits.queriesInFlightMax;
}

/**
 * Commands that the gateway may have waiting at once: its session's window must hold them, so that a cancel always
 * fits.
 */
export function commandsInFlightMax(limits: SheddingLimits): number {
  return limits.ordersInFlightMax + limits.cancelsInFlightMax;
}
