import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Region } from '../../journal/storage.ts';
import { outcome } from '../../protocol/events.ts';
import { newMember, Preference } from '../../protocol/roster.ts';
import { Role } from '../../raft/types.ts';
import { FakeCounters, FakeLog } from '../testing/fake-ports.ts';
import { Group, type Node } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';
import { DiskWatch } from './disk-watch.ts';

const small = { segmentBytes: 65_536 };

function trader(group: Group, leader: Node): WireClient {
  const caller = group.connect(leader);
  caller.open(1);
  group.step(3);
  caller.takeOpened();
  caller.createAccount();
  caller.createInstrument();
  group.step(3);
  caller.take();
  return caller;
}

function fillDisk({ disk }: Node): void {
  disk.capacityBytes = disk.usedBytes;
}

function freeDisk({ disk }: Node): void {
  disk.capacityBytes = Number.MAX_SAFE_INTEGER;
}

/** Orders until the journal takes no more. */
function placeUntil(group: Group, caller: WireClient, isDone: () => boolean): void {
  for (let n = 0; n < 300 && !isDone(); n++) {
    for (let order = 0; order < 50 && caller.side.room > 1_000; order++)
      caller.place((1 + (order % 2)) as 1 | 2, 100);
    group.step(100);
  }
  assert.ok(isDone());
}

