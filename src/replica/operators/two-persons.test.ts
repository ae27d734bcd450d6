/** What is lost by a rebuild is lost by the will of two persons. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OperatorAnswer } from '../answers.ts';
import type { OperatorControlOrder } from '../ports.ts';
import { Group, type Node } from '../testing/group.ts';
import { order } from '../testing/member-orders.ts';
import { planMsMax, WaitingPlans } from './plans.ts';

test('no generation begins for one person alone', () => {
  const group = new Group(3, { twoPersons: true });
  group.leader();
  group.step(500);
  for (const node of group.nodes) node.crash();
  const [one] = group.nodes as [Node, Node, Node];
  // Its votes are lost, and with them the right to vote.
  one.disk.remove('state');
  one.start();
  group.step(2_000);
  const asked = (kind: OperatorControlOrder['kind'], replicaId = 0): string => {
    const { ok, needsSecond, text } = order(group, one, kind, replicaId) as OperatorAnswer;
    assert.deepEqual([ok, needsSecond], [false, true], text);
    return text;
  };
  const { lastIndex } = one.running.log;
  assert.match(asked('beginGeneration', one.id), /what others acknowledged beyond it is lost/);
  assert.deepEqual([one.running.epoch, one.running.log.lastIndex], [1, lastIndex]);
});

test('a plan is whole by two persons, for one order, in its time and once', () => {
  const plans = new WaitingPlans<string, string>();
  plans.add('a', 'stop', 'plan a', 5);
  assert.equal(plans.find('b', 5), undefined);
  assert.equal(plans.find('a', 5), 'plan a');
  assert.deepEqual(plans.sign('a', 'stop', 1, 'Olga'), {});
  assert.equal(plans.sign('a', 'stop', 1, 'Olga'), 'samePerson');
  assert.equal(plans.sign('a', 'rebuild', 2, 'Ben'), 'otherOrder');
  assert.equal(plans.find('a', 4 + planMsMax), 'plan a');
  assert.deepEqual(plans.sign('a', 'stop', 2, 'Ben'), { first: 'Olga' });
  assert.equal(plans.find('a', 5), undefined, 'it is carried out once');
  plans.add('c', 'stop', 'plan c', 5);
  assert.equal(plans.find('c', 5 + planMsMax), undefined);
  for (let n = 0; n <= 64; n++) plans.add(String(n), 'stop', `plan ${n}`, 5);
  assert.equal(plans.find('0', 5), undefined, 'the oldest gives way');
  assert.equal(plans.find('1', 5), 'plan 1');
});
