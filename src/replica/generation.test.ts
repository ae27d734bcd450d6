/** Generations of a cluster: the epoch is in its log, in every handshake, and a lower one is not heard any more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DyingDisk, Killed } from '../journal/testing/dying-disk.ts';
import { VirtualDisk } from '../journal/testing/virtual-disk.ts';
import { ReplyCode } from '../protocol/codes.ts';
import { leadership, QueryKind, queryResult } from '../protocol/messages.ts';
import { Mode } from '../protocol/mode-commands.ts';
import { MemberRole } from '../protocol/roster.ts';
import { configurationPayload, noMembers } from '../raft/configuration.ts';
import { ReplicaFault } from './fault.ts';
import { ApplyMark, applyingAt } from './mark/apply-mark.ts';
import { generationFiles } from './raft-log/generation-files.ts';
import { logFiles } from './raft-log/next-generation.ts';
import { clusterId, Group, type Node } from './testing/group.ts';
import { trader, WeakGroup } from './testing/weak-group.ts';

const longSteps = 10_000;

function trading(size: number, orders = 20, spares = 0): Group {
  const group = new Group(size, { durability: 'disk' }, spares);
  const caller = group.connect(group.leader());
  caller.open(1);
  group.step(30);
  caller.takeOpened();
  caller.createAccount();
  caller.createInstrument();
  for (let order = 0; order < orders; order++) caller.place(order % 2 === 0 ? 1 : 2, 100);
  group.step(2_000);
  return group;
}

/** The disk of `node` as it is where the state of another one founds generation `epoch` with these voters. */
function found(node: Node, of: Node, epoch: number, voters: readonly number[]): void {
  const { state, log } = of.running;
  const bytes = new Uint8Array(state.engine.snapshotBytes());
  state.engine.writeSnapshot(bytes);
  const configuration = configurationPayload({ ...noMembers, voters });
  const snapshot = {
    ...{
      index: log.lastIndex,
      term: log.termAt(log.lastIndex),
      seq: state.lastSeq,
      timeUs: state.lastTimeUs,
    },
    ...{ founders: voters, instance: log.instance + 1, epoch, configuration },
    ...{ logDigest: 0, eventDigest: 0, stateHash: state.stateHash(), state: bytes },
  };
  const [files] = generationFiles(snapshot, [{ clusterId, replicaId: node.id }]);
  const disk = new VirtualDisk();
  for (const { name, bytes: content } of files!) {
    disk.startWrite(name, content);
    disk.backgroundWrite();
  }
  node.crash();
  for (const name of node.disk.list()) node.disk.remove(name);
  node.disk.putBack(disk.image(), 'set back');
}

const epochs = (group: Group): number[] => group.nodes.map(({ running }) => running.epoch);

test('a cluster begins with epoch 1, and a raise is the same at all replicas, also after a start and from a snapshot', () => {
  const group = trading(3);
  assert.deepEqual(epochs(group), [1, 1, 1]);
  const caller = group.connect(group.leader());
  const away = group.followers()[0]!;
  away.crash();
  assert.equal(group.leader().running.log.openEpoch(), true);
  group.until(() => group.leader().running.epoch === 2, 'the next epoch');
  group.step(50);
  assert.equal(caller.takeAll(leadership).at(-1)?.epoch, 2, 'connected clients learn of it');
  away.start();
  group.until(() => away.running.epoch === 2, 'the epoch at one that was away');
  assert.equal(away.running.log.raft.isRecovering, false);

  for (const node of group.nodes) {
    node.control.give('takeSnapshot');
    group.until(() => node.running.snapshots.snapshotIndex > 0, 'a snapshot');
  }
  for (const node of group.nodes) node.crash();
  for (const node of group.nodes) {
    node.start();
    assert.equal(node.running.epoch, 2);
  }
  group.leader();
});

