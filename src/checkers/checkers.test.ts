/** Each checker is fed a history that is wrong in its way, and must say so; and a right one, and must be silent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from '../engine/engine.ts';
import { emptyHeader } from '../protocol/command-layouts.ts';
import { massCancel, openSession, ownerFromLeader } from '../protocol/commands.ts';
import {
  Liquidity,
  OrderStatus,
  orderAccepted,
  orderCancelled,
  orderExecuted,
  outcome,
  trade,
} from '../protocol/events.ts';
import { Random } from '../std/random.ts';
import { AgreementChecker, eventChecksum } from './agreement.ts';
import { DurabilityChecker } from './durability.ts';
import { EquivalenceChecker } from './equivalence.ts';
import { ExactlyOnceChecker } from './exactly-once.ts';
import { FeedContinuityChecker } from './feed-continuity.ts';
import { LeadershipChecker } from './leadership.ts';
import { PositionsChecker } from './positions.ts';
import { MembersChecker } from './rosters.ts';
import { SequenceChecker } from './sequence.ts';
import { StallsChecker } from './stalls.ts';
import { Violations } from './violations.ts';

const view = new DataView(new ArrayBuffer(256));

/** A view of a command with this number. */
function command(commandNumber: number): DataView {
  const header = { sessionId: 7, commandNumber, accountId: 1, deadlineMs: 0 };
  massCancel.write(view, 0, { ...header, instrumentId: 0, side: 0 });
  return view;
}

const header = (seq: number, n: number) => ({ sessionId: 7, seq, timeUs: 5, accountId: 1, n });

function writeOutcome(seq: number, commandNumber: number, code = 0, about = {}): void {
  const order = { orderId: 0, filledLots: 0, filledValueLow: 0, filledValueHigh: 0, remainingLots: 0 };
  const rest = { commandType: 10, orderStatus: 0, count: 0, clientOrderId: '', repeated: 0 };
  outcome.write(view, 0, { ...header(seq, 0), commandNumber, code, ...order, ...rest, ...about });
}

function writeAccepted(seq: number, orderId: number, quantityLots: number, clientOrderId = ''): void {
  const rest = { instrumentId: 1, priceTicks: 9, side: 1, orderType: 1, timeInForce: 1, selfMatch: 0 };
  orderAccepted.write(view, 0, { ...header(seq, 0), orderId, quantityLots, ...rest, clientOrderId });
}

function writeExecuted(
  seq: number,
  orderId: number,
  lots: number,
  remainingLots: number,
  side: number,
): void {
  const values = {
    orderId,
    tradeId: 1,
    quantityLots: lots,
    remainingLots,
    instrumentId: 1,
    priceTicks: 9,
    side,
  };
  const rest = { liquidity: Liquidity.maker, reserved2: 0, clientOrderId: '' };
  orderExecuted.write(view, 0, { ...header(seq, 1), ...values, ...rest });
}

function writeTrade(seq: number, quantityLots: number): void {
  const rest = { instrumentId: 1, priceTicks: 9, aggressorSide: 1, reserved2: 0 };
  trade.write(view, 0, { ...header(seq, 3), tradeId: 1, quantityLots, ...rest });
}

function writeCancelled(seq: number, orderId: number, cancelledLots: number): void {
  const rest = { instrumentId: 1, priceTicks: 9, side: 1, reason: 1, reserved2: 0, clientOrderId: '' };
  orderCancelled.write(view, 0, { ...header(seq, 0), orderId, cancelledLots, ...rest });
}

test('agreement: another command, time or event at the same seq is found', () => {
  const right = new Violations();
  const wrong = new Violations();
  const good = new AgreementChecker(right.report);
  const bad = new AgreementChecker(wrong.report);
  for (const agreement of [good, bad]) {
    assert.equal(agreement.applied(1, 1, 10, command(1), 0), true);
    writeOutcome(1, 1);
    assert.equal(agreement.emitted(1, view, 0), true);
  }
  assert.equal(good.applied(2, 1, 10, command(1), 0), false);
  writeOutcome(1, 1);
  assert.equal(good.emitted(2, view, 0), false);
  assert.deepEqual(right.found, []);

  bad.applied(2, 1, 10, command(2), 0);
  bad.applied(3, 1, 11, command(1), 0);
  writeOutcome(1, 1, 3);
  bad.emitted(3, view, 0);
  writeOutcome(2, 1);
  bad.emitted(3, view, 0);
  assert.deepEqual(
    wrong.found.map((violation) => violation.what),
    [
      'replica 2 applied another command at seq 1 than the first did',
      'replica 3 applied seq 1 with time 11, the first with 10',
      'replica 3 emitted another event 0 of seq 1 than the first did',
      'replica 3 emitted an event of seq 2, which no replica applied',
    ],
  );
});

