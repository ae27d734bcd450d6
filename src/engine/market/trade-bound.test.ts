import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode } from '../../protocol/codes.ts';
import { OrderType, replaceOrder, SelfMatch, Side, TimeInForce } from '../../protocol/commands.ts';
import { CancelReason, OrderStatus } from '../../protocol/events.ts';
import { tradesPerCommandMax } from '../../protocol/limits.ts';
import { orderRow } from '../../protocol/messages.ts';
import { Engine } from '../engine.ts';
import { type DecodedEvent, EngineDesk } from '../testing/desk.ts';

const { buy, sell } = Side;
const { limit, market } = OrderType;
const { goodTillCancel, immediateOrCancel, fillOrKill } = TimeInForce;

/** A market in which `waiting` orders of account 1 to sell one lot each wait, a few of them at each price. */
function marketOf(book: 'ladder' | 'reference', waiting: number): { engine: Engine; desk: EngineDesk } {
  const engine = new Engine({ book });
  const desk = new EngineDesk(engine);
  desk.open(1);
  desk.instrument(1);
  for (const account of [1, 2]) desk.account(account);
  for (let n = 0; n < waiting; n++) desk.place(1, sell, 1, 100 + Math.floor(n / 40));
  return { engine, desk };
}

/** What became of the order: trades, filled, lots and reason of what was cancelled, status, code. */
function became(engine: Engine, events: readonly DecodedEvent[]): unknown[] {
  engine.invariants();
  const of = (name: string): DecodedEvent[] => events.filter((event) => event.name === name);
  const cancelled = of('orderCancelled').at(-1);
  const outcome = of('outcome')[0]!;
  const row = new DataView(new ArrayBuffer(orderRow.size));
  if (cancelled !== undefined) {
    engine.queries.writeOrderRow(row, 0, Number(cancelled['accountId']), Number(cancelled['orderId']));
    assert.equal(
      orderRow.read(row, 0).cancelReason,
      cancelled['reason'],
      'the order says why it was cancelled',
    );
  }
  return [
    ...[of('trade').length, outcome['filledLots']],
    ...[cancelled?.['cancelledLots'] ?? 0, cancelled?.['reason'] ?? 0],
    ...[outcome['orderStatus'], outcome['code']],
  ];
}

const { ok } = OutcomeCode;
const whole = (lots: number): unknown[] => [lots, lots, 0, 0, OrderStatus.filled, ok];
const ended = (rest: number): unknown[] => [
  ...[1_024, 1_024, rest, CancelReason.tooManyTrades, OrderStatus.cancelled, ok],
];

test('one command trades with 1,024 orders at the most', () => {
  assert.equal(tradesPerCommandMax, 1_024);
});

for (const book of ['ladder', 'reference'] as const) {
  for (const [name, orderType, timeInForce, priceTicks] of [
    ['limit', limit, goodTillCancel, 200],
    ['immediate-or-cancel', limit, immediateOrCancel, 200],
    ['market', market, immediateOrCancel, 0],
  ] as const) {
    test(`${book}: ${name} orders trade with 1,023 and with 1,024 orders; what is left is cancelled`, () => {
      for (const lots of [1_023, 1_024, 1_025]) {
        const { engine, desk } = marketOf(book, 1_100);
        const events = desk.place(2, buy, lots, priceTicks, { orderType, timeInForce });
        assert.deepEqual(became(engine, events), lots > 1_024 ? ended(1) : whole(lots));
        const again = desk.place(2, buy, 76, priceTicks, { orderType, timeInForce });
        assert.deepEqual(became(engine, again), whole(76), 'the next order goes on where it ended');
      }
    });
  }

  test(`${book}: a fill-or-kill order that needs 1,025 trades is refused whole`, () => {
    const { engine, desk } = marketOf(book, 1_100);
    const place = (lots: number, kind: OrderType, priceTicks: number): unknown[] => {
      const fields = { orderType: kind, timeInForce: fillOrKill };
      return became(engine, desk.place(2, buy, lots, priceTicks, fields));
    };
    const refused = [0, 0, 0, 0, OrderStatus.none, OutcomeCode.tooManyTrades];
    const before = engine.economicHash();
    assert.deepEqual(place(1_025, limit, 200), refused);
    assert.deepEqual(place(1_025, market, 0), refused);
    assert.equal(engine.economicHash(), before);
    assert.deepEqual(place(1_024, limit, 200), whole(1_024));
    assert.deepEqual(place(76, market, 0), whole(76));
  });

  test(`${book}: an order whose price is spent at the 1,024th trade waits with its rest`, () => {
    const { engine, desk } = marketOf(book, 1_024);
    const events = desk.place(2, buy, 1_030, 200);
    assert.deepEqual(became(engine, events), [1_024, 1_024, 0, 0, OrderStatus.open, ok]);
  });

  test(`${book}: a change that leads to more trades than that ends the order`, () => {
    const { engine, desk } = marketOf(book, 1_100);
    desk.place(2, buy, 1_025, 50, { clientOrderId: 'a' });
    const to = { clientOrderId: 'a', quantityLots: 1_025, priceTicks: 200 };
    assert.deepEqual(became(engine, desk.next(replaceOrder, 2, to)), ended(1));
  });

  test(`${book}: own orders that give way count too`, () => {
    const { engine, desk } = marketOf(book, 1_025);
    const { cancelOldest, cancelNewest } = SelfMatch;
    desk.place(2, sell, 5, 500);
    const whole = { timeInForce: fillOrKill, selfMatch: cancelOldest };
    const tooMany = [0, 0, 0, 0, OrderStatus.none, OutcomeCode.tooManyTrades];
    assert.deepEqual(became(engine, desk.place(1, buy, 5, 500, whole)), tooMany);
    const events = desk.place(1, buy, 5, 500, { selfMatch: cancelOldest });
    assert.equal(events.filter(({ name }) => name === 'orderCancelled').length, 1_024 + 1);
    assert.deepEqual(became(engine, events), [
      ...[0, 0, 5, CancelReason.tooManyTrades, OrderStatus.cancelled, ok],
    ]);
    assert.deepEqual(
      became(engine, desk.place(1, buy, 5, 500, { selfMatch: cancelNewest })).slice(2, 4),
      [5, CancelReason.selfMatch],
      'one of its own is left',
    );
  });
}
