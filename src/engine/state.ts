/**
 * Everything that the engine remembers from one command to the next, and the command that is being applied. Only what
 * `snapshot.ts` writes decides what the engine does; the rest is built from it.
 */
import type { Books } from '../book/book.ts';
import { LadderBooks } from '../book/ladder.ts';
import { ReferenceBooks } from '../book/reference.ts';
import * as protocol from '../protocol/limits.ts';
import { assert } from '../std/assert.ts';
import { OrderStore } from '../store/orders.ts';
import { firstEngineVersion, engineVersion as ownEngineVersion } from './engine-version.ts';
import { Output } from './events/output.ts';
import { Accounts } from './stores/accounts.ts';
import { AuditTrail } from './stores/audit.ts';
import { Instruments } from './stores/instruments.ts';
import { Keys } from './stores/keys.ts';
import { Modes } from './stores/modes.ts';
import { OrderIndex } from './stores/order-index.ts';
import { Positions } from './stores/positions.ts';
import { Recent } from './stores/recent.ts';
import { Sessions } from './stores/sessions.ts';
import { Sweeps } from './stores/sweeps.ts';
import { Tiers } from './stores/tiers.ts';
import { TouchedLevels } from './stores/touched-levels.ts';

/** The most that each store holds; all replicas of a cluster have the same limits. */
export interface EngineLimits {
  readonly instrumentsMax: number;
  readonly accountsMax: number;
  readonly sessionsMax: number;
  /** Open orders and remembered closed ones together; the room of closed ones is theirs alone. */
  readonly ordersMax: number;
  readonly closedOrdersMax: number;
  /** Pairs of account and instrument that ever had an order. */
  readonly positionsMax: number;
  /** Signed requests that are remembered. */
  readonly recentRequestsMax: number;
  /** Client order ids that were given to orders lately. */
  readonly recentNamesMax: number;
  /** Entries of the audit trail that are kept. */
  readonly auditEntriesMax: number;
  /** API keys, revoked ones included, and the accounts of all of them. */
  readonly keysMax: number;
  readonly keyAccountsMax: number;
  /** Orders that one command cancels at the most; the others of a mass cancel follow in portions. */
  readonly cancelsMax: number;
  /** Orders that count as cancelled past which one command looks at the most, to find one that trades. */
  readonly passesMax: number;
  /** Resting orders that one command meets at the most: those that it trades with, and own ones that it cancels. */
  readonly tradesMax: number;
}

/** The limits of the protocol. */
const engineLimits: EngineLimits = {
  instrumentsMax: protocol.instrumentsMax,
  accountsMax: protocol.accountsMax,
  sessionsMax: protocol.sessionsMax,
  ordersMax: protocol.ordersMax,
  closedOrdersMax: protocol.closedOrdersMax,
  positionsMax: 4_194_304,
  recentRequestsMax: protocol.recentRequestsMax,
  recentNamesMax: protocol.recentNamesMax,
  auditEntriesMax: protocol.auditEntriesMax,
  keysMax: protocol.keysMax,
  keyAccountsMax: protocol.keyAccountsMax,
  cancelsMax: 1_024,
  passesMax: 1_024,
  tradesMax: protocol.tradesPerCommandMax,
};

/** `book` chooses the implementation of the order books; limits that are left out are the protocol's. */
export interface EngineOptions extends Partial<EngineLimits> {
  readonly book?: 'ladder' | 'reference';
  /**
   * Whether memory for all orders, levels and positions is asked for at the start, so that no command waits while a
   * store grows and is copied. It is address space, about 1.3 GB at the protocol's limits, which the system backs page
   * by page as orders come.
   */
  readonly reserved?: boolean;
  /**
   * So many open orders (for cancels) and so many positions (for new orders) make the engine look ahead; a smaller
   * state is in a processor's cache, and looking costs more than it saves. Left out: so many that it pays.
   */
  readonly looksAheadFrom?: number;
  /**
   * A number of 32 bits of this engine alone, which no member can guess: where ids are in the maps of ids follows from
   * it, so that none can make ids that meet there. Nothing that can be observed does. Left out: 0.
   */
  readonly placesSecret?: number;
  /** The newest version of the engine that it may go over to, where that is not the release's. */
  readonly engineVersionMost?: number;
}

/** About a megabyte of either, what a core has for itself; measured with `npm run bench -- engine`. */
const looksAheadFromStandard = 4_096;
// So much there is room for at the start where nothing is reserved.
const startOrders = 1024;
const startLevels = 64;
const startPositions = 16;

/** Sessions that have ended and whose orders wait to be cancelled. */
const closingSessionsMax = 4_096;

/** Flags of a site that has begun to write. `held`: it may not open yet. `staged`: no operator has set its mode yet. */
export const OpeningFlag = { held: 1, staged: 2 } as const;

