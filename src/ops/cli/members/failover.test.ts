/** `lockstep failover` to a replica that would do badly as the leader. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Role } from '../../../raft/types.ts';
import { cluster, following, leading } from '../testing/paper-cluster.ts';

test('leadership is not handed to a replica whose disk is full, nor is one elected, and it is said why', async (context) => {
  const { replicas, run } = await cluster(context, [leading, { ...following, diskFull: 1 }, following]);
  const full = /Nothing was done: the disk of replica 2 is full.*Make room there first/;
  const refused = await run('failover', '--to', '2');
  assert.equal(refused.code, 1, refused.text);
  assert.match(refused.text, full);
  for (const replica of replicas) replica.set({ role: Role.follower, serving: 0, leaderId: 0 });
  const alone = await run('failover', '--to', '2');
  assert.equal(alone.code, 1, alone.text);
  assert.match(alone.text, full);
  assert.deepEqual(
    replicas.flatMap(({ orders }) => orders),
    [],
  );
});

test('leadership is handed to a gray replica where an operator names it, with what is wrong with it', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following, following]);
  replicas[0]!.conditions = [{ memberId: 2, values: {}, gray: ['1000 of its disk is used'] }];
  replicas[0]!.obey = (_, to) => {
    for (const replica of replicas)
      replica.set(
        replica.id === to ? { ...leading, leaderId: to, term: 2 } : { ...following, serving: 0, term: 2 },
      );
    return { ok: true, text: 'accepted' };
  };
  const { code, json } = await run('failover', '--to', '2', '--json');
  assert.equal(code, 0);
  assert.match(String(json()['warning']), /Replica 2 is worse than the others: 1000 of its disk is used/);
});
