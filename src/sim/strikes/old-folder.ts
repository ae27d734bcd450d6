/**
 * A folder from the past: a replica stops, its folder is copied, it starts and acknowledges more; later the copy takes the
 * place of its folder. Mostly staged so that it and one that lagged are a majority, while those that hold the rest are gone.
 *
 * As copies, files are new ones and show by themselves. A volume that is set back shows nothing: it is survived where all
 * others have heard of the life that the folder does not know, so it is set back only then.
 */
import type { Machine } from '../machine.ts';
import { anyVictim, note, type Scene } from './scene.ts';

export function returnOldFolder(scene: Scene): boolean {
  const { random, later } = scene;
  const victim = anyVictim(scene);
  if (victim === undefined || !victim.isRunning) return false;
  const before = victim.replica?.raft.incarnationOf(victim.id) ?? 0;
  victim.crash();
  const image = victim.disk.image();
  note(scene, victim, 'has its folder copied');
  later(500, 10_000, () => victim.start());
  later(30_000, 150_000, () => {
    if (!victim.isRunning) return;
    const { leader } = scene.cluster;
    const isHeard = others(scene, victim).every(
      ({ replica }) => (replica?.raft.incarnationOf(victim.id) ?? 0) > before,
    );
    const laggard = random.pick(others(scene, victim).filter((machine) => machine !== leader));
    if (random.chance(0.7)) laggard.crash();
    later(5_000, 100_000, () => {
      for (const machine of others(scene, laggard)) machine.crash();
      if (victim.state !== 'crashed') return;
      victim.putBack(image, isHeard ? 'set back' : random.pick(['copied', 'copied over files']));
      later(500, 20_000, () => laggard.start());
      later(500, 20_000, () => victim.start());
      for (const machine of others(scene, victim)) later(150_000, 500_000, () => machine.start());
    });
  });
  return true;
}

function others({ cluster }: Scene, one: Machine): readonly Machine[] {
  return cluster.machines.filter((machine) => machine !== one);
}
