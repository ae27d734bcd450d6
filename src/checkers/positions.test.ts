/** The account book is held against an engine that it follows, and against one that it has not followed to the end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from '../engine/engine.ts';
import {
  createAccount,
  createInstrument,
  OrderType,
  openSession,
  ownerFromLeader,
  placeOrder,
  SelfMatch,
  Side,
  TimeInForce,
} from '../protocol/commands.ts';
import { CancelReason, orderAccepted, orderCancelled, trade } from '../protocol/events.ts';
import { Collector } from './collector.ts';
import { PositionsChecker } from './positions.ts';
import { Violations } from './violations.ts';

test('positions: a replica whose positions are not those of its trades is found', () => {
  const engine = new Engine();
  const view = new DataView(new ArrayBuffer(256));
  const events = new Collector();
  const violations = new Violations();
  const positions = new PositionsChecker(violations.report);
  let seq = 0;
  const apply = (isFollowed = true): void => {
    seq += 1;
    events.clear();
    engine.apply(view, 0, seq, seq, events);
    for (const at of events.offsets) if (isFollowed) positions.emitted(events.view, at);
  };
  const header = (accountId: number) => ({ sessionId: 1, commandNumber: seq, accountId, deadlineMs: 0 });
  const place = (accountId: number, side: number, isFollowed = true): void => {
    const traits = {
      side,
      orderType: OrderType.limit,
      timeInForce: TimeInForce.day,
      selfMatch: SelfMatch.allow,
    };
    const order = { instrumentId: 1, priceTicks: 9, quantityLots: 4, clientOrderId: '', ...traits };
    placeOrder.write(view, 0, { ...header(accountId), ...order });
    apply(isFollowed);
  };
  const token = { tokenLow: 1, tokenHigh: 1, disconnectGraceMs: 0, cancelOnDisconnect: 0 };
  openSession.write(view, 0, {
    sessionId: 0,
    commandNumber: 0,
    accountId: 0,
    deadlineMs: 0,
    ...token,
    ...ownerFromLeader,
  });
  apply();
  const decimals = { priceDecimals: 2, quantityDecimals: 0, reserved2: 0 };
  createInstrument.write(view, 0, { ...header(0), instrumentId: 1, ...decimals, symbol: 'X' });
  apply();
  for (const id of [11, 12]) {
    const limits = { orderLotsMax: 0, openOrdersMax: 0, priceBandBasisPoints: 0 };
    createAccount.write(view, 0, { ...header(id), ...limits, name: 'x' });
    apply();
  }
  place(11, Side.buy);
  place(12, Side.sell);
  assert.equal(positions.all.get('11/1'), 4, 'they have traded');
  positions.ends(1, engine.queries);
  assert.deepEqual(violations.found, []);
  place(11, Side.buy, false);
  place(12, Side.sell, false);
  positions.ends(1, engine.queries);
  assert.equal(violations.found.length, 2, 'one for each account');
});

test('positions: a command that makes too many trades, and an order that ends before it has met so many, are found', () => {
  const view = new DataView(new ArrayBuffer(256));
  const header = { sessionId: 1, seq: 2, timeUs: 1, accountId: 1, n: 0 };
  const order = { orderId: 1, instrumentId: 1, priceTicks: 9, side: Side.buy, clientOrderId: '' };
  const run = (trades: number, selfMatches: number, isEnded: boolean): number => {
    const violations = new Violations();
    const positions = new PositionsChecker(violations.report, 3);
    const cancel = (orderId: number, reason: CancelReason): void => {
      const kind = { orderType: OrderType.limit, timeInForce: 1, selfMatch: 2, quantityLots: 5 } as const;
      orderAccepted.write(view, 0, { ...header, ...order, ...kind, orderId });
      positions.emitted(view, 0);
      const rest = { cancelledLots: 5, reason, reserved2: 0 };
      orderCancelled.write(view, 0, { ...header, ...order, ...rest, orderId });
      positions.emitted(view, 0);
    };
    for (let n = 0; n < trades; n++) {
      const made = { tradeId: n, quantityLots: 0, instrumentId: 1, priceTicks: 9, aggressorSide: Side.buy };
      trade.write(view, 0, { ...header, ...made, reserved2: 0 });
      positions.emitted(view, 0);
    }
    for (let n = 0; n < selfMatches; n++) cancel(10 + n, CancelReason.selfMatch);
    if (isEnded) cancel(1, CancelReason.tooManyTrades);
    positions.end();
    return violations.found.length;
  };
  assert.equal(run(3, 0, true), 0);
  assert.equal(run(2, 1, true), 0);
  assert.equal(run(4, 0, false), 1);
  assert.equal(run(2, 0, true), 1);
});

test('positions: an order that must be filled as a whole, and whose rest is cancelled, is found', () => {
  const view = new DataView(new ArrayBuffer(256));
  const header = { sessionId: 1, seq: 1, timeUs: 1, accountId: 1, n: 0 };
  const order = { orderId: 1, instrumentId: 1, priceTicks: 9, side: Side.buy, clientOrderId: '' };
  for (const [timeInForce, found] of [
    [TimeInForce.immediateOrCancel, 0],
    [TimeInForce.fillOrKill, 1],
  ] as const) {
    const violations = new Violations();
    const positions = new PositionsChecker(violations.report);
    const kind = { orderType: OrderType.limit, timeInForce, selfMatch: SelfMatch.allow };
    orderAccepted.write(view, 0, { ...header, ...order, ...kind, quantityLots: 5 });
    positions.emitted(view, 0);
    const rest = { cancelledLots: 5, reason: CancelReason.blocked, reserved2: 0 };
    orderCancelled.write(view, 0, { ...header, ...order, ...rest });
    positions.emitted(view, 0);
    assert.equal(violations.found.length, found);
  }
});
