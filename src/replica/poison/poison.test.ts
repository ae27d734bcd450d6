/** Failure 20: a command that ends each process that applies it is voided, and costs nothing that was acknowledged. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OutcomeCode } from '../../protocol/codes.ts';
import { Random } from '../../std/random.ts';
import type { OperatorAnswer } from '../answers.ts';
import { ReplicaFault } from '../fault.ts';
import { ApplyMark, applyingAt } from '../mark/apply-mark.ts';
import type { Group, Node } from '../testing/group.ts';
import { areAlike, codesOf, trader, WeakGroup } from '../testing/weak-group.ts';
import type { WireClient } from '../testing/wire-client.ts';

/** The session goes on where the replica that leads now is. */
function again(group: Group, before: WireClient): WireClient {
  const caller = group.connect(group.leader());
  caller.token = before.token;
  caller.attach(before, 4);
  caller.sessionId = before.sessionId;
  caller.sent = before.sent;
  group.step(3);
  return caller;
}

/** Its disk is another one. */
function clear({ disk }: Node): void {
  for (const name of disk.list()) disk.remove(name);
}

for (const [death, deathsOfEach] of [
  ['exception', 1],
  ['signal', 2],
] as const) {
  test(`a command that ends all replicas by ${death} is voided, and the orders behind it are carried out`, () => {
    const group = new WeakGroup(death);
    const caller = trader(group);
    caller.place(2, 105, 'poison');
    caller.place(2, 106, 'behind');
    group.until(() => group.deaths === 3 * deathsOfEach, 'deaths of all');
    group.until(() => group.nodes.every(({ running }) => running.state.lastSeq >= 6), 'commands behind it');
    assert.equal(group.deaths, 3 * deathsOfEach);
    assert.ok(areAlike(group));
    const client = again(group, caller);
    assert.deepEqual(codesOf(client), [OutcomeCode.voided, OutcomeCode.ok]);
    for (const { disk, log, running } of group.nodes) {
      assert.ok(disk.aside.has('voided-commands/command-5.bin'));
      assert.ok(log.warnings.some((line) => line.startsWith('command 5 is voided: it is passed over')));
      assert.equal(running.state.voidsSince(0), 1);
      assert.equal(running.poison.isParked, false);
    }
    group.nodes[1]!.crash();
    group.begin(group.nodes[1]!);
    group.until(() => group.nodes[1]!.running.state.lastSeq >= 6, 'a replay');
    assert.ok(areAlike(group));
    assert.equal(group.deaths, 3 * deathsOfEach, 'a replay knows of the void before it reaches the command');
  });
}

test('a replica that dies on a command, and whose state is found wrong then, takes the state of the others', () => {
  const group = new WeakGroup('exception', []);
  const caller = trader(group);
  const [wrong] = group.followers();
  group.weak.add(wrong!.id);
  caller.place(2, 100, 'poison');
  group.until(() => group.deaths === 1 && wrong!.running.applier.stopsBefore > 0, 'a replica that died');
  // The snapshot with which it began was of another state.
  const { applier } = wrong!.running;
  const { digests } = applier;
  digests.restart(applier.appliedIndex, digests.log, digests.events ^ 1);
  group.until(() => wrong!.running.isParked, 'a state that is found wrong');
  group.until(() => !wrong!.running.isParked && !wrong!.running.poison.isParked, 'another state');
  group.until(() => areAlike(group), 'replicas that are alike');
  assert.equal(group.deaths, 1);
});

test('a command that ends one replica alone is voided nowhere: that one takes the state of the others', () => {
  for (const weak of [1, 2, 3]) {
    const group = new WeakGroup('exception', [weak]);
    const caller = trader(group);
    caller.place(2, 100, 'poison');
    group.until(() => group.deaths > 0, 'a death');
    group.until(
      () => group.nodes.every(({ running }) => running.state.lastSeq >= 5),
      'the command everywhere',
    );
    assert.ok(areAlike(group));
    assert.equal(group.deaths, 1);
    for (const { running } of group.nodes) assert.equal(running.state.voidsSince(0), 0);
    const client = again(group, caller);
    assert.deepEqual(codesOf(client), [OutcomeCode.ok]);
    client.place(2, 107, 'behind');
    group.until(() => group.nodes.every(({ running }) => running.state.lastSeq >= 6), 'the next order');
  }
});

