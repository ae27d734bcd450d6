import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { cluster, following, leading } from '../cli/testing/paper-cluster.ts';
import { loadConfiguration } from '../configuration/load.ts';
import { servingStatus } from './control-client.ts';

test('the replica that serves is asked alone: one that hangs is not waited for', async (context) => {
  const { file } = await cluster(context, [leading, following]);
  const { configuration } = loadConfiguration({ config: file });
  const silent = createServer(() => assert.fail('no other replica is asked'));
  silent.listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  context.after(() => silent.close());
  const [first, second] = configuration.replicas;
  const { port: controlPort } = silent.address() as { readonly port: number };
  const hanging = { ...second!, id: 3, controlPort };
  const replicas = [first!, second!, hanging];
  const asked = (id: number) => servingStatus({ ...configuration, replicas }, id);
  assert.equal((await asked(first!.id))?.replicaId, first!.id);
  assert.equal(await asked(second!.id), undefined, 'it does not serve');
});