test('sequence: a gap, a repeat and a time that runs back are found', () => {
  const violations = new Violations();
  const sequence = new SequenceChecker(violations.report);
  sequence.applied(1, 1, 10);
  sequence.applied(1, 2, 10);
  sequence.restarted(1);
  sequence.applied(1, 1, 9);
  assert.deepEqual(violations.found, []);
  sequence.applied(1, 3, 12);
  sequence.applied(1, 3, 12);
  sequence.applied(1, 4, 11);
  assert.equal(violations.found.length, 3);
});

test('leadership: two leaders of a term, a fallen term and a believed stale leader are found', () => {
  const violations = new Violations();
  const leadership = new LeadershipChecker(violations.report);
  leadership.leads(1, 5);
  leadership.leads(1, 5);
  leadership.leads(2, 6);
  leadership.reached(1, 5);
  leadership.reached(1, 6);
  leadership.believed(100, 5);
  leadership.believed(100, 6);
  assert.deepEqual(violations.found, []);
  leadership.leads(3, 6);
  leadership.reached(1, 5);
  leadership.believed(100, 5);
  assert.equal(violations.found.length, 3);
});

test('durability: an acknowledgement that is nowhere, differs or is missing later is found', () => {
  const violations = new Violations();
  const agreement = new AgreementChecker(violations.report);
  const durability = new DurabilityChecker(violations.report, agreement);
  agreement.applied(1, 1, 10, command(1), 0);
  writeOutcome(1, 1);
  agreement.emitted(1, view, 0);
  durability.acknowledged(100, 1, 0, eventChecksum(view, 0));
  durability.serves(2, 1);
  durability.ends(2, 1);
  assert.deepEqual(violations.found, []);
  writeOutcome(1, 2);
  durability.acknowledged(100, 1, 0, eventChecksum(view, 0));
  durability.acknowledged(100, 2, 0, eventChecksum(view, 0));
  durability.serves(3, 1);
  durability.ends(1, 1);
  assert.equal(violations.found.length, 4);
});

test('exactly once: a second run, a second acceptance and a second answer are found', () => {
  const violations = new Violations();
  const once = new ExactlyOnceChecker(violations.report);
  writeOutcome(1, 1);
  once.emitted(view, 0);
  writeOutcome(2, 1, 2);
  once.emitted(view, 0);
  writeAccepted(3, 1, 5, 'a');
  once.emitted(view, 0);
  once.answered(7, 1, 'done');
  assert.deepEqual(violations.found, [], 'a refused repeat is no second run');
  writeOutcome(4, 1);
  once.emitted(view, 0);
  writeAccepted(5, 2, 5, 'a');
  once.emitted(view, 0);
  once.answered(7, 1, 'done');
  assert.equal(violations.found.length, 3);
  once.applied(7, 1, 1);
  once.applied(7, 2, 2);
  assert.equal(violations.found.length, 3);
  once.applied(7, 1, 3);
  assert.equal(violations.found.length, 4);
});

test('positions: an order that trades too much or is worth other than its trades, a one-sided trade and a wrong cancel are found', () => {
  const run = (executed: number, cancelled: number, sellLots: number, filledValueLow = 36): number => {
    const violations = new Violations();
    const positions = new PositionsChecker(violations.report);
    const note = (): void => positions.emitted(view, 0);
    writeAccepted(1, 1, 10);
    note();
    writeAccepted(2, 2, 10);
    note();
    writeExecuted(2, 1, executed, 6, 1);
    note();
    writeExecuted(2, 2, sellLots, 10 - sellLots, 2);
    note();
    writeTrade(2, 4);
    note();
    writeOutcome(2, 1, 0, { orderId: 1, orderStatus: OrderStatus.open, filledLots: 4, filledValueLow });
    note();
    writeCancelled(3, 1, cancelled);
    note();
    positions.end();
    return violations.found.length;
  };
  assert.equal(run(4, 6, 4), 0);
  assert.ok(run(5, 6, 4) > 0);
  assert.ok(run(4, 7, 4) > 0);
  assert.ok(run(4, 6, 3) > 0);
  assert.ok(run(4, 6, 4, 35) > 0);
});

