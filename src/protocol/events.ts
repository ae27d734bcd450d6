/**
 * The events: every output of the engine. Each is identified by (seq, n): the sequence number of its command and its
 * place among the events of that command. The last event of a session's command is its `outcome`.
 */
import { OrderType, SelfMatch, Side, TimeInForce } from './commands.ts';
import { KeyKind } from './key-commands.ts';
import {
  Catalog,
  clientOrderId,
  type Fields,
  Layout,
  line,
  text,
  u8,
  u8Of,
  u16,
  u32,
  u32Of,
  u53,
} from './layout.ts';
import { eventBytesMax, keyIdBytes, modeReasonBytes, symbolBytes, valueWeight } from './limits.ts';
import { Mode, ModeScope } from './mode-commands.ts';

const eventHeader = {
  /** The session it is addressed to; 0 is the public. */
  sessionId: u32(),
  seq: u53(),
  /** Microseconds since 1970, the time that the leader stamped on the command. */
  timeUs: u53(),
  /** The account it concerns; 0 is the public. */
  accountId: u32(),
  /** 0, 1, 2 … within the events of one command. */
  n: u32(),
} as const;

function event<F extends Fields>(type: number, name: string, fields: F): Layout<typeof eventHeader & F> {
  const layout = new Layout(name, type, { ...eventHeader, ...fields });
  if (layout.size > eventBytesMax) throw new Error(`${name} is larger than an event may be`);
  return layout;
}

export const OrderStatus = { none: 0, open: 1, filled: 2, cancelled: 3, rejected: 4 } as const;
export type OrderStatus = (typeof OrderStatus)[keyof typeof OrderStatus];

export const CancelReason = {
  requested: 1,
  immediateOrCancel: 2,
  selfMatch: 3,
  massCancel: 4,
  disconnect: 5,
  dayEnd: 6,
  replaced: 7,
  /** Orders in its way are being cancelled, too many to look past. */
  blocked: 8,
  /** The operator has stopped the account. */
  killed: 9,
  /** The order has met as many orders as one command may. */
  tooManyTrades: 10,
} as const;
export type CancelReason = (typeof CancelReason)[keyof typeof CancelReason];

export const Liquidity = { maker: 1, taker: 2 } as const;
export type Liquidity = (typeof Liquidity)[keyof typeof Liquidity];

/** The answer to one command of a session, once and last. For a repeat, the first answer again. */
export const outcome = event(64, 'outcome', {
  commandNumber: u53(),
  /** Of the order that the command was about; 0 where there is none. */
  orderId: u53(),
  /** Quantity of the order that had traded when the command was done. */
  filledLots: u53(),
  /** Quantity of the order that was open when the command was done. */
  remainingLots: u53(),
  /** What had been traded, price × lots in ticks, summed up: `filledValueLow` + `filledValueHigh` × 2^52. */
  filledValueLow: u53(0, valueWeight - 1),
  filledValueHigh: u32(),
  /** An OutcomeCode. */
  code: u8(),
  /** The command's type. */
  commandType: u8(),
  orderStatus: u8Of(OrderStatus),
  /** 1: the client order id was used before; this is the first outcome again. */
  repeated: u8(0, 1),
  /** Orders that a mass cancel cancelled. */
  count: u32(),
  clientOrderId: clientOrderId(),
});

/** A session is open; its number is the header's sessionId. */
export const sessionOpened = event(65, 'sessionOpened', {
  tokenLow: u32(),
  tokenHigh: u32(),
  /** Whose it is, as in openSession. */
  ownerId: u32(),
  ownerKind: u32(),
});

/** A session has ended: closed by itself, or replaced because too many were open. */
export const sessionClosed = event(66, 'sessionClosed', { evicted: u32(0, 1), reserved2: u32(0, 0) });

export const orderAccepted = event(67, 'orderAccepted', {
  orderId: u53(),
  quantityLots: u53(),
  instrumentId: u32(),
  priceTicks: u32(),
  side: u8Of(Side),
  orderType: u8Of(OrderType),
  timeInForce: u8Of(TimeInForce),
  selfMatch: u8Of(SelfMatch),
  clientOrderId: clientOrderId(),
});