test('what a replica has answered in an earlier life is voided by the word of an operator alone', () => {
  const group = new WeakGroup('exception', []);
  const caller = trader(group);
  const leader = group.leader();
  const others = group.followers();
  for (const { id } of others) group.weak.add(id);
  caller.place(2, 100, 'poison');
  group.until(() => codesOf(caller).length === 1, 'an outcome');
  group.until(() => group.deaths === 2, 'deaths of the others');
  leader.crash();
  group.weak.add(leader.id);
  group.begin(leader);
  group.until(() => group.nodes.every(({ running }) => running.poison.isParked), 'replicas that are parked');
  group.step(5_000);
  assert.ok(group.nodes.every(({ running }) => running.state.lastSeq === 4));
  const leading = group.nodes.find(({ running }) => running.log.isLeader)!;
  assert.ok(leading.log.warnings.some((line) => /may have applied command 5 in an earlier life/.test(line)));
  const decide = (seq: number, force: boolean): string | undefined => {
    leading.control.give('decideVoid', 0, force, { seq });
    group.step(20);
    return leading.control.replies.at(-1)?.text;
  };
  assert.match(decide(4, true)!, /^Command 4 waits for no decision; command 5 does\.$/);
  assert.match(
    decide(5, false)!,
    new RegExp(`^Replica ${leader.id} may have applied command 5 in an earlier life`),
  );
  assert.match(decide(5, true)!, /^Command 5 is voided/);
  group.until(() => group.nodes.every(({ running }) => running.state.lastSeq >= 5), 'a void');
  assert.ok(areAlike(group));
});

test('what a replica answered before it lost its power, or its folder, is voided by an operator alone', () => {
  for (const durability of ['memory', 'disk'] as const) {
    for (const isBlank of [false, true]) {
      const group = new WeakGroup('exception', [], { durability });
      const caller = trader(group);
      const leader = group.leader();
      for (const { id } of group.followers()) group.weak.add(id);
      caller.place(2, 100, 'poison');
      group.until(() => codesOf(caller).length === 1, 'an outcome');
      group.until(() => group.deaths === 2, 'deaths of the others');
      leader.crash();
      if (isBlank) clear(leader);
      else leader.disk.powerCut(new Random(1));
      group.weak.add(leader.id);
      group.begin(leader);
      group.until(
        () => group.nodes.every(({ running }) => running.poison.isParked),
        'replicas that are parked',
      );
      group.until(() => !leader.running.log.isRecovering, 'its return');
      group.step(5_000);
      const variant = `${durability}, ${isBlank ? 'blank' : 'power cut'}`;
      for (const { running } of group.nodes) assert.equal(running.state.voidsSince(0), 0, variant);
      const leading = group.nodes.find(({ running }) => running.log.isLeader)!;
      assert.ok(
        leading.log.warnings.some((line) =>
          line.startsWith(`Replica ${leader.id} may have applied command 5`),
        ),
        variant,
      );
    }
  }
});

test('a replica that has just been let return is known not to have applied what comes next', () => {
  for (const waits of [0, 3, 6]) {
    const group = new WeakGroup('exception');
    const caller = trader(group);
    const [blank] = group.followers();
    group.step(waits);
    blank!.crash();
    clear(blank!);
    group.begin(blank!);
    group.until(() => !blank!.running.log.isRecovering, 'its return');
    caller.place(2, 105, 'poison');
    group.until(() => group.nodes.every(({ running }) => running.state.lastSeq >= 5), 'a void');
    assert.equal(group.deaths, 3);
    assert.ok(areAlike(group));
  }
});

