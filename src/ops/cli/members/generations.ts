/**
 * `lockstep members rebuild | return | tail`: after a majority is gone for good a generation of the cluster begins from
 * one survivor; the others come back blank, and what they acknowledged beyond it is listed by account.
 */

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { TailReport, TailStart, tailHeading } from '../../../backup/tail-report.ts';
import { timeText } from '../../../backup/time-text.ts';
import type { Cut } from '../../../protocol/cut.ts';
import { piecesOf, replayFolder } from '../../backup-process/folder-replay.ts';
import {
  hasState,
  leaderOf,
  longestOf,
  reached,
  type StatusAnswer,
  silenceOf,
  statusOfAll,
  withMembers,
} from '../../clients/control-client.ts';
import { lookUntil } from '../../clients/look.ts';
import { replicaOf } from '../../configuration/addresses.ts';
import type { Loaded } from '../../configuration/load.ts';
import { Failure, usageFailure } from '../../failure.ts';
import { fenceFailure, fenceTarget } from '../../fencing/fence-run.ts';
import { type FenceResult, targetOf } from '../../fencing/fences.ts';
import type { ReplicaStatus } from '../../health/status.ts';
import { giveOrder, tryOrder } from '../../orders/control-orders.ts';
import { loadFolderFile } from '../../supervisor/folder-files.ts';
import {
  addCommand,
  addConfirmOption,
  addJsonOption,
  addOperatorOption,
  addOrderCommand,
  type CommonOptions,
  loadRunning,
  member,
  replicaNumber,
  tell,
} from '../command.ts';
import { type Terminal, table } from '../terminal.ts';

/** A replica starts again with what it holds, and serves. */
const beginMsMax = 120_000;
const lookMs = 250;
/** How long a replica that has just started may take to hear of the others. */
const hearingMsMax = 5_000;

interface GenerationOptions extends CommonOptions {
  readonly json?: boolean;
  readonly confirm?: number;
}

interface RebuildOptions extends Omit<GenerationOptions, 'plan'> {
  /** A hash confirms the plan of another operator. */
  readonly plan?: string | true;
  readonly switchedOff?: readonly number[];
}

/** Which replica a rebuild starts from, and which it leaves behind. */
interface Plan {
  readonly base: ReplicaStatus;
  /** Reached, and to come back blank. */
  readonly others: readonly ReplicaStatus[];
  readonly unreached: readonly number[];
  /** Of these, what a fence command of the configuration switches off. */
  readonly fenced: readonly number[];
}

export function registerGenerations(members: Command, terminal: Terminal): void {
  const confirmed = (command: Command): Command => addConfirmOption(addJsonOption(command));
  addOperatorOption(
    confirmed(
      addCommand(
        members,
        'rebuild',
        'go on from the survivors after a majority is gone for good, or recovers',
      ),
    ),
  )
    .option(
      '--plan [hash]',
      'only print what each survivor has and what may be lost; with a hash: confirm this plan of another operator',
    )
    .option(
      '--switched-off <ids>',
      'members that are not reached, such as 2,3: a person has made sure that they are off; their fence commands do not run',
      listOfReplicas,
    )
    .action((options: RebuildOptions) => rebuild(options, terminal));
  confirmed(
    addOrderCommand(
      members,
      'return',
      'let a replica of an earlier generation give its folder up and come back blank',
    ),
  )
    .addArgument(member('id', 'the replica'))
    .action((id: number, options: GenerationOptions) => returnOne(id, options, terminal));
  addJsonOption(
    addCommand(
      members,
      'tail',
      'list what a folder of an earlier generation acknowledged and the cluster lost',
    ),
  )
    .requiredOption(
      '--folder <folder>',
      'the folder that was kept, such as lockstep-data/replica-1/generation-1',
    )
    .option('--csv', 'a row for each command and event')
    .action((options: { readonly folder: string; readonly csv?: boolean; readonly json?: boolean }) =>
      showTail(options, terminal),
    );
}

/** In words, what the operator typed that does not match; empty where all does. */
function mistyped(
  { confirm, switchedOff = [] }: RebuildOptions,
  clusterId: number,
  toType: readonly number[],
): string {
  const number =
    confirm === undefined || confirm === clusterId
      ? ''
      : ` --confirm ${confirm}: this cluster has the number ${clusterId}.`;
  const others = switchedOff.filter((id) => !toType.includes(id));
  if (others.length === 0) return number;
  return `${number} --switched-off: ${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} not to be switched off by hand.`;
}

