/** The public face of Lockstep for TypeScript programs: connect, send commands, hear events, ask questions. */
export type { RequestStamp } from './arguments.ts';
export {
  Client,
  type ClientEvents,
  type ClientStatus,
  type ConnectionStatus,
  connect,
  type Done,
  type EventsLost,
  type Failover,
} from './client.ts';
export type { QueryTarget } from './core/pending-queries.ts';
export type { UnknownReason } from './core/ports.ts';
export {
  type CancelOrder,
  type Command,
  type CreateAccount,
  type CreateInstrument,
  type EndDay,
  encodeCommand,
  type MassCancel,
  type OrderName,
  type PlaceOrder,
  type ReplaceOrder,
  type SetLimits,
  type SetTier,
} from './encode.ts';
export type { ChangeKey, CreateKey, GrantKey, RevokeKey, RotateKey } from './encode-keys.ts';
export type { KillAccount, SetMode } from './encode-modes.ts';
export {
  ClosedError,
  ClusterChangedError,
  ExecutionsAheadError,
  ExecutionsForgottenError,
  InvalidArgumentError,
  LockstepError,
  type LockstepErrorCode,
  OutcomeUnknownError,
  QueryFailedError,
  WindowFullError,
} from './errors.ts';
export type { ExecutionsFilter } from './executions.ts';
export type { ClientOptions } from './options.ts';
export type {
  Fills,
  FillsFilter,
  Keys,
  ModesFilter,
  OpenOrders,
  OpenOrdersFilter,
  QueryOptions,
  Rows,
} from './reads.ts';
export type {
  AccountRow,
  CancelReasonName,
  ExchangeEvent,
  FillRow,
  HashesRow,
  InstrumentRow,
  KeyKindName,
  KeyRow,
  LevelRow,
  LiquidityName,
  ModeName,
  ModeRow,
  ModeScopeName,
  OrderRow,
  OrderStatusName,
  OrderTypeName,
  Outcome,
  OutcomeCodeName,
  PermissionName,
  PositionRow,
  SelfMatchName,
  SideName,
  TimeInForceName,
  TradeRow,
} from './words.ts';
