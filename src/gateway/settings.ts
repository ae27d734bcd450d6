/** What a gateway can be set to, and what holds where nothing is set. Plain data; nothing is read from a machine. */
import type { ClientOptions } from '../client/index.ts';
import { slowTurnMsMax } from '../std/standstill.ts';
import type { EntranceLimits } from './admission/entrance.ts';
import type { ApiKey } from './admission/key-secrets.ts';
import { defaultRateLimits } from './admission/rates.ts';
import { defaultSheddingLimits } from './admission/shedding.ts';
import type { CanaryReport } from './canary/report.ts';
import type { CanarySettings } from './canary/runner.ts';
import type { ClusterReport } from './cluster-report.ts';

export interface GatewayLimits extends EntranceLimits {
  /** HTTP connections; streams have places of their own. */
  readonly connectionsMax: number;
  /** Of these, connections of one address that have shown no key. */
  readonly strangersPerAddressMax: number;
  /** Bytes of answers that may wait in all HTTP connections together. */
  readonly outputBytesMax: number;
  /** What is read after the event loop did not turn for longer is refused: its sender may have given it up. */
  readonly turnMsMax: number;
  /** For a whole request to arrive; slower ones would hold a connection for nothing. */
  readonly requestTimeoutMs: number;
  /** Without any movement for so long, a connection with an unread or unfinished answer is cut. */
  readonly standstillMsMax: number;
  readonly streamsMax: number;
  /** Of these, streams without a key, in all and of one source. */
  readonly anonymousStreamsMax: number;
  readonly anonymousStreamsPerSourceMax: number;
  readonly subscriptionsPerStreamMax: number;
  /** Bytes that wait for a slow reader of a stream before it is cut. */
  readonly streamBufferBytesMax: number;
  /** Bytes that wait in all streams together, before the slowest are cut. */
  readonly streamsBufferBytesMax: number;
  /** Questions to the exchange for the same book, or the same trades; more requests get the text of a moment ago. */
  readonly sameReadsPerSecondMax: number;
  /** A stream without any subscription ends after so long. */
  readonly streamIdleMsMax: number;
  /** With a signed upgrade a stream holds a place of its key for so long, before it has logged in. */
  readonly streamLoginMsMax: number;
  /** Between messages by which a reader sees that the gateway lives. */
  readonly streamHeartbeatIntervalMs: number;
  /** Between pings of a stream; one that has not answered by the next ping is cut. */
  readonly streamPingIntervalMs: number;
  /** A failover is over sooner; after so long without a leader commands are refused instead of waiting for one. */
  readonly leaderlessMsMax: number;
  /** Until a command's outcome counts as unknown. */
  readonly commandTimeoutMs: number;
  /** The last round trip to the exchange must be younger for the gateway to be ready. */
  readonly roundTripAgeMsMax: number;
  /** Use of heap and of the event loop above which the gateway is not ready, in 1/1000. */
  readonly usePermilleMax: number;
}

/** What a server says that it is. */
export interface ServerIdentity {
  /** In PEM: its own certificate, and those between it and its authority. */
  readonly certificates: string;
  /** In PEM. */
  readonly key: string;
  readonly expiresAtMs: number;
}

/** The settings with a certificate: of the port for clients, and of the operator's where that has its own. */
export type TlsSetting = 'tls' | 'operatorTls';

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
  /** In its place for the operator, whom another authority serves than that of clients. */
  readonly operatorTls?: ServerIdentity;
  /** The folder of the identity for links to replicas, or what was read of it. */
  readonly identity: ClientOptions['identity'];
  /** That of an operator, for what is an operator's; without it this gateway changes nothing of the exchange itself. */
  readonly operatorIdentity?: ClientOptions['identity'];
  readonly replicas: readonly { readonly id: number; readonly host: string; readonly port: number }[];
  /**
   * Addresses or networks of proxies, such as "10.0.0.0/8": of a request that comes from one of them, the address that
   * it names in X-Forwarded-For is where it comes from.
   */
  readonly trustedProxies?: readonly string[];
  /** Asks all replicas how they are, for the operator. */
  readonly clusterReport?: () => Promise<ClusterReport>;
  /** Without it operator requests are refused. */
  readonly operatorToken?: string;
  /** Keys that are brought into the exchange once; from then on it alone says what they may do. */
  readonly apiKeys: readonly ApiKey[];
  /** 64 hexadecimal digits, the same at all gateways: secrets of API keys are derived from it. Without it none are. */
  readonly rootKey?: string;
  /** Furthest a signed request's timestamp may be from the gateway's clock; default 5,000. */
  readonly timeWindowMs?: number;
  /** The canary that this gateway keeps, and what hears of each of its rounds; without it there is none. */
  readonly canary?: CanarySettings & { readonly onReport?: (report: CanaryReport) => void };
  readonly limits?: Partial<GatewayLimits>;
  /** A level of pino: "trace" to "fatal", or "silent"; default "info". */
  readonly logLevel?: string;
  /** What its lines are written to; default standard output. */
  readonly logTo?: { write(line: string): void };
}

export const defaultGatewayLimits: GatewayLimits = {
  ...defaultSheddingLimits,
  ...defaultRateLimits,
  // Few in each turn: answers leave and callers go on while the next ones are read.
  lineCostPerTurn: 8,
  lineWaitingMax: 256,
  delayMsMax: 1_000,
  connectionsMax: 4096,
  strangersPerAddressMax: 1024,
  outputBytesMax: 33_554_432,
  turnMsMax: slowTurnMsMax,
  requestTimeoutMs: 10_000,
  standstillMsMax: 10_000,
  streamsMax: 1024,
  anonymousStreamsMax: 256,
  anonymousStreamsPerSourceMax: 64,
  subscriptionsPerStreamMax: 64,
  streamBufferBytesMax: 1_048_576,
  streamsBufferBytesMax: 134_217_728,
  sameReadsPerSecondMax: 50,
  streamIdleMsMax: 60_000,
  streamLoginMsMax: 10_000,
  streamHeartbeatIntervalMs: 2000,
  streamPingIntervalMs: 15_000,
  leaderlessMsMax: 1200,
  commandTimeoutMs: 5000,
  roundTripAgeMsMax: 3000,
  usePermilleMax: 900,
};

export const defaultTimeWindowMs = 5000;
