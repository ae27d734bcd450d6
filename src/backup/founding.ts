/**
 * The folders of the replicas of a restored cluster. Each holds the state as its only snapshot, at the command that was
 * asked for, and a state file that has promised nothing but the term of that snapshot. The cluster is another one than
 * that which was backed up: an instance of its own, and the members that are to run it.
 */
import { MemoryStorage } from '../journal/memory-storage.ts';
import { buildSnapshot, snapshotName } from '../journal/snapshot-file.ts';
import { StateFile } from '../journal/state-file.ts';
import { configurationBytes, noMembers, writeConfiguration } from '../raft/configuration.ts';
import { assert } from '../std/assert.ts';
import type { LogReplay } from './replay.ts';

export interface Founding {
  readonly clusterId: number;
  /** All members of the new cluster, in order: its voters. */
  readonly replicaIds: readonly number[];
  /** Of the new cluster (protocol/foundation.ts). */
  readonly instance: number;
}

/** A file of one replica's folder. */
export interface FoundedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const replicaIdsEnd = 256;

/** The files of each replica, in the order of the ids. The log has at least one frame. */
export function foundedFolders(
  { exchange, place }: LogReplay,
  { clusterId, replicaIds, instance }: Founding,
): { readonly replicaId: number; readonly files: readonly FoundedFile[] }[] {
  const { index, term, seq, timeUs } = place;
  const members = { ...noMembers, voters: replicaIds };
  const configuration = new Uint8Array(configurationBytes(members));
  writeConfiguration(members, configuration, 0);
  const state = new Uint8Array(exchange.engine.snapshotBytes());
  exchange.engine.writeSnapshot(state);
  const snapshot = buildSnapshot({
    ...{ index, term, seq, timeUs, founders: replicaIds, instance, configuration },
    // The log of the new cluster begins here.
    logDigest: 0,
    eventDigest: exchange.digest >>> 0,
    stateHash: exchange.stateHash(),
    state,
  });
  return replicaIds.map((replicaId) => ({
    replicaId,
    files: [
      { name: snapshotName(index), bytes: snapshot },
      ...stateFiles({ clusterId, replicaId, term, founders: replicaIds, instance }),
    ],
  }));
}

/** The state file of a replica that ended in good order, on no machine yet. */
function stateFiles(own: {
  readonly clusterId: number;
  readonly replicaId: number;
  readonly term: number;
  readonly founders: readonly number[];
  readonly instance: number;
}): FoundedFile[] {
  const storage = new MemoryStorage();
  const file = StateFile.create(storage, {
    ...own,
    votedFor: 0,
    recovering: false,
    incarnation: 0,
    previousIncarnation: 0,
    hasBegun: true,
    heard: new Float64Array(replicaIdsEnd),
    bootId: '',
    isClean: true,
    durability: 'disk',
  });
  assert(file !== undefined, 'memory takes a file');
  return storage.list().map((name) => ({ name, bytes: storage.read(name)! }));
}
