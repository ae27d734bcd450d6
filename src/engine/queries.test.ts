/** The rows that a reader is given. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { OutcomeCode } from '../protocol/codes.ts';
import { Side } from '../protocol/commands.ts';
import { OrderStatus } from '../protocol/events.ts';
import type { Fields, Layout, ValuesOf } from '../protocol/layout.ts';
import { quantityLotsMax } from '../protocol/limits.ts';
import { accountRow, instrumentRow, levelRow, orderRow, positionRow } from '../protocol/messages.ts';
import { setText } from '../protocol/texts.ts';
import { Engine } from './engine.ts';
import { EngineDesk } from './testing/desk.ts';

const { buy, sell } = Side;
let engine: Engine;
let desk: EngineDesk;
let view: DataView;

beforeEach(() => {
  engine = new Engine();
  desk = new EngineDesk(engine);
  view = new DataView(new Uint8Array(4096).fill(0xee).buffer);
  desk.open(1);
  for (const id of [30, 10, 20]) desk.instrument(id);
  desk.account(1);
  desk.account(2, { openOrdersMax: 7, priceBandBasisPoints: 9, orderLotsMax: 1000 });
});

/** Reads rows back; each must be well-formed. */
function rows<F extends Fields>(layout: Layout<F>, count: number, at = 8): ValuesOf<F>[] {
  return Array.from({ length: count }, (_, n) => {
    const rowAt = at + n * layout.size;
    assert.equal(layout.check(view, rowAt, layout.size), 0);
    return layout.read(view, rowAt);
  });
}

test('an order is told by its id and by its client order id, open, closed or rejected', () => {
  desk.place(1, buy, 10, 100, { instrumentId: 10, clientOrderId: 'mine' });
  desk.place(2, sell, 4, 100, { instrumentId: 10 });
  desk.place(1, buy, 10, 100, { instrumentId: 99, clientOrderId: 'bad' });
  assert.equal(engine.queries.writeOrderRow(view, 8, 1, 1), true);
  const [open] = rows(orderRow, 1);
  assert.deepEqual(
    [open!.quantityLots, open!.filledLots, open!.remainingLots, open!.status, open!.instrumentId],
    [10, 4, 6, OrderStatus.open, 10],
  );
  assert.equal(engine.queries.writeOrderRow(view, 8, 2, 2), true);
  assert.deepEqual(
    [rows(orderRow, 1)[0]!.status, rows(orderRow, 1)[0]!.remainingLots],
    [OrderStatus.filled, 0],
  );
  const name = new DataView(new ArrayBuffer(32));
  setText(name, 4, 20, 'bad');
  assert.equal(engine.queries.writeClientOrderRow(view, 8, 1, name, 4), true);
  const [rejected] = rows(orderRow, 1);
  assert.deepEqual(
    [rejected!.status, rejected!.code, rejected!.instrumentId, rejected!.clientOrderId],
    [OrderStatus.rejected, OutcomeCode.unknownInstrument, 0, 'bad'],
  );
  assert.equal(engine.queries.writeClientOrderRow(view, 8, 2, name, 4), false);
  assert.equal(engine.queries.writeOrderRow(view, 8, 1, 77), false);
  for (const [account, order] of [
    [2, 1],
    [1, 2],
    [9, 1],
    [0, 1],
  ] as const)
    assert.equal(
      engine.queries.writeOrderRow(view, 8, account, order),
      false,
      'the order of another account',
    );
});

test('failure 13: open orders come in ascending order id, page by page, also when the last one told is closed', () => {
  for (let n = 0; n < 6; n++) desk.place(1 + (n % 2), buy, 1, 100 - n, { instrumentId: 10 });
  const page = (after: number, most: number): number[] => {
    const count = engine.queries.writeOpenOrderRows(view, 8, 1, after, most);
    return rows(orderRow, count).map((row) => row.orderId);
  };
  assert.deepEqual(page(0, 2), [1, 3]);
  assert.equal(engine.queries.more, true);
  assert.deepEqual(page(3, 2), [5]);
  assert.equal(engine.queries.more, false);
  desk.place(2, sell, 1, 100, { instrumentId: 10 });
  assert.deepEqual(page(1, 9), [3, 5]);
  assert.deepEqual(page(2, 9), [3, 5]);
  assert.equal(engine.queries.writeOpenOrderRows(view, 8, 44, 0, 9), 0);
});