/** One side's part of a trade; addressed to the session that placed the order. */
export const orderExecuted = event(68, 'orderExecuted', {
  orderId: u53(),
  tradeId: u53(),
  quantityLots: u53(),
  remainingLots: u53(),
  instrumentId: u32(),
  priceTicks: u32(),
  side: u8Of(Side),
  liquidity: u8Of(Liquidity),
  reserved2: u16(0, 0),
  clientOrderId: clientOrderId(),
});

export const orderCancelled = event(69, 'orderCancelled', {
  orderId: u53(),
  /** Quantity that was open and is cancelled. */
  cancelledLots: u53(),
  instrumentId: u32(),
  priceTicks: u32(),
  side: u8Of(Side),
  reason: u8Of(CancelReason),
  reserved2: u16(0, 0),
  clientOrderId: clientOrderId(),
});

export const orderReplaced = event(70, 'orderReplaced', {
  orderId: u53(),
  quantityLots: u53(),
  remainingLots: u53(),
  instrumentId: u32(),
  priceTicks: u32(),
  side: u8Of(Side),
  /** 1: the order kept its place in the queue. */
  keptPriority: u8(0, 1),
  reserved2: u16(0, 0),
  clientOrderId: clientOrderId(),
});

/** Public: two orders traded. */
export const trade = event(71, 'trade', {
  tradeId: u53(),
  quantityLots: u53(),
  instrumentId: u32(),
  priceTicks: u32(),
  aggressorSide: u32Of(Side),
  reserved2: u32(0, 0),
});

/** Public: the new state of one price level that a command touched; quantity 0: it is gone. */
export const bookLevel = event(72, 'bookLevel', {
  quantityLots: u53(),
  instrumentId: u32(),
  priceTicks: u32(),
  side: u32Of(Side),
  orderCount: u32(),
});

/** Public: an instrument exists. */
export const instrumentCreated = event(73, 'instrumentCreated', {
  instrumentId: u32(),
  priceDecimals: u8(0, 9),
  quantityDecimals: u8(0, 12),
  reserved2: u16(0, 0),
  symbol: text(symbolBytes),
});

/** An account exists or has new limits. */
export const accountChanged = event(74, 'accountChanged', {
  orderLotsMax: u53(),
  openOrdersMax: u32(),
  priceBandBasisPoints: u32(),
});

/** Public: the day orders are cancelled. */
export const dayEnded = event(75, 'dayEnded', { cancelledCount: u32(), reserved2: u32(0, 0) });

/** An API key exists, or something of it has changed; it says what the key is now. */
export const keyChanged = event(76, 'keyChanged', {
  keyNumber: u32(),
  /** Of its newest secret. */
  keyVersion: u32(),
  /** All changes of keys are numbered 1, 2, 3 …. */
  change: u53(),
  kind: u8Of(KeyKind),
  permissions: u8(),
  tier: u8(),
  isRevoked: u8(0, 1),
  accountCount: u32(),
  keyId: text(keyIdBytes),
});

/** A mode, and what it is the mode of. */
const modeFields = {
  /** Milliseconds since 1970, in the exchange's time, from which on it is open; 0 is until it is set again. */
  opensAtMs: u53(),
  /** Of the instrument; 0 where it is of the exchange or of an account. */
  instrumentId: u32(),
  mode: u8Of(Mode),
  scope: u8Of(ModeScope),
  reserved2: u16(0, 0),
  reasonText: line(modeReasonBytes),
} as const;

/** The mode of the exchange, of an instrument (both public), or of the account of the header has changed. */
export const modeChanged = event(77, 'modeChanged', modeFields);

/** The mode for which the command that is answered next is refused. */
export const modeRefused = event(78, 'modeRefused', modeFields);

/** All events, by type. */
export const events = new Catalog([
  outcome,
  sessionOpened,
  sessionClosed,
  orderAccepted,
  orderExecuted,
  orderCancelled,
  orderReplaced,
  trade,
  bookLevel,
  instrumentCreated,
  accountChanged,
  dayEnded,
  keyChanged,
  modeChanged,
  modeRefused,
]);

/** Offsets of the header, the same in every event. */
const { sessionId, seq, timeUs, accountId, n } = outcome.at;
export const eventAt = { sessionId, seq, timeUs, accountId, n } as const;
