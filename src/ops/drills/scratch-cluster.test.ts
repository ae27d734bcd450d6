import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withSession } from './scratch-cluster.ts';

test('the session of a drill is over with the drill, also where that fails', async () => {
  const closed: unknown[] = [];
  const client = { close: async (options?: object) => void closed.push(options) };
  const cluster = { session: async () => client };
  assert.equal(await withSession(cluster, async (given) => Number(given === client)), 1);
  await assert.rejects(
    withSession(cluster, async () => {
      throw new Error('the states differ');
    }),
    /the states differ/,
  );
  // At once: a cluster that is gone would answer no farewell.
  assert.deepEqual(closed, [{ keepSession: true }, { keepSession: true }]);
});
