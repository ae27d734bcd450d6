/**
 * The folder of a replica with which another generation of its cluster begins: the state as its only snapshot, and a
 * state file that has promised nothing but the term of that snapshot. The log of the generation begins behind it.
 */
import { MemoryStorage } from '../../journal/memory-storage.ts';
import { buildSnapshot, type SnapshotFile, snapshotName } from '../../journal/snapshot-file.ts';
import { StateFile } from '../../journal/state-file.ts';
import { replicaIdMax } from '../../protocol/limits.ts';
import { assert } from '../../std/assert.ts';

export interface FolderFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Which replica's folder it is. */
export interface FolderOwner {
  readonly clusterId: number;
  readonly replicaId: number;
}

export function generationFiles(snapshot: SnapshotFile, owners: readonly FolderOwner[]): FolderFile[][] {
  const first = { name: snapshotName(snapshot.index), bytes: buildSnapshot(snapshot) };
  return owners.map((owner) => [first, ...stateFiles(snapshot, owner)]);
}

/** The state file of a replica that ended in good order, on no machine yet. */
function stateFiles({ term, founders, instance }: SnapshotFile, owner: FolderOwner): FolderFile[] {
  const storage = new MemoryStorage();
  const file = StateFile.create(storage, {
    ...owner,
    ...{ term, founders, instance },
    votedFor: 0,
    recovering: false,
    incarnation: 0,
    previousIncarnation: 0,
    hasBegun: true,
    heard: new Float64Array(replicaIdMax + 1),
    epochSeen: 0,
    nextInstance: 0,
    bootId: '',
    isClean: true,
    durability: 'disk',
  });
  assert(file !== undefined, () => `memory takes the state file of replica ${owner.replicaId}`);
  return storage.list().map((name) => ({ name, bytes: storage.read(name)! }));
}
