/** The state of a sound replica takes the place of the own one, at a frame that the log of this replica holds. */
import { assert } from '../../std/assert.ts';
import type { ReplicatedLog } from '../log/replicated-log.ts';
import type { Applier } from '../state/applier.ts';
import type { StateMachine } from '../state/state-machine.ts';
import type { FetchedSnapshot } from './snapshot-transfer.ts';
import type { Snapshots } from './snapshots.ts';

export interface AdoptingReplica {
  readonly log: Pick<ReplicatedLog, 'read'>;
  readonly state: StateMachine;
  readonly applier: Applier;
  readonly snapshots: Snapshots;
}

/** `unusable`: the bytes are no such state. `busy`: the disk takes them later. */
export function adoptState(
  { log, state, applier, snapshots }: AdoptingReplica,
  { name, file, bytes }: FetchedSnapshot,
): 'done' | 'unusable' | 'busy' {
  const adopt = state.restore(file.state, file.stateHash);
  if (adopt === undefined) return 'unusable';
  if (!snapshots.install(name, bytes)) return 'busy';
  // Frames of the log itself count as where they are applied: changes of the members, and epochs.
  for (let index = applier.appliedIndex + 1; index <= file.index; index++)
    assert(
      log.read(index),
      () => `a state is adopted at a frame that the log holds: ${index} of ${file.index}`,
    );
  adopt();
  applier.restart(file.index, file.logDigest);
  return 'done';
}
