/** Watchers tell members what their canaries found, on real sockets with real certificates. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { PartyKind } from '../../protocol/parties.ts';
import type { Party } from '../../trust/parties.ts';
import { CanaryPost } from '../canary/canary-post.ts';
import { makeIdentities } from '../certificates/own-machine.ts';
import { loadConfiguration } from '../configuration/load.ts';
import { reportOfWatcher } from '../notify/testing/facts.ts';
import { cluster, following, leading } from './testing/paper-cluster.ts';

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
  const refused = /certificate of replica\/2, and gateways and operators tell here/;
  await sent(ofReplica, () => warnings.some((text) => refused.test(text)), 3);
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
