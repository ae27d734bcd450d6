import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cluster, following, leading } from './testing/paper-cluster.ts';

test('where says who leads, and fails in words where no replica does', async (context) => {
  const { replicas, run } = await cluster(context, [leading, following, following]);
  const shown = await run('where');
  assert.equal(shown.code, 0, shown.text);
  assert.match(shown.text, /Cluster 1, epoch 0: replica 1 leads in term 1\./);
  assert.match(shown.text, /^ +1 +no member +leads +127\.0\.0\.1:/m);
  assert.equal((await run('where', '--json')).json()['leaderId'], 1);
  replicas[0]!.set(following);
  const none = await run('where', '--json');
  assert.equal(none.code, 1);
  assert.equal(none.json()['leaderId'], 0);
  assert.match((await run('where')).text, /no replica that answers leads/);
});
