/** The keys of `site` and `sites` in the configuration file: which cluster this one follows, or is followed by. */
import {
  gatewayUrlBytes,
  replicasMax,
  siteGatewaysMax,
  siteNameBytes,
  sitesMax,
} from '../../protocol/limits.ts';
import type { ReplicaOptions, SiteAddress } from '../../replica/options.ts';
import {
  group,
  integer,
  key,
  list,
  optional,
  port,
  requiredKey,
  text,
  type ValueOfSchema,
} from '../json/schema.ts';
import type { TargetSettings } from './backup-keys.ts';
import { fenceKeys } from './fence-keys.ts';
import { controlPortBase, type ReplicaAddress, replicaHost, replicaIdsMax, siteReplica } from './replicas.ts';

const nameOf = (standard: string) =>
  text(
    new RegExp(`^[A-Za-z0-9-]{1,${siteNameBytes}}$`, 'u'),
    `1 to ${siteNameBytes} letters, digits and -`,
    standard,
  );

const gatewayUrl = text(
  new RegExp(`^(?=.{1,${gatewayUrlBytes}}$)https?://[!-~]+$`, 'u'),
  `a URL with http:// or https://, of at most ${gatewayUrlBytes} letters`,
  'https://north.example.com',
);

const oneSite = group({
  name: requiredKey(nameOf('north'), 'Name of the site, unique.'),
  ...fenceKeys('Commands that switch the site off for good, run by a shell before another one is promoted.'),
  replicas: key(
    list(siteReplica, () => [], { min: 0, max: replicasMax, what: 'replicas' }),
    'Of another site: its replicas, so that gateways and programs of this one find it once it writes.',
  ),
  gateways: key(
    list(gatewayUrl, () => [], { min: 0, max: siteGatewaysMax, what: 'gateways' }),
    'Where callers reach its gateways: those of the other sites are told so once it writes.',
  ),
});

export const sitesKeys = list(oneSite, () => [], { min: 0, max: sitesMax, what: 'sites' });

const leaseKeys = group({
  witnessId: requiredKey(
    integer(1, replicaIdsMax, 3),
    'Number of the witness, a member of one of the sites, in a third place.',
  ),
  host: requiredKey(replicaHost('10.2.0.1'), 'Where the replicas of all sites reach its control port.'),
  controlPort: requiredKey(port(controlPortBase + 3), 'That port.'),
  seconds: key(integer(1, 300, 10), 'How long a lease is good: so long a promotion without fences waits.'),
});

export const siteKeys = group({
  name: key(optional(nameOf('north')), 'Which of `sites` this cluster is. Absent: there is no other.'),
  target: key(
    optional(nameOf('way')),
    'The target of backups through which the sites follow each other; they all name it alike, and it has a keyFile.',
  ),
  everyMilliseconds: key(integer(20, 60_000, 200), 'Time between two shipments to it, and two looks at it.'),
  lease: key(
    optional(leaseKeys),
    'The site writes only while the witness of a third place lets it, which it does for one site at a time.',
  ),
  lookSeconds: key(
    integer(0, 86_400, 5),
    'A site without a lease that stood still, or was started, looks at the target whether another one writes, before it does. Where that cannot be seen, it goes on after so long. 0: it does not look.',
  ),
  alarmSeconds: key(integer(1, 86_400, 10), 'A standby site that is behind for longer alarms.'),
  decideSeconds: key(
    integer(1, 86_400, 30),
    'A site that writes and is out of reach of the standby for so long is one to decide about: hooks say so, again each time that the time has doubled.',
  ),
  port: key(port(7401), 'Metrics, status and health of the process that follows, on 127.0.0.1.'),
  openAfterSeconds: key(
    optional(integer(0, 86_400, 60)),
    'A site that begins to write takes cancels only, and opens so long after no other one is seen to write. Absent: by command.',
  ),
});

export type SiteSettings = ValueOfSchema<typeof siteKeys>;
export type SitesSettings = ValueOfSchema<typeof sitesKeys>;

