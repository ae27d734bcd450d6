// Fence commands against replicas that live on, each behind a switch that is broken: what a rebuild does not reach
// is killed on its host before the next generation begins, so that nothing of the old one is served once the way is
// mended; so is a member before another one takes its place.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { clientHost, replicaHosts, spareHosts } from '../../src/chaos/lab/host-configuration.ts';
import { Lab, labRefusal } from '../../src/chaos/lab/lab.ts';
import { comesTrue } from '../../src/chaos/waits.ts';

const refusal = labRefusal();

/** Kills every process of a host but the one that keeps it, as a power switch would. */
function fenceOf(lab: Lab, host: number): string {
  const { pid } = lab.hosts.keeper(host);
  return (
    `own=$(readlink /proc/${pid}/ns/net); for at in /proc/[0-9]*; do process=\${at#/proc/}; [ "$process" != ${pid} ] && ` +
    `[ "$(readlink $at/ns/net)" = "$own" ] && kill -9 "$process"; done; echo host ${host} is off`
  );
}

/** The operator's configuration file says how the machines of these replicas are switched off. */
function writeFences(lab: Lab, ids: readonly number[]): void {
  const file = lab.configFile(clientHost);
  const configuration = JSON.parse(readFileSync(file, 'utf8'));
  const replicas = configuration.replicas.map((replica: { readonly id: number }) =>
    ids.includes(replica.id) ? { ...replica, fence: [fenceOf(lab, replica.id)] } : replica,
  );
  writeFileSync(file, JSON.stringify({ ...configuration, replicas }), { mode: 0o600 });
}

test('a rebuild fences the replicas that it does not reach, and they serve nothing when the way is mended', {
  skip: refusal,
}, async (t) => {
  const lab = await Lab.start();
  t.after(() => lab.end());
  const [survivor, ...others] = replicaHosts as readonly [number, ...number[]];
  writeFences(lab, others);

  for (const host of others) await lab.hosts.plug(host, false);
  await lab.until('the survivor has no leader', async () => {
    const plan = await lab.command('members', 'rebuild', '--plan').catch(() => '');
    return /Fence commands of the configuration switch off: 2, 3\./.test(plan);
  });
  for (const host of others) assert.ok(lab.isRunning(host), `replica ${host} lives behind its switch`);
  const rebuilding = lab.command('members', 'rebuild', '--confirm', '1');
  rebuilding.catch(() => undefined);
  await lab.until('the survivor ends for its next start', () => !lab.isRunning(survivor));
  for (const host of others) assert.ok(!lab.isRunning(host), `replica ${host} was fenced before`);
  lab.start(survivor);
  const text = await rebuilding;
  assert.match(
    text,
    /fence of replica 2 .* done: host 2 is off[\s\S]*fence of replica 3 .* done: host 3 is off/,
  );
  assert.match(text, /Generation 2 runs at replica 1, read-only/);
  for (const host of others) {
    await lab.hosts.plug(host, true);
    lab.start(host);
  }
  // They are no members of the next generation, whose members alone are asked how they are.
  const isOver = /^this replica belongs to generation 1 .* goes on without it as generation 2/;
  await lab.until('those that were fenced hear that their generation is over', () =>
    others.every((id) => lab.log.lines.some(({ host, text }) => host === id && isOver.test(text))),
  );
  const statuses = await lab.statuses();
  assert.deepEqual(
    statuses.map(({ replicaId }) => replicaId),
    [survivor],
  );
  await lab.command('mode', 'open');
  const trail = await lab.command('audit', 'list');
  assert.match(trail, /fence:[0-9a-f]{12}, by operator\/1, .* on 2, accepted\n {2}fence of replica 2 /);
});

test('a member that is cut off and lives is fenced before another one has its place', {
  skip: refusal,
}, async (t) => {
  const lab = await Lab.start({ hasSpareHosts: true });
  t.after(() => lab.end());
  const leader = await lab.leader();
  const [gone, other] = replicaHosts.filter((id) => id !== leader) as [number, number];
  const [newHost] = spareHosts as readonly [number];
  writeFences(lab, [gone]);
  lab.join(newHost, await lab.command('members', 'token', '--id', `${newHost}`, '--role', 'learner'));
  await lab.until('the new machine is a learner', async () =>
    (await lab.leading()).members.some(({ id }) => id === newHost),
  );
  await lab.hosts.plug(gone, false);
  assert.ok(lab.isRunning(gone), `replica ${gone} lives behind its switch`);
  let text = '';
  await comesTrue('the order is accepted', async () => {
    text = await lab.command('members', 'replace', `${gone}`, `${newHost}`, '--fence');
    return text;
  });
  assert.match(text, new RegExp(`fence of replica ${gone} .* done: host ${gone} is off`));
  assert.ok(!lab.isRunning(gone), `replica ${gone} is off`);
  const voters = [leader, other, newHost].toSorted((a, b) => a - b);
  await lab.until('the new machine votes in its place', async () => {
    const now = await lab.leading();
    return now.voters.join() === voters.join() && !now.members.some(({ id }) => id === gone);
  });
  const trail = await lab.command('audit', 'list');
  assert.match(
    trail,
    new RegExp(`fence:[0-9a-f]{12}, by operator/1, .* on ${gone}, accepted\\n {2}fence of replica ${gone} `),
  );
  // The exchange trades on without it.
  await lab.answered(20);
});
