/**
 * Founders whose files name different members, in a world of their own. However the network parts them, at most one of
 * the clusters that their files name may come to serve: two majorities would each have a history.
 */

import type { Report } from '../../checkers/violations.ts';
import { SimulatedCluster } from '../world/cluster.ts';
import type { SimulatedClusterOptions } from '../world/machine.ts';
import { fork } from '../world/scheduler.ts';
import { World } from '../world/world.ts';
import { Judge } from './judge.ts';

const roundsMax = 6;
const roundUs = 100_000;
const stepUs = 4_000;

export function foundAgainst(seed: number, options: SimulatedClusterOptions, report: Report): void {
  const world = new World(seed);
  const random = fork(world.random);
  const cluster = new SimulatedCluster(world, options, new Judge(world), 2);
  const all = cluster.machines.map(({ id }) => id);
  for (const machine of cluster.machines) {
    const isFew = options.founders.includes(machine.id) && random.chance(0.5);
    const founders = isFew ? options.founders : all;
    machine.file = { founders, addresses: all, durability: options.durability };
    machine.isToldToFound = true;
  }
  cluster.start();
  const served = new Set<string>();
  for (let round = 0; round < roundsMax; round++) {
    world.network.heal();
    const side = all.filter(() => random.chance(0.5));
    for (const a of side) {
      for (const b of all) {
        if (side.includes(b)) continue;
        world.network.block(a, b);
        world.network.block(b, a);
      }
    }
    const endUs = world.scheduler.nowUs + roundUs;
    while (world.scheduler.nowUs < endUs) {
      world.scheduler.runUntil(world.scheduler.nowUs + stepUs);
      for (const { replica } of cluster.machines)
        if (replica?.serving) served.add(replica.log.founders.join(' '));
    }
  }
  if (served.size > 1)
    report('founding', `clusters of ${[...served].join(' and of ')} were founded side by side`);
}
