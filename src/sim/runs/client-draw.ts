/** The clients of a simulated exchange, as a seed draws them. */

import { ClientActor } from '../actors/client-actor.ts';
import type { Profile } from '../faults/profiles.ts';
import { clusterId, type SimulatedCluster } from '../world/cluster.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';
import type { Judge } from './judge.ts';

const firstClientId = 101;

export function makeClients(
  world: World,
  cluster: SimulatedCluster,
  judge: Judge,
  profile: Profile,
): ClientActor[] {
  const random = fork(world.random);
  const replicaIds = cluster.machines.map(({ id }) => id);
  return Array.from({ length: random.between(2, 4) }, (_, n) => {
    const clientOptions = {
      clusterId,
      replicaIds,
      feed: n === 0 ? 'all' : 'own',
      cancelOnDisconnectGraceMs: random.chance(0.3) ? random.pick([1, 50, 400]) : undefined,
      pauseUsMax: random.pick([4_000, 10_000, 30_000]),
      burstMax: random.pick([1, 4, 12]),
      windowCommandsMax: 32,
      commandTimeoutUs: random.pick([40_000, 300_000, 3_000_000]),
      ...profile.clients,
    } as const;
    return new ClientActor(world, firstClientId + n, fork(random), clientOptions, judge);
  });
}
