/**
 * The messages of a link to a replica: sessions, queries, tethers and snapshot transfer. Commands and events travel on
 * the same link as the records that they are. Every record's length is in its first two bytes, so a reader needs no
 * other framing. Before the first of them both sides have proven their identities (`trust`).
 *
 * Order of a link: server `welcome`; then by role.
 * - session: `leadership` whenever it changes; `attach` → `attached`, or an openSession command → `sessionOpened`; then
 *   commands and events. Any replica answers `query`; only the leader serves sessions.
 * - tether: both sides an `introduction` and `keyGrant` → `keyTaken`, then `contacts`, `snapshotNamed` and new keys;
 *   while it is open, the peer's process lives.
 * - fetch: `snapshotRequest` → `snapshotChunk` ….
 * - shipping: a replica says `shipped`; then, at a standby site, `shippedFrame` … → `shipped` …, and at the one that
 *   writes `siteSeen`.
 */
import { auditRow } from './audit.ts';
import { OrderType, Side, TimeInForce } from './commands.ts';
import { OrderStatus } from './events.ts';
import { foundationBytes } from './foundation.ts';
import { KeyKind } from './key-commands.ts';
import {
  bytes,
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
import {
  keyIdBytes,
  keyNetworksBytes,
  modeReasonBytes,
  publicKeyBytes,
  replicaIdMax,
  replicasMax,
  valueWeight,
} from './limits.ts';
import { Mode, ModeScope } from './mode-commands.ts';
import { fillsRow, placeRow } from './place-rows.ts';
import { memberRecord } from './roster.ts';
import { siteSeen, tradesAt } from './site-messages.ts';
import { snapshotChunk, snapshotNamed, snapshotRequest } from './snapshot-messages.ts';

const message = <F extends Fields>(type: number, name: string, fields: F, trailing = false): Layout<F> =>
  new Layout(name, type, fields, trailing);

export const ConnectionRole = { session: 1, tether: 2, fetch: 3, shipping: 4 } as const;
export type ConnectionRole = (typeof ConnectionRole)[keyof typeof ConnectionRole];

/** What a session connection wants to be sent: events addressed to it, or all events of the exchange. */
export const FeedKind = { own: 1, all: 2, none: 3 } as const;
export type FeedKind = (typeof FeedKind)[keyof typeof FeedKind];

/** Server: accepted, or refused with a ReplyCode and then closed. */
export const welcome = message(130, 'welcome', {
  code: u16(),
  replicaId: u8(),
  leaderId: u8(),
  term: u53(),
});

/**
 * Server, whenever it changes: the leader, as far as this replica knows; 0: it knows none. `serving`: sessions may
 * attach.
 */
export const leadership = message(131, 'leadership', {
  leaderId: u8(),
  serving: u8(0, 1),
  reserved: u16(0, 0),
  term: u53(),
  /** Which cluster it is (protocol/foundation.ts): a later one may answer at the same address. 0: not known yet. */
  instance: u53(),
  /** Of its generation; a client that has seen one believes no lower one. 0: not known yet. */
  epoch: u53(),
});

/**
 * Client: bind this connection to a session (0: only the feed), and resume its events after (seq, n). The token is the
 * one that the session was opened with: numbers are dense, and one alone proves nothing.
 */
export const attach = message(132, 'attach', {
  sessionId: u32(),
  afterSeq: u53(),
  /** `noEvent` in `afterN` with afterSeq S: resume with the first event of seq S + 1. */
  afterN: u32(),
  feed: u32Of(FeedKind),
  tokenLow: u32(),
  tokenHigh: u32(),
});
/** In `attach.afterN`: after the last event of afterSeq, whatever its n. */
export const noEvent = 0xffff_ffff;

/** Server: bound, or refused with a ReplyCode. The client resends its commands after `lastCommandNumber`. */
export const attached = message(133, 'attached', {
  sessionId: u32(),
  lastCommandNumber: u53(),
  appliedSeq: u53(),
  term: u53(),
  /** The exchange's time, from the leader that keeps it; 0 from any other. */
  timeUs: u53(),
  /** The epoch in which the writing site began, and its first command; 0: it has written since the founding. */
  siteEpoch: u53(),
  siteSeq: u53(),
  code: u16(),
  reserved: u16(0, 0),
  reserved2: u32(0, 0),
});

/** Server, when it crosses a mark: how full its ring of waiting commands is. Gateways shed load from 900 on. */
export const pressure = message(134, 'pressure', { usedPermille: u32(0, 1000) });

/** Either side: is the other alive; answered by `pong` with the same number. */
export const ping = message(135, 'ping', { number: u32() });
export const pong = message(136, 'pong', {
  number: u32(),
  /**
   * From a replica: every event up to this seq that concerns the connection was sent before; 0 means nothing. A session
   * to which nothing happens so keeps its place in the ring of a busy exchange.
   */
  deliveredSeq: u53(),
  /** As in `attached`. */
  timeUs: u53(),
  /** From a replica: its term. 0 from a replica that may have lost its term with its disk. */
  term: u53(),
  /** From a replica: whether it votes, as far as it knows. */
  isVoter: u8(0, 1),
  reserved: u8(0, 0),
  reserved2: u16(0, 0),
  reserved3: u32(0, 0),
});

/** Server: a message was refused; `subject` is the refused record's type. */
export const refused = message(137, 'refused', { code: u16(), subject: u8(), reserved: u8(0, 0) });

export const QueryKind = {
  order: 1,
  openOrders: 2,
  positions: 3,
  book: 4,
  trades: 5,
  instruments: 6,
  account: 7,
  hashes: 8,
  fills: 9,
  keys: 10,
  modes: 11,
  audit: 12,
} as const;
export type QueryKind = (typeof QueryKind)[keyof typeof QueryKind];

/** Client: a read of the replica's state as of its last applied command. Rows come in one `queryResult`. */
export const query = message(138, 'query', {
  requestId: u32(),
  kind: u8Of(QueryKind),
  reserved: u8(0, 0),
  /** Most rows; a replica may give fewer, and then sets `more`. */
  rowsMax: u16(1, 0xffff),
  accountId: u32(),
  instrumentId: u32(),
  clientOrderId: clientOrderId(),
  /**
   * In `order`: the order. In `openOrders`, `instruments`, `positions`, `modes`, `audit`: rows with a higher id than
   * this. In `fills`: the only order that is meant, 0 for all of the account.
   */
  afterId: u53(),
  /** In `fills`: executions after this event. In `keys`: keys whose last change is after this one. 0 elsewhere. */
  afterSeq: u53(),
  afterN: u32(),
  reserved2: u32(0, 0),
});

/** Server: `rowCount` records of the kind's row layout follow as trailing bytes. */
export const queryResult = message(
  139,
  'queryResult',
  {
    requestId: u32(),
    /** A ReplyCode. */
    code: u16(),
    kind: u8(),
    more: u8(0, 1),
    rowCount: u32(),
    appliedSeq: u53(),
  },
  true,
);

/**
 * Both sides of a tether, first: what the sender is configured to and what its log holds. Times in microseconds; words
 * in the order of `replica/peers/introductions.ts`.
 */
export const introduction = message(142, 'introduction', {
  agreement: u32(),
  /** As in protocol/foundation.ts; the founding voters, those of the newest configuration, instance and epoch. */
  founders: bytes(foundationBytes),
  voters: bytes(foundationBytes),
  instance: u53(),
  epoch: u53(),
  durability: u8(0, 1),
  failover: u8(0, 1),
  /** The newest version of the engine that it has; below: the oldest, and the one in force, 0 without an engine. */
  engineVersion: u16(1),
  electionTimeoutUs: u32(),
  heartbeatUs: u32(),
  tetherDelayUs: u32(),
  frameBytes: u32(),
  /** Hash of the limits of the release. */
  limits: u32(),
  lastIndex: u53(),
  lastLogTerm: u53(),
  engineVersionLeast: u16(1),
  engineVersionInForce: u16(),
  reserved: u32(0, 0),
  /** Of what the configuration files of all members should say alike; empty where there is no file. */
  configHash: text(16),
  /** A bit for each replica id: whether the sender has its address. */
  addressed: bytes((replicaIdMax + 1) / 8),
});

/** What a key of datagrams is for: those to one peer, or those to all. */
export const KeyPurpose = { pair: 1, group: 2 } as const;

/** Tether: a key by which the sender seals datagrams (trust/datagram-keys.ts). */
export const keyGrant = message(152, 'keyGrant', {
  keyId: u32(1),
  /** The life of the owner's process that made it: a random number, since a folder that was set back repeats others. */
  life: u53(),
  /** The number of the last datagram that was sealed with it: all datagrams up to that one were for others. */
  counter: u53(),
  key: bytes(32),
  purpose: u8Of(KeyPurpose),
  reserved: u8(0, 0),
  reserved2: u16(0, 0),
  reserved3: u32(0, 0),
});

/** A key of datagrams on its way to a peer. */
export type KeyGrant = Readonly<
  Pick<ReturnType<typeof keyGrant.read>, 'purpose' | 'keyId' | 'life' | 'counter' | 'key'>
>;

/** Tether: the key was taken and may be used, or it was not, since the receiver holds another key of its number. */
export const keyTaken = message(153, 'keyTaken', {
  keyId: u32(1),
  purpose: u8Of(KeyPurpose),
  isTaken: u8(0, 1),
  reserved: u16(0, 0),
  reserved2: u32(0, 0),
});

/**
 * Tether, whenever it changes: which replicas the sender reaches where it calls them, which have called it, and whose
 * datagrams have come, as sets of bits. So a leader knows of a new machine that every voter and it reach each other.
 */
export const contacts = message(151, 'contacts', {
  reserved: u32(0, 0),
  reaches: bytes((replicaIdMax + 1) / 8),
  calledBy: bytes((replicaIdMax + 1) / 8),
  hears: bytes((replicaIdMax + 1) / 8),
});

/**
 * Server: so many changes of API keys this replica has applied. It is sent when the number grows, to every connection;
 * what has changed is asked for by `keys`.
 */
export const keysChanged = message(155, 'keysChanged', { reserved: u32(0, 0), changes: u53() });

/** Client: it reaches this replica, and not the leader that the replica names in this term. */
export const leaderUnreached = message(157, 'leaderUnreached', { reserved: u32(0, 0), term: u53() });

/**
 * Server, at the start of a connection and whenever they change: the members, a `member` record each, trailing. A
 * client connects to all of them, wherever it began.
 */
export const members = message(158, 'members', { count: u32(1, replicasMax) }, true);

/** Why a shipped frame is not in the log of a standby; `ok`: it is; `differs`: it has applied a voided command. */
export const ShippedCode = {
  ok: 0,
  /** This replica does not lead its site, or has yet to apply what was committed before it led. */
  notLeader: 1,
  /** The site writes itself: it takes no frame of another. */
  writes: 2,
  /** A frame before it is missing. */
  gap: 3,
  /** It does not go on from this log: another exchange, or a time or a border of frames that cannot be. */
  otherHistory: 4,
  malformed: 5,
  /** It is larger than the frames of this site may be: both have the same configuration. */
  tooLarge: 6,
  differs: 7,
} as const;
export type ShippedCode = (typeof ShippedCode)[keyof typeof ShippedCode];

/** Shipping: a frame of the site that writes, as it is there, and the time of the commands before it; trailing. */
const shippedFields = { reserved: u32(0, 0), instance: u53(), previousTimeUs: u53() };
export const shippedFrame = message(154, 'shippedFrame', shippedFields, true);

/** Shipping, at the start and whenever it changes: how far a standby site is, and what became of a frame. */
export const shipped = message(159, 'shipped', {
  code: u8Of(ShippedCode),
  leaderId: u8(),
  isStandby: u8(0, 1),
  /** This replica does not know whether another site was promoted over its own, and asks; 0: it does. */
  doubt: u8(),
  /** The next command that its log takes, and the last command that this replica has applied. */
  nextSeq: u53(1),
  appliedSeq: u53(),
  appliedTimeUs: u53(),
  instance: u53(),
  /** The newest that has begun here. */
  epoch: u53(),
});

/** All messages of a connection that are neither command nor event, by type. */
export const messages = new Catalog([
  welcome,
  leadership,
  attach,
  attached,
  pressure,
  ping,
  pong,
  refused,
  query,
  queryResult,
  snapshotRequest,
  snapshotChunk,
  snapshotNamed,
  introduction,
  keyGrant,
  keyTaken,
  contacts,
  keysChanged,
  memberRecord,
  members,
  leaderUnreached,
  tradesAt,
  shippedFrame,
  shipped,
  siteSeen,
]);

const row = <F extends Fields>(type: number, name: string, fields: F): Layout<F> =>
  new Layout(name, type, fields);

/** Row of `order` and `openOrders`. */
export const orderRow = row(160, 'orderRow', {
  accountId: u32(),
  orderId: u53(),
  quantityLots: u53(),
  filledLots: u53(),
  /** Open quantity; 0 once the order is closed. */
  remainingLots: u53(),
  /** What has been traded, price × lots in ticks, summed up: `filledValueLow` + `filledValueHigh` × 2^52. */
  filledValueLow: u53(0, valueWeight - 1),
  filledValueHigh: u32(),
  instrumentId: u32(),
  priceTicks: u32(),
  side: u8Of(Side),
  orderType: u8Of(OrderType),
  timeInForce: u8Of(TimeInForce),
  status: u8Of(OrderStatus),
  /** An OutcomeCode: why a rejected order was rejected. */
  code: u16(),
  /**
   * A CancelReason: why a cancelled order was cancelled; 0 of any other, and of one that waits in its book for a mass
   * cancel to take it out.
   */
  cancelReason: u8(),
  reserved: u8(0, 0),
  clientOrderId: clientOrderId(),
});

/** Row of `positions`: bought minus sold, as two counts because a row holds no negative numbers. */
export const positionRow = row(161, 'positionRow', {
  instrumentId: u32(),
  boughtLots: u53(),
  soldLots: u53(),
});

/** Row of `book`: buys from the highest price down, then sells from the lowest up. */
export const levelRow = row(162, 'levelRow', {
  side: u8Of(Side),
  reserved: u8(0, 0),
  reserved2: u16(0, 0),
  quantityLots: u53(),
  priceTicks: u32(),
  orderCount: u32(),
});

/** Row of `instruments`. */
export const instrumentRow = row(163, 'instrumentRow', {
  instrumentId: u32(),
  priceDecimals: u8(),
  quantityDecimals: u8(),
  reserved: u16(0, 0),
  /** 0 before the first trade. */
  lastPriceTicks: u32(),
  symbol: text(16),
});

/** Row of `account`. */
export const accountRow = row(164, 'accountRow', {
  accountId: u32(),
  orderLotsMax: u53(),
  openOrdersMax: u32(),
  openOrders: u32(),
  priceBandBasisPoints: u32(),
  tier: u32(),
  name: text(16),
  /** Quotas of the tier; 0 is none. */
  ordersPerSecondMax: u32(),
  ordersPerDayMax: u32(),
  /** Orders and replacements of this day (UTC) in the exchange's time, counted while the tier has a quota. */
  ordersToday: u32(),
  reserved2: u32(0, 0),
  tierName: text(16),
});

/** Row of `hashes`: the hashes of the state after `appliedSeq`, as hexadecimal text. */
export const hashesRow = row(165, 'hashesRow', {
  reserved: u32(0, 0),
  appliedSeq: u53(),
  stateHash: text(16),
  economicHash: text(16),
});

/** Row of `keys`; its accounts follow it, a `keyAccountRow` each. */
export const keyRow = row(167, 'keyRow', {
  keyNumber: u32(),
  /** The change that made it what it is. Rows come in this order: asked for those after it, none is missed. */
  change: u53(),
  createdAtMs: u53(),
  /** 0 is never. */
  expiresAtMs: u53(),
  /** Until when the secret before the newest is good; 0: no more. */
  previousUntilMs: u53(),
  keyVersion: u32(),
  rootId: u32(),
  previousRootId: u32(),
  accountCount: u32(),
  kind: u8Of(KeyKind),
  tier: u8(),
  permissions: u8(),
  isRevoked: u8(0, 1),
  isImported: u8(0, 1),
  reserved: u8(0, 0),
  reserved2: u16(0, 0),
  networks: bytes(keyNetworksBytes),
  publicKey: bytes(publicKeyBytes),
  previousPublicKey: bytes(publicKeyBytes),
  keyId: text(keyIdBytes),
});

/** An account of the key of the row before. */
export const keyAccountRow = row(168, 'keyAccountRow', { accountId: u32() });

/**
 * Row of `modes`: first that of the exchange, then that of the account that was asked for, then instruments in another
 * mode than open, by their ids.
 */
export const modeRow = row(169, 'modeRow', {
  instrumentId: u32(),
  /** As in modeChanged. */
  opensAtMs: u53(),
  accountId: u32(),
  mode: u8Of(Mode),
  scope: u8Of(ModeScope),
  reserved: u16(0, 0),
  reasonText: line(modeReasonBytes),
});

/** All rows, by type. Rows of `trades` are `trade` events, those of `fills` after the first `orderExecuted` events. */
export const rows = new Catalog([
  orderRow,
  positionRow,
  levelRow,
  instrumentRow,
  accountRow,
  hashesRow,
  fillsRow,
  keyRow,
  keyAccountRow,
  modeRow,
  auditRow,
  placeRow,
]);
