/** Sessions, command numbers, dedup of client order ids, instruments and accounts. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { OutcomeCode } from '../../protocol/codes.ts';
import {
  cancelOrder,
  createAccount,
  createInstrument,
  endDay,
  expireDisconnect,
  openSession,
  placeOrder,
  replaceOrder,
  Side,
  setLimits,
} from '../../protocol/commands.ts';
import { OrderStatus } from '../../protocol/events.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { Engine, type EngineOptions } from '../engine.ts';
import { type DecodedEvent, EngineDesk, RecordingSink } from '../testing/desk.ts';

const { buy, sell } = Side;
const limits = { sessionsMax: 2, closedOrdersMax: 3, accountsMax: 3, instrumentsMax: 2 };
let engine: Engine;
let desk: EngineDesk;

beforeEach(() => {
  engine = new Engine(limits);
  desk = new EngineDesk(engine);
  desk.open(1);
  desk.instrument(1);
  for (const id of [1, 2]) desk.account(id);
});

const names = (events: readonly DecodedEvent[]): string[] => events.map((event) => event.name);
const restored = (before: Engine, options: EngineOptions = limits): Engine => {
  const bytes = new Uint8Array(before.snapshotBytes());
  before.writeSnapshot(bytes);
  const again = Engine.restore(bytes, options);
  assert.ok(again);
  assert.equal(again.stateHash(), before.stateHash());
  return again;
};
const codeOf = (events: readonly DecodedEvent[]): unknown => events.at(-1)!['code'];

test('the same token gives the same session, another token another', () => {
  const same = desk.send(openSession, { tokenLow: 1 });
  assert.deepEqual(names(same), ['sessionOpened']);
  assert.equal(same[0]!['sessionId'], 1);
  const other = desk.send(openSession, { tokenLow: 1, tokenHigh: 1 });
  assert.deepEqual([other[0]!['sessionId'], other[0]!['tokenHigh']], [2, 1]);
});

test('a token is good for its owner alone, also after a snapshot', () => {
  engine = new Engine({ ...limits, sessionsMax: 4 });
  desk = new EngineDesk(engine);
  const owner = { ownerKind: PartyKind.gateway, ownerId: 7 };
  const claim = { tokenLow: 5, tokenHigh: 6, ...owner };
  const opened = desk.send(openSession, claim)[0]!;
  assert.deepEqual([opened['ownerKind'], opened['ownerId']], [owner.ownerKind, owner.ownerId]);
  const sessionId = opened['sessionId'] as number;
  const strangers = [{ ownerId: 8 }, { ownerKind: PartyKind.program }, { tokenLow: 4 }, { tokenHigh: 4 }];
  for (const each of [engine, restored(engine, { ...limits, sessionsMax: 4 })]) {
    assert.equal(each.isClaimed(sessionId, claim), true);
    for (const part of strangers) assert.equal(each.isClaimed(sessionId, { ...claim, ...part }), false);
  }
  const thief = desk.send(openSession, { ...claim, ownerId: 8 })[0]!;
  assert.notEqual(thief['sessionId'], sessionId, 'another party opens one of its own');
});

test('an owner that opens more sessions than there is room for ends its own ones', () => {
  engine = new Engine({ ...limits, sessionsMax: 4 });
  desk = new EngineDesk(engine);
  const quiet = { ownerKind: PartyKind.gateway, ownerId: 1 };
  const greedy = { ownerKind: PartyKind.gateway, ownerId: 2 };
  desk.send(openSession, { tokenLow: 1, ...quiet });
  for (let tokenLow = 2; tokenLow <= 9; tokenLow++) desk.send(openSession, { tokenLow, ...greedy });
  assert.equal(engine.isClaimed(1, { tokenLow: 1, tokenHigh: 0, ...quiet }), true);
  assert.equal(engine.isClaimed(2, { tokenLow: 2, tokenHigh: 0, ...greedy }), false);
  engine.invariants();
});

test('when too many sessions are open, the one idle longest gives way and its orders for its connection end', () => {
  const second = new EngineDesk(engine);
  second.open(2, 1);
  second.place(1, buy, 1, 100);
  desk.place(1, buy, 1, 100);
  const events = desk.send(openSession, { tokenLow: 3 });
  assert.deepEqual(names(events), ['orderCancelled', 'bookLevel', 'sessionClosed', 'sessionOpened']);
  assert.deepEqual([events[2]!['sessionId'], events[2]!['evicted']], [2, 1]);
  assert.equal(events[3]!['sessionId'], 3);
  assert.equal(codeOf(second.place(1, buy, 1, 100)), OutcomeCode.unknownSession);
  assert.equal(engine.lastCommandNumber(2), -1);
  engine.invariants();
});

test('a command that is stamped after its deadline changes nothing but the number of its session', () => {
  const nowMs = 1_800_000_000_000;
  desk.timeUs = nowMs * 1000;
  const late = desk.place(1, buy, 1, 100, { deadlineMs: (nowMs - 1) % 2 ** 32, clientOrderId: 'late' });
  assert.deepEqual(names(late), ['outcome']);
  assert.deepEqual([codeOf(late), late[0]!['orderId']], [OutcomeCode.deadlinePassed, 0]);
  assert.equal(engine.lastCommandNumber(1), desk.commandNumber);
  for (const deadlineMs of [nowMs % 2 ** 32, (nowMs + 60_000) % 2 ** 32, 0]) {
    assert.equal(codeOf(desk.place(1, buy, 1, 100, { deadlineMs })), OutcomeCode.ok);
  }
  // Low 32 bits go around every 50 days.
  desk.timeUs = (2 ** 32 * 420 - 1) * 1000;
  assert.equal(codeOf(desk.place(1, buy, 1, 100, { deadlineMs: 5 })), OutcomeCode.ok);
  desk.timeUs = 2 ** 32 * 420 * 1000;
  const before = desk.place(1, buy, 1, 100, { deadlineMs: 2 ** 32 - 1 });
  assert.equal(codeOf(before), OutcomeCode.deadlinePassed);
});

test('failure 18: a command runs once; a repeat is silent and a gap is named', () => {
  const before = engine.lastCommandNumber(1);
  const command = { sessionId: 1, commandNumber: before + 1, accountId: 1, instrumentId: 1, quantityLots: 5 };
  const order = { ...command, priceTicks: 100, side: buy, orderType: 1, timeInForce: 1 };
  assert.equal(codeOf(desk.send(placeOrder, order)), OutcomeCode.ok);
  const hash = engine.economicHash();
  assert.deepEqual(desk.send(placeOrder, order), []);
  assert.deepEqual(desk.send(placeOrder, { ...order, commandNumber: 1 }), []);
  const gap = desk.send(placeOrder, { ...order, commandNumber: before + 3 });
  assert.deepEqual(names(gap), ['outcome']);
  assert.deepEqual([codeOf(gap), gap[0]!['commandNumber']], [OutcomeCode.commandNumberGap, before + 3]);
  assert.equal(engine.economicHash(), hash);
  assert.equal(engine.lastCommandNumber(1), before + 1);
});

test('failure 18: the same order under its client order id again is answered with what it is now', () => {
  const first = desk.place(1, sell, 10, 100, { clientOrderId: 'x' });
  const repeat = (): DecodedEvent => {
    const events = desk.place(1, sell, 10, 100, { clientOrderId: 'x' });
    assert.deepEqual(names(events), ['outcome']);
    assert.deepEqual([codeOf(events), events[0]!['repeated']], [OutcomeCode.ok, 1]);
    for (const field of ['orderId', 'clientOrderId'])
      assert.equal(events[0]![field], first.at(-1)![field], field);
    assert.equal(events[0]!['commandNumber'], desk.commandNumber);
    return events[0]!;
  };
  const state = ({ orderStatus, filledLots, remainingLots, filledValueLow }: DecodedEvent): unknown[] => [
    orderStatus,
    filledLots,
    remainingLots,
    filledValueLow,
  ];
  assert.deepEqual(state(repeat()), [OrderStatus.open, 0, 10, 0]);
  desk.place(2, buy, 4, 100);
  assert.deepEqual(state(repeat()), [OrderStatus.open, 4, 6, 400]);
  desk.next(replaceOrder, 1, { clientOrderId: 'x', quantityLots: 12, priceTicks: 90 });
  assert.deepEqual(state(repeat()), [OrderStatus.open, 4, 8, 400]);
  desk.next(replaceOrder, 1, { clientOrderId: 'x', quantityLots: 9, priceTicks: 90 });
  engine = restored(engine);
  desk = Object.assign(new EngineDesk(engine), { sessionId: 1, commandNumber: desk.commandNumber });
  assert.deepEqual(state(repeat()), [OrderStatus.open, 4, 5, 400]);
  desk.next(cancelOrder, 1, { clientOrderId: 'x' });
  assert.deepEqual(state(repeat()), [OrderStatus.cancelled, 4, 0, 400]);
  assert.equal(first.at(-1)!['repeated'], 0);
  const other = desk.place(2, sell, 10, 100, { clientOrderId: 'x' });
  assert.equal(other.at(-1)!['repeated'], 0, 'another account has its own ids');
});

test('another order under a client order id that is taken is refused, whatever it differs in', () => {
  desk.instrument(2);
  const order = { clientOrderId: 'x', timeInForce: 1, selfMatch: 1 };
  desk.place(1, sell, 10, 100, order);
  const others: DecodedEvent[][] = [];
  const tryAll = (): void => {
    others.push(
      desk.place(1, sell, 10, 100, { ...order, instrumentId: 2 }),
      desk.place(1, sell, 10, 100, { ...order, instrumentId: 99 }),
      desk.place(1, buy, 10, 100, order),
      desk.place(1, sell, 11, 100, order),
      desk.place(1, sell, 10, 101, order),
      desk.place(1, sell, 10, 100, { ...order, orderType: 3 }),
      desk.place(1, sell, 10, 100, { ...order, timeInForce: 2 }),
      desk.place(1, sell, 10, 100, { ...order, selfMatch: 0 }),
    );
  };
  const before = engine.economicHash();
  tryAll();
  assert.equal(engine.economicHash(), before);
  desk.next(replaceOrder, 1, { orderId: 1, quantityLots: 11, priceTicks: 101 });
  tryAll();
  desk.next(cancelOrder, 1, { orderId: 1 });
  tryAll();
  for (const events of others) {
    assert.deepEqual(names(events), ['outcome']);
    const { code, repeated, orderId, orderStatus, filledLots, remainingLots } = events[0]!;
    assert.deepEqual([code, repeated, orderId], [OutcomeCode.clientOrderIdTaken, 0, 1]);
    assert.deepEqual([orderStatus, filledLots, remainingLots], [OrderStatus.none, 0, 0]);
  }
});

test('a rejected order that named no instrument keeps which one it named', () => {
  const none = { clientOrderId: 'x', instrumentId: 98 };
  assert.equal(codeOf(desk.place(1, sell, 10, 100, none)), OutcomeCode.unknownInstrument);
  const again = (): DecodedEvent => desk.place(1, sell, 10, 100, none)[0]!;
  assert.deepEqual([again()['code'], again()['repeated']], [OutcomeCode.unknownInstrument, 1]);
  const other = desk.place(1, sell, 10, 100, { ...none, instrumentId: 97 });
  assert.equal(codeOf(other), OutcomeCode.clientOrderIdTaken);
  assert.equal(codeOf(desk.place(1, sell, 98, 100, none)), OutcomeCode.clientOrderIdTaken);
  desk = Object.assign(new EngineDesk(restored(engine)), { sessionId: 1, commandNumber: desk.commandNumber });
  assert.deepEqual(
    [again()['code'], again()['orderStatus']],
    [OutcomeCode.unknownInstrument, OrderStatus.rejected],
  );
});

test('a UUID is a client order id, however it is written', () => {
  const digits = '0123456789abcdef0123456789abcdef';
  const dashed = '01234567-89ab-cdef-0123-456789abcdef';
  const ids = [digits, digits.toUpperCase(), dashed, dashed.toUpperCase()];
  ids.forEach((clientOrderId, n) => {
    const placed = desk.place(1, buy, 1, 100, { clientOrderId }).at(-1)!;
    assert.deepEqual([placed['orderId'], placed['clientOrderId']], [n + 1, clientOrderId]);
  });
  for (const clientOrderId of ids) {
    const cancelled = desk.next(cancelOrder, 1, { clientOrderId });
    assert.deepEqual([codeOf(cancelled), cancelled[0]!['clientOrderId']], [OutcomeCode.ok, clientOrderId]);
  }
});

test('two instruments never have one symbol, nor two that differ in case, and each can be addressed', () => {
  assert.equal(codeOf(desk.instrument(2, 'I1')), OutcomeCode.symbolTaken);
  assert.equal(codeOf(desk.instrument(2, 'i1')), OutcomeCode.symbolTaken);
  for (const symbol of ['', '.', '..'])
    assert.equal(codeOf(desk.instrument(2, symbol)), OutcomeCode.invalidSymbol);
  desk = Object.assign(new EngineDesk(restored(engine)), { sessionId: 1, commandNumber: desk.commandNumber });
  assert.equal(codeOf(desk.instrument(2, 'i1')), OutcomeCode.symbolTaken);
  assert.equal(codeOf(desk.instrument(2, 'i1-a')), OutcomeCode.ok);
  assert.equal(codeOf(desk.instrument(1)), OutcomeCode.ok, 'the same again');
});

test('a rejected order is remembered by its client order id only', () => {
  const rejected = desk.place(1, sell, 0, 100, { clientOrderId: 'bad' });
  const again = desk.place(1, sell, 0, 100, { clientOrderId: 'bad' });
  assert.deepEqual([codeOf(again), again[0]!['repeated']], [OutcomeCode.invalidQuantity, 1]);
  assert.equal(again[0]!['orderStatus'], OrderStatus.rejected);
  assert.ok((rejected[0]!['orderId'] as number) > 0);
  assert.equal(desk.place(1, sell, 0, 100).at(-1)!['orderId'], 0);
});

test('only the last closed orders are remembered, the first that closed is forgotten first', () => {
  const immediate = { timeInForce: 3 };
  for (const clientOrderId of ['a', 'b', 'c', 'd'])
    desk.place(1, buy, 1, 100, { ...immediate, clientOrderId });
  assert.equal(desk.place(1, buy, 1, 100, { ...immediate, clientOrderId: 'b' }).at(-1)!['repeated'], 1);
  assert.equal(desk.place(1, buy, 1, 100, { ...immediate, clientOrderId: 'a' }).at(-1)!['repeated'], 0);
  assert.equal(codeOf(desk.next(cancelOrder, 1, { orderId: 1 })), OutcomeCode.unknownOrder);
  assert.equal(codeOf(desk.next(cancelOrder, 1, { orderId: 3 })), OutcomeCode.orderNotOpen);
  engine.invariants();
});

test('instruments and accounts are created once; the same again is fine, anything else is not', () => {
  assert.deepEqual(names(desk.instrument(1)), ['outcome']);
  assert.equal(codeOf(desk.instrument(1)), OutcomeCode.ok);
  assert.equal(codeOf(desk.instrument(1, 'other')), OutcomeCode.alreadyExists);
  assert.equal(
    codeOf(desk.next(createInstrument, 0, { instrumentId: 1, symbol: 'I1' })),
    OutcomeCode.alreadyExists,
  );
  assert.deepEqual(names(desk.instrument(4_294_967_295)), ['instrumentCreated', 'outcome']);
  assert.equal(codeOf(desk.instrument(3)), OutcomeCode.exchangeFull);
  assert.deepEqual(names(desk.account(1)), ['outcome']);
  assert.equal(codeOf(desk.account(1, { openOrdersMax: 5 })), OutcomeCode.alreadyExists);
  assert.deepEqual(names(desk.account(4_294_967_295)), ['accountChanged', 'outcome']);
  assert.equal(codeOf(desk.account(4)), OutcomeCode.exchangeFull);
  assert.equal(codeOf(desk.next(createAccount, 0, { name: 'nobody' })), OutcomeCode.unknownAccount);
  assert.equal(codeOf(desk.next(setLimits, 9, {})), OutcomeCode.unknownAccount);
});

test('what only the leader may send is refused to a session, and what only sessions may send is ignored without one', () => {
  assert.equal(
    codeOf(desk.next(expireDisconnect, 0, { targetSessionId: 1 })),
    OutcomeCode.invalidCombination,
  );
  assert.equal(codeOf(desk.next(openSession, 0, { tokenLow: 9 })), OutcomeCode.invalidCombination);
  assert.deepEqual(names(desk.next(endDay, 0, {})), ['dayEnded', 'outcome']);
  const hash = engine.economicHash();
  assert.deepEqual(
    desk.send(placeOrder, { accountId: 1, instrumentId: 1, side: 1, orderType: 1, timeInForce: 1 }),
    [],
  );
  assert.equal(engine.economicHash(), hash);
});

test('sessions that asked for cancel on disconnect are listed with their grace', () => {
  desk.send(openSession, { tokenLow: 2, cancelOnDisconnect: 1, disconnectGraceMs: 1500 });
  const found: number[][] = [];
  engine.forEachDisconnectSession((id, graceMs) => found.push([id, graceMs]));
  assert.deepEqual(found, [[2, 1500]]);
});

test('a malformed command moves seq and nothing else', () => {
  const seq = engine.lastSeq;
  const bytes = new DataView(new ArrayBuffer(64));
  placeOrder.writePrefix(bytes, 0);
  assert.deepEqual(desk.applyBytes(bytes, 0), []);
  bytes.setUint8(2, 200);
  assert.deepEqual(desk.applyBytes(bytes, 0), []);
  assert.equal(engine.lastSeq, seq + 2);
  assert.throws(() => engine.apply(bytes, 0, seq, 9e9, new RecordingSink()));
});
