/** What a bad memory module does to the engine of one replica, while the others are sound. */
import { withFlippedDigest } from '../../../engine/testing/memory-errors.ts';
import { exchangeLimits } from '../../world/exchange-limits.ts';
import type { Machine } from '../../world/machine.ts';
import { note, type Scene, type Strikes } from './scene.ts';

/** Frames that the others may be behind: what they have not applied they cannot hold against it. */
const lagFramesMax = 64;

export const memoryStrikes: Strikes = {
  'memory error': (scene) => spoil(scene),
};

/** A majority must be there to say what is right; else an operator would have to. */
function spoil(scene: Scene): boolean {
  const { cluster, random, world } = scene;
  const { leader, machines } = cluster;
  const isReady = (machine: Machine): boolean => {
    const { replica, isRunning } = machine;
    if (replica === undefined || !isRunning || replica.isParked || replica.log.raft.isRecovering)
      return false;
    const { commitIndex, lastIndex } = replica.log;
    return replica.applier.appliedIndex === commitIndex && lastIndex - commitIndex <= lagFramesMax;
  };
  if (leader === undefined || machines.length < 3 || !machines.every(isReady)) return false;
  if (!areAlike(machines, Math.max(0, ...world.spoiled.values()))) return false;
  world.spoiled.clear();
  const machine = random.pick(machines);
  const { engine } = machine.replica!.state;
  machine.spoil(withFlippedDigest(engine, random, { ...exchangeLimits, looksAheadFrom: 0 }));
  note(scene, machine, 'has a bit of its memory flipped');
  world.tally.add('memory error');
  return true;
}

/** None is wrong already, as a frame after the last error shows that all have applied. */
function areAlike(machines: readonly Machine[], spoiledAt: number): boolean {
  const appliers = machines.map(({ replica }) => replica!.applier);
  const index = Math.min(...appliers.map(({ appliedIndex }) => appliedIndex));
  if (index <= spoiledAt || !appliers.every(({ digests }) => digests.knows(index))) return false;
  return new Set(appliers.map(({ digests }) => digests.at(index).events)).size === 1;
}
