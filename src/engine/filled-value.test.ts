/** What orders have traded for, to the tick: in outcomes and rows, while they are open and when they are closed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replaceOrder, Side, TimeInForce } from '../protocol/commands.ts';
import { OrderStatus } from '../protocol/events.ts';
import { priceTicksMax, quantityLotsMax, valueWeight } from '../protocol/limits.ts';
import { orderRow } from '../protocol/messages.ts';
import { Random } from '../std/random.ts';
import { Engine } from './engine.ts';
import { type DecodedEvent, EngineDesk } from './testing/desk.ts';

const { buy, sell } = Side;

function openDesk(engine: Engine): EngineDesk {
  const desk = new EngineDesk(engine);
  desk.open(1);
  desk.instrument(1);
  for (const id of [1, 2, 3]) desk.account(id);
  return desk;
}

function filledValueOf(fields: Readonly<Record<string, unknown>>): bigint {
  const { filledValueLow, filledValueHigh } = fields;
  return BigInt(filledValueHigh as number) * BigInt(valueWeight) + BigInt(filledValueLow as number);
}

function rowOf(engine: Engine, accountId: number, orderId: number): ReturnType<typeof orderRow.read> {
  const view = new DataView(new ArrayBuffer(orderRow.size));
  assert.ok(engine.queries.writeOrderRow(view, 0, accountId, orderId));
  assert.equal(orderRow.check(view, 0, orderRow.size), 0);
  return orderRow.read(view, 0);
}

test('an order that took better prices than its own says what it traded for', () => {
  const engine = new Engine();
  const desk = openDesk(engine);
  desk.place(1, sell, 3, 99);
  desk.place(1, sell, 4, 101);
  const outcome = desk.place(2, buy, 10, 105).at(-1)!;
  assert.deepEqual([outcome['filledLots'], filledValueOf(outcome)], [7, 3n * 99n + 4n * 101n]);
  // The rest trades at its own price, as a maker.
  desk.place(3, sell, 2, 100);
  assert.equal(filledValueOf(rowOf(engine, 2, 3)), 3n * 99n + 4n * 101n + 2n * 105n);
  assert.equal(filledValueOf(rowOf(engine, 1, 1)), 3n * 99n);
  engine.invariants();
});

test('a replaced order keeps what it traded for', () => {
  const engine = new Engine();
  const desk = openDesk(engine);
  desk.place(1, sell, 10, 100);
  desk.place(2, buy, 4, 100);
  const replaced = desk.next(replaceOrder, 1, { orderId: 1, quantityLots: 20, priceTicks: 90 });
  assert.equal(filledValueOf(replaced.at(-1)!), 400n);
  desk.place(2, buy, 5, 95);
  assert.equal(filledValueOf(rowOf(engine, 1, 1)), 400n + 450n);
  const shrunk = desk.next(replaceOrder, 1, { orderId: 1, quantityLots: 9, priceTicks: 90 }).at(-1)!;
  assert.deepEqual([shrunk['orderStatus'], filledValueOf(shrunk)], [OrderStatus.cancelled, 850n]);
  assert.equal(filledValueOf(rowOf(engine, 1, 1)), 850n);
});

test('the largest order at the largest prices is counted to the tick', () => {
  const engine = new Engine();
  const desk = openDesk(engine);
  const part = quantityLotsMax / 4 + 12_345;
  desk.place(1, sell, part, priceTicksMax - 1);
  desk.place(1, sell, quantityLotsMax - part, priceTicksMax);
  const outcome = desk.place(2, buy, quantityLotsMax, priceTicksMax).at(-1)!;
  const most = BigInt(priceTicksMax);
  assert.equal(filledValueOf(outcome), BigInt(part) * (most - 1n) + BigInt(quantityLotsMax - part) * most);
  assert.equal(filledValueOf(rowOf(engine, 1, 2)), BigInt(quantityLotsMax - part) * most);
});

test('over random orders the value of each is the sum of its executions, through snapshots too', () => {
  const random = new Random(77);
  let engine = new Engine({ closedOrdersMax: 200 });
  let desk = openDesk(engine);
  const sums = new Map<number, bigint>();
  let checked = 0;
  for (let n = 0; n < 6_000; n++) {
    const events = random.chance(0.8) ? place(desk, random) : change(desk, random, sums.size);
    for (const event of events) checked += check(event, sums);
    if (n % 500 === 499) {
      const bytes = new Uint8Array(engine.snapshotBytes());
      engine.writeSnapshot(bytes);
      const again = Engine.restore(bytes, { closedOrdersMax: 200 });
      assert.ok(again);
      assert.equal(again.stateHash(), engine.stateHash());
      engine = again;
      desk = Object.assign(new EngineDesk(engine), {
        sessionId: desk.sessionId,
        commandNumber: desk.commandNumber,
      });
    }
  }
  assert.ok(checked > 500, `${checked} values were compared`);
});

function place(desk: EngineDesk, random: Random): DecodedEvent[] {
  const wide = random.chance(0.3);
  return desk.place(
    1 + random.below(3),
    (1 + random.below(2)) as Side,
    1 + random.below(wide ? 2 ** 40 : 9),
    priceTicksMax - random.below(6),
    {
      timeInForce: random.chance(0.2) ? TimeInForce.immediateOrCancel : TimeInForce.goodTillCancel,
    },
  );
}

function change(desk: EngineDesk, random: Random, orders: number): DecodedEvent[] {
  return desk.next(replaceOrder, 1 + random.below(3), {
    orderId: Math.max(1, orders - random.below(20)),
    quantityLots: 1 + random.below(2 ** 40),
    priceTicks: priceTicksMax - random.below(6),
  });
}

/** Counts an execution, or compares an outcome. */
function check(event: DecodedEvent, sums: Map<number, bigint>): number {
  const orderId = event['orderId'] as number;
  if (event.name === 'orderAccepted') sums.set(orderId, 0n);
  if (event.name === 'orderExecuted') {
    const value = BigInt(event['priceTicks'] as number) * BigInt(event['quantityLots'] as number);
    sums.set(orderId, sums.get(orderId)! + value);
  }
  if (event.name !== 'outcome' || event['orderStatus'] === OrderStatus.none || !sums.has(orderId)) return 0;
  assert.equal(filledValueOf(event), sums.get(orderId), `order ${orderId}`);
  return 1;
}
