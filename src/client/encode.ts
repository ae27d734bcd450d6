/**
 * Commands as callers write them, checked and encoded. What is out of range is refused here, by field, before
 * anything is sent: a malformed command would be dropped by the replica.
 */
import { clientOrderIdForm, isClientOrderIdValue, setClientOrderId } from '../protocol/client-order-ids.ts';
import type { OrderTypeName, TimeInForceName } from '../protocol/commands.ts';
import * as protocol from '../protocol/commands.ts';
import {
  commandBytesMax,
  openOrdersPerAccountMax,
  priceDecimalsMax,
  priceTicksMax,
  quantityDecimalsMax,
  quantityLotsMax,
  symbolBytes,
  tiersMax,
} from '../protocol/limits.ts';
import { setU53, u32Max } from '../std/integers.ts';
import {
  chosen,
  commonNames,
  header,
  integer,
  isGiven,
  type OperatorStamped,
  printable,
  refuseMoreThan,
  refuseUnread,
  type Stamped,
  stampOf,
  word,
  writeForOperator,
} from './arguments.ts';
import {
  type ChangeKey,
  type CreateKey,
  type GrantKey,
  type ReportAudit,
  type RevokeKey,
  type RotateKey,
  writeChangeKey,
  writeCreateKey,
  writeGrantKey,
  writeReportAudit,
  writeRevokeKey,
  writeRotateKey,
} from './encode-keys.ts';
import { type KillAccount, type SetMode, writeKillAccount, writeSetMode } from './encode-modes.ts';
import { InvalidArgumentError } from './errors.ts';
import type { SelfMatchName, SideName } from './words.ts';

export interface PlaceOrder extends Stamped {
  readonly accountId: number;
  readonly instrumentId: number;
  readonly side: SideName;
  /** Default: `limit`. */
  readonly type?: OrderTypeName | undefined;
  /** Not where the type has no price, as in a market order. */
  readonly priceTicks?: number | undefined;
  readonly quantityLots: number;
  /** Default: `goodTillCancel`; `immediateOrCancel` where the type may not rest. */
  readonly timeInForce?: TimeInForceName | undefined;
  /** Default: `allow`. */
  readonly selfMatch?: SelfMatchName | undefined;
  /**
   * Unique for the account: makes it safe to send the order again, and lets it be asked for. Up to 20 printable
   * characters, or a UUID in lower or upper case, with or without dashes. The same order again is answered with what it
   * is now (`repeated`), another order is refused (`clientOrderIdTaken`). It is remembered as long as its order is, and
   * for 60 seconds from its placing at least, then answered `orderForgotten`.
   */
  readonly clientOrderId?: string | undefined;
}

/** Names an order of an account by one of its two ids. */
export interface OrderName {
  readonly accountId: number;
  readonly orderId?: number | undefined;
  readonly clientOrderId?: string | undefined;
}

export interface CancelOrder extends OrderName, Stamped {}

export interface ReplaceOrder extends OrderName, Stamped {
  readonly priceTicks: number;
  /** The new whole quantity, filled part included. */
  readonly quantityLots: number;
}

export interface MassCancel extends Stamped {
  readonly accountId: number;
  /** Default: every instrument. */
  readonly instrumentId?: number | undefined;
  /** Default: both. */
  readonly side?: SideName | undefined;
}

export interface CreateInstrument extends OperatorStamped {
  readonly instrumentId: number;
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
}

/** All limits of an account; 0 is the exchange's own: 65,536 open orders, any quantity, no band. */
interface AccountLimits {
  readonly orderLotsMax: number;
  readonly openOrdersMax: number;
  /** Furthest price from the last trade, in 1/10,000; 0 is no band. */
  readonly priceBandBasisPoints: number;
}

/** Sets all limits of an account; its former limits are gone. */
export interface SetLimits extends OperatorStamped, AccountLimits {
  readonly accountId: number;
}

/** A limit that is left out is the exchange's own. */
export interface CreateAccount extends OperatorStamped, Partial<AccountLimits> {
  readonly accountId: number;
  readonly name: string;
}

/** What an account of a tier may send in one second, and in one day (UTC), of the exchange's time; 0 is no quota. */
export interface SetTier extends OperatorStamped {
  /** From 0, the tier of accounts that were given none, to 15. */
  readonly tier: number;
  /** For people, such as "free". */
  readonly name: string;
  readonly ordersPerSecondMax: number;
  readonly ordersPerDayMax: number;
}

