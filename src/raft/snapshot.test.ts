/** Snapshots in place of a log that is no longer held, after the paper (§7). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RaftFlag, RaftType } from '../protocol/datagrams.ts';
import { RaftCluster } from './testing/cluster.ts';
import { electionTimeoutUs, heartbeatUs, Single, votersOnly } from './testing/single.ts';

test('§7: a follower whose log ends before the leader’s begins fetches a snapshot, and asks again in time', () => {
  const leader = new Single({ terms: [1, 1, 1, 1] });
  leader.lead();
  leader.acknowledge(2, 5);
  leader.log.compact(4);
  leader.take();
  const ask = { flags: RaftFlag.reject, index: 5, hint: 1, logTerm: 1 };
  leader.receive(RaftType.appendReply, 3, ask);
  leader.receive(RaftType.appendReply, 3, ask);
  const [told, ...more] = leader.take();
  assert.ok(told);
  assert.deepEqual([told.to, told.flags, told.index, told.lastIndex], [3, RaftFlag.needsSnapshot, 4, 4]);
  assert.equal(more.length, 0);
  assert.equal(leader.raft.progressOf(3)?.state, 'needsSnapshot');

  const follower = new Single({ id: 3, terms: [1] });
  const tell = (): void =>
    follower.receive(RaftType.append, 1, { term: 2, index: 4, logTerm: 1, flags: RaftFlag.needsSnapshot });
  tell();
  tell();
  assert.deepEqual(follower.fetches, [1]);
  assert.ok(follower.take(RaftType.appendReply)[0]!.flags & RaftFlag.needsSnapshot);
  follower.pass(electionTimeoutUs);
  tell();
  assert.deepEqual(follower.fetches, [1, 1]);
  assert.equal(follower.raft.wantsSnapshot(4, 1), true);
  follower.log.replace(4, 1);
  follower.raft.snapshotInstalled(4, 1, votersOnly(1, 2, 3));
  assert.equal(follower.raft.commitIndex, 4);
  assert.deepEqual(
    follower.take().map(({ index }) => index),
    [4],
  );
  follower.receive(RaftType.append, 1, { index: 4, logTerm: 1, commit: 5 }, [2]);
  assert.equal(follower.raft.commitIndex, 5);
  assert.equal(follower.raft.wantsSnapshot(5, 2), false);
});

test('§7: a snapshot that ends inside the log replaces nothing that was acknowledged', () => {
  const follower = new Single({ terms: [1] });
  follower.receive(RaftType.append, 2, { term: 2, index: 1, logTerm: 1 }, [2, 2, 2]);
  assert.equal(follower.raft.wantsSnapshot(3, 2), false);
  assert.equal(follower.raft.wantsSnapshot(3, 5), true, 'another history than the snapshot’s is no use');
  assert.equal(follower.raft.wantsSnapshot(6, 2), true);
});

test('§7: a snapshot of a later term moves the term along', () => {
  const follower = new Single({ terms: [1] });
  follower.log.replace(9, 4);
  follower.raft.snapshotInstalled(9, 4, votersOnly(1, 2, 3));
  follower.raft.invariants();
  assert.equal(follower.persisted.at(-1)?.term, 4);
});

test('§7: a void in frames that a snapshot replaces holds up nothing any more', () => {
  const follower = new Single({ terms: [1] });
  const { raft, log } = follower;
  follower.receive(RaftType.append, 2, { term: 2, index: 1, logTerm: 1 }, [2, 2, 2]);
  raft.reports.voids.appended(4, 7);
  assert.equal(raft.reports.voids.isAwaited, true);
  assert.equal(raft.wantsSnapshot(3, 3), true);
  log.replace(3, 3);
  raft.snapshotInstalled(3, 3, votersOnly(1, 2, 3));
  assert.equal(raft.reports.voids.isAwaited, false);
  follower.receive(RaftType.append, 3, { term: 3, index: 3, logTerm: 3, commit: 4 }, [3]);
  assert.equal(raft.commitIndex, 4);
  assert.equal(raft.reports.voids.has(7), false);
});

test('§7: a follower that lacks what its leader has in a snapshot applies nothing: a void may be in it', () => {
  const leader = new Single({ terms: [1, 1, 1, 1] });
  leader.lead();
  leader.acknowledge(2, 5);
  leader.log.compact(4);
  leader.take();
  leader.pass(heartbeatUs);
  const [heartbeat] = leader.take(RaftType.append);
  assert.equal(heartbeat?.subject, 4);

  const follower = new Single({ id: 3, terms: [1, 1] });
  const { voids } = follower.raft.reports;
  const tell = { term: 2, index: 2, logTerm: 1, commit: 2 };
  follower.receive(RaftType.append, 1, { ...tell, subject: 3 });
  assert.equal(voids.isAwaited, true);
  // Another leader, whose log begins behind a snapshot with that void.
  follower.receive(RaftType.append, 2, { ...tell, term: 3, index: 4, commit: 6, subject: 4 });
  assert.equal(voids.isAwaited, true);
  follower.log.replace(4, 1);
  follower.raft.snapshotInstalled(4, 1, votersOnly(1, 2, 3));
  assert.equal(voids.isAwaited, false);
});

test('a message of the leader that comes late does not let a follower forget that a void is to come', () => {
  const follower = new Single({ terms: [1, 1] });
  const { voids } = follower.raft.reports;
  const tell = { term: 2, index: 2, logTerm: 1, commit: 2 };
  follower.receive(RaftType.append, 2, { ...tell, subject: 3 });
  follower.receive(RaftType.append, 2, tell);
  assert.equal(voids.isAwaited, true);
  follower.receive(RaftType.append, 3, { ...tell, term: 3 });
  assert.equal(voids.isAwaited, false, 'another leader may not have it');
});

test('§7: an append that begins inside the follower’s snapshot is taken from where its log begins', () => {
  const follower = new Single({ terms: [1, 1, 1, 1] });
  follower.receive(RaftType.append, 2, { term: 1, index: 4, logTerm: 1, commit: 4 });
  follower.log.compact(3);
  follower.receive(RaftType.append, 2, { index: 0, commit: 5 }, [1, 1, 1, 1, 1]);
  assert.deepEqual([follower.log.firstIndex, follower.log.lastIndex, follower.raft.commitIndex], [4, 5, 5]);
  follower.receive(RaftType.append, 2, { index: 1, logTerm: 1 }, [1]);
  assert.equal(follower.log.lastIndex, 5);
});

test('§7: replicas far behind, or blank, come back through snapshots', () => {
  const cluster = new RaftCluster({ windowFrames: 4 });
  const leader = cluster.electLeader();
  cluster.commit(5);
  const behind = leader.id === 3 ? 2 : 3;
  cluster.crash(behind);
  for (let n = 0; n < 60; n++) cluster.until(() => cluster.propose() !== 0);
  cluster.settle();
  cluster.compact(leader.id);
  cluster.restart(behind);
  cluster.commit(3);
  assert.ok(cluster.member(behind).log.firstIndex > 60);
  cluster.crash(behind);
  cluster.restart(behind, 'everything');
  cluster.until(() => !cluster.raft(behind).isRecovering);
  assert.ok(cluster.member(behind).log.firstIndex > 60);
});
