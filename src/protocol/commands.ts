/**
 * The commands: every input of the engine. A command comes from a session, numbered without a gap, or from the leader
 * itself (session 0), which stamps what time demands: expiry, and the end of a disconnected session's grace.
 */
import { setU53, u32Max } from '../std/integers.ts';
import { AuditKind } from './audit.ts';
import { command, requestStamp } from './command-layouts.ts';
import { changeKey, createKey, grantKey, revokeKey, rotateKey } from './key-commands.ts';
import {
  Catalog,
  clientOrderId,
  namesOf,
  offsetsOf,
  text,
  u8,
  u8Of,
  u16,
  u32,
  u32Of,
  u53,
} from './layout.ts';
import {
  auditActionBytes,
  auditSourceBytes,
  priceDecimalsMax,
  priceTicksMax,
  quantityDecimalsMax,
  symbolBytes,
  tiersMax,
} from './limits.ts';
import { beginSite, killAccount, openDue, setMode } from './mode-commands.ts';
import { PartyKind } from './parties.ts';

export const Side = { buy: 1, sell: 2 } as const;
export type Side = (typeof Side)[keyof typeof Side];

/** `postOnly` is a limit order that is refused rather than take liquidity. */
export const OrderType = { limit: 1, market: 2, postOnly: 3 } as const;
export type OrderType = (typeof OrderType)[keyof typeof OrderType];
export type OrderTypeName = keyof typeof OrderType;

export const TimeInForce = { goodTillCancel: 1, day: 2, immediateOrCancel: 3, fillOrKill: 4 } as const;
export type TimeInForce = (typeof TimeInForce)[keyof typeof TimeInForce];
export type TimeInForceName = keyof typeof TimeInForce;

export interface OrderTypeRules {
  /** It is sent with a price in ticks; otherwise none may be given, and the order trades at any price. */
  readonly hasPrice: boolean;
  /** It may be placed with a time in force that rests. */
  readonly mayRest: boolean;
  /** It may take liquidity; otherwise it is refused where it would, and has to rest. */
  readonly mayTake: boolean;
  /** The time in force of an order that names none. */
  readonly standardTimeInForce: TimeInForceName;
}

/** What encoder, admission and engine know of each order type. */
export const orderTypeRules: Readonly<Record<OrderTypeName, OrderTypeRules>> = {
  limit: { hasPrice: true, mayRest: true, mayTake: true, standardTimeInForce: 'goodTillCancel' },
  market: { hasPrice: false, mayRest: false, mayTake: true, standardTimeInForce: 'immediateOrCancel' },
  postOnly: { hasPrice: true, mayRest: true, mayTake: false, standardTimeInForce: 'goodTillCancel' },
};

export interface TimeInForceRules {
  /** What does not trade at once rests in the book; otherwise it is cancelled. */
  readonly rests: boolean;
  /** It trades its whole quantity at once or is refused. */
  readonly fillsWhole: boolean;
  /** The end of the day cancels it. */
  readonly endsWithDay: boolean;
}

/** The same of each time in force. */
export const timeInForceRules: Readonly<Record<TimeInForceName, TimeInForceRules>> = {
  goodTillCancel: { rests: true, fillsWhole: false, endsWithDay: false },
  day: { rests: true, fillsWhole: false, endsWithDay: true },
  immediateOrCancel: { rests: false, fillsWhole: false, endsWithDay: false },
  fillOrKill: { rests: false, fillsWhole: true, endsWithDay: false },
};

/**
 * The values whose row says yes, each as the bit `1 << value`: a mask for code that runs for each order and has only
 * the number.
 */
export function bitsWhere<N extends string, R>(
  values: Readonly<Record<N, number>>,
  rules: Readonly<Record<N, R>>,
  holds: (row: R) => boolean,
): number {
  let bits = 0;
  for (const name of namesOf(values)) if (holds(rules[name])) bits |= 1 << values[name];
  return bits;
}

/** Self-match prevention: what gives way when an order meets one of its own account; the incoming order decides. */
export const SelfMatch = { allow: 0, cancelNewest: 1, cancelOldest: 2, cancelBoth: 3 } as const;
export type SelfMatch = (typeof SelfMatch)[keyof typeof SelfMatch];

/** A random token makes the opening idempotent: the same token of the same owner gives the same session. */
export const openSession = command(1, 'openSession', {
  tokenLow: u32(),
  tokenHigh: u32(),
  /** With `cancelOnDisconnect`: milliseconds that a disconnected session has to come back. */
  disconnectGraceMs: u32(),
  /** 1: the session's open orders are cancelled when it stays away longer than its grace. */
  cancelOnDisconnect: u32(0, 1),
  /**
   * The party that owns the session: the leader writes which party the connection has proven to be; 0 from the client.
   */
  ownerId: u32(),
  ownerKind: u8(0, Math.max(...Object.values(PartyKind))),
  reserved2: u8(0, 0),
  reserved3: u16(0, 0),
});

