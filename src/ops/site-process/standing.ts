/** The state of a standby site: what the process that follows writes into the data folder, and what of it alarms. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isIdentity, isRunning, type ProcessIdentity } from '../process-identity.ts';

export interface SiteStanding extends ProcessIdentity {
  readonly startedMs: number;
  readonly writtenMs: number;
  readonly site: string;
  /** It follows; otherwise it writes, or no replica of it leads. */
  readonly isStandby: boolean;
  readonly appliedSeq: number;
  readonly appliedTimeUs: number;
  /** What the writing site has shipped, and when it did so last. */
  readonly shippedSeq: number;
  readonly shippedTimeUs: number;
  readonly shippedMs: number;
  /** Bytes at the target that were not read yet. */
  readonly waitingBytes: number;
  /** When this site had everything that was shipped. */
  readonly levelMs: number;
  /** Why it does not go on; empty where it does. */
  readonly error: string;
  /** That it wrote beside another site, and was held back; empty where it did not. */
  readonly over: string;
  /** Another site that goes on in an earlier epoch, while this one writes; empty where none is seen. */
  readonly otherWriter: string;
}

/** A process that has not written for so long stands still. */
const silentMsMax = 30_000;

export function siteStandingFile(dataFolder: string): string {
  return join(dataFolder, 'site.json');
}

export function loadSiteStanding(dataFolder: string): SiteStanding | undefined {
  try {
    const json = JSON.parse(readFileSync(siteStandingFile(dataFolder), 'utf8')) as Partial<SiteStanding>;
    const { writtenMs, appliedSeq } = json;
    const isGood = isIdentity(json) && Number.isFinite(writtenMs) && Number.isFinite(appliedSeq);
    return isGood ? (json as SiteStanding) : undefined;
  } catch {
    return undefined;
  }
}

/** How far a standby site is behind what was shipped. */
export function lagOf(
  { shippedSeq, appliedSeq, levelMs }: SiteStanding,
  nowMs: number,
): { readonly seqs: number; readonly ms: number } {
  const seqs = Math.max(0, shippedSeq - appliedSeq);
  return { seqs, ms: seqs === 0 ? 0 : Math.max(0, nowMs - levelMs) };
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
    return [`What follows the other site stands still since ${since}.`];
  if (standing.over) return [standing.over];
  if (standing.otherWriter)
    return [
      `Site ${standing.otherWriter} writes too, in an earlier epoch: switch it off. This exchange does not open while it does.`,
    ];
  const behindMs = nowMs - standing.levelMs;
  const { seqs } = lagOf(standing, nowMs);
  if (!standing.isStandby && standing.error === '') return [];
  if (behindMs <= alarmSeconds * 1_000) return [];
  const why = standing.error === '' ? '' : ` ${standing.error}`;
  return [
    `This site is behind by ${seqs} commands, and was last level ${Math.round(behindMs / 1_000)} s ago.${why}`,
  ];
}
