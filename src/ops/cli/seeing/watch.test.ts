/** Watchers tell members what their canaries found, on real sockets with real certificates. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PartyKind } from '../../../protocol/parties.ts';
import { partyText } from '../../../trust/certificates.ts';
import type { Party } from '../../../trust/parties.ts';
import { CanaryPost } from '../../canary/canary-post.ts';
import { watcherOf } from '../../certificates/own-identity.ts';
import { makeIdentities } from '../../certificates/own-machine.ts';
import { MemberPost } from '../../clients/member-post.ts';
import { loadConfiguration } from '../../configuration/load.ts';
import { reportOfWatcher } from '../../notify/testing/facts.ts';
import type { OperatorOrder } from '../../orders/order-words.ts';
import { cluster, following, leading } from '../testing/paper-cluster.ts';

const gateway: Party = { kind: PartyKind.gateway, id: 1 };
const operator: Party = { kind: PartyKind.operator, id: 1 };
const replica: Party = { kind: PartyKind.replica, id: 2 };

test('a gateway and an operator are heard by all members, and the status says what they agree on', async (context) => {
  const { replicas, run, file, dataFolder } = await cluster(context, [leading, following]);
  await makeIdentities(dataFolder, [gateway]);
  const loaded = loadConfiguration({ config: file });
  const warnings: string[] = [];
  const [ofGateway, ofOperator, ofReplica] = [gateway, operator, replica].map((party) => {
    const post = new CanaryPost(loaded, party, (text) => warnings.push(text));
    context.after(() => post.end());
    return post;
  });
  const sent = async (
    post: CanaryPost | undefined,
    isDone: () => boolean,
    watcher: number,
  ): Promise<void> => {
    while (!isDone()) {
      post!.send(reportOfWatcher(watcher, ['wrong']));
      await sleep(20);
    }
  };
  const heardBy = (count: number) => () => replicas.every(({ canary }) => canary.heard().length === count);
  await sent(ofGateway, heardBy(1), 1);
  const alone = await run('status');
  assert.match(alone.text, /canary of gateway\/1, watcher 1: wrong/);
  assert.doesNotMatch(alone.text, /CANARY/);
  await sent(ofOperator, heardBy(2), 2);
  assert.match((await run('status')).text, /CANARY WRONG: gateway\/1 and operator\/1 found: it was wrong/);
  const { canary } = (await run('status', '--json')).json() as {
    readonly canary: {
      readonly watchers: readonly unknown[];
      readonly believed: readonly { fault: string }[];
    };
  };
  assert.deepEqual([canary.watchers.length, canary.believed.map(({ fault }) => fault)], [2, ['wrong']]);
  assert.deepEqual(warnings, []);
  await sent(ofOperator, () => warnings.length > 0, 1);
  assert.match(warnings[0]!, /Watcher 1 is gateway\/1/);
  const refused = /certificate of replica\/2, and watchers, gateways and operators tell here/;
  await sent(ofReplica, () => warnings.some((text) => refused.test(text)), 3);
});

test('a watcher speaks for itself alone, and one with the certificate of a gateway from before counts as watcher', async (context) => {
  const { replicas, file, dataFolder } = await cluster(context, [leading]);
  const watcher: Party = { kind: PartyKind.watcher, id: 3 };
  const former: Party = { kind: PartyKind.gateway, id: 65_004 };
  await makeIdentities(dataFolder, [watcher, former]);
  const loaded = loadConfiguration({ config: file });
  const warnings: string[] = [];
  const sources = (): string[] => replicas[0]!.canary.heard().map(({ source }) => source);
  for (const [party, own, other] of [
    [watcher, 3, 1],
    [former, 4, 1],
  ] as const) {
    const post = new CanaryPost(loaded, party, (text) => warnings.push(text));
    context.after(() => post.end());
    while (!sources().includes(`watcher/${own}`)) {
      post.send(reportOfWatcher(own, []));
      await sleep(20);
    }
    const refused = new RegExp(`certificate of watcher ${own}, and it speaks for no other one`);
    while (!warnings.some((text) => refused.test(text))) {
      post.send(reportOfWatcher(other, ['wrong']));
      await sleep(20);
    }
  }
  assert.deepEqual(sources(), ['watcher/3', 'watcher/4']);
  const refusal = async (party: Party, path: OperatorOrder): Promise<string> => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const post = new MemberPost(loaded, party, { path, what: 'an order' }, resolve);
    context.after(() => post.end());
    post.send({});
    return await promise;
  };
  const orders = [
    'snapshot',
    'stop',
    'transfer-leadership',
    'end-day',
    'address',
    'notices',
    'lease',
  ] as const;
  const told =
    /certificate of watcher\/[34], and (operators give|only replicas ask|machines of gateways ask)/;
  for (const party of [watcher, former])
    for (const order of orders) assert.match(await refusal(party, order), told, order);
});

test('a watcher uses its own identity, else that of a gateway from before, else that of the operator', async (context) => {
  const { file, dataFolder } = await cluster(context, [leading]);
  const { configuration } = loadConfiguration({ config: file });
  const { gateway } = configuration;
  const former = { ...configuration, gateway: { ...gateway, id: 65_005 } };
  const textOf = (watcher: number, folder = dataFolder, by: typeof configuration = configuration): string =>
    partyText(watcherOf({ configuration: by, dataFolder: folder }, watcher));
  assert.equal(textOf(5), 'operator/1');
  assert.equal(textOf(5, dataFolder, former), 'operator/1');
  await makeIdentities(dataFolder, [{ kind: PartyKind.gateway, id: 65_005 }]);
  assert.equal(textOf(5, dataFolder, former), 'gateway/65005');
  await makeIdentities(dataFolder, [{ kind: PartyKind.watcher, id: 5 }]);
  assert.equal(textOf(5, dataFolder, former), 'watcher/5');
  assert.equal(textOf(6), 'operator/1', 'the identity of another watcher is not used');
  assert.equal(textOf(6, `${dataFolder}/nothing`), 'watcher/6', 'the one to ask for, where there is none');
});

test('a member gets the newest report also where one before it is still under way', async (context) => {
  const { replicas, file, dataFolder } = await cluster(context, [leading, following]);
  await makeIdentities(dataFolder, [gateway]);
  const post = new CanaryPost(loadConfiguration({ config: file }), gateway, () => undefined);
  context.after(() => post.end());
  post.send(reportOfWatcher(1, []));
  post.send(reportOfWatcher(1, ['late']));
  post.send(reportOfWatcher(1, ['wrong']));
  const hasNewest = ({ canary }: (typeof replicas)[number]): boolean =>
    canary.heard().some(({ report }) => report.faults.some(({ fault }) => fault === 'wrong'));
  while (!replicas.every(hasNewest)) await sleep(20);
});

test('a watcher needs a number, and numbers are those of watchers', async (context) => {
  const { run } = await cluster(context, [leading]);
  assert.match((await run('watch')).text, /--watcher is missing/);
  assert.match((await run('watch', '--watcher', '256')).text, /Allowed: 1 to 255/);
  assert.match((await run('watch', '--found', '1', '1')).text, /1 is there twice/);
});
