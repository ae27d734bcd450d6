/** What the process of a site shows to Prometheus. */
import { Gauge, Registry } from '@prometheus-io/client';
import {
  lagOf,
  lagOfOther,
  type SiteLag,
  type SiteStanding,
  type Undecided,
} from '../standing/site-standing.ts';

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
  gauge('standby', '1 where this site follows another one.', ({ isStandby }) => (isStandby ? 1 : 0));
  gauge('applied_seq', 'The last command that this site has applied.', ({ appliedSeq }) => appliedSeq);
  gauge('lag_seqs', 'Commands of the site that writes that this one has not applied.', (now) =>
    now.isStandby ? lagOf(now, Date.now()).seqs : 0,
  );
  gauge('lag_bytes', 'Bytes at the target that this site has not applied.', (now) =>
    now.isStandby ? (lagOf(now, Date.now()).bytes ?? Number.NaN) : 0,
  );
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
  showOthers(registry, standing);
  return registry;
}

type OtherSite = SiteStanding['others'][number];

/** What this site sees of each other one. */
function showOthers(registry: Registry, standing: () => SiteStanding): void {
  const gauge = (
    name: string,
    help: string,
    value: (other: OtherSite, now: SiteStanding) => number,
  ): void => {
    new Gauge({
      name: `lockstep_site_other_${name}`,
      help,
      labelNames: ['site', 'other'],
      registers: [registry],
      collect() {
        const now = standing();
        for (const other of now.others) this.set({ site: now.site, other: other.name }, value(other, now));
      },
    });
  };
  const behind = (other: OtherSite, now: SiteStanding): SiteLag =>
    now.isStandby ? { seqs: 0, bytes: 0, ms: 0 } : lagOfOther(other, now.appliedSeq, Date.now());
  gauge('reached', '1 where the other site can be reached.', ({ isReached }) => (isReached ? 1 : 0));
  gauge(
    'seq',
    'The last command that the other site has applied, as far as known.',
    ({ appliedSeq }) => appliedSeq,
  );
  gauge(
    'behind_seqs',
    'Commands of this site, where it writes, that the other one has not applied.',
    (other, now) => behind(other, now).seqs,
  );
  // What is not known has no number.
  gauge(
    'behind_bytes',
    'Bytes at the target that the other site has not applied; NaN where that is not known.',
    (other, now) => behind(other, now).bytes ?? Number.NaN,
  );
  gauge(
    'behind_seconds',
    'For how long the other site has lacked something of what this one wrote.',
    (other, now) => behind(other, now).ms / 1_000,
  );
}
