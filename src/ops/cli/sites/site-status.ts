/** `lockstep site status | wait`: which site writes, how far the others are, and what a person has decided. */
import { setTimeout as sleep } from 'node:timers/promises';
import { msPerMinute } from '../../../std/units.ts';
import { reached, statusOfMembers } from '../../clients/control-client.ts';
import { latestLeader } from '../../clients/leader-orders.ts';
import type { Loaded } from '../../configuration/load.ts';
import { ownSite } from '../../configuration/site-keys.ts';
import { ExitCode, Failure, usageFailure } from '../../failure.ts';
import type { GrantedLeaseStanding } from '../../grants/lease-office.ts';
import type { ReplicaStatus } from '../../health/status.ts';
import { grantedByWitness } from '../../site-process/site-lease.ts';
import {
  lagOf,
  lagOfOther,
  lagText,
  loadSiteStanding,
  type SeenSite,
  type SiteStanding,
  siteAlarms,
  undecided,
  waitFile,
} from '../../standing/site-standing.ts';
import { writeText } from '../../supervisor/cluster-folder.ts';
import { type CommonOptions, loadRunning, tell } from '../command.ts';
import type { Terminal } from '../terminal.ts';

const watchMs = 1_000;
const waitMinutesMax = 1_440;

export interface SiteOptions extends CommonOptions {
  readonly json?: boolean;
}

/** What a person decides about a site that is out of reach, where that is not to promote this one. */
export function decideToWait(given: string, options: SiteOptions, terminal: Terminal): void {
  const minutes = Number(given);
  if (!/^\d{1,4}$/.test(given) || minutes > waitMinutesMax)
    throw usageFailure(
      `"${given}" is no number of minutes; allowed: 0 to ${waitMinutesMax}. 0 ends the waiting.`,
    );
  const { dataFolder, configuration } = loadRunning(options);
  if (ownSite(configuration) === 0)
    throw usageFailure('The configuration names no sites: set "sites" and "site".');
  const untilMs = minutes === 0 ? 0 : Date.now() + minutes * msPerMinute;
  writeText(waitFile(dataFolder), `${JSON.stringify({ untilMs })}\n`);
  const until = new Date(untilMs).toISOString();
  tell(
    terminal,
    options.json,
    { ok: true, untilMs },
    minutes === 0
      ? 'Hooks ask again what is to be done about a site that is out of reach.'
      : `It is decided to wait until ${until}: until then no hook asks what is to be done about a site that is out of reach.`,
  );
}

/** This site, as its replicas and the process that follows say. */
export interface OwnSite {
  readonly loaded: Loaded;
  readonly number: number;
  /** The replica that leads it; undefined where none does. */
  readonly leader: ReplicaStatus | undefined;
  readonly writingSite: number;
  readonly epoch: number;
  readonly standing: SiteStanding | undefined;
}

export function lookAt(options: CommonOptions): Promise<OwnSite> {
  return lookAgain(loadRunning(options));
}

export async function lookAgain(given: Loaded): Promise<OwnSite> {
  const number = ownSite(given.configuration);
  if (number === 0)
    throw usageFailure(
      'The configuration names no sites: set "sites", and "site" with the name of this one and a target.',
    );
  const { configuration, answers } = await statusOfMembers(given.configuration);
  const loaded = { ...given, configuration };
  const statuses = reached(answers);
  const leader = latestLeader(statuses);
  const { writingSite, epoch } = (leader ?? statuses[0])?.counters ?? { writingSite: 0, epoch: 0 };
  return {
    loaded,
    number,
    leader,
    writingSite: writingSite || 1,
    epoch,
    standing: loadSiteStanding(loaded.dataFolder),
  };
}

/** Another site that was promoted over this one, as the process of this one sees it. */
export function laterSite({ standing, epoch, number, writingSite }: OwnSite): SeenSite | undefined {
  if (number !== writingSite) return undefined;
  return standing?.others.find(
    (other) => other.isReached && other.writes && other.epoch > Math.max(1, epoch),
  );
}

export function nameOf({ loaded }: OwnSite, number: number): string {
  return loaded.configuration.sites[number - 1]?.name ?? `number ${number}`;
}

