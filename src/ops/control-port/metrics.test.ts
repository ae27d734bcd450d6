import assert from 'node:assert/strict';
import { test } from 'node:test';
import { availabilityKeys } from '../configuration/availability-keys.ts';
import { nothingSeen } from '../health/status.ts';
import { replicaMetrics } from './metrics.ts';

const elections = [
  { term: 3, leaderId: 1, formerId: 0, reason: 'no leader was heard', gapUs: 0, wallUs: 0 },
  { term: 4, leaderId: 2, formerId: 1, reason: 'its "tether" broke', gapUs: 2_000, wallUs: 0 },
];

test('elections show their reason and gap, and a replica its release and the hash of its configuration', async () => {
  const registry = replicaMetrics(
    { cluster: '5', replica: '2' },
    {
      read: () => 0,
      members: () => [],
      placementWarnings: () => 0,
      stalledMs: () => 0,
      control: () => ({ requests: 0, requestsRefused: 0 }),
      ordersWaiting: () => 0,
      certificateExpiresAtMs: () => undefined,
      identityExpiresAtMs: () => 0,
      hooks: () => [],
      canaries: () => [],
      promised: { settings: availabilityKeys.defaultValue(), hasOtherSite: false },
      seen: () => ({
        ...nothingSeen,
        elections,
        voters: [],
        lagFramesMax: 10_000,
        version: '1.2.3',
        configHash: 'abc',
      }),
    },
  );
  const shown = (await registry.metrics()).split('\n');
  const shownValue = (name: string, labels: string): string | undefined =>
    shown
      .find((line) => line.startsWith(`lockstep_${name}{`) && line.includes(labels))
      ?.split(' ')
      .at(-1);
  assert.deepEqual(
    [
      shownValue('election_gap_seconds', 'term="3",leader="1",former="0",reason="no leader was heard"'),
      shownValue(
        'election_gap_seconds',
        String.raw`term="4",leader="2",former="1",reason="its \"tether\" broke"`,
      ),
      shownValue('last_election_gap_seconds', 'replica="2"'),
      shownValue('replica_info', 'release="1.2.3",configuration="abc"'),
    ],
    ['0', '0.002', '0.002', '1'],
  );
});