test('a replica of a lower epoch is not heard, and the one of the higher epoch goes on', () => {
  const group = trading(3);
  const leader = group.leader();
  const [one, two] = group.followers() as [Node, Node];
  found(one, leader, 2, [one.id]);
  two.crash();
  one.start();
  group.step(longSteps);
  assert.equal(one.running.serving, true);
  assert.equal(one.running.epoch, 2);
  // It had the longer log and a majority's leadership, and knows of the later generation now.
  assert.equal(leader.running.serving, false);
  assert.equal(leader.running.log.raft.isSuperseded, true);
  assert.match(
    leader.log.warnings.join('\n'),
    /generation 1 of its cluster, which goes on without it as generation 2/,
  );
  assert.match(
    one.log.warnings.join('\n'),
    /generation 1 of this cluster, which is over: generation 2 has begun/,
  );
  two.start();
  group.step(longSteps);
  assert.equal(two.running.log.raft.isSuperseded, true, 'two of them make no majority any more');
  assert.equal(leader.running.serving || two.running.serving, false);
  const caller = group.connect(leader);
  caller.ask(QueryKind.hashes);
  group.step(50);
  assert.equal(caller.takeAll(queryResult)[0]!.code, ReplyCode.notReady);

  leader.crash();
  two.crash();
  one.crash();
  leader.start();
  two.start();
  group.step(longSteps);
  assert.equal(leader.running.log.raft.isSuperseded, true, 'it is so after a start too');
  assert.equal(leader.running.serving || two.running.serving, false);
  assert.match(
    refusal(group, leader, 'beginGeneration', leader.id, true),
    /A later generation .* runs already/,
  );
});

test('a leader that hears of no later generation stops once its followers have', () => {
  const group = trading(3);
  const leader = group.leader();
  const [one, two] = group.followers() as [Node, Node];
  found(one, leader, 2, [one.id]);
  for (const [from, to] of [
    [one, leader],
    [leader, one],
  ] as const)
    group.cuts.add(from.id * 256 + to.id);
  one.start();
  group.until(() => two.running.log.raft.isSuperseded, 'a follower that hears of it');
  group.until(() => !leader.running.serving, 'a leader that serves no more');
  assert.equal(leader.running.log.raft.isSuperseded, false);
  group.step(longSteps);
  assert.equal(leader.running.serving || two.running.serving, false);
});

test('what no member says changes nothing', () => {
  const group = trading(3, 20, 1);
  const leader = group.leader();
  const stranger = group.nodes[3]!;
  stranger.bootstrap = false;
  found(stranger, leader, 2, [stranger.id]);
  stranger.start();
  group.step(longSteps);
  assert.equal(leader.running.serving, true);
  assert.ok(group.nodes.slice(0, 3).every(({ running }) => !running.log.raft.isSuperseded));
});

/** The order is carried out, and the process that it ends starts again. */
function ordered(group: Group, node: Node, ...order: Parameters<Node['control']['give']>): void {
  node.control.give(...order);
  assert.throws(() => group.until(() => false, 'an end'), ReplicaFault);
  const [last] = node.control.replies.slice(-1);
  assert.equal(last?.ok, true, last?.text);
  node.crash();
  node.start();
}

function refusal(group: Group, node: Node, ...order: Parameters<Node['control']['give']>): string {
  node.control.give(...order);
  const { length } = node.control.replies;
  group.until(() => node.control.replies.length > length, 'an answer');
  const [last] = node.control.replies.slice(-1);
  assert.equal(last?.ok, false);
  return last.text;
}

test('a survivor goes on after a majority is gone, with all that it holds, read-only, and others return to it', () => {
  const group = trading(3);
  const [one, two, three] = group.nodes as [Node, Node, Node];
  assert.match(refusal(group, one, 'beginGeneration', one.id), /leads/);
  for (const node of group.nodes) node.crash();
  const survivor = three;
  survivor.start();
  group.step(longSteps);
  const { lastIndex, lastTerm, nextSeq } = survivor.running.log.journal;
  ordered(group, survivor, 'beginGeneration', survivor.id, false, { others: [two.id] });
  group.until(() => survivor.running.serving, 'service by one replica');
  assert.equal(survivor.running.epoch, 2);
  assert.equal(survivor.running.state.lastSeq, nextSeq - 1);
  assert.equal(survivor.running.state.engine.mode, Mode.readOnly);
  const { cut, voters, learners } = survivor.running.membership;
  assert.ok(cut !== undefined);
  assert.deepEqual([voters, learners], [[three.id], [two.id]]);
  assert.deepEqual([cut.epoch, cut.index, cut.term, cut.seq], [2, lastIndex, lastTerm, nextSeq - 1]);

  two.start();
  one.start();
  group.until(
    () => two.running.log.raft.isSuperseded,
    'a member of the old generation that hears of the new one',
  );
  group.step(longSteps);
  assert.equal(
    one.running.serving || two.running.serving,
    false,
    'a majority of the old generation serves nothing',
  );
  assert.match(refusal(group, two, 'beginGeneration', two.id), /later generation/);
  assert.match(
    refusal(group, survivor, 'leaveGeneration', survivor.id, true, { cut }),
    /not of an earlier one/,
  );
  const before = logFiles(two.disk);
  ordered(group, two, 'leaveGeneration', two.id, false, { cut });
  assert.ok(
    before.every((name) => two.disk.aside.has(`generation-1/${name}`)),
    'what it held is kept',
  );
  group.until(() => two.running.epoch === 2, 'its return');
  group.until(
    () => two.running.state.stateHash() === survivor.running.state.stateHash(),
    'the state of the new generation',
  );
  assert.equal(two.running.log.founders.join(), String(three.id));
});

