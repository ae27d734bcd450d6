/**
 * The operator's commands beside the planned switchover: snapshots on demand, and the way out when a majority lost its
 * tail.
 */
import type { Command } from 'commander';
import { replicaOf } from '../configuration/addresses.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import type { Loaded } from '../configuration/load.ts';
import { reached, statusOfAll, statusOfReplica } from '../control-client.ts';
import { giveOrder } from '../control-orders.ts';
import { Failure } from '../failure.ts';
import type { ReplicaStatus } from '../replica-process/status.ts';
import {
  addJsonOption,
  addOrderCommand,
  type CommonOptions,
  loadRunning,
  replicaNumber,
  tell,
} from './command.ts';
import type { Terminal } from './terminal.ts';

const snapshotTimeoutMs = 120_000;

interface SnapshotOptions extends CommonOptions {
  readonly replica?: number;
  readonly json?: boolean;
}

export function registerSnapshot(program: Command, terminal: Terminal): void {
  addJsonOption(addOrderCommand(program, 'snapshot', 'have a follower write a snapshot now, and wait for it'))
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
    const answer = await statusOfReplica(replica, configuration);
    if ('status' in answer) {
      const { snapshotIndex, snapshotsFailed, diskFull } = answer.status.counters;
      if (snapshotIndex >= before.appliedIndex) return answer.status;
      if (snapshotsFailed > before.counters.snapshotsFailed) {
        const why = diskFull === 0 ? 'its disk refused it' : 'its disk is full';
        throw new Failure(
          `Replica ${before.replicaId} could not write the snapshot: ${why}. The journal is kept, so nothing is lost; ` +
            'make room on the disk, and give the order again.',
        );
      }
    }
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
    addOrderCommand(
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

/**
 * The recovering replica whose log goes furthest, where that is not the given one: a later term counts more than a
 * later frame. One that may vote loses nothing of what it holds.
 */
function longerThan(
  statuses: readonly ReplicaStatus[],
  { lastIndex, counters }: ReplicaStatus,
): ReplicaStatus | undefined {
  const { lastLogTerm } = counters;
  const [longest] = statuses
    .filter(({ recovering }) => recovering)
    .toSorted((a, b) => b.counters.lastLogTerm - a.counters.lastLogTerm || b.lastIndex - a.lastIndex);
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
  const isFounding = status.counters.founding !== 0;
  const needed = isFounding
    ? 'the cluster has had no leader yet, and its first one needs all founders'
    : `a majority is ${Math.floor(total / 2) + 1}`;
  const lines = [
    `Replica ${status.replicaId} holds frames up to ${status.lastIndex}, ${status.durableIndex} of them flushed.`,
    `${statuses.length} of ${total} replicas answer, ${voting.length} of them may vote; ${needed}.`,
  ];
  const others = statuses.filter(({ replicaId }) => replicaId !== status.replicaId);
  if (others.length > 0 && others.every(({ replicaId }) => status.peersRefused.includes(replicaId))) {
    lines.push(
      'It and the others do not hear each other, and its log says why. As long as that is so it does not come back, and ' +
        'accepting a loss does not help.',
    );
    return lines.join('\n');
  }
  if (isFounding) {
    lines.push(
      'If the cluster is new, nothing is lost. If it has traded before, what it did is in the folders that were emptied or ' +
        'replaced: put them back in place of going on.',
    );
  } else if (voting.length > total / 2) {
    lines.push('A majority may vote, so this replica recovers by itself. Accepting a loss is not needed.');
    return lines.join('\n');
  } else lines.push(lossOf(configuration.durability));
  const longer = longerThan(statuses, status);
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
  return lines.join('\n');
}

function lossOf(durability: ConfigurationFile['durability']): string {
  const what =
    durability === 'memory'
      ? 'What was acknowledged to clients and stood only in memory when the machines went down may be lost. '
      : 'What was acknowledged to clients and stood only on disks that are lost, damaged or replaced may be lost. ';
  return `${what}It cannot be known how much: orders and trades after the last frame of all survivors are gone for good.`;
}
