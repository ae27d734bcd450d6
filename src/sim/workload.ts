/** What simulated members want: a stream of commands that trade a lot, contradict each other and repeat themselves. */

import type { QueryRequest } from '../client/queries.ts';
import {
  cancelOrder,
  createAccount,
  createInstrument,
  endDay,
  massCancel,
  OrderType,
  placeOrder,
  replaceOrder,
  SelfMatch,
  Side,
  setLimits,
  TimeInForce,
} from '../protocol/commands.ts';
import type { Fields, Layout, ValuesOf } from '../protocol/layout.ts';
import { noEvent, QueryKind } from '../protocol/messages.ts';
import type { Random } from '../std/random.ts';
import { Tally } from './atlas.ts';

/** A command that waits to be numbered by a session. */
export interface Intent {
  readonly name: string;
  /** Writes the command; session and number are left open. */
  readonly write: (view: DataView, at: number) => number;
}

const emptyHeader = { sessionId: 0, commandNumber: 0, accountId: 0, deadlineMs: 0 } as const;

/** A command's fields behind its header. */
type FieldsOf<F extends Fields> = Omit<ValuesOf<F>, keyof typeof emptyHeader>;

function intent<F extends Fields>(layout: Layout<F>, accountId: number, fields: FieldsOf<F>): Intent {
  const values = { ...emptyHeader, accountId, ...fields } as unknown as ValuesOf<F>;
  return { name: layout.name, write: (view, at) => layout.write(view, at, values) };
}

/** Instruments of every world. */
const instrumentIds: readonly number[] = [1, 2, 3];
/** What members look up. */
const readKinds = Object.values(QueryKind);
/** Prices keep close to this, so that orders meet. */
const middleTicks = 1_000;
const spreadTicks = 8;
const lotsMax = 20;
/** Client order ids that a member remembers, to repeat and to cancel them. */
const rememberedMax = 64;

/** The commands of one member, whose accounts nobody else uses. */
export class Workload {
  readonly #random: Random;
  readonly #memberId: number;
  readonly #accounts: readonly number[];
  readonly #clientOrderIds: string[] = [];
  readonly #orderIds: number[] = [];
  readonly #tally: Tally;
  #placed = 0;

  constructor(memberId: number, random: Random, tally = new Tally()) {
    this.#tally = tally;
    this.#memberId = memberId;
    this.#random = random;
    this.#accounts = [memberId * 10 + 1, memberId * 10 + 2];
  }

  /** What must exist before the member can trade; instruments are created by every member, so one wins. */
  opening(): Intent[] {
    const decimals = { priceDecimals: 2, quantityDecimals: 0, reserved2: 0 };
    const limits = { orderLotsMax: 0, openOrdersMax: 0, priceBandBasisPoints: 0 };
    return [
      ...instrumentIds.map((instrumentId) =>
        intent(createInstrument, 0, { instrumentId, ...decimals, symbol: `INST${instrumentId}` }),
      ),
      ...this.#accounts.map((accountId) =>
        intent(createAccount, accountId, { ...limits, name: `account-${accountId}` }),
      ),
    ];
  }

  /** The exchange has given an order of this member a number. */
  learned(orderId: number): void {
    remember(this.#orderIds, orderId);
  }

  next(): Intent {
    const random = this.#random;
    const draw = random.below(100);
    if (draw < 62) return this.#place();
    if (draw < 80) return this.#cancel();
    if (draw < 93) return this.#replace();
    if (draw < 97) {
      const instrumentId = random.chance(0.3) ? 0 : random.pick(instrumentIds);
      return intent(massCancel, this.#account(), { instrumentId, side: random.below(3) });
    }
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
      default:
        return { ...request, kind: random.chance(0.1) ? QueryKind.hashes : QueryKind.book, instrumentId };
    }
  }

  #place(): Intent {
    const random = this.#random;
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
    return intent(placeOrder, this.#account(), {
      // A few name what does not exist or is not allowed: refusals must be the same everywhere too.
      instrumentId: random.chance(0.02) ? 99 : random.pick(instrumentIds),
      priceTicks: isMarket || random.chance(0.01) ? 0 : this.#priceTicks(),
      quantityLots: random.chance(0.01) ? 0 : random.between(1, lotsMax),
      side: random.chance(0.5) ? Side.buy : Side.sell,
      orderType,
      timeInForce,
      selfMatch: random.pick(Object.values(SelfMatch)),
      clientOrderId: this.#clientOrderId(),
    });
  }

  #cancel(): Intent {
    return intent(cancelOrder, this.#account(), { ...this.#whichOrder(), reserved2: 0 });
  }

  #replace(): Intent {
    const quantityLots = this.#random.between(1, lotsMax);
    return intent(replaceOrder, this.#account(), {
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

  /** Mostly new; sometimes none; sometimes one that was used before, which must not trade twice. */
  #clientOrderId(): string {
    const random = this.#random;
    if (random.chance(0.05)) return '';
    if (this.#clientOrderIds.length > 0 && random.chance(0.08)) {
      this.#tally.add('client order id used again');
      return random.pick(this.#clientOrderIds);
    }
    this.#placed += 1;
    const clientOrderId = `m${this.#memberId}-${this.#placed}`;
    remember(this.#clientOrderIds, clientOrderId);
    return clientOrderId;
  }

  #priceTicks(): number {
    return middleTicks + this.#random.between(-spreadTicks, spreadTicks);
  }

  #account(): number {
    return this.#random.pick(this.#accounts);
  }
}

function remember<T>(list: T[], item: T): void {
  list.push(item);
  if (list.length > rememberedMax) list.shift();
}