/** What the configuration of a cluster says of sites. */
export interface SitedConfiguration {
  readonly site: SiteSettings;
  readonly sites: SitesSettings;
}

/** Number of this cluster among the sites, from 1 on; 0: there are no others. */
export function ownSite({ site, sites }: SitedConfiguration): number {
  return sites.findIndex(({ name }) => name === site.name) + 1;
}

/** In their order, by which each has its number. */
export function siteNames({ sites }: Pick<SitedConfiguration, 'sites'>): readonly string[] {
  return sites.map(({ name }) => name);
}

/** For replicas: 0 is by command, and what opens at once does so after the least time. */
export function openAfterMs({ site: { openAfterSeconds } }: Pick<SitedConfiguration, 'site'>): number {
  return openAfterSeconds === undefined ? 0 : Math.max(1, openAfterSeconds * 1_000);
}

/** All sites: clients of a site that follows hear from it where trading goes on. */
export function siteAddresses({ sites }: Pick<SitedConfiguration, 'sites'>): readonly SiteAddress[] {
  return sites.map(({ name, gateways }) => ({ name, gateways: gateways.join(' ') }));
}

/** A promotion takes a person longer; a replica under load turns more often. */
const standstillUs = 1_000_000;

/** Of a site that is one of several, and has no lease, which says more. */
export function siteDoubt({ site, sites }: SitedConfiguration): Pick<ReplicaOptions, 'siteDoubt'> {
  if (sites.length < 2 || site.lease !== undefined || site.lookSeconds === 0) return {};
  return { siteDoubt: { afterUs: standstillUs, withinUs: site.lookSeconds * 1_000_000 } };
}

/** What is wrong with them together. */
export function siteProblems(
  {
    site,
    sites,
    replicas: own,
  }: SitedConfiguration & { readonly replicas: readonly Pick<ReplicaAddress, 'id'>[] },
  targets: readonly Pick<TargetSettings, 'name' | 'keyFile'>[],
): string[] {
  const problems: string[] = [];
  const taken = new Map(own.map(({ id }) => [id, 'a replica of this site']));
  for (const [at, { name, replicas }] of sites.entries()) {
    if (name === site.name) continue;
    for (const [n, { id }] of replicas.entries()) {
      const by = taken.get(id);
      taken.set(id, `a replica of site ${name}`);
      if (by !== undefined)
        problems.push(
          `sites[${at}].replicas[${n}].id: ${id} is also ${by}; allowed: a number that no other replica of any site has`,
        );
    }
  }
  const names = sites.map(({ name }) => name);
  for (const [at, name] of names.entries())
    if (names.indexOf(name) !== at)
      problems.push(
        `sites[${at}].name: ${name} is also sites[${names.indexOf(name)}].name; allowed: every site its own name`,
      );
  if (site.name === undefined && site.lease !== undefined)
    problems.push(
      'site.lease: there are no sites without site.name; allowed: the name of this site beside it',
    );
  if (site.name === undefined) return problems;
  if (!names.includes(site.name))
    problems.push(
      `site.name: ${site.name} is none of the sites; allowed: ${names.join(', ') || 'a name that stands in sites'}`,
    );
  const target = targets.find((each) => each.name === site.target);
  if (target === undefined)
    problems.push(
      `site.target: ${site.target ?? 'missing'}; allowed: the name of a target of backups, through which the sites follow each other` +
        (targets.length === 0 ? '' : ` (${targets.map((each) => each.name).join(', ')})`),
    );
  // What is shipped becomes the log of the other site: without a seal, a writer of the target could forge that log.
  else if (target.keyFile === undefined)
    problems.push(
      `site.target: ${target.name} has no keyFile, so whoever reaches it could read and change what the sites follow; allowed: a target ` +
        'with a keyFile ("lockstep backup key FILE" makes one), the same at all sites',
    );
  return problems;
}