test('positions come by ascending instrument, traded ones only', () => {
  for (const instrumentId of [30, 10]) {
    desk.place(1, sell, 5, 100, { instrumentId });
    desk.place(2, buy, 3, 100, { instrumentId });
  }
  desk.place(2, buy, 3, 100, { instrumentId: 20 });
  const count = engine.queries.writePositionRows(view, 8, 2, 0, 9);
  assert.deepEqual(
    rows(positionRow, count).map((row) => [row.instrumentId, row.boughtLots, row.soldLots]),
    [
      [10, 3, 0],
      [30, 3, 0],
    ],
  );
  assert.equal(engine.queries.writePositionRows(view, 8, 1, 10, 9), 1);
  assert.equal(engine.queries.writePositionRows(view, 8, 1, 0, 1), 1);
  assert.equal(engine.queries.more, true);
});

test('what was bought and sold is lowered by the same where a count would not be exact, and the position is', () => {
  desk.account(3);
  const lots = quantityLotsMax;
  const rounds = Math.ceil(Number.MAX_SAFE_INTEGER / lots) + 2;
  const trade = (seller: number, buyer: number): void => {
    desk.place(seller, sell, lots, 5, { instrumentId: 10 });
    desk.place(buyer, buy, lots, 5, { instrumentId: 10 });
  };
  for (let n = 0; n < rounds; n++) {
    trade(3, 1);
    trade(1, 3);
  }
  trade(3, 1);
  for (const [account, position] of [
    [1, lots],
    [3, -lots],
  ] as const) {
    assert.equal(engine.queries.writePositionRows(view, 8, account, 0, 9), 1);
    const { boughtLots, soldLots } = rows(positionRow, 1)[0]!;
    assert.equal(boughtLots - soldLots, position);
    assert.ok(Math.max(boughtLots, soldLots) < rounds * lots, 'lowered');
  }
  engine.invariants();
});

test('a book is told from the best level of each side, buys first', () => {
  for (const price of [99, 100, 98, 100]) desk.place(1, buy, 2, price, { instrumentId: 10 });
  for (const price of [103, 102]) desk.place(2, sell, 3, price, { instrumentId: 10 });
  const count = engine.queries.writeBookRows(view, 8, 10, 4);
  assert.deepEqual(
    rows(levelRow, count).map((row) => [row.side, row.priceTicks, row.quantityLots, row.orderCount]),
    [
      [buy, 100, 4, 2],
      [buy, 99, 2, 1],
      [sell, 102, 3, 1],
      [sell, 103, 3, 1],
    ],
  );
  assert.equal(engine.queries.more, true);
  assert.equal(engine.queries.writeBookRows(view, 8, 10, 10), 5);
  assert.equal(engine.queries.more, false);
  assert.equal(engine.queries.writeBookRows(view, 8, 11, 10), -1);
});

test('instruments come by ascending id, and an account tells its limits and open orders', () => {
  desk.place(1, buy, 2, 77, { instrumentId: 20 });
  desk.place(2, sell, 3, 77, { instrumentId: 20 });
  const count = engine.queries.writeInstrumentRows(view, 8, 10, 9);
  assert.deepEqual(
    rows(instrumentRow, count).map((row) => [
      row.instrumentId,
      row.symbol,
      row.priceDecimals,
      row.lastPriceTicks,
    ]),
    [
      [20, 'I20', 2, 77],
      [30, 'I30', 2, 0],
    ],
  );
  assert.equal(engine.queries.writeAccountRow(view, 8, 2), true);
  const [account] = rows(accountRow, 1);
  assert.deepEqual(
    [
      account!.name,
      account!.openOrders,
      account!.openOrdersMax,
      account!.orderLotsMax,
      account!.priceBandBasisPoints,
    ],
    ['A2', 1, 7, 1000, 9],
  );
  assert.equal(engine.queries.writeAccountRow(view, 8, 3), false);
});
