import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode, ReplyCode } from '../../protocol/codes.ts';
import { outcome } from '../../protocol/events.ts';
import { refused, ShippedCode } from '../../protocol/messages.ts';
import { Mode } from '../../protocol/mode-commands.ts';
import { tradesAt } from '../../protocol/site-messages.ts';
import type { OperatorAnswer } from '../answers.ts';
import type { Group, Node } from '../testing/group.ts';
import { assertSame, SitePair, shippedRecord, siteAddresses } from '../testing/pair-of-sites.ts';
import type { OperatorSiteOrder } from './site-change.ts';

function order(node: Node, given: Partial<OperatorSiteOrder>): OperatorAnswer {
  const { log, appliedSeq } = node.running;
  return node.running.siteChange.order({ site: 2, epoch: log.epoch, seq: appliedSeq, ...given });
}

function writes(group: Group): boolean {
  return group.nodes.some(({ replica }) => replica?.serving === true);
}

/** A pair whose standby has everything. */
function levelPair(): SitePair {
  const pair = new SitePair();
  const link = pair.link();
  for (const frame of pair.frames()) pair.ship(link, frame);
  return pair;
}

test('a standby site that is promoted writes in the next epoch, and takes no frame of the site before', () => {
  const pair = levelPair();
  const leader = pair.standbyLeader();
  const link = pair.link();
  assert.equal(order(leader, {}).ok, true);
  pair.standby.until(() => leader.running.serving, 'the promoted site');
  assert.deepEqual([leader.running.epoch, leader.running.log.writingSite], [2, 2]);
  const { sessionId } = pair.trader;
  const caller = pair.standby.connect(leader);
  caller.token = pair.trader.token;
  caller.attach(sessionId);
  pair.standby.step(20);
  const { lastCommandNumber, code } = caller.takeAttached();
  assert.deepEqual([code, lastCommandNumber], [ReplyCode.ok, pair.trader.sent], 'sessions go on there');
  pair.trade(2);
  pair.ship(link, pair.frames().at(-1)!);
  assert.equal(pair.said(link).code, ShippedCode.writes);
});

test('nothing that is shipped comes behind the frame that promotes', () => {
  const pair = levelPair();
  pair.trade(2);
  const [next] = pair.frames().slice(-2);
  const leader = pair.standbyLeader();
  const link = pair.link();
  const { nextSeq } = leader.running.log;
  pair.standby.split([leader.id]);
  assert.equal(order(leader, {}).ok, true);
  pair.ship(link, next!);
  assert.equal(leader.running.log.nextSeq, nextSeq);
});

test('a planned switch loses nothing: the site that wrote ends, and the other one opens behind its last frame', () => {
  const pair = levelPair();
  const leader = pair.active.leader();
  pair.trader.place(1, 100);
  pair.trader.place(2, 101);
  pair.active.step();
  assert.equal(order(leader, {}).ok, true);
  pair.trader.place(1, 102);
  pair.active.step(500);
  assert.equal(writes(pair.active), false);
  assert.deepEqual(
    pair.trader.takeAll(refused).map(({ code }) => code),
    [ReplyCode.standby],
  );
  assert.equal(writes(pair.standby), false, 'not before it has all');
  const link = pair.link();
  for (const frame of pair.frames()) pair.ship(link, frame);
  pair.standby.until(() => writes(pair.standby), 'the successor');
  const { engine } = pair.standby.leader().running.state;
  pair.standby.until(() => engine.mode === Mode.open, 'an exchange that opens by itself');
  pair.shipBack();
  assertSame(pair);
  assert.equal(pair.standby.leader().running.epoch, 2);
  assert.equal(
    pair.active.nodes.every(({ running }) => running.isStandby),
    true,
  );
});

test('a switch that its leader did not live to commit is undone, and the site goes on', () => {
  const pair = levelPair();
  const leader = pair.active.leader();
  pair.active.split([leader.id]);
  assert.equal(order(leader, {}).ok, true);
  pair.active.step(20);
  leader.crash();
  pair.active.cuts.clear();
  pair.active.until(() => writes(pair.active), 'a new leader');
  assert.equal(pair.active.leader().running.epoch, 1);
});