export interface AssignTier extends OperatorStamped {
  readonly accountId: number;
  readonly tier: number;
}

/** The end of the day has no fields of its own. */
export type EndDay = OperatorStamped;

/** The fields of each command. */
interface CommandFields {
  readonly placeOrder: PlaceOrder;
  readonly cancelOrder: CancelOrder;
  readonly replaceOrder: ReplaceOrder;
  readonly massCancel: MassCancel;
  readonly createInstrument: CreateInstrument;
  readonly createAccount: CreateAccount;
  readonly setLimits: SetLimits;
  readonly endDay: EndDay;
  readonly setTier: SetTier;
  readonly assignTier: AssignTier;
  readonly createKey: CreateKey;
  readonly changeKey: ChangeKey;
  readonly grantKey: GrantKey;
  readonly rotateKey: RotateKey;
  readonly revokeKey: RevokeKey;
  readonly setMode: SetMode;
  readonly killAccount: KillAccount;
  readonly reportAudit: ReportAudit;
}

/** Any command of a session, told apart by `command`. */
export type Command = {
  [N in protocol.ClientCommandName]: { readonly command: N } & CommandFields[N];
}[protocol.ClientCommandName];

/** What each command reads, and what a query by the name of an order does. */
const orderNames = ['accountId', 'orderId', 'clientOrderId'] as const satisfies readonly (keyof OrderName)[];
const placeNames = [
  'accountId',
  'instrumentId',
  'side',
  'type',
  'priceTicks',
  'quantityLots',
  'timeInForce',
  'selfMatch',
  'clientOrderId',
  'request',
  'command',
] as const satisfies readonly (keyof PlaceOrder | 'command')[];
const cancelNames = [...orderNames, 'request', 'command'] as const;
const replaceNames = [...cancelNames, 'priceTicks', 'quantityLots'] as const;
const massCancelNames = ['accountId', 'instrumentId', 'side', 'request', 'command'] as const;
const instrumentNames = [
  'instrumentId',
  'symbol',
  'priceDecimals',
  'quantityDecimals',
  ...commonNames,
] as const;
const limitNames = [
  'accountId',
  'orderLotsMax',
  'openOrdersMax',
  'priceBandBasisPoints',
  ...commonNames,
] as const;
const accountNames = ['name', ...limitNames] as const;
const tierNames = ['tier', 'name', 'ordersPerSecondMax', 'ordersPerDayMax', ...commonNames] as const;
const assignNames = ['accountId', 'tier', ...commonNames] as const;
const orderAt = protocol.placeOrder.at;

function clientOrderIdOf(value: string | undefined): string {
  if (typeof value === 'string' && value !== '' && isClientOrderIdValue(value)) return value;
  throw new InvalidArgumentError('clientOrderId', value, clientOrderIdForm);
}

/** Checks an order and writes its record, without a loop over the fields. @hot */
export function writePlaceOrder(view: DataView, at: number, order: PlaceOrder): void {
  const read =
    isGiven(order.accountId) +
    isGiven(order.instrumentId) +
    isGiven(order.side) +
    isGiven(order.type) +
    isGiven(order.priceTicks) +
    isGiven(order.quantityLots) +
    isGiven(order.timeInForce) +
    isGiven(order.selfMatch) +
    isGiven(order.clientOrderId) +
    isGiven(order.request) +
    isGiven((order as Partial<Command>).command);
  refuseMoreThan(read, order, placeNames);
  const name = order.type === undefined ? 'limit' : order.type;
  const type = word('type', name, protocol.OrderType);
  const { hasPrice, standardTimeInForce } = protocol.orderTypeRules[name];
  const priceTicks = hasPrice
    ? integer('priceTicks', order.priceTicks, 0, priceTicksMax)
    : integer(`priceTicks of a ${name} order`, order.priceTicks === undefined ? 0 : order.priceTicks, 0, 0);
  const accountId = integer('accountId', order.accountId, 0, u32Max);
  const instrumentId = integer('instrumentId', order.instrumentId, 0, u32Max);
  const quantityLots = integer('quantityLots', order.quantityLots, 0, Number.MAX_SAFE_INTEGER);
  const side = word('side', order.side, protocol.Side);
  const time = order.timeInForce === undefined ? standardTimeInForce : order.timeInForce;
  const timeInForce = word('timeInForce', time, protocol.TimeInForce);
  const selfMatch =
    order.selfMatch === undefined ? 0 : word('selfMatch', order.selfMatch, protocol.SelfMatch);
  const clientOrderId = order.clientOrderId === undefined ? '' : clientOrderIdOf(order.clientOrderId);

  const stampBytes = stampOf(view, at, protocol.placeOrder, order);
  protocol.placeOrder.writePrefix(view, at, stampBytes);
  view.setUint32(at + orderAt.accountId, accountId, true);
  view.setUint32(at + orderAt.deadlineMs, 0, true);
  view.setUint32(at + orderAt.instrumentId, instrumentId, true);
  view.setUint32(at + orderAt.priceTicks, priceTicks, true);
  setU53(view, at + orderAt.quantityLots, quantityLots);
  view.setUint8(at + orderAt.side, side);
  view.setUint8(at + orderAt.orderType, type);
  view.setUint8(at + orderAt.timeInForce, timeInForce);
  view.setUint8(at + orderAt.selfMatch, selfMatch);
  setClientOrderId(view, at + orderAt.clientOrderId, clientOrderId);
}

