/** What happens to disks. What destroys data happens to victims alone. */
import type { MachineDisk } from '../machine-disk.ts';
import { anyMachine, anyVictim, note, type Scene, type Strikes } from './scene.ts';

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
  'disk full': (scene) => ail(scene, 'is full', (disk, isAiling) => disk.setFull(isAiling)),
  'disk full at a write': (scene) => {
    const writes = scene.random.below(writesMax);
    return ail(scene, `is full after ${writes} writes`, (disk, isAiling) =>
      isAiling ? disk.fillAfter(writes) : disk.setFull(false),
    );
  },
  'disk refusal': (scene) => ail(scene, 'refuses', (disk, isAiling) => disk.setRefusing(isAiling)),
  'slow disk': (scene) =>
    ail(scene, 'is slow', (disk, isAiling) => {
      disk.isSlow = isAiling;
    }),
};

function ail(scene: Scene, what: string, set: (disk: MachineDisk, isAiling: boolean) => void): boolean {
  const machine = anyMachine(scene);
  note(scene, machine, `has a disk that ${what}`);
  set(machine.disk, true);
  scene.later(10_000, 500_000, () => set(machine.disk, false));
  return true;
}

function destroy(scene: Scene, kind: 'wipe' | 'rot' | 'snapshot rot'): boolean {
  const victim = anyVictim(scene);
  if (victim === undefined) return false;
  victim.crash();
  if (victim.state !== 'crashed') return false;
  if (kind === 'wipe') victim.wipe();
  else victim.rot(kind === 'rot' ? '' : 'snapshot-');
  scene.later(1_000, 200_000, () => victim.start());
  return true;
}
