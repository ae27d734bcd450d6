import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode, ReplyCode } from '../../protocol/codes.ts';
import { emptyHeader } from '../../protocol/command-layouts.ts';
import {
  cancelOrder,
  commandSources,
  commandsByName,
  openSession,
  placeOrder,
} from '../../protocol/commands.ts';
import { orderCancelled, outcome, sessionOpened } from '../../protocol/events.ts';
import type { Fields, Layout } from '../../protocol/layout.ts';
import { sessionsMax } from '../../protocol/limits.ts';
import {
  attach,
  attached,
  FeedKind,
  leadership,
  ping,
  pong,
  QueryKind,
  queryResult,
  refused,
  welcome,
} from '../../protocol/messages.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { streamBytes } from '../../std/testing/streams.ts';
import { Group, type Node, stepUs } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';

/** A caller with an open session; its account and instrument exist. */
function openedOn(group: Group, leader: Node, token = 1, graceMs?: number): WireClient {
  const caller = group.connect(leader);
  caller.open(token, graceMs);
  group.step(3);
  caller.takeOpened();
  caller.createAccount();
  caller.createInstrument();
  group.step(3);
  caller.take();
  return caller;
}

/** Fills what the connection can hold, as a caller does that does not read. */
function fill({ side }: WireClient): void {
  side.to += side.peer.room;
}

function drain({ side }: WireClient): void {
  side.consume(side.to - side.from);
}

test('an order is answered once, and repeats of its number change nothing', () => {
  const group = new Group(1);
  const leader = group.leader();
  const caller = openedOn(group, leader);
  caller.place(1, 100, 'a');
  caller.sent -= 1;
  caller.place(1, 100, 'a');
  group.step(3);
  const outcomes = caller.takeAll(outcome);
  assert.equal(outcomes.length, 1);
  assert.equal(outcomes[0]?.code, OutcomeCode.ok);
  caller.sent += 1;
  caller.place(1, 100, 'b');
  group.step(3);
  assert.equal(caller.takeAll(refused)[0]?.code, ReplyCode.malformed, 'a gap is not taken');
});

test('a command of a session that the connection does not speak for is refused', () => {
  const group = new Group(1);
  const leader = group.leader();
  const caller = openedOn(group, leader);
  const other = group.connect(leader);
  other.sessionId = caller.sessionId;
  other.sent = caller.sent;
  other.place(1, 100);
  group.step(3);
  assert.equal(other.takeAll(refused)[0]?.code, ReplyCode.unknownSession);
});

test('an attach with another token than the session was opened with binds nothing', () => {
  const group = new Group(1);
  const leader = group.leader();
  const caller = openedOn(group, leader, 7);
  const stranger = group.connect(leader);
  for (const token of [0, 8]) {
    stranger.token = token;
    stranger.attach(caller.sessionId);
    group.step();
    const { code, lastCommandNumber } = stranger.takeAttached();
    assert.deepEqual([code, lastCommandNumber], [ReplyCode.unknownSession, 0]);
  }
  stranger.place(1, 100, 'stolen');
  caller.place(1, 100, 'own');
  group.step(3);
  assert.equal(stranger.takeAll(refused)[0]?.code, ReplyCode.unknownSession);
  assert.deepEqual(
    caller.takeAll(outcome).map(({ clientOrderId }) => clientOrderId),
    ['own'],
  );
});

test('a session is attached to by its owner alone, and is not there for any other party', () => {
  const group = new Group(1);
  const leader = group.leader();
  const caller = openedOn(group, leader, 7);
  const before = leader.counters.of('attachesRefused');
  const others = [{ id: 2 }, { kind: PartyKind.program }, { kind: PartyKind.program, id: 2 }];
  for (const peer of others) {
    const thief = group.call(leader, peer);
    group.step();
    thief.attach(caller);
    group.step();
    const { code, lastCommandNumber } = thief.takeAttached();
    assert.deepEqual([code, lastCommandNumber], [ReplyCode.unknownSession, 0]);
    thief.sessionId = caller.sessionId;
    thief.sent = caller.sent;
    thief.place(1, 100, 'stolen');
    group.step(3);
    assert.equal(thief.takeAll(refused)[0]?.code, ReplyCode.unknownSession);
    thief.open(7);
    group.step(3);
    assert.notEqual(thief.takeOpened(), caller.sessionId, 'a token opens one of its own');
  }
  assert.equal(leader.counters.of('attachesRefused') - before, others.length);
  caller.place(1, 100, 'own');
  group.step(3);
  const records = caller.take();
  assert.equal(records.filter(({ type }) => type === refused.type).length, 0);
  assert.deepEqual(
    records
      .filter(({ type }) => type === outcome.type)
      .map(({ view }) => outcome.read(view, 0).clientOrderId),
    ['own'],
  );
});

