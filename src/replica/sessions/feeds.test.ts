import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canaryInstrument, canaryMaker, canaryTaker } from '../../protocol/canary.ts';
import { ReplyCode } from '../../protocol/codes.ts';
import { eventAt, events, outcome, trade } from '../../protocol/events.ts';
import { changeKey, createKey, grantKey, KeyKind, Permission } from '../../protocol/key-commands.ts';
import { accountsPerGrantMax, keyNetworksBytes } from '../../protocol/limits.ts';
import {
  attach,
  attached,
  FeedKind,
  ping,
  pong,
  QueryKind,
  queryResult,
  refused,
} from '../../protocol/messages.ts';
import { PartyKind } from '../../protocol/parties.ts';
import type { Connection } from '../connections/connection-server.ts';
import { EventRing } from '../exchange/event-ring.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { RememberedFills } from '../exchange/fills.ts';
import type { Ports } from '../ports.ts';
import { Group, type Node } from '../testing/group.ts';
import { identityOf, type ReceivedRecord, type WireClient } from '../testing/wire-client.ts';
import { Bindings } from './bindings.ts';
import { Feeds } from './feeds.ts';
import { Subscriber } from './subscriber.ts';

const isEvent = ({ type }: ReceivedRecord): boolean => events.of(type) !== undefined;

function opened(group: Group, leader: Node, token = 1): WireClient {
  const caller = group.connect(leader);
  caller.open(token);
  group.step(3);
  caller.takeOpened();
  if (token === 1) {
    caller.createAccount();
    caller.createInstrument();
  }
  group.step(3);
  caller.take();
  return caller;
}

/** Orders that trade one by one, in steps of a few at once. */
function trades(
  group: Group,
  caller: WireClient,
  count: number,
  atOnce: number,
  each = (): void => {},
): void {
  for (let n = 0; n < count; n++) {
    caller.place(n % 2 === 0 ? 1 : 2, 100);
    if (n % atOnce !== atOnce - 1) continue;
    group.step();
    each();
  }
  group.step(3);
  each();
}

test('a feed of everything has every event once and in order, in a few sends', () => {
  const group = new Group(3);
  const leader = group.leader();
  const caller = opened(group, leader);
  group.step(300);
  const [first, second] = [group.connect(leader), group.connect(group.followers()[0]!)];
  for (const watcher of [first, second]) watcher.attach(0, 0, FeedKind.all);
  group.step();
  const sends = first.side.sends;
  const seen: string[][] = [[], []];
  trades(group, caller, 2_000, 100, () => {
    caller.take();
    [first, second].forEach((watcher, n) => {
      seen[n]!.push(...watcher.take().filter(isEvent).map(identityOf));
    });
  });
  // The follower hears of the last commit with a heartbeat.
  group.step(300);
  seen[1]!.push(...second.take().filter(isEvent).map(identityOf));
  assert.equal(seen[0]!.length, new Set(seen[0]).size);
  assert.deepEqual(seen[0], seen[1], 'any replica has the same');
  assert.ok(seen[0]!.length > 5_000);
  assert.ok(first.side.sends - sends < 100, 'runs of events go out in one send');
});

test('a session is sent its own events only, each once, also when it had no room for a while', () => {
  const group = new Group(1, { eventRingBytes: 4_194_304 });
  const leader = group.leader();
  const caller = opened(group, leader);
  const other = opened(group, leader, 2);
  const watcher = group.connect(leader);
  watcher.attach(0, 0, FeedKind.all);
  group.step();
  const all: ReceivedRecord[] = [];
  trades(group, caller, 4_000, 50, () => all.push(...watcher.take().filter(isEvent)));
  assert.ok(
    caller.side.to - caller.side.from > 250_000,
    'the session took nothing, and its connection is full',
  );
  const own: ReceivedRecord[] = [];
  for (let n = 0; n < 50; n++) {
    own.push(...caller.take().filter(isEvent));
    group.step();
  }
  const expected = all.filter(({ view }) => view.getUint32(4, true) === caller.sessionId);
  assert.deepEqual(own.map(identityOf), expected.map(identityOf));
  assert.equal(other.take().filter(isEvent).length, 0);
});

