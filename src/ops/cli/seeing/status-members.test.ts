// What is shown of members that the log names and the file of the operator does not.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { newMember } from '../../../protocol/roster.ts';
import { noMembers } from '../../../raft/configuration.ts';
import { type ShownMember, shownMembers } from '../../../replica/members/membership-view.ts';
import { membersWithState } from '../../clients/control-client.ts';
import { loadConfiguration } from '../../configuration/load.ts';
import { freePorts } from '../../replay/own-exchange.ts';
import { cluster, following, leading, type PaperReplica } from '../testing/paper-cluster.ts';

interface Entry {
  readonly controlPort: number;
  readonly tcpPort: number;
}

/** Voters of the log, at the addresses of these replicas. */
function membersOf(
  replicas: readonly PaperReplica[],
  entries: readonly Entry[],
  ...ids: readonly number[]
): readonly ShownMember[] {
  const roster = ids.map((replicaId) =>
    newMember({
      ...{ replicaId, host: '127.0.0.1', controlPort: replicas[replicaId - 1]!.port },
      ...{ tcpPort: entries[replicaId - 1]!.tcpPort, udpPort: 1 },
    }),
  );
  return shownMembers({ ...noMembers, voters: [...ids], roster });
}

test('a leader is found though the file names alone a replica that was removed, and knows an earlier set', async (context) => {
  const removed = { ...following, leaderId: 0, lastIndex: 1 };
  const led = { ...following, leaderId: 3, lastIndex: 2 };
  const { replicas, run, file } = await cluster(context, [removed, led, { ...leading, leaderId: 3 }]);
  const { replicas: entries, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  const [controlPort, tcpPort] = await freePorts(2);
  const gone = { id: 7, controlPort, tcpPort };
  writeFileSync(file, JSON.stringify({ ...rest, replicas: [entries[0], gone] }), { mode: 0o600 });
  replicas[0]!.members = membersOf(replicas, entries, 2);
  for (const replica of replicas.slice(1)) replica.members = membersOf(replicas, entries, 2, 3);
  const { code, text } = await run('status');
  assert.equal(code, 0, text);
  assert.match(text, /replica 3 leads/);
  assert.match(text, /^ +1 +follower/m);
  assert.doesNotMatch(text, /^ +7 /m, 'a machine of the file that is no member, and silent, is left out');
  const { leaderId, replicas: shown } = (await run('status', '--json')).json();
  assert.equal(leaderId, 3);
  assert.deepEqual(
    (shown as { readonly id: number }[]).map(({ id }) => id).toSorted((a, b) => a - b),
    [1, 2, 3],
  );
  assert.equal((await run('availability')).code, 0);
  assert.equal((await run('notify')).code, 0);
});

test('a member is seen at the address of the machine that it replaced, which the file still names', async (context) => {
  const { replicas, run, file } = await cluster(context, [leading, following, following]);
  const { replicas: entries, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  const replaced = { id: 7, ...entries[2] };
  writeFileSync(file, JSON.stringify({ ...rest, replicas: [entries[0], replaced] }), { mode: 0o600 });
  for (const replica of replicas) replica.members = membersOf(replicas, entries, 1, 2, 3);
  const { code, text } = await run('status');
  assert.equal(code, 0, text);
  for (const id of [2, 3]) assert.match(text, new RegExp(`^ +${id} +follower`, 'm'));
});

test('states are compared of members alone, and of none without a state', async (context) => {
  const { replicas, file } = await cluster(context, [leading, following, following]);
  const { replicas: entries, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  const [controlPort, tcpPort] = await freePorts(2);
  const replaced = { id: 7, controlPort, tcpPort };
  writeFileSync(file, JSON.stringify({ ...rest, replicas: [entries[0], replaced] }), { mode: 0o600 });
  const ids = () => membersWithState(loadConfiguration({ config: file }).configuration);
  assert.deepEqual(await ids(), [1, 7], 'where no replica says who the members are');
  const members = membersOf(replicas, entries, 1, 2, 3);
  for (const replica of replicas)
    replica.members = members.map((each) => (each.id === 3 ? { ...each, role: 'witness' } : each));
  assert.deepEqual(await ids(), [1, 2]);
});
