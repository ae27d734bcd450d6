/**
 * A folder from the past: a replica stops, its folder is copied, it starts and acknowledges more; later the copy takes
 * the place of its folder, and it and those that lagged are a majority, while those that hold the rest are gone. Staged
 * in two orders: the laggards stop before the replica starts again, or when they have heard of that life.
 *
 * As copies, files are new ones and show by themselves. A volume that is set back shows nothing: it is survived where
 * all others have heard of the life that the folder does not know, so it is set back only then.
 */
import type { DiskImage, PutBack } from '../../../journal/testing/virtual-disk.ts';
import type { Machine } from '../../world/machine.ts';
import { anyVictim, note, type Scene } from './scene.ts';

export function returnOldFolder(scene: Scene): boolean {
  const { cluster, random, later } = scene;
  const victim = anyVictim(scene);
  if (victim === undefined || !victim.isRunning || cluster.leader === undefined) return false;
  // Its folder is not of this cluster.
  if (cluster.misled.has(victim)) return false;
  const before = victim.replica?.log.raft.incarnationOf(victim.id) ?? 0;
  victim.crash();
  const image = victim.disk.image();
  note(scene, victim, 'has its folder copied');
  const others = cluster.machines.filter((machine) => machine !== victim);
  const laggards = drawLaggards(scene, others);
  if (random.chance(0.5)) for (const machine of laggards) machine.crash();
  later(500, 10_000, () => victim.start());
  later(30_000, 100_000, () => {
    const isHeard = others.every(({ replica }) => (replica?.log.raft.incarnationOf(victim.id) ?? 0) > before);
    for (const machine of laggards) machine.crash();
    later(5_000, 60_000, () => {
      const how = isHeard ? 'set back' : random.pick(['copied', 'copied over files'] as const);
      swap(scene, victim, laggards, image, how);
    });
  });
  return true;
}

/** As many as are a majority with the victim; mostly the leader is none of them. */
function drawLaggards({ cluster, random }: Scene, others: readonly Machine[]): readonly Machine[] {
  const { leader } = cluster;
  const spared = random.chance(0.8) ? leader : undefined;
  const eligible = others.filter((machine) => machine !== spared);
  const from = random.below(eligible.length);
  return Array.from({ length: cluster.minority }, (_, n) => eligible[(from + n) % eligible.length]!);
}

/** Those that hold everything die, and are back only when the old folder and the laggards may have elected a leader. */
function swap(
  { cluster, later }: Scene,
  victim: Machine,
  laggards: readonly Machine[],
  image: DiskImage,
  how: PutBack,
): void {
  for (const machine of cluster.machines) {
    machine.crash();
    if (machine === victim || laggards.includes(machine)) later(500, 20_000, () => machine.start());
    else later(200_000, 500_000, () => machine.start());
  }
  if (victim.state === 'crashed') victim.putBack(image, how);
}
