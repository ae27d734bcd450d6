/** What happens to disks. What destroys data happens to victims alone. */
import type { AtlasKind } from '../../world/atlas.ts';
import type { MachineDisk } from '../../world/machine-disk.ts';
import { anyVictim, note, type Scene, type Strikes, someMachines } from './scene.ts';

/** A disk runs full at any of this many writes to come. */
const writesMax = 200;

export const diskStrikes: Strikes = {
  wipe: (scene) => destroy(scene, 'wipe'),
  rot: (scene) => destroy(scene, 'rot'),
  'snapshot rot': (scene) => {
    const victim = anyVictim(scene);
    if (victim === undefined || victim.state === 'off') return false;
    // Half of the time under a living process, which has the file's bytes still to serve to a peer.
    if (scene.random.chance(0.5)) return destroy(scene, 'snapshot rot');
    note(scene, victim, `rots: ${victim.disk.rot('snapshot-')}`);
    return true;
  },
  'disk full': (scene) => ail(scene, 'disk full', (disk, isAiling) => disk.setFull(isAiling)),
  'disk full at a write': (scene) => {
    const writes = scene.random.below(writesMax);
    return ail(scene, 'disk full at a write', (disk, isAiling) =>
      isAiling ? disk.fillAfter(writes) : disk.setFull(false),
    );
  },
  'disk refusal': (scene) => ail(scene, 'disk refusal', (disk, isAiling) => disk.setRefusing(isAiling)),
  'read errors': (scene) => {
    const victim = anyVictim(scene);
    if (victim === undefined) return false;
    note(scene, victim, 'has a disk that cannot be read');
    victim.disk.setUnreadable(true);
    // A page that the process has mapped ends it; else it lives on until it opens a file.
    if (scene.random.chance(0.7)) victim.crash();
    scene.later(1_000, 20_000, () => victim.start());
    scene.later(40_000, 200_000, () => victim.disk.setUnreadable(false));
    return true;
  },
  'slow disk': (scene) =>
    ail(scene, 'slow disk', (disk, isAiling) => {
      disk.isSlow = isAiling;
    }),
};

function ail(scene: Scene, kind: AtlasKind, set: (disk: MachineDisk, isAiling: boolean) => void): boolean {
  for (const machine of someMachines(scene)) {
    note(scene, machine, kind);
    scene.world.tally.add(kind);
    set(machine.disk, true);
    scene.later(10_000, 250_000, () => set(machine.disk, false));
  }
  return true;
}

function destroy(scene: Scene, kind: 'wipe' | 'rot' | 'snapshot rot'): boolean {
  const victim = anyVictim(scene);
  if (victim === undefined) return false;
  victim.crash();
  if (victim.state !== 'crashed') return false;
  if (kind === 'wipe') victim.wipe();
  else victim.rot(kind === 'rot' ? '' : 'snapshot-');
  scene.later(1_000, 120_000, () => victim.start());
  return true;
}
