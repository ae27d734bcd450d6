/** The operator's commands against control endpoints that answer like a small cluster. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ControlOutcome } from '../../protocol/audit.ts';
import { MemberRole, newMember } from '../../protocol/roster.ts';
import { noMembers } from '../../raft/configuration.ts';
import { Role } from '../../raft/types.ts';
import { shownMembers } from '../../replica/members/membership-view.ts';
import { loadConfiguration } from '../configuration/load.ts';
import { ownIdentity } from '../processes/process-identity.ts';
import { freePorts } from '../replay/own-exchange.ts';
import { writeRunning, writeUpFile } from '../supervisor/cluster-folder.ts';

import { cluster, following, leading, type PaperReplica } from './testing/paper-cluster.ts';

test('status names the leader, and fails where there is none', async (context) => {
  const { replicas, run } = await cluster(context, [leading, { ...following, recovering: 1 }, following]);
  const { code, text } = await run('status');
  assert.equal(code, 0);
  assert.match(text, /replica 1 leads in term 1/);
  assert.match(text, /^ +2 +follower .*recovering, does not vote$/m);
  const json = (await run('status', '--json')).json();
  assert.equal(json['leaderId'], 1);
  replicas[0]!.set({ serving: 0 });
  const without = await run('status');
  assert.equal(without.code, 1);
  assert.equal(without.text.match(/NO LEADER|[Nn]o replica leads/g)?.length, 1, 'it is said once');
  const failed = await run('status', '--json');
  assert.equal(failed.out.length, 1, 'one object tells the failure and the state');
  const { ok, error, leaderId, replicas: shown } = failed.json();
  assert.deepEqual(
    [ok, error, leaderId],
    [false, 'Cluster 1: NO LEADER, orders are not served (failover automatic, durability disk)', 0],
  );
  assert.equal((shown as unknown[]).length, 3);
});

test('a command that finds no leader says so, and does not look like a defect', async (context) => {
  const { run } = await cluster(context, [{ ...following, leaderId: 0 }]);
  const { text } = await run('audit', 'list');
  assert.match(text, /^[^:]+replica 1 \(.*ECONNREFUSED/);
});

test('of a replica that does not answer the status still says which process it is', async (context) => {
  const { run, file } = await cluster(context, [leading, following]);
  const [controlPort, tcpPort] = await freePorts(2);
  const { replicas, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...rest, replicas: [...replicas, { controlPort, tcpPort }] }));
  const { configuration, dataFolder } = loadConfiguration({ config: file });
  writeRunning(dataFolder, configuration);
  const children = [{ name: 'replica 3', pid: 4711, state: 'running', restarts: 2 }] as const;
  writeUpFile(dataFolder, { ...ownIdentity(), startedAt: '', gatewayUrl: '', children });
  assert.match((await run('status')).text, /^ +3 .* 4711 +- +2 +not running$/m);
  const { replicas: shown } = (await run('status', '--json')).json();
  assert.equal((shown as { readonly pid?: number }[])[2]?.pid, 4711);
});

test('a recovering replica that hears no leader has no commit index to show', async (context) => {
  const recovering = { ...following, recovering: 1, leaderId: 0, commitIndex: 0, lastIndex: 900 };
  const { run } = await cluster(context, [leading, recovering]);
  assert.match((await run('status')).text, /^ +2 +follower +1 +unknown /m);
  const { replicas: shown } = (await run('status', '--json')).json();
  assert.equal((shown as { readonly commitIndex?: number | null }[])[1]?.commitIndex, null);
});

test('of two replicas that say they lead, the one of the later term is the leader', async (context) => {
  const { run } = await cluster(context, [leading, { ...leading, leaderId: 2, term: 2 }, following]);
  assert.equal((await run('status', '--json')).json()['leaderId'], 2);
});

test('a follower that lost its leader is as far behind as others know; what none knows is not 0', async (context) => {
  const cutOff = {
    role: Role.follower,
    leaderId: 0,
    leaderCommitIndex: -1,
    commitIndex: 100,
    appliedIndex: 100,
  };
  const { replicas, run } = await cluster(context, [
    { ...leading, commitIndex: 5_300, appliedIndex: 5_300, leaderCommitIndex: 5_300 },
    cutOff,
    { ...following, appliedIndex: 5_290, leaderCommitIndex: 5_295 },
  ]);
  const lags = async () => {
    const { replicas: shown } = (await run('status', '--json')).json();
    return (shown as { lagFrames?: number | null }[]).map(({ lagFrames }) => lagFrames);
  };
  assert.deepEqual(await lags(), [0, 5_200, 10]);
  assert.match((await run('status')).text, /^ +2 +follower +1 +100 +100 +5200 .*knows no leader$/m);
  for (const replica of replicas) replica.set({ role: Role.follower, serving: 0, leaderCommitIndex: -1 });
  assert.deepEqual(await lags(), [null, null, null]);
  assert.match((await run('status')).text, /^ +2 +follower +1 +100 +100 +unknown /m);
});

test('a replica that is not there is named beside those that are, and so is a folder', async (context) => {
  const { run } = await cluster(context, [leading, following, following]);
  for (const words of [
    ['failover', '--to', '9'],
    ['snapshot', '--replica', '9'],
  ])
    assert.match((await run(...words)).text, /no replica 9; the configuration names 1, 2, 3/);
  assert.match((await run('failover', '--to', 'x')).text, /has a number, such as 1/);
  assert.match(
    (await run('status', '--data', '/nope')).text,
    /no data folder \/nope: no cluster was started/,
  );
});

test('an order to a replica that does not run was not given, and the answer says so', async (context) => {
  const { run, file, replicas: running } = await cluster(context, [leading, following]);
  const [controlPort, tcpPort] = await freePorts(2);
  const { replicas, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...rest, replicas: [...replicas, { controlPort, tcpPort }] }));
  running[0]!.cut = { epoch: 2, index: 9, term: 2, seq: 7, timeUs: 1, terms: [{ term: 2, index: 8 }] };
  const { code, text } = await run('members', 'return', '3');
  assert.equal(code, 1);
  assert.match(text, /Replica 3 .* did not answer: not running\. Nothing was changed\. Start it/);
});

/** What a transfer does: the old leader steps down, the new one serves in the next term. */
function handOver(replicas: readonly PaperReplica[], to: number): void {
  for (const replica of replicas) {
    const isLeader = replica.id === to;
    replica.set({
      role: isLeader ? Role.leader : Role.follower,
      serving: isLeader ? 1 : 0,
      leaderId: to,
      term: 2,
    });
  }
}

