/** Orders to a leader that is none any more when they come. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Role } from '../../../raft/types.ts';
import { atLeader } from '../../clients/leader-orders.ts';
import { loadConfiguration } from '../../configuration/load.ts';
import { type OperatorOrderEnd, OperatorOrderFailure } from '../../orders/control-orders.ts';
import {
  cluster,
  following,
  leading,
  type PaperCounters,
  type PaperReplica,
} from '../testing/paper-cluster.ts';
import { secondSite } from '../testing/paper-site.ts';

/** The second replica is elected as an order comes to the first one, which refuses it. */
function moves(replicas: readonly PaperReplica[], counters: PaperCounters = {}): PaperReplica {
  const [first, second] = replicas as [PaperReplica, PaperReplica];
  first.obey = () => {
    first.set({ role: Role.follower, serving: 0, leaderId: 2, term: 2 });
    second.set({ role: Role.leader, serving: 1, leaderId: 2, term: 2, ...counters });
    return { ok: false, text: 'Replica 1 does not lead. Ask replica 2.', isForLeader: true };
  };
  return second;
}

const commands: readonly (readonly [string, readonly string[]])[] = [
  ['demoteMember', ['members', 'demote', '2']],
  ['transferLeadership', ['failover', '--to', '3']],
  ['chooseState', ['diverged', '--choose', '1', '--force']],
  ['decideVoid', ['void', 'decide', '7', '--force']],
  ['switchEngine', ['upgrade', '--switch']],
];

for (const [kind, words] of commands) {
  test(`"${words.join(' ')}" goes to the replica that was elected meanwhile`, async (context) => {
    const { replicas, run } = await cluster(context, [leading, following, following]);
    const second = moves(replicas, { engineVersion: 99 });
    second.obey = (_, to) => {
      if (kind === 'transferLeadership') {
        second.set({ role: Role.follower, serving: 0, leaderId: to });
        replicas[to - 1]!.set({ role: Role.leader, serving: 1, leaderId: to, term: 3 });
      }
      return { ok: true, text: 'accepted' };
    };
    const { code, text } = await run(...words);
    assert.equal(code, 0, text);
    assert.deepEqual(
      second.orders.map((order) => order.kind),
      [kind],
    );
  });
}

test('a switch of the engine waits through an election that comes right after it', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following, following]);
  const [first, second] = replicas as [PaperReplica, PaperReplica];
  first.obey = () => {
    first.set({ role: Role.follower, serving: 0, leaderId: 0 });
    setTimeout(
      () => second.set({ role: Role.leader, serving: 1, leaderId: 2, term: 2, engineVersion: 99 }),
      300,
    );
    return { ok: true, text: 'accepted' };
  };
  const { code, text } = await run('upgrade', '--switch');
  assert.equal(code, 0, text);
  assert.match(text, /accepted It is in force/);
});

test('a failover without a target is over where another replica has taken over meanwhile', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following, following]);
  const second = moves(replicas);
  const { code, text } = await run('failover');
  assert.equal(code, 0, text);
  assert.match(text, /Replica 1 led no more when the order came, and lost leadership to replica 2;/);
  assert.deepEqual(second.orders, []);
});

test('a promotion goes to the replica that its site has elected meanwhile', async (context) => {
  const { replicas, run } = await secondSite(context, ['true']);
  const second = moves(replicas, { serving: 0, appliedSeq: 7 });
  second.obey = () => {
    second.set({ serving: 1, writingSite: 2, epoch: 5, siteEpoch: 5, standby: 0 });
    return { ok: true, text: 'Site 2 begins epoch 5.' };
  };
  const { code, text } = await run('site', 'promote', 'south', '--yes');
  assert.equal(code, 0, text);
  assert.match(text, /site south takes cancels, in epoch 5/);
});

test('a promotion says so where the replica elected meanwhile refuses what was not shown', async (context) => {
  const { replicas, run } = await secondSite(context, ['true']);
  const second = moves(replicas, { serving: 0 });
  second.obey = () => ({ ok: false, text: 'This site is at seq 3, behind 7 that was shown.' });
  const { code, text } = await run('site', 'promote', 'south', '--yes');
  assert.equal(code, 1);
  assert.match(text, /Replica 2 refuses: This site is at seq 3, behind 7 that was shown\./);
  assert.equal(second.orders.length, 1);
});

/** What `act` of {@link atLeader} meets, one end after the other, and then success; which replicas it went to. */
async function meeting(
  context: Parameters<typeof cluster>[0],
  ends: readonly OperatorOrderEnd[],
  isDone?: () => boolean,
): Promise<{ readonly said: string | undefined; readonly asked: readonly number[] }> {
  const { file } = await cluster(context, [following, { ...leading, leaderId: 2 }]);
  const asked: number[] = [];
  const act = (id: number): Promise<string> => {
    const end = ends[asked.length];
    asked.push(id);
    return end === undefined
      ? Promise.resolve('done')
      : Promise.reject(new OperatorOrderFailure(`it is ${end}`, end));
  };
  const loaded = loadConfiguration({ config: file });
  const giving = isDone === undefined ? atLeader(loaded, 1, act) : atLeader(loaded, 1, act, isDone);
  const said = await giving.catch((error: unknown) => {
    assert.ok(error instanceof OperatorOrderFailure);
    return error.message;
  });
  return { said, asked };
}

test('an order that never left goes to the next leader; one that was refused, or may be done, does not', async (context) => {
  assert.deepEqual(await meeting(context, ['unsent', 'for-leader']), { said: 'done', asked: [1, 2, 2] });
  assert.deepEqual(await meeting(context, ['refused']), { said: 'it is refused', asked: [1] });
  assert.deepEqual(await meeting(context, ['unknown']), { said: 'it is unknown', asked: [1] });
});

test('an order that may be done is given again only where a look at the leader says that it is not', async (context) => {
  assert.deepEqual(await meeting(context, ['unknown'], () => false), { said: 'done', asked: [1, 2] });
  assert.deepEqual(await meeting(context, ['unknown'], () => true), { said: undefined, asked: [1] });
  let looks = 0;
  const isDone = (): boolean => ++looks > 3;
  assert.deepEqual(await meeting(context, ['unknown', 'refused'], isDone), {
    said: undefined,
    asked: [1, 2],
  });
});
