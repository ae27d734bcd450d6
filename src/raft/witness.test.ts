/** Two replicas and a witness: it votes and keeps frames, never leads, and the cluster survives every single loss. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RaftFlag, RaftType } from '../protocol/datagrams.ts';
import { RaftCluster, type RaftClusterOptions, type VirtualReplica } from './testing/cluster.ts';
import { electionTimeoutUs, heartbeatUs, Single, votersOnly } from './testing/single.ts';
import { Role } from './types.ts';

const witnessId = 3;

function clusterOf(options: RaftClusterOptions = {}): RaftCluster {
  return new RaftCluster({ witnesses: [witnessId], ...options });
}

/** A leader whose newest frames only it and the witness hold. */
function aheadOf(cluster: RaftCluster, frames: number): { leader: VirtualReplica; behind: VirtualReplica } {
  const leader = cluster.electLeader();
  cluster.commit(3);
  const behind = cluster.member(leader.id === 1 ? 2 : 1);
  cluster.isolate(behind.id);
  for (let n = 0; n < frames; n++) cluster.until(() => cluster.propose() !== 0);
  cluster.until(() => leader.raft.commitIndex === leader.log.lastIndex);
  return { leader, behind };
}

for (const durability of ['memory', 'disk'] as const) {
  test(`what the leader and the witness committed outlives the leader (${durability})`, () => {
    for (let seed = 1; seed <= 20; seed++) {
      const cluster = clusterOf({ seed, durability, windowFrames: 4 });
      const { leader, behind } = aheadOf(cluster, 40);
      const committed = leader.raft.commitIndex;
      cluster.crash(leader.id);
      cluster.heal();
      cluster.lossChance = seed % 2 === 0 ? 0.2 : 0;
      const next = cluster.electLeader();
      assert.equal(next, behind);
      assert.ok(next.log.lastIndex > committed);
      cluster.lossChance = 0;
      cluster.commit(3);
    }
  });
}

test('a witness stands for no election, whatever it is ordered', () => {
  const witness = new Single({ id: 3, isWitness: true });
  witness.receive(RaftType.append, 1, { term: 1 }, [1]);
  witness.raft.peerLost(1);
  witness.pass(20 * electionTimeoutUs);
  witness.receive(RaftType.timeoutNow, 1);
  assert.match(
    witness.raft.startElection() ?? '',
    /^This replica is a witness: it has no engine and never leads\./,
  );
  assert.ok(witness.transitions.every(({ role }) => role === Role.follower));
  assert.equal(witness.raft.term, 1);
});

test('no leadership is handed to a witness', () => {
  const cluster = clusterOf();
  const leader = cluster.electLeader();
  cluster.commit(1);
  assert.equal(
    leader.raft.transferLeadership(witnessId),
    'Replica 3 is a witness: it has no engine and never leads. Choose another voter.',
  );
  assert.notEqual(leader.raft.successor(), witnessId);
  cluster.isolate(leader.id === 1 ? 2 : 1);
  cluster.run(4 * electionTimeoutUs);
  assert.equal(leader.raft.successor(), 0);
});

test('a witness may forget only what both replicas have flushed', () => {
  const leader = new Single({ terms: [1, 1] });
  const ofWitness = { flags: RaftFlag.witness };
  leader.lead();
  leader.acknowledge(2, 3, { hint: 1 });
  leader.acknowledge(3, 3, ofWitness);
  const told = (): number[] => {
    leader.pass(heartbeatUs);
    return leader.take(RaftType.flushed).map(({ to, index }) => to * 100 + index);
  };
  leader.log.durableIndex = 3;
  assert.deepEqual(told(), [301], 'the other replica has flushed one frame');
  leader.acknowledge(2, 3, { hint: 2 });
  assert.deepEqual(told(), [302]);
  leader.acknowledge(2, 3, { hint: 2, incarnation: 2, flags: RaftFlag.recovering });
  leader.acknowledge(3, 3, ofWitness);
  assert.deepEqual(told(), [], 'nothing is taken back');
  const witness = new Single({ id: 3, isWitness: true });
  witness.receive(RaftType.append, 1, { term: 1, commit: 3 }, [1, 1, 1]);
  witness.receive(RaftType.flushed, 1, { index: 2 });
  witness.receive(RaftType.flushed, 2, { index: 3 });
  assert.equal(witness.raft.keptFrom(9), 3, 'only the leader says so');
});

