/** What the process of a site shows to Prometheus. */
import { Gauge, Registry } from '@prometheus-io/client';
import { lagOf, type SiteStanding, type Undecided } from '../site-standing.ts';

export interface SiteFigures {
  standing(): SiteStanding;
  alarms(): readonly string[];
  undecided(): Undecided | undefined;
}

export function siteMetrics(clusterId: number, { standing, alarms, undecided }: SiteFigures): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ cluster: String(clusterId) });
  const gauge = (name: string, help: string, value: (now: SiteStanding) => number): void => {
    new Gauge({
      name: `lockstep_site_${name}`,
      help,
      labelNames: ['site'],
      registers: [registry],
      collect() {
        const now = standing();
        this.set({ site: now.site }, value(now));
      },
    });
  };
  const ofOther = (
    name: string,
    help: string,
    value: (other: SiteStanding['others'][number]) => number,
  ): void => {
    new Gauge({
      name: `lockstep_site_${name}`,
      help,
      labelNames: ['site', 'other'],
      registers: [registry],
      collect() {
        const now = standing();
        for (const other of now.others) this.set({ site: now.site, other: other.name }, value(other));
      },
    });
  };
  gauge('standby', '1 where this site follows another one.', ({ isStandby }) => (isStandby ? 1 : 0));
  gauge('applied_seq', 'The last command that this site has applied.', ({ appliedSeq }) => appliedSeq);
  gauge('lag_seqs', 'Commands of the site that writes that this one has not applied.', (now) =>
    now.isStandby ? lagOf(now, Date.now()).seqs : 0,
  );
  gauge('lag_bytes', 'Bytes at the target that this site has not read.', ({ waitingBytes }) => waitingBytes);
  gauge('lag_seconds', 'For how long this site has lacked something.', (now) =>
    now.isStandby ? lagOf(now, Date.now()).ms / 1_000 : 0,
  );
  gauge(
    'shipped_seconds',
    'When the site that writes shipped last, since 1970.',
    ({ shippedMs }) => shippedMs / 1_000,
  );
  gauge('out_of_reach_seconds', 'For how long the site that writes has given no sign of life.', (now) =>
    now.writerSeenMs === 0 ? 0 : (now.writtenMs - now.writerSeenMs) / 1_000,
  );
  gauge(
    'undecided_level',
    'How grave it is that it is out of reach and no person has decided; 0: it is not.',
    () => undecided()?.level ?? 0,
  );
  gauge('other_writes', '1 where another site writes beside this one.', ({ otherWriter }) =>
    otherWriter === '' ? 0 : 1,
  );
  gauge('alarms', 'Alarms of this site.', () => alarms().length);
  ofOther('other_reached', '1 where the other site can be reached.', ({ isReached }) => (isReached ? 1 : 0));
  ofOther(
    'other_seq',
    'The last command that the other site has applied, as far as known.',
    ({ appliedSeq }) => appliedSeq,
  );
  ofOther(
    'other_behind_seconds',
    'For how long the other site has lacked something of what this one wrote.',
    ({ behindSinceMs }) => (behindSinceMs === 0 ? 0 : (Date.now() - behindSinceMs) / 1_000),
  );
  return registry;
}
