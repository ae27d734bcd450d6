/**
 * The folders of the replicas of a restored cluster. Each holds the state as its only snapshot, at the command that was
 * asked for, and a state file that has promised nothing but the term of that snapshot. The cluster is the next
 * generation of the one that was backed up: an instance of its own, the next epoch, and the members that are to run it.
 */

import { firstEpoch } from '../protocol/foundation.ts';
import { configurationPayload, noMembers } from '../raft/configuration.ts';
import { type FolderFile, generationFiles } from '../replica/raft-log/generation-files.ts';
import type { LogReplay } from './replay.ts';

export interface Founding {
  readonly clusterId: number;
  /** All members of the new cluster, in order: its voters. */
  readonly replicaIds: readonly number[];
  /** Of the new cluster (protocol/foundation.ts); undefined: it is another site of the same cluster. */
  readonly instance: number | undefined;
}

/** The files of each replica, in the order of the ids. The log has at least one frame. */
export function foundedFolders(
  { exchange, position, terms, epoch, instance: ownInstance, site: ownSite }: LogReplay,
  { clusterId, replicaIds, instance }: Founding,
): { readonly replicaId: number; readonly files: readonly FolderFile[] }[] {
  const { index, term, seq, timeUs } = position;
  const generation =
    instance === undefined
      ? { instance: ownInstance, epoch: Math.max(epoch, firstEpoch), site: ownSite }
      : { instance, epoch: epoch + 1 };
  // A member of the generation before finds with it what of its own log is lost.
  const cut = instance === undefined ? {} : { cut: { ...position, epoch: epoch + 1, terms } };
  const members = { ...noMembers, voters: replicaIds, ...cut };
  const configuration = configurationPayload(members);
  const state = new Uint8Array(exchange.engine.snapshotBytes());
  exchange.engine.writeSnapshot(state);
  const snapshot = {
    ...{ index, term, seq, timeUs, founders: replicaIds, ...generation, configuration },
    // The log of the new cluster begins here.
    logDigest: 0,
    eventDigest: exchange.digest >>> 0,
    stateHash: exchange.stateHash(),
    state,
  };
  const owners = replicaIds.map((replicaId) => ({ clusterId, replicaId }));
  return generationFiles(snapshot, owners).map((files, n) => ({ replicaId: replicaIds[n]!, files }));
}
