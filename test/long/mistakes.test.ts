/**
 * What operators mistype, give at a wrong time, give twice or at once, or end with Ctrl-C half way: each is answered in
 * words that say what to do, changes nothing that was not meant, and ends no process.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Machines } from '../../src/chaos/machines.ts';

const timeout = 900_000;
const three = [1, 2, 3];

async function cluster(t: TestContext, count: number): Promise<Machines> {
  const machines = await Machines.make(count);
  t.after(() => machines.end());
  for (const id of three) {
    machines.write(id, three);
    machines.start(id, '--bootstrap');
  }
  await machines.leader(three);
  await machines.until('the log says how all are reached', async () => {
    const status = await machines.statusOf(1);
    return status?.members.every(({ host }) => host !== '') ?? false;
  });
  return machines;
}

/** All that orders of operators change, as a text. */
async function membership(machines: Machines): Promise<string> {
  const status = (await machines.statusOf(await machines.leader(three)))!;
  const members = status.members.map(({ id, role, votes, replaces, preference }) =>
    [id, role, votes, replaces, preference].join(' '),
  );
  const tokens = status.tokens.map(({ replicaId, role, replaces }) => [replicaId, role, replaces].join(' '));
  return JSON.stringify({ members, tokens });
}

/** Each of these is refused with such words, and leaves the members as they were. */
async function refuses(
  machines: Machines,
  mistakes: readonly (readonly [command: string, words: RegExp, code?: number])[],
): Promise<void> {
  for (const [command, words, code = 1] of mistakes) {
    const before = await membership(machines);
    const answer = await machines.run(1, ...command.split(' '));
    assert.match(answer.out, words, command);
    assert.equal(answer.code, code, `${command}: ${answer.out}`);
    assert.equal(await membership(machines), before, command);
    for (const id of three) assert.ok(machines.isRunning(id), `${command} ended replica ${id}`);
  }
}

const usage = 2;

test('what is mistyped is refused with what is allowed', { timeout }, async (t) => {
  const machines = await cluster(t, 3);
  const leader = await machines.leader(three);
  const other = three.find((id) => id !== leader)!;
  await refuses(machines, [
    ['members ad 4', /There is no "members ad"; allowed: list, add, remove/, usage],
    ['members remove', /missing required argument 'id'/, usage],
    ['members remove two', /A replica has a number, such as 1/, usage],
    ['members remove 300', /Allowed: 1 to 255/, usage],
    ['members remove 2 3', /too many arguments/, usage],
    ['members remove 7', /Replica 7 is not a member\. Members are 1, 2, 3/],
    [`members remove ${other} --confirm 2`, /this cluster has the number 1\. Nothing was changed/],
    [`members remove ${other} --confirm 4294967295`, /this cluster has the number 1\. Nothing was changed/],
    [`members remove ${other} --confirm one`, /'one' is invalid. Allowed: 1 to 4294967295/, usage],
    [`members remove ${other}`, /would stop when one of them fails.*add --confirm 1/],
    ['members add 2', /Replica 2 is a member already.*"lockstep members replace"/],
    ['members add 7', /Replica 7 has not called this replica.*Start it/],
    ['members add 7 --role king', /Allowed choices are voter, learner, spare, witness/, usage],
    ['members replace 2', /missing required argument 'new'/, usage],
    ['members replace 2 2', /Replica 2 cannot take its own place/],
    ['members replace 2 3', /Replica 3 votes already/],
    ['members replace 7 8', /Replica 7 is not a member/],
    ['members replace 2 7', /Replica 7 has not called this replica/],
    ['members replace 2 7 --fence', /no fence command for replica 2.*Nothing was changed/, usage],
    ['members promote 2', /Replica 2 votes already/],
    ['members promote 7', /Replica 7 is not a member/],
    ['members demote 7', /Replica 7 is not a member/],
    [`members demote ${other}`, /would stop when one of them fails.*add --confirm 1/],
    ['members prefer 2 nver', /Allowed choices are normal, never, prefer/, usage],
    ['members prefer 7 never', /Replica 7 is not a member/],
    ['members withdraw 4', /No join token for replica 4 is open/],
    ['members token --id 2', /Replica 2 is a member already/],
    ['members token --replaces 7', /Replica 7 is not a member/],
    ['members token --replaces 2 --role spare', /Replica 2 is a voter, and a spare does not do what it does/],
    ['members token --hours 0', /more than 0, up to 168/, usage],
    ['members token --hours 1000', /more than 0, up to 168/, usage],
    ['members rebuild --confirm 1', /Replica \d leads: the cluster lives, and there is nothing to rebuild/],
    ['members return 2', /first generation of the cluster: there is no earlier one to return from/],
    ['members tail --folder /nowhere', /is no folder that was kept when a replica returned/, usage],
    ['upgrade --switch', /Nothing is to be switched/],
    ['restart', /Nothing was restarted: say --rolling/, usage],
    [`failover --to ${leader}`, /leads already/, 0],
  ]);
});