test('a leader whose log holds the end of its site, of a former leader, may know the next epoch', () => {
  const pair = levelPair();
  const leader = pair.active.leader();
  pair.active.split([leader.id]);
  assert.equal(order(leader, {}).ok, true);
  pair.active.step(20);
  const { facts, commitIndex, lastIndex, term } = leader.running.log;
  assert.ok(lastIndex > commitIndex);
  const mayKnow = (epoch: number, index: number, ofTerm: number) =>
    facts.mayKnowEpoch(epoch, { commitIndex: index, term: ofTerm });
  assert.equal(mayKnow(2, commitIndex, term + 1), true);
  assert.equal(mayKnow(2, commitIndex, term), false, 'what it wrote itself, only it could have shipped');
  assert.equal(mayKnow(3, commitIndex, term + 1), false);
  assert.equal(mayKnow(2, lastIndex, term + 1), false);
});

test('a switch and back leaves both sites with one log', () => {
  const pair = levelPair();
  assert.equal(order(pair.active.leader(), {}).ok, true);
  pair.active.step(500);
  const link = pair.link();
  for (const frame of pair.frames()) pair.ship(link, frame);
  const second = pair.standby.leader();
  const caller = pair.standby.connect(second);
  caller.attach(pair.trader);
  pair.standby.step(20);
  caller.takeAttached();
  caller.place(1, 103);
  pair.standby.step(20);
  assert.equal(order(second, { site: 1 }).ok, true);
  pair.standby.step(500);
  pair.shipBack();
  pair.active.until(() => writes(pair.active), 'the first site again');
  pair.active.step(500);
  const again = pair.link();
  for (const frame of pair.frames()) pair.ship(again, frame);
  assertSame(pair);
  assert.equal(pair.active.leader().running.epoch, 3);
});

test('clients of a site that has ended what it wrote are told which one writes, and where its gateways are', () => {
  const pair = levelPair();
  assert.deepEqual(pair.trader.takeAll(tradesAt), [], 'its own site writes');
  assert.equal(order(pair.active.leader(), {}).ok, true);
  pair.active.step(500);
  const told = pair.trader.takeAll(tradesAt).at(-1);
  assert.deepEqual(told, { reserved: 0, epoch: 2, site: 'south', gateways: siteAddresses[1].gateways });
  const late = pair.active.connect(pair.active.nodes[0]!);
  pair.active.step(20);
  assert.equal(late.takeAll(tradesAt).at(-1)?.site, 'south', 'also one that comes later');
});

test('an order to another site is answered once its epoch has begun, or the leadership is lost', () => {
  const pair = levelPair();
  const leader = pair.standbyLeader();
  const { log, appliedSeq } = leader.running;
  const given = { site: 2, epoch: log.epoch, seq: appliedSeq };
  leader.control.give('openSite', 0, false, { site: given });
  pair.standby.step(1);
  assert.deepEqual(leader.control.replies, []);
  pair.standby.until(() => leader.control.replies.length > 0, 'the answer');
  assert.equal(leader.running.serving, true);
  const other = levelPair();
  const cut = other.standbyLeader();
  other.standby.split([cut.id]);
  cut.control.give('openSite', 0, false, { site: given });
  other.standby.until(() => cut.control.replies.length > 0, 'the answer of the one that is cut off');
  const { ok, isForLeader } = cut.control.replies[0]!;
  assert.deepEqual([ok, isForLeader], [false, true]);
});

test('an order for another epoch, a site that is behind, one that writes already, or a second one is refused', () => {
  const pair = levelPair();
  const leader = pair.standbyLeader();
  const follower = pair.standby.nodes.find((node) => node !== leader)!;
  const cases: readonly [OperatorAnswer, RegExp][] = [
    [order(leader, { epoch: 2 }), /The epoch is 1 here, and the order was given for 2/],
    [order(leader, { seq: 10_000 }), /behind 10000 that was shown/],
    [order(leader, { site: 1 }), /Site 1 writes already/],
    [order(leader, { site: 3 }), /This is site 2, a standby/],
    [order(follower, {}), /does not lead its site/],
    [order(pair.active.leader(), { site: 1 }), /Site 1 writes already/],
    [order(leader, {}), /Site 2 begins epoch 2/],
    [order(leader, {}), /being opened already/],
  ];
  for (const [{ text }, expected] of cases) assert.match(text, expected);
});

