/** `lockstep site switch`: this site ends what it writes, and another one goes on from there; nothing is lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectToExchange } from '../../clients/exchange-client.ts';
import type { Loaded } from '../../configuration/load.ts';
import { Failure, messageOf, usageFailure } from '../../failure.ts';
import { isRunning } from '../../processes/process-identity.ts';
import { loadStanding } from '../../standing/backup-standing.ts';
import { tell } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import {
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

export async function switchSite(name: string, options: SiteOptions, terminal: Terminal): Promise<void> {
  const own = await lookAt(options);
  const { loaded, number, writingSite, epoch } = own;
  const site = refuseUnknown(own, name);
  refuseOutlived(own);
  if (writingSite === site)
    return tell(
      terminal,
      options.json,
      { ok: true, site: name, epoch },
      `Site ${name} writes already, in epoch ${epoch}.`,
    );
  if (writingSite !== number)
    throw usageFailure(
      `Site ${nameOf(own, writingSite)} writes. Order the switch there, where it can end what it writes.`,
    );
  const leader = leaderOf(own);
  await refuseUnshipped(own);
  const startedMs = performance.now();
  const text = await orderSite(loaded, leader.replicaId, { site, epoch, seq: leader.appliedSeq });
  if (!options.json) terminal.print(text);
  const ended = await untilSite(loaded, (now) => now.writingSite === site);
  if (ended === undefined)
    throw new Failure(
      `The end of what this site writes is not committed after ${openedWithinMs / 1_000} s. The same command goes on.`,
    );
  const seq = ended.leader?.appliedSeq ?? 0;
  const ms = Math.round(performance.now() - startedMs);
  const json = { ok: true, site: name, epoch: ended.epoch, seq, ms };
  const endedText = `This site ended with seq ${seq}, after ${ms} ms, and follows from here on.`;
  if (loaded.configuration.sites[site - 1]!.replicas.length === 0)
    return tell(
      terminal,
      options.json,
      json,
      `${endedText} Site ${name} opens once it has applied that: see "lockstep site status" there. With "replicas" of that site in the ` +
        'configuration this command waits for it.',
    );
  if (!options.json) terminal.print(endedText);
  const gapMs = await opensAfter(loaded, startedMs, name);
  tell(
    terminal,
    options.json,
    { ...json, gapMs },
    `Site ${name} takes cancels, ${gapMs} ms after the order to switch; nothing is lost. ${openingText(loaded)}`,
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
    `What this site writes does not reach ${target} now: ${problem}. The other site would wait for the end of it, and neither would ` +
      'write. See "lockstep backup status". Nothing was switched.',
  );
}

/** Why the last frame of this site would not be shipped; empty where it would. */
function unshippedText({ loaded }: OwnSite): string {
  const standing = loadStanding(loaded.dataFolder);
  if (standing === undefined || !isRunning(standing)) return 'no process ships it';
  const target = standing.targets.find(({ name }) => name === loaded.configuration.site.target);
  return target === undefined || target.chain === '' ? 'nothing was shipped yet' : target.error;
}

/** Milliseconds from the order until a session is open at the other site. */
async function opensAfter(loaded: Loaded, startedMs: number, name: string): Promise<number> {
  try {
    const client = await connectToExchange(loaded, { feed: 'none', connectTimeoutMs: openedWithinMs });
    const ms = Math.round(performance.now() - startedMs);
    await client.close();
    return ms;
  } catch (error) {
    throw new Failure(
      `This site has ended, and site ${name} does not take orders after ${openedWithinMs / 1_000} s: ${messageOf(error)} It opens ` +
        'once it has applied what was shipped: see "lockstep site status" there.',
    );
  }
}
