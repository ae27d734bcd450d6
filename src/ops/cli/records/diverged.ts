/**
 * `lockstep diverged`: replicas that have made something else of the log than the others, and the way out where no
 * majority agrees.
 */
import type { Command } from 'commander';
import { reached, type StatusAnswer, statusOfAll } from '../../clients/control-client.ts';
import { atLeader, latestLeader } from '../../clients/leader-orders.ts';
import { replicaOf } from '../../configuration/addresses.ts';
import type { Loaded } from '../../configuration/load.ts';
import { Failure, usageFailure } from '../../failure.ts';
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

interface DivergedOptions extends CommonOptions {
  readonly choose?: number;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function registerDiverged(program: Command, terminal: Terminal): void {
  addJsonOption(
    addOrderCommand(program, 'diverged', 'show replicas whose state differs from that of the others'),
  )
    .option('--choose <replica>', 'the replica whose state is right, where no majority agrees', replicaNumber)
    .option('--force', 'do it; without this option only what would be lost is printed')
    .action(async (options: DivergedOptions) => {
      if (options.force && options.choose === undefined)
        throw usageFailure('--force goes with --choose: name the replica whose state is right.');
      const loaded = await loadWithMembers(options);
      if (options.choose !== undefined) replicaOf(loaded.configuration, options.choose);
      const answers = await statusOfAll(loaded.configuration);
      if (options.choose === undefined) show(answers, options, terminal);
      else await choose(loaded, reached(answers), { ...options, choose: options.choose }, terminal);
    });
}

function show(answers: readonly StatusAnswer[], { json }: DivergedOptions, terminal: Terminal): void {
  const replicas = reached(answers).map(({ replicaId, role, counters }) => ({
    replicaId,
    role,
    parked: counters.parked !== 0,
    disputed: counters.stateDisputed !== 0,
    rebuilds: counters.rebuilds,
  }));
  const lines = replicas.flatMap(({ replicaId, parked, disputed, rebuilds }) => [
    ...(parked
      ? [
          `Replica ${replicaId} is parked: its state differs from that of the majority, and it waits for theirs. Its folder ` +
            'holds what is known, in diverged-at-frame-N.',
        ]
      : []),
    ...(disputed
      ? [
          `Replica ${replicaId} leads, and no majority agrees on the state: no orders are taken. Start the replicas that do ` +
            'not run: a replica that agrees with either side decides. If none can be started, choose with --choose.',
        ]
      : []),
    ...(rebuilds > 0
      ? [`Replica ${replicaId} has taken the state of the others ${rebuilds} times since its start.`]
      : []),
  ]);
  const silent = answers.filter((answer) => 'error' in answer).map(({ replica }) => replica.id);
  if (silent.length > 0)
    lines.push(
      `Not known, for no answer comes: ${silent.length === 1 ? 'replica' : 'replicas'} ${silent.join(', ')}.`,
    );
  const text = lines.length > 0 ? lines.join('\n') : 'All replicas have made the same of the log.';
  tell(terminal, json, { ok: true, replicas }, text);
}

async function choose(
  loaded: Loaded,
  statuses: readonly ReplicaStatus[],
  { choose: replicaId, force, json }: DivergedOptions & { readonly choose: number },
  terminal: Terminal,
): Promise<void> {
  const leader = latestLeader(statuses);
  if (leader === undefined)
    throw new Failure('Nothing was done: no replica that answers leads. See "lockstep status".');
  const body = { replicaId, ...(force ? { force: true as const } : {}) };
  const text = await atLeader(loaded, leader.replicaId, (leaderId) =>
    giveOrder(loaded, leaderId, 'choose-state', body),
  );
  tell(terminal, json, { ok: true, replicaId, text }, text);
}