test('a failover asks the leader, waits for the next one, and says where the gap cannot be measured', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following, { ...following, durableIndex: 6 }]);
  replicas[0]!.obey = (_, to) => {
    setTimeout(() => handOver(replicas, to), 10);
    return { ok: true, text: 'accepted' };
  };
  const result = await run('failover', '--json');
  assert.equal(result.code, 0);
  assert.deepEqual(
    replicas[0]!.orders,
    [{ kind: 'transferLeadership', replicaId: 3, force: false }],
    'the follower that has most',
  );
  const { ok, from, to, term, gapMs } = result.json();
  // These replicas take no sessions.
  assert.deepEqual([ok, from, to, term, gapMs], [true, 1, 3, 2, null]);
});

test('a failover to the one who leads changes nothing; a refused one says why', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following, following]);
  assert.match((await run('failover', '--to', '1')).text, /leads already/);
  assert.deepEqual(replicas[0]!.orders, []);
  replicas[0]!.obey = () => ({ ok: false, text: 'a membership change is under way' });
  const refused = await run('failover', '--to', '2');
  assert.equal(refused.code, 1);
  assert.match(refused.text, /Replica 1 refuses: a membership change is under way/);
});

test('without a leader, the replica with the longest log is told to stand', async (context) => {
  const none = { role: Role.follower, leaderId: 0 };
  const { replicas, run } = await cluster(context, [
    none,
    { ...none, lastIndex: 9 },
    { ...none, lastIndex: 20, recovering: 1 },
  ]);
  replicas[1]!.obey = () => {
    handOver(replicas, 2);
    return { ok: true, text: 'accepted' };
  };
  const { code, text } = await run('failover');
  assert.equal(code, 0);
  assert.deepEqual(replicas[1]!.orders, [{ kind: 'startElection', replicaId: 0, force: false }]);
  assert.match(text, /replica 2 leads now, in term 2/);
});

