/**
 * `lockstep site promote`: this standby site takes the place of one that is lost. A person has read what that loses,
 * and what keeps the lost site from writing is done first.
 */
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { timeText } from '../../../backup/time-text.ts';
import type { WaitingCommands } from '../../../backup/waiting.ts';
import { operatorOf } from '../../certificates/own-identity.ts';
import { Failure, usageFailure } from '../../failure.ts';
import { type FenceRun, fenceFailure, fenceTarget } from '../../fencing/fence-run.ts';
import { type FenceResult, fencesOfSites } from '../../fencing/fences.ts';
import type { ReplicaStatus } from '../../health/status.ts';
import { OperatorOrderFailure, orderGiver } from '../../orders/control-orders.ts';
import { ReplicaAgents } from '../../orders/replica-agents.ts';
import { EpochClaim } from '../../site-process/epoch-claim.ts';
import { promiseOf, reachesWitness } from '../../site-process/site-lease.ts';
import { tell } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import {
  ChangeSteps,
  leaderOf,
  openedWithinMs,
  openingText,
  orderSite,
  refuseOutlived,
  refuseUnknown,
  untilSite,
} from './site-change.ts';
import { grownText, lossOf, type SiteLoss, waitingAtTarget } from './site-loss.ts';
import { lookAgain, lookAt, nameOf, type OwnSite, type SiteOptions } from './site-status.ts';

export interface PromoteOptions extends Omit<SiteOptions, 'plan'> {
  readonly plan?: boolean;
  readonly yes?: boolean;
  readonly unfenced?: boolean;
}

export async function promoteSite(
  name: string,
  { plan: isPlan, ...options }: PromoteOptions,
  terminal: Terminal,
): Promise<void> {
  const own = await lookAt(options);
  const { loaded, number, writingSite, epoch } = own;
  refuseUnknown(own, name);
  if (nameOf(own, number) !== name)
    throw usageFailure(`This is site ${nameOf(own, number)}. Promote ${name} there, where its replicas are.`);
  refuseOutlived(own);
  if (number === writingSite) throw new Failure(`Site ${name} writes already, in epoch ${epoch}.`);
  const leader = leaderOf(own);
  const isWitnessReached = await reachesWitness(loaded);
  // Where no person reads the plan, nothing waits for it.
  const atTarget = options.yes && !isPlan ? undefined : await waitingAtTarget(own, leader);
  const plan = planOf(own, leader, isWitnessReached, atTarget);
  if (!options.json) terminal.print(plan.text);
  if (isPlan) return tell(terminal, options.json, { ok: true, plan: plan.json }, '');
  if (plan.fences === 0 && isWitnessReached !== true && !options.unfenced)
    throw new Failure(
      `No fence command is configured for the other sites${isWitnessReached === false ? ', and the witness does not answer' : ''}, so nothing ` +
        'keeps them from writing. Switch them off, then repeat with --unfenced.',
    );
  if (!options.yes) {
    await askFor(name, terminal);
    await refuseGrown(options, plan.loss);
  }
  const done = new ChangeSteps(options.json ? undefined : terminal);
  const note = (step: string): void => void done.note(step);
  // One connection for all that goes to the leader.
  const giver = orderGiver(loaded.dataFolder, operatorOf(loaded.configuration));
  const by = { ...giver, agents: new ReplicaAgents(loaded.configuration, () => giver) };
  const run = { loaded, notedAt: leader.replicaId, by, show: note };
  const isUnfenced = options.unfenced === true;
  const claim = new EpochClaim(loaded, epoch + 1);
  const fenced = await orderOpening(own, { leader, run, claim }, async () => {
    const results = await fenceOthers(run, name, isUnfenced);
    if (isWitnessReached !== undefined) await endLeases(own, note, plan.fences > 0 || isUnfenced);
    return results;
  });
  // Another promotion may have taken it back that began with this one, and failed.
  const claiming = claim.make();
  const opened = await untilSite(
    loaded,
    ({ leader: now, epoch: begun }) =>
      now?.serving === true && begun > epoch && now.counters.siteEpoch === begun,
  );
  if (opened?.leader === undefined)
    throw new Failure(`Site ${name} takes nothing after ${openedWithinMs / 1_000} s. See "lockstep status".`);
  await claiming;
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
      steps: done.steps,
      fenced,
      opens,
    },
    '',
  );
}

/**
 * Gives the order, once the other sites are kept from writing. The target hears of it before that: a site that stood
 * still looks there before it goes on.
 */
