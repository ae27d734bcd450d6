/** Mass cancels of more orders than one command cancels: they hold from their command on, and end in portions. */

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { OutcomeCode } from '../../protocol/codes.ts';
import {
  cancelOrder,
  closeSession,
  continueCancels,
  createAccount,
  createInstrument,
  endDay,
  expireDisconnect,
  massCancel,
  OrderType,
  openSession,
  placeOrder,
  replaceOrder,
  Side,
  setLimits,
  TimeInForce,
} from '../../protocol/commands.ts';
import {
  CancelReason,
  eventAt,
  OrderStatus,
  orderAccepted,
  orderCancelled,
  outcome,
} from '../../protocol/events.ts';
import type { Fields, Layout, ValuesOf } from '../../protocol/layout.ts';
import { TYPE_AT } from '../../protocol/layout.ts';
import { accountRow, orderRow } from '../../protocol/messages.ts';
import { getU53 } from '../../std/integers.ts';
import { Random } from '../../std/random.ts';
import { Engine, type EngineOptions } from '../engine.ts';
import { type DecodedEvent, EngineDesk, RecordingSink } from '../testing/desk.ts';
import { emptyCommand } from '../testing/random-commands.ts';

const { buy, sell } = Side;
const LIMITS: EngineOptions = { cancelsMax: 2, passesMax: 4 };
let engine: Engine;
let desk: EngineDesk;

beforeEach(() => {
  engine = new Engine(LIMITS);
  desk = new EngineDesk(engine);
  desk.open(1);
  for (const id of [1, 2]) desk.instrument(id);
  for (const id of [1, 2, 3]) desk.account(id);
});

const names = (events: readonly DecodedEvent[]): string[] => events.map((event) => event.name);
const outcomeOf = (events: readonly DecodedEvent[]): DecodedEvent => events.at(-1)!;
const only = (events: readonly DecodedEvent[], name: string): DecodedEvent[] =>
  events.filter((event) => event.name === name);
const goOn = (): DecodedEvent[] => desk.send(continueCancels, {});

/** Everything until no sweep goes on. */
function drain(): DecodedEvent[] {
  const events: DecodedEvent[] = [];
  while (engine.isSweeping) {
    events.push(...goOn());
    engine.invariants();
  }
  return events;
}

function rowsOf(which: Engine, accountId: number): ReturnType<typeof orderRow.read>[] {
  const view = new DataView(new ArrayBuffer(orderRow.size * 64));
  const count = which.queries.writeOpenOrderRows(view, 0, accountId, 0, 64);
  return Array.from({ length: count }, (_, n) => orderRow.read(view, n * orderRow.size));
}

function restored(which: Engine, options: EngineOptions): Engine {
  const bytes = new Uint8Array(which.snapshotBytes());
  which.writeSnapshot(bytes);
  const again = Engine.restore(bytes, options);
  assert.ok(again, 'a snapshot restores');
  assert.equal(again.stateHash(), which.stateHash());
  again.invariants();
  return again;
}

test('a mass cancel of many cancels some, then more with each command of the leader, and is answered at its end', () => {
  for (let n = 0; n < 5; n++) desk.place(1, buy, 10, 100 + n);
  const first = desk.next(massCancel, 1, {});
  assert.deepEqual(names(first), ['orderCancelled', 'orderCancelled', 'bookLevel', 'bookLevel']);
  const asked = desk.commandNumber;
  assert.equal(engine.isSweeping, true);
  desk.place(2, buy, 1, 50);
  assert.equal(only(goOn(), 'orderCancelled').length, 2);
  const last = goOn();
  assert.deepEqual(names(last), ['orderCancelled', 'bookLevel', 'outcome']);
  const { sessionId, accountId, commandNumber, commandType, code, count } = outcomeOf(last);
  assert.deepEqual(
    { sessionId, accountId, commandNumber, commandType, code, count },
    { sessionId: 1, accountId: 1, commandNumber: asked, commandType: massCancel.type, code: 0, count: 5 },
  );
  assert.equal(engine.isSweeping, false);
  assert.deepEqual(goOn(), [], 'and then there is nothing to go on with');
  engine.invariants();
});

