/**
 * A majority is gone for good, and an operator rebuilds the cluster from a survivor that was cut off before, so that
 * the others acknowledged more than it holds. Then they come back with their folders: none of them may serve beside the
 * new generation, and once they are ordered to, they return blank and hold what the survivor holds.
 */
import type { Report } from '../../checkers/violations.ts';
import type { Random } from '../../std/random.ts';
import type { ClientActor } from '../actors/client-actor.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';

const votersMin = 3;
/** A whole cluster is rebuilt in one run out of so many. */
const oneOf = 2;
const apartUsMax = 300_000;
const tailCommands = 24;
const orderUs = 100_000;
const ordersMax = 60;
/** Within this a replica of the generation that is over has heard of the new one, and stays silent. */
const hearUs = 1_500_000;
const returnUs = 12_000_000;

export function rebuildFromSurvivor(
  world: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  report: Report,
): void {
  const random = fork(world.random);
  const { voters = [], learners = [] } = cluster.leader?.replica?.log.raft.configuration ?? {};
  if (voters.length < votersMin || cluster.hasWitness || random.below(oneOf) !== 0) return;
  const { scheduler, trace } = world;
  const survivorId = random.pick([...voters, ...learners]);
  const survivor = cluster.machines.find(({ id }) => id === survivorId)!;
  const others = cluster.machines.filter((machine) => machine !== survivor && voters.includes(machine.id));
  trace.note('epilogue', `${survivor.name} is cut off, and then all others are gone`);
  cutOff(world, survivor, cluster.machines);
  scheduler.runUntil(scheduler.nowUs + random.below(apartUsMax));
  for (const client of clients) client.sendMore(random.below(tailCommands));
  scheduler.runUntil(scheduler.nowUs + random.below(apartUsMax));
  // A spare may have its place by now: then it is not what was to be left over.
  const now = cluster.leader?.replica?.log.raft.configuration.voters ?? voters;
  const isAsBefore = now.includes(survivorId) === voters.includes(survivorId);
  if (isAsBefore) for (const machine of cluster.machines) if (machine !== survivor) machine.crash();
  world.network.heal();
  if (!isAsBefore) return;

  // What is known to be committed, and voided, a process that begins does not know.
  if (random.chance(0.3)) {
    survivor.crash();
    survivor.start();
  }
  // Blank replicas have no log that vouches for a survivor that came by a token: an operator gives it a certificate.
  survivor.joinToken = '';
  if (!isOrdered(world, survivor, random, () => begins(survivor, others))) {
    report(
      'generations',
      `${survivor.name} is the only survivor and does not serve after ${ordersMax} orders`,
    );
    return;
  }
  const { cut } = survivor.replica!.membership;
  if (random.chance(0.5)) leadApart(world, cluster, survivor, others, report);
  trace.note('epilogue', `${survivor.name} goes on; the others come back`);
  // One may have lost its disk, and knows of no generation.
  if (random.chance(0.3)) random.pick(others).wipe();
  for (const machine of others) machine.start();
  scheduler.runUntil(scheduler.nowUs + hearUs);
  for (const { name, replica } of others)
    if (replica?.serving === true)
      report('generations', `${name} serves in generation ${replica.epoch} beside generation ${cut?.epoch}`);
  for (const machine of others) {
    const isBlank = (): boolean => {
      const { replica } = machine;
      if (replica === undefined || replica.epoch === cut!.epoch || replica.log.founders.length === 0)
        return true;
      machine.control.give('leaveGeneration', machine.id, true, { cut: cut! });
      return false;
    };
    if (!isOrdered(world, machine, random, isBlank))
      report('generations', `${machine.name} does not give its folder up after ${ordersMax} orders`);
  }
  const isWhole = (): boolean => others.every((machine) => isLike(machine, survivor));
  if (!scheduler.runUntilHolds(returnUs, isWhole))
    report(
      'generations',
      `${returnUs} us later not all are what ${survivor.name} is: ${shown([survivor, ...others])}`,
    );
}

/**
 * The others come back while they do not reach the survivor, and serve. Then their leader alone does not: it hears of
 * no later generation, and its followers do.
 */
function leadApart(
  world: World,
  cluster: SimulatedCluster,
  survivor: Machine,
  others: readonly Machine[],
  report: Report,
): void {
  const { network, scheduler, trace } = world;
  cutOff(world, survivor, cluster.machines);
  for (const machine of others) machine.start();
  const leading = (): Machine | undefined => others.find(({ replica }) => replica?.serving === true);
  scheduler.runUntilHolds(hearUs, () => leading() !== undefined);
  const leader = leading();
  network.heal();
  if (leader === undefined) return;
  trace.note('epilogue', `${leader.name} leads the others, and alone does not reach ${survivor.name}`);
  cutOff(world, survivor, [leader]);
  scheduler.runUntil(scheduler.nowUs + hearUs);
  if (leader.replica?.serving === true)
    report('generations', `${leader.name} serves, though its followers know of a later generation`);
  network.heal();
}

function cutOff({ network }: World, machine: Machine, all: readonly Machine[]): void {
  for (const { id } of all) {
    if (id === machine.id) continue;
    network.block(id, machine.id);
    network.block(machine.id, id);
  }
}

/** Whether it serves as the next generation; else it is ordered to. */
function begins(survivor: Machine, others: readonly Machine[]): boolean {
  const { replica, control } = survivor;
  if (replica === undefined) return false;
  if (replica.serving && replica.membership.cut !== undefined) return true;
  // An operator accepts that a command is left out on which the survivor dies.
  const force = replica.applier.suspect > 0;
  control.give('beginGeneration', survivor.id, force, { others: others.map(({ id }) => id) });
  return false;
}

/** Gives an order until it is done; sometimes the process dies in the middle of it. */
function isOrdered({ scheduler }: World, machine: Machine, random: Random, isDone: () => boolean): boolean {
  for (let n = 0; n < ordersMax; n++) {
    if (isDone()) return true;
    if (n < 3 && random.chance(0.3)) machine.fuse.light(random.below(60), random.pick(['kill', 'power']));
    scheduler.runUntil(scheduler.nowUs + orderUs);
    machine.start();
  }
  return isDone();
}

function isLike({ replica }: Machine, survivor: Machine): boolean {
  const own = survivor.replica;
  if (replica === undefined || own === undefined) return false;
  const { log, state } = replica;
  return (
    log.instance === own.log.instance &&
    own.membership.voters.includes(replica.options.replicaId) &&
    !log.isRecovering &&
    state.lastSeq === own.state.lastSeq &&
    state.stateHash() === own.state.stateHash()
  );
}

function shown(machines: readonly Machine[]): string {
  return machines
    .map(({ name, replica }) => {
      const { log, state } = replica ?? {};
      return `${name}: generation ${log?.epoch}, seq ${state?.lastSeq}, voters ${log?.voters.join(' ')}, recovering ${log?.isRecovering}`;
    })
    .join('; ');
}
