import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemberRole, newMember } from '../../protocol/roster.ts';
import type { ConfigurationChange } from '../../raft/configuration.ts';
import { type Configuration, Role } from '../../raft/types.ts';
import { FakeLog } from '../testing/fake-ports.ts';
import { MemberPlans } from './member-plans.ts';

test('a member that has not caught up does not hold up the vote of another', () => {
  const waiting = [2, 3].map((replicaId) =>
    newMember({ replicaId, host: `host-${replicaId}`, role: MemberRole.voter }),
  );
  const configuration: Configuration = {
    ...{ voters: [1], outgoing: [], learners: [2, 3], learnersNext: [] },
    roster: waiting,
    tokens: [],
  };
  const appended: Configuration[] = [];
  const raft = {
    ...{ role: Role.leader, id: 1, configuration, counts: () => true },
    ...{ successor: () => 0, transferLeadership: () => 'none' },
    changeConfiguration: ([change]: readonly ConfigurationChange[]) =>
      change?.replicaId === 3
        ? { ...configuration, voters: [1, 3], learners: [2] }
        : 'Replica 2 has not caught up.',
  };
  const appendConfiguration = (next: Configuration): boolean => appended.push(next) > 0;
  new MemberPlans({ raft, appendConfiguration }, new FakeLog()).doWork(1_000_000);
  assert.deepEqual(
    appended.map(({ voters }) => voters),
    [[1, 3]],
  );
});