test('without a leader, frames of a later term count more than many of an earlier one', async (context) => {
  const none = { role: Role.follower, leaderId: 0 };
  const { replicas, run } = await cluster(context, [
    { ...none, lastIndex: 30, lastLogTerm: 1 },
    { ...none, lastIndex: 9, lastLogTerm: 2 },
  ]);
  replicas[1]!.obey = () => {
    handOver(replicas, 2);
    return { ok: true, text: 'accepted' };
  };
  assert.equal((await run('failover')).code, 0);
  assert.deepEqual([replicas[0]!.orders.length, replicas[1]!.orders.length], [0, 1]);
});

test('a witness is told neither to lead nor to stand, though it has the most', async (context) => {
  const members = shownMembers({
    ...noMembers,
    voters: [1, 2, 3],
    roster: [newMember({ replicaId: 3, host: '', role: MemberRole.witness })],
  });
  const far = { ...following, durableIndex: 9, lastIndex: 9 };
  const { replicas, run } = await cluster(context, [leading, following, far]);
  for (const replica of replicas) {
    replica.members = members;
    replica.obey = (_, to) => {
      handOver(replicas, to === 0 ? 2 : to);
      return { ok: true, text: 'accepted' };
    };
  }
  assert.equal((await run('failover')).code, 0);
  assert.deepEqual(replicas[0]!.orders, [{ kind: 'transferLeadership', replicaId: 2, force: false }]);
  for (const replica of replicas) replica.set({ role: Role.follower, leaderId: 0, serving: 0, term: 1 });
  replicas[0]!.set({ lastIndex: 1 });
  assert.equal((await run('failover')).code, 0);
  assert.deepEqual(replicas[1]!.orders, [{ kind: 'startElection', replicaId: 0, force: false }]);
});

test('a leader that came by a token, and is in the log alone, is found and hands over', async (context) => {
  const led = { ...following, leaderId: 3 };
  const { replicas, run, file } = await cluster(context, [led, led, { ...leading, leaderId: 3 }]);
  const { replicas: entries, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...rest, replicas: entries.slice(0, 2) }), { mode: 0o600 });
  const roster = replicas.map(({ id: replicaId, port: controlPort }) =>
    newMember({
      replicaId,
      host: '127.0.0.1',
      controlPort,
      tcpPort: entries[replicaId - 1].tcpPort,
      udpPort: 1,
    }),
  );
  for (const replica of replicas) replica.members = shownMembers({ ...noMembers, voters: [1, 2, 3], roster });
  replicas[2]!.obey = (_, to) => {
    handOver(replicas, to);
    return { ok: true, text: 'accepted' };
  };
  const { code, text } = await run('failover', '--to', '1');
  assert.equal(code, 0, text);
  assert.deepEqual(replicas[2]!.orders, [{ kind: 'transferLeadership', replicaId: 1, force: false }]);
  const back = await run('failover', '--to', '3');
  assert.doesNotMatch(back.text, /There is no replica 3/);
});

test('without a majority of the voters no election is ordered, and what is missing is said at once', async (context) => {
  const { replicas, run } = await cluster(context, [{ role: Role.follower, leaderId: 0, voters: 0b111 }]);
  const { code, text } = await run('failover');
  assert.equal(code, 1);
  assert.match(
    text,
    /Nothing was done: of the voters 1, 2, 3 no majority is there; 2, 3 answer neither here nor/,
  );
  assert.deepEqual(replicas[0]!.orders, []);
});

test('a leader that commits nothing is said in the words of the gateway, and no failover is tried that cannot help', async (context) => {
  const idle = { ...leading, serving: 0, commitsStalled: 1, diskFull: 1 };
  const full = { ...following, diskFull: 1 };
  const words =
    /replica 1 leads, and nothing is committed, so it takes no orders: check the disks of all replicas/;
  const { replicas, run } = await cluster(context, [idle, full, following]);
  const status = await run('status');
  assert.equal(status.code, 1);
  assert.match(status.text, words);
  assert.doesNotMatch(status.text, /NO LEADER|not serving yet/);
  assert.match(String((await run('status', '--json')).json()['error']), words);
  for (const target of [[], ['--to', '3'], ['--to', '1']]) {
    const { code, text } = await run('failover', ...target);
    assert.equal(code, 1, text);
    assert.match(text, words);
    assert.match(text, /Nothing was done/);
  }
  assert.deepEqual(
    replicas.flatMap(({ orders }) => orders),
    [],
  );

  // The full disk of the leader alone, as with manual failover.
  replicas[1]!.set({ diskFull: 0 });
  replicas[2]!.set({ durableIndex: 9 });
  replicas[0]!.obey = (_, to) => {
    handOver(replicas, to);
    return { ok: true, text: 'accepted' };
  };
  const { code, text } = await run('failover');
  assert.equal(code, 0, text);
  assert.deepEqual(replicas[0]!.orders, [{ kind: 'transferLeadership', replicaId: 3, force: false }]);
});