/** The order that a command or query is about, by exactly one of its ids. */
export function orderNameOnly(name: OrderName): ReturnType<typeof orderName> {
  refuseUnread(name, orderNames);
  return orderName(name);
}

function orderName(name: OrderName): { accountId: number; orderId: number; clientOrderId: string } {
  const accountId = integer('accountId', name.accountId, 0, u32Max);
  if ((name.orderId === undefined) === (name.clientOrderId === undefined)) {
    const both = name.orderId === undefined ? 'neither given' : 'both given';
    throw new InvalidArgumentError('orderId or clientOrderId', both, 'exactly one of the two');
  }
  if (name.orderId !== undefined) {
    const orderId = integer('orderId', name.orderId, 1, Number.MAX_SAFE_INTEGER);
    return { accountId, orderId, clientOrderId: '' };
  }
  const clientOrderId = clientOrderIdOf(name.clientOrderId);
  return { accountId, orderId: 0, clientOrderId };
}

function limits(
  given: Omit<SetLimits, keyof OperatorStamped>,
): Record<Exclude<keyof SetLimits, keyof OperatorStamped>, number> {
  return {
    accountId: integer('accountId', given.accountId, 1, u32Max),
    orderLotsMax: integer('orderLotsMax', given.orderLotsMax, 0, quantityLotsMax),
    openOrdersMax: integer('openOrdersMax', given.openOrdersMax, 0, openOrdersPerAccountMax),
    priceBandBasisPoints: integer('priceBandBasisPoints', given.priceBandBasisPoints, 0, u32Max),
  };
}

export function writeCancelOrder(view: DataView, at: number, given: CancelOrder): void {
  refuseUnread(given, cancelNames);
  const layout = protocol.cancelOrder;
  const values = { ...header, ...orderName(given), reserved2: 0 };
  layout.write(view, at, values, stampOf(view, at, layout, given));
}

export function writeReplaceOrder(view: DataView, at: number, given: ReplaceOrder): void {
  const priceTicks = integer('priceTicks', given.priceTicks, 0, priceTicksMax);
  const quantityLots = integer('quantityLots', given.quantityLots, 0, Number.MAX_SAFE_INTEGER);
  refuseUnread(given, replaceNames);
  const layout = protocol.replaceOrder;
  const values = { ...header, ...orderName(given), priceTicks, quantityLots };
  layout.write(view, at, values, stampOf(view, at, layout, given));
}

export function writeMassCancel(view: DataView, at: number, given: MassCancel): void {
  const accountId = integer('accountId', given.accountId, 0, u32Max);
  const instrumentId = chosen('instrumentId', given.instrumentId);
  const side = given.side === undefined ? 0 : word('side', given.side, protocol.Side);
  refuseUnread(given, massCancelNames);
  const layout = protocol.massCancel;
  const values = { ...header, accountId, instrumentId, side };
  layout.write(view, at, values, stampOf(view, at, layout, given));
}

