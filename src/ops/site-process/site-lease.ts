/** An operator's side of leases between sites: whether the witness is reached, and its promise to grant no more. */

import { operatorOf } from '../certificates/own-identity.ts';
import { statusOfReplica } from '../clients/control-client.ts';
import type { Loaded } from '../configuration/load.ts';
import { messageOf } from '../failure.ts';
import type { GrantedLeaseStanding } from '../grants/lease-office.ts';
import { orderGiver, sendOnce } from '../orders/control-orders.ts';

const promiseMs = 5_000;

function witnessOf({ configuration }: Loaded) {
  const { lease } = configuration.site;
  if (lease === undefined) return undefined;
  const { witnessId: id, host, controlPort } = lease;
  return { id, host, controlPort, controlHost: undefined };
}

/** What the witness has granted, or why that is not known; undefined where no lease is configured. */
export async function grantedByWitness(loaded: Loaded): Promise<GrantedLeaseStanding | string | undefined> {
  const witness = witnessOf(loaded);
  if (witness === undefined) return undefined;
  const { configuration } = loaded;
  const [like] = configuration.replicas;
  const answer = await statusOfReplica({ ...like!, ...witness }, configuration);
  if ('error' in answer) return `the witness does not answer: ${answer.error}`;
  return answer.status.lease?.granted ?? `replica ${witness.id} is not the witness by its own configuration`;
}

/** Whether the witness answers; undefined where no lease is configured. */
export async function reachesWitness(loaded: Loaded): Promise<boolean | undefined> {
  const witness = witnessOf(loaded);
  if (witness === undefined) return undefined;
  const { configuration } = loaded;
  const [like] = configuration.replicas;
  return 'status' in (await statusOfReplica({ ...like!, ...witness }, configuration));
}

/** How long leases of earlier epochs may still be good; a text where the witness does not promise to grant no more. */
export async function promiseOf(
  loaded: Loaded,
  site: number,
  epoch: number,
): Promise<{ readonly waitMs: number } | string> {
  const witness = witnessOf(loaded)!;
  const { configuration, dataFolder } = loaded;
  const giver = orderGiver(dataFolder, operatorOf(configuration));
  try {
    const { ok, waitMs, error } = await sendOnce(giver, configuration, witness, {
      order: 'promise',
      body: { epoch, site },
      timeoutMs: promiseMs,
    });
    return ok === true && waitMs !== undefined ? { waitMs } : (error ?? 'it answers something else');
  } catch (error) {
    return messageOf(error);
  }
}
