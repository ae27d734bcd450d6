/** `lockstep members rebuild` against control endpoints that answer like survivors. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Role } from '../../../raft/types.ts';
import { cluster, memberOf, type PaperReplica } from '../testing/paper-cluster.ts';

test('a survivor that cannot return holds up neither the generation nor the others', async (context) => {
  const gone = { role: Role.follower, leaderId: 0, recovering: 1, epoch: 1, voters: 0b1_1111 };
  const { run, replicas } = await cluster(context, [
    { ...gone, lastIndex: 12 },
    { ...gone, lastIndex: 9 },
    { ...gone, lastIndex: 9 },
  ]);
  const [base, second, third] = replicas as [PaperReplica, PaperReplica, PaperReplica];
  base.cut = { epoch: 2, index: 12, term: 2, seq: 7, timeUs: 1, terms: [{ term: 2, index: 8 }] };
  base.obey = () => {
    base.set({ role: Role.leader, serving: 1, epoch: 2, recovering: 0 });
    return { ok: true, text: 'Generation 2 begins.' };
  };
  second.obey = () => ({ ok: false, text: 'It has a full disk.' });
  const { code, text, json } = await run(
    ...['members', 'rebuild', '--confirm', '1', '--switched-off', '4,5', '--json'],
  );
  assert.equal(code, 0, text);
  const { returned, left } = json();
  assert.deepEqual([returned, left], [[3], [2]]);
  assert.equal(third.orders.length, 1);
});

test('a rebuild shows what each survivor has, wants what is gone and the cluster typed, and orders the return of others', async (context) => {
  const gone = { role: Role.follower, leaderId: 0, commitIndex: 5, leaderCommitIndex: -1 };
  const { run, replicas } = await cluster(context, [
    {
      ...gone,
      recovering: 1,
      epoch: 1,
      lastIndex: 9,
      lastLogTerm: 2,
      stampedSeq: 7,
      lastTimeUs: 1_700_000_000_000_000,
    },
    { ...gone, recovering: 1, epoch: 1, lastIndex: 12, lastLogTerm: 1, stampedSeq: 11 },
  ]);
  const planned = await run('members', 'rebuild', '--plan');
  assert.equal(planned.code, 0, planned.text);
  assert.match(planned.text, /1 +9 +2 +7 +2023-11-14T22:13:20.000000Z +goes on, recovering/);
  assert.match(planned.text, /2 +12 +1 +11 +- +returns blank, recovering/);
  assert.match(
    planned.text,
    /Not reached: replicas 3\. What they acknowledged beyond frame 9, seq 7, is lost/,
  );
  const { plan } = (await run('members', 'rebuild', '--plan', '--json')).json() as { plan: object };
  assert.deepEqual(plan, {
    ...{ from: 1, epoch: 2, lastIndex: 9, seq: 7, hadLeader: true, framesLostMin: 0 },
    ...{ others: [2], unreached: [3], fences: [], toSwitchOff: [3] },
    survivors: [
      {
        replicaId: 1,
        lastIndex: 9,
        term: 2,
        seq: 7,
        time: '2023-11-14T22:13:20.000000Z',
        isRecovering: true,
      },
      { replicaId: 2, lastIndex: 12, term: 1, seq: 11, time: null, isRecovering: true },
    ],
  });
  for (const words of [
    [],
    ['--confirm', '2', '--switched-off', '3'],
    ['--confirm', '1'],
    ['--confirm', '1', '--switched-off', '2'],
  ]) {
    const refused = await run('members', 'rebuild', ...words);
    assert.match(
      refused.text,
      /Nothing was changed\..* Switch off replicas 3, .*"lockstep members rebuild --confirm 1 --switched-off 3"/s,
    );
  }
  assert.deepEqual(
    replicas.flatMap(({ orders }) => orders),
    [],
  );
  const [base, other] = replicas as [PaperReplica, PaperReplica];
  base.obey = () => {
    base.set({ role: Role.leader, serving: 1, epoch: 2, recovering: 0 });
    base.members = [memberOf(1, { fingerprint: 'ab12' })];
    return { ok: true, text: 'Generation 2 begins.' };
  };
  base.cut = { epoch: 2, index: 9, term: 2, seq: 7, timeUs: 1, terms: [{ term: 2, index: 8 }] };
  const done = await run('members', 'rebuild', '--confirm', '1', '--switched-off', '3');
  assert.equal(done.code, 0, done.text);
  assert.match(done.text, /Generation 2 runs at replica 1, read-only.*lockstep mode open/s);
  assert.match(
    done.text,
    /Replica 1 came by a join token.*"fingerprint": "ab12" into its entry under "replicas"/,
  );
  assert.deepEqual(base.orders, [{ kind: 'beginGeneration', replicaId: 1, force: true }]);
  assert.deepEqual(other.orders, [{ kind: 'leaveGeneration', replicaId: 2, force: true }]);
  assert.match((await run('members', 'rebuild', '--plan')).text, /Replica 1 leads: the cluster lives/);
});