async function orderOpening(
  { loaded, number, epoch }: OwnSite,
  {
    leader: { replicaId, appliedSeq },
    run: { by, show },
    claim,
  }: { readonly leader: ReplicaStatus; readonly run: FenceRun; readonly claim: EpochClaim },
  keepOthers: () => Promise<FenceResult[]>,
): Promise<FenceResult[]> {
  const claiming = claim.make();
  try {
    const fenced = await keepOthers();
    const unclaimed = await claiming;
    if (unclaimed !== '')
      show(`a site that stood still would not read at the target that this one is promoted: ${unclaimed}`);
    const order = { site: number, epoch, seq: appliedSeq };
    show(await orderSite(loaded, replicaId, order, by));
    return fenced;
  } catch (error) {
    await claiming;
    // An epoch that may have begun, by this order or another one, keeps its claim.
    const mayHaveBegun =
      error instanceof OperatorOrderFailure && (error.end === 'unknown' || error.end === 'refused');
    if (!mayHaveBegun && (await lookAgain(loaded)).epoch === epoch) await claim.takeBack();
    throw error;
  }
}

async function fenceOthers(run: FenceRun, name: string, isUnfenced: boolean): Promise<FenceResult[]> {
  const fenced: FenceResult[] = [];
  for (const { target, commands } of fencesOfSites(run.loaded.configuration.sites, name))
    fenced.push(...(await fenceTarget(run, target, commands)).results);
  if (fenced.some(({ error }) => error !== '') && !isUnfenced)
    throw fenceFailure(
      fenced,
      'The other site may still write. Switch it off, then repeat with --unfenced. Nothing was promoted.',
    );
  return fenced;
}

/** The witness grants no other site a lease any more, and those that are out are waited for. */
async function endLeases(
  { loaded, number, epoch }: OwnSite,
  note: (step: string) => void,
  mayGoOnWithout: boolean,
): Promise<void> {
  const promised = await promiseOf(loaded, number, epoch + 1);
  if (typeof promised !== 'string') {
    note(`the witness grants the other site no more; what it granted is over in ${promised.waitMs} ms`);
    await sleep(promised.waitMs);
    return;
  }
  note(`the witness does not promise to grant no more: ${promised}`);
  if (!mayGoOnWithout)
    throw new Failure(
      'The other site may still write under its lease. Bring the witness back, or switch the site off and repeat with --unfenced. ' +
        'Nothing was promoted.',
    );
}

function planOf(
  own: OwnSite,
  leader: ReplicaStatus,
  isWitnessReached: boolean | undefined,
  atTarget: WaitingCommands | undefined,
): { readonly text: string; readonly json: object; readonly fences: number; readonly loss: SiteLoss } {
  const { loaded, number, epoch, standing } = own;
  const commands = fencesOfSites(loaded.configuration.sites, nameOf(own, number)).flatMap(
    ({ target, commands: { fence } }) => fence.map((command) => `  ${target.name}: ${command}`),
  );
  const loss = lossOf(own, leader.appliedSeq, Date.now(), atTarget);
  const living = loss.isFollowing
    ? standing?.others.find(({ isReached, writes }) => isReached && writes)
    : undefined;
  const text = [
    ...(living === undefined
      ? []
      : [
          `SITE ${living.name} IS REACHED FROM HERE, AND WRITES. "lockstep site switch ${nameOf(own, number)}" there loses nothing; a promotion takes ` +
            'from it what it has acknowledged and not shipped.',
        ]),
    `Site ${nameOf(own, number)} is at seq ${leader.appliedSeq} (${timeText(leader.counters.appliedTimeUs)}) and is to begin epoch ${epoch + 1}.`,
    loss.text,
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
    lostAtLeast: loss.waiting,
    isFollowing: loss.isFollowing,
    atTarget: atTarget ?? null,
    livingSite: living?.name ?? null,
    sinceMs: loss.sinceMs,
    fences: commands.length,
    isWitnessReached: isWitnessReached ?? null,
  };
  return { text, json, fences: commands.length, loss };
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

/** A person who has read a plan, and thought for long, decides about that plan and no other one. */
async function refuseGrown(options: SiteOptions, shown: SiteLoss): Promise<void> {
  const own = await lookAt(options);
  const now = lossOf(own, leaderOf(own).appliedSeq, Date.now());
  const grown = grownText(shown, now, own.loaded.configuration.site.alarmSeconds * 1_000);
  if (grown !== undefined)
    throw new Failure(
      `While you were asked, the loss has grown: ${grown}. Nothing was done. Read the plan again.`,
    );
}

/** What takes a site's place is a person's decision. */
async function askFor(name: string, terminal: Terminal): Promise<void> {
  if (!terminal.isScreen)
    throw usageFailure(
      'No person can be asked here. Give --yes where a program is to promote, or run this at a terminal.',
    );
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  // Ctrl-C and Ctrl-D are no name.
  const typed = await lines.question('Type the name of the site to promote it: ').catch(() => '');
  lines.close();
  if (typed.trim() !== name) throw new Failure('That is not its name. Nothing was done.');
}