/** What a client that opens a session says of its owner: nothing, as the leader knows it. */
export const ownerFromLeader = { ownerId: 0, ownerKind: 0, reserved2: 0, reserved3: 0 } as const;

/** Ends the sender's session; its orders stay, unless it asked for cancel on disconnect. */
export const closeSession = command(2, 'closeSession', {});

/** From the leader: the grace of a disconnected session is over; its orders are cancelled, the session stays. */
export const expireDisconnect = command(3, 'expireDisconnect', {
  targetSessionId: u32(),
  reserved2: u32(0, 0),
});

/** Price in currency = ticks / 10^priceDecimals; quantity in units = lots / 10^quantityDecimals. */
export const createInstrument = command(
  4,
  'createInstrument',
  {
    instrumentId: u32(1, u32Max),
    priceDecimals: u8(0, priceDecimalsMax),
    quantityDecimals: u8(0, quantityDecimalsMax),
    reserved2: u16(0, 0),
    symbol: text(symbolBytes),
  },
  requestStamp,
);

/** Creates the account of the header's accountId, or answers `alreadyExists` when its properties differ. */
export const createAccount = command(
  5,
  'createAccount',
  {
    /** Largest order, in lots; 0 is the protocol's own limit. */
    orderLotsMax: u53(),
    /** Most open orders; 0 is `openOrdersPerAccountStandard`, more than `openOrdersPerAccountMax` is no more. */
    openOrdersMax: u32(),
    /** Furthest price from the instrument's last trade, in 1/10,000; 0 is no band. */
    priceBandBasisPoints: u32(),
    name: text(symbolBytes),
  },
  requestStamp,
);

/** Changes the limits of an account; fields as in createAccount. */
export const setLimits = command(
  6,
  'setLimits',
  {
    orderLotsMax: u53(),
    openOrdersMax: u32(),
    priceBandBasisPoints: u32(),
  },
  requestStamp,
);

export const placeOrder = command(
  7,
  'placeOrder',
  {
    instrumentId: u32(),
    /** Ticks; 0 where the type has no price. Out of range is an outcome, not a malformed command. */
    priceTicks: u32(0, priceTicksMax),
    quantityLots: u53(),
    side: u8Of(Side),
    orderType: u8Of(OrderType),
    timeInForce: u8Of(TimeInForce),
    selfMatch: u8Of(SelfMatch),
    /** Unique for the account; empty is none, and then a repeat is not recognised. */
    clientOrderId: clientOrderId(),
  },
  requestStamp,
);

/** By orderId, or, where that is 0, by clientOrderId. */
export const cancelOrder = command(
  8,
  'cancelOrder',
  {
    orderId: u53(),
    clientOrderId: clientOrderId(),
    reserved2: u32(0, 0),
  },
  requestStamp,
);

/**
 * By orderId, or, where that is 0, by clientOrderId. `quantityLots` is the new whole quantity, filled part included.
 */
export const replaceOrder = command(
  9,
  'replaceOrder',
  {
    orderId: u53(),
    quantityLots: u53(),
    priceTicks: u32(0, priceTicksMax),
    clientOrderId: clientOrderId(),
  },
  requestStamp,
);

/** Cancels the account's open orders; of many in portions, and the outcome comes with the last one. */
export const massCancel = command(
  10,
  'massCancel',
  {
    /** 0 is every instrument. */
    instrumentId: u32(),
    /** 0 is both sides. */
    side: u32Of({ both: 0, ...Side }),
  },
  requestStamp,
);

/** Cancels all day orders of all accounts. */
export const endDay = command(11, 'endDay', {}, requestStamp);

/** From the leader, as long as a mass cancel goes on: the next orders of it. */
export const continueCancels = command(12, 'continueCancels', {});

/**
 * Gives a tier its quotas: how many orders and replacements an account of it may send in one second, and in one day, of
 * the exchange's time (UTC); 0 is no quota.
 */
export const setTier = command(
  17,
  'setTier',
  {
    tier: u32(0, tiersMax - 1),
    ordersPerSecondMax: u32(),
    ordersPerDayMax: u32(),
    reserved2: u32(0, 0),
    name: text(symbolBytes),
  },
  requestStamp,
);

/** Puts the account of the header into a tier. */
export const assignTier = command(
  18,
  'assignTier',
  { tier: u32(0, tiersMax - 1), reserved2: u32(0, 0) },
  requestStamp,
);

/**
 * Notes in the audit trail what reached the log by no command of its own: what an operator asked of a gateway, from
 * where; logins that were refused, in sums; and, by the leader alone, an order at the control port of a replica.
 */
export const reportAudit = command(23, 'reportAudit', {
  /** The key that signed, 0 for none. */
  keyNumber: u32(),
  subject: u32(),
  count: u32(),
  /** By the leader: the operator who gave the order, when, and at which replica; 0 elsewhere. */
  operatorId: u32(),
  givenUs: u53(),
  entryKind: u8Of(AuditKind),
  /** An OutcomeCode where there is one; of an order at a control port a ControlOutcome. */
  outcome: u8(),
  replicaId: u8(),
  reserved: u8(0, 0),
  source: text(auditSourceBytes),
  action: text(auditActionBytes),
});

