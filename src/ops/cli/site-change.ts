/** What the commands share by which another site begins to write. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Loaded } from '../configuration/load.ts';
import { Failure, usageFailure } from '../failure.ts';
import type { ReplicaStatus } from '../replica-process/status.ts';
import type { CommonOptions } from './command.ts';
import { lookAt, type OwnSite } from './site-status.ts';

export const lookMs = 20;
export const openedWithinMs = 30_000;

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

export function leaderOf({ leader }: OwnSite): ReplicaStatus {
  if (leader !== undefined) return leader;
  throw new Failure('No replica of this site leads, so it can neither open nor end. See "lockstep status".');
}

/** Looks at this site until it is so; undefined where that takes too long. */
export async function untilSite(
  options: CommonOptions,
  isSo: (own: OwnSite) => boolean,
): Promise<OwnSite | undefined> {
  const endMs = performance.now() + openedWithinMs;
  while (performance.now() < endMs) {
    const own = await lookAt(options);
    if (isSo(own)) return own;
    await sleep(lookMs);
  }
  return undefined;
}
