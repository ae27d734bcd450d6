import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outlived } from './hold-back.ts';

const replica = (
  replicaId: number,
  term: number,
  epoch: number,
  role: 'leader' | 'follower' = 'follower',
) => ({
  ...{ replicaId, term, role, serving: role === 'leader', appliedIndex: 7, lastIndex: 9 },
  counters: { epoch },
});

test('all replicas of a site that serves in an earlier epoch are to end', () => {
  assert.deepEqual(outlived([replica(1, 3, 1, 'leader'), replica(2, 3, 1)], 2), [1, 2]);
});

test('a site that is in that epoch, or may be once its newest leader has applied its log, is left', () => {
  assert.deepEqual(outlived([], 2), []);
  assert.deepEqual(outlived([replica(1, 3, 2, 'leader'), replica(2, 3, 1)], 2), []);
  assert.deepEqual(outlived([replica(1, 3, 1, 'leader'), replica(2, 4, 1)], 2), [], 'deposed');
  assert.deepEqual(outlived([{ ...replica(1, 3, 1, 'leader'), serving: false }, replica(2, 3, 1)], 2), []);
});

test('a site that has no lease serves nobody, and is to end all the same', () => {
  const idle = { ...replica(1, 3, 1, 'leader'), serving: false, appliedIndex: 9 };
  assert.deepEqual(outlived([idle, replica(2, 3, 1)], 2), [1, 2]);
});
