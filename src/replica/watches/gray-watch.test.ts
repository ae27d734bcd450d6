import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Region } from '../../journal/storage.ts';
import { eventAt, sessionOpened } from '../../protocol/events.ts';
import { Role } from '../../raft/types.ts';
import type { ReplicaOptions } from '../options.ts';
import type { MachineLoad, SeenCondition } from '../ports.ts';
import { FakeControl, FakeCounters, FakeLog, FakeSeals } from '../testing/fake-ports.ts';
import { Group, type Node } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';
import { FlushWatch } from './flush-watch.ts';
import { isWorse, type MemberCondition, type SignalName, signalNames, signalOf } from './gray-signals.ts';
import { GrayWatch } from './gray-watch.ts';

const cycleUs = 5_000;
const well: MachineLoad = { starvedPermille: 0, heapPermille: 300, diskPermille: 400 };

/** Three replicas, a caller at each that leads, and what follows the leadership. */
class Trial {
  readonly group: Group;
  /** Called in each cycle. */
  onCycle: () => void = () => undefined;
  #caller: WireClient | undefined;
  #callerAt: Node | undefined;

  constructor(more: Partial<ReplicaOptions> = {}) {
    this.group = new Group(3, { durability: 'disk', ...more });
    if (more.failover === 'manual') {
      this.group.step();
      this.group.nodes[0]!.control.give('startElection');
    }
    this.group.leader();
    for (const { control } of this.group.nodes) control.machine = well;
  }

  get leader(): Node | undefined {
    return this.group.nodes.find(({ replica }) => replica?.serving === true);
  }

  /** Time passes, with commands; returns which replicas led one after the other. */
  pass(ms: number): number[] {
    const { group } = this;
    const led: number[] = [];
    for (let us = 0; us < ms * 1_000; us += cycleUs) {
      group.clock.us += cycleUs;
      for (const { replica } of group.nodes) replica?.doWork(group.clock.us);
      const { leader } = this;
      if (leader !== undefined && led.at(-1) !== leader.id) led.push(leader.id);
      if (us % 20_000 === 0) this.#say(leader);
      this.onCycle();
    }
    return led;
  }

  #say(leader: Node | undefined): void {
    if (leader === undefined) return;
    if (leader !== this.#callerAt || this.#caller === undefined) {
      this.#callerAt = leader;
      this.#caller = this.group.call(leader);
      this.#caller.open(leader.id);
      return;
    }
    const caller = this.#caller;
    const opened = caller.take().find(({ type }) => type === sessionOpened.type);
    if (opened !== undefined) caller.sessionId = opened.view.getUint32(eventAt.sessionId, true);
    if (caller.sessionId !== 0) caller.createAccount();
  }
}

/** Each flush takes so long, and does all that waits when it begins. */
function slowDown({ disk, group }: Node, us: number): void {
  const waiting: [Region, number][] = [];
  let flushing: [Region, number][] = [];
  let endsUs = 0;
  const [request, position] = [disk.requestFlush.bind(disk), disk.flushedPosition.bind(disk)];
  disk.requestFlush = (region, to) => void waiting.push([region, to]);
  disk.flushedPosition = () => {
    if (group.clock.us >= endsUs) {
      for (const [region, to] of flushing) request(region, to);
      flushing = waiting.splice(0);
      if (flushing.length > 0) endsUs = group.clock.us + us;
    }
    return position();
  };
}

test('a leader whose flushes are slower hands over once, and says why', () => {
  const trial = new Trial();
  const first = trial.leader!;
  trial.pass(12_000);
  assert.equal(trial.leader, first);
  slowDown(first, 100_000);
  const led = trial.pass(30_000);
  assert.equal(led.length, 2, `one hand-over: ${led}`);
  assert.equal(led[0], first.id);
  const why = first.log.warnings.find((text) => text.includes('hands over'));
  assert.match(why ?? '', /a flush of the journal takes, in the middle 1\d\d\.\d ms, at replica \d 5\.0 ms/);
  assert.equal(first.counters.of('grayHandOvers'), 1);
  assert.deepEqual(first.control.conditions, []);
  const shown = trial.leader!.control.conditions.filter(({ gray }) => gray.length > 0);
  assert.deepEqual(
    shown.map(({ memberId }) => memberId),
    [first.id],
    'it is gray as a follower too',
  );
});