test('whoever fell behind the ring is told so, and never sent what follows a gap without a word', () => {
  for (const feed of [FeedKind.all, FeedKind.own]) {
    const group = new Group(1, { eventRingBytes: 524_288 });
    const leader = group.leader();
    const caller = opened(group, leader);
    const slow = group.connect(leader);
    slow.attach(feed === FeedKind.own ? caller : 0, 0, feed);
    group.step();
    if (feed === FeedKind.own) slow.takeAttached();
    const sender = feed === FeedKind.own ? slow : caller;
    const seen: ReceivedRecord[] = [];
    // Far more than ring and connection hold together.
    for (let n = 0; n < 12_000; n++) {
      sender.place(n % 2 === 0 ? 1 : 2, 100);
      if (n % 40 === 0) group.step();
      if (feed === FeedKind.all) caller.take();
    }
    for (let n = 0; n < 20; n++) {
      seen.push(...slow.take());
      group.step();
    }
    const gap = seen.findIndex(({ type }) => type === refused.type);
    assert.ok(gap > 0, `feed ${feed}: the gap is told`);
    assert.deepEqual(refused.read(seen[gap]!.view, 0).code, ReplyCode.eventsForgotten);
    assert.equal(refused.read(seen[gap]!.view, 0).subject, attach.type);
    const before = seen.slice(0, gap).filter(isEvent);
    for (let n = 1; feed === FeedKind.all && n < before.length; n++) {
      const [last, next] = [before[n - 1]!.view, before[n]!.view];
      const follows =
        next.getUint32(8, true) === last.getUint32(8, true)
          ? next.getUint32(28, true) === last.getUint32(28, true) + 1
          : next.getUint32(8, true) === last.getUint32(8, true) + 1 && next.getUint32(28, true) === 0;
      assert.ok(
        follows,
        `nothing is left out before the gap: ${identityOf(before[n - 1]!)}, ${identityOf(before[n]!)}`,
      );
    }
  }
});

test('a gap that a full connection cannot be told of is told first of all when it can', () => {
  for (const feed of [FeedKind.all, FeedKind.own]) {
    const group = new Group(1, { eventRingBytes: 524_288 });
    const leader = group.leader();
    const caller = opened(group, leader);
    const slow = group.connect(leader);
    slow.attach(feed === FeedKind.own ? caller : 0, 0, feed);
    group.step();
    if (feed === FeedKind.own) slow.takeAttached();
    const sender = feed === FeedKind.own ? slow : caller;
    for (let n = 0; n < 4_000; n++) {
      sender.place(n % 2 === 0 ? 1 : 2, 100);
      // Not a byte has room.
      slow.side.to += slow.side.peer.room;
      if (n % 40 === 0) group.step();
      if (feed === FeedKind.all) caller.take();
    }
    group.step(3);
    slow.side.consume(slow.side.to - slow.side.from);
    group.step();
    const [first] = slow.take();
    assert.equal(first?.type, refused.type, `feed ${feed}`);
  }
});

test('a command with more events than the ring holds is a gap for everybody who was up to date', () => {
  const group = new Group(1, {
    eventRingBytes: 524_288,
    frameBytes: 57_344,
    engineLimits: { cancelsMax: 10_000 },
  });
  const leader = group.leader();
  const caller = opened(group, leader);
  const watcher = group.connect(leader);
  watcher.attach(0, 0, FeedKind.all);
  // Orders whose events no reader is sent one by one, and then all their ends at once.
  for (let n = 0; n < 8_000; n++) {
    caller.place(1, 1 + (n % 50));
    if (n % 100 === 0) group.step();
    caller.take();
    watcher.take();
  }
  group.step(5);
  caller.take();
  watcher.take();
  caller.massCancel();
  group.step(3);
  for (const reader of [caller, watcher]) {
    const records = reader.take();
    assert.equal(records[0]?.type, refused.type, 'the gap is the first that is said');
    assert.equal(refused.read(records[0]!.view, 0).code, ReplyCode.eventsForgotten);
  }
  caller.place(1, 10);
  group.step(3);
  assert.equal(caller.takeAll(outcome).length, 1, 'the session goes on');
});

