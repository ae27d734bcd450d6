/** What operators do to a living cluster: hand over, restart, change the membership. */
import type { OperatorMemberOrderKind } from '../../../replica/ports.ts';
import type { Machine } from '../../world/machine.ts';
import { anyMachine, note, type Scene, type Strikes } from './scene.ts';

export const operatorStrikes: Strikes = {
  transfer: (scene) => {
    const { leader } = scene.cluster;
    const machine = anyMachine(scene);
    if (leader === undefined || leader === machine) return false;
    note(scene, leader, `is asked to hand over to replica ${machine.id}`);
    leader.control.give('transferLeadership', machine.id);
    return true;
  },
  snapshot: (scene) => {
    const machine = anyMachine(scene);
    note(scene, machine, 'is asked for a snapshot');
    machine.control.give('takeSnapshot');
    return true;
  },
  'rolling restart': (scene) => {
    restartNext(scene, [...scene.cluster.machines]);
    return true;
  },
  membership: (scene) => changeMembership(scene),
};

/** One after the other ends in good order and comes back, as in an upgrade. */
function restartNext(scene: Scene, left: Machine[]): void {
  const machine = left.shift();
  if (machine === undefined) return;
  machine.stop();
  scene.later(2_000, 40_000, () => {
    machine.start();
    scene.later(10_000, 80_000, () => restartNext(scene, left));
  });
}

/** One step of a membership change, whatever the leader's configuration allows. */
export function changeMembership(scene: Scene): boolean {
  const { cluster, random } = scene;
  const configuration = cluster.leader?.replica?.log.raft.configuration;
  if (cluster.leader === undefined || configuration === undefined) return false;
  const { voters, learners } = configuration;
  const outside = cluster.machines.filter(({ id }) => !voters.includes(id) && !learners.includes(id));
  const steps: (readonly [OperatorMemberOrderKind, number])[] = [
    ...outside.map(({ id }) => ['addMember', id] as const),
    ...learners.map((id) => ['promoteMember', id] as const),
    ...learners.slice(0, 1).map((id) => ['removeMember', id] as const),
    // One of the machines outside, or a learner, takes the place of a voter.
    ['replaceMember', random.pick(voters)],
  ];
  // Never fewer voters than the cluster had at first but one: a single crash must stay survivable.
  if (voters.length > Math.max(1, cluster.founders - 1)) {
    const id = random.pick(voters);
    steps.push(['removeMember', id], ['demoteMember', id]);
  }
  const [kind, id] = random.pick(steps);
  const force = random.chance(0.5);
  note(scene, cluster.leader, `is asked: ${kind} ${id}${force ? ', whatever is lost' : ''}`);
  const newcomers = [...learners, ...outside.map((machine) => machine.id)];
  const otherId = newcomers.length === 0 ? id : random.pick(newcomers);
  const drawn = random.pick(['voter', 'voter', 'learner', 'spare'] as const);
  // Now and then a machine is taken for what it is not, which is refused.
  const isWitness = cluster.machines.some((machine) => machine.id === id && machine.isWitness);
  const role = isWitness && !(force && drawn === 'spare') ? 'witness' : drawn;
  cluster.leader.control.give(kind, id, force, { otherId, role });
  return true;
}
