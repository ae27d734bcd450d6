import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { OutcomeCode } from '../../protocol/codes.ts';
import { assignTier, cancelOrder, massCancel, replaceOrder, Side, setTier } from '../../protocol/commands.ts';
import { accountRow } from '../../protocol/messages.ts';
import { Engine } from '../engine.ts';
import { type DecodedEvent, EngineDesk } from '../testing/desk.ts';

const secondUs = 1_000_000;
const dayUs = 86_400 * secondUs;
/** A midnight. */
const midnightUs = 20_000 * dayUs;

function opened(engine = new Engine()): EngineDesk {
  const desk = new EngineDesk(engine);
  // Time is this and the seq: a second begins some commands later.
  desk.timeUs = midnightUs;
  desk.open(1);
  desk.instrument(1);
  desk.account(1);
  desk.account(2);
  return desk;
}

function quotas(desk: EngineDesk, tier: number, ordersPerSecondMax: number, ordersPerDayMax = 0): void {
  desk.next(setTier, 0, { tier, ordersPerSecondMax, ordersPerDayMax, name: `tier-${tier}` });
}

function codeOf(events: readonly DecodedEvent[]): number {
  const last = events.at(-1)!;
  assert.equal(last.name, 'outcome');
  return last['code'] as number;
}

/** How many of so many orders are placed. */
function placed(desk: EngineDesk, accountId: number, count: number): number {
  let ok = 0;
  for (let n = 0; n < count; n++) {
    const code = codeOf(desk.place(accountId, Side.buy, 1, 100));
    if (code === OutcomeCode.ok) ok++;
    else assert.equal(code, OutcomeCode.quotaExceeded);
  }
  return ok;
}

test('without a quota nothing is counted and nothing refused', () => {
  const desk = opened();
  assert.equal(placed(desk, 1, 50), 50);
  quotas(desk, 3, 1);
  assert.equal(placed(desk, 1, 50), 50, 'another tier has quotas');
});

test('an account sends as many orders in each second as its tier says, and no others are touched', () => {
  const desk = opened();
  quotas(desk, 1, 5);
  desk.next(assignTier, 1, { tier: 1 });
  assert.equal(placed(desk, 1, 20), 5);
  assert.equal(placed(desk, 2, 20), 20);
  desk.timeUs += secondUs;
  assert.equal(placed(desk, 1, 20), 5);
  desk.timeUs += 100 * secondUs;
  assert.equal(placed(desk, 1, 20), 5, 'what was not used is not kept');
  quotas(desk, 1, 7);
  assert.equal(placed(desk, 1, 20), 2, 'new quotas hold at once');
});

test('a second is one of the clock of the exchange', () => {
  const desk = opened();
  quotas(desk, 0, 2);
  desk.timeUs = midnightUs + secondUs - 100;
  assert.equal(placed(desk, 1, 5), 2);
  desk.timeUs = midnightUs + secondUs;
  assert.equal(placed(desk, 1, 5), 2);
});

test('orders of a day are counted until midnight', () => {
  const desk = opened();
  quotas(desk, 0, 0, 3);
  for (let n = 0; n < 3; n++) {
    assert.equal(codeOf(desk.place(1, Side.buy, 1, 100)), OutcomeCode.ok);
    desk.timeUs += 1000 * secondUs;
  }
  assert.equal(codeOf(desk.place(1, Side.buy, 1, 100)), OutcomeCode.dayQuotaExceeded);
  desk.timeUs = midnightUs + dayUs - secondUs;
  assert.equal(codeOf(desk.place(1, Side.buy, 1, 100)), OutcomeCode.dayQuotaExceeded);
  desk.timeUs = midnightUs + dayUs;
  assert.equal(codeOf(desk.place(1, Side.buy, 1, 100)), OutcomeCode.ok);
});

