/** `lockstep failover`: a planned switchover, measured as a client feels it; and an election where no replica leads. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { idleLeaderText } from '../../../gateway/exchange/health.ts';
import {
  idleLeaderOf,
  leaderOf,
  longestOf,
  reached,
  type StatusAnswer,
  statusOfAll,
} from '../../clients/control-client.ts';
import { atLeader } from '../../clients/leader-orders.ts';
import { lookUntil } from '../../clients/look.ts';
import { reviewOf, reviewText } from '../../cluster-view/failover-review.ts';
import { replicaOf } from '../../configuration/addresses.ts';
import type { Loaded } from '../../configuration/load.ts';
import { FailoverMeter, type SessionGap } from '../../drills/failover-meter.ts';
import { Failure } from '../../failure.ts';
import type { ReplicaStatus } from '../../health/status.ts';
import { grayIn } from '../../notify/facts.ts';
import { giveOrder, OperatorOrderFailure } from '../../orders/control-orders.ts';
import {
  addJsonOption,
  addOrderCommand,
  type CommonOptions,
  defaultsHint,
  loadWithMembers,
  replicaNumber,
  tell,
} from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { byUse, mayLead, successorOf } from './successor.ts';

const timeoutMs = 15_000;
const pollMs = 50;
const microsecondsPerMs = 1_000;

interface FailoverOptions extends CommonOptions {
  readonly to?: number;
  readonly json?: boolean;
  readonly review?: boolean;
}

export function registerFailover(program: Command, terminal: Terminal): void {
  addJsonOption(
    addOrderCommand(program, 'failover', 'hand leadership to another replica, and measure the gap'),
  )
    .option(
      '--to <replica>',
      'the replica that is to lead (default: the follower that has the most)',
      replicaNumber,
    )
    .addOption(
      new Option(
        '--review',
        'only say what automatic failover would have done, where failover is manual',
      ).conflicts('to'),
    )
    .action(async (options: FailoverOptions) => {
      const loaded = await loadWithMembers(options);
      if (options.review) return await review(loaded, options, terminal);
      if (options.to !== undefined) replicaOf(loaded.configuration, options.to);
      const answers = await statusOfAll(loaded.configuration);
      const idle = idleLeaderOf(answers);
      if (idle !== undefined) refuseWithoutSpace(answers, idle, options.to);
      const before = leaderOf(answers) ?? idle;
      if (before === undefined) await electWithoutLeader(loaded, options, terminal);
      else await transfer(loaded, { answers, before }, options, terminal);
    });
}

/** What automatic failover would have done; it changes nothing. */
async function review(loaded: Loaded, { json }: FailoverOptions, terminal: Terminal): Promise<void> {
  const answers = await statusOfAll(loaded.configuration);
  const failovers = reviewOf(answers);
  const { failover } = loaded.configuration;
  const silent = answers.filter((answer) => 'error' in answer).map(({ replica }) => replica.id);
  const lines = [
    ...(failover === 'manual' ? [] : ['Failover is automatic: it acts, and nothing is noted.']),
    ...(silent.length === 0 ? [] : [`Not seen, since they do not answer: ${silent.join(', ')}.`]),
    ...(failover === 'manual' ? [reviewText(failovers)] : []),
  ];
  tell(terminal, json, { ok: true, failover, unseen: silent, failovers }, lines.join('\n'));
}

/** With a leader that commits nothing, another one helps only where it, and a majority, has space on its disk. */
function refuseWithoutSpace(
  answers: readonly StatusAnswer[],
  { replicaId, voters }: ReplicaStatus,
  to: number | undefined,
): void {
  const useful = reached(answers).filter(
    (status) => voters.includes(status.replicaId) && !status.diskFull && !status.recovering,
  );
  const isTargetUseful =
    to === undefined || (to !== replicaId && useful.some((each) => each.replicaId === to));
  if (isTargetUseful && 2 * useful.length > voters.length) return;
  throw new Failure(
    `Nothing was done: ${idleLeaderText(replicaId)}. ` +
      `${to === undefined ? 'No other replica' : `Replica ${to}`} could commit more as the leader.`,
  );
}

