/** `members replace --fence` and `members rebuild` with fence commands, against endpoints that answer like replicas. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { ControlOutcome } from '../../../protocol/audit.ts';
import { Role } from '../../../raft/types.ts';
import { keptFences } from '../../fencing/fences.ts';
import { freePorts } from '../../replay/own-exchange.ts';
import { cluster, following, leading, memberOf, type PaperCounters } from '../testing/paper-cluster.ts';

const gone = { role: Role.follower, leaderId: 0, recovering: 1, epoch: 1, leaderCommitIndex: -1 };

/** A cluster whose last replica answers nothing; `fence` is what switches that one off. */
async function withFence(context: TestContext, counters: readonly PaperCounters[], fence: readonly string[]) {
  const found = await cluster(context, counters);
  const [controlPort, tcpPort] = await freePorts(2);
  const { replicas, ...rest } = JSON.parse(readFileSync(found.file, 'utf8'));
  const last = { controlPort, tcpPort, fence, fenceSeconds: 1 };
  writeFileSync(found.file, JSON.stringify({ ...rest, replicas: [...replicas, last] }));
  const ordersOf = () => found.replicas.flatMap(({ orders }) => orders.map(({ kind }) => kind));
  const noted = () =>
    found.replicas.flatMap(({ notes }) =>
      notes.taken.map(({ action, subject, outcome }) => [action.split(':')[0], subject, outcome]),
    );
  return { ...found, ordersOf, noted };
}

function victim(context: TestContext) {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  context.after(() => child.kill('SIGKILL'));
  return { pid: child.pid, ended: once(child, 'exit'), child };
}

test('a machine is switched off before another one takes its place, and the audit trail has it', async (context) => {
  const { pid, ended } = victim(context);
  const { run, ordersOf, noted, replicas, dataFolder } = await withFence(
    context,
    [leading, following],
    [`kill -9 ${pid}`, 'echo powered off'],
  );
  const kinds: string[] = [];
  replicas[0]!.obey = (kind, _id, { isTrial = false }) => {
    kinds.push(isTrial ? `${kind}, tried` : kind);
    if (!isTrial) replicas[0]!.members = [memberOf(4)];
    return { ok: true, text: 'accepted' };
  };
  const { code, text } = await run('members', 'replace', '3', '4', '--fence', '--json');
  assert.equal(code, 0, text);
  await ended;
  assert.deepEqual(kinds, ['replaceMember, tried', 'replaceMember']);
  assert.deepEqual(ordersOf(), ['replaceMember', 'replaceMember']);
  assert.deepEqual(noted(), [
    ['fence', 3, ControlOutcome.accepted],
    ['fence', 3, ControlOutcome.accepted],
    ['replaceMember', 3, ControlOutcome.accepted],
  ]);
  const [, hash = ''] = replicas[0]!.notes.taken[1]!.action.split(':');
  assert.equal(keptFences(dataFolder).get(hash)?.said, 'powered off');
});

