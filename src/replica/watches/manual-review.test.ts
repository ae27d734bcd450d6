import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Group, type Node } from '../testing/group.ts';

function manual(): { readonly group: Group; readonly leader: Node } {
  const group = new Group(3, { failover: 'manual' });
  group.step();
  group.nodes[0]!.control.give('startElection');
  const leader = group.leader();
  group.step(2_000);
  return { group, leader };
}

const noted = ({ control }: Node): string[] =>
  control.wouldBe.map(({ number, leaderId, outcome }) => `${number}: ${leaderId} ${outcome}`);

test('failure 1: a leader that stands still and goes on would have been replaced, and wrongly', () => {
  const { group, leader } = manual();
  const followers = group.followers();
  const { term } = leader.running;
  const standing = leader.running;
  leader.replica = undefined;
  group.step(4_000);
  leader.replica = standing;
  group.step(2_000);
  assert.equal(leader.running.term, term, 'nothing was done');
  for (const node of followers) {
    assert.deepEqual(noted(node), [`1: ${leader.id} open`, `1: ${leader.id} cameBack`]);
    const { reason, afterUs } = node.control.wouldBe[1]!;
    assert.equal(reason, `replica ${leader.id} was not heard any more`);
    assert.ok(afterUs > 0);
    const { counters } = node;
    assert.deepEqual([counters.of('failoversWithheld'), counters.of('failoversNeedless')], [1, 1]);
  }
  assert.deepEqual(noted(leader), []);
});

test('a leader that an operator replaced would have been replaced sooner', () => {
  const { group, leader } = manual();
  leader.crash();
  group.step(4_000);
  const [next] = group.nodes.filter((node) => node !== leader);
  next!.control.give('startElection');
  assert.equal(group.leader(), next);
  group.step(100);
  assert.equal(next!.counters.of('failoversNeedless'), 0);
  assert.deepEqual(noted(next!), [`1: ${leader.id} open`, `1: ${leader.id} replaced`]);
});

test('where failover is automatic nothing is noted', () => {
  const group = new Group(3);
  const leader = group.leader();
  leader.crash();
  group.until(() => group.nodes.some((node) => node !== leader && node.replica?.serving === true));
  for (const { control } of group.nodes) assert.deepEqual(control.wouldBe, []);
});
