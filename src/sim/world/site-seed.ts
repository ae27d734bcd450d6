/** How a standby site of a simulated world begins: with the state of the site that writes. */
import type { SnapshotFile } from '../../journal/snapshot-file.ts';
import { configurationPayload, noMembers } from '../../raft/configuration.ts';
import { generationFiles } from '../../replica/raft-log/generation-files.ts';
import { clusterId, type SimulatedCluster } from './cluster.ts';
import type { Machine } from './machine.ts';

/** What the machines of a site had is given up, for the state of a replica that runs at the other one. */
export function seedSite(source: Machine, { machines }: SimulatedCluster): void {
  const snapshot = snapshotOf(source, machines);
  const owners = machines.map(({ id }) => ({ clusterId, replicaId: id }));
  const folders = generationFiles(snapshot, owners);
  for (const [n, machine] of machines.entries()) {
    // A replica that its supervisor has started meanwhile.
    machine.crash();
    machine.wipe();
    for (const { name, bytes } of folders[n]!) machine.disk.write(name, bytes);
    machine.isToldToFound = false;
  }
}

/** The state of a replica as the snapshot from which another site begins. */
function snapshotOf({ replica }: Machine, machines: readonly Machine[]): SnapshotFile {
  const { log, applier, state } = replica!;
  const founders = machines.map(({ id }) => id);
  const members = { ...noMembers, voters: founders };
  const configuration = configurationPayload(members);
  const bytes = new Uint8Array(state.engine.snapshotBytes());
  state.engine.writeSnapshot(bytes);
  return {
    ...log.positionAt(applier.appliedIndex),
    ...{ seq: state.lastSeq, timeUs: state.lastTimeUs, founders, configuration },
    logDigest: 0,
    eventDigest: state.digest >>> 0,
    stateHash: state.stateHash(),
    state: bytes,
  };
}
