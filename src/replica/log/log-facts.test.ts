import { test } from 'node:test';
import { Group, type Node } from '../testing/group.ts';

const heardBy = ({ counters }: Node): number => counters.of('peersHeard');

test('each replica shows which others it hears, and a leader soon misses one that is cut off', () => {
  const group = new Group(3);
  const leader = group.leader();
  group.until(() => group.nodes.every((node) => heardBy(node) === 0b111 - 2 ** (node.id - 1)));
  const [lost] = group.followers();
  group.split([lost!.id]);
  group.until(() => (heardBy(leader) & (2 ** (lost!.id - 1))) === 0);
  group.cuts.clear();
  group.until(() => heardBy(group.leader()) === 0b111 - 2 ** (group.leader().id - 1));
});

test('a process that dies is not heard by a follower either', () => {
  const group = new Group(3);
  group.leader();
  const [one, other] = group.followers();
  group.until(() => (heardBy(one!) & (2 ** (other!.id - 1))) !== 0);
  other!.crash();
  group.until(() => (heardBy(one!) & (2 ** (other!.id - 1))) === 0);
});
