/** The record of an order: its fields are apart, what does not fit is refused at load, and copies say the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode } from '../protocol/codes.ts';
import { OrderType, placeOrder, SelfMatch, Side, TimeInForce } from '../protocol/commands.ts';
import { CancelReason, OrderStatus } from '../protocol/events.ts';
import type { ValuesOf } from '../protocol/layout.ts';
import {
  areTraitsSound,
  OrderRecords,
  orderTypeOf,
  placedTraits,
  SAVED_WORDS,
  selfMatchOf,
  sideOf,
  statusOf,
  timeInForceOf,
} from './order-record.ts';
import { bitsOf, wordsOf } from './record-fields.ts';

const header = { sessionId: 1, commandNumber: 1, accountId: 1, deadlineMs: 0 };
const command = new DataView(new ArrayBuffer(placeOrder.size));

/** A store with one order that was placed so. */
function placed(order: Partial<ValuesOf<typeof placeOrder.fields>>, status: number): OrderRecords {
  const most = { side: 1, orderType: 1, timeInForce: 1, selfMatch: 0, clientOrderId: '' };
  const values = { ...header, instrumentId: 1, priceTicks: 1, quantityLots: 1, ...most, ...order };
  placeOrder.write(command, 0, values);
  const orders = new OrderRecords(1, 8);
  orders.takePlaced(orders.append(), command, 0, status);
  return orders;
}

test('each trait of an order is read as it was placed, beside all values of the others', () => {
  for (const side of Object.values(Side))
    for (const orderType of Object.values(OrderType))
      for (const timeInForce of Object.values(TimeInForce))
        for (const selfMatch of Object.values(SelfMatch))
          for (const status of Object.values(OrderStatus)) {
            const word = placed({ side, orderType, timeInForce, selfMatch }, status).traits(0);
            const read = [sideOf(word), orderTypeOf(word), timeInForceOf(word), selfMatchOf(word)];
            assert.deepEqual([...read, statusOf(word)], [side, orderType, timeInForce, selfMatch, status]);
            assert.ok(areTraitsSound(word));
          }
});

test('traits of which a field holds no value of its own are not sound', () => {
  const good = placed({}, OrderStatus.open).traits(0);
  assert.ok(areTraitsSound(good));
  const { side, orderType, timeInForce, selfMatch } = placeOrder.at;
  for (const [at, value] of [
    [side, 0],
    [side, 3],
    [orderType, 0],
    [orderType, 15],
    [timeInForce, 15],
    [selfMatch, 7],
  ] as const) {
    placed({}, OrderStatus.open);
    command.setUint8(at, value);
    assert.equal(areTraitsSound(placedTraits(command, 0)), false, `${value} at ${at}`);
  }
});

test('an order says why it was rejected or cancelled, and a reason of another status is not sound', () => {
  const { open, filled, cancelled, rejected } = OrderStatus;
  for (const [status, why, isSound] of [
    ...Object.values(OutcomeCode).map((code) => [rejected, code, true] as const),
    ...Object.values(CancelReason).map((reason) => [cancelled, reason, true] as const),
    [cancelled, 0, true],
    [cancelled, OutcomeCode.cancelling, false],
    [rejected, 6, false],
    [rejected, 255, false],
    [filled, 0, true],
    [filled, CancelReason.requested, false],
    [open, OutcomeCode.cancelling, false],
  ] as const) {
    const orders = placed({}, OrderStatus.none);
    orders.end(0, status, why);
    const [code, reason] = [orders.code(0), orders.cancelReason(0)];
    assert.deepEqual([code, reason], [status === rejected ? why : 0, status === cancelled ? why : 0]);
    assert.equal(areTraitsSound(orders.traits(0)), isSound, `${why} with status ${status}`);
  }
});

test('a value that needs more bits than its field has, and a record that is over-full, are refused by name', () => {
  assert.throws(
    () => bitsOf({ orderType: [2, { limit: 1, iceberg: 4 }] }),
    /orderType has 2 bits, too few for iceberg/,
  );
  assert.throws(() => bitsOf({ a: [16], b: [16] }), /they have 32/);
  assert.throws(
    () => wordsOf(4, { price: 1, quantity: 2, spare: 1 }),
    /quantity begins at an even word, not at 1/,
  );
  assert.throws(() => wordsOf(2, { price: 1, stopPrice: 2 }), /stopPrice/);
  assert.throws(() => wordsOf(2, { quantity: 2, price: 1 }), /they have 3/);
});

test('an order that was copied, or saved and loaded, says the same, with what it keeps beside its record', () => {
  const clientOrderId = 'ABCDEFGHIJKLMNOPQRST';
  const order = {
    side: Side.sell,
    orderType: OrderType.postOnly,
    timeInForce: TimeInForce.day,
    clientOrderId,
  };
  const slot = 0;
  const orders = placed({ ...order, quantityLots: 2 ** 40, priceTicks: 100 }, OrderStatus.open);
  orders.append();
  orders.assign(slot, 2 ** 52 + 1, 3, 4, 5);
  orders.addValue(slot, 101, 7);
  orders.setRemaining(slot, 2 ** 40 - 7);
  orders.replace(slot, 2 ** 41, 99);
  orders.setTied(slot, true);
  orders.end(slot, OrderStatus.cancelled, CancelReason.tooManyTrades);
  const expected = said(orders, slot);
  assert.deepEqual(
    [expected['placedLots'], expected['placedPrice'], expected['filledValueLow']],
    [2 ** 40, 100, 707],
  );

  const copies = new OrderRecords(2, 2);
  copies.copyOf(orders, slot, copies.append());
  assert.deepEqual(said(copies, 0), expected);

  const words = new Int32Array(SAVED_WORDS);
  const numbers = new Float64Array(words.buffer);
  orders.save(slot, words, numbers, 0);
  const loaded = copies.append();
  copies.load(loaded, words, numbers, 0);
  // Where an order is tied is built again, as its links are.
  assert.deepEqual(said(copies, loaded), { ...expected, isTied: false });
});

function said(store: OrderRecords, slot: number): Record<string, unknown> {
  const at = store.clientAt(slot);
  return {
    orderId: store.orderId(slot),
    quantity: store.quantity(slot),
    remaining: store.remaining(slot),
    client: [...store.i32.subarray(at, at + 5)],
    account: store.account(slot),
    instrument: store.instrument(slot),
    session: store.session(slot),
    price: store.price(slot),
    placedTraits: store.placedTraits(slot),
    status: store.status(slot),
    code: store.code(slot),
    cancelReason: store.cancelReason(slot),
    isTied: store.isTied(slot),
    placedLots: store.placedLots(slot),
    placedPrice: store.placedPrice(slot),
    filledValueLow: store.filledValueLow(slot),
    filledValueHigh: store.filledValueHigh(slot),
  };
}
