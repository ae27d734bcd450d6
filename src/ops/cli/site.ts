/**
 * `lockstep site follow | status | seed | return | promote | switch`: the sites of an exchange, one of which writes and
 * the others of which follow it.
 */
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { everything } from '../../backup/replay.ts';
import { restore, timeText } from '../../backup/restore.ts';
import { writtenLast } from '../../backup/tail.ts';
import { refuseFilled, writeStandby } from '../backup-process/restored-folder.ts';
import { connectToExchange } from '../clients/exchange-client.ts';
import { type Loaded, loadConfiguration } from '../configuration/load.ts';
import { ownSite } from '../configuration/site-keys.ts';
import { Failure, messageOf, usageFailure } from '../failure.ts';
import { fenceFailure, fenceTarget } from '../fencing/fence-run.ts';
import { type FenceResult, fencesOfSites } from '../fencing/fences.ts';
import { giveOrder } from '../orders/control-orders.ts';
import { isRunning } from '../processes/process-identity.ts';
import type { ReplicaStatus } from '../replica-process/status.ts';
import { promiseOf, reachesWitness } from '../site-process/site-lease.ts';
import { loadStanding } from '../standing/backup-standing.ts';
import { chainsOf, chooseTarget, withBar } from './backup-options.ts';
import { addCommand, addJsonOption, type CommonOptions, tell } from './command.ts';
import { returnSite } from './site-return.ts';
import { decideToWait, lookAt, nameOf, type OwnSite, type SiteOptions, showStatus } from './site-status.ts';
import type { Terminal } from './terminal.ts';

const lookMs = 20;
const openedWithinMs = 30_000;
const shipsWithinMs = 5_000;

interface PromoteOptions extends Omit<SiteOptions, 'plan'> {
  readonly plan?: boolean;
  readonly yes?: boolean;
  readonly unfenced?: boolean;
}

export function registerSite(program: Command, terminal: Terminal): void {
  const site = program
    .command('site')
    .description('sites: one writes, the others follow it and can take its place');
  addCommand(
    site,
    'follow',
    'keep the replicas of this site level with the one that writes, until Ctrl-C',
  ).action(async (options: CommonOptions) => {
    const loaded = loadConfiguration(options);
    // Native code, which the other commands need not load.
    const { runSite } = await import('../site-process/site-process.ts');
    await runSite(loaded);
  });
  addJsonOption(addCommand(site, 'status', 'show which site writes, and how far this one is behind it'))
    .option('--watch', 'again each second, until Ctrl-C')
    .action((options: SiteOptions & { readonly watch?: boolean }) => showStatus(options, terminal));
  addJsonOption(
    addCommand(site, 'seed', 'make the data folder of a standby site from what the other one has shipped'),
  )
    .requiredOption('--into <folder>', 'the data folder to make; it is empty or not there yet')
    .action((options: SiteOptions & { readonly into: string }) => seed(options, terminal));
  addJsonOption(
    addCommand(
      site,
      'wait <minutes>',
      'decide to wait for a site that is out of reach: until then no hook asks',
    ),
  ).action((minutes: string, options: SiteOptions) => decideToWait(minutes, options, terminal));
  addJsonOption(
    addCommand(
      site,
      'return',
      'make a standby of this site, which was lost: what it wrote alone is reported',
    ),
  ).action((options: SiteOptions) => returnSite(options, terminal));
  addJsonOption(
    addCommand(site, 'promote <name>', 'let this standby site write in the place of one that is lost'),
  )
    .option('--plan', 'only say what would be done and lost')
    .option('--yes', 'do it without asking')
    .option('--unfenced', 'the other sites are switched off: no fence command could say so')
    .action((name: string, options: PromoteOptions) => promote(name, options, terminal));
  addJsonOption(
    addCommand(site, 'switch <name>', 'let another site write from here on; nothing is lost'),
  ).action((name: string, options: SiteOptions) => switchTo(name, options, terminal));
}