/** From the leader: from the next command on all replicas run this version of the engine. It never goes back. */
export const switchEngine = command(25, 'switchEngine', {
  engineVersion: u16(),
  reserved2: u16(0, 0),
  reserved3: u32(0, 0),
});

/** All commands, by name. */
export const commandsByName = {
  openSession,
  closeSession,
  expireDisconnect,
  createInstrument,
  createAccount,
  setLimits,
  placeOrder,
  cancelOrder,
  replaceOrder,
  massCancel,
  endDay,
  continueCancels,
  setTier,
  assignTier,
  createKey,
  changeKey,
  grantKey,
  rotateKey,
  revokeKey,
  setMode,
  killAccount,
  openDue,
  reportAudit,
  beginSite,
  switchEngine,
} as const;
export type CommandName = keyof typeof commandsByName;

/**
 * Where each command comes from: callers of the SDK and of gateways ask for it, the session of an SDK sends it for
 * itself, or the leader stamps it and no connection may bring it.
 */
export const commandSources = {
  openSession: 'session',
  closeSession: 'session',
  expireDisconnect: 'leader',
  createInstrument: 'caller',
  createAccount: 'caller',
  setLimits: 'caller',
  placeOrder: 'caller',
  cancelOrder: 'caller',
  replaceOrder: 'caller',
  massCancel: 'caller',
  endDay: 'caller',
  continueCancels: 'leader',
  setTier: 'caller',
  assignTier: 'caller',
  createKey: 'caller',
  changeKey: 'caller',
  grantKey: 'caller',
  rotateKey: 'caller',
  revokeKey: 'caller',
  setMode: 'caller',
  killAccount: 'caller',
  openDue: 'leader',
  reportAudit: 'caller',
  beginSite: 'leader',
  switchEngine: 'leader',
} as const satisfies Readonly<Record<CommandName, 'caller' | 'session' | 'leader'>>;
type CommandSource = (typeof commandSources)[CommandName];
type CommandOf<S extends CommandSource> = {
  [N in CommandName]: (typeof commandSources)[N] extends S ? N : never;
}[CommandName];
/** What a client asks for. */
export type ClientCommandName = CommandOf<'caller'>;

/** What a table says of each command that a client asks for, by the type of its record. */
export function byClientType<T>(table: Readonly<Record<ClientCommandName, T>>): ReadonlyMap<number, T> {
  const names = Object.keys(table) as ClientCommandName[];
  return new Map(names.map((name) => [commandsByName[name].type, table[name]]));
}

/** The types of the commands of a source, each as the bit `1 << type`. */
export function commandTypesFrom(source: CommandSource): number {
  const types = Object.values(commandsByName).map(({ name, type }) => [name, type] as const);
  if (types.some(([, type]) => type > 31)) throw new Error('a type of command is no bit of a mask');
  return bitsWhere(Object.fromEntries(types), commandSources, (each) => each === source);
}

/** All commands, by type. */
export const commands = new Catalog(Object.values(commandsByName));

/** Offsets of the header, the same in every command. */
const { sessionId, commandNumber, accountId, deadlineMs } = placeOrder.at;
export const commandAt = { sessionId, commandNumber, accountId, deadlineMs } as const;

/** Offsets of the request stamp from the end of the fixed fields. */
const stampAt = offsetsOf('request stamp', requestStamp);
export const requestAt = {
  timeMs: stampAt.requestTimeMs,
  low: stampAt.requestLow,
  high: stampAt.requestHigh,
  keyNumber: stampAt.keyNumber,
  keyVersion: stampAt.keyVersion,
  step: stampAt.step,
} as const;
/** Bytes of the request stamp. */
export const requestStampBytes = placeOrder.optionalBytes;

/** The fields of a request stamp; without a key no permission is asked for. */
export interface StampFields {
  readonly timeMs: number;
  readonly low: number;
  readonly high: number;
  readonly keyNumber?: number;
  readonly keyVersion?: number;
  readonly step?: number;
}

/** Writes a request stamp to `at`, the end of a command's fixed fields; returns its bytes. */
export function writeRequestStamp(view: DataView, at: number, stamp: StampFields): number {
  setU53(view, at + requestAt.timeMs, stamp.timeMs);
  view.setUint32(at + requestAt.low, stamp.low, true);
  view.setUint32(at + requestAt.high, stamp.high, true);
  view.setUint32(at + requestAt.keyNumber, stamp.keyNumber ?? 0, true);
  view.setUint16(at + requestAt.keyVersion, stamp.keyVersion ?? 0, true);
  view.setUint16(at + requestAt.step, stamp.step ?? 0, true);
  return requestStampBytes;
}
