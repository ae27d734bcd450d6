import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyRaftMessage, RaftType, raftDatagram, writeRaftMessage } from '../../protocol/datagrams.ts';
import { foundationNumber } from '../../protocol/foundation.ts';
import { sealBytes, sealHeaderBytes } from '../../protocol/limits.ts';
import { Group, type Node } from '../testing/group.ts';
import { agreementNumber } from './agreement.ts';

/** Steps in which a replica that hears nothing campaigns. */
const electionSteps = 20_000;

function settled(size = 3, spares = 0): Group {
  const group = new Group(size, {}, spares);
  group.leader();
  group.step(1_000);
  return group;
}

test('one datagram of the leader, sent again and again, keeps it alive for no follower', () => {
  const steps = [false, true].map((isRepeated) => {
    const group = settled();
    const leader = group.leader();
    const heartbeat = leader.datagrams.newest!;
    const followers = group.followers();
    const before = followers.map(({ counters }) => counters.of('datagramsRepeated'));
    // The leader stands still: its process and its tethers are there.
    const { replica } = leader;
    leader.replica = undefined;
    let count = 0;
    while (!followers.some(({ running }) => running.serving) && count < electionSteps) {
      if (isRepeated) for (const { datagrams } of followers) datagrams.arrive(heartbeat.slice());
      group.step();
      count += 1;
    }
    leader.replica = replica;
    if (isRepeated) {
      for (const [at, { counters }] of followers.entries())
        assert.ok(counters.of('datagramsRepeated') > before[at]!);
    }
    return count;
  });
  assert.ok(steps[0]! < electionSteps);
  assert.equal(steps[1], steps[0], 'as without');
});

test('a replica that has started again is heard before an election time-out has passed', () => {
  const group = settled();
  const { electionTimeoutUs } = group.options;
  for (const follower of group.followers()) {
    follower.crash();
    group.step(100);
    follower.start();
    const sinceUs = group.clock.us;
    const { raft } = follower.running.log;
    group.until(() => raft.followsLeader && !raft.isRecovering, 'its place');
    assert.ok(group.clock.us - sinceUs < electionTimeoutUs / 4, `${group.clock.us - sinceUs} us`);
  }
});

test('keys outlive the tethers: an election needs none', () => {
  const group = settled();
  const leader = group.leader();
  const followers = group.followers();
  // No new connection comes about, and the leader is gone.
  group.dial = () => undefined;
  leader.crash();
  for (const { connections } of followers) connections.drop();
  group.until(() => followers.some(({ running }) => running.serving), 'another leader');
});

test('a member cannot speak in the name of another', () => {
  const group = settled();
  const leader = group.leader();
  const [one, two] = group.followers() as [Node, Node];
  const forged = { ...emptyRaftMessage(), type: RaftType.append, from: leader.id, to: two.id, term: 1_000 };
  const bytes = new Uint8Array(raftDatagram.size + sealBytes);
  const { options, log } = one.running;
  const origin = {
    clusterId: options.clusterId,
    foundation: foundationNumber(log.founders),
    instance: log.instance,
    epoch: log.epoch,
    agreement: agreementNumber(options),
  };
  const plainTo =
    sealHeaderBytes + writeRaftMessage(new DataView(bytes.buffer, sealHeaderBytes), forged, origin, 0);
  assert.equal(one.seals.seal(two.id, bytes, new DataView(bytes.buffer), plainTo), bytes.length);
  two.datagrams.arrive(bytes);
  group.step();
  assert.equal(two.counters.of('datagramsForged'), 1);
  assert.ok(two.running.term < 1_000);
});

test('a replica that was removed holds no key that still seals for all', () => {
  const group = settled(3);
  const leader = group.leader();
  const [removed, kept] = group.followers() as [Node, Node];
  const before = leader.seals.offer(0).keyId;
  leader.control.give('removeMember', removed.id, true);
  group.until(() => leader.running.log.voters.length === 2, 'the removal');
  group.step(1_000);
  assert.notEqual(leader.seals.offer(0).keyId, before);
  assert.ok(kept.running.log.raft.followsLeader, 'the others have the new one');
  const unknown = removed.counters.of('datagramsUnknownKey');
  group.step(1_000);
  assert.ok(removed.counters.of('datagramsUnknownKey') > unknown, 'it cannot open what is for all');
});

test('a replica that is not believed any more is not heard, nor does it hear the others', () => {
  const group = settled();
  const leader = group.leader();
  const [revoked, kept] = group.followers() as [Node, Node];
  const dial = group.dial.bind(group);
  group.dial = (from, to, role) =>
    from === revoked.id || to === revoked.id ? undefined : dial(from, to, role);
  revoked.connections.drop();
  group.step(100);
  const isStill = leader.counters.of('datagramsUnknownKey');
  group.step(1_000);
  assert.equal(leader.counters.of('datagramsUnknownKey'), isStill, 'keys outlive the tethers');
  // As after its certificate was taken back.
  for (const { running } of [leader, kept]) running.log.peers.reconsidered();
  group.step(5_000);
  assert.ok(leader.counters.of('datagramsUnknownKey') > isStill);
  assert.ok(revoked.counters.of('datagramsUnknownKey') > 0);
  assert.equal(revoked.running.log.raft.followsLeader, false);
  assert.equal(leader.running.serving, true);
  assert.ok(kept.running.log.raft.followsLeader);
});