async function seed(options: SiteOptions & { readonly into: string }, terminal: Terminal): Promise<void> {
  refuseFilled(options.into);
  const loaded = loadConfiguration(options);
  const { configuration } = loaded;
  if (ownSite(configuration) === 0)
    throw usageFailure('The configuration names no sites: set "sites" and "site".');
  const { target } = configuration.site;
  const open = await chooseTarget({ ...options, ...(target !== undefined && { target }) });
  const chain = writtenLast(await chainsOf(open));
  if (chain === undefined)
    throw new Failure(
      `Nothing was shipped to ${open.target.place} yet. Start the site that writes with this target first.`,
    );
  const { replay } = await withBar(open, terminal, (from) => restore(from, [chain], everything));
  const { place, exchange, instance } = replay;
  if (place.index === 0 || instance === 0)
    throw new Failure('What was shipped does not say yet which exchange it is. Try again in a moment.');
  const replicaIds = configuration.replicas.map(({ id }) => id).toSorted((a, b) => a - b);
  writeStandby(options.into, replay, open.clusterId, replicaIds);
  const stateHash = exchange.stateHash();
  tell(
    terminal,
    options.json,
    { ok: true, into: options.into, seq: place.seq, timeUs: place.timeUs, stateHash, replicas: replicaIds },
    `${options.into} holds the exchange at seq ${place.seq} (${timeText(place.timeUs)}), state hash ${stateHash}.\n` +
      'Put keys.json and gateway-root.key of the other site, and identities of the same authority, beside it; then start this site: ' +
      `"lockstep up --data ${options.into}". It follows from there.`,
  );
}

async function promote(
  name: string,
  { plan: isPlan, ...options }: PromoteOptions,
  terminal: Terminal,
): Promise<void> {
  const own = await lookAt(options);
  const { loaded, number, writingSite, epoch } = own;
  refuseUnknown(own, name);
  if (nameOf(own, number) !== name)
    throw usageFailure(`This is site ${nameOf(own, number)}. Promote ${name} there, where its replicas are.`);
  if (number === writingSite) throw new Failure(`Site ${name} writes already, in epoch ${epoch}.`);
  const leader = leaderOf(own);
  const isWitnessReached = await reachesWitness(loaded);
  const plan = planOf(own, leader, isWitnessReached);
  if (!options.json) terminal.print(plan.text);
  if (isPlan) return tell(terminal, options.json, { ok: true, plan: plan.json }, '');
  if (plan.fences === 0 && isWitnessReached !== true && !options.unfenced)
    throw new Failure(
      `No fence command is configured for the other sites${isWitnessReached === false ? ', and the witness does not answer' : ''}, so nothing ` +
        'keeps them from writing. Switch them off, then repeat with --unfenced.',
    );
  if (!options.yes) await askFor(name, terminal);
  const startedMs = performance.now();
  const steps: { step: string; ms: number }[] = [];
  const note = (step: string): void => {
    steps.push({ step, ms: Math.round(performance.now() - startedMs) });
    if (!options.json) terminal.print(`${String(steps.at(-1)!.ms).padStart(6)} ms  ${step}`);
  };
  const fenced: FenceResult[] = [];
  for (const { target, commands } of fencesOfSites(loaded.configuration.sites, name))
    fenced.push(
      ...(await fenceTarget({ loaded, notedAt: leader.replicaId, show: note }, target, commands)).results,
    );
  if (fenced.some(({ error }) => error !== '') && !options.unfenced)
    throw fenceFailure(
      fenced,
      'The other site may still write. Switch it off, then repeat with --unfenced. Nothing was promoted.',
    );
  const promised = isWitnessReached === undefined ? undefined : await promiseOf(loaded, number, epoch + 1);
  if (typeof promised === 'string') {
    note(`the witness does not promise to grant no more: ${promised}`);
    if (plan.fences === 0 && !options.unfenced)
      throw new Failure(
        'The other site may still write under its lease. Bring the witness back, or switch the site off and repeat with --unfenced. ' +
          'Nothing was promoted.',
      );
  } else if (promised !== undefined) {
    note(`the witness grants the other site no more; what it granted is over in ${promised.waitMs} ms`);
    await sleep(promised.waitMs);
  }
  const order = { site: number, epoch, seq: leader.appliedSeq };
  note(await giveOrder(loaded, leader.replicaId, 'site', order));
  const opened = await until(
    options,
    ({ leader: now, epoch: begun }) =>
      now?.serving === true && begun > epoch && now.counters.siteEpoch === begun,
  );
  if (opened?.leader === undefined)
    throw new Failure(`Site ${name} takes nothing after ${openedWithinMs / 1_000} s. See "lockstep status".`);
  note(`site ${name} takes cancels, in epoch ${opened.epoch}`);
  const opens = openingText(loaded);
  if (!options.json) terminal.print(opens);
  tell(
    terminal,
    options.json,
    {
      ok: true,
      site: name,
      epoch: opened.epoch,
      // What was on its way when the order came is before the first command of the epoch.
      seq: opened.leader.counters.siteSeq - 1,
      timeUs: leader.counters.appliedTimeUs,
      steps,
      fenced,
      opens,
    },
    '',
  );
}