async function rebuild(options: RebuildOptions, terminal: Terminal): Promise<void> {
  const { plan: asked, ...rest } = options;
  const given = loadRunning({ ...rest, ...(typeof asked === 'string' && { plan: asked }) });
  const loaded = { ...given, configuration: await withMembers(given.configuration) };
  const plan = planOf(await statusOfAll(loaded.configuration), loaded, options.switchedOff ?? []);
  const { base, others, unreached, fenced } = plan;
  const { clusterId } = loaded.configuration;
  const json = {
    from: base.replicaId,
    epoch: base.epoch + 1,
    lastIndex: base.lastIndex,
    seq: base.counters.stampedSeq,
    survivors: [base, ...others].map(survivorOf),
    others: others.map(({ replicaId }) => replicaId),
    unreached,
    fences: fenced,
    toSwitchOff: unreached.filter((id) => !fenced.includes(id)),
    framesLostMin: lostMin(plan),
    hadLeader: !isFounding(base),
  };
  if (!options.json) terminal.print(planText(plan));
  if (asked === true) return tell(terminal, options.json, { ok: true, plan: json }, 'Nothing was changed.');
  const toType = unreached.filter((id) => !fenced.includes(id));
  const typed = toType.length === 0 ? '' : ` --switched-off ${toType.join(',')}`;
  if (options.confirm !== clusterId || String(options.switchedOff ?? []) !== String(toType)) {
    const first =
      toType.length === 0
        ? ''
        : ` Switch off replicas ${toType.join(', ')}, which are not reached and have no fence command, so that they never write again.`;
    throw new Failure(
      `Nothing was changed.${mistyped(options, clusterId, toType)}${first} Then: "lockstep members rebuild --confirm ${clusterId}${typed}".`,
    );
  }
  const ids = others.map(({ replicaId }) => replicaId);
  const order = { order: 'rebuild', replicaId: base.replicaId, others: ids, force: true };
  const results = await fenceGone(loaded, plan, order, (text) => {
    if (!options.json) terminal.print(text);
  });
  const text = await giveOrder(loaded, base.replicaId, 'members', order);
  if (!options.json) terminal.print(text);
  const begun = await waitFor(loaded, base.replicaId, ({ epoch, serving }) => epoch > base.epoch && serving);
  // The operator has confirmed the generation: these orders follow from it.
  const { plan: _, ...unplanned } = loaded;
  const { returned, left, lines } = await returnAll(unplanned, ids, begun.cut!);
  for (const line of lines) if (!options.json) terminal.print(line);
  tell(
    terminal,
    options.json,
    { ok: true, plan: json, epoch: begun.epoch, cut: begun.cut, returned, left, fenced: results },
    `Generation ${begun.epoch} runs at replica ${base.replicaId}, read-only. Look at its books and positions, then "lockstep mode ` +
      `open".${withoutCertificate(begun)} "lockstep members" shows how far the others are; those that were not reached come back with "lockstep members return".` +
      (isFounding(base) ? ' Give the others their votes: "lockstep members promote N".' : ''),
  );
}

/** The generation has begun: one that cannot return now holds up no other, and does so later. */
async function returnAll(
  loaded: Loaded,
  ids: readonly number[],
  cut: Cut,
): Promise<{ readonly returned: number[]; readonly left: number[]; readonly lines: string[] }> {
  const returned: number[] = [];
  const left: number[] = [];
  const lines: string[] = [];
  for (const id of ids) {
    try {
      lines.push(await orderReturn(loaded, id, cut, true));
      returned.push(id);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      left.push(id);
      const why = error.message.replace(/ (Nothing was changed|Whether it obeyed)\b.*$/s, '');
      lines.push(`Replica ${id} has not returned: ${why} Once it answers: "lockstep members return ${id}".`);
    }
  }
  return { returned, left, lines };
}

/** Nothing is switched off for an order that would be refused, or that waits for a second person. */
async function fenceGone(
  loaded: Loaded,
  { base, fenced }: Plan,
  order: object,
  show: (text: string) => void,
): Promise<readonly FenceResult[]> {
  if (fenced.length === 0) return [];
  const { needsSecond } = await tryOrder(loaded, base.replicaId, order);
  if (needsSecond && loaded.plan === undefined) return [];
  const all: FenceResult[] = [];
  for (const id of fenced) {
    const run = { loaded, notedAt: base.replicaId, show };
    const { results } = await fenceTarget(run, targetOf(id), replicaOf(loaded.configuration, id));
    all.push(...results);
  }
  const failed = [
    ...new Set(all.filter(({ error }) => error !== '').map(({ target }) => target.number)),
  ].join(',');
  if (failed === '') return all;
  throw fenceFailure(
    all,
    `No generation was begun. Mend the command, or switch replicas ${failed} off yourself and add --switched-off ${failed}.`,
  );
}

