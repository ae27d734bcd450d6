/**
 * Commands as callers write them, checked and encoded. What is out of range is refused here, by field, before
 * anything is sent: a malformed command would be dropped by the replica.
 */
import { clientOrderIdForm, isClientOrderIdValue, setClientOrderId } from '../protocol/client-order-ids.ts';
import * as protocol from '../protocol/commands.ts';
import type { Fields, Layout } from '../protocol/layout.ts';
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
import { isTextValue } from '../protocol/texts.ts';
import { setU53 } from '../std/integers.ts';
import { InvalidArgumentError } from './errors.ts';
import { refuseMoreThan, refuseUnread } from './unread.ts';
import type { OrderTypeName, SelfMatchName, SideName, TimeInForceName } from './words.ts';

/**
 * The signed request that led to a command. The exchange runs a request once, whatever session and gateway it comes
 * through, and only within a minute of its time: `repeatedRequest`, `requestExpired`.
 */
export interface RequestStamp {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** 16 hexadecimal digits, others for each request of an account. */
  readonly id: string;
  /**
   * Milliseconds from now on after which it is not carried out any more, where that is less than `commandTimeoutMs`.
   */
  readonly validMs?: number | undefined;
}

export interface Stamped {
  readonly request?: RequestStamp | undefined;
}

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

export interface CreateInstrument {
  readonly instrumentId: number;
  readonly symbol: string;
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
}

/** Limits of an account; 0, the default, is the exchange's own: 65,536 open orders, any quantity, no band. */
export interface SetLimits {
  readonly accountId: number;
  readonly orderLotsMax?: number | undefined;
  readonly openOrdersMax?: number | undefined;
  /** Furthest price from the last trade, in 1/10,000; 0 is no band. */
  readonly priceBandBasisPoints?: number | undefined;
}

export interface CreateAccount extends SetLimits {
  readonly name: string;
}

/** What an account of a tier may send in one second, and in one day (UTC), of the exchange's time; 0 is no quota. */
export interface SetTier {
  /** From 0, which is the tier of accounts that were given none, to 15. */
  readonly tier: number;
  /** For people, such as "free". */
  readonly name: string;
  readonly ordersPerSecondMax?: number | undefined;
  readonly ordersPerDayMax?: number | undefined;
}

export interface AssignTier {
  readonly accountId: number;
  readonly tier: number;
}

/** The fields of each command. */
interface CommandFields {
  readonly placeOrder: PlaceOrder;
  readonly cancelOrder: CancelOrder;
  readonly replaceOrder: ReplaceOrder;
  readonly massCancel: MassCancel;
  readonly createInstrument: CreateInstrument;
  readonly createAccount: CreateAccount;
  readonly setLimits: SetLimits;
  readonly endDay: object;
  readonly setTier: SetTier;
  readonly assignTier: AssignTier;
}

/** Any command of a session, told apart by `command`. */
export type Command = {
  [N in protocol.ClientCommandName]: { readonly command: N } & CommandFields[N];
}[protocol.ClientCommandName];

/** What each command reads, and what a query by the name of an order does. */
const stampNames = ['timeMs', 'id', 'validMs'] as const satisfies readonly (keyof RequestStamp)[];
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
const instrumentNames = ['instrumentId', 'symbol', 'priceDecimals', 'quantityDecimals', 'command'] as const;
const limitNames = ['accountId', 'orderLotsMax', 'openOrdersMax', 'priceBandBasisPoints', 'command'] as const;
const accountNames = ['name', ...limitNames] as const;
const tierNames = ['tier', 'name', 'ordersPerSecondMax', 'ordersPerDayMax', 'command'] as const;
const assignNames = ['accountId', 'tier', 'command'] as const;

const u32Max = 0xffff_ffff;
/** Hexadecimal digits of each half of the id of a request. */
const halfDigits = 8;
const header = { sessionId: 0, commandNumber: 0, deadlineMs: 0 } as const;
const orderAt = protocol.placeOrder.at;

/** `value` if it is an integer in range; throws otherwise. */
export function integer(field: string, value: number | undefined, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new InvalidArgumentError(field, value, `an integer from ${min} to ${max}`);
}

function word<T extends string>(
  field: string,
  value: T | undefined,
  words: Readonly<Record<T, number>>,
): number {
  // What all objects inherit is no number.
  const number: unknown = words[value as T];
  if (typeof number === 'number') return number;
  throw new InvalidArgumentError(field, value, `one of ${Object.keys(words).join(', ')}`);
}

function printable(field: string, value: string | undefined, size: number, mayBeEmpty: boolean): string {
  if (typeof value === 'string' && isTextValue(value, size) && (mayBeEmpty || value !== '')) return value;
  const least = mayBeEmpty ? 'at most' : '1 to';
  throw new InvalidArgumentError(
    field,
    value,
    `${least} ${size} characters of printable ASCII without spaces`,
  );
}

function clientOrderIdOf(value: string | undefined, mayBeEmpty: boolean): string {
  if (typeof value === 'string' && isClientOrderIdValue(value) && (mayBeEmpty || value !== '')) return value;
  throw new InvalidArgumentError('clientOrderId', value, clientOrderIdForm);
}

