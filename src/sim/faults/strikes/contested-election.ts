/**
 * A contested election: the leader dies, an operator orders all others to campaign at the same moment on a network on
 * which votes cross, and some of those that have voted die too and are back before the term is over. A second vote in a
 * term shows.
 */
import { type NetworkConditions, quietNetwork } from '../../world/virtual-network.ts';
import { note, type Scene } from './scene.ts';

/** Slower than the replicas. */
const slow: NetworkConditions = { ...quietNetwork, delayMinUs: 1_500, delayMaxUs: 4_000 };

export function stageContest(scene: Scene): boolean {
  const { world, cluster, random, later } = scene;
  const { leader, machines } = cluster;
  if (leader === undefined || !leader.isRunning || machines.length < 3) return false;
  const { network } = world;
  note(scene, leader, 'dies, and all others want to lead');
  leader.crash();
  network.conditions = slow;
  later(20_000, 60_000, () => {
    if (network.conditions === slow) network.conditions = quietNetwork;
  });
  later(1_000, 60_000, () => leader.start());
  later(200, 1_500, () => {
    for (const machine of machines) {
      if (!machine.isRunning) continue;
      machine.control.give('startElection');
      if (!random.chance(0.5)) continue;
      later(2_000, 12_000, () => {
        machine.crash();
        later(100, 3_000, () => machine.start());
      });
    }
  });
  return true;
}
