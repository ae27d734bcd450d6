/** Snapshots on demand. */

import type { Command } from 'commander';
import { hasState, reached, statusOfAll, statusOfReplica } from '../../clients/control-client.ts';
import { lookUntil } from '../../clients/look.ts';
import { replicaOf } from '../../configuration/addresses.ts';
import type { Loaded } from '../../configuration/load.ts';
import { Failure } from '../../failure.ts';
import type { ReplicaStatus } from '../../health/status.ts';
import { giveOrder } from '../../orders/control-orders.ts';
import {
  addJsonOption,
  addOrderCommand,
  type CommonOptions,
  loadWithMembers,
  replicaNumber,
  tell,
} from '../command.ts';
import type { Terminal } from '../terminal.ts';

const lookMs = 50;
const snapshotTimeoutMs = 120_000;

interface SnapshotOptions extends CommonOptions {
  readonly replica?: number;
  readonly json?: boolean;
}

export function registerSnapshot(program: Command, terminal: Terminal): void {
  addJsonOption(addOrderCommand(program, 'snapshot', 'have a follower write a snapshot now, and wait for it'))
    .option('--replica <id>', 'the replica that writes it (default: a follower)', replicaNumber)
    .action(async (options: SnapshotOptions) => {
      const loaded = await loadWithMembers(options);
      if (options.replica !== undefined) replicaOf(loaded.configuration, options.replica);
      const statuses = reached(await statusOfAll(loaded.configuration)).filter(hasState);
      const chosen =
        options.replica === undefined
          ? (statuses.find(({ role, recovering }) => role === 'follower' && !recovering) ?? statuses[0])
          : statuses.find(({ replicaId }) => replicaId === options.replica);
      if (chosen === undefined)
        throw new Failure(
          options.replica === undefined
            ? 'No replica answers that could write a snapshot: a witness has no state to write. See "lockstep status".'
            : `Replica ${options.replica} writes no snapshot: it does not answer, or it is a witness, which has no state. See "lockstep status".`,
        );
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
  const found = await lookUntil({ withinMs: snapshotTimeoutMs, everyMs: lookMs }, async () => {
    const answer = await statusOfReplica(replica, configuration);
    if ('error' in answer) return undefined;
    const { snapshotIndex, snapshotsFailed, diskFull } = answer.status.counters;
    if (snapshotIndex >= before.appliedIndex) return answer.status;
    if (snapshotsFailed <= before.counters.snapshotsFailed) return undefined;
    const why = diskFull === 0 ? 'its disk refused it' : 'its disk is full';
    throw new Failure(
      `Replica ${before.replicaId} could not write the snapshot: ${why}. The journal is kept, so nothing is lost; ` +
        'make room on the disk, and give the order again.',
    );
  });
  if (found !== undefined) return found;
  throw new Failure(
    `Replica ${before.replicaId} did not finish its snapshot within ${snapshotTimeoutMs / 1_000} s. Its log says why.`,
  );
}