test('a voter that cannot be asked holds up a void until an operator has accepted it', () => {
  const group = new WeakGroup('exception');
  const caller = trader(group);
  const leader = group.leader();
  const [silent] = group.followers();
  silent!.crash();
  caller.place(2, 105, 'poison');
  group.until(() => group.deaths === 2, 'deaths of the others');
  group.step(10_000);
  const leading = group.nodes.find(({ replica }) => replica?.log.isLeader)!;
  assert.equal(leading.running.state.lastSeq, 4);
  leading.control.give('decideVoid', 0, true, { seq: 5 });
  group.until(() => leading.running.state.lastSeq >= 5, 'a void');
  group.begin(silent!);
  group.until(() => silent!.running.state.lastSeq >= 5, 'the one that was silent');
  assert.equal(group.deaths, 2, 'it knew of the void before it reached the command');
  assert.ok(areAlike(group));
  assert.ok(leader.running.log.hasHadLeader);
});

test('where two persons are needed one alone voids no command, whatever force is used', () => {
  const group = new WeakGroup('exception', [1, 2, 3], { twoPersons: true });
  const caller = trader(group);
  const [silent] = group.followers();
  silent!.crash();
  caller.place(2, 105, 'poison');
  group.until(() => group.deaths === 2, 'deaths of the others');
  group.step(10_000);
  const leading = group.nodes.find(({ replica }) => replica?.log.isLeader)!;
  const decide = (isConfirmed: boolean): OperatorAnswer => {
    leading.control.give('decideVoid', 0, true, { seq: 5, isConfirmed });
    group.step(5_000);
    return leading.control.replies.at(-1)!;
  };
  const { ok, needsSecond, text } = decide(false);
  assert.deepEqual([ok, needsSecond], [false, true], text);
  assert.equal(leading.running.state.lastSeq, 4, 'nothing is voided');
  assert.equal(decide(true).ok, true);
  group.until(() => leading.running.state.lastSeq >= 5, 'a void');
});

test('one that was away when a command was voided hears of that before the command, also of one that has a snapshot', () => {
  const group = new WeakGroup('exception', [1, 2, 3], { windowFrames: 2 });
  const caller = trader(group);
  const [silent] = group.followers() as [Node, Node];
  const others = group.nodes.filter((node) => node !== silent);
  silent.crash();
  group.weak.delete(silent.id);
  caller.place(2, 105, 'poison');
  const leading = (): Node | undefined => others.find(({ replica }) => replica?.log.isLeader === true);
  group.until(
    () => group.deaths === 2 && leading()?.running.poison.isParked === true,
    'deaths of the others',
  );
  group.until(() => {
    leading()?.control.give('decideVoid', 0, true, { seq: 5 });
    group.step(20);
    return others.every(({ running }) => running.state.lastSeq >= 5);
  }, 'a void');
  for (const node of others) {
    node.control.give('takeSnapshot');
    group.until(
      () => node.running.snapshots.snapshotIndex === node.running.applier.appliedIndex,
      'a snapshot',
    );
  }
  for (const node of others) node.crash();
  for (const node of others) group.begin(node);
  group.until(() => leading()?.running.serving === true, 'a leader that has begun with a snapshot');
  group.begin(silent);
  group.until(() => silent.running.state.lastSeq >= 5, 'the one that was silent');
  assert.equal(silent.running.state.voidsSince(0), 1);
  assert.ok(areAlike(group));
});

test('a replica that goes on from the state of another serves again, and counts as one that has applied that', () => {
  const group = new WeakGroup('exception', [1]);
  const caller = trader(group);
  caller.place(2, 100, 'poison');
  const victim = group.nodes[0]!;
  group.until(() => group.deaths === 1 && victim.running.poison.isParked, 'a death');
  group.until(() => victim.running.state.lastSeq >= 5, 'the state of another');
  assert.equal(victim.running.poison.isParked, false);
  victim.crash();
  assert.equal(ApplyMark.open(victim.disk).appliedBefore, 5);
  group.begin(victim);
  group.until(() => areAlike(group) && !victim.running.log.isRecovering, 'its place');
  group.leader().control.give('transferLeadership', victim.id);
  group.until(() => victim.running.serving, 'its service');
});