test('from its command on nobody trades with what a mass cancel means, at any kind of order', () => {
  for (let n = 0; n < 6; n++) desk.place(1, sell, 10, 100);
  desk.place(2, sell, 3, 101);
  desk.next(massCancel, 1, {});
  const all = desk.place(3, buy, 4, 101, { timeInForce: TimeInForce.fillOrKill });
  assert.equal(outcomeOf(all)['code'], OutcomeCode.cannotFillCompletely);
  const passive = desk.place(3, buy, 1, 100, { orderType: OrderType.postOnly });
  assert.equal(outcomeOf(passive)['code'], OutcomeCode.ok, 'what stands at 100 is no liquidity');
  const taker = desk.place(3, buy, 5, 101);
  assert.deepEqual(
    only(taker, 'trade').map(({ priceTicks, quantityLots }) => [priceTicks, quantityLots]),
    [[101, 3]],
  );
  const market = { orderType: OrderType.market, timeInForce: TimeInForce.immediateOrCancel };
  assert.equal(outcomeOf(desk.place(3, buy, 1, 0, market))['code'], OutcomeCode.noLiquidity);
  engine.invariants();
  assert.equal(only(drain(), 'orderCancelled').length, 4);
  assert.equal(outcomeOf(desk.place(2, sell, 3, 100))['filledLots'], 3, 'who rested meanwhile trades');
});

test('an order that would have to look past too many that are being cancelled is refused, or its rest is cancelled', () => {
  for (let n = 0; n < 8; n++) desk.place(1, sell, 10, 100);
  desk.place(2, sell, 3, 100);
  desk.place(2, sell, 3, 99);
  desk.place(3, buy, 1, 50);
  desk.next(massCancel, 1, {});
  assert.equal(outcomeOf(desk.place(3, buy, 1, 98))['code'], OutcomeCode.ok, 'what reaches nobody rests');
  const first = desk.place(3, buy, 5, 100);
  assert.deepEqual(names(first), [
    ...['orderAccepted', 'trade', 'orderExecuted', 'orderExecuted', 'orderCancelled', 'bookLevel', 'outcome'],
  ]);
  assert.equal(only(first, 'orderCancelled')[0]!['reason'], CancelReason.blocked);
  const market = { orderType: OrderType.market, timeInForce: TimeInForce.immediateOrCancel };
  for (const events of [
    desk.place(3, buy, 5, 100),
    desk.place(3, buy, 5, 0, market),
    desk.place(3, buy, 3, 100, { timeInForce: TimeInForce.fillOrKill }),
    desk.next(replaceOrder, 3, { orderId: 11, quantityLots: 1, priceTicks: 101 }),
  ]) {
    assert.equal(outcomeOf(events)['code'], OutcomeCode.cancelling);
    engine.invariants();
  }
  goOn();
  assert.equal(
    outcomeOf(desk.place(3, buy, 3, 100))['filledLots'],
    3,
    'when few are left in the way, it trades',
  );
  drain();
});

test('a fill-or-kill order that may look past those in its way trades whole', () => {
  desk.place(2, sell, 3, 100);
  for (let n = 0; n < 5; n++) desk.place(1, sell, 10, 101);
  desk.place(2, sell, 3, 102);
  desk.next(massCancel, 1, {});
  const all = desk.place(3, buy, 6, 102, { timeInForce: TimeInForce.fillOrKill });
  const { code, filledLots, orderStatus } = outcomeOf(all);
  assert.deepEqual([code, filledLots, orderStatus], [OutcomeCode.ok, 6, OrderStatus.filled]);
  assert.equal(only(all, 'orderCancelled').length, 0);
  engine.invariants();
});

test('an order that is being cancelled is shown as cancelled, and cannot be changed', () => {
  for (let n = 0; n < 5; n++) desk.place(1, buy, 10, 100, { clientOrderId: `c${n}` });
  desk.place(2, sell, 4, 100);
  desk.place(2, buy, 1, 90);
  desk.next(massCancel, 1, {});
  assert.deepEqual(rowsOf(engine, 1), []);
  const view = new DataView(new ArrayBuffer(256));
  engine.queries.writeAccountRow(view, 0, 1);
  assert.equal(accountRow.read(view, 0).openOrders, 0);
  for (const name of [{ orderId: 5 }, { clientOrderId: 'c4' }]) {
    for (const layout of [cancelOrder, replaceOrder]) {
      const { code, orderStatus, remainingLots } = outcomeOf(
        desk.next(layout as typeof cancelOrder, 1, name),
      );
      assert.deepEqual(
        [code, orderStatus, remainingLots],
        [OutcomeCode.orderNotOpen, OrderStatus.cancelled, 0],
      );
    }
  }
  assert.deepEqual(rowsOf(engine, 2).length, 1);
  drain();
});

