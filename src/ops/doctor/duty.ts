/** What a machine is for, and which units run it. */
import { PartyKind } from '../../protocol/parties.ts';
import { isFormerWatcher, type Party } from '../../trust/parties.ts';
import { hasIdentity, identityFolder } from '../certificates/identities.ts';
import { gatewayOf, watcherOf } from '../certificates/own-identity.ts';
import type { ConfigurationFile } from '../configuration/configuration.ts';
import type { Loaded } from '../configuration/load.ts';
import { installedUnit, type Unit } from './units.ts';

/** What a machine is for. */
export interface Duty {
  readonly replicaId?: number;
  readonly isGateway: boolean;
  /** The number of the watcher that it is for: a machine of its own, with neither a replica nor a gateway. */
  readonly watcher?: number;
}

/** What the identities in the data folder say that this machine is for. */
export function dutyOf(loaded: Loaded): Duty {
  const { configuration, dataFolder } = loaded;
  const has = (party: Party): boolean => hasIdentity(identityFolder(dataFolder, party));
  const replica = configuration.replicas.find(({ id }) => has({ kind: PartyKind.replica, id }));
  const gateway = gatewayOf(configuration);
  const isGateway = has(gateway) && !isFormerWatcher(gateway);
  const watcher = configuration.canary?.watcher;
  const watches = watcher !== undefined && !isGateway && has(watcherOf(loaded, watcher));
  return { ...(replica && { replicaId: replica.id }), isGateway, ...(watches && { watcher }) };
}

/** The unit that runs what a machine is for, where it is installed. */
export function unitOf({ replicaId, isGateway }: Duty): Unit | undefined {
  if (replicaId !== undefined)
    return installedUnit('lockstep-replica@.service', { instance: `${replicaId}` });
  return installedUnit(isGateway ? 'lockstep-gateway.service' : 'lockstep-watch.service');
}

/** The unit that holds addresses, where the configuration has any and it is installed. */
export function addressUnitOf({ vip }: ConfigurationFile, { replicaId }: Duty): Unit | undefined {
  if (vip.addresses.length === 0) return undefined;
  const instance = { instance: `${replicaId ?? ''}` };
  return vip.where === 'leader'
    ? installedUnit('lockstep-vip@.service', instance)
    : installedUnit('lockstep-gateway-vip.service');
}