function planOf(
  own: OwnSite,
  leader: ReplicaStatus,
  isWitnessReached: boolean | undefined,
): { readonly text: string; readonly json: object; readonly fences: number } {
  const { loaded, number, writingSite, epoch, standing } = own;
  const commands = fencesOfSites(loaded.configuration.sites, nameOf(own, number)).flatMap(
    ({ target, commands: { fence } }) => fence.map((command) => `  ${target.name}: ${command}`),
  );
  const known = [standing?.shippedSeq ?? 0, ...(standing?.others ?? []).map(({ appliedSeq }) => appliedSeq)];
  const waiting = Math.max(0, Math.max(...known) - leader.appliedSeq);
  const sinceMs =
    standing === undefined || standing.shippedMs === 0 ? undefined : Date.now() - standing.shippedMs;
  const lost =
    `What site ${nameOf(own, writingSite)} acknowledged and did not ship is lost: at least ${waiting} commands` +
    (sinceMs === undefined
      ? '.'
      : `, and all of the last ${Math.round(sinceMs)} ms, since which nothing was shipped.`);
  const text = [
    `Site ${nameOf(own, number)} is at seq ${leader.appliedSeq} (${timeText(leader.counters.appliedTimeUs)}) and is to begin epoch ${epoch + 1}.`,
    lost,
    commands.length === 0
      ? 'No fence command is configured.'
      : `These fence commands run first:\n${commands.join('\n')}`,
    guardOf(commands.length, isWitnessReached),
    'Clients that know the replicas of both sites go on with their sessions here; they ask what became of commands in doubt.',
  ].join('\n');
  const json = {
    site: nameOf(own, number),
    seq: leader.appliedSeq,
    epoch: epoch + 1,
    lostAtLeast: waiting,
    sinceMs,
    fences: commands.length,
    isWitnessReached: isWitnessReached ?? null,
  };
  return { text, json, fences: commands.length };
}

/** What keeps the other sites from writing. */
function guardOf(fences: number, isWitnessReached: boolean | undefined): string {
  if (isWitnessReached === undefined)
    return 'No witness is configured (site.lease): only fences keep the other site from writing.';
  if (isWitnessReached)
    return 'The witness answers: it is asked to grant the other site no lease any more, and what it granted is waited out.';
  const instead = fences === 0 ? 'Only a person can say that the other site is off' : 'Only fences count';
  return `The witness does not answer. ${instead}, and this site writes once the witness is back and grants it a lease.`;
}

async function switchTo(name: string, options: SiteOptions, terminal: Terminal): Promise<void> {
  const own = await lookAt(options);
  const { loaded, number, writingSite, epoch } = own;
  const site = refuseUnknown(own, name);
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
  const text = await giveOrder(loaded, leader.replicaId, 'site', { site, epoch, seq: leader.appliedSeq });
  if (!options.json) terminal.print(text);
  const ended = await until(options, (now) => now.writingSite === site);
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

/** How trading begins at a site that has begun to write. */
function openingText({ configuration: { site } }: Loaded): string {
  const { openAfterSeconds } = site;
  const how =
    openAfterSeconds === undefined
      ? 'It opens for trading with "lockstep mode open"'
      : `It opens for trading by itself, after ${openAfterSeconds} s`;
  return `${how}, once no other site is seen to write.`;
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

function refuseUnknown({ loaded }: OwnSite, name: string): number {
  const { sites } = loaded.configuration;
  const at = sites.findIndex((site) => site.name === name);
  if (at >= 0) return at + 1;
  throw usageFailure(
    `There is no site ${name}; the configuration names ${sites.map((site) => site.name).join(', ')}.`,
  );
}

function leaderOf({ leader }: OwnSite): ReplicaStatus {
  if (leader !== undefined) return leader;
  throw new Failure('No replica of this site leads, so it can neither open nor end. See "lockstep status".');
}

async function until(options: CommonOptions, isSo: (own: OwnSite) => boolean): Promise<OwnSite | undefined> {
  const endMs = performance.now() + openedWithinMs;
  while (performance.now() < endMs) {
    const own = await lookAt(options);
    if (isSo(own)) return own;
    await sleep(lookMs);
  }
  return undefined;
}

/** What takes a site's place is a person's decision. */
async function askFor(name: string, terminal: Terminal): Promise<void> {
  if (!terminal.isScreen)
    throw usageFailure(
      'Nobody can be asked here. Give --yes where a program is to promote, or run this at a terminal.',
    );
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const typed = await lines.question('Type the name of the site to promote it: ');
  lines.close();
  if (typed.trim() !== name) throw new Failure('That is not its name. Nothing was done.');
}