test('a single leader with a full disk serves nobody, says so, and goes on without a loss', () => {
  const group = new Group(1, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  fillDisk(leader);
  placeUntil(
    group,
    caller,
    () => leader.counters.of('diskFull') === 1 && leader.running.sequencer.ring.count > 0,
  );
  group.step(50_000);
  assert.equal(leader.running.serving, false);
  assert.ok(leader.log.warnings.some((text) => text.includes('disk is full')));
  const { sent } = caller;
  freeDisk(leader);
  group.until(() => leader.running.serving, 'the leader that has room again');
  const numbers = caller.takeAll(outcome).map(({ commandNumber }) => commandNumber);
  const carriedOut = numbers.at(-1) ?? 0;
  assert.ok(carriedOut < sent, 'some found no room');
  caller.attach(caller);
  group.step(3);
  assert.equal(caller.takeAttached().lastCommandNumber, carriedOut, 'nothing that waited was carried out');
  while (caller.sent < sent) {
    caller.place(1, 100);
    group.step(10);
    numbers.push(...caller.takeAll(outcome).map(({ commandNumber }) => commandNumber));
  }
  group.step(1_000);
  numbers.push(...caller.takeAll(outcome).map(({ commandNumber }) => commandNumber));
  assert.deepEqual(
    numbers,
    Array.from({ length: sent - 2 }, (_, n) => n + 3),
    'each number has one outcome',
  );
  group.until(() => leader.counters.of('diskFull') === 0, 'the word of it');
});

const configuration = {
  voters: [1, 2, 3],
  outgoing: [],
  learners: [],
  learnersNext: [],
  roster: [],
  tokens: [],
};

test('failure 1: a leader whose disk is full hands over to a replica with space', () => {
  const group = new Group(3, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  fillDisk(leader);
  placeUntil(group, caller, () => !leader.running.serving);
  const next = group.leader();
  assert.notEqual(next, leader);
  const back = group.connect(next);
  back.attach(caller);
  group.step(3);
  back.takeAttached();
  back.place(1, 90);
  group.step(20);
  assert.equal(back.takeAll(outcome).length, 1);
});

test('where the others have no space either, a leader does not hand over again and again', () => {
  const behind = { matchedIndex: 90, durableIndex: 0, lastHeardUs: 0, state: 'following' } as const;
  const progress = [undefined, undefined, behind, { ...behind, matchedIndex: 95 }];
  const asked: number[] = [];
  let atUs = 0;
  let firstUs = 0;
  const raft = {
    id: 1,
    term: 1,
    role: Role.leader,
    configuration,
    progressOf: (id: number) => progress[id],
    mayTakeOver: () => true,
    transferLeadership: (to: number) => {
      if (asked.length === 0) firstUs = atUs;
      asked.push(to);
      return undefined;
    },
  };
  const ports = { counters: new FakeCounters(), log: new FakeLog() };
  const journal = { isDiskFull: true, isFlushing: false, flushes: 0, durableIndex: 0, lastIndex: 99 };
  const watch = new DiskWatch({ electionTimeoutUs: 400_000 }, ports, journal, raft, {
    wouldHandOver: () => false,
  });
  for (; atUs < 100_000_000; atUs += 1_000) watch.doWork(atUs, true);
  assert.deepEqual(asked, [3, 3, 3, 3], 'the one that follows closest, after 100 ms and then every 30 s');
  assert.equal(firstUs, 100_000);
});

test('a leader whose disk is full hands over to one that is not to lead only where no other can', () => {
  const roster = [newMember({ replicaId: 3, host: 'host', preference: Preference.never })];
  const progress = { matchedIndex: 90, durableIndex: 0, lastHeardUs: 0, state: 'following' } as const;
  const asked = (able: readonly number[]): number => {
    let first = 0;
    const raft = {
      id: 1,
      term: 1,
      role: Role.leader,
      configuration: { ...configuration, roster },
      progressOf: (id: number) => ({ ...progress, matchedIndex: 90 + id }),
      mayTakeOver: (id: number) => able.includes(id),
      transferLeadership: (to: number) => {
        first ||= to;
        return undefined;
      },
    };
    const ports = { counters: new FakeCounters(), log: new FakeLog() };
    const journal = { isDiskFull: true, isFlushing: false, flushes: 0, durableIndex: 0, lastIndex: 99 };
    const watch = new DiskWatch({ electionTimeoutUs: 400_000 }, ports, journal, raft, {
      wouldHandOver: () => false,
    });
    for (let atUs = 0; atUs < 200_000; atUs += 1_000) watch.doWork(atUs, true);
    return first;
  };
  assert.equal(asked([2, 3]), 2);
  assert.equal(asked([3]), 3);
});

test('with failover by hand a leader keeps its place', () => {
  const group = new Group(3, { ...small, failover: 'manual' });
  group.step();
  group.nodes[0]!.control.give('startElection');
  const leader = group.leader();
  const caller = trader(group, leader);
  fillDisk(leader);
  placeUntil(group, caller, () => leader.running.log.isHeldUp);
  const { term } = leader.running.log.raft;
  group.step(20_000);
  assert.equal(leader.running.leaderId, leader.id);
  assert.equal(leader.running.serving, false, 'it takes nothing that it cannot store');
  assert.deepEqual(
    leader.control.wouldBe.map(({ kind, leaderId, reason }) => [kind, leaderId, reason]),
    [['handOver', leader.id, 'the leader can store nothing']],
  );
  freeDisk(leader);
  group.until(() => leader.running.serving, 'the leader that has room again');
  assert.equal(leader.running.log.raft.term, term, 'no election was held');
  assert.deepEqual(
    group.followers().map(({ running }) => running.leaderId),
    [leader.id, leader.id],
  );
});

test('a follower with a full disk tells it, and follows again once it has space', () => {
  const group = new Group(3, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  const follower = group.followers()[0]!;
  fillDisk(follower);
  const isStuck = (): boolean =>
    follower.running.log.journal.lastIndex < leader.running.log.journal.lastIndex - 5;
  placeUntil(group, caller, isStuck);
  assert.equal(follower.counters.of('diskFull'), 1);
  const { sent } = caller;
  const records = caller.take();
  group.step(2_000);
  records.push(...caller.take());
  const last = records.findLast(({ type }) => type === outcome.type);
  assert.equal(outcome.read(last!.view, 0).commandNumber, sent, 'the others carry on');
  freeDisk(follower);
  group.until(
    () => follower.running.applier.appliedIndex === leader.running.applier.appliedIndex,
    'the rest',
  );
  assert.equal(follower.counters.of('diskFull'), 0);
});

/** From now on the disk takes requests to flush and finishes none, until it is let go on. */
function standStill(node: Node): { goOn(): void } {
  const { disk } = node;
  const asked: [Region, number][] = [];
  const own = disk.requestFlush;
  disk.requestFlush = (region, position) => void asked.push([region, position]);
  return {
    goOn() {
      disk.requestFlush = own;
      for (const [region, position] of asked.splice(0)) disk.requestFlush(region, position);
    },
  };
}

test('failure 19: a leader whose flush does not return hands over to a replica whose disk flushes', () => {
  const group = new Group(3, { ...small, durability: 'disk' });
  const leader = group.leader();
  const caller = trader(group, leader);
  const disk = standStill(leader);
  caller.place(1, 90);
  group.step(20);
  assert.equal(caller.takeAll(outcome).length, 1, 'a majority without it has flushed the order');
  const fromUs = group.clock.us;
  group.until(() => !leader.running.log.isLeader, 'the hand-over');
  const { electionTimeoutUs } = group.options;
  assert.ok(group.clock.us - fromUs < 2 * electionTimeoutUs);
  assert.ok(leader.log.warnings.some((text) => text.includes('flush that does not return')));
  assert.equal(leader.counters.of('diskStandsStill'), 1);
  const next = group.leader();
  assert.notEqual(next, leader);
  const { term } = next.running.log;
  const back = group.connect(next);
  back.attach(caller);
  group.step(3);
  back.takeAttached();
  back.place(1, 90);
  group.step(20);
  assert.equal(back.takeAll(outcome).length, 1, 'a follower whose flush does not return is not waited for');
  group.step(20_000);
  assert.equal(next.running.log.term, term, 'once');
  disk.goOn();
  group.until(() => leader.counters.of('diskStandsStill') === 0, 'the disk goes on');
});

test('where no other disk has shown that it flushes, a leader whose flush does not return keeps its place', () => {
  const group = new Group(3, { ...small, durability: 'disk' });
  const leader = group.leader();
  trader(group, leader);
  group.step(1_000);
  for (const node of group.nodes) standStill(node);
  const caller = group.connect(leader);
  caller.open(2);
  group.step(20_000);
  assert.equal(leader.running.log.isLeader, true);
  assert.equal(leader.counters.of('diskStandsStill'), 1);
});

/** What a leader does whose flush does not return; the other voters follow, with `other` flushed, one a witness. */
function standstill(electionTimeoutUs: number, durableIndex: number, lastIndex: number) {
  const witness = { matchedIndex: 99, durableIndex: 99, lastHeardUs: 0, state: 'following' as const };
  const other = { matchedIndex: 95, durableIndex, lastHeardUs: 0, state: 'following' as const };
  const found = { other, askedUs: 0, atUs: 0, runTo };
  const raft = {
    id: 1,
    term: 1,
    role: Role.leader,
    configuration,
    progressOf: (id: number) => (id === 1 ? undefined : id === 3 ? witness : other),
    mayTakeOver: (id: number) => id === 2,
    transferLeadership: (id: number) => {
      assert.equal(id, 2, 'a witness never leads');
      found.askedUs = found.atUs;
      return undefined;
    },
  };
  const ports = { counters: new FakeCounters(), log: new FakeLog() };
  const journal = { isDiskFull: false, isFlushing: true, flushes: 0, durableIndex: 90, lastIndex };
  const watch = new DiskWatch({ electionTimeoutUs }, ports, journal, raft, { wouldHandOver: () => false });
  function runTo(us: number): void {
    for (; found.askedUs === 0 && found.atUs < us; found.atUs += 1_000) watch.doWork(found.atUs, false);
  }
  return found;
}

test('a leader whose flush does not return hands over soon after another disk has shown that it flushes', () => {
  const electionTimeoutUs = 40_000;
  const found = standstill(electionTimeoutUs, 90, 95);
  found.runTo(100_000);
  assert.equal(found.askedUs, 0, 'no other disk has flushed more');
  found.other.durableIndex = 91;
  found.runTo(1_000_000);
  assert.ok(found.askedUs > 0 && found.askedUs <= 100_000 + electionTimeoutUs / 4, String(found.askedUs));
});

test('a leader whose flush does not return keeps its place where the disks of the others stand still too', () => {
  const electionTimeoutUs = 40_000;
  const found = standstill(electionTimeoutUs, 91, 95);
  found.runTo(15_000);
  found.other.durableIndex = 92;
  found.runTo(1_000_000);
  assert.equal(found.askedUs, 0, 'the other one has flushed more, and then no more');
  found.other.durableIndex = 93;
  found.runTo(2_000_000);
  assert.ok(found.askedUs >= 1_000_000, 'it flushes again');
});

test('a leader that handed over for its disk does so again a second later, where that stands still again', () => {
  const found = standstill(40_000, 95, 95);
  found.runTo(1_000_000);
  const firstUs = found.askedUs;
  assert.ok(firstUs > 0);
  found.askedUs = 0;
  found.runTo(firstUs + 1_000_000);
  assert.equal(found.askedUs, 0);
  found.runTo(firstUs + 1_010_000);
  assert.ok(found.askedUs > 0);
});

test('a leader whose flush does not return hands over to one that has nothing left to flush', () => {
  const electionTimeoutUs = 40_000;
  const found = standstill(electionTimeoutUs, 95, 95);
  found.runTo(1_000_000);
  assert.ok(found.askedUs > 0 && found.askedUs <= 2 * electionTimeoutUs, String(found.askedUs));
});