test('what follows the leadership sends it round once, not to and fro', () => {
  const trial = new Trial();
  trial.onCycle = () => {
    for (const node of trial.group.nodes)
      node.control.machine = node === trial.leader ? { ...well, starvedPermille: 600 } : well;
  };
  const led = trial.pass(60_000);
  assert.deepEqual(led.toSorted(), [1, 2, 3], `each leads once: ${led}`);
});

test('no replica is gray where all are as bad, and none that has led for a moment hands over', () => {
  const alike = new Trial();
  for (const { control } of alike.group.nodes) control.machine = { ...well, starvedPermille: 600 };
  assert.equal(alike.pass(20_000).length, 1);
  assert.deepEqual(
    alike.leader!.control.conditions.map(({ gray }) => gray),
    [[], [], []],
  );
  const young = new Trial();
  young.leader!.control.machine = { ...well, starvedPermille: 600 };
  assert.equal(young.pass(9_000).length, 1);
});

test('a leader that loses what it receives hands over; leadership goes to none that is gray by something else', () => {
  const trial = new Trial();
  const first = trial.leader!;
  const [gray, sound] = trial.group.followers();
  gray!.control.machine = { ...well, diskPermille: 990 };
  trial.onCycle = () => {
    for (const { seals } of trial.group.nodes) {
      seals.datagramsSent += 10;
      seals.datagramsCame += seals === first.seals ? 8 : 10;
    }
  };
  assert.deepEqual(trial.pass(20_000), [first.id, sound!.id]);
});

test('with failover by hand nothing is handed over, and what is gray is shown', () => {
  const trial = new Trial({ failover: 'manual' });
  const { id, control } = trial.leader!;
  control.machine = { ...well, heapPermille: 950 };
  assert.deepEqual(trial.pass(30_000), [id]);
  const shown = trial.leader!.control.conditions.find(({ memberId }) => memberId === id);
  assert.match(shown?.gray.join() ?? '', /of the bound of its heap the core thread uses 95\.0 %, at replica/);
});

const emptyConfiguration = { outgoing: [], learners: [], learnersNext: [], roster: [], tokens: [] };

/**
 * A leader, replica 1, that is so, and what 2 and 3 let it know for half a minute; returns to which it hands over.
 * `cannot`: those that could not lead.
 */
function handOverOf(
  own: MemberCondition,
  others: readonly MemberCondition[],
  cannot: readonly number[] = [],
): HandOver {
  const to: number[] = [];
  const raft = {
    ...{ id: 1, term: 1, role: Role.leader },
    reports: { conditions: undefined, tellCondition: () => undefined },
    configuration: { ...emptyConfiguration, voters: [1, 2, 3] },
    mayTakeOver: (id: number) => !cannot.includes(id),
    transferLeadership: (id: number) => void to.push(id),
  };
  const control = new FakeControl();
  const seals = new FakeSeals();
  control.machine = { starvedPermille: own.starved, heapPermille: own.heap, diskPermille: own.disk };
  const ports = { seals, counters: new FakeCounters(), log: new FakeLog(), control };
  const clocks = { aheadUs: own.clock, aheadOf: (id: number) => others[id - 2]?.clock };
  const noReview = { wouldHandOver: () => false };
  const watch = new GrayWatch(noReview, ports, raft, { flush: { usualUs: own.flush } }, { clocks });
  let shown: readonly SeenCondition[] = [];
  for (let us = 0; us < 30_000_000 && to.length === 0; us += 500_000) {
    if (own.loss !== undefined) {
      seals.datagramsSent += 1_000;
      seals.datagramsCame += 1_000 - own.loss;
    }
    for (const [at, { flush, starved, loss, heap, disk }] of others.entries())
      watch.memberIs(at + 2, [flush, starved, loss, heap, disk], false);
    watch.doWork(us);
    shown = control.conditions;
  }
  return { to: to[0], gray: shown.filter(({ gray }) => gray.length > 0).map(({ memberId }) => memberId) };
}

interface HandOver {
  readonly to: number | undefined;
  /** Which are gray then. */
  readonly gray: readonly number[];
}

