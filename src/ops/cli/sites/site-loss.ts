/** What a promotion takes from the world, as far as the standby site knows it. */
import { isRunning } from '../../processes/process-identity.ts';
import { lagOf } from '../../standing/site-standing.ts';
import { nameOf, type OwnSite } from './site-status.ts';

/** A process that follows writes twice a second how far it is; one that is silent for longer says nothing of now. */
const silentMsMax = 5_000;

export interface SiteLoss {
  /** Commands that the other site is known to have beyond this one. */
  readonly waiting: number;
  /** Since when nothing was shipped; undefined where that is not known. */
  readonly sinceMs: number | undefined;
  /** For how long this site has lacked something. */
  readonly lagMs: number;
  /** A process follows the other site, and says how far. */
  readonly isFollowing: boolean;
  readonly text: string;
}

export function lossOf(own: OwnSite, appliedSeq: number, nowMs: number): SiteLoss {
  const { standing, writingSite } = own;
  const isFollowing =
    standing !== undefined && isRunning(standing) && nowMs - standing.writtenMs <= silentMsMax;
  const shippedSeq = standing?.shippedSeq ?? 0;
  const known = [shippedSeq, ...(standing?.others ?? []).map((other) => other.appliedSeq)];
  const waiting = Math.max(0, Math.max(...known) - appliedSeq);
  const sinceMs =
    standing === undefined || standing.shippedMs === 0 ? undefined : Math.max(0, nowMs - standing.shippedMs);
  const since =
    sinceMs === undefined
      ? '.'
      : `, and all of the last ${Math.round(sinceMs)} ms, since which nothing was shipped.`;
  const lines = [
    `What site ${nameOf(own, writingSite)} acknowledged and did not ship is lost: at least ${waiting} commands${since}`,
  ];
  if (!isFollowing)
    lines.push(
      'NOTHING FOLLOWS THE OTHER SITE HERE, so what it has shipped since is lost too, and how much that is cannot be said: start that ' +
        'process first ("lockstep up").',
    );
  else if (shippedSeq > appliedSeq)
    lines.push(
      `${shippedSeq - appliedSeq} of them are at the target and not applied here: they are lost unless you wait until "lockstep site ` +
        'status" says that this site is level.',
    );
  const lagMs = standing === undefined ? 0 : lagOf({ ...standing, appliedSeq }, nowMs).ms;
  return { waiting, sinceMs, lagMs, isFollowing, text: lines.join('\n') };
}

/**
 * Why what is lost now is more than what a person was shown; undefined where it is not. Commands that are on their way
 * at any moment are no more: what this site lacks for longer than `boundMs` is.
 */
export function grownText(shown: SiteLoss, now: SiteLoss, boundMs: number): string | undefined {
  if (shown.isFollowing && !now.isFollowing)
    return 'the process that follows the other site has ended, or stands still, so that this site falls behind';
  if (now.waiting <= shown.waiting || now.lagMs <= boundMs) return undefined;
  return `at least ${now.waiting} commands would be lost, and the plan said ${shown.waiting}`;
}