test('orders that are placed after a mass cancel stay, and those of other accounts, instruments and sides', () => {
  for (let n = 0; n < 4; n++) {
    desk.place(1, buy, 1, 90 + n);
    desk.place(1, sell, 1, 110 + n);
    desk.place(1, buy, 1, 90, { instrumentId: 2 });
    desk.place(2, buy, 1, 90 + n);
  }
  desk.next(massCancel, 1, { instrumentId: 1, side: buy });
  desk.place(1, buy, 1, 95);
  assert.equal(rowsOf(engine, 1).length, 9);
  const end = drain();
  assert.equal(outcomeOf(end)['count'], 4);
  assert.equal(rowsOf(engine, 1).length, 9);
  assert.equal(rowsOf(engine, 2).length, 4);
});

test('what is going on is not begun a second time, and says so', () => {
  for (let n = 0; n < 5; n++) desk.place(1, buy, 1, 100, { timeInForce: TimeInForce.day });
  for (let n = 0; n < 3; n++) desk.place(2, buy, 1, 100, { timeInForce: TimeInForce.day });
  desk.next(massCancel, 1, {});
  assert.equal(outcomeOf(desk.next(massCancel, 1, { side: sell }))['code'], OutcomeCode.cancelling);
  desk.next(endDay, 0, {});
  assert.equal(outcomeOf(desk.next(endDay, 0, {}))['code'], OutcomeCode.cancelling);
  // The account of a mass cancel has its own answer, and the orders of the end of day are not counted twice.
  assert.equal(outcomeOf(desk.next(massCancel, 2, {}))['count'], 0);
  const ends = only(drain(), 'outcome').map(({ commandType, count }) => [commandType, count]);
  assert.deepEqual(ends, [
    [massCancel.type, 5],
    [endDay.type, 3],
  ]);
});

test('a whole account that is being cancelled has room for new orders', () => {
  desk.next(setLimits, 1, { openOrdersMax: 5 });
  for (let n = 0; n < 5; n++) desk.place(1, buy, 1, 100);
  assert.equal(outcomeOf(desk.place(1, buy, 1, 100))['code'], OutcomeCode.tooManyOpenOrders);
  desk.next(massCancel, 1, {});
  for (let n = 0; n < 5; n++) assert.equal(outcomeOf(desk.place(1, buy, 1, 100))['code'], OutcomeCode.ok);
  assert.equal(outcomeOf(desk.place(1, buy, 1, 100))['code'], OutcomeCode.tooManyOpenOrders);
  drain();
  assert.equal(rowsOf(engine, 1).length, 5);
});

test('a session that ends with many orders is gone at once, and its orders follow', () => {
  const other = new EngineDesk(engine);
  other.open(7, 1);
  for (let n = 0; n < 7; n++) other.place(2, buy, 1, 100);
  const closed = other.next(closeSession, 0, {});
  assert.deepEqual(names(closed).slice(-2), ['sessionClosed', 'outcome']);
  assert.equal(other.next(massCancel, 2, {}).at(-1)!['code'], OutcomeCode.unknownSession);
  assert.deepEqual(rowsOf(engine, 2), []);
  engine = restored(engine, LIMITS);
  const late = new EngineDesk(engine);
  late.open(8, 1);
  late.place(2, buy, 1, 100);
  desk = Object.assign(new EngineDesk(engine), { sessionId: 1, commandNumber: desk.commandNumber });
  const cancelled = only(drain(), 'orderCancelled');
  assert.ok(cancelled.length === 5 && cancelled.every(({ reason }) => reason === CancelReason.disconnect));
  assert.equal(rowsOf(engine, 2).length, 1, 'another session has its own orders');
});

test('a session whose orders a mass cancel took ends while its own cancels wait, and a snapshot holds that', () => {
  const other = new EngineDesk(engine);
  other.open(7, 1);
  // More than the cancels of the session look at in one command, so that they go on.
  for (let n = 0; n < 40; n++) other.place(2, buy, 1, 100);
  other.next(massCancel, 2, {});
  desk.send(expireDisconnect, { targetSessionId: other.sessionId });
  let answered: DecodedEvent[] = [];
  while (only(answered, 'outcome').length === 0) answered = goOn();
  assert.equal(engine.isSweeping, true, 'the cancels of the session wait for their turn');
  other.next(closeSession, 0, {});
  engine = restored(engine, LIMITS);
  desk = Object.assign(new EngineDesk(engine), { sessionId: 1, commandNumber: desk.commandNumber });
  assert.deepEqual(drain(), []);
  const next = new EngineDesk(engine);
  next.open(8, 1);
  next.place(2, buy, 1, 100);
  assert.deepEqual(rowsOf(engine, 2).length, 1);
});