test('a replica that is ended while it reads its log again does not try the command again on which it died', () => {
  const group = new WeakGroup('exception', [1]);
  const caller = trader(group);
  const victim = group.nodes[0]!;
  caller.place(2, 100, 'poison');
  group.until(() => group.deaths === 1, 'a death');
  victim.crash();
  ApplyMark.open(victim.disk).numbers[applyingAt] = 2;
  group.begin(victim);
  group.until(() => victim.running.state.lastSeq >= 5, 'the state of another');
  assert.equal(group.deaths, 1);
  assert.equal(victim.running.poison.isParked, false);
});

test('what a voter answered before it was removed from the members is voided by an operator alone', () => {
  const group = new WeakGroup('exception', []);
  const caller = trader(group);
  const answered = group.leader();
  const others = group.followers();
  for (const { id } of others) group.weak.add(id);
  caller.place(2, 100, 'poison');
  group.until(() => codesOf(caller).length === 1, 'an outcome');
  group.until(() => group.deaths === 2, 'deaths of the others');
  answered.crash();
  const leads = (): Node | undefined => others.find(({ running }) => running.log.isLeader);
  group.until(() => leads() !== undefined, 'another leader');
  leads()!.control.give('removeMember', answered.id, true);
  group.until(
    () => others.every(({ running }) => !running.log.membership.voters.includes(answered.id)),
    'a removal',
  );
  group.step(5_000);
  assert.ok(others.every(({ running }) => running.state.lastSeq === 4));
  const leading = leads()!;
  assert.ok(
    leading.log.warnings.some((line) =>
      line.startsWith(`Replica ${answered.id} has not said that it died on command 5`),
    ),
    leading.log.warnings.join(),
  );
  leading.control.give('decideVoid', 0, true, { seq: 5 });
  group.until(() => others.every(({ running }) => running.state.lastSeq >= 5), 'the word of an operator');
});

test('more than three commands in an hour are not voided without an operator', () => {
  const group = new WeakGroup('exception');
  let caller = trader(group);
  for (let n = 1; n <= 4; n++) {
    caller.place(2, 105, `poison-${n}`);
    group.until(() => group.deaths === 3 * n, 'deaths of all');
    if (n === 4) break;
    group.until(() => group.nodes.every(({ running }) => running.state.lastSeq === 4 + n), 'a void');
    const next = group.connect(group.leader());
    next.attach(caller, 4 + n);
    group.step(3);
    next.takeAttached();
    caller = next;
  }
  group.step(10_000);
  assert.ok(group.nodes.every(({ running }) => running.state.lastSeq === 7));
  const leading = group.nodes.find(({ running }) => running.log.isLeader)!;
  assert.ok(leading.log.warnings.some((line) => /3 commands were voided in the last hour/.test(line)));
  leading.control.give('decideVoid', 0, true, { seq: 8 });
  group.until(
    () => group.nodes.every(({ running }) => running.state.lastSeq === 8),
    'the word of an operator',
  );
});

test('a snapshot that ends each process which loads it is passed over for the one before it, and the log', () => {
  const group = new WeakGroup('exception', []);
  const caller = trader(group);
  const [node] = group.followers();
  for (const priceTicks of [101, 102]) {
    caller.place(1, priceTicks);
    group.step(20);
    node!.control.give('takeSnapshot');
    group.step(200);
  }
  const { snapshotIndex } = node!.running.snapshots;
  const { lastSeq } = node!.running.state;
  for (let n = 0; n < 2; n++) {
    node!.crash();
    // The process dies while it loads it.
    ApplyMark.open(node!.disk).loading(snapshotIndex);
  }
  group.begin(node!);
  assert.ok(
    node!.log.warnings.some((line) => line.endsWith('processes died while they loaded it')),
    node!.log.warnings.join(),
  );
  assert.ok(node!.running.snapshots.snapshotIndex < snapshotIndex);
  group.until(() => node!.running.state.lastSeq >= lastSeq, 'the log');
  assert.ok(areAlike(group));
});

