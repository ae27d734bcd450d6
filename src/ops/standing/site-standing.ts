/** The state of a standby site: what the process that follows writes into the data folder, and what of it alarms. */
import { join } from 'node:path';
import { isRunning, type ProcessIdentity } from '../processes/process-identity.ts';
import { loadStandingFile } from './standing-files.ts';

/** Another site as it was seen last. */
export interface SeenSite {
  readonly name: string;
  readonly isReached: boolean;
  /** When one of its replicas was reached last; 0: never since this process began. */
  readonly reachedMs: number;
  /** It writes, and a replica of it leads. */
  readonly writes: boolean;
  readonly epoch: number;
  readonly appliedSeq: number;
  readonly appliedTimeUs: number;
  /** Where this site writes: since when that one lacks something, 0 where it has everything. */
  readonly behindSinceMs: number;
  /** Where this site writes: what of the target that one has yet to apply; null where it is not known. */
  readonly behindBytes: number | null;
}

export interface SiteStanding extends ProcessIdentity {
  readonly startedMs: number;
  readonly writtenMs: number;
  readonly site: string;
  /** It follows; otherwise it writes, or no replica of it leads. */
  readonly isStandby: boolean;
  readonly appliedSeq: number;
  readonly appliedTimeUs: number;
  /** What the writing site has shipped, and when the last of it came, by the clock here. */
  readonly shippedSeq: number;
  readonly shippedTimeUs: number;
  readonly shippedMs: number;
  /** Bytes at the target that this site has yet to apply. */
  readonly waitingBytes: number;
  /** When this site had everything that was shipped. */
  readonly levelMs: number;
  /** Why it does not go on; empty where it does. */
  readonly error: string;
  /** That it wrote beside another site, and was held back; empty where it did not. */
  readonly over: string;
  /** Another site that goes on in an earlier epoch, while this one writes; empty where none is seen. */
  readonly otherWriter: string;
  /** The other sites, as links to their replicas show them. */
  readonly others: readonly SeenSite[];
  /**
   * Of a standby: what the site that writes has applied, 0 where it is not reached; since when some of it is not
   * shipped.
   */
  readonly writerSeq: number;
  readonly unshippedSinceMs: number;
  /** Of a standby: when the site that writes last gave a sign of life; 0: no other site could be asked. */
  readonly writerSeenMs: number;
  /** A person has decided to wait for it until then; 0: no. */
  readonly waitUntilMs: number;
}

/** A process that has not written for so long stands still. */
const silentMsMax = 30_000;

export function siteStandingFile(dataFolder: string): string {
  return join(dataFolder, 'site.json');
}

/** Undefined where no process of the site ever ran. Throws a Failure where the file is spoiled. */
export function loadSiteStanding(dataFolder: string): SiteStanding | undefined {
  return loadStandingFile(siteStandingFile(dataFolder), 'site');
}

/** What a person has decided about a site that is out of reach: to wait for it until then. */
export function waitFile(dataFolder: string): string {
  return join(dataFolder, 'site-wait.json');
}

/** 0 where no person has decided to wait. Throws a Failure where the file is spoiled. */
export function loadWait(dataFolder: string): number {
  return loadStandingFile(waitFile(dataFolder), 'wait')?.untilMs ?? 0;
}

/** `bytes` are those that wait at the target; null where they are not known. */
export interface SiteLag {
  readonly seqs: number;
  readonly bytes: number | null;
  readonly ms: number;
}

/** How far a standby site is behind the one that writes, as the standby knows it. */
export function lagOf(
  {
    shippedSeq,
    writerSeq,
    appliedSeq,
    levelMs,
    unshippedSinceMs,
    waitingBytes,
  }: Pick<
    SiteStanding,
    'shippedSeq' | 'writerSeq' | 'appliedSeq' | 'levelMs' | 'unshippedSinceMs' | 'waitingBytes'
  >,
  nowMs: number,
): SiteLag {
  const seqs = Math.max(0, Math.max(shippedSeq, writerSeq) - appliedSeq);
  if (seqs === 0) return { seqs, bytes: 0, ms: 0 };
  const unappliedMs = shippedSeq > appliedSeq ? nowMs - levelMs : 0;
  const unshippedMs = unshippedSinceMs === 0 ? 0 : nowMs - unshippedSinceMs;
  return { seqs, bytes: waitingBytes, ms: Math.max(0, unappliedMs, unshippedMs) };
}

