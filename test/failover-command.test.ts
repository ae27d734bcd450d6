/** `lockstep failover` on a running exchange: what it measures is what its session felt. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestExchange } from '../src/chaos/exchange.ts';

test('a planned switchover is measured from one acknowledgement to the next', async (context) => {
  const exchange = await TestExchange.start();
  context.after(() => exchange.end());
  await exchange.whole();
  const before = await exchange.leader();
  const { code, out, err } = await exchange.run('failover', '--json');
  assert.equal(code, 0, err);
  const [text, json] = out.trim().split('\n') as [string, string];
  const { from, to, term, gapMs } = JSON.parse(json) as Record<string, number>;
  const after = await exchange.leader();
  assert.deepEqual([from, to, term], [before.replicaId, after.replicaId, after.term]);
  assert.ok(typeof gapMs === 'number' && gapMs > 0);
  assert.match(text, new RegExp(`first acknowledgement ${gapMs} ms after the last one before`));
});