test('a token that is wrong, over, used or of another cluster makes nothing on the machine', {
  timeout,
}, async (t) => {
  const machines = await cluster(t, 6);
  const at = `127.0.0.1:${machines.controlPort(1)}`;
  const token = async (...words: readonly string[]): Promise<string> => {
    const { out } = await machines.run(1, 'members', 'token', ...words);
    return /--token (\S+)/.exec(out)?.[1] ?? assert.fail(out);
  };
  const joins = async (id: number, words: RegExp, given: string, place = at, ...more: string[]) => {
    machines.join(id, 'replica', 'join', '--at', place, '--token', given, ...more);
    const code = await machines.ended(id);
    assert.match(machines.outputOf(id), words);
    assert.equal(code, usage, machines.outputOf(id));
  };
  const good = await token('--id', '4');
  await refuses(machines, [
    ['members token --id 4', /A join token for replica 4 is open\. Withdraw it first, or take another id/],
    ['members add 4', /Replica 4 has not called this replica/],
  ]);
  await joins(4, /this is no whole join token\. Copy all/, good.slice(0, -3));
  await joins(4, /this is no whole join token/, 'lockstep-join-AQQ');
  await joins(4, /--at nowhere: is no place/, good, 'nowhere');
  await joins(4, /no replica answers there.*Nothing was made/, good, `127.0.0.1:${machines.tcpPort(1)}`);
  await joins(4, /--host 10\.0\.0\.333: is no address/, good, at, '--host', '10.0.0.333');
  await joins(4, /--host machine\.invalid: .*no name that is known/, good, at, '--host', 'machine.invalid');
  const short = await token('--id', '5', '--hours', '0.0003');
  await sleep(1_500);
  await joins(5, /The join token for replica 5 is not open: it has expired/, short);
  const withdrawn = await token('--id', '5');
  assert.equal((await machines.run(2, 'members', 'withdraw', '5')).code, 0);
  await joins(5, /is not open: it was used or withdrawn/, withdrawn);

  const early = await token('--id', '6');
  machines.join(4, 'replica', 'join', '--at', at, '--token', good);
  await machines.until(
    'it is a voter',
    async () => (await machines.statusOf(1))?.voters.join() === '1,2,3,4',
  );
  await joins(5, /is not open: it was used: replica 4 is a member already/, good);
  await machines.stop(4);
  await joins(4, /This machine is prepared already: .*Start it with "lockstep replica --id 4/, good);
  machines.start(4);
  await machines.until('it follows', async () => ((await machines.statusOf(4))?.leaderId ?? 0) !== 0);
  // A token that was made before another machine joined is good still.
  machines.join(6, 'replica', 'join', '--at', at, '--token', early);
  await machines.until(
    'the other one is a voter',
    async () => (await machines.statusOf(1))?.voters.join() === '1,2,3,4,6',
  );
});

test('Ctrl-C half way, the same command again, and two operators at once', { timeout }, async (t) => {
  const machines = await cluster(t, 6);
  for (const id of [4, 5]) {
    machines.write(id, [id, 1]);
    machines.start(id);
  }
  await machines.interrupted(1, /Replica 4 becomes a member/, 'members', 'add', '4');
  const again = await machines.run(1, 'members', 'add', '4');
  assert.match(again.out, /Replica 4 is a member already/);
  const votersAre = (voters: string): Promise<void> =>
    machines.until(
      `the voters are ${voters}`,
      async () => (await machines.statusOf(1))?.voters.join() === voters,
    );
  await votersAre('1,2,3,4');

  const [first, second] = await Promise.all([
    machines.run(1, 'members', 'replace', '3', '5'),
    machines.run(2, 'members', 'replace', '2', '5'),
  ]);
  const done = [first, second].filter(({ code }) => code === 0);
  assert.equal(done.length, 1, `${first.out}\n${second.out}`);
  const [refused] = [first, second].filter(({ code }) => code !== 0);
  assert.match(refused!.out, /Replica 5 (is to take the place of|votes already)/);
  const voters = (await machines.statusOf(1))!.voters;
  assert.equal(voters.length, 4, voters.join());
  assert.ok(voters.includes(5));
  assert.match(
    (await machines.run(1, 'members', 'replace', first.code === 0 ? '3' : '2', '5')).out,
    /is not a member/,
  );

  const gone = await Promise.all([1, 1].map((desk) => machines.run(desk, 'members', 'remove', '4')));
  assert.deepEqual(gone.map(({ code }) => code).sort(), [0, 1], gone.map(({ out }) => out).join('\n'));
  assert.match(gone.find(({ code }) => code === 1)!.out, /Replica 4 is not a member/);

  const at = `127.0.0.1:${machines.controlPort(1)}`;
  const { out } = await machines.run(1, 'members', 'token', '--id', '6');
  const token = /--token (\S+)/.exec(out)?.[1] ?? assert.fail(out);
  machines.join(6, 'replica', 'join', '--at', at, '--token', token, '--no-start');
  assert.equal(await machines.ended(6), 0, machines.outputOf(6));
  machines.join(6, 'replica', 'join', '--at', at, '--token', token);
  await machines.ended(6);
  assert.match(machines.outputOf(6), /This machine is prepared already/);
  machines.start(6);
  await machines.until(
    'it is a voter',
    async () => (await machines.statusOf(1))?.voters.includes(6) === true,
  );
  for (const id of [1, 5, 6]) assert.ok(machines.isRunning(id));
});
