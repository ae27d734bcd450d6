/** `lockstep site switch`: this site ends what it writes, and another one goes on from there; nothing is lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../../../client/index.ts';
import { connectToExchange } from '../../clients/exchange-client.ts';
import { lookUntil } from '../../clients/look.ts';
import type { Loaded } from '../../configuration/load.ts';
import { Failure, messageOf, usageFailure } from '../../failure.ts';
import { isRunning } from '../../processes/process-identity.ts';
import { loadStanding } from '../../standing/backup-standing.ts';
import { lagOfOther, lagText, loadSiteStanding, type SeenSite } from '../../standing/site-standing.ts';
import { tell } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import {
  ChangeSteps,
  leaderOf,
  lookMs,
  openedWithinMs,
  openingText,
  orderSite,
  refuseOutlived,
  refuseUnknown,
  untilSite,
} from './site-change.ts';
import { lookAt, nameOf, type OwnSite, type SiteOptions } from './site-status.ts';

const shipsWithinMs = 5_000;
const reachedWithinMs = 2_000;
const sessionWithinMs = 5_000;
const sessionLookMs = 2;

export async function switchSite(name: string, options: SiteOptions, terminal: Terminal): Promise<void> {
  const own = await lookAt(options);
  const { loaded, number, writingSite, epoch } = own;
  const site = refuseUnknown(own, name);
  refuseOutlived(own);
  const isWatched = loaded.configuration.sites[site - 1]!.replicas.length > 0;
  if (writingSite === site) {
    // A switch that was interrupted may have ended this site, and the other one has yet to open.
    if (site !== number && isWatched)
      await opensAfter(loaded, undefined, { name, own: nameOf(own, number), epoch: epoch - 1 });
    return tell(
      terminal,
      options.json,
      { ok: true, site: name, epoch },
      `Site ${name} writes already, in epoch ${epoch}.`,
    );
  }
  if (writingSite !== number)
    throw usageFailure(
      `Site ${nameOf(own, writingSite)} writes. Order the switch there, where it can end what it writes.`,
    );
  const leader = leaderOf(own);
  await refuseAway(own, name, leader.appliedSeq);
  await refuseUnshipped(own);
  // What this connects would take its time, and that of the processes of both sites, while none writes.
  const session = isWatched ? await sessionHere(loaded) : undefined;
  try {
    const order = { site, epoch, seq: leader.appliedSeq };
    const done = new ChangeSteps(options.json ? undefined : terminal);
    const text = await orderSite(loaded, leader.replicaId, order);
    if (!options.json) terminal.print(text);
    const ms = done.note('this site has ended what it writes');
    const [seq, gapMs] = await Promise.all([
      endOf(loaded, site),
      isWatched ? opensAfter(loaded, session, { name, own: nameOf(own, number), epoch, done }) : undefined,
    ]);
    const endedText = `This site ended with seq ${seq}, after ${ms} ms, and follows from here on.`;
    const opensText =
      gapMs === undefined
        ? `Site ${name} opens once it has applied that: see "lockstep site status" there. With "replicas" of that site in the ` +
          'configuration this command waits for it.'
        : `Site ${name} takes cancels, ${gapMs} ms after the order to switch; nothing is lost. ${openingText(loaded)}`;
    const json = { ok: true, site: name, epoch: epoch + 1, seq, ms, steps: done.steps };
    tell(
      terminal,
      options.json,
      gapMs === undefined ? json : { ...json, gapMs },
      `${endedText} ${opensText}`,
    );
  } finally {
    // It ends with its connections: where no site serves, nothing else would end it.
    await session?.close({ keepSession: true });
  }
}

/** The last command of this site, which has just ended. */
async function endOf(loaded: Loaded, site: number): Promise<number> {
  const ended = await untilSite(loaded, (now) => now.writingSite === site);
  if (ended !== undefined) return ended.leader?.appliedSeq ?? 0;
  throw new Failure(
    `No replica of this site says that it has ended, for ${openedWithinMs / 1_000} s. The same command goes on.`,
  );
}

