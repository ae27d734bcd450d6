import { test } from 'node:test';
import { Group } from '../testing/group.ts';
import { assertAccepted, assertRefused, order, wait } from '../testing/member-orders.ts';

test('an ordered election is answered when it has ended: who leads, or who did not vote', () => {
  const group = new Group(3, { failover: 'manual' });
  wait(group);
  const [first, second, third] = group.nodes;
  assertAccepted(order(group, first!, 'startElection'), /^Replica 1 leads now, in term 1\.$/);
  group.until(() => first!.running.serving, 'a leader');
  first!.crash();
  second!.crash();
  group.until(() => third!.running.log.leaderId === 0, 'the loss of the leader');
  assertRefused(
    order(group, third!, 'startElection'),
    /was not elected: replica 1 did not answer, replica 2 did not answer\. Look at .*order it again/,
  );
  second!.start();
  group.until(() => third!.running.log.peers.reaches(2), 'a way to the other voter');
  assertAccepted(order(group, third!, 'startElection'), /^Replica 3 leads now, in term \d+\.$/);
});
