/** The operator's commands: planned switchover, snapshots on demand, and the way out when a majority lost its tail. */
import type { Command } from 'commander';
import type { Loaded } from '../configuration/load.ts';
import { Failure } from '../failure.ts';
import type { ReplicaStatus } from '../replica-process/status.ts';
import {
  addCommand,
  addJsonOption,
  type CommonOptions,
  loadRunning,
  replicaNumber,
  tell,
} from './command.ts';
import { giveOrder, leaderOf, reached, replicaOf, statusOfAll, statusOfReplica } from './control-client.ts';
import type { Terminal } from './terminal.ts';

const failoverTimeoutMs = 15_000;
const snapshotTimeoutMs = 120_000;
const pollMs = 2;
const microsecondsPerMs = 1_000;

interface FailoverOptions extends CommonOptions {
  readonly to?: number;
  readonly json?: boolean;
}

export function registerFailover(program: Command, terminal: Terminal): void {
  addJsonOption(addCommand(program, 'failover', 'hand leadership to another replica, and measure the gap'))
    .option(
      '--to <replica>',
      'the replica that is to lead (default: the follower that has the most)',
      replicaNumber,
    )
    .action(async (options: FailoverOptions) => {
      const loaded = loadRunning(options);
      if (options.to !== undefined) replicaOf(loaded.configuration, options.to);
      const before = leaderOf(await statusOfAll(loaded.configuration));
      if (before === undefined) await electWithoutLeader(loaded, options, terminal);
      else await transfer(loaded, before, options, terminal);
    });
}

async function transfer(
  loaded: Loaded,
  before: ReplicaStatus,
  { to, json }: FailoverOptions,
  terminal: Terminal,
): Promise<void> {
  if (before.replicaId === to) {
    const result = { ok: true, from: to, to, term: before.term, gapMs: 0 };
    tell(terminal, json, result, `Replica ${to} leads already, in term ${before.term}. Nothing was done.`);
    return;
  }
  const others = loaded.configuration.replicas.length - 1;
  if (others === 0) throw new Failure('This cluster has one replica: there is nobody to hand leadership to.');
  const target = to ?? (await bestFollower(loaded, before));
  const watch = watchLeadership(loaded, before);
  try {
    await giveOrder(loaded, before.replicaId, 'transfer-leadership', { replicaId: target });
  } catch (error) {
    watch.cancel();
    throw error;
  }
  const { leader, gapMs } = await watch.result;
  const { promotionUs } = leader.counters;
  const promotionMs = (promotionUs / microsecondsPerMs).toFixed(1);
  tell(
    terminal,
    json,
    { ok: true, from: before.replicaId, to: leader.replicaId, term: leader.term, gapMs, promotionUs },
    `Replica ${before.replicaId} handed over to replica ${leader.replicaId}; the term went from ${before.term} to ${leader.term}. ` +
      `As seen from here nobody led for ${gapMs.toFixed(1)} ms; the promotion itself took ${promotionMs} ms.`,
  );
}

/** To the microsecond: what comes after it says nothing. */
function roundedMs(milliseconds: number): number {
  return Math.round(milliseconds * microsecondsPerMs) / microsecondsPerMs;
}

/** The follower that has the most of the log. */
async function bestFollower({ configuration }: Loaded, leader: ReplicaStatus): Promise<number> {
  const followers = reached(await statusOfAll(configuration)).filter(
    ({ replicaId, recovering }) => replicaId !== leader.replicaId && !recovering,
  );
  const best = followers.toSorted((a, b) => b.durableIndex - a.durableIndex)[0];
  if (best === undefined) throw new Failure('No follower that may lead answers. See "lockstep status".');
  return best.replicaId;
}

