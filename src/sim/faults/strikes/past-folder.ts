/**
 * The folder of a replica is mistaken for that of an earlier cluster of the same founders. Its replica takes part in
 * nothing until the folder is emptied; the others go on.
 */
import type { PutBack } from '../../../journal/testing/virtual-disk.ts';
import { anyVictim, note, type Scene } from './scene.ts';

const ways: readonly PutBack[] = ['set back', 'copied', 'copied over files'];

export function mistakeFolder(scene: Scene): boolean {
  const { world, cluster, random, later } = scene;
  const victim = anyVictim(scene);
  if (victim === undefined || !victim.isRunning || cluster.leader === undefined) return false;
  const image = world.pastCluster?.imageOf(victim.id);
  if (image === undefined) return false;
  victim.crash();
  if (victim.state !== 'crashed') return false;
  note(scene, victim, 'gets the folder of an earlier cluster');
  victim.putBack(image, random.pick(ways));
  if (random.chance(0.3)) victim.disk.remove('state');
  cluster.misled.add(victim);
  later(500, 20_000, () => victim.start());
  later(100_000, 400_000, () => {
    victim.crash();
    if (victim.state !== 'crashed') return;
    victim.wipe();
    cluster.misled.delete(victim);
    later(500, 20_000, () => victim.start());
  });
  return true;
}
