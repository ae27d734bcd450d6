import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PartyKind } from '../../protocol/parties.ts';
import type { Configuration } from '../../raft/types.ts';
import type { Party } from '../../trust/parties.ts';
import { GrantAsker } from '../addresses/grant-asker.ts';
import { Holder } from '../addresses/holder.ts';
import { ownOperator } from '../certificates/own-identity.ts';
import { loadConfiguration } from '../configuration/load.ts';
import { GrantLedger } from '../grants/grant-ledger.ts';
import { orderGiver, sendOnce } from '../orders/control-orders.ts';
import { cluster, following, leading } from './testing/paper-cluster.ts';

const party = { kind: PartyKind.gateway, id: 1 };
const members: Configuration = {
  ...{ voters: [1, 2, 3], outgoing: [], learners: [], learnersNext: [] },
  ...{ roster: [], tokens: [] },
};
const nowMs = (): number => performance.now();

/** Voters that have run for a while. */
async function voters(context: TestContext) {
  const paper = await cluster(context, [leading, following, following]);
  for (const replica of paper.replicas) {
    const ledger = new GrantLedger();
    ledger.ask({ holder: '', number: 1, state: 'returns' }, members, nowMs() - 60_000);
    replica.address = (question) => ledger.ask(question, members, nowMs());
  }
  return { ...paper, loaded: loadConfiguration({ config: paper.file }) };
}

/** A machine of a gateway without the kernel: what it does with an address it does at once. */
function machine(context: TestContext, loaded: ReturnType<typeof loadConfiguration>) {
  const holder = new Holder();
  const warnings: string[] = [];
  const asker = new GrantAsker(loaded, { party, holder, nowMs }, (text) => warnings.push(text));
  const turning = setInterval(() => {
    for (let step = holder.next(nowMs()); step !== undefined; step = holder.next(nowMs()))
      holder.done(step, nowMs());
  }, 5);
  asker.check();
  asker.start();
  asker.gateway('ready');
  const end = async (): Promise<void> => {
    asker.stop();
    clearInterval(turning);
    await asker.end();
  };
  context.after(end);
  return { holder, asker, warnings };
}

test('of two machines one holds the address, until it gives it back or its voters are away', async (context) => {
  const { replicas, loaded } = await voters(context);
  const machines = [machine(context, loaded), machine(context, loaded)];
  const holding = () => machines.filter(({ holder }) => holder.holdsAt(nowMs()));
  const isHeldBy = async (count: number): Promise<void> => {
    while (holding().length !== count) await sleep(5);
  };
  await isHeldBy(1);
  const first = holding()[0]!;
  const second = machines.find((each) => each !== first)!;
  while (second.asker.other === '') await sleep(5);
  assert.match(second.asker.other, /^gateway\/1 [0-9a-f]{16}$/);
  assert.deepEqual(holding(), [first]);

  first.asker.gateway('answers');
  while (!second.holder.holdsAt(nowMs())) {
    assert.ok(holding().length <= 1);
    await sleep(5);
  }
  assert.equal(first.holder.state, 'follows');

  for (const replica of replicas.slice(1))
    replica.address = () => {
      throw new Error('its process is about to end');
    };
  await isHeldBy(0);
  assert.match(
    second.warnings.join('\n'),
    /replica 2 says nothing of the address: .*its process is about to end/,
  );
});

test('no party but a gateway is granted an address, and no process speaks for another one', async (context) => {
  const { loaded, dataFolder } = await voters(context);
  const [replica] = loaded.configuration.replicas;
  const ask = (of: Party, body: object) =>
    sendOnce(orderGiver(dataFolder, of), loaded.configuration, replica!, {
      order: 'address',
      body,
      timeoutMs: 60_000,
    });
  const question = { holder: 'a', number: 1, state: 'wants' };
  const refused = await ask(ownOperator, question);
  assert.equal(refused.status, 403);
  assert.equal(
    refused.error,
    'This is the certificate of operator/1, and machines of gateways ask here for an address.',
  );
  assert.deepEqual((await ask(party, question)) as object, {
    status: 200,
    ok: true,
    grant: { isGranted: true, voters: [1, 2, 3], holder: 'gateway/1 a' },
  });
  for (const [wrong, error] of [
    [{ ...question, holder: '' }, 'holder: names no process; allowed: 1 to 64 printable characters.'],
    [{ ...question, number: 0 }, 'number: is not the number of a question; allowed: 1 or more'],
    [
      { ...question, state: 'takes' },
      'state: is not one of the choices; allowed: wants, holds, returns, wantsUnready, holdsUnready.',
    ],
  ] as const) {
    const answer = await ask(party, wrong);
    assert.deepEqual([answer.status, answer.error], [400, error]);
  }
});

test('vip says what it needs where the address is to be', async (context) => {
  const { run, file } = await cluster(context, [leading]);
  const before = JSON.parse(readFileSync(file, 'utf8')) as object;
  const withVip = (vip: object) => writeFileSync(file, JSON.stringify({ ...before, vip }), { mode: 0o600 });
  const addresses = ['10.0.0.9/24'];
  for (const [vip, words, said] of [
    [{}, [], /vip\.addresses is empty/],
    [{ addresses }, [], /--id is missing: the number of the replica that runs on this machine/],
    [{ addresses, where: 'gateway' }, ['--id', '1'], /--id names a replica, and vip\.where is "gateway"/],
  ] as const) {
    withVip(vip);
    const { code, text } = await run('vip', ...words);
    assert.equal(code, 2);
    assert.match(text, said);
  }
});