/** As the leader it would commit nothing. */
function refuseFull(answers: readonly StatusAnswer[], to: number): void {
  if (!reached(answers).some(({ replicaId, diskFull }) => replicaId === to && diskFull)) return;
  throw new Failure(
    `Nothing was done: the disk of replica ${to} is full, so that it would store nothing as the leader. Make room there first, ` +
      'or name another replica.',
  );
}

/** What is wrong with the replica that is to lead, where an operator named it all the same; empty where nothing is. */
function warningOf({ conditions }: ReplicaStatus, target: number): string {
  const gray = grayIn(conditions).find(({ member }) => member === target);
  if (gray === undefined) return '';
  return `Replica ${target} is worse than the others: ${gray.text}. Where failover is automatic it hands over again.`;
}

async function transfer(
  loaded: Loaded,
  { answers, before }: { readonly answers: readonly StatusAnswer[]; readonly before: ReplicaStatus },
  { to, json }: FailoverOptions,
  terminal: Terminal,
): Promise<void> {
  if (before.replicaId === to) {
    const result = { ok: true, from: to, to, term: before.term, gapMs: 0 };
    tell(terminal, json, result, `Replica ${to} leads already, in term ${before.term}. Nothing was done.`);
    return;
  }
  const others = loaded.configuration.replicas.length - 1;
  if (others === 0)
    throw new Failure('This cluster has one replica: there is no other to hand leadership to.');
  if (to !== undefined) refuseFull(answers, to);
  const target = to ?? (await bestFollower(loaded, before));
  const warning = warningOf(before, target);
  const { leader, gap, unmeasured, isOrdered } = await handOver(loaded, before, target, to === undefined);
  const { promotionUs } = leader.counters;
  const gapMs = gap?.gapMs ?? null;
  const measured =
    gap === undefined
      ? `The gap was not measured, for no session could be opened: ${unmeasured}`
      : `A session had its first acknowledgement ${gap.gapMs} ms after the last one before.`;
  tell(
    terminal,
    json,
    {
      ok: true,
      from: before.replicaId,
      to: leader.replicaId,
      term: leader.term,
      gapMs,
      ...(gap === undefined ? {} : { lastSeq: gap.lastSeq, firstSeq: gap.firstSeq }),
      promotionUs,
      warning,
    },
    `Replica ${before.replicaId} ${isOrdered ? 'handed over' : 'led no more when the order came, and lost leadership'} to replica ` +
      `${leader.replicaId}; the term went from ${before.term} to ${leader.term}. ` +
      `${measured} The promotion itself took ${(promotionUs / microsecondsPerMs).toFixed(1)} ms.` +
      (warning === '' ? '' : `\n${warning}`),
  );
}

interface HandOver {
  readonly leader: ReplicaStatus;
  /** As a session felt it; undefined where none could be opened, and why. */
  readonly gap: SessionGap | undefined;
  readonly unmeasured: string;
  /** False where another replica had taken over before the order came. */
  readonly isOrdered: boolean;
}

/** Gives the order, and waits for the next leader; `isAnyGood`: also for another one than that replica. */
export async function handOver(
  loaded: Loaded,
  before: ReplicaStatus,
  replicaId: number,
  isAnyGood = true,
): Promise<HandOver> {
  const meter = await FailoverMeter.open(loaded);
  if (typeof meter === 'string') {
    const isOrdered = await orderTransfer(loaded, before, replicaId, isAnyGood);
    return { leader: await leaderAfter(loaded, before.term), gap: undefined, unmeasured: meter, isOrdered };
  }
  try {
    const isOrdered = await orderTransfer(loaded, before, replicaId, isAnyGood);
    const gap = await Promise.race([meter.gap, sleep(timeoutMs, undefined, { ref: false })]);
    if (gap === undefined) throw noLeader();
    return { leader: await leaderAfter(loaded, before.term), gap, unmeasured: '', isOrdered };
  } finally {
    await meter.end();
  }
}