test('replacements count, cancels neither count nor are refused', () => {
  const desk = opened();
  quotas(desk, 0, 2);
  const order = desk.place(1, Side.buy, 5, 100).at(-1)!['orderId'] as number;
  const replace = { orderId: order, quantityLots: 4, priceTicks: 100 };
  assert.equal(codeOf(desk.next(replaceOrder, 1, replace)), OutcomeCode.ok);
  const [refused] = desk.next(replaceOrder, 1, { ...replace, quantityLots: 3 });
  assert.equal(refused!['code'], OutcomeCode.quotaExceeded);
  assert.equal(refused!['orderId'], order, 'the refusal names the order');
  assert.equal(codeOf(desk.next(cancelOrder, 1, { orderId: order })), OutcomeCode.ok);
  assert.equal(codeOf(desk.next(massCancel, 1, {})), OutcomeCode.ok);
});

test('an order that is refused for the quota was not there: its names and its request can be sent again', () => {
  const desk = opened();
  quotas(desk, 0, 1);
  assert.equal(codeOf(desk.place(1, Side.buy, 1, 100, { clientOrderId: 'a' })), OutcomeCode.ok);
  desk.request = { timeMs: midnightUs / 1000, low: 7, high: 7 };
  const again = (): DecodedEvent[] => desk.place(1, Side.buy, 1, 100, { clientOrderId: 'b' });
  assert.equal(codeOf(again()), OutcomeCode.quotaExceeded);
  desk.timeUs += secondUs;
  assert.equal(codeOf(again()), OutcomeCode.ok);
  const repeat = again().at(-1)!;
  assert.equal(repeat['code'], OutcomeCode.ok, 'a repeat is answered as before, though the quota is spent');
  assert.equal(repeat['repeated'], 1);
});

test('a copied request takes nothing of the quota', () => {
  const desk = opened();
  quotas(desk, 0, 3);
  const order = desk.place(1, Side.buy, 5, 100).at(-1)!['orderId'] as number;
  desk.request = { timeMs: midnightUs / 1000, low: 7, high: 7 };
  const replace = { orderId: order, quantityLots: 4, priceTicks: 100 };
  assert.equal(codeOf(desk.next(replaceOrder, 1, replace)), OutcomeCode.ok);
  for (let n = 0; n < 5; n++)
    assert.equal(codeOf(desk.next(replaceOrder, 1, replace)), OutcomeCode.repeatedRequest);
  desk.request = undefined;
  assert.equal(codeOf(desk.place(1, Side.buy, 1, 100)), OutcomeCode.ok);
  assert.equal(codeOf(desk.place(1, Side.buy, 1, 100)), OutcomeCode.quotaExceeded);
});

test('a snapshot knows tiers, quotas and what was counted', () => {
  const engine = new Engine();
  const desk = opened(engine);
  quotas(desk, 2, 5, 100);
  desk.next(assignTier, 1, { tier: 2 });
  assert.equal(placed(desk, 1, 3), 3);
  const bytes = new Uint8Array(engine.snapshotBytes());
  engine.writeSnapshot(bytes);
  const restored = Engine.restore(bytes)!;
  assert.equal(restored.stateHash(), engine.stateHash());
  const other = new EngineDesk(restored);
  Object.assign(other, { sessionId: desk.sessionId, commandNumber: desk.commandNumber, timeUs: desk.timeUs });
  assert.equal(placed(other, 1, 20), 2);
  const row = new DataView(new ArrayBuffer(accountRow.size));
  assert.ok(restored.queries.writeAccountRow(row, 0, 1));
  const { tier, tierName, ordersPerSecondMax, ordersPerDayMax, ordersToday } = accountRow.read(row, 0);
  assert.deepEqual(
    { tier, tierName, ordersPerSecondMax, ordersPerDayMax, ordersToday },
    {
      tier: 2,
      tierName: 'tier-2',
      ordersPerSecondMax: 5,
      ordersPerDayMax: 100,
      ordersToday: 5,
    },
  );
});

test('a snapshot with a tier that there cannot be is refused', () => {
  const engine = new Engine();
  const desk = opened(engine);
  desk.next(assignTier, 1, { tier: 15 });
  const bytes = new Uint8Array(engine.snapshotBytes());
  engine.writeSnapshot(bytes);
  const at = bytes.indexOf(15, 100);
  assert.ok(Engine.restore(bytes) !== undefined);
  bytes[at] = 16;
  assert.equal(Engine.restore(bytes), undefined);
});

test('a tier of an account that does not exist is refused', () => {
  assert.equal(codeOf(opened().next(assignTier, 9, { tier: 1 })), OutcomeCode.unknownAccount);
});
