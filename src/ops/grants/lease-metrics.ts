/** The lease under which a site writes: what a replica holds of it, and what the witness has granted. */
import type { Registry } from '@prometheus-io/client';
import { figuresOf } from '../processes/figures.ts';
import type { LeaseStanding } from './site-leases.ts';

/** Whether a lease is configured, and whether this replica is the witness, stays as it is during a process. */
export function showLease(registry: Registry, lease: () => LeaseStanding | undefined): void {
  const configured = lease();
  if (configured === undefined) return;
  const { gauge } = figuresOf<LeaseStanding>(registry, {
    prefix: 'lockstep_site_lease',
    labelNames: [],
    subjects: () => [[{}, lease() ?? configured]],
  });
  gauge('epoch', 'Epoch of the lease that this replica was granted; 0: none yet.', ({ held }) => held.epoch);
  gauge(
    'left_seconds',
    'For how long this replica may count on the lease of its site.',
    ({ held }) => held.leftMs / 1_000,
  );
  if (configured.granted === null) return;
  gauge(
    'granted_site',
    'Of the witness: number of the site that it granted a lease last; 0: none yet.',
    ({ granted }) => granted?.site ?? 0,
  );
  gauge(
    'granted_epoch',
    'Of the witness: epoch of the lease that it granted last.',
    ({ granted }) => granted?.epoch ?? 0,
  );
  gauge(
    'granted_left_seconds',
    'Of the witness: for how long a lease that it granted may still be good.',
    ({ granted }) => (granted?.waitMs ?? 0) / 1_000,
  );
  gauge(
    'promised_epoch',
    'Of the witness: it grants no other site a lease of an epoch before this one; 0: it promised nothing.',
    ({ granted }) => granted?.promisedEpoch ?? 0,
  );
}
