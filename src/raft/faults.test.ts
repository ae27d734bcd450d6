/**
 * Random faults over a whole cluster: safety is checked after each cycle by the harness, liveness after all is healed.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesNothing, isVoter } from './configuration.ts';
import { RaftCluster, type RaftClusterOptions } from './testing/cluster.ts';
import { electionTimeoutUs, votersOnly } from './testing/single.ts';
import { Role } from './types.ts';

/** Whether one more voter may lose its memory: a majority of each half must keep its own. */
function mayLoseMemory(cluster: RaftCluster): boolean {
  const inForce = [...cluster.members.values()].map(({ raft }) => raft.configuration);
  return inForce.every(({ voters, outgoing }) =>
    [voters, outgoing].every((half) => {
      const forgetful = half.filter((id) => cluster.raft(id).isRecovering).length;
      return half.length === 0 || forgetful < Math.floor((half.length - 1) / 2);
    }),
  );
}

function fault(cluster: RaftCluster): void {
  const { random } = cluster;
  const ids = [...cluster.members.keys()];
  const id = random.pick(ids);
  const member = cluster.member(id);
  switch (random.below(8)) {
    case 0:
      if (member.isUp) cluster.crash(id, random.chance(0.3));
      break;
    case 1:
      cluster.cut(id, random.pick(ids));
      break;
    case 2:
      cluster.isolate(id);
      break;
    case 3:
      member.isPaused = true;
      break;
    case 4:
      if (member.isUp && !member.isPaused) cluster.compact(id);
      break;
    case 5: // the leader is the one whose fall matters most
      if (cluster.leader() !== undefined) cluster.crash(cluster.leader()!.id);
      break;
    default:
      reconfigure(cluster, id);
  }
}

function repair(cluster: RaftCluster): void {
  const { random } = cluster;
  cluster.heal();
  for (const [id, member] of cluster.members) {
    member.isPaused = false;
    if (member.isUp) continue;
    const lost = random.pick(['nothing', 'unflushed', 'everything'] as const);
    const isLoss = lost === 'everything' || (lost === 'unflushed' && cluster.options.durability !== 'disk');
    const isAllowed = !isLoss || member.raft.isRecovering || mayLoseMemory(cluster);
    cluster.restart(id, isAllowed ? lost : 'nothing');
  }
}

function reconfigure(cluster: RaftCluster, id: number): void {
  const { random } = cluster;
  const leader = cluster.leader();
  if (leader === undefined || leader.isPaused) return;
  if (random.chance(0.3)) {
    leader.raft.transferLeadership(id);
    return;
  }
  const other = random.pick([...cluster.members.keys()]);
  const kinds = ['addVoter', 'addVoter', 'addLearner', 'removeReplica'] as const;
  const { configuration } = leader.raft;
  // Most orders change something.
  const fit = kinds.filter((kind) => changesNothing(configuration, { kind, replicaId: id }) === undefined);
  const next = leader.raft.changeConfiguration([
    { kind: random.pick(random.chance(0.8) ? fit : kinds), replicaId: id },
    ...(random.chance(0.5) ? [{ kind: random.pick(kinds), replicaId: other }] : []),
  ]);
  if (typeof next === 'string' || next.voters.length < 3) return;
  leader.append({ term: leader.raft.term, payload: 0, configuration: next });
}

/** Runs `rounds` faults from one seed; answers how much happened, so that a run that proves nothing is seen. */
function torture(options: RaftClusterOptions, rounds: number): RaftCluster {
  const cluster = new RaftCluster(options);
  const { random } = cluster;
  for (let round = 0; round < rounds; round++) {
    cluster.lossChance = random.pick([0, 0, 0.02, 0.2]);
    cluster.delayUs = random.pick([100, 100, 1_000, 10_000]);
    fault(cluster);
    if (random.chance(0.3)) repair(cluster);
    const endUs = cluster.nowUs + random.between(200, electionTimeoutUs);
    while (cluster.nowUs < endUs) {
      if (random.chance(0.3)) cluster.propose();
      cluster.cycle();
    }
  }
  repair(cluster);
  cluster.lossChance = 0;
  cluster.delayUs = 100;
  cluster.electLeader();
  cluster.commit(3);
  const { configuration } = cluster.electLeader().raft;
  cluster.until(() =>
    [...cluster.members].every(([id, { raft }]) => !raft.isRecovering || !isVoter(configuration, id)),
  );
  return cluster;
}

for (const durability of ['memory', 'disk'] as const) {
  test(`failure 17: three replicas under random faults lose nothing that was committed (${durability})`, () => {
    let committed = 0;
    let terms = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const cluster = torture({ seed, durability }, 60);
      committed += cluster.committed.length;
      terms += cluster.leaders.size;
    }
    assert.ok(committed > 5_000 && terms > 300, `${committed} frames in ${terms} terms prove little`);
  });

  test(`two replicas and a witness under random faults lose nothing that was committed (${durability})`, () => {
    let committed = 0;
    for (let seed = 1; seed <= 15; seed++) {
      const cluster = torture({ seed, durability, witnesses: [3], windowFrames: 4 }, 60);
      committed += cluster.committed.length;
    }
    assert.ok(committed > 1_000, `${committed} frames prove little`);
  });

  test(`§6: five replicas and changing members under random faults stay one history (${durability})`, () => {
    let changes = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const configuration = votersOnly(1, 2, 3);
      const cluster = torture({ seed, durability, configuration, spares: [4, 5] }, 80);
      changes += cluster.committed.filter((frame) => frame.configuration !== undefined).length;
    }
    assert.ok(changes > 40, `${changes} changes prove little`);
  });
}

test('failure 16: under lasting asymmetric cuts one leader stays, if a quorum can hear it and answer', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const cluster = new RaftCluster({ seed, configuration: votersOnly(1, 2, 3, 4, 5) });
    const { random } = cluster;
    const center = random.between(1, 5);
    const friends = [1, 2, 3, 4, 5]
      .filter((id) => id !== center)
      .slice(random.below(3))
      .slice(0, 2);
    const isKept = (from: number, to: number): boolean =>
      (from === center && friends.includes(to)) || (to === center && friends.includes(from));
    for (let from = 1; from <= 5; from++) {
      for (let to = 1; to <= 5; to++) if (!isKept(from, to) && random.chance(0.5)) cluster.cut(from, to);
    }
    cluster.run(20 * electionTimeoutUs);
    const before = cluster.leader();
    assert.ok(before, `no leader with seed ${seed}:\n${cluster.describe()}`);
    const { term } = before.raft;
    cluster.run(20 * electionTimeoutUs);
    assert.equal(before.raft.role, Role.leader, `the leader changed with seed ${seed}`);
    assert.equal(before.raft.term, term, `the term changed with seed ${seed}`);
  }
});
