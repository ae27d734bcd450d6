import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cluster, following, leading } from '../testing/paper-cluster.ts';

const hook = { name: 'pager', breaker: 'closed', waiting: 0, waitingSinceMs: 0 } as const;
const idle = { ...hook, delivered: 0, failed: 0, givenUp: 0, error: '' };
const failing = { ...idle, waiting: 2, waitingSinceMs: 1_700_000_000_000, failed: 3, error: 'no way there' };

test('where no replica leads the hooks of each are shown, for one of them sends', async (context) => {
  const { run, replicas } = await cluster(context, [leading, following, following]);
  for (const replica of replicas) replica.hooks = [idle];
  assert.match((await run('notify')).text, /Replica 1 leads and sends\..*^pager +closed +0 /ms);
  for (const replica of replicas) replica.set({ ...following, serving: 0, leaderId: 0 });
  replicas[1]!.hooks = [failing];
  const { code, text } = await run('notify');
  assert.equal(code, 1);
  assert.match(text, /^No replica leads\. The one with the lowest number of those that see each other sends/);
  assert.match(text, /^ +1 +pager +closed +0 .*^ +2 +pager +closed +2 +2023-11-14T.* no way there$/ms);
  const { replicas: shown } = (await run('notify', '--json')).json();
  assert.deepEqual((shown as readonly { readonly hooks: unknown }[])[1]?.hooks, [failing]);
});