test('a witness that fares best is passed over for the replica that may lead', () => {
  const good: MemberCondition = { flush: 500, starved: 10, loss: 0, heap: 300, disk: 400, clock: 0 };
  const slow = { ...good, flush: 100_000 };
  assert.equal(handOverOf(slow, [{ ...good, flush: 600 }, good], [3]).to, 2);
  assert.equal(handOverOf(slow, [good, good], [2, 3]).to, undefined);
});

test('what is not known of a signal is neither best nor gray', () => {
  const good: MemberCondition = { flush: 500, starved: 10, loss: 0, heap: 300, disk: 400, clock: 0 };
  const bad = { flush: 100_000, starved: 900, loss: 500, heap: 990, disk: 990, clock: 5_000_000 };
  const found = (name: SignalName, ...values: (number | undefined)[]): HandOver => {
    const [own, ...others] = values.map((value) => ({ ...good, [name]: value }));
    return handOverOf(own!, others);
  };
  for (const name of signalNames) {
    const isBad = bad[name];
    const isGood = good[name];
    assert.deepEqual(found(name, isBad, isGood, isGood), { to: 2, gray: [1] }, `${name}, all known`);
    assert.deepEqual(found(name, isBad, undefined, isGood), { to: 3, gray: [1] }, `${name} of one`);
    assert.deepEqual(
      found(name, isBad, undefined, isBad),
      { to: undefined, gray: [] },
      `${name} of a good one`,
    );
    assert.deepEqual(
      found(name, isBad, undefined, undefined),
      { to: undefined, gray: [] },
      `${name} of both`,
    );
    assert.deepEqual(
      found(name, undefined, isGood, isGood),
      { to: undefined, gray: [] },
      `${name} of its own`,
    );
  }
});

test('a leader is told what a follower knows of itself, and what it does not know', () => {
  const trial = new Trial();
  const [follower] = trial.group.followers();
  follower!.control.machine = { starvedPermille: undefined, heapPermille: 0, diskPermille: undefined };
  trial.pass(2_000);
  const shown = trial.leader!.control.conditions.find(({ memberId }) => memberId === follower!.id);
  const { starved, heap, disk, loss, flush } = shown!.values;
  assert.deepEqual([starved, heap, disk, loss], [undefined, 0, undefined, undefined]);
  assert.ok(flush! > 0);
});

test('of a disk that has flushed too little nothing is known; flushes too quick to be seen on their way count', () => {
  const journal = { isFlushing: false, flushes: 0 };
  const watch = new FlushWatch(journal);
  let atUs = 0;
  const look = (): number | undefined => {
    watch.look((atUs += 1_000));
    return watch.usualUs;
  };
  assert.equal(look(), undefined);
  journal.isFlushing = true;
  for (let n = 0; n < 30; n++) assert.equal(look(), undefined, 'one that has not returned yet');
  journal.isFlushing = false;
  journal.flushes = 1;
  assert.equal(look(), undefined);
  for (let n = 0; n < 3; n++) {
    journal.flushes += 1;
    look();
  }
  assert.equal(watch.usualUs, 1_000);
  // So long between two looks, how long it took is not known.
  for (let n = 0; n < 16; n++) {
    journal.flushes += 1;
    atUs += 40_000;
    look();
  }
  assert.equal(watch.usualUs, 1_000);
});

test('a replica is gray from the bound on, beside one that is better by the factor, and needs less to stay so', () => {
  assert.equal(isWorse('flush', 19_999, 0, false), false);
  assert.equal(isWorse('flush', 20_000, 2_000, false), true);
  assert.equal(isWorse('flush', 20_000, 2_001, false), false);
  assert.equal(isWorse('flush', 14_000, 2_000, true), true);
  assert.equal(isWorse('flush', 13_999, 0, true), false);
});

test('docs/GRAY.md has the table of what is compared', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/GRAY.md'), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| (.+) \| (\S+) (µs|‰) \| (\S+) times \| (\d+) s \|$/gm)];
  assert.deepEqual(
    rows.map(([, name, meaning, from, unit, worseBy, holdSeconds]) => ({
      name,
      meaning,
      from: Number(from),
      unit,
      worseBy: Number(worseBy),
      holdUs: Number(holdSeconds) * 1_000_000,
    })),
    signalNames.map((name) => ({ name, ...signalOf(name) })),
  );
});