test('a session resumes after the last event it saw, and hears when that is forgotten', () => {
  const group = new Group(1, { eventRingBytes: 524_288 });
  const leader = group.leader();
  const caller = opened(group, leader);
  trades(group, caller, 200, 10);
  const all = caller.take().filter(isEvent);
  const middle = all[Math.floor(all.length / 2)]!;
  const back = group.connect(leader);
  back.attach(caller, middle.view.getUint32(8, true), FeedKind.own, middle.view.getUint32(28, true));
  group.step(2);
  const resumed = back.take().filter(isEvent).map(identityOf);
  assert.deepEqual(resumed, all.slice(all.indexOf(middle) + 1).map(identityOf));
  back.sessionId = caller.sessionId;
  back.sent = caller.sent;
  for (let n = 0; n < 100; n++) {
    trades(group, back, 50, 50);
    back.take();
  }
  back.attach(caller, 10, FeedKind.own);
  group.step(2);
  const answers = back.take();
  assert.equal(attached.read(answers[0]!.view, 0).code, ReplyCode.eventsForgotten);
  assert.equal(answers.length, 1, 'from now on, without a second word');
});

test('a pong names what was delivered, and nothing while events wait', () => {
  const group = new Group(1);
  const leader = group.leader();
  const caller = opened(group, leader);
  const watcher = group.connect(leader);
  watcher.attach(0, 0, FeedKind.all);
  group.step();
  trades(group, caller, 10, 5);
  watcher.send(ping, { number: 1 });
  group.step();
  const { lastSeq } = leader.running.state.engine;
  assert.equal(watcher.takeAll(pong)[0]?.deliveredSeq, lastSeq);
  for (let n = 0; n < 40; n++) {
    trades(group, caller, 50, 50);
    caller.take();
  }
  watcher.send(ping, { number: 2 });
  group.step();
  assert.equal(watcher.takeAll(pong)[0]?.deliveredSeq, 0, 'the connection was full');
});

test('a follower whose state jumps to a snapshot tells the readers of its feed', () => {
  const group = new Group(3, { segmentBytes: 65_536, snapshotEveryBytes: 100_000 });
  const leader = group.leader();
  const caller = opened(group, leader);
  const late = group.followers()[1]!;
  const watcher = group.connect(late);
  watcher.attach(0, 0, FeedKind.all);
  group.step();
  watcher.take();
  late.datagrams.isCutOff = true;
  const isDropped = (): boolean =>
    leader.running.log.journal.firstIndex > late.running.log.journal.lastIndex + 1;
  for (let n = 0; n < 20 && !isDropped(); n++) {
    trades(group, caller, 1_600, 100, () => caller.take());
    group.step(6_000);
  }
  assert.ok(isDropped());
  late.datagrams.isCutOff = false;
  group.until(() => late.counters.of('snapshotsFetched') > 0, 'a snapshot');
  group.step(20);
  const records = watcher.take();
  assert.equal(
    refused.read(records.find(({ type }) => type === refused.type)!.view, 0).code,
    ReplyCode.eventsForgotten,
  );
  trades(group, caller, 10, 5);
  assert.ok(watcher.takeAll(trade).length > 0);
});

test('runs of events are sent whole where an event ends just where the ring ends', () => {
  const ring = new EventRing(2_048, 0, new RememberedFills(1_024, 0));
  const sent: number[] = [];
  const connections = {
    send: (_id: number, bytes: Uint8Array, from: number, to: number) => {
      assert.ok(from < to && to <= bytes.length, `${from} to ${to} of ${bytes.length}`);
      sent.push(to - from);
      return true;
    },
  };
  const bindings = new Bindings();
  const subscriber = new Subscriber({ id: 1 } as Connection);
  subscriber.feed = FeedKind.own;
  bindings.bind(subscriber, 7, 0);
  const subscribers = new Map([[1, subscriber]]);
  const watcher = { sessionOpened: () => {}, sessionClosed: () => {}, eventsMissed: () => {} };
  const exchange = { events: ring, engine: { lastSeq: 0 } } as unknown as Exchange;
  const feeds = new Feeds({ connections } as unknown as Ports, exchange, bindings, subscribers, watcher);
  const length = 64;
  const emit = (): void => {
    const at = ring.claim(length);
    ring.view.setUint16(at, length, true);
    ring.view.setUint8(at + 2, trade.type);
    ring.view.setUint32(at + eventAt.sessionId, 7, true);
  };
  const eventsOfCycles = [20, 24, 22];
  for (const count of eventsOfCycles) {
    for (let n = 0; n < count; n++) emit();
    feeds.doWork(true);
  }
  assert.deepEqual(
    sent,
    [20, 12, 12, 20, 2].map((count) => count * length),
  );
});

