/** What simulated clients want: a stream of commands that trade a lot, contradict each other and repeat themselves. */

import type { QueryRequest } from '../../client/core/pending-queries.ts';
import { AuditKind } from '../../protocol/audit.ts';
import { emptyHeader } from '../../protocol/command-layouts.ts';
import {
  assignTier,
  cancelOrder,
  createAccount,
  createInstrument,
  endDay,
  massCancel,
  OrderType,
  placeOrder,
  replaceOrder,
  reportAudit,
  SelfMatch,
  Side,
  type StampFields,
  setLimits,
  setTier,
  TimeInForce,
  writeRequestStamp,
} from '../../protocol/commands.ts';
import {
  changeKey,
  createKey,
  grantKey,
  KeyKind,
  Permission,
  revokeKey,
  rotateKey,
} from '../../protocol/key-commands.ts';
import type { Fields, Layout, ValuesOf } from '../../protocol/layout.ts';
import { accountsPerGrantMax, keyNetworksBytes, publicKeyBytes } from '../../protocol/limits.ts';
import { noEvent, QueryKind } from '../../protocol/messages.ts';
import { killAccount, Mode, setMode } from '../../protocol/mode-commands.ts';
import type { Random } from '../../std/random.ts';
import type { Tally } from '../world/atlas.ts';
import type { Intent } from '../world/intent.ts';
import type { SignedCopies } from '../world/signed-copies.ts';

/** A command's fields behind its header. */
type FieldsOf<F extends Fields> = Omit<ValuesOf<F>, keyof typeof emptyHeader>;

export function intent<F extends Fields>(
  layout: Layout<F>,
  accountId: number,
  fields: FieldsOf<F>,
  { stamp, validUs }: { stamp?: StampFields | undefined; validUs?: number } = {},
): Intent {
  const values = { ...emptyHeader, accountId, ...fields } as unknown as ValuesOf<F>;
  const write = (view: DataView, at: number): number => {
    const stampBytes = stamp === undefined ? 0 : writeRequestStamp(view, at + layout.size, stamp);
    return layout.write(view, at, values, stampBytes);
  };
  return { name: layout.name, write, ...(validUs === undefined ? {} : { validUs }) };
}

/** Instruments of every world. */
const instrumentIds: readonly number[] = [1, 2, 3];
/** What clients look up. */
const readKinds = Object.values(QueryKind);
/** Prices keep close to this, so that orders meet. */
const middleTicks = 1_000;
const spreadTicks = 8;
const lotsMax = 20;
/** Client order ids that a client remembers, to repeat and to cancel them. */
const rememberedMax = 64;
const uuidEnd = '0123456789ab';

/** What clients share. */
export interface Surroundings {
  readonly tally: Tally;
  readonly copies: SignedCopies;
  /** Milliseconds since 1970, as the clients believe. */
  nowMs(): number;
}

/** Names of three instruments, in the other case too, and what cannot be addressed. */
const takenSymbols: readonly string[] = ['INST1', 'inst2', 'Inst3', '..'];

/** The commands of one client, whose accounts no other uses; but its signed requests may be copied by all. */
export class Workload {
  readonly #random: Random;
  readonly #clientId: number;
  readonly accounts: readonly [number, number];
  readonly #clientOrderIds: string[] = [];
  readonly #orderIds: number[] = [];
  readonly #surroundings: Surroundings;
  /** Orders that it placed with an id, to be placed again. */
  readonly #named: (() => Intent)[] = [];
  /** Newest versions of the keys that clients sign with, by number. */
  readonly #keys = new Map<number, number>();
  #placed = 0;
  #keysMade = 0;

  constructor(clientId: number, random: Random, surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#clientId = clientId;
    this.#random = random;
    this.accounts = [clientId * 10 + 1, clientId * 10 + 2];
  }

  /** What must exist before the client can trade; instruments are created by every client, so one wins. */
  opening(): Intent[] {
    const decimals = { priceDecimals: 2, quantityDecimals: 0, reserved2: 0 };
    const limits = { orderLotsMax: 0, openOrdersMax: 0, priceBandBasisPoints: 0 };
    return [
      ...instrumentIds.map((instrumentId) =>
        intent(createInstrument, 0, { instrumentId, ...decimals, symbol: `INST${instrumentId}` }),
      ),
      ...this.accounts.map((accountId) =>
        intent(createAccount, accountId, { ...limits, name: `account-${accountId}` }),
      ),
    ];
  }