function planOf(
  answers: readonly StatusAnswer[],
  { configuration }: Loaded,
  switchedOff: readonly number[],
): Plan {
  const leader = leaderOf(answers);
  const statuses = reached(answers);
  if (leader !== undefined) {
    // Where the command was ended half way these have no order to return yet.
    const left = statuses.flatMap(({ superseded, replicaId }) => (superseded ? [replicaId] : []));
    const then = left.map(
      (id) => ` Replica ${id} is of an earlier generation: "lockstep members return ${id}".`,
    );
    throw new Failure(
      `Replica ${leader.replicaId} leads: the cluster lives, and there is nothing to rebuild.${then.join('')}`,
    );
  }
  const base = longestOf(statuses.filter(mayGoOn));
  if (base === undefined) {
    const silent = answers.filter((answer) => 'error' in answer);
    const silences = silent.map(({ replica: { id } }) => `replica ${id} ${silenceOf(answers, id)}`);
    throw new Failure(
      `No replica that answers has a log to go on from${silences.length === 0 ? '' : `: ${silences.join(', ')}`}. Start the ` +
        'survivors, and give one that is just starting a moment; see "lockstep status".',
    );
  }
  const { voters, members } = base;
  const sound = statuses.filter(({ replicaId, recovering }) => voters.includes(replicaId) && !recovering);
  // The first leader of all needs every founder.
  const elects = isFounding(base) ? sound.length === voters.length : sound.length * 2 > voters.length;
  if (elects)
    throw new Failure(
      `Replicas ${sound.map(({ replicaId }) => replicaId).join(', ')} answer and may vote, which is enough: they elect a ` +
        'leader by themselves. See "lockstep status".',
    );
  const ids = [...new Set([...voters, ...members.map(({ id }) => id)])].sort((a, b) => a - b);
  const others = statuses.filter(({ replicaId }) => replicaId !== base.replicaId && ids.includes(replicaId));
  const answering = statuses.map(({ replicaId }) => replicaId);
  const unreached = ids.filter((id) => !answering.includes(id));
  const hasFence = (id: number): boolean =>
    configuration.replicas.some((replica) => replica.id === id && replica.fence.length > 0);
  const fenced = unreached.filter((id) => hasFence(id) && !switchedOff.includes(id));
  return { base, others, unreached, fenced };
}

/** The others have no log any more that vouches for a replica that came by a join token. */
function withoutCertificate({ replicaId, members }: ReplicaStatus): string {
  const { fingerprint = '' } = members.find(({ id }) => id === replicaId) ?? {};
  if (fingerprint === '') return '';
  return (
    ` Replica ${replicaId} came by a join token, and blank replicas do not know its key: give it a certificate of the authority, or ` +
    `write "fingerprint": "${fingerprint}" into its entry under "replicas" in the files of the others.`
  );
}

function isFounding({ counters }: ReplicaStatus): boolean {
  return counters.founding !== 0;
}

/** Frames that a replica knows to be committed, and that the longest log does not have. */
function lostMin({ base, others }: Plan): number {
  const known = [base, ...others].map(({ commitIndex, counters }) =>
    Math.max(commitIndex, counters.leaderCommitIndex),
  );
  return Math.max(0, ...known.map((index) => index - base.lastIndex));
}

/** What a survivor has. */
function survivorOf({ replicaId, recovering, lastIndex, counters }: ReplicaStatus) {
  const { lastLogTerm: term, stampedSeq: seq, lastTimeUs } = counters;
  const time = lastTimeUs === 0 ? null : timeText(lastTimeUs);
  return { replicaId, lastIndex, term, seq, time, isRecovering: recovering };
}

function planText(plan: Plan): string {
  const { base, others, unreached, fenced } = plan;
  const rows = [base, ...others]
    .map(survivorOf)
    .map(({ replicaId, lastIndex, term, seq, time, isRecovering }) => [
      ...[replicaId, lastIndex, term, seq, time ?? '-'],
      `${replicaId === base.replicaId ? 'goes on' : 'returns blank'}${isRecovering ? ', recovering' : ''}`,
    ]);
  const lost = lostMin(plan);
  const known = lost === 0 ? '' : ` At least ${lost} frames are.`;
  const gone =
    unreached.length === 0
      ? ''
      : `\nNot reached: replicas ${unreached.join(', ')}. What they acknowledged beyond frame ${base.lastIndex}, seq ` +
        `${base.counters.stampedSeq}, is lost to the exchange.${known} They must be off, for good: what they still serve would be a ` +
        `second exchange.${fenced.length === 0 ? '' : ` Fence commands of the configuration switch off: ${fenced.join(', ')}.`}`;
  const fresh = !isFounding(base)
    ? ''
    : '\nThe cluster has had no leader yet. Where it is new nothing is lost; where it traded before, what it did is in the folders ' +
      'that were emptied or replaced: put them back in place of going on.';
  return (
    `${table(['replica', 'last frame', 'term', 'seq', 'time', ''], rows)}\n${fresh}${gone}\n` +
    `Generation ${base.epoch + 1} begins from replica ${base.replicaId}, read-only, with all that it holds.`
  );
}