test('a member that returns blank forgets on which command of its own generation it died, and what it applied', () => {
  const group = new WeakGroup('exception', [2]);
  const caller = trader(group);
  const [, two, three] = group.nodes as [Node, Node, Node];
  caller.place(2, 100, 'poison');
  group.until(() => group.deaths === 1 && two.running.state.lastSeq === 5, 'the state of another');
  for (const node of group.nodes) node.crash();
  const mark = ApplyMark.open(two.disk);
  assert.equal(mark.appliedBefore, 5);
  for (let deaths = 0; deaths < 2; deaths++) ApplyMark.open(two.disk).numbers[applyingAt] = 6;
  assert.equal(ApplyMark.open(two.disk).suspect, 6);
  three.start();
  group.step(longSteps);
  ordered(group, three, 'beginGeneration', three.id, false, { others: [two.id] });
  group.until(() => three.running.serving, 'service by one replica');
  const { cut } = three.running.membership;
  assert.ok(cut !== undefined);
  two.start();
  group.until(() => two.running.log.raft.isSuperseded, 'news of the new generation');
  ordered(group, two, 'leaveGeneration', two.id, false, { cut });
  assert.equal(two.running.poison.isParked, false);
  group.until(() => two.running.epoch === 2, 'its return');
  two.crash();
  assert.notEqual(ApplyMark.open(two.disk).suspect, 6);
});

test('a generation that begins from a spare is heard by the voters of the one before', () => {
  const group = new WeakGroup('exception', [], {}, 1);
  trader(group);
  const spare = group.nodes[3]!;
  const voters = group.nodes.slice(0, 3);
  group.step(2_000);
  group.leader().control.give('addMember', spare.id, false, { role: 'spare' });
  group.until(() => spare.running.state.lastSeq === 4, 'a spare');
  for (const node of group.nodes) node.crash();
  spare.start();
  group.step(longSteps);
  ordered(group, spare, 'beginGeneration', spare.id);
  group.until(() => spare.running.serving, 'service by the spare');
  assert.deepEqual(
    spare.running.membership.roster.map(({ role }) => role),
    [MemberRole.voter],
  );
  for (const node of voters) node.start();
  group.until(() => voters.every(({ running }) => running.log.raft.isSuperseded), 'voters that hear of it');
  assert.ok(voters.every(({ running }) => !running.serving));
});

/** Runs it; whether a replica's process ended by it. */
function ends(run: () => void): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof Killed || error instanceof ReplicaFault) return true;
    throw error;
  }
}

for (const kind of ['beginGeneration', 'leaveGeneration'] as const) {
  test(`a crash at any step of the order leaves a folder of the one generation or of the other: ${kind}`, () => {
    let outcomes = '';
    for (let steps = 0; steps < 120; steps += 8) {
      const group = trading(3);
      const leader = group.leader();
      const { state, log } = leader.running;
      const hash = state.stateHash();
      const cut = {
        epoch: 2,
        index: log.lastIndex,
        term: log.term,
        seq: state.lastSeq,
        timeUs: 1,
        terms: [],
      };
      for (const node of group.nodes) node.crash();
      const disk = new DyingDisk();
      disk.putBack(leader.disk.image(), 'set back');
      leader.storage = disk;
      leader.start();
      group.step(3_000);
      disk.stepsToLive = steps;
      leader.control.give(kind, leader.id, true, { cut });
      assert.equal(
        ends(() => group.step(50)),
        true,
      );
      leader.crash();
      if (ends(() => leader.start())) {
        disk.stepsToLive = Number.MAX_SAFE_INTEGER;
        leader.start();
      }
      disk.stepsToLive = Number.MAX_SAFE_INTEGER;
      group.step(3_000);
      const { epoch, isRecovering, lastIndex } = leader.running.log;
      outcomes += epoch;
      if (epoch === 2) assert.equal(leader.running.serving, true);
      if (epoch === 0) assert.equal(lastIndex, 0, 'nothing of the old log is left');
      if (epoch !== 1) continue;
      assert.equal(isRecovering, false);
      for (const node of group.nodes) if (node !== leader) node.start();
      group.leader();
      group.until(() => leader.running.state.stateHash() === hash, 'the state as it was');
    }
    assert.match(outcomes, kind === 'beginGeneration' ? /^1+2+$/ : /^1+0+$/);
  });
}