test('a generation begins without the command on which its replica died, where an operator accepts that', () => {
  const group = new WeakGroup('exception', [3]);
  const caller = trader(group);
  caller.place(2, 105, 'poison');
  caller.place(2, 106, 'behind');
  group.until(() => group.deaths === 1, 'the death of one');
  const [one, two, victim] = group.nodes as [Node, Node, Node];
  for (const node of [one, two]) node.crash();
  victim.control.give('beginGeneration', victim.id);
  group.step(200);
  assert.match(victim.control.replies.at(-1)!.text, /died on command 5, .*void show 5.*"force": true/);
  victim.control.give('beginGeneration', victim.id, true);
  assert.throws(() => group.step(200), ReplicaFault);
  assert.match(victim.control.replies.at(-1)!.text, /Command 5, on which its processes died, is left out/);
  victim.crash();
  group.begin(victim);
  group.until(() => victim.running.serving, 'service');
  assert.equal(victim.running.state.lastSeq, 6);
  assert.equal(group.deaths, 1);
});

test('a generation begins without all commands on which its replica died, one after the other', () => {
  const group = new WeakGroup('exception', [3]);
  const caller = trader(group);
  caller.place(2, 105, 'poison-1');
  caller.place(2, 106, 'poison-2');
  caller.place(2, 107, 'behind');
  group.until(() => group.nodes[0]!.running.state.lastSeq === 7, 'all three');
  group.until(() => group.deaths === 1, 'the death of one');
  const [one, two, victim] = group.nodes as [Node, Node, Node];
  group.until(() => victim.running.log.lastIndex >= one.running.log.commitIndex, 'the whole log');
  for (const node of [one, two]) node.crash();
  victim.control.give('beginGeneration', victim.id, true);
  group.until(() => group.deaths === 2, 'the death on the second one');
  victim.control.give('beginGeneration', victim.id);
  group.step(200);
  assert.match(victim.control.replies.at(-1)!.text, /died on command 6, /);
  victim.control.give('beginGeneration', victim.id, true);
  assert.throws(() => group.step(200), ReplicaFault);
  victim.crash();
  group.begin(victim);
  group.until(() => victim.running.serving, 'service');
  assert.equal(victim.running.state.lastSeq, 7);
  assert.equal(victim.running.state.voidsSince(0), 2);
  assert.equal(group.deaths, 2);
});

test('a generation that begins with a replica which was started again passes over what its log voids', () => {
  const group = new WeakGroup('exception');
  const caller = trader(group);
  caller.place(2, 105, 'poison-1');
  group.until(() => group.deaths === 3, 'deaths of all');
  group.until(() => group.nodes.every(({ running }) => running.state.lastSeq === 5), 'a void');
  const next = again(group, caller);
  next.place(2, 106, 'poison-2');
  group.until(() => group.deaths === 6, 'deaths of all once more');
  group.until(() => group.nodes.every(({ running }) => running.state.lastSeq === 6), 'another void');
  const survivor = group.nodes.find(({ running }) => running.snapshots.snapshotIndex === 0)!;
  for (const node of group.nodes) node.crash();
  // What ends no engine any more was voided all the same.
  for (const isRepaired of [false, true]) {
    if (isRepaired) group.weak.clear();
    const image = survivor.disk.image();
    // What the others sent to the process before.
    while (survivor.datagrams.receive() > 0);
    group.begin(survivor);
    assert.equal(survivor.running.log.commitIndex, 0);
    survivor.control.give('beginGeneration', survivor.id);
    assert.throws(() => group.step(200), ReplicaFault);
    survivor.crash();
    group.begin(survivor);
    group.until(() => survivor.running.serving, 'service');
    assert.equal(survivor.running.state.lastSeq, 6);
    assert.equal(survivor.running.state.voidsSince(0), 2);
    assert.equal(group.deaths, 6);
    survivor.crash();
    survivor.disk.putBack(image, 'set back');
  }
});

test('what a command of the log says can be asked for', () => {
  const group = new WeakGroup('exception', []);
  trader(group);
  const leader = group.leader();
  leader.control.give('showCommand', 0, false, { seq: 4 });
  leader.control.give('showCommand', 0, false, { seq: 99 });
  group.step(30);
  const [shown, missing] = leader.control.replies.slice(-2);
  assert.match(shown!.text, /^seq 4 placeOrder .*clientOrderId=resting.*\n[0-9a-f]+$/);
  assert.match(missing!.text, /does not hold command 99/);
});
