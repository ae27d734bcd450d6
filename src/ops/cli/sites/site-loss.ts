/** What a promotion takes from the world, as far as the standby site knows it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ChainTail } from '../../../backup/tail.ts';
import { type WaitingCommands, waitingCommands } from '../../../backup/waiting.ts';
import { targetNamed } from '../../backup-process/targets.ts';
import type { ReplicaStatus } from '../../health/status.ts';
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
  /** What of it is at the target; undefined where that is nothing, or cannot be read now. */
  readonly atTarget: WaitingCommands | undefined;
  readonly text: string;
}

/** A plan waits no longer for a target that may be lost with its site. */
const readMs = 2_000;
const accountsShown = 20;

/** Reads what of the loss is at the target. */
export async function waitingAtTarget(
  { loaded, standing }: OwnSite,
  { appliedSeq, counters: { epoch, instance } }: ReplicaStatus,
): Promise<WaitingCommands | undefined> {
  if ((standing?.shippedSeq ?? 0) <= appliedSeq) return undefined;
  const { backup, site, clusterId } = loaded.configuration;
  const late = AbortSignal.timeout(readMs);
  const reading = async (): Promise<WaitingCommands | undefined> => {
    try {
      const { target, packing } = targetNamed(backup, site.target);
      const tail = new ChainTail({ target, clusterId, key: packing.key });
      const found = await waitingCommands(
        tail,
        { nextSeq: appliedSeq + 1, epoch, instance },
        Date.now() * 1_000,
        late,
      );
      return found.commands === 0 ? undefined : found;
    } catch {
      return undefined;
    }
  };
  return Promise.race([reading(), sleep(readMs, undefined, { ref: false })]);
}

export function lossOf(
  own: OwnSite,
  appliedSeq: number,
  nowMs: number,
  atTarget?: WaitingCommands,
): SiteLoss {
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
  if (atTarget !== undefined) lines.push(atTargetText(atTarget));
  if (waiting > (atTarget?.commands ?? 0))
    lines.push(
      'Of which accounts the others are is not known here: "lockstep site return" at the lost site lists them.',
    );
  const lagMs = standing === undefined ? 0 : lagOf({ ...standing, appliedSeq }, nowMs).ms;
  return { waiting, sinceMs, lagMs, isFollowing, atTarget, text: lines.join('\n') };
}

function atTargetText({ commands, orders, accounts }: WaitingCommands): string {
  const shown = accounts.slice(0, accountsShown).join(', ');
  const more = accounts.length > accountsShown ? `, and ${accounts.length - accountsShown} more` : '';
  return `Those at the target: ${commands} commands, ${orders} of them new orders, of ${accounts.length} accounts (${shown}${more}).`;
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
