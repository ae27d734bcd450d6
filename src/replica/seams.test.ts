import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode } from '../protocol/codes.ts';
import { outcome } from '../protocol/events.ts';
import { ping } from '../protocol/messages.ts';
import { findReplicatedJournal, type ReplicatedJournal } from './raft-log/replicated-journal.ts';
import { exchangeApplication } from './sessions/exchange-service.ts';
import { type Counter, counterApplication } from './testing/counter.ts';
import { GroupOf, type Node } from './testing/group.ts';
import { findLoneLog } from './testing/lone-log.ts';
import type { WireClient } from './testing/wire-client.ts';

type CounterGroup = GroupOf<Counter, ReplicatedJournal>;

/** The sum of 1 to `n`. */
const sumTo = (n: number): number => (n * (n + 1)) / 2;

function counters(): CounterGroup {
  return new GroupOf(findReplicatedJournal, counterApplication, 3, {
    segmentBytes: 65_536,
    snapshotEveryBytes: 16_384,
    frameBytes: 1_024,
  });
}

/** Adds the numbers from `from` to `to`, one in each cycle. */
function count(group: CounterGroup, caller: WireClient, from: number, to: number): void {
  for (let number = from; number <= to; number++) {
    caller.send(ping, { number });
    group.step();
  }
}

function haveCounted(group: CounterGroup, nodes: readonly Node<Counter>[], total: number): void {
  group.until(() => nodes.every(({ running }) => running.state.total === total), `a total of ${total}`);
  const hashes = new Set(nodes.map(({ running }) => running.state.stateHash()));
  assert.equal(hashes.size, 1, 'all have the same state');
}

test('a cluster replicates a counter as it does an exchange', () => {
  const group = counters();
  const leader = group.leader();
  count(group, group.connect(leader), 1, 100);
  haveCounted(group, group.nodes, sumTo(100));
  const { state } = leader.running;
  assert.equal(state.lastSeq, 100);
  assert.ok(state.lastTimeUs > 0);
  group.step(20);
  assert.equal(leader.counters.of('commandsApplied'), 100);
});

test('a counter outlives its leader: the next one has all that was committed, and goes on', () => {
  const group = counters();
  const dead = group.leader();
  count(group, group.connect(dead), 1, 50);
  haveCounted(group, group.nodes, sumTo(50));
  dead.crash();
  const alive = group.nodes.filter((node) => node !== dead);
  const next = group.leader();
  assert.notEqual(next, dead);
  count(group, group.connect(next), 51, 80);
  haveCounted(group, alive, sumTo(80));
  dead.start();
  haveCounted(group, group.nodes, sumTo(80));
});

test('a backlog is worked off in short cycles where they take long, and in longer ones where they do not', () => {
  const group = new GroupOf(findReplicatedJournal, counterApplication, 3, { frameBytes: 1_024 });
  const leader = group.leader();
  const caller = group.connect(leader);
  const last = 6_000;
  for (let number = 1; number <= last; number++) {
    caller.send(ping, { number });
    if (number % 20 === 0) group.step();
  }
  haveCounted(group, group.nodes, sumTo(last));
  const [late] = group.followers();
  late!.crash();
  late!.start();
  const { applier } = late!.running;
  /** The most that one cycle has applied until there are so many; each takes so much longer. */
  const mostUntil = (count: number, us: number): number => {
    let most = 0;
    while (applier.commands < count) {
      const before = applier.commands;
      group.clock.us += us;
      group.step();
      most = Math.max(most, applier.commands - before);
    }
    return most;
  };
  assert.ok(mostUntil(2_000, 20_000) < 300, 'it answers between them');
  assert.ok(mostUntil(last, 0) > 1_000, 'a quick one loses no time');
});

test('a follower takes a snapshot of a counter, and one that was away long is given it', () => {
  const group = counters();
  const leader = group.leader();
  const away = group.followers()[0]!;
  const other = group.followers()[1]!;
  away.crash();
  const caller = group.connect(leader);
  let last = 0;
  group.until(() => {
    count(group, caller, last + 1, last + 10);
    last += 10;
    return leader.running.log.journal.firstIndex > 10;
  }, 'a leader that has dropped what a snapshot holds');
  assert.ok(other.counters.of('snapshotsTaken') > 0);
  away.start();
  haveCounted(group, group.nodes, sumTo(last));
  assert.ok(away.counters.of('snapshotsFetched') > 0, 'it came with a snapshot');
});

test('a counter starts again from its snapshot and the frames behind it', () => {
  const group = counters();
  const leader = group.leader();
  const caller = group.connect(leader);
  let last = 0;
  group.until(() => {
    count(group, caller, last + 1, last + 10);
    last += 10;
    return group.nodes.every(({ running }) => running.snapshots.snapshotIndex > 0);
  }, 'a snapshot at each replica');
  count(group, caller, last + 1, last + 5);
  haveCounted(group, group.nodes, sumTo(last + 5));
  for (const { running } of group.nodes) running.stop();
  for (const node of group.nodes) node.crash();
  for (const node of group.nodes) node.start();
  for (const { running } of group.nodes) {
    const { total, lastSeq } = running.state;
    assert.ok(
      total > 0 && total === sumTo(lastSeq),
      'it begins with the snapshot, before it hears of the rest',
    );
  }
  group.leader();
  haveCounted(group, group.nodes, sumTo(last + 5));
});

test('an end of day is refused by an application that has none', () => {
  const group = counters();
  const leader = group.leader();
  leader.control.give('endDay');
  group.step(20);
  assert.match(leader.control.replies.at(-1)?.text ?? '', /^A counter carries out no endDay\.$/);
});

test('a counter counts over another log', () => {
  const group = new GroupOf(findLoneLog, counterApplication, 1);
  const leader = group.leader();
  const caller = group.connect(leader);
  for (let number = 1; number <= 100; number++) {
    caller.send(ping, { number });
    group.step();
  }
  group.until(() => leader.running.state.total === sumTo(100), 'the sum');
  assert.equal(leader.running.log.nextSeq, 101);
});

test('an exchange trades over another log', () => {
  const group = new GroupOf(findLoneLog, exchangeApplication, 1);
  const leader = group.leader();
  const caller = group.connect(leader);
  caller.open(1);
  group.step(5);
  caller.takeOpened();
  caller.createAccount(1);
  caller.createAccount(2);
  caller.createInstrument();
  caller.place(1, 100, 'bid', 1);
  caller.place(2, 100, 'offer', 2);
  group.step(20);
  const codes = caller.takeAll(outcome).map(({ code }) => code);
  assert.deepEqual(codes, [OutcomeCode.ok, OutcomeCode.ok, OutcomeCode.ok, OutcomeCode.ok, OutcomeCode.ok]);
  leader.running.state.engine.invariants();
  leader.control.give('promoteMember', 2);
  group.step(20);
  assert.match(
    leader.control.replies.at(-1)?.text ?? '',
    /^A replica without others carries out no promoteMember\.$/,
  );
});