test('a snapshot is asked of a follower and waited for', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following, following]);
  replicas[1]!.obey = () => {
    setTimeout(() => replicas[1]!.set({ snapshotIndex: 5 }), 10);
    return { ok: true, text: 'accepted' };
  };
  const { json } = await run('snapshot', '--json');
  assert.deepEqual(json(), { ok: true, replicaId: 2, snapshotIndex: 5, text: 'accepted' });
  assert.deepEqual(replicas[0]!.orders, []);
});

test('a snapshot that the disk refuses is said to be refused, with the reason', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following, following]);
  for (const [diskFull, reason] of [
    [1, /Replica 2 could not write the snapshot: its disk is full/],
    [0, /Replica 2 could not write the snapshot: its disk refused it/],
  ] as const) {
    replicas[1]!.set({ snapshotsFailed: 3, diskFull });
    replicas[1]!.obey = () => {
      setTimeout(() => replicas[1]!.set({ snapshotsFailed: 4 }), 10);
      return { ok: true, text: 'accepted' };
    };
    const { code, text } = await run('snapshot');
    assert.equal(code, 1);
    assert.match(text, reason);
  }
});

test('a generation begins from the longest log, also where all recover, and not where a majority may vote', async (context) => {
  const lost = { role: Role.follower, leaderId: 0, recovering: 1, epoch: 1 };
  const { replicas, run } = await cluster(context, [lost, { ...lost, lastIndex: 9 }, lost]);
  assert.match((await run('members', 'rebuild', '--plan')).text, /2 +9 .*goes on, recovering/);
  for (const { id } of replicas) if (id !== 2) replicas[id - 1]!.set({ recovering: 0 });
  assert.match(
    (await run('members', 'rebuild', '--plan')).text,
    /Replicas 1, 3 answer and may vote, which is enough: they elect a leader by themselves/,
  );
});

test('an order that waits for a machine is in the audit trail when it is refused first, and when it is taken', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following]);
  const [leader] = replicas as [PaperReplica, PaperReplica];
  let asked = 0;
  leader.obey = () => {
    asked += 1;
    return asked < 5
      ? { ok: false, text: 'Replica 9 has not called this replica.' }
      : { ok: true, text: 'It is added.' };
  };
  const { code, text } = await run('members', 'promote', '9');
  assert.equal(code, 0, text);
  assert.equal(asked, 6, 'four refusals, a trial that would be taken, and the order');
  assert.deepEqual(
    leader.notes.taken.map(({ outcome }) => outcome),
    [ControlOutcome.refused, ControlOutcome.accepted],
  );
});

test('a wrong number of a command is answered with what is allowed, and not by silence', async (context) => {
  const { run } = await cluster(context, [leading, following]);
  for (const words of [
    ['show', '0'],
    ['show', 'x'],
    ['decide', '-1'],
    ['decide', '1.5'],
  ]) {
    const { code, text } = await run('void', ...words);
    assert.equal(code, 2, words.join(' '));
    assert.match(text, /Allowed: 1 to |unknown option/, words.join(' '));
  }
});

test('an operator on the machine of a replica is told where orders are given', async (context) => {
  const { run, dataFolder } = await cluster(context, [leading, following]);
  rmSync(join(dataFolder, 'identities', 'operator-1'), { recursive: true });
  const { code, text } = await run('failover');
  assert.equal(code, 2);
  assert.match(text, /There is no identity of operator\/1 .*Orders are given on the machine of an operator/);
});

