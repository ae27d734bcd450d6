/**
 * The worst moments for a change of the members: several at once and over a change of leadership, while a snapshot is
 * installed, while a disk is full or takes seconds for a flush, while messages come later than an election.
 */
import { membersOf } from '../../../raft/configuration.ts';
import type { Configuration } from '../../../raft/types.ts';
import type { Machine } from '../../world/machine.ts';
import { type NetworkConditions, quietNetwork } from '../../world/virtual-network.ts';
import { changeMembership } from './operators.ts';
import { note, type Scene, type Strikes } from './scene.ts';

/** A process may die in any of this many port calls to come. */
const callsMax = 40;
/** Orders that are given at once. */
const ordersMax = 4;
/** A flush that takes so long outlasts all elections meanwhile. */
const waitingFlushUs = 2_000_000;
/** Messages come later than so many election time-outs. */
const latestTimeouts = 2;
const preferences = ['prefer', 'never', 'normal'] as const;

export const changeStrikes: Strikes = {
  preference: (scene) => prefer(scene),
  'hurried changes': (scene) => hurry(scene),
  'hand-over cut': (scene) => cutHandOver(scene),
  'full newcomer': (scene) => fillNewcomer(scene),
  'change and snapshot': (scene) => changeWhileInstalling(scene),
  'newcomer wiped': (scene) => wipeOutsider(scene),
  'flush waits': (scene) => delayFlush(scene),
  'late messages': (scene) => delayMessages(scene),
};

interface Leading {
  readonly leader: Machine;
  readonly configuration: Configuration;
}

function leading({ cluster: { leader } }: Scene): Leading | undefined {
  const configuration = leader?.replica?.membership;
  return leader === undefined || configuration === undefined ? undefined : { leader, configuration };
}

/** An operator says which replica is to lead, or is not to. */
function prefer(scene: Scene): boolean {
  const found = leading(scene);
  if (found === undefined) return false;
  const { leader, configuration } = found;
  const id = scene.random.pick(membersOf(configuration));
  const preference = scene.random.pick(preferences);
  note(scene, leader, `is asked: replica ${id} has the preference ${preference}`);
  leader.control.give('preferMember', id, false, { preference });
  return true;
}

/** Several changes in a row, and meanwhile their leader dies, is cut off with some of the others, or hands over. */
function hurry(scene: Scene): boolean {
  const found = leading(scene);
  if (found === undefined) return false;
  const { cluster, random, later } = scene;
  const { leader } = found;
  for (let n = random.between(2, ordersMax); n > 0; n--) {
    if (random.chance(0.3)) later(0, 8_000, () => prefer(scene));
    else later(0, 8_000, () => changeMembership(scene));
  }
  switch (random.below(4)) {
    case 0: {
      const how = cluster.durability === 'disk' ? random.pick(['kill', 'power'] as const) : 'kill';
      later(0, 8_000, () => leader.fuse.light(random.below(callsMax), how));
      break;
    }
    case 1: {
      const side = cluster.machines.filter((machine) => machine === leader || random.chance(0.3));
      later(0, 8_000, () => cutOff(scene, side));
      break;
    }
    case 2:
      later(0, 8_000, () => leader.control.give('transferLeadership', random.pick(cluster.machines).id));
      break;
    default:
      later(0, 8_000, () => leader.crash());
      later(9_000, 150_000, () => leader.start());
  }
  return true;
}

/** For about as long as some elections take, in both directions or in one. */
function cutOff({ cluster, world, random, later }: Scene, side: readonly Machine[]): void {
  const { network, trace } = world;
  const rest = cluster.machines.filter((machine) => !side.includes(machine));
  const bothWays = random.chance(0.5);
  const pairs = side.flatMap(({ id }) => rest.map((other) => [id, other.id] as const));
  const each = (act: (from: number, to: number) => void): void => {
    for (const [one, other] of pairs) {
      act(one, other);
      if (bothWays) act(other, one);
    }
  };
  trace.note(
    'faults',
    `cut off${bothWays ? '' : ' in one direction'}: ${side.map(({ id }) => id).join(' ')}`,
  );
  each((from, to) => network.block(from, to));
  later(5_000, 300_000, () => each((from, to) => network.unblock(from, to)));
}

/** Leadership is handed over while any directions between any replicas are cut. */
function cutHandOver(scene: Scene): boolean {
  const { cluster, world, random, later } = scene;
  const { leader, machines } = cluster;
  if (leader === undefined) return false;
  const to = random.pick(machines);
  const pairs = machines.flatMap(({ id }) => machines.map((other) => [id, other.id] as const));
  const some = pairs.filter(([one, other]) => one !== other && random.chance(0.3));
  note(scene, leader, `is asked to hand over to replica ${to.id}, and some do not reach each other`);
  leader.control.give('transferLeadership', to.id);
  later(0, 3_000, () => {
    for (const [one, other] of some) world.network.block(one, other);
    later(5_000, 200_000, () => {
      for (const [one, other] of some) world.network.unblock(one, other);
    });
  });
  return true;
}

