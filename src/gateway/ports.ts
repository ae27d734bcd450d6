/**
 * What the gateway needs of the exchange: a part of the client of the SDK, so that tests can put a small exchange in
 * its place. Prices are in ticks and quantities in lots here; only the edges know decimals.
 */
import {
  type Client,
  type ClientStatus,
  type ConnectionStatus,
  type ExchangeEvent,
  LockstepError,
  type LockstepErrorCode,
  type RequestStamp,
} from '../client/index.ts';

export type {
  AccountRow,
  AuditRow,
  ChangeKey,
  ExchangeEvent,
  FillRow,
  Fills,
  FillsFilter,
  InstrumentRow,
  KeyRow,
  LevelRow,
  ModeRow,
  OrderRow,
  Outcome,
  OutcomeCodeName,
  PermissionName,
  PositionRow,
  RequestStamp,
  Rows,
  SideName,
  TradeRow,
} from '../client/index.ts';

/** What a request that was signed adds to a command, or one of an operator that came with the token and a time. */
export interface SignedCommand {
  readonly request?: RequestStamp;
  readonly validMs?: number;
}

/** The way to a replica. */
export type ReplicaWay = Pick<ConnectionStatus, 'replicaId' | 'leadsIdle' | 'term'> & {
  readonly state: string;
};

export type ExchangeStatus = Pick<
  ClientStatus,
  'sessionId' | 'leaderId' | 'term' | 'pending' | 'acknowledged' | 'pressurePermille'
> & {
  /** The ways to the replicas. */
  readonly connections: readonly ReplicaWay[];
  readonly tradesAt?: ClientStatus['tradesAt'];
  /** The last failovers that the session lived through, the newest last. */
  readonly failovers: readonly { readonly gapMs: number }[];
};

/** What can be asked of the exchange. */
export type ExchangeReads = Pick<
  Client,
  | 'order'
  | 'openOrdersPage'
  | 'fills'
  | 'positions'
  | 'book'
  | 'trades'
  | 'instruments'
  | 'account'
  | 'hashes'
  | 'keys'
  | 'modes'
  | 'audit'
>;

/** What belongs to no account. */
export type PublicReads = Pick<ExchangeReads, 'book' | 'trades' | 'hashes' | 'modes'>;

/**
 * The exchange as seen by the gateway, without events. Refusals come as outcomes; what failed on the way is a
 * LockstepError.
 */
export interface GatewayExchange
  extends ExchangeReads,
    Pick<
      Client,
      | 'placeOrder'
      | 'cancelOrder'
      | 'replaceOrder'
      | 'massCancel'
      | 'exchangeId'
      | 'epoch'
      | 'reportAudit'
      | 'pressurePermille'
      | 'giveUpUnsent'
      | 'close'
    > {
  readonly status: ExchangeStatus;
  on(name: 'failover', listener: () => void): unknown;
  on(name: 'clusterChanged', listener: () => void): unknown;
  on(name: 'keysChanged', listener: (changes: number) => void): unknown;
  on(name: 'warning', listener: (text: string) => void): unknown;
}

/** What operators alone may do; the exchange refuses it to gateways. */
export type OperatorExchange = Pick<
  Client,
  | 'createInstrument'
  | 'createAccount'
  | 'setLimits'
  | 'setTier'
  | 'assignTier'
  | 'endDay'
  | 'createKey'
  | 'changeKey'
  | 'grantKey'
  | 'rotateKey'
  | 'revokeKey'
  | 'setMode'
  | 'killAccount'
  | 'close'
>;

type EventOf<T extends ExchangeEvent['type']> = Extract<ExchangeEvent, { readonly type: T }>;
export type TradeEvent = EventOf<'trade'>;
export type BookLevelEvent = EventOf<'bookLevel'>;
export type ModeEvent = EventOf<'modeChanged'>;
/** What happened to one order of an account. */
export type ExecutionEvent = EventOf<'orderAccepted' | 'orderExecuted' | 'orderCancelled' | 'orderReplaced'>;

/** Which order: by the number that the exchange gave it, or by the client's own id. */
export type OrderReference =
  | { readonly accountId: number; readonly orderId: number }
  | { readonly accountId: number; readonly clientOrderId: string };

/** What went wrong between gateway and exchange; undefined for anything that is not from the client. */
export function failureOf(error: unknown): LockstepErrorCode | undefined {
  return error instanceof LockstepError ? error.code : undefined;
}