export async function showStatus(
  options: SiteOptions & { readonly watch?: boolean },
  terminal: Terminal,
): Promise<void> {
  for (;;) {
    const own = await lookAt(options);
    const nowMs = Date.now();
    const { standing, number, writingSite, epoch, leader } = own;
    const isStandby = number !== writingSite;
    const { alarmSeconds, decideSeconds } = own.loaded.configuration.site;
    const asked = undecided(standing, decideSeconds, nowMs);
    const alarms = [
      ...siteAlarms(standing, alarmSeconds, nowMs),
      ...(asked === undefined ? [] : [asked.text]),
    ];
    const ownSeq = leader?.appliedSeq ?? 0;
    const granted = await grantedByWitness(own.loaded);
    const json = {
      ok: alarms.length === 0,
      site: nameOf(own, number),
      writes: laterSite(own)?.name ?? nameOf(own, writingSite),
      epoch,
      isStandby,
      leaderId: leader?.replicaId ?? 0,
      appliedSeq: ownSeq,
      ...(isStandby && standing !== undefined && { lag: lagOf(standing, nowMs), following: standing }),
      others: (standing?.others ?? []).map((other) =>
        isStandby ? other : { ...other, lag: lagOfOther(other, ownSeq, nowMs) },
      ),
      ...(granted !== undefined && { lease: leaseOf(own, granted, nowMs) }),
      alarms,
    };
    if (!options.json) {
      terminal.print(statusText(own, nowMs));
      if (granted !== undefined) terminal.print(leaseText(own, granted, nowMs));
    }
    if (options.watch) {
      if (options.json) terminal.print(JSON.stringify(json));
      await sleep(watchMs);
      continue;
    }
    if (alarms.length > 0) throw new Failure(alarms.join('\n'), ExitCode.failed, json);
    return tell(terminal, options.json, json, '');
  }
}

function statusText(own: OwnSite, nowMs: number): string {
  const { number, writingSite, epoch, leader, standing } = own;
  const leads =
    leader === undefined
      ? 'no replica of it leads'
      : `replica ${leader.replicaId} leads, at seq ${leader.appliedSeq}`;
  const later = laterSite(own);
  const writes =
    later === undefined
      ? `Epoch ${epoch}; site ${nameOf(own, writingSite)} writes.`
      : `It is in epoch ${epoch}, which is over: site ${later.name} writes, in epoch ${later.epoch}, at seq ${later.appliedSeq}.`;
  const here = `Site ${nameOf(own, number)}: ${leads}. ${writes}`;
  if (later !== undefined) return here;
  if (standing === undefined) return here;
  if (number === writingSite)
    return [here, ...standing.others.map((other) => otherText(other, leader?.appliedSeq ?? 0, nowMs))].join(
      '\n',
    );
  const lag = lagOf(standing, nowMs);
  const moved =
    standing.shippedMs === 0
      ? 'nothing was shipped yet'
      : `shipped last at ${new Date(standing.shippedMs).toISOString()}`;
  const behind = lag.seqs === 0 ? 'level with what was shipped' : `behind by ${lagText(lag)}`;
  const trouble = standing.error === '' ? '' : `\n${standing.error}`;
  return `${here}\nIt is ${behind}; ${moved}, to seq ${standing.shippedSeq}.${trouble}`;
}

function otherText(other: SeenSite, ownSeq: number, nowMs: number): string {
  const { name, isReached, reachedMs, appliedSeq, behindSinceMs } = other;
  if (!isReached) {
    const since =
      reachedMs === 0 ? 'not reached yet' : `not reached since ${new Date(reachedMs).toISOString()}`;
    return `Site ${name}: ${since}; it was at seq ${appliedSeq}.`;
  }
  const lag = lagOfOther(other, ownSeq, nowMs);
  const since = behindSinceMs === 0 ? '' : `, since ${new Date(behindSinceMs).toISOString()}`;
  return `Site ${name}: at seq ${appliedSeq}, ${lag.seqs === 0 ? 'level' : `behind by ${lagText(lag)}${since}`}.`;
}

/** Which site holds the lease, until when, and in which epoch; and what the leader of this one may count on. */
function leaseOf(own: OwnSite, granted: GrantedLeaseStanding | string, nowMs: number) {
  const held = own.leader?.lease?.held ?? null;
  if (typeof granted === 'string') return { error: granted, held };
  const { site, epoch, waitMs, promisedEpoch, promisedSite } = granted;
  return {
    site: site === 0 ? null : nameOf(own, site),
    epoch,
    untilMs: waitMs === 0 ? null : nowMs + waitMs,
    promised: promisedEpoch === 0 ? null : { epoch: promisedEpoch, site: nameOf(own, promisedSite) },
    held,
  };
}

function leaseText(own: OwnSite, granted: GrantedLeaseStanding | string, nowMs: number): string {
  const { held } = leaseOf(own, granted, nowMs);
  const here =
    held === null || held.epoch === 0
      ? ''
      : ` The leader here may count on its lease of epoch ${held.epoch} for ${held.leftMs} ms.`;
  if (typeof granted === 'string') return `Lease: ${granted}.${here}`;
  const { site, epoch, waitMs, promisedEpoch, promisedSite } = granted;
  const until = new Date(nowMs + waitMs).toISOString();
  const holder =
    site === 0
      ? 'the witness has granted none yet'
      : waitMs === 0
        ? `that of site ${nameOf(own, site)}, epoch ${epoch}, is over`
        : `site ${nameOf(own, site)} holds it in epoch ${epoch}, until ${until} where it is not renewed`;
  const promised =
    promisedEpoch > epoch
      ? `; promised to site ${nameOf(own, promisedSite)} for epoch ${promisedEpoch}: no other one gets it again`
      : '';
  return `Lease: ${holder}${promised}.${here}`;
}