/** Nobody leads, as after a lost leader with `failover: manual`: the replica with the longest log is told to stand. */
async function electWithoutLeader(
  loaded: Loaded,
  { to, json }: FailoverOptions,
  terminal: Terminal,
): Promise<void> {
  const statuses = reached(await statusOfAll(loaded.configuration));
  const candidate =
    statuses.find(({ replicaId }) => replicaId === to) ??
    statuses.filter(({ recovering }) => !recovering).toSorted((a, b) => b.lastIndex - a.lastIndex)[0];
  if (candidate === undefined || (to !== undefined && candidate.replicaId !== to)) {
    throw new Failure(
      `No replica leads, and ${to === undefined ? 'none that may lead' : `replica ${to}`} could be reached. ` +
        'Start the replicas ("lockstep up"), then see "lockstep status".',
    );
  }
  const watch = watchLeadership(loaded, candidate);
  await giveOrder(loaded, candidate.replicaId, 'start-election').catch((error: unknown) => {
    watch.cancel();
    throw error;
  });
  const { leader } = await watch.result;
  const result = { ok: true, from: 0, to: leader.replicaId, term: leader.term };
  tell(terminal, json, result, `Nobody led; replica ${leader.replicaId} leads now, in term ${leader.term}.`);
}

interface LeadershipWatch {
  readonly result: Promise<{ readonly leader: ReplicaStatus; readonly gapMs: number }>;
  cancel(): void;
}

