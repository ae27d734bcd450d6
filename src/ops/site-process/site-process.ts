/** The process that keeps this site level with the one that writes; where this one writes, it waits. */
import { constants, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { ChainTail } from '../../backup/tail.ts';
import { targetNamed } from '../backup-process/targets.ts';
import { ownFolder, ownOperator } from '../certificates/own-identity.ts';
import type { Loaded } from '../configuration/load.ts';
import { ownSite } from '../configuration/site-keys.ts';
import { endRequested } from '../end-signals.ts';
import { messageOf, usageFailure } from '../failure.ts';
import { ownIdentity } from '../process-identity.ts';
import { writeText } from '../supervisor/cluster-folder.ts';
import { SiteFollower } from './follower.ts';
import { holdBack } from './hold-back.ts';
import { ShippingLink } from './shipping-link.ts';
import { type SiteStanding, siteAlarms, siteStandingFile } from './standing.ts';

const writeEveryMs = 500;

/** Runs until it receives an end signal. Throws a Failure where it cannot begin. */
export async function runSite(loaded: Loaded): Promise<void> {
  const { configuration, dataFolder } = loaded;
  const { clusterId, site, replicas, backup } = configuration;
  if (ownSite(configuration) === 0)
    throw usageFailure(
      'The configuration names no sites: set "sites", and "site" with the name of this one and a target.',
    );
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const log = pino({ base: { component: 'site' }, timestamp: pino.stdTimeFunctions.isoTime });
  const { target, packing } = targetNamed(backup, site.target);
  const from = { target, clusterId, key: packing.key };
  const addresses = replicas.map(({ id, host, tcpPort }) => ({ id, host, port: tcpPort }));
  const link = new ShippingLink(addresses, ownFolder(dataFolder, ownOperator));
  const parts = {
    site: site.name ?? '',
    from,
    tail: new ChainTail(from),
    replicas: link,
    holdBack: (epoch: number) => holdBack(loaded, epoch),
  };
  const startedMs = Date.now();
  const follower = new SiteFollower(parts, startedMs);
  const ending = new AbortController();
  const known = new Set<string>();
  const writing = setInterval(() => {
    const now: SiteStanding = { ...ownIdentity(), startedMs, writtenMs: Date.now(), ...follower.standing() };
    try {
      writeText(siteStandingFile(dataFolder), `${JSON.stringify(now, undefined, 2)}\n`);
    } catch (error) {
      log.warn(`the state of the site cannot be written: ${messageOf(error)}`);
    }
    const alarms = siteAlarms(now, site.alarmSeconds, Date.now());
    for (const text of alarms) {
      const id = text.replaceAll(/\d+/g, '#');
      if (!known.has(id)) log.error(`SITE ALARM: ${text}`);
      known.add(id);
    }
    if (alarms.length === 0) known.clear();
  }, writeEveryMs);
  log.info({ site: site.name, target: target.place }, 'this site looks what it is to follow');
  const turning = keepTurning(follower, site.everyMilliseconds, ending.signal);
  const reason = await endRequested(() => undefined);
  log.info({ reason }, 'this site follows no more');
  ending.abort();
  await turning;
  clearInterval(writing);
  link.close();
}

async function keepTurning(follower: SiteFollower, everyMs: number, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    const wasBusy = await follower.turn(Date.now());
    if (!wasBusy) await sleep(everyMs, undefined, { signal: ended }).catch(() => undefined);
  }
}