test('a program reads what is public and what its key lets it read, by questions and by the feed of all', () => {
  const group = new Group(1);
  const leader = group.leader();
  const gateway = opened(group, leader);
  gateway.createAccount(2);
  const publicKey = new Uint8Array(32);
  publicKey[0] = 5;
  const accountIds = new Uint8Array(accountsPerGrantMax * 4);
  accountIds[0] = 2;
  const isFree = { isImported: 0, reserved2: 0, rootId: 0 };
  gateway.command(createKey, { keyId: 'desk', publicKey, kind: KeyKind.program, ...isFree });
  gateway.command(grantKey, { keyNumber: 1, isTaken: 0, accountIds });
  const rights = { permissions: Permission.read, tier: 0, reserved2: 0, expiresAtMs: 0 };
  gateway.command(changeKey, { keyNumber: 1, ...rights, networks: new Uint8Array(keyNetworksBytes) });
  group.step(3);
  const [granted, other] = [5, 6].map((id) => group.call(leader, { kind: PartyKind.program, id }));
  group.step();
  for (const program of [granted!, other!]) {
    program.attach(0, 0, FeedKind.all);
    group.step();
    program.take();
  }
  gateway.place(1, 100, 'of-1', 1);
  gateway.place(1, 100, 'of-2', 2);
  group.step(3);
  const accountsOf = (records: readonly ReceivedRecord[]): number[] => [
    ...new Set(records.filter(isEvent).map(({ view }) => view.getUint32(eventAt.accountId, true))),
  ];
  assert.deepEqual(accountsOf(granted!.take()), [0, 2]);
  assert.deepEqual(accountsOf(other!.take()), [0]);
  const kinds = Object.values(QueryKind);
  const refusedTo = (program: WireClient, accountId: number): number[] =>
    kinds.filter((kind) => {
      program.ask(kind, { accountId, instrumentId: 1 });
      group.step(20);
      return program.takeAll(queryResult)[0]?.code === ReplyCode.notGranted;
    });
  const ofOperators: readonly number[] = [QueryKind.hashes, QueryKind.keys, QueryKind.audit];
  const open: readonly number[] = [QueryKind.book, QueryKind.trades, QueryKind.instruments];
  const ofOthers = kinds.filter((kind) => !open.includes(kind));
  assert.deepEqual(refusedTo(granted!, 2), ofOperators);
  assert.deepEqual(refusedTo(granted!, 1), ofOthers);
  for (const accountId of [1, 2]) assert.deepEqual(refusedTo(other!, accountId), ofOthers);
  const ofNoAccount = ofOthers.filter((kind) => kind !== QueryKind.modes);
  assert.deepEqual(refusedTo(other!, 0), ofNoAccount, 'the mode of the exchange is for all');
});

test('a program is shown nothing of the canary: no instrument, trade or level in the feed, no book, no trades', () => {
  const group = new Group(1);
  const leader = group.leader();
  const watcher = opened(group, leader);
  const [program, operator] = [PartyKind.program, PartyKind.operator].map((kind) =>
    group.call(leader, { kind, id: 5 }),
  );
  group.step();
  for (const reader of [program!, operator!]) {
    reader.attach(0, 0, FeedKind.all);
    group.step();
    reader.take();
  }
  const instrumentId = canaryInstrument(1);
  watcher.createInstrument(instrumentId);
  for (const accountId of [canaryMaker, canaryTaker]) watcher.createAccount(accountId);
  watcher.place(1, 100, 'of-canary', canaryMaker, instrumentId);
  watcher.place(2, 100, 'other', canaryTaker, instrumentId);
  watcher.place(1, 100, 'of-1', 1);
  watcher.place(2, 100, 'too', 1);
  group.step(3);
  const shown = (reader: WireClient): number[] =>
    reader
      .take()
      .filter(({ type }) => type === trade.type)
      .map(({ view }) => view.getUint32(trade.at.instrumentId, true));
  assert.deepEqual(shown(operator!), [instrumentId, 1]);
  assert.deepEqual(shown(program!), [1]);
  for (const kind of [QueryKind.book, QueryKind.trades, QueryKind.modes]) {
    const codes = [program!, operator!].map((reader) => {
      reader.ask(kind, { instrumentId });
      group.step();
      return reader.takeAll(queryResult).map(({ code }) => code);
    });
    assert.deepEqual(codes, [[ReplyCode.unknownSubject], [ReplyCode.ok]]);
  }
});
