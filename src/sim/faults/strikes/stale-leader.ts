/**
 * A leader that is cut off and stands still wakes up when others have elected a new one, which dies at that moment
 * (FAILURES 18 and 19): clients look for a replica that serves, and the old leader still says that it does.
 */
import { note, type Scene } from './scene.ts';

export function wakeStaleLeader(scene: Scene): boolean {
  const { world, cluster, later } = scene;
  const { leader: stale, machines } = cluster;
  if (stale === undefined || !stale.isRunning || machines.length < 3 || world.onLeads !== undefined)
    return false;
  const { network } = world;
  const setCut = (isCut: boolean): void => {
    for (const { id } of machines) {
      if (id === stale.id) continue;
      if (isCut) network.block(id, stale.id);
      else network.unblock(id, stale.id);
    }
  };
  setCut(true);
  stale.pause();
  // The next one is elected, and clients learn of it.
  later(200_000, 500_000, () => {
    const { leader } = cluster;
    stale.resume();
    if (leader === undefined || leader === stale) {
      setCut(false);
      return;
    }
    note(scene, stale, `wakes up and hears nobody, while replica ${leader.id}, which leads, dies`);
    leader.crash();
    later(20_000, 100_000, () => {
      setCut(false);
      leader.start();
    });
  });
  return true;
}
