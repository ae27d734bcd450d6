/** The public face of Lockstep for TypeScript programs: connect, send commands, hear events, ask questions. */

export type { OrderTypeName, TimeInForceName } from '../protocol/commands.ts';
export type { RequestStamp } from './arguments.ts';
export { Client, connect, type Done } from './client.ts';
export type { TradingPlace } from './core/link.ts';
export type { QueryTarget } from './core/pending-queries.ts';
export type { UnknownReason } from './core/ports.ts';
export {
  type AssignTier,
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
export type { ChangeKey, CreateKey, GrantKey, ReportAudit, RevokeKey, RotateKey } from './encode-keys.ts';
export type { KillAccount, SetMode } from './encode-modes.ts';
export {
  ClosedError,
  ClusterChangedError,
  ExecutionsAheadError,
  ExecutionsForgottenError,
  InvalidArgumentError,
  LockstepError,
  type LockstepErrorCode,
  NotSentError,
  OutcomeUnknownError,
  QueryFailedError,
  WindowFullError,
} from './errors.ts';
export type { ExecutionsFilter } from './executions.ts';
export type { Fills } from './fills.ts';
export type { CalledReplica, ClientOptions } from './options.ts';
export type {
  AuditPage,
  FillsFilter,
  KeysPage,
  ModesFilter,
  OpenOrders,
  OpenOrdersFilter,
  QueryOptions,
  Rows,
} from './reads.ts';
export type { ClientEvents, ClientStatus, ConnectionStatus, EventsLost, Failover } from './status.ts';
export type {
  AccountRow,
  AuditRow,
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
  Outcome,
  OutcomeCodeName,
  PermissionName,
  PositionRow,
  SelfMatchName,
  SideName,
  TradeRow,
} from './words.ts';
