import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemberRole, newMember } from '../../protocol/roster.ts';
import { shownMembers } from '../../replica/members/membership-view.ts';
import type { SeenProgress } from '../../replica/ports.ts';
import { spareStanding, sparesText } from './spare-standing.ts';

const members = shownMembers({
  ...{ voters: [1, 2, 3], outgoing: [], learners: [4, 5], learnersNext: [], tokens: [] },
  roster: [1, 2, 3, 4, 5].map((replicaId) =>
    newMember({ replicaId, host: 'h', role: replicaId > 3 ? MemberRole.spare : MemberRole.voter }),
  ),
});

const seen = (memberId: number, values: Partial<SeenProgress> = {}): SeenProgress => ({
  ...{ memberId, behindFrames: 0, behindBytes: 0, silentUs: 0, state: 'following' },
  ...values,
});

test('spares, and voters whose places they are about to take, are named', () => {
  const progress = [seen(2), seen(3, { silentUs: 35_400_000 }), seen(4), seen(5, { state: 'catchingUp' })];
  assert.deepEqual(sparesText(spareStanding({ members, progress }, 60_000)!), [
    'Replica 4 is a spare: it takes the place of a voter that is silent for 60 s.',
    'Replica 5 is a spare and takes no place now: it does not answer, or has not caught up.',
    'Replica 3 votes and is silent for 35 s: a spare takes its place in 25 s.',
  ]);
});

test('the bound is that of the leader, whatever the file of the operator says', () => {
  const { joining } = JSON.parse(
    '{"joining":{"clusterUuid":"","authorities":[],"settings":{"timing":{"spareAfterMs":5000}}}}',
  );
  const progress = [seen(3, { silentUs: 3_000_000 }), seen(4)];
  assert.match(
    sparesText(spareStanding({ members, progress, joining }, 60_000)!).join(' '),
    /silent for 5 s\. .*silent for 3 s: a spare takes its place in 2 s/,
  );
});

test('without a spare that could serve, that is said; without any spare nothing is', () => {
  const progress = [seen(3, { silentUs: 9e6 }), seen(4, { silentUs: 9e6 }), seen(5, { state: 'recovering' })];
  assert.match(
    sparesText(spareStanding({ members, progress }, 60_000)!).join(' '),
    /Replica 3 votes and is silent for 9 s, and no spare can take its place/,
  );
  assert.equal(spareStanding({ members: members.slice(0, 3), progress: [] }, 60_000), undefined);
});
