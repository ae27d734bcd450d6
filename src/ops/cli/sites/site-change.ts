/** What the commands share by which another site begins to write. */

import { atLeader } from '../../clients/leader-orders.ts';
import { lookUntil } from '../../clients/look.ts';
import type { Loaded } from '../../configuration/load.ts';
import { Failure, usageFailure } from '../../failure.ts';
import type { ReplicaStatus } from '../../health/status.ts';
import { giveOrder, type OperatorOrderGiver } from '../../orders/control-orders.ts';
import type { Terminal } from '../terminal.ts';
import { laterSite, lookAgain, type OwnSite } from './site-status.ts';

export const lookMs = 20;
export const openedWithinMs = 30_000;

/** What was done, and when, in milliseconds from the beginning on. */
export class ChangeSteps {
  readonly startedMs = performance.now();
  readonly steps: { readonly step: string; readonly ms: number }[] = [];
  readonly #terminal: Terminal | undefined;

  /** Without a terminal they are for a program alone, and not shown. */
  constructor(terminal: Terminal | undefined) {
    this.#terminal = terminal;
  }

  /** Returns when that was. */
  note(step: string): number {
    const ms = Math.round(performance.now() - this.startedMs);
    this.steps.push({ step, ms });
    this.#terminal?.print(`${String(ms).padStart(6)} ms  ${step}`);
    return ms;
  }
}

/** How trading begins at a site that has begun to write. */
export function openingText({ configuration: { site } }: Loaded): string {
  const { openAfterSeconds } = site;
  const how =
    openAfterSeconds === undefined
      ? 'It opens for trading with "lockstep mode open"'
      : `It opens for trading by itself, after ${openAfterSeconds} s`;
  return `${how}, once no other site is seen to write.`;
}

export function refuseUnknown({ loaded }: OwnSite, name: string): number {
  const { sites } = loaded.configuration;
  const at = sites.findIndex((site) => site.name === name);
  if (at >= 0) return at + 1;
  throw usageFailure(
    `There is no site ${name}; the configuration names ${sites.map((site) => site.name).join(', ')}.`,
  );
}

/** This site was taken for lost, and another one was promoted over it. */
export function refuseOutlived(own: OwnSite): void {
  const later = laterSite(own);
  if (later !== undefined)
    throw new Failure(
      `Site ${later.name} writes, in epoch ${later.epoch}, and was promoted over this one, which is in epoch ${own.epoch}. Stop ` +
        'this site, then "lockstep site return" here: it lists what is lost, and the site follows.',
    );
}

export function leaderOf({ leader }: OwnSite): ReplicaStatus {
  if (leader !== undefined) return leader;
  throw new Failure('No replica of this site leads, so it can neither open nor end. See "lockstep status".');
}

/**
 * Orders this site to begin, or to end, what it writes. Its epoch makes the order one that can be given again: a leader
 * in a later epoch refuses it, and another leader that has less than was shown does too.
 */
export async function orderSite(
  loaded: Loaded,
  leaderId: number,
  order: { readonly site: number; readonly epoch: number; readonly seq: number },
  by?: OperatorOrderGiver,
): Promise<string> {
  const { site, epoch } = order;
  const text = await atLeader(
    loaded,
    leaderId,
    (id) => giveOrder(loaded, id, 'site', order, by),
    ({ counters }) => counters.epoch > epoch && counters.writingSite === site,
  );
  return text ?? `Epoch ${epoch + 1} has begun: the order was carried out by a leader that did not answer.`;
}

/** Looks at this site until it is so; undefined where that takes too long. */
export function untilSite(loaded: Loaded, isSo: (own: OwnSite) => boolean): Promise<OwnSite | undefined> {
  return lookUntil({ withinMs: openedWithinMs, everyMs: lookMs }, async () => {
    const own = await lookAgain(loaded);
    return isSo(own) ? own : undefined;
  });
}