export function writeCreateInstrument(view: DataView, at: number, given: CreateInstrument): void {
  const instrumentId = integer('instrumentId', given.instrumentId, 1, u32Max);
  const priceDecimals = integer('priceDecimals', given.priceDecimals, 0, priceDecimalsMax);
  const quantityDecimals = integer('quantityDecimals', given.quantityDecimals, 0, quantityDecimalsMax);
  refuseUnread(given, instrumentNames);
  const symbol = printable('symbol', given.symbol, symbolBytes, false);
  const values = { instrumentId, priceDecimals, quantityDecimals, reserved2: 0, symbol };
  writeForOperator(view, at, protocol.createInstrument, { ...header, accountId: 0, ...values }, given);
}

const noLimits: AccountLimits = { orderLotsMax: 0, openOrdersMax: 0, priceBandBasisPoints: 0 };

export function writeCreateAccount(view: DataView, at: number, given: CreateAccount): void {
  refuseUnread(given, accountNames);
  const name = printable('name', given.name, symbolBytes, true);
  writeForOperator(
    view,
    at,
    protocol.createAccount,
    { ...header, ...limits({ ...noLimits, ...given }), name },
    given,
  );
}

export function writeSetLimits(view: DataView, at: number, given: SetLimits): void {
  refuseUnread(given, limitNames);
  writeForOperator(view, at, protocol.setLimits, { ...header, ...limits(given) }, given);
}

export function writeEndDay(view: DataView, at: number, given: EndDay): void {
  refuseUnread(given, commonNames);
  writeForOperator(view, at, protocol.endDay, { ...header, accountId: 0 }, given);
}

export function writeSetTier(view: DataView, at: number, given: SetTier): void {
  refuseUnread(given, tierNames);
  const quotas = {
    tier: integer('tier', given.tier, 0, tiersMax - 1),
    ordersPerSecondMax: integer('ordersPerSecondMax', given.ordersPerSecondMax, 0, u32Max),
    ordersPerDayMax: integer('ordersPerDayMax', given.ordersPerDayMax, 0, u32Max),
  };
  const name = printable('name', given.name, symbolBytes, true);
  const values = { ...header, accountId: 0, ...quotas, reserved2: 0, name };
  writeForOperator(view, at, protocol.setTier, values, given);
}

export function writeAssignTier(view: DataView, at: number, given: AssignTier): void {
  refuseUnread(given, assignNames);
  const accountId = integer('accountId', given.accountId, 1, u32Max);
  const tier = integer('tier', given.tier, 0, tiersMax - 1);
  writeForOperator(view, at, protocol.assignTier, { ...header, accountId, tier, reserved2: 0 }, given);
}

type Writer<N extends protocol.ClientCommandName> = (
  view: DataView,
  at: number,
  given: CommandFields[N],
) => void;

/** How each command is written: the compiler asks for an entry for each one that a client can ask for. */
const writers: { readonly [N in protocol.ClientCommandName]: Writer<N> } = {
  placeOrder: writePlaceOrder,
  cancelOrder: writeCancelOrder,
  replaceOrder: writeReplaceOrder,
  massCancel: writeMassCancel,
  createInstrument: writeCreateInstrument,
  createAccount: writeCreateAccount,
  setLimits: writeSetLimits,
  endDay: writeEndDay,
  setTier: writeSetTier,
  assignTier: writeAssignTier,
  createKey: writeCreateKey,
  changeKey: writeChangeKey,
  grantKey: writeGrantKey,
  rotateKey: writeRotateKey,
  revokeKey: writeRevokeKey,
  setMode: writeSetMode,
  killAccount: writeKillAccount,
  reportAudit: writeReportAudit,
};

/** Checks any command and writes its record at `at`; session and number are filled in when it is submitted. */
export function writeCommand(view: DataView, at: number, given: Command): void {
  const { command } = given;
  if (!Object.hasOwn(writers, command))
    throw new InvalidArgumentError('command', command, `one of ${Object.keys(writers).join(', ')}`);
  const write = writers[command] as Writer<typeof command>;
  write(view, at, given as CommandFields[typeof command] & Command);
}

/** A command as bytes that `submitWith` takes, any number of times. */
export function encodeCommand(command: Command): Uint8Array {
  const bytes = new Uint8Array(commandBytesMax);
  const view = new DataView(bytes.buffer);
  writeCommand(view, 0, command);
  return bytes.slice(0, view.getUint16(0, true));
}