test('a connection that opens its session for itself says who it is by its certificate alone', () => {
  const group = new Group(1);
  const leader = group.leader();
  const liar = group.connect(leader);
  const cancel = { disconnectGraceMs: 0, cancelOnDisconnect: 0 };
  const claimed = { ownerKind: PartyKind.operator, ownerId: 9, reserved2: 0, reserved3: 0 };
  liar.send(openSession, { ...emptyHeader, tokenLow: 1, tokenHigh: 1, ...cancel, ...claimed });
  group.step(3);
  const opened = liar.takeAll(sessionOpened)[0]!;
  assert.deepEqual([opened.ownerKind, opened.ownerId], [PartyKind.operator, 1]);
});

test('a replica that serves says which cluster it leads', () => {
  const group = new Group(3);
  const leader = group.leader();
  const told = group.connect(leader).takeAll(leadership).at(-1);
  assert.equal(told?.serving, 1);
  assert.ok(told.instance > 0);
  assert.equal(told.instance, leader.running.instance);
});

test('the newest connection of a party speaks for a session; the older one is told, and heard no more', () => {
  const group = new Group(1);
  const leader = group.leader();
  const old = openedOn(group, leader);
  const young = group.connect(leader);
  young.attach(old);
  group.step();
  assert.equal(young.takeAttached().lastCommandNumber, old.sent);
  group.step();
  assert.deepEqual(old.takeAll(refused), [
    { code: ReplyCode.sessionTaken, subject: attach.type, reserved: 0 },
  ]);
  old.place(1, 100);
  young.place(1, 200);
  group.step(3);
  assert.equal(old.takeAll(refused)[0]?.code, ReplyCode.unknownSession);
  assert.equal(young.takeAll(outcome).length, 1);
});

test('a follower takes no command and no session, and says so', () => {
  const group = new Group(3);
  const [follower] = group.followers();
  const caller = group.connect(follower!);
  caller.open(1);
  caller.attach(5);
  group.step();
  const answers = caller.take();
  const codes = answers
    .filter(({ type }) => type === refused.type)
    .map(({ view }) => refused.read(view, 0).code);
  assert.deepEqual(codes, [ReplyCode.notLeader]);
  const answer = answers.find(({ type }) => type === attached.type);
  assert.equal(attached.read(answer!.view, 0).code, ReplyCode.notLeader);
});

test('a session opens for whoever asked last with its token, and for nobody who did not ask', () => {
  const group = new Group(1);
  const leader = group.leader();
  const [older, newer, quiet] = [group.connect(leader), group.connect(leader), group.connect(leader)];
  for (const caller of [older, newer, quiet]) caller.take();
  older.open(0);
  newer.open(0);
  group.step(3);
  assert.equal(quiet.takeAll(sessionOpened).length, 0);
  assert.equal(older.takeAll(sessionOpened).length, 0);
  assert.ok(newer.takeOpened() > 0);
});

test('one connection opens one session at a time', () => {
  const group = new Group(1);
  const leader = group.leader();
  const caller = group.connect(leader);
  caller.take();
  caller.open(1);
  caller.open(2);
  caller.open(1);
  group.step(3);
  const records = caller.take();
  assert.equal(records.filter(({ type }) => type === refused.type).length, 1, 'the second token is refused');
  const opened = records
    .filter(({ type }) => type === sessionOpened.type)
    .map(({ view }) => view.getUint32(4, true));
  assert.equal(new Set(opened).size, 1);
});

test('a leader that steps down forgets what it had taken, and the next one is sent it again', () => {
  const group = new Group(3);
  const leader = group.leader();
  const caller = openedOn(group, leader);
  for (const { datagrams } of group.followers()) datagrams.isCutOff = true;
  caller.place(1, 100, 'lost');
  group.until(() => !leader.running.serving, 'a leader without a quorum stepping down');
  caller.place(1, 100, 'late');
  group.step();
  const told = caller.take();
  assert.ok(
    told.some(({ type, view }) => type === leadership.type && leadership.read(view, 0).serving === 0),
  );
  assert.equal(
    refused.read(told.find(({ type }) => type === refused.type)!.view, 0).code,
    ReplyCode.notLeader,
  );
  for (const { datagrams } of group.nodes) datagrams.isCutOff = false;
  leader.datagrams.isCutOff = true;
  const next = group.leader();
  const again = group.connect(next);
  again.attach(caller, 1);
  group.step();
  assert.equal(again.takeAttached().lastCommandNumber, 2, 'account and instrument');
  again.place(1, 100, 'lost');
  group.step(5);
  assert.deepEqual(
    again.takeAll(outcome).map(({ repeated, code }) => [repeated, code]),
    [[0, 0]],
  );
});

