/** What a follower's disk holds once frames of a deposed leader were replaced. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Group } from '../testing/group.ts';

test('failure 17: frames that replace as many others in one cycle are flushed too, or nobody would count them', () => {
  const group = new Group(3, { durability: 'disk' });
  const old = group.leader();
  const caller = group.connect(old);
  caller.open(1);
  group.step(10);
  caller.takeOpened();
  const { lastIndex } = old.running.log.journal;
  const reach = group.datagramsOf.bind(group);
  group.datagramsOf = (from, to) =>
    from === old.id ? [] : reach(from, to).filter((datagrams) => datagrams !== old.datagrams);
  caller.createAccount();
  group.until(
    () => old.running.log.journal.durableIndex === lastIndex + 1,
    'a flushed frame that nobody else has',
  );
  const successor = (): boolean => group.nodes.some((node) => node !== old && node.running.serving);
  group.until(successor, 'another leader');
  group.datagramsOf = reach;
  group.until(
    () => old.running.log.journal.termAt(lastIndex + 1) > 1,
    'the frame of the other leader in its place',
  );
  assert.equal(old.running.log.journal.lastIndex, lastIndex + 1);
  group.step(100);
  assert.equal(old.running.log.journal.durableIndex, lastIndex + 1);
});
