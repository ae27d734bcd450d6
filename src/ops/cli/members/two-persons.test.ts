/** Orders that two operators must mean, by the commands that they type. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ControlOutcome } from '../../../protocol/audit.ts';
import { PartyKind } from '../../../protocol/parties.ts';
import { counter } from '../../../replica/counters.ts';
import { parse, serialOf } from '../../../trust/certificates.ts';
import { identityFolder } from '../../certificates/identities.ts';
import { openOwnIdentity } from '../../certificates/own-identity.ts';
import { cluster, following, leading, type PaperReplica } from '../testing/paper-cluster.ts';

const disputed = { ...leading, serving: 0, stateDisputed: 1 };
const choose = ['diverged', '--choose', '3', '--force'];

const planOf = (text: string) => / --plan ([0-9a-f]{64})/.exec(text)?.[1] ?? 'none';

/** A cluster that takes the state of replica 3 once two operators want it; `carriedOut` counts that. */
async function twoPersons(context: TestContext) {
  const found = await cluster(context, [disputed, { ...following, parked: 1 }, following]);
  const [first] = found.replicas;
  const state = { carriedOut: 0, effect: 'The state of the others is given up.' };
  first!.obey = (_kind, _replicaId, { isConfirmed = false }) => {
    if (!isConfirmed) return { ok: false, text: state.effect, needsSecond: true };
    state.carriedOut++;
    return { ok: true, text: 'They take its state.' };
  };
  const begun = await found.run(...choose);
  return { ...found, replica: first!, state, begun, plan: planOf(begun.text) };
}

/** The serial number of the certificate of an operator. */
function serialOfOperator(dataFolder: string, id: number): string {
  const folder = identityFolder(dataFolder, { kind: PartyKind.operator, id });
  return serialOf(parse(readFileSync(join(folder, 'identity.pem'), 'utf8'))!);
}

test('what loses data is done once a second operator has confirmed the same plan', async (context) => {
  const { run, state, begun, plan, replica } = await twoPersons(context);
  assert.equal(begun.code, 1);
  assert.match(
    begun.text,
    /effect: The state of the others is given up\.[\s\S]*operator\/1 has signed this plan/,
  );
  assert.equal(state.carriedOut, 0);
  const done = await run(...choose, '--operator', '2', '--plan', plan);
  assert.deepEqual([done.code, state.carriedOut], [0, 1], done.text);
  assert.match(done.text, /They take its state/);
  const again = await run(...choose, '--operator', '2', '--plan', plan);
  assert.match(again.text, /There is no plan/);
  assert.equal(state.carriedOut, 1);
  const number = plan.slice(0, 12);
  assert.deepEqual(
    replica.notes.taken.map(({ operatorId, action, outcome }) => [operatorId, action, outcome]),
    [
      [1, 'chooseState', ControlOutcome.needsSecond],
      [2, `chooseState:${number}`, ControlOutcome.accepted],
    ],
  );
});

test('one person twice, another order and another plan count for nothing', async (context) => {
  const { run, state, plan } = await twoPersons(context);
  assert.match((await run(...choose, '--plan', plan)).text, /operator\/1 has signed plan .* two persons/);
  assert.match((await run(...choose, '--plan', 'ab'.repeat(32))).text, /There is no plan abababababab here/);
  const other = await run('diverged', '--choose', '3', '--operator', '2', '--plan', plan);
  assert.match(other.text, /is for another order/);
  // A plan that one operator begins and signs does not make another's whole.
  const second = planOf((await run(...choose, '--operator', '2')).text);
  assert.notEqual(second, plan);
  assert.match(
    (await run(...choose, '--operator', '2', '--plan', second)).text,
    /operator\/2 has signed plan/,
  );
  state.effect = 'Much more is lost by now.';
  const changed = await run(...choose, '--operator', '2', '--plan', plan);
  assert.match(changed.text, /has changed since it was signed, to: Much more is lost by now/);
  assert.equal(state.carriedOut, 0);
});

test('a revoked operator neither begins nor confirms, and a plan that one began counts no more', async (context) => {
  const { run, state, plan, replica, dataFolder } = await twoPersons(context);
  const { authorities } = openOwnIdentity(dataFolder, { kind: PartyKind.replica, id: 1 });
  const revoke = (id: number) =>
    replica.operators!.replace({ ...authorities, revoked: new Set([serialOfOperator(dataFolder, id)]) });
  revoke(1);
  const confirmed = await run(...choose, '--operator', '2', '--plan', plan);
  assert.match(confirmed.text, /signed the plan first may not give the order any more: .* is revoked/);
  assert.match((await run(...choose)).text, /not believed here.*operator\/1.* is revoked/);
  const own = planOf((await run(...choose, '--operator', '2')).text);
  revoke(2);
  assert.match((await run(...choose, '--operator', '2', '--plan', own)).text, /operator\/2.* is revoked/);
  assert.equal(state.carriedOut, 0);
});