test('a learner without what a former leader let a witness forget gets no vote', () => {
  const configuration = { ...votersOnly(1, 2, 3), learners: [4] };
  const leader = new Single({ configuration, terms: [1, 1, 1] });
  leader.lead();
  leader.acknowledge(3, 4, { flags: RaftFlag.witness });
  assert.equal(leader.raft.commitIndex, 4);
  const promoted = () => leader.raft.changeConfiguration([{ kind: 'addVoter', replicaId: 4 }]);
  leader.acknowledge(4, 4, { hint: 2 });
  assert.match(String(promoted()), /^Replica 4 has not caught up/);
  leader.acknowledge(4, 4, { hint: 3 });
  assert.deepEqual(promoted(), votersOnly(1, 2, 3, 4));
});

test('a witness sends what it keeps only while no leader is heard, and only to a log that is behind', () => {
  const witness = new Single({ id: 3, isWitness: true });
  witness.receive(RaftType.append, 1, { term: 1, commit: 1 }, [1, 1, 1]);
  witness.take();
  const asked = (index: number): number[] => {
    witness.receive(RaftType.preVote, 2, { term: 2, index, logTerm: index === 0 ? 0 : 1 });
    return witness.take(RaftType.kept).map((message) => message.index * 10 + message.lastIndex);
  };
  assert.deepEqual(asked(1), [], 'its leader lives');
  witness.raft.peerLost(1);
  assert.deepEqual(asked(1), [13]);
  assert.deepEqual(asked(3), []);
  assert.deepEqual(asked(4), []);
});

/** A replica of term 4 without a leader, which has acknowledged its three frames to one. */
function bound(): Single {
  const replica = new Single({ terms: [1, 1, 2], state: { term: 4 } });
  replica.receive(RaftType.append, 2, { term: 4, index: 3, logTerm: 2 });
  replica.raft.peerLost(2);
  replica.pass(electionTimeoutUs);
  assert.equal(replica.raft.leaderId, 0);
  return replica;
}

test('what was acknowledged to a leader is replaced by the frames of a witness only in a later term', () => {
  const replica = bound();
  const { term } = replica.raft;
  const kept = { term: 4, index: 2, logTerm: 1, commit: 4, hint: 4, subject: 3 };
  replica.receive(RaftType.kept, 3, kept, [3, 3]);
  assert.deepEqual(replica.log.terms(), [1, 1, 3, 3]);
  assert.equal(replica.raft.term, term + 1);
  assert.equal(replica.persisted.at(-1)?.term, term + 1);
  assert.equal(replica.raft.commitIndex, 0, 'nothing is committed by that');
});

test('frames of a witness whose log is not ahead are not taken', () => {
  const replica = bound();
  const before = replica.log.terms();
  replica.receive(
    RaftType.kept,
    3,
    { term: 4, index: 1, logTerm: 1, commit: 5, hint: 5, subject: 1 },
    [1, 1, 1, 1],
  );
  assert.deepEqual(replica.log.terms(), before);
  replica.receive(RaftType.append, 2, { term: 9, index: 3, logTerm: 2 });
  replica.receive(
    RaftType.kept,
    3,
    { term: 9, index: 2, logTerm: 1, commit: 4, hint: 4, subject: 8 },
    [8, 8],
  );
  assert.deepEqual(replica.log.terms(), before, 'its leader has the say');
});

test('a replica asks a witness from where their logs may agree', () => {
  const replica = bound();
  replica.take();
  replica.receive(RaftType.kept, 3, { term: 4, index: 5, logTerm: 3, commit: 6, hint: 6, subject: 3 }, [3]);
  const [question] = replica.take(RaftType.lacking);
  assert.deepEqual([question?.to, question?.index, question?.logTerm], [3, 3, 2]);
});

test('a replica asks one question once per heartbeat, however many frames come out of order', () => {
  const replica = bound();
  replica.take();
  const early = { term: 4, logTerm: 3, commit: 9, hint: 9, subject: 3 };
  for (const index of [5, 6, 7, 8]) replica.receive(RaftType.kept, 3, { ...early, index }, [3]);
  assert.equal(replica.take(RaftType.lacking).length, 1);
  replica.pass(heartbeatUs);
  replica.take();
  replica.receive(RaftType.kept, 3, { ...early, index: 8 }, [3]);
  assert.equal(replica.take(RaftType.lacking).length, 1);
});