test('a session that stays away and comes back keeps what it places after that', () => {
  const other = new EngineDesk(engine);
  other.open(7, 1);
  for (let n = 0; n < 5; n++) other.place(2, buy, 1, 100);
  const targetSessionId = other.sessionId;
  desk.send(expireDisconnect, { targetSessionId });
  other.place(2, buy, 1, 101);
  assert.equal(rowsOf(engine, 2).length, 1);
  goOn();
  desk.send(expireDisconnect, { targetSessionId });
  assert.equal(rowsOf(engine, 2).length, 0, 'and loses it when it stays away again');
  other.place(2, buy, 1, 102);
  assert.equal(only(drain(), 'orderCancelled').length, 1);
  assert.deepEqual(
    rowsOf(engine, 2).map(({ priceTicks }) => priceTicks),
    [102],
  );
});

/** One engine cancels everything at once, the other a few orders at a time; to a trader they are the same. */
for (const seed of [1, 2]) {
  test(`in portions is the same as at once, over random commands (${seed})`, () => {
    const twins = new Twins(seed);
    for (let n = 0; n < 5_000; n++) twins.step(n);
    assert.ok(
      twins.sweeps > 100 && twins.compared === 5_000,
      `${twins.sweeps} sweeps, ${twins.compared} answers`,
    );
  });
}

/** What differs: when orders leave their books, and when that is answered. */
function isOfCancelling(view: DataView, at: number): boolean {
  const type = view.getUint8(at + TYPE_AT);
  if (type === orderCancelled.type) {
    const reason = view.getUint8(at + orderCancelled.at.reason);
    return reason >= CancelReason.massCancel && reason <= CancelReason.dayEnd;
  }
  const commandType = view.getUint8(at + outcome.at.commandType);
  if (type === outcome.type) return commandType === massCancel.type || commandType === endDay.type;
  return type === 72 || type === 75;
}

const twinLimits: EngineOptions = { sessionsMax: 3, passesMax: 1_000_000 };