/** Asks all replicas again and again until one serves in a later term than `before`'s. */
function watchLeadership({ configuration }: Loaded, before: ReplicaStatus): LeadershipWatch {
  let isCancelled = false;
  const watch = async () => {
    const startedMs = performance.now();
    let lastSeenMs = startedMs;
    while (!isCancelled && performance.now() - startedMs < failoverTimeoutMs) {
      const askedMs = performance.now();
      const leader = leaderOf(await statusOfAll(configuration));
      if (leader !== undefined && leader.term > before.term)
        return { leader, gapMs: roundedMs(performance.now() - lastSeenMs) };
      if (leader !== undefined) lastSeenMs = askedMs;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    throw new Failure(
      `After ${failoverTimeoutMs / 1_000} s no other replica leads. See "lockstep status" for the reason.`,
    );
  };
  const result = watch();
  // A watch that was cancelled has nobody who waits for it.
  result.catch(() => undefined);
  return {
    result,
    cancel: () => {
      isCancelled = true;
    },
  };
}

interface SnapshotOptions extends CommonOptions {
  readonly replica?: number;
  readonly json?: boolean;
}

export function registerSnapshot(program: Command, terminal: Terminal): void {
  addJsonOption(addCommand(program, 'snapshot', 'have a follower write a snapshot now, and wait for it'))
    .option('--replica <id>', 'the replica that writes it (default: a follower)', replicaNumber)
    .action(async (options: SnapshotOptions) => {
      const loaded = loadRunning(options);
      if (options.replica !== undefined) replicaOf(loaded.configuration, options.replica);
      const statuses = reached(await statusOfAll(loaded.configuration));
      const chosen =
        options.replica === undefined
          ? (statuses.find(({ role, recovering }) => role === 'follower' && !recovering) ?? statuses[0])
          : statuses.find(({ replicaId }) => replicaId === options.replica);
      if (chosen === undefined)
        throw new Failure('No replica that could write a snapshot answers. See "lockstep status".');
      const text = await giveOrder(loaded, chosen.replicaId, 'snapshot');
      const done = await snapshotAfter(loaded, chosen);
      const { snapshotIndex } = done.counters;
      tell(
        terminal,
        options.json,
        { ok: true, replicaId: done.replicaId, snapshotIndex, text },
        `Replica ${done.replicaId} has a snapshot up to frame ${snapshotIndex}.`,
      );
    });
}

/** Waits until the snapshot holds all that was applied before the order. */
async function snapshotAfter({ configuration }: Loaded, before: ReplicaStatus): Promise<ReplicaStatus> {
  const replica = replicaOf(configuration, before.replicaId);
  const startedMs = performance.now();
  while (performance.now() - startedMs < snapshotTimeoutMs) {
    const answer = await statusOfReplica(replica);
    if ('status' in answer && answer.status.counters.snapshotIndex >= before.appliedIndex)
      return answer.status;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Failure(
    `Replica ${before.replicaId} did not finish its snapshot within ${snapshotTimeoutMs / 1_000} s. Its log says why.`,
  );
}

interface RecoverOptions extends CommonOptions {
  readonly replica: number;
  readonly acceptLoss?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function registerRecover(program: Command, terminal: Terminal): void {
  addJsonOption(
    addCommand(
      program,
      'recover',
      'let a replica vote again whose last frames may be lost, after a majority came back so',
    ),
  )
    .requiredOption('--replica <id>', 'the replica', replicaNumber)
    .option('--accept-loss', 'do it; without this option only the plan is printed')
    .option('--force', 'do it although another replica holds more, or a leader would let this one return')
    .action(async (options: RecoverOptions) => {
      const loaded = loadRunning(options);
      replicaOf(loaded.configuration, options.replica);
      const statuses = reached(await statusOfAll(loaded.configuration));
      const status = statuses.find(({ replicaId }) => replicaId === options.replica);
      if (status === undefined)
        throw new Failure(`Replica ${options.replica} does not answer. Start it first.`);
      if (!status.recovering)
        throw new Failure(`Replica ${options.replica} is not recovering: there is nothing to accept.`);
      terminal.print(recoveryPlan(loaded, statuses, status));
      if (!options.acceptLoss) {
        throw new Failure('Nothing was changed. Repeat the command with --accept-loss to go on.');
      }
      const better = longerThan(statuses, status);
      if (better !== undefined && !options.force) {
        throw new Failure(
          `Nothing was changed: replica ${better.replicaId} holds more. Recover that one first, or add --force to give ` +
            'up what only it holds.',
        );
      }
      const text = await giveOrder(
        loaded,
        options.replica,
        'accept-loss',
        options.force ? { force: true } : {},
      );
      tell(terminal, options.json, { ok: true, replicaId: options.replica, text }, text);
    });
}

/** The replica whose log goes furthest, where that is not the given one: a later term counts more than a later frame. */
function longerThan(
  statuses: readonly ReplicaStatus[],
  { lastIndex, counters }: ReplicaStatus,
): ReplicaStatus | undefined {
  const { lastLogTerm } = counters;
  const [longest] = statuses.toSorted(
    (a, b) => b.counters.lastLogTerm - a.counters.lastLogTerm || b.lastIndex - a.lastIndex,
  );
  if (longest === undefined) return undefined;
  const isLonger =
    longest.counters.lastLogTerm > lastLogTerm ||
    (longest.counters.lastLogTerm === lastLogTerm && longest.lastIndex > lastIndex);
  return isLonger ? longest : undefined;
}

/** What is known, what may be lost, and whether there is a better way. */
function recoveryPlan(
  { configuration }: Loaded,
  statuses: readonly ReplicaStatus[],
  status: ReplicaStatus,
): string {
  const total = configuration.replicas.length;
  const voting = statuses.filter(({ recovering }) => !recovering);
  const longer = longerThan(statuses, status);
  const lines = [
    `Replica ${status.replicaId} holds frames up to ${status.lastIndex}, ${status.durableIndex} of them flushed.`,
    `${statuses.length} of ${total} replicas answer, ${voting.length} of them may vote; a majority is ${Math.floor(total / 2) + 1}.`,
  ];
  if (voting.length > total / 2) {
    lines.push('A majority may vote, so this replica recovers by itself. Accepting a loss is not needed.');
  } else {
    lines.push(
      'What was acknowledged to clients and stood only in memory when the machines went down may be lost. ' +
        'It cannot be known how much: orders and trades after the last frame of all survivors are gone for good.',
    );
    if (longer !== undefined) {
      lines.push(
        `Replica ${longer.replicaId} holds more (up to frame ${longer.lastIndex}): recover that one first.`,
      );
    }
    if (statuses.length < total) {
      lines.push(
        'Replicas that do not answer may hold more. Start them before you go on, if they can be started.',
      );
    }
  }
  return lines.join('\n');
}