async function returnOne(id: number, options: GenerationOptions, terminal: Terminal): Promise<void> {
  const given = loadRunning(options);
  const { clusterId } = given.configuration;
  if (options.confirm !== undefined && options.confirm !== clusterId)
    throw new Failure(`--confirm: this cluster has the number ${clusterId}. Nothing was changed.`);
  const loaded = { ...given, configuration: await withMembers(given.configuration) };
  const leader = leaderOf(await statusOfAll(loaded.configuration));
  if (leader === undefined)
    throw new Failure('No replica leads, so there is no generation to return to. See "lockstep status".');
  const { cut } = leader;
  if (cut === null)
    throw new Failure('This is the first generation of the cluster: there is no earlier one to return from.');
  const text = await orderedToReturn(loaded, id, cut, options.confirm !== undefined);
  const isMember = leader.members.some((one) => one.id === id);
  const next = isMember ? '' : ` It is no member: give it its vote back with "lockstep members add ${id}".`;
  tell(terminal, options.json, { ok: true, replicaId: id, epoch: cut.epoch, isMember, text }, text + next);
}

/** A replica that has just started hears within moments of the generation that goes on. */
async function orderedToReturn(loaded: Loaded, id: number, cut: Cut, force: boolean): Promise<string> {
  const startedMs = performance.now();
  for (;;) {
    try {
      return await orderReturn(loaded, id, cut, force);
    } catch (error) {
      if (!(error instanceof Failure && /heard of no later generation/.test(error.message))) throw error;
      const { clusterId } = loaded.configuration;
      if (performance.now() - startedMs > hearingMsMax)
        throw new Failure(
          error.message.replace(
            /repeat the order with "force": true/,
            `see in its log why it does not hear of it, or add --confirm ${clusterId}`,
          ),
        );
    }
    await sleep(lookMs);
  }
}

function orderReturn(loaded: Loaded, id: number, cut: Cut, force: boolean): Promise<string> {
  return giveOrder(loaded, id, 'members', { order: 'return', replicaId: id, cut, ...(force && { force }) });
}

async function waitFor(
  { configuration }: Loaded,
  id: number,
  isDone: (status: ReplicaStatus) => boolean,
): Promise<ReplicaStatus> {
  let reason = '';
  const found = await lookUntil({ withinMs: beginMsMax, everyMs: lookMs }, async () => {
    const answers = await statusOfAll(configuration);
    const status = reached(answers).find(({ replicaId }) => replicaId === id);
    reason = status === undefined ? `: it ${silenceOf(answers, id)}` : '';
    return status !== undefined && isDone(status) ? status : undefined;
  });
  if (found !== undefined) return found;
  throw new Failure(
    `Replica ${id} has not begun within ${beginMsMax / 1_000} s${reason}. Where no supervisor starts it again, start it: it goes on by itself.`,
  );
}

function showTail(
  { folder, csv, json }: { readonly folder: string; readonly csv?: boolean; readonly json?: boolean },
  terminal: Terminal,
): void {
  if (csv === true && json === true) throw usageFailure('Say --csv or --json, not both.');
  const cut = cutOf(folder);
  const start = new TailStart(cut);
  for (const piece of piecesOf(folder, Number.MAX_SAFE_INTEGER)) start.add(piece);
  const report = new TailReport(start.seq);
  replayFolder(folder, { from: start.seq, to: Number.MAX_SAFE_INTEGER }, report, Number.MAX_SAFE_INTEGER);
  const { accounts, entries } = report;
  if (json === true)
    return terminal.print(JSON.stringify({ ok: true, epoch: cut.epoch, fromSeq: start.seq, accounts }));
  if (csv === true) return terminal.print([tailHeading, ...report.csvLines()].join('\n'));
  const commands = entries.filter(({ record }) => record === 'command').length;
  if (commands === 0) return terminal.print('Nothing: all of this log is in the generation that goes on.');
  terminal.print(
    `From seq ${start.seq} on ${commands} commands, of ${accounts.length} accounts, are in this log and not in generation ` +
      `${cut.epoch}: they were acknowledged, or may have been. --json and --csv list them.`,
  );
}

function cutOf(folder: string): Cut {
  const cut = loadFolderFile(join(folder, 'cut.json'), 'cut');
  if (cut !== undefined) return cut;
  throw usageFailure(`${folder} is no folder that was kept when a replica returned: it has no cut.json.`);
}

function listOfReplicas(text: string): readonly number[] {
  return text
    .split(',')
    .map(replicaNumber)
    .sort((a, b) => a - b);
}

/** Whether a generation may begin from the log of this replica: a witness has no state. */
function mayGoOn(status: ReplicaStatus): boolean {
  return !status.superseded && status.voters.length > 0 && hasState(status);
}