test('feed: a repeat, a step back and a hole are found', () => {
  const violations = new Violations();
  const agreement = new AgreementChecker(violations.report);
  for (const seq of [1, 2, 3]) {
    agreement.applied(1, seq, 10, command(seq), 0);
    if (seq === 2) continue;
    writeOutcome(seq, seq);
    agreement.emitted(1, view, 0);
  }
  const feeds = new FeedContinuityChecker(violations.report, agreement);
  feeds.saw(100, 1, 0, true);
  feeds.saw(100, 3, 0, true);
  feeds.saw(101, 1, 0, true);
  feeds.missed(101);
  feeds.saw(101, 3, 0, true);
  feeds.saw(102, 1, 0, false);
  feeds.saw(102, 9, 0, false);
  assert.deepEqual(violations.found, [], 'a command without events is no hole');
  feeds.saw(100, 3, 0, true);
  feeds.saw(102, 1, 0, false);
  feeds.saw(103, 1, 0, true);
  feeds.saw(103, 3, 1, true);
  assert.equal(violations.found.length, 3);
});

test('equivalence: a history that gives other events or another state when it is run again is found', () => {
  const run = (events: number, engineSeq: number): number => {
    const violations = new Violations();
    const agreement = new AgreementChecker(violations.report);
    const engine = new Engine();
    const sink = { words: new Int32Array(view.buffer), claim: () => 0, traded: () => undefined };
    const bytes = new DataView(new ArrayBuffer(128));
    for (let seq = 1; seq <= 2; seq++) {
      const token = { tokenLow: seq, tokenHigh: 1, disconnectGraceMs: 0, cancelOnDisconnect: 0 };
      openSession.write(bytes, 0, { ...emptyHeader, ...token, ...ownerFromLeader });
      agreement.applied(1, seq, 10, bytes, 0);
      if (seq <= engineSeq) engine.apply(bytes, 0, seq, 10, sink);
      else new Engine().apply(bytes, 0, 1, 10, sink);
      for (let n = 0; n < events; n++) {
        agreement.commands[seq]?.events.push(eventChecksum(view, 0));
      }
    }
    new EquivalenceChecker(violations.report, agreement, new Random(1)).ends(1, engine);
    return violations.found.length;
  };
  assert.equal(run(1, 2), 0);
  assert.ok(run(0, 2) > 0, 'an event too few in the history');
  assert.ok(run(2, 2) > 0, 'an event too many in the history');
  assert.ok(run(1, 1) > 0, 'a replica that stopped early');
});

test('a replica that goes by other members than the log has is found out, also behind a snapshot', () => {
  const { found, report } = new Violations();
  const checker = new MembersChecker(report);
  assert.equal(checker.goesBy(1, 9, { index: 1, members: '123' }), false, 'nothing is known yet');
  checker.committed(9, [{ index: 1, members: '123' }], 3);
  checker.committed(9, [{ index: 5, members: '124' }], 8);
  assert.equal(checker.knownTo(9), 8);
  assert.equal(checker.knownTo(10), 0, 'another cluster has other members');
  assert.equal(checker.goesBy(1, 9, { index: 1, members: '123' }), true);
  assert.equal(checker.goesBy(1, 9, { index: 7, members: '124' }), true, 'a snapshot ends behind the change');
  assert.equal(checker.goesBy(1, 9, { index: 9, members: '1245' }), false, 'not committed yet');
  assert.deepEqual(found, []);
  assert.equal(checker.goesBy(2, 9, { index: 7, members: '123' }), true);
  assert.match(
    found.map(({ what }) => what).join(),
    /replica 2 goes by other members at frame 7 than the log has since frame 5/,
  );
});

test('a leader that serves though nothing is committed is found out, and one that stood still is not', () => {
  const { found, report } = new Violations();
  const checker = new StallsChecker(report);
  const view = { serving: true, commitIndex: 7, lastIndex: 9, electionTimeoutUs: 40_000 };
  checker.cycled(1, view, 0);
  checker.cycled(1, view, 60_000_000);
  for (let us = 60_000_000; us <= 60_200_000; us += 1_000) checker.cycled(1, view, us);
  checker.cycled(1, { ...view, commitIndex: 8 }, 60_210_000);
  for (let us = 60_210_000; us <= 60_400_000; us += 1_000) checker.cycled(1, view, us);
  checker.cycled(1, { ...view, serving: false }, 60_410_000);
  assert.deepEqual(found, []);
  for (let us = 61_000_000; us <= 61_300_000; us += 1_000) checker.cycled(1, view, us);
  assert.match(
    found.map(({ what }) => what).join(),
    /^replica 1 serves, and has committed nothing behind frame 7 for 26\d{4} us$/,
  );
});
