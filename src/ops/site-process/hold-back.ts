/**
 * Holds a site back that goes on though another one writes in a later epoch: one that was taken for lost, and promoted
 * over. Each of its replicas is ordered to end; from then on it neither leads nor votes, also after a start.
 */

import { reached, statusOfAll } from '../clients/control-client.ts';
import type { Loaded } from '../configuration/load.ts';
import { giveOrder } from '../orders/control-orders.ts';
import type { ReplicaStatus } from '../replica-process/status.ts';

type HeldReplica = Pick<
  ReplicaStatus,
  'replicaId' | 'role' | 'term' | 'serving' | 'appliedIndex' | 'lastIndex'
> & {
  readonly counters: Pick<ReplicaStatus['counters'], 'epoch'>;
};

/**
 * The replicas that are to end: all of a site that goes on in an epoch before this one, also where it serves no client,
 * as it has no lease. One whose newest leader has not yet applied its log says nothing: it may know the later epoch.
 */
export function outlived(statuses: readonly HeldReplica[], epoch: number): number[] {
  const newest = Math.max(0, ...statuses.map(({ term }) => term));
  const leader = statuses.find(({ role, term }) => role === 'leader' && term === newest);
  if (leader === undefined || leader.counters.epoch >= epoch) return [];
  const knowsItsLog = leader.serving || leader.appliedIndex >= leader.lastIndex;
  if (!knowsItsLog) return [];
  return statuses.filter(({ counters }) => counters.epoch < epoch).map(({ replicaId }) => replicaId);
}

/** Returns what was said of it; empty where nothing was to be done. */
export async function holdBack(loaded: Loaded, epoch: number): Promise<string> {
  const said: string[] = [];
  for (const replicaId of outlived(reached(await statusOfAll(loaded.configuration)), epoch))
    said.push(`replica ${replicaId}: ${await giveOrder(loaded, replicaId, 'end-epoch', { epoch })}`);
  return said.join(' ');
}
