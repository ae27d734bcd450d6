/**
 * Holds a site back that goes on though another one writes in a later epoch: one that was taken for lost, and promoted
 * over. Each of its replicas is ordered to end; from then on it neither leads nor votes, also after a start.
 */
import { outlived } from '../../replica/sites/outlived.ts';
import { reached, statusOfMembers } from '../clients/control-client.ts';
import type { Loaded } from '../configuration/load.ts';
import { giveOrder } from '../orders/control-orders.ts';

/** Returns what was said of it; empty where nothing was to be done. */
export async function holdBack(loaded: Loaded, epoch: number): Promise<string> {
  const said: string[] = [];
  const { configuration, answers } = await statusOfMembers(loaded.configuration);
  const whole = { ...loaded, configuration };
  const replicas = reached(answers).map(({ counters, ...status }) => ({ ...status, epoch: counters.epoch }));
  for (const replicaId of outlived(replicas, epoch))
    said.push(`replica ${replicaId}: ${await giveOrder(whole, replicaId, 'end-epoch', { epoch })}`);
  return said.join(' ');
}