/** A learner whose disk is full is to be given a vote. */
function fillNewcomer(scene: Scene): boolean {
  const found = leading(scene);
  if (found === undefined) return false;
  const { cluster, random, later } = scene;
  const { leader, configuration } = found;
  const learner = cluster.machines.find(({ id }) => configuration.learners.includes(id));
  if (learner === undefined) return false;
  note(scene, learner, 'has a full disk, and is to be given a vote');
  if (random.chance(0.5)) learner.disk.setFull(true);
  else learner.disk.fillAfter(random.below(callsMax));
  later(0, 60_000, () => leader.control.give('promoteMember', learner.id, random.chance(0.5)));
  later(40_000, 400_000, () => learner.disk.setFull(false));
  return true;
}

/** One that was cut off needs a snapshot, and the members change while it takes that. */
function changeWhileInstalling(scene: Scene): boolean {
  const found = leading(scene);
  if (found === undefined) return false;
  const { cluster, clients, world, random, later } = scene;
  const others = cluster.machines.filter((machine) => machine !== found.leader);
  if (others.length === 0) return false;
  const { network } = world;
  const laggard = random.pick(others);
  const each = (act: (from: number, to: number) => void): void => {
    for (const { id } of cluster.machines) {
      if (id === laggard.id) continue;
      act(id, laggard.id);
      act(laggard.id, id);
    }
  };
  note(scene, laggard, 'is cut off while snapshots are taken, and the members change when it is back');
  each((from, to) => network.block(from, to));
  for (const atUs of [60_000, 130_000]) {
    later(atUs - 40_000, atUs - 40_000, () => {
      for (const client of clients) client.sendMore(8);
    });
    later(atUs, atUs, () => {
      for (const machine of cluster.machines)
        if (machine !== laggard && machine.isRunning) machine.control.give('takeSnapshot');
    });
  }
  if (random.chance(0.5)) later(20_000, 190_000, () => changeMembership(scene));
  later(200_000, 200_000, () => each((from, to) => network.unblock(from, to)));
  for (let n = random.between(1, 3); n > 0; n--) later(200_000, 260_000, () => changeMembership(scene));
  if (random.chance(0.5))
    later(200_000, 240_000, () => {
      if (laggard.isRunning) laggard.fuse.light(random.below(callsMax), 'kill');
    });
  return true;
}

/** A machine that is no member by any log loses its disk, and becomes one again. */
function wipeOutsider(scene: Scene): boolean {
  const { cluster, random, later } = scene;
  const { machines, leader } = cluster;
  const isMember = (id: number): boolean =>
    machines.some(
      ({ id: other, process }) =>
        other !== id && (process === undefined || membersOf(process.log.membership).includes(id)),
    );
  const outsider = machines.find(({ id }) => !isMember(id));
  if (leader === undefined || outsider === undefined || outsider === leader) return false;
  outsider.crash();
  if (outsider.state !== 'crashed') return false;
  outsider.wipe();
  outsider.start();
  const role = random.pick(['voter', 'spare', 'learner'] as const);
  later(10_000, 100_000, () => cluster.leader?.control.give('addMember', outsider.id, false, { role }));
  return true;
}

/** A disk takes seconds for each flush, and often the leader dies meanwhile. */
function delayFlush(scene: Scene): boolean {
  const { cluster, random, later } = scene;
  const { leader } = cluster;
  const machine = random.pick(cluster.machines);
  note(scene, machine, 'has a disk that takes seconds for a flush');
  machine.disk.slowUs = waitingFlushUs;
  later(20_000, 400_000, () => machine.disk.hurry());
  if (leader === undefined || random.chance(0.3)) return true;
  later(1_000, 60_000, () => leader.crash());
  later(61_000, 250_000, () => leader.start());
  return true;
}

/** What is sent comes, and may come after the election that it led to, or prevented. */
function delayMessages({ world, cluster, random, later }: Scene): boolean {
  const { network, trace } = world;
  const timeoutUs = cluster.electionTimeoutUs;
  const conditions: NetworkConditions = {
    ...quietNetwork,
    delayMaxUs: random.between(timeoutUs >> 2, latestTimeouts * timeoutUs),
    duplication: random.pick([0, 0.1]),
  };
  trace.note('faults', `messages take up to ${conditions.delayMaxUs} us`);
  network.conditions = conditions;
  later(20_000, 300_000, () => {
    if (network.conditions === conditions) network.conditions = quietNetwork;
  });
  return true;
}