test('a rebuild that two persons mean brings the others back, who need no plan of their own', async (context) => {
  const gone = { leaderId: 0, leaderCommitIndex: -1, recovering: 1, epoch: 1 };
  const { run, replicas } = await cluster(context, [{ ...gone, lastIndex: 12 }, gone]);
  const [base, other] = replicas as [PaperReplica, PaperReplica];
  base.cut = { epoch: 2, index: 12, term: 1, seq: 7, timeUs: 1, terms: [{ term: 1, index: 8 }] };
  base.obey = (kind, _replicaId, { isConfirmed = false }) => {
    if (kind === 'beginGeneration' && !isConfirmed)
      return { ok: false, text: 'What others acknowledged is lost.', needsSecond: true };
    base.set({ ...leading, epoch: 2, recovering: 0 });
    return { ok: true, text: 'Generation 2 begins.' };
  };
  const rebuild = ['members', 'rebuild', '--confirm', '1', '--switched-off', '3'];
  const begun = await run(...rebuild);
  assert.match(begun.text, /operator\/1 has signed this plan/);
  const plan = planOf(begun.text);
  assert.match((await run(...rebuild, '--plan', plan)).text, /operator\/1 has signed plan .* two persons/);
  assert.deepEqual([base.values[counter.epoch], other.orders], [1, []]);
  const done = await run(...rebuild, '--operator', '2', '--plan', plan);
  assert.equal(done.code, 0, done.text);
  assert.deepEqual(
    other.orders.map(({ kind }) => kind),
    ['leaveGeneration'],
  );
});

test('a stop that ends the majority takes two persons, and the plan is for the stop alone', async (context) => {
  const two = { voters: 0b011, leaderId: 1 };
  const { run, replicas } = await cluster(context, [
    { ...leading, ...two },
    { ...following, ...two },
  ]);
  const [leader, follower] = replicas as [PaperReplica, PaperReplica];
  follower.obey = (_kind, _replicaId, { isConfirmed = false }) => {
    if (!isConfirmed) return { ok: false, text: 'Without it 1 of 2 voters count.', needsSecond: true };
    follower.pid++;
    return { ok: true, text: 'It stops.' };
  };
  leader.obey = () => ({ ok: false, text: 'It does not hand over.' });
  const restart = ['restart', '--rolling', '--accept-standstill'];
  const begun = await run(...restart);
  assert.match(begun.text, /operator\/1 has signed this plan[\s\S]*No replica was restarted before/);
  assert.equal(follower.pid, 1);
  const goes = await run(...restart, '--operator', '2', '--plan', planOf(begun.text));
  assert.match(goes.text, /Replica 2 was restarted[\s\S]*It does not hand over/);
  assert.deepEqual(
    leader.orders.map(({ kind }) => kind),
    ['transferLeadership'],
  );
});

test('who decides that a command is voided is in the trail with the command, and hooks hear the names', async (context) => {
  const person = (id: number, name: string) => ({ id, name, rights: ['loss'] });
  const operators = [person(1, 'Olga Petrova'), person(2, 'Ben Okafor')];
  const { run, replicas } = await cluster(context, [leading, following, following], { operators });
  const [replica] = replicas;
  const decide = ['void', 'decide', '40', '--force'];
  replica!.obey = () => ({ ok: false, text: 'Command 40 waits for no decision; command 41 does.' });
  assert.equal((await run(...decide)).code, 1);
  assert.deepEqual(replica!.decided, [], 'what was refused is no decision');
  replica!.obey = () => ({ ok: true, text: 'Command 40 is voided' });
  assert.equal((await run(...decide)).code, 0);
  replica!.obey = (_kind, _replicaId, { isConfirmed = false }) =>
    isConfirmed
      ? { ok: true, text: 'Command 41 is voided' }
      : { ok: false, text: 'It is lost.', needsSecond: true };
  const plan = planOf((await run('void', 'decide', '41', '--force')).text);
  assert.equal((await run('void', 'decide', '41', '--force', '--operator', '2', '--plan', plan)).code, 0);
  assert.deepEqual(replica!.decided, [
    { seq: 40, by: 'operator/1 (Olga Petrova)' },
    { seq: 41, by: 'operator/1 (Olga Petrova) and operator/2 (Ben Okafor)' },
  ]);
  assert.deepEqual(
    replica!.notes.taken.map(({ operatorId, action, outcome }) => [operatorId, action, outcome]),
    [
      [1, 'decideVoid:40', ControlOutcome.refused],
      [1, 'decideVoid:40', ControlOutcome.accepted],
      [1, 'decideVoid:41', ControlOutcome.needsSecond],
      [2, `decideVoid:41:${plan.slice(0, 12)}`, ControlOutcome.accepted],
    ],
  );
});