  /** The exchange has given an order of this client a number. */
  learned(orderId: number): void {
    remember(this.#orderIds, orderId);
  }

  /** The exchange has made a key, or changed one. */
  learnedKey(keyNumber: number, keyVersion: number): void {
    this.#keys.delete(keyNumber);
    this.#keys.set(keyNumber, keyVersion);
  }

  next(): Intent {
    const random = this.#random;
    const { copies, tally } = this.#surroundings;
    const copy = random.chance(0.03) ? copies.pick(random) : undefined;
    if (copy !== undefined) {
      tally.add('signed request copied');
      return copy;
    }
    const draw = random.below(100);
    if (draw < 62) return this.#place();
    if (draw < 80) return this.#cancel();
    if (draw < 93) return this.#replace();
    if (draw < 96) {
      const instrumentId = random.chance(0.3) ? 0 : random.pick(instrumentIds);
      return this.#signed(massCancel, this.#account(), { instrumentId, side: random.below(3) });
    }
    if (random.chance(0.1)) return this.#createAgain();
    if (random.chance(0.2)) return this.#quotas();
    if (random.chance(0.25)) return this.#modes();
    if (random.chance(0.6)) return this.#changeKeys();
    if (draw < 99) {
      const openOrdersMax = random.chance(0.5) ? 0 : random.between(5, 50);
      const orderLotsMax = random.chance(0.5) ? 0 : lotsMax;
      return intent(setLimits, this.#account(), { orderLotsMax, openOrdersMax, priceBandBasisPoints: 0 });
    }
    return random.chance(0.3) ? intent(endDay, 0, {}) : this.#place();
  }

  /** Something to look up. */
  question(): QueryRequest {
    const random = this.#random;
    const { orderId, clientOrderId } = this.#whichOrder();
    const request = {
      rowsMax: random.pick([1, 5, 40]),
      accountId: 0,
      instrumentId: 0,
      clientOrderId: '',
      afterId: 0,
      afterSeq: 0,
      afterN: 0,
    };
    const accountId = this.#account();
    const instrumentId = random.pick(instrumentIds);
    switch (random.pick(readKinds)) {
      case QueryKind.order:
        return { ...request, kind: QueryKind.order, accountId, clientOrderId, afterId: orderId };
      case QueryKind.openOrders:
        return { ...request, kind: QueryKind.openOrders, accountId };
      case QueryKind.positions:
        return { ...request, kind: QueryKind.positions, accountId };
      case QueryKind.account:
        return { ...request, kind: QueryKind.account, accountId };
      case QueryKind.book:
        return { ...request, kind: QueryKind.book, instrumentId };
      case QueryKind.instruments:
        return { ...request, kind: QueryKind.instruments };
      case QueryKind.trades:
        return { ...request, kind: QueryKind.trades, instrumentId };
      case QueryKind.fills: {
        const part = random.pick([{}, { afterId: orderId }, { instrumentId }]);
        const afterSeq = random.chance(0.5) ? 0 : random.below(4_096);
        return { ...request, kind: QueryKind.fills, accountId, afterSeq, afterN: noEvent, ...part };
      }
      case QueryKind.modes:
        return { ...request, kind: QueryKind.modes, accountId, instrumentId: random.pick([0, instrumentId]) };
      case QueryKind.keys:
        return { ...request, kind: QueryKind.keys, afterSeq: random.below(4) };
      default:
        return { ...request, kind: random.chance(0.1) ? QueryKind.hashes : QueryKind.book, instrumentId };
    }
  }

  #place(): Intent {
    const random = this.#random;
    const { tally } = this.#surroundings;
    const draw = random.below(100);
    const isMarket = draw < 10;
    const timeInForce =
      isMarket || draw < 20
        ? TimeInForce.immediateOrCancel
        : draw < 28
          ? TimeInForce.fillOrKill
          : draw < 45
            ? TimeInForce.day
            : TimeInForce.goodTillCancel;
    const mayRest = timeInForce === TimeInForce.day || timeInForce === TimeInForce.goodTillCancel;
    const orderType = isMarket
      ? OrderType.market
      : mayRest && random.chance(0.15)
        ? OrderType.postOnly
        : OrderType.limit;
    if (this.#named.length > 0 && random.chance(0.04)) {
      tally.add('client order id used again');
      return random.pick(this.#named)();
    }
    const account = this.#account();
    const order = {
      // A few name what does not exist or is not allowed: refusals must be the same everywhere too.
      instrumentId: random.chance(0.02) ? 99 : random.pick(instrumentIds),
      priceTicks: isMarket || random.chance(0.01) ? 0 : this.#priceTicks(),
      quantityLots: random.chance(0.01) ? 0 : random.between(1, lotsMax),
      side: random.chance(0.5) ? Side.buy : Side.sell,
      orderType,
      timeInForce,
      selfMatch: random.pick(Object.values(SelfMatch)),
      clientOrderId: this.#clientOrderId(),
    };
    if (order.clientOrderId !== '') remember(this.#named, () => this.#signed(placeOrder, account, order));
    return this.#signed(placeOrder, account, order);
  }

  /** A command that comes from a signed request at times, and is given up at times before it can arrive. */
  #signed<F extends Fields>(layout: Layout<F>, accountId: number, fields: FieldsOf<F>): Intent {
    const random = this.#random;
    const { copies, tally } = this.#surroundings;
    if (random.chance(0.05)) {
      tally.add('deadline past');
      return intent(layout, accountId, fields, { validUs: random.pick([0, 0, 2_000, 20_000]) });
    }
    if (random.chance(0.8)) return intent(layout, accountId, fields);
    const isOutOfTime = random.chance(0.05);
    const awayMs = isOutOfTime ? random.pick([-120_000, -60_000, 60_000, 120_000]) : 0;
    const stamp = { timeMs: this.#surroundings.nowMs() + awayMs, low: random.next(), high: random.below(4) };
    const request = intent(layout, accountId, fields, { stamp: { ...stamp, ...this.#key() } });
    tally.add(isOutOfTime ? 'signed request out of time' : 'signed request');
    copies.keep(request);
    return request;
  }

  /** A young key, mostly by its newest version; none at times. */
  #key(): Pick<StampFields, 'keyNumber' | 'keyVersion'> {
    const random = this.#random;
    const young = [...this.#keys].slice(-2);
    if (young.length === 0 || random.chance(0.2)) return {};
    this.#surroundings.tally.add('signed with a key');
    const [keyNumber, version] = random.pick(young);
    return { keyNumber, keyVersion: Math.max(1, version - (random.chance(0.3) ? 1 : 0)) };
  }

  /** Makes a key, changes or ends one. */
  #changeKeys(): Intent {
    const random = this.#random;
    this.#surroundings.tally.add('key changed');
    const young = [...this.#keys].slice(-2);
    const publicKey = new Uint8Array(publicKeyBytes);
    if (random.chance(young.length === 0 ? 0.4 : 0.15)) {
      if (!random.chance(0.2)) this.#keysMade += 1;
      const keyId = `key-${this.#clientId}-${this.#keysMade}`;
      const made = { publicKey, kind: KeyKind.hmac, isImported: 0, reserved2: 0, rootId: 1 };
      return intent(createKey, 0, { keyId, ...made });
    }
    if (random.chance(0.1)) {
      const nowhere = { operatorId: 0, givenUs: 0, replicaId: 0 };
      const fixed = { keyNumber: 0, subject: 0, outcome: 0, reserved: 0, source: '192.0.2.1', ...nowhere };
      const entryKind = AuditKind.refusals;
      return intent(reportAudit, 0, { ...fixed, entryKind, count: 3, action: 'wrongSignature' });
    }
    const [keyNumber, version] = young.length === 0 ? ([1, 1] as const) : random.pick(young);
    const draw = random.below(100);
    if (draw < 40) {
      const accountIds = new Uint8Array(accountsPerGrantMax * 4);
      accountIds[0] = this.#account();
      accountIds[4] = this.#account();
      return intent(grantKey, 0, { keyNumber, isTaken: random.chance(0.2) ? 1 : 0, accountIds });
    }
    if (draw < 75) {
      const soonMs = this.#surroundings.nowMs() + random.below(1_500);
      const permissions = random.pick([Permission.trade, Permission.trade, Permission.cancel, 31, 1]);
      const rights = { permissions, tier: 0, reserved2: 0, expiresAtMs: random.pick([0, soonMs]) };
      return intent(changeKey, 0, { keyNumber, ...rights, networks: new Uint8Array(keyNetworksBytes) });
    }
    if (draw < 90) {
      const graceMs = random.pick([0, 50, 60_000]);
      return intent(rotateKey, 0, { keyNumber, newVersion: version + 1, graceMs, rootId: 1, publicKey });
    }
    return intent(revokeKey, 0, { keyNumber, reserved2: 0 });
  }

  /** Another instrument with a symbol that is taken, or that none may have. */
  #createAgain(): Intent {
    this.#surroundings.tally.add('symbol used again');
    const decimals = { priceDecimals: 2, quantityDecimals: 0, reserved2: 0 };
    const symbol = this.#random.pick(takenSymbols);
    return intent(createInstrument, 0, { instrumentId: 4, ...decimals, symbol });
  }

  /**
   * Quotas that are spent soon, for accounts of all clients alike; the day's are high enough for some orders to pass.
   */
  #quotas(): Intent {
    const random = this.#random;
    const tier = random.below(3);
    if (random.chance(0.6)) return intent(assignTier, this.#account(), { tier, reserved2: 0 });
    const ordersPerSecondMax = tier === 0 ? 0 : random.between(1, 20);
    const ordersPerDayMax = tier === 1 ? random.between(100, 400) : 0;
    const name = `tier-${tier}`;
    return intent(setTier, 0, { tier, ordersPerSecondMax, ordersPerDayMax, reserved2: 0, name });
  }

  /** Another mode: for a short time mostly, and the shorter the more clients it stops. */
  #modes(): Intent {
    const random = this.#random;
    this.#surroundings.tally.add('mode changed');
    const draw = random.below(100);
    if (draw < 8) {
      const accountId = this.#account();
      return intent(killAccount, accountId, { reason: 'runs wild' });
    }
    const mode = random.pick([Mode.open, Mode.open, Mode.cancelOnly, Mode.readOnly, Mode.halted]);
    const instrumentId = draw < 40 ? random.pick(instrumentIds) : 0;
    const accountId = draw >= 50 ? this.#account() : 0;
    const shortMs = accountId === 0 ? random.between(1, 60) : random.between(1, 400);
    const openAfterMs = mode === Mode.open || (accountId !== 0 && random.chance(0.2)) ? 0 : shortMs;
    const reserved = { reserved2: 0, reserved3: 0, reserved4: 0 };
    return intent(setMode, accountId, { instrumentId, openAfterMs, mode, ...reserved, reason: 'a test' });
  }

  #cancel(): Intent {
    return this.#signed(cancelOrder, this.#account(), { ...this.#whichOrder(), reserved2: 0 });
  }

  #replace(): Intent {
    const quantityLots = this.#random.between(1, lotsMax);
    return this.#signed(replaceOrder, this.#account(), {
      ...this.#whichOrder(),
      quantityLots,
      priceTicks: this.#priceTicks(),
    });
  }

