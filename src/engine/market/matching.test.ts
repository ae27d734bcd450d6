/** Placing and matching, as stories of events. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { OutcomeCode } from '../../protocol/codes.ts';
import { OrderType, replaceOrder, SelfMatch, Side, setLimits, TimeInForce } from '../../protocol/commands.ts';
import { CancelReason, Liquidity, OrderStatus } from '../../protocol/events.ts';
import { Engine } from '../engine.ts';
import { type DecodedEvent, EngineDesk } from '../testing/desk.ts';

const { buy, sell } = Side;
let engine: Engine;
let desk: EngineDesk;

beforeEach(() => {
  engine = new Engine();
  desk = new EngineDesk(engine);
  desk.open(1);
  desk.instrument(1);
  for (const id of [1, 2, 3]) desk.account(id);
});

const names = (events: readonly DecodedEvent[]): string[] => events.map((event) => event.name);
const outcomeOf = (events: readonly DecodedEvent[]): DecodedEvent => events.at(-1)!;

function only(events: readonly DecodedEvent[], name: string): DecodedEvent[] {
  return events.filter((event) => event.name === name);
}

function assertRefused(events: readonly DecodedEvent[], code: number): void {
  assert.deepEqual(names(events), ['outcome']);
  assert.equal(outcomeOf(events)['code'], code);
  engine.invariants();
}

test('an order that meets nobody rests: accepted, level, outcome', () => {
  const events = desk.place(1, buy, 10, 100, { clientOrderId: 'a' });
  assert.deepEqual(names(events), ['orderAccepted', 'bookLevel', 'outcome']);
  assert.equal(events[0]!['clientOrderId'], 'a');
  assert.deepEqual([events[1]!['quantityLots'], events[1]!['orderCount']], [10, 1]);
  const outcome = outcomeOf(events);
  assert.deepEqual(
    [outcome['code'], outcome['orderStatus'], outcome['filledLots'], outcome['remainingLots']],
    [OutcomeCode.ok, OrderStatus.open, 0, 10],
  );
  assert.deepEqual([outcome['sessionId'], outcome['accountId'], outcome['orderId']], [1, 1, 1]);
});

test('a crossing order trades with the best price first, then with the oldest, at the price of the maker', () => {
  desk.place(1, sell, 5, 102);
  desk.place(1, sell, 5, 101);
  desk.place(2, sell, 5, 101);
  const events = desk.place(3, buy, 12, 102);
  assert.deepEqual(
    only(events, 'trade').map((trade) => [
      trade['priceTicks'],
      trade['quantityLots'],
      trade['aggressorSide'],
    ]),
    [
      [101, 5, buy],
      [101, 5, buy],
      [102, 2, buy],
    ],
  );
  const executed = only(events, 'orderExecuted');
  assert.deepEqual(
    executed.map((one) => [one['orderId'], one['liquidity'], one['remainingLots']]),
    [
      [2, Liquidity.maker, 0],
      [4, Liquidity.taker, 7],
      [3, Liquidity.maker, 0],
      [4, Liquidity.taker, 2],
      [1, Liquidity.maker, 3],
      [4, Liquidity.taker, 0],
    ],
  );
  assert.deepEqual(names(events).slice(-3), ['bookLevel', 'bookLevel', 'outcome']);
  assert.deepEqual(
    only(events, 'bookLevel').map((level) => [
      level['priceTicks'],
      level['quantityLots'],
      level['orderCount'],
    ]),
    [
      [101, 0, 0],
      [102, 3, 1],
    ],
  );
  assert.equal(outcomeOf(events)['orderStatus'], OrderStatus.filled);
  engine.invariants();
});

test('executions are addressed to the session and account of each order', () => {
  desk.place(1, sell, 5, 100);
  const other = new EngineDesk(engine);
  other.open(2);
  const events = other.place(2, buy, 5, 100);
  assert.deepEqual(
    only(events, 'orderExecuted').map((one) => [one['sessionId'], one['accountId']]),
    [
      [1, 1],
      [2, 2],
    ],
  );
  assert.deepEqual(
    only(events, 'trade').map((one) => [one['sessionId'], one['accountId']]),
    [[0, 0]],
  );
});

test('immediate-or-cancel trades what it can and cancels the rest', () => {
  desk.place(1, sell, 5, 100);
  const events = desk.place(2, buy, 8, 100, { timeInForce: TimeInForce.immediateOrCancel });
  const [cancelled] = only(events, 'orderCancelled');
  assert.deepEqual([cancelled!['cancelledLots'], cancelled!['reason']], [3, CancelReason.immediateOrCancel]);
  const outcome = outcomeOf(events);
  assert.deepEqual(
    [outcome['orderStatus'], outcome['filledLots'], outcome['remainingLots']],
    [OrderStatus.cancelled, 5, 0],
  );
});

test('fill-or-kill trades completely or not at all', () => {
  desk.place(1, sell, 5, 100);
  desk.place(1, sell, 5, 101);
  const timeInForce = TimeInForce.fillOrKill;
  assertRefused(desk.place(2, buy, 6, 100, { timeInForce }), OutcomeCode.cannotFillCompletely);
  assert.equal(outcomeOf(desk.place(2, buy, 6, 101, { timeInForce }))['orderStatus'], OrderStatus.filled);
});

test('a market order takes any price, and needs somebody on the other side', () => {
  const market = { orderType: OrderType.market, timeInForce: TimeInForce.immediateOrCancel };
  assertRefused(desk.place(2, buy, 6, 0, market), OutcomeCode.noLiquidity);
  desk.place(1, sell, 5, 2_000_000_000);
  const events = desk.place(2, buy, 6, 0, market);
  assert.equal(only(events, 'trade')[0]!['priceTicks'], 2_000_000_000);
  assert.equal(outcomeOf(events)['orderStatus'], OrderStatus.cancelled);
});

test('a post-only order that would trade is refused', () => {
  desk.place(1, sell, 5, 100);
  const postOnly = { orderType: OrderType.postOnly };
  assertRefused(desk.place(2, buy, 5, 100, postOnly), OutcomeCode.wouldTakeLiquidity);
  assert.equal(outcomeOf(desk.place(2, buy, 5, 99, postOnly))['orderStatus'], OrderStatus.open);
});

test('orders that make no sense are refused, each with its reason', () => {
  const refused = (
    code: number,
    ...[side, lots, price, more]: Parameters<EngineDesk['place']> extends [number, ...infer R] ? R : never
  ): void => assertRefused(desk.place(1, side, lots, price, more), code);
  refused(OutcomeCode.unknownInstrument, buy, 1, 1, { instrumentId: 9 });
  refused(OutcomeCode.invalidQuantity, buy, 0, 1);
  refused(OutcomeCode.invalidQuantity, buy, 2 ** 40 + 1, 1);
  refused(OutcomeCode.invalidPrice, buy, 1, 0);
  refused(OutcomeCode.invalidCombination, buy, 1, 0, { orderType: OrderType.market });
  refused(OutcomeCode.invalidPrice, buy, 1, 1, {
    orderType: OrderType.market,
    timeInForce: TimeInForce.fillOrKill,
  });
  refused(OutcomeCode.invalidCombination, buy, 1, 1, {
    orderType: OrderType.postOnly,
    timeInForce: TimeInForce.fillOrKill,
  });
  assertRefused(desk.place(7, buy, 1, 1), OutcomeCode.unknownAccount);
});

test('self-match prevention: the newest, the oldest or both give way, as the incoming order says', () => {
  const meet = (selfMatch: SelfMatch): DecodedEvent[] => {
    desk.place(1, sell, 5, 100, { clientOrderId: `own${selfMatch}` });
    desk.place(2, sell, 5, 100);
    const events = desk.place(1, buy, 7, 100, { selfMatch });
    engine.invariants();
    return events;
  };
  const story = (events: readonly DecodedEvent[]): unknown[] =>
    events
      .filter((event) => event.name === 'trade' || event.name === 'orderCancelled')
      .map((event) => [event.name, event['orderId'] ?? event['quantityLots'], event['reason'] ?? 0]);

  assert.deepEqual(story(meet(SelfMatch.cancelNewest)), [['orderCancelled', 3, CancelReason.selfMatch]]);
  // Orders 1 and 2 rest; 4 and 5 join them.
  assert.deepEqual(story(meet(SelfMatch.cancelOldest)), [
    ['orderCancelled', 1, CancelReason.selfMatch],
    ['trade', 5, 0],
    ['orderCancelled', 4, CancelReason.selfMatch],
    ['trade', 2, 0],
  ]);
  // Order 5 rests with 3 lots; 7 and 8 join it.
  assert.deepEqual(story(meet(SelfMatch.cancelBoth)), [
    ['trade', 3, 0],
    ['orderCancelled', 7, CancelReason.selfMatch],
    ['orderCancelled', 9, CancelReason.selfMatch],
  ]);
  // Order 8 rests; 10 and 11 join it.
  assert.deepEqual(story(meet(SelfMatch.allow)), [
    ['trade', 5, 0],
    ['trade', 2, 0],
  ]);
});

test('an own order in the way of a fill-or-kill order does not count as fillable', () => {
  desk.place(2, sell, 5, 100);
  desk.place(1, sell, 5, 100);
  desk.place(2, sell, 5, 101);
  const place = (lots: number, selfMatch: SelfMatch): DecodedEvent[] =>
    desk.place(1, buy, lots, 101, { timeInForce: TimeInForce.fillOrKill, selfMatch });
  assertRefused(place(6, SelfMatch.cancelNewest), OutcomeCode.selfMatch);
  assertRefused(place(6, SelfMatch.cancelBoth), OutcomeCode.selfMatch);
  assertRefused(place(11, SelfMatch.cancelOldest), OutcomeCode.cannotFillCompletely);
  const events = place(10, SelfMatch.cancelOldest);
  assert.equal(outcomeOf(events)['orderStatus'], OrderStatus.filled);
  assert.equal(only(events, 'orderCancelled')[0]!['orderId'], 2);
});

test('failure 14: size, open orders and price collars of the account hold back a mistaken order', () => {
  desk.next(setLimits, 1, { orderLotsMax: 100, openOrdersMax: 1, priceBandBasisPoints: 500 });
  assertRefused(desk.place(1, sell, 610_000, 1), OutcomeCode.orderTooLarge);
  desk.place(2, sell, 1, 1000);
  assert.equal(
    outcomeOf(desk.place(1, buy, 1, 5000))['code'],
    OutcomeCode.ok,
    'no band before the first trade',
  );
  assertRefused(desk.place(1, sell, 1, 949), OutcomeCode.outsidePriceBand);
  assertRefused(desk.place(1, buy, 1, 1051), OutcomeCode.outsidePriceBand);
  assert.equal(outcomeOf(desk.place(1, sell, 1, 1050))['code'], OutcomeCode.ok);
  assertRefused(desk.place(1, sell, 1, 1050), OutcomeCode.tooManyOpenOrders);
});

test('what is open on a side stays an exact integer, and no account takes all of it', () => {
  const lots = 2 ** 40;
  for (let n = 0; n < 4_095; n++)
    assert.equal(outcomeOf(desk.place(1, buy, lots, 1 + n))['code'], OutcomeCode.ok);
  assertRefused(desk.place(1, buy, lots, 1), OutcomeCode.exchangeFull);
  const { orderId } = outcomeOf(desk.place(1, buy, lots / 2, 1));
  const grown = desk.next(replaceOrder, 1, { orderId: Number(orderId), quantityLots: lots, priceTicks: 1 });
  assert.equal(outcomeOf(grown)['code'], OutcomeCode.exchangeFull, 'nor by making an order larger');
  assert.equal(outcomeOf(desk.place(1, sell, lots, 5_000))['code'], OutcomeCode.ok, 'the other side is free');
  for (let n = 0; n < 2_048; n++)
    assert.equal(outcomeOf(desk.place(2, buy, lots, 1))['code'], OutcomeCode.ok, 'half of what is left');
  assertRefused(desk.place(2, buy, lots, 1), OutcomeCode.exchangeFull);
  const order = outcomeOf(desk.place(2, sell, 1, 6_000))['orderId'];
  assert.ok(order, 'a small order is placed where there is room');
  engine.invariants();
});

test('a position as large as may be can be closed, and no order leads beyond it on either side', () => {
  const lots = 2 ** 40;
  for (let n = 0; n < 8191; n++) {
    desk.place(1, sell, lots, 100);
    desk.place(2, buy, lots, 100);
  }
  assert.equal(outcomeOf(desk.place(1, sell, lots - 1, 200))['code'], OutcomeCode.ok);
  assertRefused(desk.place(1, sell, 1, 200), OutcomeCode.positionTooLarge);
  assertRefused(desk.place(2, buy, lots, 50), OutcomeCode.positionTooLarge);
  assert.equal(outcomeOf(desk.place(1, buy, lots, 50))['code'], OutcomeCode.ok);
  assert.equal(outcomeOf(desk.place(2, sell, lots, 50))['filledLots'], lots);
  engine.invariants();
});

test('lots bought and sold are netted before they leave the exact integers', () => {
  const lots = 2 ** 40;
  for (let n = 0; n < 8200; n++) {
    const [first, second] = n % 2 === 0 ? [1, 2] : [2, 1];
    desk.place(first, sell, lots, 100);
    desk.place(second, buy, lots, 100);
    desk.place(second, sell, lots, 100);
    desk.place(first, buy, lots, 100);
  }
  engine.invariants();
  assert.equal(outcomeOf(desk.place(1, buy, lots, 100))['code'], OutcomeCode.ok);
});