test('a leader that wins again at once has no connection bound from before', () => {
  const group = new Group(1);
  const leader = group.leader();
  const caller = openedOn(group, leader);
  // Both changes come in one cycle, so that nothing in between is seen.
  leader.running.service.leadershipChanged();
  caller.place(1, 100);
  group.step(3);
  assert.equal(caller.takeAll(refused)[0]?.code, ReplyCode.unknownSession);
  caller.attach(caller);
  group.step();
  assert.equal(caller.takeAttached().code, ReplyCode.ok);
});

test('a leadership that a full connection could not be told is told when it has room', () => {
  const group = new Group(3);
  const leader = group.leader();
  const caller = group.connect(leader);
  caller.take();
  fill(caller);
  leader.control.give('transferLeadership', group.followers()[0]!.id);
  group.until(() => !leader.running.serving && leader.running.leaderId !== 0, 'a new leader');
  drain(caller);
  group.step();
  const last = caller.takeAll(leadership).at(-1);
  assert.equal(last?.serving, 0);
  assert.equal(last?.leaderId, leader.running.leaderId);
});

test('what cannot be answered waits, and is answered when there is room', () => {
  const says: [string, number, (caller: WireClient) => void][] = [
    ['ping', pong.type, (caller) => caller.send(ping, { number: 9 })],
    ['attach', attached.type, (caller) => caller.attach(caller)],
    ['a query', queryResult.type, (caller) => caller.ask(QueryKind.account, { accountId: 1 })],
    [
      'what is no message',
      refused.type,
      (caller) => caller.send(welcome, { code: 0, replicaId: 0, leaderId: 0, term: 0 }),
    ],
    [
      'a command out of order',
      refused.type,
      (caller) => {
        caller.sent += 5;
        caller.place(1, 100);
      },
    ],
  ];
  for (const [what, type, say] of says) {
    const group = new Group(1);
    const caller = openedOn(group, group.leader());
    fill(caller);
    say(caller);
    group.step(3);
    drain(caller);
    group.step(3);
    assert.deepEqual(
      caller.take().map((record) => record.type),
      [type],
      what,
    );
  }
});

test('orders stop before the ring is full, so that others can still cancel', () => {
  const group = new Group(3);
  const leader = group.leader();
  const [busy, quiet] = [openedOn(group, leader, 1), openedOn(group, leader, 2)];
  quiet.place(1, 100, 'mine');
  group.step(5);
  quiet.take();
  busy.take();
  for (const { datagrams } of group.followers()) datagrams.isCutOff = true;
  const { ring } = leader.running.sequencer;
  // Nothing is committed any more: the window fills, then the ring.
  for (let n = 0; n < 1_000 && leader.running.serving; n++) {
    while (busy.side.room > placeOrder.size) busy.place(1, 50);
    group.step();
    if (ring.usedPermille > 930 && busy.side.room <= placeOrder.size) break;
  }
  assert.ok(leader.running.serving);
  const before = ring.count;
  quiet.cancel('mine');
  group.step();
  assert.equal(ring.count, before + 1, 'the cancel is taken');
  assert.ok(busy.side.room <= placeOrder.size, 'the orders are not read');
});

test('the grace of a disconnected session ends once, with the cancel of its orders', () => {
  const group = new Group(1);
  const leader = group.leader();
  const caller = openedOn(group, leader, 1, 5);
  const watcher = group.connect(leader);
  watcher.attach(0, 0, FeedKind.all);
  caller.place(1, 100, 'a');
  group.step(3);
  watcher.take();
  caller.side.close();
  group.step(5_000 / stepUs - 10);
  assert.equal(watcher.takeAll(orderCancelled).length, 0, 'not before its time');
  group.step(20);
  assert.equal(watcher.takeAll(orderCancelled).length, 1);
  const { lastSeq } = leader.running.state.engine;
  group.step(500);
  assert.equal(leader.running.state.engine.lastSeq, lastSeq, 'and never again');
});

