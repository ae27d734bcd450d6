import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withFlippedBit, withFlippedDigest } from '../../engine/testing/memory-errors.ts';
import { parseSnapshot, snapshotHash, snapshotName } from '../../journal/snapshot-file.ts';
import { outcome } from '../../protocol/events.ts';
import { Random } from '../../std/random.ts';
import type { OperatorAnswer } from '../answers.ts';
import { Group, type Node } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';

const small = { segmentBytes: 65_536 };

function trader(group: Group, leader: Node): WireClient {
  const caller = group.connect(leader);
  caller.open(1);
  group.step(3);
  caller.takeOpened();
  caller.createAccount();
  caller.createInstrument();
  group.step(3);
  caller.place(1, 100, 'resting');
  const order = (node: Node): number => node.running.state.lastSeq;
  group.until(() => group.nodes.every((node) => order(node) === 4), 'an order at all replicas');
  caller.take();
  return caller;
}

/** A bit of the resting order's price flips in the memory of a replica. */
function flip(node: Node): readonly string[] {
  const { state } = node.running;
  const { engine } = state;
  const isWanted = (lines: readonly string[]): boolean =>
    lines.some((line) => line.startsWith('order 1 of account 1: price'));
  const other = withFlippedBit(engine, new Random(node.id), {}, isWanted);
  assert.ok(other !== undefined, 'some bit of the state is the price of an order');
  state.engine = other;
  return other.differences(engine, 10);
}

function text(node: Node, name: string): string {
  const found = [...node.disk.aside.keys()].find((key) => key.endsWith(name));
  assert.ok(found !== undefined, `${name} is kept`);
  return new TextDecoder().decode(node.disk.aside.get(found));
}

function areAlike(group: Group): boolean {
  const hashes = group.nodes.map(({ running }) => running.state.stateHash());
  return new Set(hashes).size === 1 && group.nodes.every(({ running }) => !running.isParked);
}

