/** The process that keeps this site level with the one that writes; where this one writes, it waits. */

import { existsSync, readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import type { Logger } from 'pino';
import { loadLedger } from '../../backup/ledger.ts';
import { ChainTail } from '../../backup/tail.ts';
import { ledgerPath } from '../backup-process/ledger-writer.ts';
import { targetNamed } from '../backup-process/targets.ts';
import type { Loaded } from '../configuration/load.ts';
import { ownSite, siteNames } from '../configuration/site-keys.ts';
import { messageOf, orWords, usageFailure } from '../failure.ts';
import { AlarmWatch } from '../processes/alarm-watch.ts';
import { ownIdentity } from '../processes/process-identity.ts';
import { processLog } from '../processes/process-log.ts';
import { servedUntilEnd } from '../processes/service-manager.ts';
import { sideServer, statusPages } from '../processes/side-server.ts';
import { linkTo, linkToOwn, rest, type ShippingLink } from '../shipping/shipping-link.ts';
import {
  loadWait,
  type SiteStanding,
  siteAlarms,
  siteStandingFile,
  type Undecided,
  undecided,
} from '../standing/site-standing.ts';
import { writeText } from '../supervisor/cluster-folder.ts';
import { type FollowerParts, SiteFollower } from './follower.ts';
import { holdBack } from './hold-back.ts';
import { OpeningWatch } from './opening.ts';
import { OtherSites } from './other-sites.ts';
import { OwnLeader } from './own-leader.ts';
import { siteMetrics } from './site-metrics.ts';

const writeEveryMs = 500;
/** Between two looks for frames that members wait for. */
const awaitedMs = 2;

/** Runs until it receives an end signal. Throws a Failure where it cannot begin. */
export async function runSite(loaded: Loaded): Promise<void> {
  const { configuration, dataFolder } = loaded;
  const { clusterId, site, backup } = configuration;
  if (ownSite(configuration) === 0)
    throw usageFailure(
      'The configuration names no sites: set "sites", and "site" with the name of this one and a target.',
    );
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const log = processLog({ component: 'site' });
  const { target, packing } = targetNamed(backup, site.target);
  const from = { target, clusterId, key: packing.key };
  const link = linkToOwn(loaded);
  const otherLinks = otherSites(loaded);
  const startedMs = Date.now();
  const others = new OtherSites(
    () => otherLinks.map(({ name, link: { places } }) => ({ name, places })),
    startedMs,
  );
  const leader = wayToLeader(loaded, log);
  const opening = new OpeningWatch({
    site: site.name ?? '',
    others,
    // No other replica is waited for: one that hangs would hold the opening up.
    leader: async () => link.leader && leader.servingStatus(link.leader.id),
    order: (replicaId, given) => leader.order(replicaId, given),
    way: openingWay(site.openAfterSeconds),
  });
  const parts = {
    ...ownPlace(loaded),
    from,
    tail: new ChainTail(from),
    replicas: link,
    holdBack: (epoch: number) => holdBack(loaded, epoch),
    others,
    opening,
  };
  const follower = new SiteFollower(parts, startedMs);
  const ending = new AbortController();
  const waiting = (): number | string => orWords(() => loadWait(dataFolder));
  const standing = (): SiteStanding => ({
    ...ownIdentity(),
    startedMs,
    writtenMs: Date.now(),
    // A decision that cannot be read is none, and alarms.
    waitUntilMs: Number(waiting()) || 0,
    ...follower.standing(),
  });
  const decided = (): Undecided | undefined => undecided(standing(), site.decideSeconds, Date.now());
  const alarms = (): string[] => {
    const found = [decided()?.text, waiting()].filter((each) => typeof each === 'string');
    return [...siteAlarms(standing(), site.alarmSeconds, Date.now()), ...found];
  };
  const server = await sideServer({
    ...{ what: 'The process of the site', keys: 'the key site.port', port: site.port },
    registry: siteMetrics(clusterId, { standing, alarms, undecided: decided }),
    pages: statusPages(standing, alarms),
  });
  const watch = new AlarmWatch('SITE', log);
  const writing = setInterval(() => {
    try {
      writeText(siteStandingFile(dataFolder), `${JSON.stringify(standing(), undefined, 2)}\n`);
    } catch (error) {
      log.warn(`the state of the site cannot be written: ${messageOf(error)}`);
    }
    watch.look(alarms());
  }, writeEveryMs);
  log.info({ site: site.name, target: target.place }, 'this site looks what it is to follow');
  const links = [link, ...otherLinks.map((other) => other.link)];
  const turning = keepTurning(follower, links, site.everyMilliseconds, ending.signal);
  const reason = await servedUntilEnd();
  log.info({ reason }, 'this site follows no more');
  ending.abort();
  await turning;
  clearInterval(writing);
  link.close();
  leader.close();
  for (const other of otherLinks) other.link.close();
  server.close();
  server.closeAllConnections();
}

/** What the files of this site say of it and the others. */
function ownPlace({ configuration, dataFolder }: Loaded): Pick<FollowerParts, 'site' | 'sites' | 'ownChain'> {
  const { site } = configuration;
  return {
    site: site.name ?? '',
    sites: siteNames(configuration),
    ownChain: () => shippedChain(dataFolder, site.target ?? ''),
  };
}

/** The chain to which this site ships; empty where none is known. */
function shippedChain(dataFolder: string, target: string): string {
  const path = ledgerPath(dataFolder, target);
  const ledger = loadLedger({ load: () => (existsSync(path) ? readFileSync(path, 'utf8') : undefined) });
  return typeof ledger === 'object' ? ledger.chain : '';
}

/** What proves orders is read now, so that no member waits for it then. */
function wayToLeader(loaded: Loaded, log: Logger): OwnLeader {
  const leader = new OwnLeader(loaded);
  try {
    leader.check();
  } catch (error) {
    log.warn(`the exchange of this site could not open: ${messageOf(error)}`);
  }
  return leader;
}

/** How a site that began to write opens once it may, in a few words. */
function openingWay(openAfterSeconds: number | undefined): string {
  return openAfterSeconds === undefined ? 'by command' : `after ${openAfterSeconds} s`;
}

/** The sites whose replicas the configuration names. */
function otherSites({ configuration, dataFolder }: Loaded): { name: string; link: ShippingLink }[] {
  const { site, sites } = configuration;
  return sites.flatMap(({ name, replicas }) => {
    if (name === site.name || replicas.length === 0) return [];
    return [{ name, link: linkTo(replicas, dataFolder) }];
  });
}

async function keepTurning(
  follower: SiteFollower,
  links: readonly ShippingLink[],
  everyMs: number,
  ended: AbortSignal,
): Promise<void> {
  while (!ended.aborted) {
    const wasBusy = await follower.turn(Date.now());
    if (!wasBusy) await rest(links, follower.isAwaited ? awaitedMs : everyMs, ended);
  }
}