class Twins {
  compared = 0;
  sweeps = 0;
  readonly #random: Random;
  readonly #atOnce = new Engine({ ...twinLimits, cancelsMax: 1_000_000 });
  #inPortions = new Engine({ ...twinLimits, cancelsMax: 3 });
  readonly #view = new DataView(new ArrayBuffer(256));
  readonly #counts = [new Map<string, number>(), new Map<string, number>()] as const;
  readonly #sinks = [new RecordingSink(), new RecordingSink()] as const;
  /** Accounts, and 0 for the day, whose cancelling may go on. */
  readonly #going = new Set<number>();
  readonly #numbers = new Map<number, number>();
  #sessions = 0;
  #lastOrderId = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    for (let n = 0; n < 3; n++) this.#open();
    for (const instrumentId of [1, 2])
      this.#send(createInstrument, 0, { instrumentId, symbol: `I${instrumentId}` });
    for (let accountId = 1; accountId <= 4; accountId++) this.#send(createAccount, accountId, { name: 'a' });
  }

  step(n: number): void {
    const random = this.#random;
    this.#command();
    if (random.chance(0.15)) this.#goOn();
    if (random.chance(0.005)) this.#drain();
    if (random.chance(0.01)) this.#inPortions = restored(this.#inPortions, { ...twinLimits, cancelsMax: 3 });
    if (n % 4 === 0) this.#inPortions.invariants();
    const accountId = 1 + random.below(4);
    assert.deepEqual(
      rowsOf(this.#inPortions, accountId),
      rowsOf(this.#atOnce, accountId),
      `open orders at ${n}`,
    );
    this.compared++;
  }

  #command(): void {
    const random = this.#random;
    const draw = random.below(100);
    const accountId = 1 + random.below(4);
    const name = { orderId: Math.max(1, this.#lastOrderId - random.below(60)) };
    if (draw < 65) this.#place(accountId);
    else if (draw < 75) this.#send(cancelOrder, accountId, name);
    else if (draw < 87)
      this.#send(replaceOrder, accountId, {
        ...name,
        quantityLots: 1 + random.below(30),
        priceTicks: 90 + random.below(20),
      });
    else if (draw < 94) {
      this.#begins(accountId);
      this.#send(massCancel, accountId, { instrumentId: random.below(3), side: random.below(3) });
    } else if (draw < 95) {
      this.#begins(0);
      this.#send(endDay, 0, {});
    } else if (draw < 97) {
      this.#write(expireDisconnect, { targetSessionId: 1 + random.below(this.#sessions) });
    } else if (draw < 98) this.#send(closeSession, 0, {});
    else this.#open();
  }

  #place(accountId: number): void {
    const random = this.#random;
    const side = 1 + random.below(2);
    const isMarket = random.chance(0.05);
    const priceTicks = side === buy ? 101 - random.below(12) : 99 + random.below(12);
    this.#send(placeOrder, accountId, {
      instrumentId: 1 + random.below(2),
      side,
      quantityLots: 1 + random.below(20),
      priceTicks: isMarket ? 0 : priceTicks,
      orderType: isMarket ? OrderType.market : random.chance(0.1) ? OrderType.postOnly : OrderType.limit,
      timeInForce: isMarket || random.chance(0.1) ? 3 + random.below(2) : 1 + random.below(2),
      selfMatch: random.below(4),
      clientOrderId: random.chance(0.3) ? `c${random.below(1_000)}` : '',
    });
  }

  /** A mass cancel of this account or the end of the day comes: what goes on of it must be over, or it is refused. */
  #begins(subject: number): void {
    if (this.#going.has(subject)) this.#drain();
    this.#going.add(subject);
  }

  #open(): void {
    this.#sessions++;
    this.#write(openSession, { tokenLow: this.#sessions, cancelOnDisconnect: this.#random.below(2) });
  }

  #send<F extends Fields>(layout: Layout<F>, accountId: number, values: Partial<ValuesOf<F>>): void {
    const sessionId = Math.max(1, this.#sessions - this.#random.below(4));
    const commandNumber = (this.#numbers.get(sessionId) ?? 0) + 1;
    this.#numbers.set(sessionId, commandNumber);
    this.#write(layout, { sessionId, commandNumber, accountId, ...values });
  }

  #write<F extends Fields>(layout: Layout<F>, values: Partial<ValuesOf<Fields>>): void {
    layout.write(this.#view, 0, { ...emptyCommand(layout), ...values } as ValuesOf<F>);
    this.#apply(this.#view);
  }

  #goOn(): void {
    this.#write(continueCancels, {});
  }

  #drain(): void {
    while (this.#inPortions.isSweeping) this.#goOn();
    this.#going.clear();
    assert.equal(this.#inPortions.economicHash(), this.#atOnce.economicHash());
    // Where its session has ended before, no outcome is sent.
    for (const [command, count] of this.#counts[1])
      assert.equal(count, this.#counts[0].get(command), `orders that ${command} cancelled`);
  }

  #apply(view: DataView): void {
    const wasSweeping = this.#inPortions.isSweeping;
    const told = [this.#atOnce, this.#inPortions].map((engine, which) => {
      const sink = this.#sinks[which]!;
      sink.used = 0;
      engine.apply(view, 0, engine.lastSeq + 1, engine.lastSeq + 1, sink);
      return this.#told(sink, this.#counts[which]!);
    });
    assert.deepEqual(told[1], told[0], `events at seq ${this.#atOnce.lastSeq}`);
    if (!wasSweeping && this.#inPortions.isSweeping) this.sweeps++;
  }

  /** The events that both engines give, and beside the counts of mass cancels by their commands. */
  #told(sink: RecordingSink, counts: Map<string, number>): string[] {
    const told: string[] = [];
    for (let at = 0; at < sink.used; at += sink.view.getUint16(at, true)) {
      const { view } = sink;
      if (view.getUint8(at + TYPE_AT) === orderAccepted.type)
        this.#lastOrderId = getU53(view, at + orderAccepted.at.orderId);
      const isOutcome = view.getUint8(at + TYPE_AT) === outcome.type;
      if (isOutcome && isOfCancelling(view, at)) {
        const key = `${view.getUint32(at + eventAt.sessionId, true)}/${view.getUint32(at + outcome.at.commandNumber, true)}`;
        counts.set(key, view.getUint32(at + outcome.at.count, true));
      }
      if (isOfCancelling(view, at)) continue;
      view.setUint32(at + eventAt.n, 0, true);
      told.push(Buffer.from(sink.bytes.subarray(at, at + view.getUint16(at, true))).toString('hex'));
    }
    return told;
  }
}
