/**
 * What a run shows at its end, on a cluster that is healthy and still: that a replica comes back from a blank disk,
 * that a half-connected follower cannot unseat a healthy leader, that the orders of a client that goes away are
 * cancelled if it asked for that, and that a thief does not take the members from clients.
 */
import type { Report } from '../../checkers/violations.ts';
import { massCancel, Side, TimeInForce } from '../../protocol/commands.ts';
import { newMember } from '../../protocol/roster.ts';
import type { ClientActor } from '../actors/client-actor.ts';
import type { Impostor } from '../actors/impostor.ts';
import { beginClient, makingInstrument, placing, trialInstrumentId } from '../actors/trial-client.ts';
import { intent } from '../actors/workload.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';
import { JoinTrial } from './join-trial.ts';
import type { Judge } from './judge.ts';
import { attachedOf } from './silence-trials.ts';
import { SpareTrial } from './spare-trial.ts';

/**
 * How long the cut lasts, and how long the cluster has afterwards, in election time-outs; a random one is up to two.
 */
const cutTimeouts = 3;
const healedTimeouts = 2;
const votersMin = 3;
/**
 * Within this a cluster without faults has cancelled what it has to cancel: its sweeps take a few orders at a time,
 * each of them 2 to 3 ms after the one before.
 */
const cancelUs = 2_000_000;
/** And within this a follower that copies its state has copied it, and applied what it had put off. */
const copyUs = 1_000_000;

/** Within this a cluster without faults has brought a blank replica up to date, also where a snapshot has rotted. */
const returnUs = 5_000_000;
const snapshotUs = 100_000;
const moreCommands = 32;
/**
 * How often, and how long after each other, a machine is added until it has its vote. One that says nothing learns in
 * 5 s that its leader's machine has lost its power and is back, and calls again.
 */
const addOrdersMax = 80;
const addOrderUs = 100_000;

const cancellingId = 196;
/** A mass cancel takes out two at once; the others are as many as a command may look past. */
const cancelled = 14;

/** Machines that no cluster of a run has. */
const madeUpIds = [201, 202, 203, 204];
/** Within this clients have heard of the members of a thief, and have asked the others what they know. */
const hearUs = 1_000_000;
const answerUs = 5_000_000;
const fewCommands = 2;

/**
 * Gives one follower a blank disk, when the others have dropped what they need no more of their journals: it must come
 * back, mostly through a snapshot, and sometimes one of those that it could fetch has rotted.
 */
export function replaceDisk(
  world: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  report: Report,
): void {
  const { scheduler } = world;
  const { leader } = cluster;
  const voters = leader?.replica?.log.raft.configuration.voters ?? [];
  if (leader === undefined || voters.length < votersMin) return;
  const random = fork(world.random);
  const others = cluster.machines.filter(({ id }) => voters.includes(id) && id !== leader.id);
  const blank = random.pick(others);
  // A journal is dropped up to the last snapshot but one.
  for (let n = 0; n < 2; n++) {
    for (const client of clients) client.sendMore(moreCommands);
    scheduler.runUntil(scheduler.nowUs + snapshotUs);
    for (const { control } of [leader, ...others]) control.give('takeSnapshot');
    scheduler.runUntil(scheduler.nowUs + snapshotUs);
  }
  for (const { id, process } of [leader, ...others]) {
    if (process?.log.raft.isRecovering === false) continue;
    report('stability', `replica ${id} had returned, and recovers again though nothing has happened to it`);
  }
  const rotten = random.pick([leader, ...others].filter((machine) => machine !== blank));
  if (random.chance(0.7)) world.trace.note(rotten.name, `rots: ${rotten.disk.rot('snapshot-')}`);
  blank.crash();
  blank.wipe();
  blank.start();
  if (!scheduler.runUntilHolds(returnUs, () => cluster.isLevel))
    report('liveness', `replica ${blank.id} is not back ${returnUs} us after it got a blank disk`);
}

/** Cuts one follower off from the leader alone: it must not help itself to the leadership, then or on its return. */
export function cutFollowerOff(world: World, cluster: SimulatedCluster, report: Report): void {
  const { leader } = cluster;
  const voters = leader?.replica?.log.raft.configuration.voters ?? [];
  // Without one of two voters there is no majority.
  if (leader?.replica === undefined || voters.length < votersMin) return;
  const { network, scheduler, trace } = world;
  const follower = fork(world.random).pick(
    cluster.membership.filter((machine) => machine !== leader && voters.includes(machine.id)),
  );
  const { term, options } = leader.replica;
  trace.note('epilogue', `replicas ${leader.id}, the leader, and ${follower.id} do not reach each other`);
  network.block(leader.id, follower.id);
  network.block(follower.id, leader.id);
  scheduler.runUntil(scheduler.nowUs + cutTimeouts * options.electionTimeoutUs);
  network.heal();
  scheduler.runUntil(scheduler.nowUs + healedTimeouts * options.electionTimeoutUs);
  const now = cluster.leader;
  if (now === leader && leader.replica.term === term) return;
  const outcome = now === undefined ? 'nobody leads' : `replica ${now.id} leads in term ${now.replica?.term}`;
  report(
    'stability',
    `replica ${leader.id} led in term ${term}; one follower, ${follower.id}, did not hear it; now ${outcome}`,
  );
}

/**
 * A machine that no file of the others names is added, or joins by a token: it catches up and is given a vote. Or those
 * that there are become spares.
 */
