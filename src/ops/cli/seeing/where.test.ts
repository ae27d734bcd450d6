import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfiguration } from '../../configuration/load.ts';
import { defaultsHint } from '../command.ts';
import { cluster, following, leading } from '../testing/paper-cluster.ts';

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

test('a command that looked for the replicas of the defaults, for want of a file, says so', () => {
  const dataFolder = join(tmpdir(), 'no-exchange-here');
  const looked = (file: string | undefined) =>
    defaultsHint({ ...loadConfiguration({ data: dataFolder }), file });
  assert.match(looked(undefined), /There is no lockstep\.json in .*--config/);
  assert.equal(looked('/etc/lockstep/lockstep.json'), '');
});
