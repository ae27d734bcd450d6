/** What the process of a site shows to Prometheus. */
import { Registry } from '@prometheus-io/client';
import { figuresOf } from '../processes/figures.ts';
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
  const { gauge } = figuresOf<SiteStanding>(registry, {
    prefix: 'lockstep_site',
    labelNames: ['site'],
    subjects() {
      const now = standing();
      return [[{ site: now.site }, now]];
    },
  });
  gauge('standby', '1 where this site follows another site.', ({ isStandby }) => (isStandby ? 1 : 0));
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
  const { gauge } = figuresOf<{ readonly other: OtherSite; readonly now: SiteStanding }>(registry, {
    prefix: 'lockstep_site_other',
    labelNames: ['site', 'other'],
    subjects() {
      const now = standing();
      return now.others.map((other) => [
        { site: now.site, other: other.name },
        { other, now },
      ]);
    },
  });
  const behind = (other: OtherSite, now: SiteStanding): SiteLag =>
    now.isStandby ? { seqs: 0, bytes: 0, ms: 0 } : lagOfOther(other, now.appliedSeq, Date.now());
  gauge('reached', '1 where the other site can be reached.', ({ other }) => (other.isReached ? 1 : 0));
  gauge(
    'seq',
    'The last command that the other site has applied, as far as known.',
    ({ other }) => other.appliedSeq,
  );
  gauge(
    'behind_seqs',
    'Commands of this site, where it writes, that the other site has not applied.',
    ({ other, now }) => behind(other, now).seqs,
  );
  // What is not known has no number.
  gauge(
    'behind_bytes',
    'Bytes at the target that the other site has not applied; NaN where that is not known.',
    ({ other, now }) => behind(other, now).bytes ?? Number.NaN,
  );
  gauge(
    'behind_seconds',
    'For how long the other site has lacked something of what this one wrote.',
    ({ other, now }) => behind(other, now).ms / 1_000,
  );
}