test('nothing is switched off for an order that would be refused, or where the exchange would stop', async (context) => {
  const { child } = victim(context);
  const { run, noted, replicas, file } = await withFence(
    context,
    [leading, following],
    [`kill -9 ${child.pid}`],
  );
  const [leader, other] = replicas;
  leader!.obey = () => ({ ok: false, text: 'Replica 4 has not called.' });
  assert.match((await run('members', 'replace', '3', '4', '--fence')).text, /refuses: Replica 4 has not/);
  assert.match(
    (await run('members', 'replace', '1', '4', '--fence')).text,
    /There is no fence command for replica 1: set "fence" of its entry under "replicas"/,
  );
  const { replicas: entries, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  entries[0].fence = entries[2].fence;
  writeFileSync(file, JSON.stringify({ ...rest, replicas: entries }));
  assert.match((await run('members', 'replace', '1', '4', '--fence')).text, /Replica 1 leads\. Hand/);
  other!.set({ recovering: 1 });
  assert.match(
    (await run('members', 'replace', '3', '4', '--fence')).text,
    /Without replica 3 only 1 of 3 voters answer/,
  );
  assert.deepEqual(noted(), []);
  assert.equal(child.exitCode ?? child.signalCode, null, 'the process lives');
});

test('a fence that fails changes nothing, and is in the audit trail too', async (context) => {
  const { run, noted, replicas, ordersOf } = await withFence(
    context,
    [leading, following],
    ['echo no route to the power switch; exit 2'],
  );
  const tried: boolean[] = [];
  replicas[0]!.obey = (_kind, _id, { isTrial = false }) => {
    tried.push(isTrial);
    return { ok: true, text: 'accepted' };
  };
  const { code, text } = await run('members', 'replace', '3', '4', '--fence');
  assert.equal(code, 1);
  assert.match(text, /FAILED, it ends with exit code 2: no route to the power switch/);
  assert.match(
    text,
    /replica 3 failed: .* No member was changed\. Mend the command, or switch replica 3 off/,
  );
  assert.deepEqual([ordersOf(), tried], [['replaceMember'], [true]]);
  assert.deepEqual(noted(), [['fence', 3, ControlOutcome.refused]]);
});

test('what a fence command switches off needs no typing for a rebuild, and what fails begins no generation', async (context) => {
  const { run, noted, replicas, file, ordersOf } = await withFence(context, [gone, gone], ['exit 1']);
  assert.match(
    (await run('members', 'rebuild', '--plan')).text,
    /Fence commands of the configuration switch off: 3\./,
  );
  assert.match(
    (await run('members', 'rebuild')).text,
    /Nothing was changed\. Then: "lockstep members rebuild --confirm 1"/,
  );
  assert.deepEqual(noted(), []);
  const failed = await run('members', 'rebuild', '--confirm', '1');
  assert.match(failed.text, /No generation was begun\. .* add --switched-off 3/);
  assert.deepEqual(noted(), [['fence', 3, ControlOutcome.refused]]);
  const { pid, ended } = victim(context);
  const { replicas: entries, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  entries[2].fence = [`kill -9 ${pid}`];
  writeFileSync(file, JSON.stringify({ ...rest, replicas: entries }));
  const [base] = replicas;
  base!.cut = { epoch: 2, index: 5, term: 1, seq: 0, timeUs: 1, terms: [] };
  base!.obey = (_kind, _id, { isTrial = false }) => {
    if (!isTrial) base!.set({ role: Role.leader, serving: 1, epoch: 2, recovering: 0 });
    return { ok: true, text: 'Generation 2 begins.' };
  };
  const done = await run('members', 'rebuild', '--confirm', '1');
  assert.equal(done.code, 0, done.text);
  await ended;
  assert.deepEqual(ordersOf().slice(-3), ['beginGeneration', 'beginGeneration', 'leaveGeneration']);
});

test('where two persons are needed the second one switches off', async (context) => {
  const { child, ended } = victim(context);
  const { run, replicas, noted } = await withFence(context, [gone, gone], [`kill -9 ${child.pid}`]);
  const [base] = replicas;
  base!.cut = { epoch: 2, index: 5, term: 1, seq: 0, timeUs: 1, terms: [] };
  base!.obey = (_kind, _id, { isConfirmed = false }) => {
    if (!isConfirmed) return { ok: false, text: 'Another generation begins.', needsSecond: true };
    base!.set({ role: Role.leader, serving: 1, epoch: 2, recovering: 0 });
    return { ok: true, text: 'Generation 2 begins.' };
  };
  const begun = await run('members', 'rebuild', '--confirm', '1');
  const plan = / --plan ([0-9a-f]{64})/.exec(begun.text)?.[1] ?? 'none';
  assert.equal(child.exitCode ?? child.signalCode, null, 'the process lives');
  const done = await run('members', 'rebuild', '--confirm', '1', '--operator', '2', '--plan', plan);
  assert.equal(done.code, 0, done.text);
  await ended;
  assert.deepEqual(noted()[1], ['fence', 3, ControlOutcome.accepted]);
});