export function addMachine(world: World, cluster: SimulatedCluster, report: Report): void {
  const { scheduler, trace } = world;
  // Between two leaders nothing says which machines are members.
  scheduler.runUntilHolds(copyUs, () => cluster.leader !== undefined);
  const { membership } = cluster;
  const machines = cluster.machines.filter((one) => !membership.includes(one) && !one.isWitness);
  const [machine] = machines;
  if (machine === undefined) return;
  const spares = new SpareTrial(world, cluster, machines, report);
  const random = fork(world.random);
  trace.note('epilogue', `${machine.name} is added`);
  if (random.chance(0.5) && !cluster.hasWitness) return new JoinTrial(world, cluster, machine, report).run();
  if (spares.isPossible && !cluster.hasWitness && random.chance(0.7)) return spares.run();
  const votes = (): boolean =>
    cluster.leader?.replica?.log.raft.configuration.voters.includes(machine.id) === true;
  for (let n = 0; n < addOrdersMax && !votes(); n++) {
    cluster.leader?.control.give('addMember', machine.id, true, { role: 'voter' });
    scheduler.runUntil(scheduler.nowUs + addOrderUs);
  }
  if (!votes()) report('liveness', `${machine.name} was added and has no vote`);
}

/** While its state is copied for a snapshot, a follower applies nothing: waits until all have applied the same. */
export function awaitCopies({ scheduler }: World, cluster: SimulatedCluster): void {
  scheduler.runUntilHolds(copyUs, () => cluster.isLevel);
}

/** One client that asked for cancel on disconnect goes away: none of its orders may rest once its grace is over. */
export function sendClientAway(
  world: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  report: Report,
): void {
  const { scheduler } = world;
  const [client] = clients
    .filter(({ graceMs }) => graceMs !== undefined)
    .sort((a, b) => (a.graceMs ?? 0) - (b.graceMs ?? 0));
  if (client === undefined) return;
  const { sessionId } = client.session;
  client.leave();
  scheduler.runUntil(scheduler.nowUs + (client.graceMs ?? 0) * 1_000);
  const holding = (): Machine[] =>
    cluster.membership.filter(({ replica }) => replica?.state.engine.hasDisconnectOrders(sessionId) === true);
  scheduler.runUntilHolds(cancelUs, () => holding().length === 0);
  awaitCopies(world, cluster);
  for (const { id } of holding())
    report('disconnect', `replica ${id} still holds orders of client ${client.id}, which has gone`);
}

/**
 * A thief has the key of a replica and answers in its place: it tells clients that it leads, in a term that was never,
 * and that the others are no members. It must not take the members from them: while it is there each gets its answers
 * from the true leader.
 */
export function nameOwnMembers(
  { scheduler, trace }: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  impostor: Impostor,
  report: Report,
): void {
  const { leader, machines } = cluster;
  const voters = leader?.replica?.log.voters ?? [];
  const attached = attachedOf(clients);
  if (leader === undefined || voters.length < votersMin || cluster.hasWitness || attached.length === 0)
    return;
  const robbed = machines.find((machine) => machine !== leader && voters.includes(machine.id))!;
  trace.note('epilogue', `a thief has the key of ${robbed.name}, and names members of its own to clients`);
  robbed.crash();
  const named = [robbed.id, ...madeUpIds].map((replicaId) => newMember({ replicaId, host: '-' }));
  impostor.turn(robbed, machines, named);
  scheduler.runUntil(scheduler.nowUs + hearUs);
  for (const client of attached) client.sendMore(fewCommands);
  const isAnswered = ({ pending }: ClientActor): boolean => pending === 0;
  scheduler.runUntilHolds(answerUs, () => attached.every(isAnswered));
  for (const { id } of attached.filter((client) => !isAnswered(client)))
    report(
      'strangers',
      `a thief with the key of ${robbed.name} keeps client ${id} from its leader for ${answerUs} us`,
    );
  impostor.leave(robbed);
  robbed.start();
  if (!scheduler.runUntilHolds(returnUs, () => cluster.isLevel && clients.every(isAnswered)))
    report('liveness', `${robbed.name} is back, and ${returnUs} us later not all are level and answered`);
}

/**
 * A fill-or-kill order looks past many orders that a mass cancel means, as far as a command may, and is filled whole.
 */
export function fillBesideCancel(world: World, cluster: SimulatedCluster, judge: Judge): void {
  const client = beginClient(world, cluster, judge, cancellingId);
  if (client === undefined) return;
  const [maker, leaver] = client.accounts;
  const sells = { side: Side.sell, accountId: maker };
  const left = Array.from({ length: cancelled }, () =>
    placing({ ...sells, accountId: leaver, lots: 1, above: 1 }),
  );
  world.trace.note('epilogue', 'a fill-or-kill order comes while a mass cancel goes on');
  client.sendAll([
    makingInstrument(),
    placing({ ...sells, lots: 1, above: 0 }),
    ...left,
    placing({ ...sells, lots: 5, above: 2 }),
    intent(massCancel, leaver, { instrumentId: trialInstrumentId, side: 0 }),
    placing({ accountId: leaver, side: Side.buy, lots: 3, above: 2, timeInForce: TimeInForce.fillOrKill }),
  ]);
  if (!world.scheduler.runUntilHolds(answerUs, () => client.pending === 0))
    judge.violations.report('liveness', `client ${client.id} waits for ${client.pending} outcomes`);
  client.leave();
}