/** The stores and counters of one engine. */
export class State {
  readonly limits: EngineLimits;
  readonly orders: OrderStore;
  readonly books: Books;
  readonly accounts: Accounts;
  readonly tiers = new Tiers();
  readonly instruments: Instruments;
  readonly modes: Modes;
  readonly positions: Positions;
  readonly sessions: Sessions;
  readonly keys: Keys;
  readonly audit: AuditTrail;
  readonly index: OrderIndex;
  readonly recent: Recent;
  /** Most open orders of all accounts together. */
  readonly openOrdersMax: number;
  /** So many open orders each account may have, however many the others have. */
  readonly openOrdersFloor: number;
  readonly touched: TouchedLevels;
  readonly output: Output;
  readonly sweeps: Sweeps;
  readonly looksAheadFrom: number;

  readonly engineVersionMost: number;
  /** The version of the engine by which commands are applied (engine-version.ts). */
  engineVersion = firstEngineVersion;
  lastSeq = 0;
  lastTimeUs = 0;
  nextOrderId = 1;
  nextTradeId = 1;
  nextSessionId = 1;
  nextTicket = 1;
  /** Whether any sweep goes on: only then orders are asked whether they count as cancelled. */
  isSweeping = false;
  /** Whether anything is in another mode than open: only then commands are asked whether a mode refuses them. */
  isRestricted = false;
  /** The site that writes, since which epoch and which command of its own; 0: the first one, ever since. */
  site = 0;
  siteEpoch = 0;
  siteSeq = 0;
  /** Bits of {@link OpeningFlag}. */
  reopening = 0;
  /** How many openDue commands were applied, since this engine was made. */
  openings = 0;
  /** How often sweeps were gone on with, since this engine was made. */
  portions = 0;

  // The header of the command that is being applied.
  sessionId = 0;
  /** Slot of the session, NONE for a command of the leader. */
  session = -1;
  commandNumber = 0;
  accountId = 0;
  /** The code of its last outcome that is about no order. */
  answered = 0;

  constructor(options: EngineOptions = {}) {
    const { book = 'ladder', reserved = false, looksAheadFrom = looksAheadFromStandard, ...others } = options;
    const { engineVersionMost = ownEngineVersion, placesSecret = 0, ...limits } = others;
    this.engineVersionMost = engineVersionMost;
    this.looksAheadFrom = looksAheadFrom;
    this.limits = { ...engineLimits, ...limits };
    assert(
      this.limits.closedOrdersMax < this.limits.ordersMax,
      () =>
        `closed orders leave room for open ones: ${this.limits.closedOrdersMax} of ${this.limits.ordersMax}`,
    );
    assert(
      this.limits.closedOrdersMax > 0,
      () => `the order that closed last is always remembered: ${this.limits.closedOrdersMax}`,
    );
    this.orders = new OrderStore(reserved ? this.limits.ordersMax : startOrders, this.limits.ordersMax);
    this.books =
      book === 'ladder'
        ? new LadderBooks(this.orders, reserved ? this.limits.ordersMax : startLevels)
        : new ReferenceBooks(this.orders);
    this.accounts = new Accounts(this.limits.accountsMax);
    this.instruments = new Instruments(this.limits.instrumentsMax, this.books);
    this.modes = new Modes(this.limits.instrumentsMax, this.limits.accountsMax);
    this.positions = new Positions(
      reserved ? this.limits.positionsMax : startPositions,
      this.limits.positionsMax,
      this.accounts,
    );
    // Closed sessions whose orders wait to be cancelled keep their slots; each has more orders than one command
    // cancels.
    const closingMax = Math.min(
      closingSessionsMax,
      Math.ceil(this.limits.ordersMax / this.limits.cancelsMax) + 1,
    );
    this.sessions = new Sessions(this.limits.sessionsMax + closingMax);
    this.audit = new AuditTrail(this.limits.auditEntriesMax);
    this.keys = new Keys(this.limits.keysMax, this.limits.keyAccountsMax);
    this.openOrdersMax = this.limits.ordersMax - this.limits.closedOrdersMax;
    this.openOrdersFloor = Math.max(1, Math.floor(this.openOrdersMax / 1024));
    this.touched = new TouchedLevels(placesSecret);
    this.recent = new Recent(this.limits.recentRequestsMax, this.limits.recentNamesMax, placesSecret);
    this.index = new OrderIndex(
      this.orders,
      this.recent,
      reserved ? this.limits.closedOrdersMax : Math.min(startOrders, this.limits.closedOrdersMax),
      this.limits.closedOrdersMax,
      reserved ? this.limits.ordersMax : 0,
    );
    this.sweeps = new Sweeps(this.orders, this.books, this.limits.passesMax);
    this.output = new Output(this);
  }
}
