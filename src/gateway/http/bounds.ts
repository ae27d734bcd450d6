/**
 * What one peer, and all together, may take of a port: one table for the ports of gateways and replicas. The page
 * docs/BOUNDS.md shows it, with what happens beyond each bound.
 */
import { bodyBytesMax } from '../admission/refusals.ts';
import type { GatewayLimits } from '../settings.ts';
import type { PlaceBounds } from './places.ts';

export interface PortBounds extends PlaceBounds {
  /** From so many unanswered requests on, no more is read from the connection until some are answered. */
  readonly unansweredMax: number;
  /** Bytes of answers that may wait in all connections together. */
  readonly outputBytesMax: number;
  readonly headBytesMax: number;
  readonly bodyBytesMax: number;
  /** For a handshake, and for a whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** A connection with an answer that is unread or unfinished, on which nothing moves for so long, is cut. */
  readonly standstillMsMax: number;
  /** Between two requests. */
  readonly idleMsMax: number;
}

export const headBytesMax = 16_384;
/** At the ports of a gateway. */
export const unansweredMax = 16;

/**
 * How often it is looked whether a request takes too long to arrive: a slow request is cut so much later at the most.
 */
export const connectionsCheckingIntervalMs = 1000;

/** The gateway's port for clients. Streams are held to bounds of their own besides. */
export function clientBounds(limits: GatewayLimits): PortBounds {
  const { connectionsMax, strangersPerAddressMax, outputBytesMax, requestTimeoutMs } = limits;
  return {
    connectionsMax,
    strangersPerAddressMax,
    unansweredMax,
    outputBytesMax,
    headBytesMax,
    bodyBytesMax,
    requestTimeoutMs,
    // A request may wait for the exchange for as long as a command may take.
    standstillMsMax: Math.max(limits.standstillMsMax, 2 * limits.commandTimeoutMs),
    idleMsMax: 72_000,
  };
}

/** The gateway's port for the operator and for metrics. */
export function operatorBounds(limits: GatewayLimits): PortBounds {
  const bounds = clientBounds(limits);
  return { ...bounds, connectionsMax: 256, strangersPerAddressMax: 128, outputBytesMax: 16_777_216 };
}

/** The control port of a replica. */
export const controlBounds: PortBounds = {
  connectionsMax: 64,
  strangersPerAddressMax: 16,
  unansweredMax: 8,
  outputBytesMax: 8_388_608,
  headBytesMax,
  bodyBytesMax: 4_096,
  requestTimeoutMs: 10_000,
  // An order may wait this long for its answer.
  standstillMsMax: 20_000,
  idleMsMax: 72_000,
};

/** What one read of a socket brings is taken up to here; a connection that brings more has its answers, then ends. */
export function pipelinedMax({ unansweredMax }: PortBounds): number {
  return 2 * unansweredMax;
}