test('a replica that returns before it has heard of the generation that goes on is asked again', async (context) => {
  const { run, replicas } = await cluster(context, [leading, following, following]);
  const cut = { epoch: 2, index: 9, term: 2, seq: 7, timeUs: 1, terms: [{ term: 2, index: 8 }] };
  for (const replica of replicas) replica.cut = cut;
  let asked = 0;
  replicas[2]!.obey = () => {
    asked += 1;
    return asked > 2
      ? { ok: true, text: 'returns' }
      : { ok: false, text: 'This replica has heard of no later generation than its own, 1.' };
  };
  const { code, text } = await run('members', 'return', '3');
  assert.equal(code, 0, text);
  assert.equal(asked, 3);
});

test('without a majority an order says who is lacking, and a rebuild what was mistyped', async (context) => {
  const alone = { ...following, leaderId: 0 };
  const { run, file } = await cluster(context, [alone]);
  const { replicas, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  const ports = await freePorts(4);
  const others = [0, 2].map((at) => ({ controlPort: ports[at], tcpPort: ports[at + 1] }));
  writeFileSync(file, JSON.stringify({ ...rest, replicas: [...replicas, ...others] }));
  assert.match(
    (await run('members', 'remove', '2')).text,
    /Of 3 voters 1 answers, and a majority is needed.*"lockstep members rebuild --plan"/,
  );
  const mistyped = await run('members', 'rebuild', '--confirm', '7', '--switched-off', '1,2');
  assert.equal(mistyped.code, 1);
  assert.match(
    mistyped.text,
    /Nothing was changed\. --confirm 7: this cluster has the number 1\. --switched-off: 1 is not to be switched off by hand\./,
  );
});

test('where no replica answers an order does not say that none leads', async (context) => {
  const { run, file } = await cluster(context, []);
  const [controlPort, tcpPort] = await freePorts(2);
  writeFileSync(file, JSON.stringify({ replicas: [{ controlPort, tcpPort }] }), { mode: 0o600 });
  const { code, text } = await run('members', 'remove', '1');
  assert.equal(code, 1, text);
  assert.match(text, /No member was changed: replica 1 does not answer \(.*not seen from here/);
  assert.doesNotMatch(text, /No replica leads/);
});

test('a rebuild that is ordered again, after one that was ended half way, names what is left to return', async (context) => {
  const { run } = await cluster(context, [
    { ...leading, voters: 0b1, epoch: 2 },
    { role: Role.follower, leaderId: 0, epoch: 1, superseded: 1 },
  ]);
  const { text, code } = await run('members', 'rebuild', '--confirm', '1');
  assert.equal(code, 1);
  assert.match(
    text,
    /nothing to rebuild\. Replica 2 is of an earlier generation: "lockstep members return 2"/,
  );
});

test('before the first leader a majority is not enough, and the plan of a rebuild says what is lost', async (context) => {
  const founding = { role: Role.follower, leaderId: 0, founding: 1, lastIndex: 1 };
  const { replicas, run } = await cluster(context, [founding, founding, { ...founding, recovering: 1 }]);
  assert.match(
    (await run('members', 'rebuild', '--plan')).text,
    /has had no leader yet\. Where it is new nothing is lost; where it traded before/,
  );
  replicas[2]!.set({ recovering: 0 });
  assert.match((await run('members', 'rebuild', '--plan')).text, /1, 2, 3 answer and may vote/);
});

test('where no majority agrees on the state an operator sees it, and chooses', async (context) => {
  const disputed = { ...leading, serving: 0, stateDisputed: 1 };
  const { replicas, run } = await cluster(context, [disputed, { ...following, parked: 1 }, following]);
  const { code, text } = await run('diverged');
  assert.equal(code, 0);
  assert.match(text, /Replica 1 leads, and no majority agrees on the state.*Replica 2 is parked/s);
  assert.match((await run('status')).text, /no majority AGREES on the state.*PARKED: its state DIFFERS/s);
  await run('diverged', '--choose', '3');
  await run('diverged', '--choose', '3', '--force');
  const order = { kind: 'chooseState', replicaId: 3 };
  assert.deepEqual(replicas[0]!.orders, [
    { ...order, force: false },
    { ...order, force: true },
  ]);
  assert.match((await run('diverged', '--choose', '9')).text, /no replica 9/);
});
