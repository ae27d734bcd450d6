import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemberRole, newMember, Preference } from '../protocol/roster.ts';
import { goesBefore, isAverse } from './preference.ts';

const member = (replicaId: number, preference: Preference, role: MemberRole = MemberRole.voter) =>
  newMember({ replicaId, host: 'host', preference, role });

test('one that is not to lead gives way to those that may, and goes behind them', () => {
  const roster = [member(1, Preference.never), member(2, Preference.normal), member(3, Preference.prefer)];
  const configuration = { voters: [1, 2, 3], roster };
  assert.deepEqual(
    [1, 2, 3].map((id) => isAverse(configuration, id)),
    [true, false, false],
  );
  assert.equal(goesBefore(configuration, 3, 2), true);
  assert.equal(goesBefore(configuration, 1, 2), false);
});

test('where none but a witness would be left to lead, one that is not to lead gives way to none', () => {
  const witness = member(3, Preference.normal, MemberRole.witness);
  const roster = [member(1, Preference.never), member(2, Preference.never), witness];
  for (const id of [1, 2]) assert.equal(isAverse({ voters: [1, 2, 3], roster }, id), false);
  assert.equal(isAverse({ voters: [1, 3], roster }, 1), false);
});
