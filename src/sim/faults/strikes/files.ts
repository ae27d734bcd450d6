/**
 * Operators that edit configuration files and restart replicas, that start new machines with `--bootstrap` and a larger
 * file, and that give any order to any replica at any time. The members are what the log says: a file changes none of
 * them, and what was founded beside the cluster never leads a part of it.
 */
import { replicasMax } from '../../../protocol/limits.ts';
import type { OperatorControlOrder } from '../../../replica/ports.ts';
import type { Machine, MachineFile } from '../../world/machine.ts';
import { anyMachine, note, type Scene, type Strikes } from './scene.ts';

const orders: readonly OperatorControlOrder['kind'][] = [
  'transferLeadership',
  'takeSnapshot',
  'startElection',
  'addMember',
  'promoteMember',
  'demoteMember',
  'replaceMember',
  'preferMember',
  'removeMember',
  'removeMember',
  'stop',
];
const oddIds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 255] as const;
/** A replica that no machine is. */
const inventedId = 200;

export const fileStrikes: Strikes = {
  'edited file': (scene) => {
    const { cluster } = scene;
    const machine = anyMachine(scene);
    // One that is about to found would found what its file says: another exchange, of which nothing is promised.
    if (machine.state === 'off' || cluster.misled.has(machine)) return false;
    write(scene, machine, editedFile(scene, machine));
    restart(scene, machine);
    return true;
  },
  'grown by file': (scene) => growByFile(scene),
  'odd order': (scene) => {
    const machine = scene.random.chance(0.5)
      ? anyMachine(scene)
      : (scene.cluster.leader ?? anyMachine(scene));
    const kind = scene.random.pick(orders);
    const id = scene.random.pick(oddIds);
    const force = scene.random.chance(0.3);
    note(scene, machine, `is ordered: ${kind} ${id}${force ? ', whatever is lost' : ''}`);
    const more = { otherId: scene.random.pick(oddIds), role: scene.random.pick(['voter', 'spare'] as const) };
    machine.control.give(kind, id, force, more);
    return true;
  },
};

/** A file with more replicas, another one, fewer, or another commit rule. */
function editedFile({ cluster, random }: Scene, machine: Machine): MachineFile {
  const ids = cluster.machines.map(({ id }) => id);
  const { durability } = machine.file;
  const named = (list: readonly number[]): MachineFile => {
    const replicas = list.slice(0, replicasMax);
    return { founders: replicas, addresses: replicas, durability };
  };
  switch (random.below(4)) {
    case 0:
      return named([...ids, inventedId]);
    case 1: {
      const gone = random.pick(ids);
      return named([...ids.filter((id) => id === machine.id || id !== gone), inventedId]);
    }
    case 2:
      return named(ids.filter((id) => id === machine.id || random.chance(0.4)));
    default:
      return { ...machine.file, durability: durability === 'disk' ? 'memory' : 'disk' };
  }
}

function write(scene: Scene, machine: Machine, file: MachineFile): void {
  const { founders, durability } = file;
  note(scene, machine, `has its file edited: replicas ${founders.join(' ')}, durability ${durability}`);
  machine.file = file;
}

function restart(scene: Scene, machine: Machine): void {
  if (scene.random.chance(0.5)) machine.crash();
  else machine.stop();
  scene.later(1_000, 60_000, () => machine.start());
}

/**
 * The cluster is grown as a file suggests it: machines that are no members found a cluster of all, a member is
 * restarted with their file, and the network parts those that have it from the others.
 */
function growByFile(scene: Scene): boolean {
  const { cluster, random, world, later } = scene;
  const { machines, founders } = cluster;
  const members = new Set(
    machines.flatMap(({ replica }) => {
      const { voters, outgoing, learners } = replica?.log.raft.configuration ?? {
        voters: [],
        outgoing: [],
        learners: [],
      };
      return [...voters, ...outgoing, ...learners];
    }),
  );
  const newcomers = machines.slice(founders).filter(({ id }) => !members.has(id));
  if (newcomers.length === 0 || machines.some(({ isRunning }) => !isRunning)) return false;
  const all = machines.map(({ id }) => id);
  const file: MachineFile = { founders: all, addresses: all, durability: cluster.durability };
  for (const machine of newcomers) {
    machine.crash();
    machine.wipe();
    write(scene, machine, file);
    machine.isToldToFound = true;
    cluster.misled.add(machine);
    later(500, 20_000, () => machine.start());
  }
  const convert = random.pick(machines.slice(0, founders));
  write(scene, convert, file);
  restart(scene, convert);
  const side = [convert, ...newcomers].map(({ id }) => id);
  const rest = all.filter((id) => !side.includes(id));
  const each = (act: (a: number, b: number) => void): void => {
    for (const a of side) {
      for (const b of rest) {
        act(a, b);
        act(b, a);
      }
    }
  };
  later(1_000, 100_000, () => {
    world.trace.note('faults', `partition: ${side.join(' ')} | ${rest.join(' ')}`);
    each((a, b) => world.network.block(a, b));
    later(50_000, 500_000, () => each((a, b) => world.network.unblock(a, b)));
  });
  return true;
}