  #whichOrder(): { orderId: number; clientOrderId: string } {
    const byNumber = this.#orderIds.length > 0 && this.#random.chance(0.4);
    if (byNumber) return { orderId: this.#random.pick(this.#orderIds), clientOrderId: '' };
    const isKnown = this.#clientOrderIds.length > 0 && !this.#random.chance(0.05);
    const clientOrderId = isKnown ? this.#random.pick(this.#clientOrderIds) : 'never-used';
    return { orderId: 0, clientOrderId };
  }

  /** Mostly a new id; sometimes none; sometimes an id that was used before, which must not trade twice. */
  #clientOrderId(): string {
    const random = this.#random;
    if (random.chance(0.05)) return '';
    if (this.#clientOrderIds.length > 0 && random.chance(0.04)) {
      this.#surroundings.tally.add('another order under a used id');
      return random.pick(this.#clientOrderIds);
    }
    this.#placed += 1;
    const clientOrderId = random.chance(0.9)
      ? `m${this.#clientId}-${this.#placed}`
      : `${(this.#clientId * 0x1_0000 + this.#placed).toString(16).padStart(8, '0')}-0000-4000-8000-${uuidEnd}`;
    remember(this.#clientOrderIds, clientOrderId);
    return clientOrderId;
  }

  #priceTicks(): number {
    return middleTicks + this.#random.between(-spreadTicks, spreadTicks);
  }

  #account(): number {
    return this.#random.pick(this.accounts);
  }
}

function remember<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > rememberedMax) list.shift();
}
