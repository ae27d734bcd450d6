/** What happens to machines, their processes and their clocks. */
import type { Machine } from '../../world/machine.ts';
import { anyMachine, anyVictim, note, type Scene, type Strikes, someMachines } from './scene.ts';

/** A clock is set wrong by up to this, as one was in Frankfurt in 2013. */
const clockStepUsMax = 36_000_000;
/** A process may die in any of this many port calls to come. */
const callsMax = 40;

export const machineStrikes: Strikes = {
  crash: (scene) => crash(scene, anyMachine(scene)),
  'leader crash': (scene) => crashLeader(scene),
  'crash of all': (scene) => {
    for (const each of scene.cluster.machines) crash(scene, each);
    return true;
  },
  'crash loop': (scene) => crashLoop(scene, anyMachine(scene), scene.random.between(2, 6)),
  pause: (scene) => {
    const machine = scene.random.chance(0.5)
      ? anyMachine(scene)
      : (scene.cluster.leader ?? anyMachine(scene));
    if (!machine.isRunning) return false;
    machine.pause();
    // Up to several election time-outs: the others have gone on when it comes back.
    scene.later(1_000, scene.random.chance(0.3) ? 600_000 : 150_000, () => machine.resume());
    return true;
  },
  'slow replica': (scene) => {
    for (const machine of someMachines(scene)) {
      note(scene, machine, 'becomes slow');
      scene.world.tally.add('slow replica');
      machine.slowUs = scene.random.pick([2_000, 10_000, 60_000]);
      scene.later(20_000, 250_000, () => {
        machine.slowUs = 0;
      });
    }
    return true;
  },
  'power cut': (scene) => cutPower(scene),
  'power cut of all': (scene) => cutAllPower(scene),
  'clock step': (scene) => {
    for (const machine of someMachines(scene)) {
      const byUs = scene.random.between(-clockStepUsMax, clockStepUsMax);
      note(scene, machine, `has its clock set by ${byUs} us`);
      scene.world.tally.add('clock step');
      machine.clock.stepWall(byUs);
    }
    return true;
  },
  'clock drift': (scene) => {
    for (const machine of someMachines(scene)) {
      const driftPpm = scene.random.between(-20_000, 20_000);
      note(scene, machine, `has its clock drift by ${driftPpm} ppm`);
      scene.world.tally.add('clock drift');
      machine.clock.setDrift(driftPpm);
    }
    return true;
  },
};

function crash({ random, later }: Scene, machine: Machine | undefined): boolean {
  if (machine === undefined || (machine.state !== 'running' && machine.state !== 'paused')) return false;
  if (random.chance(0.5)) machine.crash();
  else machine.fuse.light(random.below(callsMax), 'kill');
  later(1_000, 150_000, () => machine.start());
  return true;
}

/** Mostly with frames that no other replica has, which are cut off when it is back. */
function crashLeader(scene: Scene): boolean {
  const { world, cluster, random, later } = scene;
  const { network } = world;
  const { leader } = cluster;
  if (leader === undefined || world.onLeads !== undefined || random.chance(0.2)) return crash(scene, leader);
  note(scene, leader, 'is not heard any more, and will die');
  network.limitSends(leader.id, 0);
  later(3_000, 25_000, () => {
    network.limitSends(leader.id, Number.POSITIVE_INFINITY);
    crash(scene, leader);
  });
  return true;
}

/** Dies soon after each start, as one that meets the same defect again and again. */
function crashLoop(scene: Scene, machine: Machine, times: number): boolean {
  const { random, later } = scene;
  if (machine.state !== 'running' && machine.state !== 'paused') return false;
  machine.crash();
  later(500, 10_000, () => {
    machine.start();
    if (times === 0) return;
    if (random.chance(0.5)) machine.fuse.light(random.below(callsMax), 'kill');
    later(100, 12_000, () => crashLoop(scene, machine, times - 1));
  });
  return true;
}

/** In `memory` mode a power cut may destroy what was not flushed, so only victims suffer it. */
function cutPower(scene: Scene): boolean {
  const { random, later, cluster } = scene;
  const target = cluster.durability === 'disk' ? anyMachine(scene) : anyVictim(scene);
  if (target === undefined || target.state === 'off') return false;
  // Half of the time in the middle of what it does.
  if (random.chance(0.5)) target.cutPower();
  else target.fuse.light(random.below(callsMax), 'power');
  later(20_000, 200_000, () => target.start());
  return true;
}

/**
 * Of all at the same instant, with much that is written and not flushed yet; in `memory` mode of as many as may lose
 * what they hold. Often the leader alone has a quick disk, and boots last: the others' reports of what
 * they have are all there is.
 */
function cutAllPower({ cluster, victims, random, later }: Scene): boolean {
  const machines = cluster.durability === 'disk' ? cluster.machines : victims;
  if (machines.length === 0) return false;
  const last = random.chance(0.6) ? cluster.leader : undefined;
  for (const machine of machines) machine.disk.isSlow = machine !== last;
  later(8_000, 60_000, () => {
    for (const machine of machines) {
      machine.disk.isSlow = false;
      machine.cutPower();
      if (machine === last) later(200_000, 400_000, () => machine.start());
      else later(10_000, 100_000, () => machine.start());
    }
  });
  return true;
}