function trader(pair: SitePair, node: Node): ReturnType<Group['connect']> {
  const caller = pair.standby.connect(node);
  caller.attach(pair.trader);
  pair.standby.step(20);
  caller.takeAttached();
  return caller;
}

test('a promoted site takes cancels only, is not opened while it is held, and opens after the set time once it may', () => {
  const pair = levelPair();
  const leader = pair.standbyLeader();
  const { appliedSeq } = leader.running;
  assert.equal(order(leader, {}).ok, true);
  pair.standby.until(() => leader.running.serving, 'the promoted site');
  const caller = trader(pair, leader);
  caller.place(1, 100);
  caller.setMode(Mode.open, 0);
  pair.standby.step(20);
  const codes = caller.takeAll(outcome).map(({ code }) => code);
  assert.deepEqual(codes, [OutcomeCode.modeCancelOnly, OutcomeCode.openingHeld]);
  const { engine } = leader.running.state;
  assert.deepEqual([engine.writingSite, engine.siteEpoch, engine.siteSeq], [2, 2, appliedSeq + 1]);
  const opening = { epoch: 2, isHeld: false, reason: 'nothing else writes' };
  leader.control.give('holdOpening', 0, false, { opening: { ...opening, epoch: 3 } });
  leader.control.give('holdOpening', 0, false, { opening });
  pair.standby.until(() => engine.mode === Mode.open, 'an open exchange');
  assert.match(leader.control.replies[0]!.text, /began in epoch 2, not in 3/);
  caller.place(1, 100);
  pair.standby.step(20);
  assert.equal(caller.takeAll(outcome).at(-1)?.code, OutcomeCode.ok);
});

test('the first command of a promoted site is that it began, also where its first leader died before that', () => {
  const pair = levelPair();
  const leader = pair.standbyLeader();
  const { appliedSeq } = leader.running;
  assert.equal(order(leader, {}).ok, true);
  pair.standby.until(() => leader.running.log.writingSite === 2, 'the epoch');
  leader.crash();
  pair.standby.until(() => writes(pair.standby), 'a new leader');
  const { engine } = pair.standby.leader().running.state;
  pair.standby.until(() => engine.writingSite === 2, 'the site that began');
  assert.equal(engine.siteSeq, appliedSeq + 1);
  assert.equal(engine.isOpeningHeld, true);
});

test('the end of the other site lets this one open; a leader that did not take it waits until that is seen', () => {
  const pair = levelPair();
  assert.equal(order(pair.active.leader(), {}).ok, true);
  pair.active.step(500);
  const leader = pair.standbyLeader();
  const link = pair.link();
  for (const frame of pair.frames()) pair.ship(link, frame);
  pair.standby.until(() => leader.running.log.writingSite === 2, 'the epoch');
  const handedOver = pair.standby.nodes.filter(({ replica }) => replica?.isHandedOver === true);
  assert.deepEqual(handedOver, [leader]);
  pair.standby.until(() => leader.running.state.engine.siteEpoch === 2, 'the site that began');
  assert.equal(leader.running.state.engine.isOpeningHeld, false);
  const other = levelPair();
  assert.equal(order(other.active.leader(), {}).ok, true);
  other.active.step(500);
  const first = other.standbyLeader();
  const way = other.link();
  const frames = other.frames();
  for (const frame of frames.slice(0, -1)) other.ship(way, frame);
  const last = shippedRecord(frames.at(-1)!, first.running.instance);
  way.side.send(last, 0, last.length);
  other.standby.until(() => first.running.log.writingSite === 2, 'the epoch');
  first.crash();
  other.standby.until(() => writes(other.standby), 'a new leader');
  const { engine } = other.standby.leader().running.state;
  other.standby.until(() => engine.writingSite === 2, 'the site that began');
  assert.equal(engine.isOpeningHeld, true);
});