/** The same, as the site that writes knows it; `ownSeq` is how far that is. */
export function lagOfOther(
  { appliedSeq, behindSinceMs, behindBytes = null }: SeenSite,
  ownSeq: number,
  nowMs: number,
): SiteLag {
  const seqs = Math.max(0, ownSeq - appliedSeq);
  if (seqs === 0) return { seqs, bytes: 0, ms: 0 };
  return { seqs, bytes: behindBytes, ms: behindSinceMs === 0 ? 0 : Math.max(0, nowMs - behindSinceMs) };
}

/** For people. */
export function lagText({ seqs, bytes, ms }: SiteLag): string {
  return `${seqs} commands, ${bytes === null ? 'bytes not known' : `${bytes} bytes`}, ${ms} ms`;
}

/**
 * What a site that should be level lacks, and since when that was not so; undefined where it lacks nothing for long.
 */
function lateText(
  { name, isReached, reachedMs, appliedSeq, behindSinceMs }: SeenSite,
  startedMs: number,
  { boundMs, nowMs }: { readonly boundMs: number; readonly nowMs: number },
): string | undefined {
  const sinceMs = isReached ? behindSinceMs : reachedMs || startedMs;
  if (sinceMs === 0 || nowMs - sinceMs <= boundMs) return undefined;
  const since = `since ${new Date(sinceMs).toISOString()}`;
  return isReached
    ? `Site ${name} lacks something ${since}: it is at seq ${appliedSeq}. See "lockstep backup status" here, "lockstep site status" there.`
    : `Site ${name} is not reached ${since}, so what it has is not known.`;
}

/** How grave it is that the site that writes is out of reach and no person has decided what to do. */
export interface Undecided {
  /** 1 at first, and 1 more each time that the time has doubled. */
  readonly level: number;
  readonly text: string;
}

export function undecided(
  standing: SiteStanding | undefined,
  decideSeconds: number,
  nowMs: number,
): Undecided | undefined {
  if (standing === undefined || !standing.isStandby || standing.writerSeenMs === 0) return undefined;
  const outMs = standing.writtenMs - standing.writerSeenMs;
  if (outMs < decideSeconds * 1_000 || nowMs < standing.waitUntilMs || !isRunning(standing)) return undefined;
  const level = 1 + Math.floor(Math.log2(outMs / (decideSeconds * 1_000)));
  return {
    level,
    text:
      `The site that writes gives no sign of life to site ${standing.site} for ${Math.round(outMs / 1_000)} s, and no person has ` +
      `decided. Promote this one ("lockstep site promote ${standing.site}"), or wait ("lockstep site wait MINUTES").`,
  };
}

/** What is wrong now, one sentence each. */
export function siteAlarms(
  standing: SiteStanding | undefined,
  alarmSeconds: number,
  nowMs: number,
): string[] {
  if (standing === undefined)
    return [
      'Nothing has followed another site here yet. Start it: "lockstep up", or "lockstep site follow".',
    ];
  const since = new Date(standing.writtenMs).toISOString();
  if (!isRunning(standing))
    return [`Nothing follows the other site since ${since}. Start it: "lockstep up".`];
  if (nowMs - standing.writtenMs > silentMsMax)
    return [`The process that follows the other site stands still since ${since}.`];
  if (standing.over) return [standing.over];
  if (standing.otherWriter)
    return [
      `Site ${standing.otherWriter} writes too, in an earlier epoch: switch it off. This exchange does not open while it does.`,
    ];
  const boundMs = alarmSeconds * 1_000;
  if (!standing.isStandby && standing.error === '')
    return standing.others.flatMap((site) => lateText(site, standing.startedMs, { boundMs, nowMs }) ?? []);
  const { seqs, ms } = lagOf(standing, nowMs);
  const behindMs = Math.max(nowMs - standing.levelMs, ms);
  if (behindMs <= boundMs) return [];
  const why = standing.error === '' ? '' : ` ${standing.error}`;
  return [
    `This site is behind by ${seqs} commands, and was last level ${Math.round(behindMs / 1_000)} s ago.${why}`,
  ];
}
