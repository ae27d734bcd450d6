/** What a gateway can be told, and what holds when it is not told. Plain data; nothing here is read from a machine. */
import { slowTurnMsMax } from '../std/standstill.ts';
import type { ApiKey } from './admission/authentication.ts';
import { defaultSheddingLimits, type SheddingLimits } from './admission/shedding.ts';

export interface GatewayLimits extends SheddingLimits {
  /** HTTP connections and streams together. */
  readonly connectionsMax: number;
  /** Bytes of answers that may wait in all HTTP connections together. */
  readonly outputBytesMax: number;
  /** What is read after the event loop did not turn for longer is refused: its sender may have given it up. */
  readonly turnMsMax: number;
  /** For a whole request to arrive; slower ones would hold a connection for nothing. */
  readonly requestTimeoutMs: number;
  /** Without any movement for so long, a connection with an unread or unfinished answer is cut. */
  readonly standstillMsMax: number;
  readonly streamsMax: number;
  readonly subscriptionsPerStreamMax: number;
  /** Bytes that wait for a slow reader of a stream before it is cut. */
  readonly streamBufferBytesMax: number;
  /** Bytes that wait in all streams together, before the slowest are cut. */
  readonly streamsBufferBytesMax: number;
  /** A stream without any subscription ends after so long. */
  readonly streamIdleMsMax: number;
  /** Between messages by which a reader sees that the gateway lives. */
  readonly streamHeartbeatIntervalMs: number;
  /** Between pings of a stream; one that has not answered by the next ping is cut. */
  readonly streamPingIntervalMs: number;
  /** Until a command's outcome counts as unknown. */
  readonly commandTimeoutMs: number;
  /** The last round trip to the exchange must be younger for the gateway to be ready. */
  readonly roundTripAgeMsMax: number;
  /** Use of heap and of the event loop above which the gateway is not ready, in 1/1000. */
  readonly usePermilleMax: number;
}

/** Who a server says that it is. */
export interface ServerIdentity {
  /** In PEM: its own certificate, and those between it and its authority. */
  readonly certificates: string;
  /** In PEM. */
  readonly key: string;
  readonly expiresAtMs: number;
}

export interface GatewaySettings {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 8080; 0 takes a free one. */
  readonly port?: number;
  /** Where the operator's routes and metrics are; default 127.0.0.1. */
  readonly operatorHost?: string;
  /** Default 8081; 0 takes a free one. */
  readonly operatorPort?: number;
  /** With it clients are served over TLS alone, and the operator too where `operatorHost` is not this machine alone. */
  readonly tls?: ServerIdentity;
  readonly clusterId: number;
  readonly sessionKey: string;
  readonly replicas: readonly { readonly id: number; readonly host: string; readonly port: number }[];
  /** Without it operator requests are refused. */
  readonly operatorToken?: string;
  readonly apiKeys: readonly ApiKey[];
  /** Furthest a signed request's timestamp may be from the gateway's clock; default 5,000. */
  readonly timeWindowMs?: number;
  readonly limits?: Partial<GatewayLimits>;
  /** A level of pino: "trace" to "fatal", or "silent"; default "info". */
  readonly logLevel?: string;
}

export const defaultGatewayLimits: GatewayLimits = {
  ...defaultSheddingLimits,
  connectionsMax: 4096,
  outputBytesMax: 134_217_728,
  turnMsMax: slowTurnMsMax,
  requestTimeoutMs: 10_000,
  standstillMsMax: 10_000,
  streamsMax: 1024,
  subscriptionsPerStreamMax: 64,
  streamBufferBytesMax: 1_048_576,
  streamsBufferBytesMax: 134_217_728,
  streamIdleMsMax: 60_000,
  streamHeartbeatIntervalMs: 2000,
  streamPingIntervalMs: 15_000,
  commandTimeoutMs: 5000,
  roundTripAgeMsMax: 3000,
  usePermilleMax: 900,
};

export const defaultTimeWindowMs = 5000;
/** Largest body of a request and largest message on a stream. */
export const bodyBytesMax = 16_384;

const secretDigitsMin = 32;

/** Refuses settings that cannot work; the message names the key and what it may be. */
export function checkSettings(settings: GatewaySettings): void {
  const refuse = (key: string, rule: string): never => {
    throw new Error(`gateway.${key}: ${rule}`);
  };
  const { timeWindowMs = defaultTimeWindowMs } = settings;
  for (const key of ['port', 'operatorPort'] as const) {
    const { [key]: port = 0 } = settings;
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      refuse(key, `${port} is not a port; allowed are 0 to 65535.`);
  }
  if (!(timeWindowMs >= 100 && timeWindowMs <= 60_000)) {
    refuse('timeWindowMs', `${timeWindowMs} is not allowed; it must be from 100 to 60000.`);
  }
  if (settings.replicas.length === 0) refuse('replicas', 'the list is empty; name at least one replica.');
  const seen = new Set<string>();
  for (const { keyId, secret, accountIds } of settings.apiKeys) {
    const key = `apiKeys[keyId=${JSON.stringify(keyId)}]`;
    if (seen.has(keyId)) refuse(key, 'this keyId is there twice; each key needs its own.');
    seen.add(keyId);
    if (!/^([0-9a-f]{2})*$/i.test(secret) || secret.length < secretDigitsMin) {
      refuse(
        `${key}.secret`,
        `it must be hexadecimal, an even number of digits, at least ${secretDigitsMin}.`,
      );
    }
    if (
      accountIds.length === 0 ||
      !accountIds.every((id) => Number.isInteger(id) && id >= 1 && id <= 0xffff_ffff)
    ) {
      refuse(`${key}.accountIds`, 'it must list at least one account, each an integer from 1 to 4294967295.');
    }
  }
  for (const [name, value] of Object.entries(settings.limits ?? {})) {
    if (!Object.hasOwn(defaultGatewayLimits, name)) {
      refuse(`limits.${name}`, `it is not known; allowed: ${Object.keys(defaultGatewayLimits).join(', ')}.`);
    }
    if (!Number.isSafeInteger(value) || value < 1)
      refuse(`limits.${name}`, `${value} must be an integer of 1 or more.`);
  }
}
