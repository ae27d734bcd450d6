/** Fence commands of a site of real processes: one that fails stops a promotion, and what it said is kept. */
import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { TestSites } from '../../src/chaos/test-sites.ts';
import type { ScratchCluster } from '../../src/ops/drills/scratch-cluster.ts';

const epochAt = async (site: ScratchCluster): Promise<unknown> => (await site.run('site', 'status'))['epoch'];

test('a promotion whose fence command fails changes nothing; once it works, or a person has seen to it, the site opens', async (t) => {
  const fence = ['echo switching off; test -e "$LOCKSTEP_TEST_SWITCH"'];
  const sites = await TestSites.start(t, { fence });
  const { north, south, root } = sites;
  const lever = join(root, 'switch');
  process.env['LOCKSTEP_TEST_SWITCH'] = lever;
  t.after(() => {
    delete process.env['LOCKSTEP_TEST_SWITCH'];
  });
  const flow = sites.flow(north, 'north');
  await north.until('orders flow', async () => flow.acknowledged.length > 100);
  const { code, out, err } = await south.try('site', 'promote', 'south', '--yes');
  assert.equal(code, 1, out);
  assert.match(err, /The fence command of site north failed: .*Nothing was promoted\./);
  assert.match(out, /switching off/);
  assert.equal(await epochAt(south), 1);
  const count = flow.acknowledged.length;
  await north.until('the site that writes goes on', async () => flow.acknowledged.length > count + 100);
  assert.ok(existsSync(join(south.dataFolder, 'fences.jsonl')));
  await north.kill();
  await flow.end();
  writeFileSync(lever, '');
  const promoted = await south.run('site', 'promote', 'south', '--yes');
  assert.match(JSON.stringify(promoted['steps']), /fence of site north .*: done: switching off/);
  assert.equal(await epochAt(south), 2);
  // A standby writes nothing, so the audit trail has what failed there once the site writes.
  await south.until('the audit trail has both', async () => {
    const { out } = await south.try('audit', 'list');
    return ['refused', 'accepted'].every((outcome) =>
      new RegExp(`fenceSite:[0-9a-f]{12}, by operator/1, .*on 1, ${outcome}`).test(out),
    );
  });
  rmSync(lever);
  const after = sites.flow(south, 'south');
  await south.until('orders flow at the promoted site', async () => after.acknowledged.length > 50);
  await after.end();
});