/** False where another replica, which is as good, leads already. */
async function orderTransfer(
  loaded: Loaded,
  before: ReplicaStatus,
  replicaId: number,
  isAnyGood: boolean,
): Promise<boolean> {
  const isGood = (id: number): boolean => id === replicaId || (isAnyGood && id !== before.replicaId);
  let mayBeOrdered = false;
  const ordered = await atLeader(
    loaded,
    before.replicaId,
    async (id) => {
      if (isGood(id)) return false;
      try {
        await giveOrder(loaded, id, 'transfer-leadership', { replicaId });
      } catch (error) {
        mayBeOrdered ||= error instanceof OperatorOrderFailure && error.end === 'unknown';
        throw error;
      }
      return true;
    },
    (leader) => leader.term > before.term && isGood(leader.replicaId),
  );
  return ordered ?? mayBeOrdered;
}

/** The follower that is to lead, where none is named. */
async function bestFollower({ configuration }: Loaded, leader: ReplicaStatus): Promise<number> {
  const best = successorOf(await statusOfAll(configuration), leader);
  if (best === undefined)
    throw new Failure('No follower answers that may lead and has space on its disk. See "lockstep status".');
  return best.replicaId;
}

/**
 * No replica leads, as after a lost leader with `failover: manual`: orders the replica with the longest log to
 * campaign.
 */
async function electWithoutLeader(
  loaded: Loaded,
  { to, json }: FailoverOptions,
  terminal: Terminal,
): Promise<void> {
  const answers = await statusOfAll(loaded.configuration);
  if (to !== undefined) refuseFull(answers, to);
  const statuses = reached(answers);
  const candidate =
    statuses.find(({ replicaId }) => replicaId === to) ?? longestOf(statuses.filter(mayLead).toSorted(byUse));
  if (candidate === undefined || (to !== undefined && candidate.replicaId !== to)) {
    throw new Failure(
      `No replica leads, and ${to === undefined ? 'none that may lead' : `replica ${to}`} could be reached. ` +
        `Start the replicas, then see "lockstep status".${statuses.length === 0 ? defaultsHint(loaded) : ''}`,
    );
  }
  refuseWithoutMajority(candidate, statuses);
  await giveOrder(loaded, candidate.replicaId, 'start-election');
  const leader = await leaderAfter(loaded, candidate.term);
  const result = { ok: true, from: 0, to: leader.replicaId, term: leader.term };
  tell(
    terminal,
    json,
    result,
    `No replica led; replica ${leader.replicaId} leads now, in term ${leader.term}.`,
  );
}

/** None could win: that is said at once, in place of a wait for an election without an end. */
function refuseWithoutMajority(
  { replicaId, voters, hears = [] }: ReplicaStatus,
  statuses: readonly ReplicaStatus[],
): void {
  const isThere = (id: number): boolean =>
    id === replicaId || hears.includes(id) || statuses.some((status) => status.replicaId === id);
  const silent = voters.filter((id) => !isThere(id));
  if (voters.length === 0 || 2 * (voters.length - silent.length) > voters.length) return;
  throw new Failure(
    `Nothing was done: of the voters ${voters.join(', ')} no majority is there; ${silent.join(', ')} ` +
      `${silent.length === 1 ? 'answers' : 'answer'} neither here nor to replica ${replicaId}. Start them, or mend the ` +
      'network; where they are lost for good, see "lockstep members rebuild".',
  );
}

/** Asks all replicas until one serves in a later term. */
async function leaderAfter({ configuration }: Loaded, term: number): Promise<ReplicaStatus> {
  const found = await lookUntil({ withinMs: timeoutMs, everyMs: pollMs }, async () => {
    const leader = leaderOf(await statusOfAll(configuration));
    return leader !== undefined && leader.term > term ? leader : undefined;
  });
  if (found === undefined) throw noLeader();
  return found;
}

function noLeader(): Failure {
  return new Failure(
    `After ${timeoutMs / 1_000} s no other replica leads. See "lockstep status" for the reason.`,
  );
}
