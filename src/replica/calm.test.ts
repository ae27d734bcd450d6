import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExchangeReplica } from './exchange-replica.ts';
import { Group, type Node, newStandIn } from './testing/group.ts';

/** Microseconds from now on in which nothing is due. */
function restUs(group: Group, { running }: Node): number {
  return running.deadlineUs - group.clock.us;
}

function calmGroup(): Group {
  const group = new Group(3, {
    heartbeatUs: 50_000,
    electionTimeoutUs: 300_000,
    electionTimeoutUsMin: 150_000,
  });
  group.leader();
  // Tethers open, and the last talk is over.
  group.step(2_000);
  return group;
}

test('with nothing to do a follower waits for its leader, and a leader for its next heartbeat', () => {
  const group = calmGroup();
  for (const follower of group.followers()) assert.ok(restUs(group, follower) > 50_000);
  const leader = group.leader();
  assert.equal(leader.running.deadlineUs, leader.running.log.raft.deadlineUs);
});

test('signs of life are no work, a command is', () => {
  const group = calmGroup();
  const workOf = (replica: ExchangeReplica, cycles: number): number => {
    let work = 0;
    for (let n = 0; n < cycles; n++) {
      group.step();
      work += replica.doWork(group.clock.us);
    }
    return work;
  };
  const [follower] = group.followers();
  const before = follower!.counters.of('datagramsReceived');
  assert.equal(workOf(follower!.running, 2_000), 0);
  assert.ok(follower!.counters.of('datagramsReceived') > before, 'heartbeats came');
  const caller = group.connect(group.leader());
  caller.open(1);
  group.step(20);
  assert.ok(restUs(group, follower!) <= 25_000, 'more may follow');
});

test('while a peer does not answer it is looked for', () => {
  const group = calmGroup();
  const [lost, other] = group.followers();
  group.standIn = newStandIn;
  lost!.crash();
  group.step(2_000);
  assert.ok(restUs(group, other!) <= 25_000);
});

test('the end of a grace is not slept over', () => {
  const group = calmGroup();
  const leader = group.leader();
  const caller = group.connect(leader);
  caller.open(1, 2);
  group.step(20);
  caller.side.close();
  group.step(2);
  assert.ok(restUs(group, leader) <= 2_000, 'a grace of 2 ms has begun');
});