test('time in which the process of the leader stood still counts for no grace', () => {
  const group = new Group(1);
  const leader = group.leader();
  const caller = openedOn(group, leader, 1, 500);
  caller.place(1, 100, 'a');
  group.step(3);
  const watcher = group.connect(leader);
  watcher.attach(0, 0, FeedKind.all);
  caller.side.close();
  group.step(10);
  const { heartbeatUs } = group.options;
  for (let n = 0; n < 3; n++) {
    group.clock.us += 1_000_000;
    group.step();
  }
  group.step(10_000 / stepUs);
  assert.equal(watcher.takeAll(orderCancelled).length, 0, 'it had no time to come back');
  const back = group.connect(leader);
  back.attach(caller);
  group.step(600_000 / stepUs);
  assert.equal(watcher.takeAll(orderCancelled).length, 0, 'it is back');
  back.side.close();
  // Cycles that always take longer put the end off, and no more.
  for (let n = 0; n < 20; n++) {
    group.clock.us += 3 * heartbeatUs;
    group.step();
  }
  assert.equal(watcher.takeAll(orderCancelled).length, 1);
});

test('a session that comes back in time keeps its orders', () => {
  const group = new Group(1);
  const leader = group.leader();
  const caller = openedOn(group, leader, 1, 5);
  caller.place(1, 100, 'a');
  group.step(3);
  caller.side.close();
  group.step(10);
  const back = group.connect(leader);
  back.attach(caller);
  group.step(100);
  back.takeAttached();
  back.cancel('a');
  group.step(3);
  assert.deepEqual(
    back.takeAll(outcome).map(({ code, commandType }) => [commandType, code]),
    [[cancelOrder.type, 0]],
  );
});

test('after a failover each session has its whole grace anew, and then the new leader ends it', () => {
  const group = new Group(3);
  const leader = group.leader();
  const caller = openedOn(group, leader, 1, 50);
  caller.place(1, 100, 'a');
  group.step(5);
  caller.side.close();
  group.step(300);
  leader.crash();
  const next = group.leader();
  const watcher = group.connect(next);
  watcher.attach(0, 0, FeedKind.all);
  group.step(50_000 / stepUs - 50);
  assert.equal(watcher.takeAll(orderCancelled).length, 0);
  group.step(100);
  assert.equal(watcher.takeAll(orderCancelled).length, 1);
});

test('the grace of a session that was replaced by others ends with it', () => {
  const group = new Group(1);
  const leader = group.leader();
  const first = group.connect(leader);
  first.open(1, 1_000);
  group.step(2);
  const sessionId = first.takeOpened();
  first.side.close();
  for (let token = 2; token <= sessionsMax + 1; token++) {
    const next = group.connect(leader);
    next.open(token);
    group.step(2);
    next.side.close();
    group.step();
  }
  const { engine } = leader.running.state;
  assert.equal(engine.lastCommandNumber(sessionId), -1);
  const { lastSeq } = engine;
  group.step(1_100_000 / stepUs);
  assert.equal(engine.lastSeq, lastSeq, 'nobody has anything to end');
});

test('no connection may bring a command of the leader', () => {
  for (const [name, source] of Object.entries(commandSources)) {
    if (source !== 'leader') continue;
    const layout: Layout<Fields> = commandsByName[name as keyof typeof commandsByName];
    const group = new Group(1);
    const caller = openedOn(group, group.leader());
    const zero = layout.read(new DataView(new ArrayBuffer(layout.size)), 0);
    const { sessionId } = caller;
    caller.send(layout, { ...zero, sessionId, commandNumber: caller.sent + 1 });
    group.step(3);
    assert.deepEqual(
      caller.takeAll(refused).map(({ code }) => code),
      [ReplyCode.malformed],
      name,
    );
  }
});

test('the stream of a caller that does not read holds no more than it can', () => {
  const group = new Group(1);
  const leader = group.leader();
  const caller = openedOn(group, leader);
  const watcher = group.connect(leader);
  watcher.attach(0, 0, FeedKind.all);
  group.step();
  for (let n = 0; n < 20_000; n++) {
    caller.place(n % 2 === 0 ? 1 : 2, 100);
    if (n % 100 === 0) group.step();
    drain(caller);
  }
  assert.ok(watcher.side.to - watcher.side.from <= streamBytes);
  caller.place(1, 100);
  group.step(3);
  assert.equal(caller.takeAll(outcome).at(-1)?.commandNumber, caller.sent, 'and nobody else waits for it');
});