/** Checks a request stamp and writes it to `at`; returns its bytes. */
function writeStamp(view: DataView, at: number, request: RequestStamp): number {
  const timeMs = integer('request.timeMs', request.timeMs, 0, Number.MAX_SAFE_INTEGER);
  const { id, validMs } = request;
  refuseMoreThan(isGiven(request.timeMs) + isGiven(id) + isGiven(validMs), request, stampNames, 'request.');
  if (validMs !== undefined) integer('request.validMs', validMs, 0, Number.MAX_SAFE_INTEGER);
  const isWhole = typeof id === 'string' && id.length === 2 * halfDigits;
  const high = isWhole ? hexadecimal(id, 0) : Number.NaN;
  const low = isWhole ? hexadecimal(id, halfDigits) : Number.NaN;
  if (Number.isNaN(high + low)) throw new InvalidArgumentError('request.id', id, '16 hexadecimal digits');
  return protocol.writeRequestStamp(view, at, { timeMs, low, high });
}

/** The number of 8 hexadecimal digits; NaN where one of them is none. */
function hexadecimal(text: string, from: number): number {
  let value = 0;
  for (let n = from; n < from + halfDigits; n++) {
    const code = text.charCodeAt(n);
    // A letter in small letters; digits stay what they are.
    const small = code | 0x20;
    if (code >= 0x30 && code <= 0x39) value = (value << 4) | (code - 0x30);
    else if (small >= 0x61 && small <= 0x66) value = (value << 4) | (small - 0x57);
    else return Number.NaN;
  }
  return value >>> 0;
}

/** The bytes of a command's stamp, written behind its fixed part; 0 where it has none. */
function stampOf<F extends Fields>(view: DataView, at: number, layout: Layout<F>, given: Stamped): number {
  return given.request === undefined ? 0 : writeStamp(view, at + layout.size, given.request);
}

function isGiven(value: unknown): number {
  return value === undefined ? 0 : 1;
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
    : integer(`priceTicks of a ${name} order`, order.priceTicks ?? 0, 0, 0);
  const accountId = integer('accountId', order.accountId, 0, u32Max);
  const instrumentId = integer('instrumentId', order.instrumentId, 0, u32Max);
  const quantityLots = integer('quantityLots', order.quantityLots, 0, Number.MAX_SAFE_INTEGER);
  const side = word('side', order.side, protocol.Side);
  const timeInForce = word('timeInForce', order.timeInForce ?? standardTimeInForce, protocol.TimeInForce);
  const selfMatch =
    order.selfMatch === undefined ? 0 : word('selfMatch', order.selfMatch, protocol.SelfMatch);
  const clientOrderId = order.clientOrderId === undefined ? '' : clientOrderIdOf(order.clientOrderId, true);

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
  const clientOrderId = clientOrderIdOf(name.clientOrderId, false);
  return { accountId, orderId: 0, clientOrderId };
}

function limits(given: SetLimits): Record<keyof SetLimits, number> {
  return {
    accountId: integer('accountId', given.accountId, 1, u32Max),
    orderLotsMax: integer('orderLotsMax', given.orderLotsMax ?? 0, 0, quantityLotsMax),
    openOrdersMax: integer('openOrdersMax', given.openOrdersMax ?? 0, 0, openOrdersPerAccountMax),
    priceBandBasisPoints: integer('priceBandBasisPoints', given.priceBandBasisPoints ?? 0, 0, u32Max),
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
  const instrumentId = integer('instrumentId', given.instrumentId ?? 0, 0, u32Max);
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
  protocol.createInstrument.write(view, at, { ...header, accountId: 0, ...values });
}

export function writeCreateAccount(view: DataView, at: number, given: CreateAccount): void {
  refuseUnread(given, accountNames);
  const name = printable('name', given.name, symbolBytes, true);
  protocol.createAccount.write(view, at, { ...header, ...limits(given), name });
}

export function writeSetLimits(view: DataView, at: number, given: SetLimits): void {
  refuseUnread(given, limitNames);
  protocol.setLimits.write(view, at, { ...header, ...limits(given) });
}

export function writeEndDay(view: DataView, at: number, given?: object): void {
  refuseUnread(given, ['command']);
  protocol.endDay.write(view, at, { ...header, accountId: 0 });
}

export function writeSetTier(view: DataView, at: number, given: SetTier): void {
  refuseUnread(given, tierNames);
  const quotas = {
    tier: integer('tier', given.tier, 0, tiersMax - 1),
    ordersPerSecondMax: integer('ordersPerSecondMax', given.ordersPerSecondMax ?? 0, 0, u32Max),
    ordersPerDayMax: integer('ordersPerDayMax', given.ordersPerDayMax ?? 0, 0, u32Max),
  };
  const name = printable('name', given.name, symbolBytes, true);
  protocol.setTier.write(view, at, { ...header, accountId: 0, ...quotas, reserved2: 0, name });
}

export function writeAssignTier(view: DataView, at: number, given: AssignTier): void {
  refuseUnread(given, assignNames);
  const accountId = integer('accountId', given.accountId, 1, u32Max);
  const tier = integer('tier', given.tier, 0, tiersMax - 1);
  protocol.assignTier.write(view, at, { ...header, accountId, tier, reserved2: 0 });
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