test('a follower whose memory was wrong is found with its next answer, stopped, explained and rebuilt', () => {
  const group = new Group(3, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  const [wrong] = group.followers();
  const [difference] = flip(wrong!);
  group.step(1_000);
  assert.equal(wrong!.running.isParked, false, 'what no event shows is not known');
  caller.place(2, 100, 'taker');
  group.until(() => wrong!.running.isParked, 'a replica that is parked');
  const { us } = group.clock;
  assert.equal(wrong!.running.divergence.rebuild.applyLimit, wrong!.running.applier.appliedIndex);
  caller.place(2, 105, 'later');
  group.step(30);
  assert.equal(caller.takeAll(outcome).length, 2, 'orders of others flow on');
  assert.equal(leader.running.serving, true);
  group.until(() => areAlike(group), 'replicas that are alike again');
  assert.ok(group.clock.us - us < 2_000_000);
  assert.equal(wrong!.running.divergence.rebuild.count, 1);
  assert.match(difference!, /^order 1 of account 1: price \d+ here, 100 there$/);
  assert.match(
    text(wrong!, 'finding.txt'),
    /made something else of the log up to frame \d+ than the majority/,
  );
  assert.match(text(wrong!, 'finding.txt'), /It has not led since then, so it answered no order of a client/);
  assert.match(text(wrong!, 'differences.txt'), /^order 1 of account 1: /m);
  assert.ok([...wrong!.disk.aside.keys()].some((key) => /^diverged-at-frame-\d+\/frame-\d+\.bin$/.test(key)));
});

test('where the replica that is to give its state is gone for good, the leader gives its own', () => {
  const group = new Group(3, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  const [wrong, third] = group.followers();
  flip(wrong!);
  caller.place(2, 100, 'taker');
  group.until(() => wrong!.running.isParked, 'a replica that is parked');
  third!.crash();
  group.until(() => !wrong!.running.isParked, 'a replica that goes on');
  group.until(
    () => wrong!.running.state.stateHash() === leader.running.state.stateHash(),
    'replicas that are alike again',
  );
  assert.equal(leader.running.serving, true);
});

test('a leader that alone is wrong hands over, lists what it answered, and is rebuilt', () => {
  const group = new Group(3, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  flip(leader);
  caller.place(2, 100, 'taker');
  group.until(() => leader.running.isParked, 'a leader that is parked');
  assert.equal(leader.running.serving, false);
  group.until(() => group.nodes.some(({ running }) => running.serving), 'another leader');
  assert.notEqual(group.leader(), leader);
  group.until(() => areAlike(group), 'replicas that are alike again');
  assert.match(
    text(leader, 'finding.txt'),
    /It has led since then, and answered clients with this:\ncommand \d+, event/,
  );
  assert.match(text(leader, 'differences.txt'), /^order 1 of account 1: /m);
});

test('a leader that lost leadership before it was found to be wrong lists what it answered while it led', () => {
  const group = new Group(3, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  flip(leader);
  const isAnswered = (): boolean => caller.takeAll(outcome).length > 0;
  caller.place(2, 100, 'taker');
  for (let cycles = 0; !isAnswered(); cycles++) {
    assert.ok(cycles < 10_000 && !leader.running.isParked, 'its client has its answer first');
    group.step(1);
  }
  const answered = leader.running.state.lastSeq;
  group.split([leader.id]);
  const others = group.nodes.filter((node) => node !== leader);
  group.until(() => others.some(({ running }) => running.serving), 'another leader');
  group.cuts.clear();
  group.until(() => leader.running.isParked, 'the former leader is parked');
  assert.equal(leader.running.log.isLeader, false);
  const finding = text(leader, 'finding.txt');
  assert.match(finding, /It has led since then, and answered clients with this:\n/);
  assert.match(
    finding,
    new RegExp(`^command ${answered}, event \\d+, .* outcome .*clientOrderId taker`, 'm'),
  );
  group.until(() => areAlike(group), 'replicas that are alike again');
});

test('a replica that differs six times within an hour stays parked until its process is started again', () => {
  const group = new Group(3, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  const [wrong] = group.followers();
  const { rebuild } = wrong!.running.divergence;
  const differs = (n: number): void => {
    const { state } = wrong!.running;
    state.engine = withFlippedDigest(state.engine, new Random(n), {});
    caller.place(1, 50, `order-${n}`);
    group.until(() => wrong!.running.isParked, 'a replica that is parked');
  };
  for (let n = 1; n <= 6; n++) {
    differs(n);
    group.until(() => areAlike(group), 'replicas that are alike again');
    assert.equal(rebuild.count, n);
  }
  assert.ok(wrong!.log.warnings.some((line) => line.includes('was rebuilt 6 times within an hour')));
  differs(7);
  group.clock.us += 3 * 3_600_000_000;
  group.step(10_000);
  assert.equal(wrong!.running.isParked, true, 'hours later, too');
  wrong!.crash();
  wrong!.start();
  group.until(() => areAlike(group), 'replicas that are alike again');
});

test('where no majority agrees nothing is taken until one more replica has spoken', () => {
  const group = new Group(3, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  const [wrong, third] = group.followers();
  group.until(() => third!.running.applier.appliedIndex === leader.running.applier.appliedIndex);
  third!.crash();
  flip(wrong!);
  caller.place(2, 100, 'taker');
  group.until(() => !leader.running.serving, 'a leader that serves nothing');
  assert.equal(leader.running.log.isLeader, true);
  assert.ok(leader.log.warnings.some((line) => line.startsWith('no majority of the replicas agrees')));
  group.step(3_000);
  assert.equal(leader.running.serving, false, 'one against one decides nothing');
  third!.start();
  group.until(() => areAlike(group), 'replicas that are alike again');
  assert.equal(wrong!.running.divergence.rebuild.count, 1);
  assert.equal(leader.running.serving, true);
});

/** The answer to an operator that chooses a state by force, with the word of a second person or without. */
function choose(group: Group, leader: Node, chosen: Node, isConfirmed: boolean): OperatorAnswer {
  leader.control.give('chooseState', chosen.id, true, { isConfirmed });
  group.step(30);
  return leader.control.replies.at(-1)!;
}

test('where two persons are needed one alone chooses no state, whatever force is used', () => {
  const group = new Group(3, { ...small, twoPersons: true });
  const leader = group.leader();
  const caller = trader(group, leader);
  const [other, third] = group.followers();
  group.until(() => third!.running.applier.appliedIndex === leader.running.applier.appliedIndex);
  third!.crash();
  flip(leader);
  caller.place(2, 100, 'taker');
  group.until(() => !leader.running.serving);
  const { ok, needsSecond, text } = choose(group, leader, other!, false);
  assert.deepEqual([ok, needsSecond], [false, true], text);
  assert.match(text, new RegExp(`replicas ${leader.id} take its state`));
  group.step(20_000);
  assert.equal(leader.running.divergence.rebuild.count, 0);
  assert.equal(leader.running.divergence.isDisputed, true, 'nothing was chosen');
  assert.equal(choose(group, leader, other!, true).ok, true);
  group.until(
    () => leader.running.divergence.rebuild.count === 1,
    'a leader that was rebuilt from the other',
  );
});

test('where no majority agrees an operator chooses, and is asked first', () => {
  const group = new Group(3, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  const [other, third] = group.followers();
  group.until(() => third!.running.applier.appliedIndex === leader.running.applier.appliedIndex);
  leader.control.give('chooseState', leader.id);
  group.step(30);
  assert.match(leader.control.replies.at(-1)!.text, /there is nothing to choose/);
  third!.crash();
  flip(leader);
  caller.place(2, 100, 'taker');
  group.until(() => !leader.running.serving);
  leader.control.give('chooseState', third!.id, true);
  leader.control.give('chooseState', other!.id);
  group.step(30);
  const [, unknown, asked] = leader.control.replies;
  assert.match(unknown!.text, /is not among those that differ/);
  assert.equal(asked!.ok, false);
  assert.match(asked!.text, new RegExp(`replicas ${leader.id} take its state`));
  leader.control.give('chooseState', other!.id, true);
  group.until(
    () =>
      [leader, other!].every(
        ({ running }) => !running.isParked && running.state.stateHash() === other!.running.state.stateHash(),
      ) && leader.running.divergence.rebuild.count === 1,
    'a leader that was rebuilt from the other',
  );
  group.until(() => group.nodes.some(({ replica }) => replica?.serving === true), 'a leader');
});

test('a snapshot of another state than its own is kept by none', () => {
  const group = new Group(3, small);
  const leader = group.leader();
  const caller = trader(group, leader);
  const [wrong] = group.followers();
  // It is cut off, so that nothing of what it makes is known.
  flip(wrong!);
  caller.place(2, 100, 'taker');
  group.until(
    () => group.nodes.every(({ running }) => running.state.lastSeq === 5),
    'an order at all replicas',
  );
  group.split([wrong!.id]);
  const { snapshots } = wrong!.running;
  for (const doubt of ['difference', 'dispute'] as const) snapshots.suspend(doubt, false);
  snapshots.request();
  group.until(() => snapshots.snapshotIndex > 0, 'a snapshot of the wrong state');
  const bytes = wrong!.disk.read(snapshotName(snapshots.snapshotIndex))!;
  const file = parseSnapshot(bytes)!;
  const name = { ...file, hash: snapshotHash(bytes), leaderTerm: leader.running.term };
  leader.running.snapshots.keep({ purpose: 'keep', name, file, bytes });
  group.step(50);
  assert.equal(leader.running.snapshots.snapshotIndex, 0);
  assert.ok(leader.log.warnings.some((line) => line.includes('of another state than ours')));
});
