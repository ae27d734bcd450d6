/** Cancel, replace, mass cancel, end of day and cancel on disconnect. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { OutcomeCode } from '../../protocol/codes.ts';
import {
  cancelOrder,
  closeSession,
  endDay,
  expireDisconnect,
  massCancel,
  OrderType,
  replaceOrder,
  Side,
  setLimits,
  TimeInForce,
} from '../../protocol/commands.ts';
import { CancelReason, OrderStatus } from '../../protocol/events.ts';
import { Engine } from '../engine.ts';
import { type DecodedEvent, EngineDesk } from '../testing/desk.ts';

const { buy, sell } = Side;
let engine: Engine;
let desk: EngineDesk;

beforeEach(() => {
  engine = new Engine({ closedOrdersMax: 50 });
  desk = new EngineDesk(engine);
  desk.open(1);
  for (const id of [1, 2]) desk.instrument(id);
  for (const id of [1, 2]) desk.account(id);
});

const names = (events: readonly DecodedEvent[]): string[] => events.map((event) => event.name);
const codeOf = (events: readonly DecodedEvent[]): unknown => events.at(-1)!['code'];
const cancelledOf = (events: readonly DecodedEvent[]): unknown[] =>
  events
    .filter((event) => event.name === 'orderCancelled')
    .map((event) => [event['orderId'], event['reason']]);

test('an order is cancelled by its id or by its client order id, by its owner only, and once', () => {
  desk.place(1, buy, 10, 100, { clientOrderId: 'a' });
  desk.place(1, buy, 10, 100, { clientOrderId: 'b' });
  assert.equal(codeOf(desk.next(cancelOrder, 2, { orderId: 1 })), OutcomeCode.unknownOrder);
  assert.equal(codeOf(desk.next(cancelOrder, 2, { clientOrderId: 'a' })), OutcomeCode.unknownOrder);
  assert.equal(codeOf(desk.next(cancelOrder, 1, { orderId: 9 })), OutcomeCode.unknownOrder);
  assert.equal(codeOf(desk.next(cancelOrder, 1, {})), OutcomeCode.unknownOrder);
  const events = desk.next(cancelOrder, 1, { orderId: 1 });
  assert.deepEqual(names(events), ['orderCancelled', 'bookLevel', 'outcome']);
  assert.deepEqual([events[1]!['quantityLots'], events[1]!['orderCount']], [10, 1]);
  assert.deepEqual([events[2]!['orderStatus'], events[2]!['remainingLots']], [OrderStatus.cancelled, 0]);
  assert.equal(codeOf(desk.next(cancelOrder, 1, { orderId: 1 })), OutcomeCode.orderNotOpen);
  assert.deepEqual(cancelledOf(desk.next(cancelOrder, 1, { clientOrderId: 'b' })), [
    [2, CancelReason.requested],
  ]);
  engine.invariants();
});

test('a replacement that only lowers the quantity keeps its place; any other goes to the back', () => {
  desk.place(1, sell, 10, 100);
  desk.place(2, sell, 10, 100);
  const lower = desk.next(replaceOrder, 1, { orderId: 1, quantityLots: 6, priceTicks: 100 });
  assert.deepEqual(names(lower), ['orderReplaced', 'bookLevel', 'outcome']);
  assert.deepEqual([lower[0]!['keptPriority'], lower[0]!['remainingLots']], [1, 6]);
  assert.equal(lower[1]!['quantityLots'], 16);
  const trade = (): unknown =>
    desk.place(2, buy, 1, 100).find((event) => event.name === 'orderExecuted')!['orderId'];
  assert.equal(trade(), 1);
  const raise = desk.next(replaceOrder, 1, { orderId: 1, quantityLots: 7, priceTicks: 100 });
  assert.deepEqual(
    [raise[0]!['keptPriority'], raise[0]!['quantityLots'], raise[0]!['remainingLots']],
    [0, 7, 6],
  );
  assert.equal(trade(), 2);
  engine.invariants();
});

test('a replacement may trade, end the order, or be refused and leave it as it was', () => {
  desk.place(1, sell, 10, 105);
  desk.place(2, buy, 4, 100);
  const events = desk.next(replaceOrder, 1, { orderId: 1, quantityLots: 10, priceTicks: 100 });
  assert.deepEqual(names(events), [
    'orderReplaced',
    'trade',
    'orderExecuted',
    'orderExecuted',
    'bookLevel',
    'bookLevel',
    'bookLevel',
    'outcome',
  ]);
  assert.deepEqual([events.at(-1)!['filledLots'], events.at(-1)!['remainingLots']], [4, 6]);

  desk.next(setLimits, 1, { orderLotsMax: 10, priceBandBasisPoints: 1000 });
  const change = (quantityLots: number, priceTicks: number): DecodedEvent[] =>
    desk.next(replaceOrder, 1, { orderId: 1, quantityLots, priceTicks });
  assert.equal(codeOf(change(0, 100)), OutcomeCode.invalidQuantity);
  assert.equal(codeOf(change(5, 0)), OutcomeCode.invalidPrice);
  assert.equal(codeOf(change(11, 101)), OutcomeCode.orderTooLarge);
  assert.equal(codeOf(change(9, 111)), OutcomeCode.outsidePriceBand);
  assert.deepEqual(cancelledOf(change(4, 101)), [[1, CancelReason.replaced]]);
  engine.invariants();
});

test('a post-only order is not moved to where it would trade', () => {
  desk.place(1, buy, 5, 100);
  desk.place(2, sell, 5, 105, { orderType: OrderType.postOnly });
  const events = desk.next(replaceOrder, 2, { orderId: 2, quantityLots: 5, priceTicks: 100 });
  assert.deepEqual(names(events), ['outcome']);
  assert.deepEqual([events[0]!['code'], events[0]!['remainingLots']], [OutcomeCode.wouldTakeLiquidity, 5]);
});

test('a mass cancel takes what it names, in ascending order id, and each level is told once', () => {
  desk.place(1, buy, 1, 100);
  desk.place(1, sell, 1, 110);
  desk.place(2, buy, 1, 100);
  desk.place(1, buy, 1, 100, { instrumentId: 2 });
  desk.place(1, buy, 1, 100);
  const buys = desk.next(massCancel, 1, { instrumentId: 1, side: buy });
  assert.deepEqual(cancelledOf(buys), [
    [1, CancelReason.massCancel],
    [5, CancelReason.massCancel],
  ]);
  const levels = buys.filter((event) => event.name === 'bookLevel');
  assert.deepEqual(
    levels.map((level) => [level['priceTicks'], level['quantityLots'], level['orderCount']]),
    [[100, 1, 1]],
  );
  assert.equal(buys.at(-1)!['count'], 2);
  assert.equal(codeOf(desk.next(massCancel, 1, { instrumentId: 7 })), OutcomeCode.unknownInstrument);
  assert.equal(desk.next(massCancel, 1, {}).at(-1)!['count'], 2);
  engine.invariants();
});

test('the end of the day cancels day orders of all accounts, in ascending order id', () => {
  desk.place(2, buy, 1, 100, { timeInForce: TimeInForce.day });
  desk.place(1, buy, 1, 100);
  desk.place(1, buy, 1, 101, { timeInForce: TimeInForce.day });
  const events = desk.send(endDay, {});
  assert.deepEqual(names(events), ['orderCancelled', 'orderCancelled', 'bookLevel', 'bookLevel', 'dayEnded']);
  assert.deepEqual(cancelledOf(events), [
    [1, CancelReason.dayEnd],
    [3, CancelReason.dayEnd],
  ]);
});

test('cancel on disconnect takes the orders of that session only, if it asked for it', () => {
  const second = new EngineDesk(engine);
  second.open(2, 1);
  desk.place(1, buy, 1, 100);
  second.place(1, buy, 1, 100);
  second.place(2, sell, 1, 110);
  assert.deepEqual(desk.send(expireDisconnect, { targetSessionId: 1 }), []);
  assert.equal(engine.hasDisconnectOrders(1), false);
  assert.equal(engine.hasDisconnectOrders(2), true);
  const expired = desk.send(expireDisconnect, { targetSessionId: 2 });
  assert.deepEqual(cancelledOf(expired), [
    [2, CancelReason.disconnect],
    [3, CancelReason.disconnect],
  ]);
  second.place(2, sell, 1, 111);
  const closed = second.next(closeSession, 0, {});
  assert.deepEqual(names(closed), ['orderCancelled', 'bookLevel', 'sessionClosed', 'outcome']);
  assert.equal(codeOf(second.place(2, sell, 1, 111)), OutcomeCode.unknownSession);
  engine.invariants();
});