/** A session that goes on at the other site; undefined where this site opens none now, which keeps it from nothing. */
async function sessionHere(loaded: Loaded): Promise<Client | undefined> {
  try {
    return await connectToExchange(loaded, { feed: 'none', connectTimeoutMs: sessionWithinMs });
  } catch {
    return undefined;
  }
}

/** A site ends only where the other one, as far as this one sees it, would open soon: until then neither writes. */
async function refuseAway({ loaded }: OwnSite, name: string, ownSeq: number): Promise<void> {
  const find = (): SeenSite | undefined => {
    const standing = loadSiteStanding(loaded.dataFolder);
    return standing && isRunning(standing) ? standing.others.find((other) => other.name === name) : undefined;
  };
  let seen = find();
  // One that was just started is reached in a moment.
  const endMs = performance.now() + reachedWithinMs;
  for (; seen?.isReached === false && performance.now() < endMs; seen = find()) await sleep(lookMs);
  if (seen === undefined) return;
  const lag = lagOfOther(seen, ownSeq, Date.now());
  const isLate = lag.ms > loaded.configuration.site.alarmSeconds * 1_000;
  if (seen.isReached && !isLate) return;
  const why = seen.isReached ? `is behind by ${lagText(lag)}` : 'is not reached';
  throw new Failure(
    `Site ${name} ${why}: it would open only once it has all that this one wrote, and until then neither would write. See ` +
      '"lockstep site status", here and there. Nothing was switched.',
  );
}

/**
 * A site ends only where its last frame will reach the other one: otherwise neither would write. One that has just
 * begun to write ships in a moment.
 */
async function refuseUnshipped(own: OwnSite): Promise<void> {
  const endMs = performance.now() + shipsWithinMs;
  let problem = unshippedText(own);
  for (; problem !== '' && performance.now() < endMs; problem = unshippedText(own)) await sleep(lookMs);
  if (problem === '') return;
  const { target } = own.loaded.configuration.site;
  throw new Failure(
    `What this site writes does not reach ${target} now: ${problem.replace(/\.$/, '')}. The other site would wait for the end of it, and ` +
      'neither would write. See "lockstep backup status". Nothing was switched.',
  );
}

/** Why the last frame of this site would not be shipped; empty where it would. */
function unshippedText({ loaded }: OwnSite): string {
  const standing = loadStanding(loaded.dataFolder);
  if (standing === undefined || !isRunning(standing)) return 'no process ships it';
  const target = standing.targets.find(({ name }) => name === loaded.configuration.site.target);
  return target === undefined || target.chain === '' ? 'nothing was shipped yet' : target.error;
}

/** Milliseconds from the order until a session is open at the other site: that one, or another where there is none. */
async function opensAfter(
  loaded: Loaded,
  session: Client | undefined,
  {
    name,
    own,
    epoch,
    done = new ChangeSteps(undefined),
  }: { readonly name: string; readonly own: string; readonly epoch: number; readonly done?: ChangeSteps },
): Promise<number> {
  try {
    const within = { feed: 'none', connectTimeoutMs: openedWithinMs } as const;
    const client = session ?? (await connectToExchange(loaded, within));
    const isOpen = await lookUntil({ withinMs: openedWithinMs, everyMs: sessionLookMs }, async () => {
      return (client.epoch > epoch && client.status.leaderId !== 0) || undefined;
    });
    const ms = isOpen && done.note(`a session is open at site ${name}`);
    await client.close({ keepSession: ms === undefined });
    if (ms === undefined) throw new Error('no replica of it serves.');
    return ms;
  } catch (error) {
    throw new Failure(
      `This site has ended, and site ${name} does not take orders after ${openedWithinMs / 1_000} s: ${messageOf(error)} It opens ` +
        `once it has applied what was shipped: see "lockstep site status" there; the same command here waits on. Where it is lost, fence ` +
        `it, and let this site write again: "lockstep site promote ${own}" here.`,
    );
  }
}
