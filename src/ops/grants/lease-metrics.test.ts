import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from '@prometheus-io/client';
import { showLease } from './lease-metrics.ts';
import type { LeaseStanding } from './site-leases.ts';

async function shown(lease: LeaseStanding | undefined): Promise<Record<string, number>> {
  const registry = new Registry();
  showLease(registry, () => lease);
  const text = await registry.metrics();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => line.split(' ')).map(([name, value]) => [name, Number(value)]),
  ) as Record<string, number>;
}

test('a replica shows the lease that it holds, the witness what it has granted, and others nothing', async () => {
  const held = { epoch: 2, leftMs: 1_500, reason: '' };
  const own = { lockstep_site_lease_epoch: 2, lockstep_site_lease_left_seconds: 1.5 };
  assert.deepEqual(await shown(undefined), {});
  assert.deepEqual(await shown({ held, granted: null }), own);
  const granted = { epoch: 2, site: 1, promisedEpoch: 3, promisedSite: 2, lengthUs: 5_000_000, waitMs: 900 };
  assert.deepEqual(await shown({ held, granted }), {
    ...own,
    lockstep_site_lease_granted_site: 1,
    lockstep_site_lease_granted_epoch: 2,
    lockstep_site_lease_granted_left_seconds: 0.9,
    lockstep_site_lease_promised_epoch: 3,
  });
});
