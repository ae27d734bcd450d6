import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaderUnreached, ping } from '../../protocol/messages.ts';
import { PartyKind } from '../../protocol/parties.ts';
import { FakeLog } from '../testing/fake-ports.ts';
import { Group, type Node } from '../testing/group.ts';
import type { WireClient } from '../testing/wire-client.ts';
import { ClientWatch } from './client-watch.ts';

/** Within it clients say again what they say. */
const repeatCycles = 1_000;
const rounds = 12;

/** The clients of `from` say for more than a second that they do not reach the leader; `each` comes with each time. */
function miss(group: Group, from: WireClient, term: number, each: () => void = () => undefined): void {
  for (let n = 0; n < rounds; n++) {
    from.send(leaderUnreached, { reserved: 0, term });
    each();
    group.step(repeatCycles);
  }
}

function start(): {
  readonly group: Group;
  readonly leader: Node;
  readonly follower: Node;
  readonly client: WireClient;
} {
  const group = new Group(3);
  const leader = group.leader();
  group.step(repeatCycles);
  const follower = group.followers()[1]!;
  return { group, leader, follower, client: group.connect(follower) };
}

test('a leader that hears no client hands over to the replica where clients miss it', () => {
  const { group, leader, follower, client } = start();
  const { term } = leader.running;
  miss(group, client, term);
  assert.equal(group.leader(), follower);
  assert.equal(follower.running.term, term + 1, 'by one election');
  assert.match(leader.log.warnings.join(), /clients reach another replica and not this leader/);
});

test('what a watcher says of the leader moves none', () => {
  const { group, leader, follower } = start();
  const watcher = group.call(follower, { kind: PartyKind.watcher, id: 1 });
  group.step();
  miss(group, watcher, leader.running.term);
  assert.equal(group.leader(), leader);
});

test('a leader that hears a client stays, whatever others say', () => {
  const { group, leader, client } = start();
  const own = group.connect(leader);
  miss(group, client, leader.running.term, () => own.send(ping, { number: 1 }));
  assert.equal(group.leader(), leader);
});

test('what is said of another term, or was said a while ago, moves no leader', () => {
  const { group, leader, client } = start();
  miss(group, client, leader.running.term + 1);
  client.send(leaderUnreached, { reserved: 0, term: leader.running.term });
  group.step(rounds * repeatCycles);
  assert.equal(group.leader(), leader);
});

test('where failover is manual, clients move no leader, and what they would have done is noted', () => {
  const raft = { id: 1, term: 1, successor: () => 2, transferLeadership: () => assert.fail('it hands over') };
  const reasons = new Set<string>();
  const review = { wouldHandOver: (_id: number, _term: number, why: string) => reasons.add(why).size > 0 };
  const watch = new ClientWatch(review, { log: new FakeLog() }, raft);
  for (let us = 0; us < 5_000_000; us += 1_000) watch.doWork(us, 0);
  assert.deepEqual([...reasons], ['clients reach replica 2 and not this leader']);
});

test('a leader that stood still listens to its clients before it hands over', () => {
  let handOvers = 0;
  const transferLeadership = (): undefined => {
    handOvers++;
    return undefined;
  };
  const watch = new ClientWatch(
    { wouldHandOver: () => false },
    { log: new FakeLog() },
    { id: 1, term: 1, successor: () => 2, transferLeadership },
  );
  let us = 0;
  const work = (untilUs: number, heardUs = us): void => {
    for (; us < untilUs; us += 1_000) watch.doWork(us, heardUs);
  };
  for (let n = 1; n <= 1_000; n++) work(n * 1_000);
  const heardUs = us;
  us += 400_000;
  work(us + 200_000, heardUs);
  assert.equal(handOvers, 0, 'it could not listen while it stood still');
  work(us + 100_000, heardUs);
  assert.equal(handOvers, 1, 'and it waits no longer than that');
});
