import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newsOf } from './admission-watch.ts';

const newcomer = { replicaId: 4, fingerprint: 'ab'.repeat(32) };
const leader = { members: [], applicants: [], tokens: [] };
type Leader = NonNullable<Parameters<typeof newsOf>[0]>;
const withMember = (fingerprint: string): Leader => ({
  ...leader,
  members: [{ id: 4, fingerprint }] as unknown as Leader['members'],
});

test('a machine is called a member only where the log vouches for its own certificate', () => {
  assert.equal(newsOf(withMember(newcomer.fingerprint), newcomer), 'Replica 4 is a member.');
  for (const other of ['cd'.repeat(32), ''])
    assert.match(
      newsOf(withMember(other), newcomer),
      /is another machine: the join token was used there first.*members remove 4" at once/,
    );
});

test('a token that is open says nothing, one that is over does', () => {
  assert.match(newsOf(leader, newcomer), /token for replica 4 is not open any more/);
  const tokens = [{ replicaId: 4 }] as unknown as Leader['tokens'];
  assert.equal(newsOf({ ...leader, tokens }, newcomer), '');
  assert.match(newsOf(undefined, newcomer), /No replica leads/);
});
