import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outlived } from './outlived.ts';

const replica = (replicaId: number, term: number, epoch: number, role = 'follower') => ({
  ...{ replicaId, term, role, epoch },
});

test('all replicas of a site that goes on in an earlier epoch are to end, its leader first', () => {
  assert.deepEqual(outlived([replica(1, 3, 1), replica(2, 3, 1, 'leader')], 2), [2, 1]);
  assert.deepEqual(outlived([replica(1, 3, 1, 'leader'), replica(2, 3, 2)], 2), [1]);
});

test('a site that is in that epoch, or has no newest leader, is left', () => {
  assert.deepEqual(outlived([], 2), []);
  assert.deepEqual(outlived([replica(1, 3, 2, 'leader'), replica(2, 3, 1)], 2), []);
  assert.deepEqual(outlived([replica(1, 3, 1, 'leader'), replica(2, 4, 1)], 2), [], 'deposed');
});
