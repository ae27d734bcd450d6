/** What happens on the network, and the strangers that call over it. */
import type { Random } from '../../../std/random.ts';
import type { Machine } from '../../world/machine.ts';
import { type NetworkConditions, quietNetwork } from '../../world/virtual-network.ts';
import { anyMachine, type Scene, type Strikes } from './scene.ts';

/** Of a replica, when something has come between it and its callers. */
const connectionsBroken = 8;

export const networkStrikes: Strikes = {
  storm: (scene) => storm(scene),
  partition: (scene) => {
    const { machines } = scene.cluster;
    const side = machines.filter(() => scene.random.chance(0.5));
    return cut(scene, 'partition', side, true);
  },
  isolation: (scene) => cut(scene, 'isolation', [anyOrLeader(scene)], true),
  'one-way cut': (scene) => {
    const side = scene.cluster.machines.filter(() => scene.random.chance(0.5));
    return cut(scene, 'one-way cut', side, false);
  },
  'asymmetric partition': (scene) => cutAtRandom(scene),
  'mute replica': (scene) => cut(scene, 'mute', [anyOrLeader(scene)], false),
  'deaf replica': (scene) => {
    const deaf = anyOrLeader(scene);
    return cut(
      scene,
      'deaf',
      scene.cluster.machines.filter((machine) => machine !== deaf),
      false,
    );
  },
  reset: (scene) =>
    scene.random.chance(0.5)
      ? scene.random.pick(scene.clients).resetConnection()
      : anyMachine(scene).connections.resetOne(),
  'reconnect storm': (scene) => reconnectStorm(scene),
  strangers: ({ strangers, cluster, random }) =>
    strangers.visit(random.pick(cluster.machines), cluster.machines, random),
  impostor: (scene) => impersonate(scene, anyOrLeader(scene)),
  'session flood': ({ strangers, cluster }) =>
    cluster.leader !== undefined && strangers.flood(cluster.leader),
};

/** Mostly about as long as an election takes, sometimes much longer. */
function lastsUsMax(random: Random): number {
  return random.chance(0.25) ? 500_000 : 150_000;
}

/** More often than not the leader, if there is one. */
function anyOrLeader(scene: Scene): Machine {
  return scene.random.chance(0.4) ? anyMachine(scene) : (scene.cluster.leader ?? anyMachine(scene));
}

function storm({ world, random, later }: Scene): boolean {
  const conditions: NetworkConditions = {
    ...quietNetwork,
    delayMaxUs: random.pick([60, 500, 5_000]),
    loss: random.pick([0, 0.02, 0.2]),
    duplication: random.pick([0, 0.1]),
    reordering: random.pick([0, 0.2]),
    stragglerUs: 3_000,
    corruption: random.pick([0, 0.05, 0.2]),
  };
  const { network } = world;
  world.trace.note('faults', `a storm on the network: ${JSON.stringify(conditions)}`);
  network.conditions = conditions;
  later(10_000, 200_000, () => {
    if (network.conditions === conditions) network.conditions = quietNetwork;
  });
  return true;
}

/** Cuts what `side` sends to the others, and with `bothWays` also what they send to it. Clients may be cut off too. */
function cut(scene: Scene, name: string, side: readonly Machine[], bothWays: boolean): boolean {
  const { world, cluster, clients, random, later } = scene;
  const { network, trace } = world;
  const from = side.map(({ id }) => id);
  const to = cluster.machines.filter((machine) => !side.includes(machine)).map(({ id }) => id);
  if (from.length === 0 || to.length === 0) return false;
  for (const { id } of clients) if (random.chance(0.5)) (random.chance(0.5) ? from : to).push(id);
  trace.note('faults', `${name}: ${from.join(' ')} ${bothWays ? '|' : '-x->'} ${to.join(' ')}`);
  const each = (act: (a: number, b: number) => void): void => {
    for (const a of from) {
      for (const b of to) {
        act(a, b);
        if (bothWays) act(b, a);
      }
    }
  };
  each((a, b) => network.block(a, b));
  later(5_000, lastsUsMax(random), () => {
    trace.note('faults', `${name} ends: ${from.join(' ')}, ${to.join(' ')}`);
    each((a, b) => network.unblock(a, b));
  });
  return true;
}

/** Each direction between each two is cut or open: the network has no sides. */
function cutAtRandom({ world, cluster, random, later }: Scene): boolean {
  const { network, trace } = world;
  const ids = cluster.machines.map(({ id }) => id);
  const pairs = ids.flatMap((from) => ids.map((to) => [from, to] as const));
  const some = pairs.filter(([from, to]) => from !== to && random.chance(0.4));
  if (some.length === 0) return false;
  trace.note('faults', `asymmetric partition: ${some.map(([from, to]) => `${from}-x->${to}`).join(' ')}`);
  for (const [from, to] of some) network.block(from, to);
  later(5_000, lastsUsMax(random), () => {
    trace.note('faults', 'the asymmetric partition ends');
    for (const [from, to] of some) network.unblock(from, to);
  });
  return true;
}

/**
 * A replica dies, and something else answers at its address until it is started again; or something is in the way
 * to it for a while.
 */
function impersonate({ world, strangers, cluster, random, later }: Scene, machine: Machine): boolean {
  if (!machine.isRunning) return false;
  if (random.chance(0.3)) {
    world.trace.note('faults', `something stands in the way to ${machine.name}`);
    strangers.impostor.standBetween(machine, cluster.machines);
    // Those that it had are connected again.
    for (let n = 0; n < connectionsBroken; n++) machine.connections.resetOne();
    later(5_000, lastsUsMax(random), () => strangers.impostor.leave(machine));
    return true;
  }
  world.trace.note('faults', `an impostor takes the address of ${machine.name}`);
  machine.crash();
  strangers.impostor.take(machine, cluster.machines);
  later(5_000, lastsUsMax(random), () => {
    strangers.impostor.leave(machine);
    machine.start();
  });
  return true;
}

/** Clients lose their connections again and again, all at once. */
function reconnectStorm({ world, clients, random, later }: Scene): boolean {
  world.trace.note('faults', 'clients lose their connections again and again');
  for (const client of clients) {
    for (let n = random.between(5, 30); n > 0; n--) later(0, 120_000, () => client.resetConnection());
  }
  return true;
}
