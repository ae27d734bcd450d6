/**
 * What a run shows of silence at its end, on a cluster that is healthy and still: that a leader that falls silent is
 * replaced in bounded time, and that one is not whose cluster stood still as a whole, or whose word comes late.
 */
import type { Report } from '../../checkers/violations.ts';
import { RaftType } from '../../protocol/datagrams.ts';
import type { ClientActor } from '../actors/client-actor.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';

const votersMin = 3;
/** For so long the replicas hear their leader before, in election time-outs. */
const steadyTimeouts = 6;
/** Within this another replica serves: a time-out at the most until the silence counts, and the election. */
const successionTimeouts = 2;
/** A disk that ends no flush is seen after a time-out, and the leader hands over. */
const standstillTimeouts = 3;
const standstillCommands = 16;
/** The others flush for this part of one after the leader does not any more. */
const standstillParts = 4;
/** After a pause of all a cluster has so long to go on with its leader. */
const settledTimeouts = 2;
/** In so many without a flush a leader that needs them has stopped to take orders, and leads on. */
const stalledTimeouts = 7;
/** Clients that do not reach their leader wait for its answers, then say so, and it hands over. */
const clientSuccessionUs = 3_000_000;
/** A hand-over is given up after one election time-out; the orders to take over come by then, and later. */
const lateTimeouts = 1.5;
const answeredTimeouts = 4;
const silences = ['stands still', 'is mute', 'is deaf'] as const;

/** The leader, and the others that vote, where one of them may take its place. */
function voters(cluster: SimulatedCluster): { leader: Machine; others: Machine[] } | undefined {
  const { leader } = cluster;
  const ids = leader?.replica?.log.raft.configuration.voters ?? [];
  if (leader?.replica?.options.failover !== 'automatic' || ids.length < votersMin) return undefined;
  return { leader, others: cluster.machines.filter(({ id }) => ids.includes(id) && id !== leader.id) };
}

/** The leader falls silent in one way, and is well again when another has taken its place. */
export function silenceLeader(world: World, cluster: SimulatedCluster, report: Report): void {
  const found = voters(cluster);
  const replica = found?.leader.replica;
  if (found === undefined || replica === undefined) return;
  const { leader, others } = found;
  const { network, scheduler, trace } = world;
  const { electionTimeoutUs } = replica.options;
  scheduler.runUntil(scheduler.nowUs + steadyTimeouts * electionTimeoutUs);
  const { term } = replica;
  const silence = fork(world.random).pick(silences);
  trace.note('epilogue', `replica ${leader.id}, the leader, ${silence}`);
  if (silence === 'stands still') leader.pause();
  else
    for (const { id } of others) {
      if (silence === 'is mute') network.block(leader.id, id);
      else network.block(id, leader.id);
    }
  const isReplaced = scheduler.runUntilHolds(successionTimeouts * electionTimeoutUs, () => {
    const now = cluster.leader;
    return now !== undefined && now !== leader && (now.replica?.term ?? 0) > term;
  });
  if (!isReplaced) {
    const waitedUs = successionTimeouts * electionTimeoutUs;
    report(
      'succession',
      `replica ${leader.id} led in term ${term} and ${silence}; no other serves ${waitedUs} us later`,
    );
  }
  leader.resume();
  network.heal();
  scheduler.runUntil(scheduler.nowUs + settledTimeouts * electionTimeoutUs);
}

/** Those that have not gone away. */
export function attachedOf(clients: readonly ClientActor[]): ClientActor[] {
  return clients.filter(({ session }) => session.isBound && !session.isOver);
}

/** The leader and its clients do not reach each other: another replica, which they reach, takes its place. */
export function cutClientsOff(
  world: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  report: Report,
): void {
  const leader = voters(cluster)?.leader;
  const attached = attachedOf(clients);
  if (leader === undefined || attached.length === 0) return;
  const { network, scheduler, trace } = world;
  trace.note('epilogue', `replica ${leader.id}, the leader, and its clients do not reach each other`);
  for (const { id } of clients) {
    network.block(leader.id, id);
    network.block(id, leader.id);
  }
  const isReplaced = scheduler.runUntilHolds(
    clientSuccessionUs,
    () => cluster.leader !== undefined && cluster.leader !== leader,
  );
  if (!isReplaced)
    report(
      'succession',
      `replica ${leader.id} leads and reaches no client, which others do, for ${clientSuccessionUs} us`,
    );
  network.heal();
  scheduler.runUntilHolds(clientSuccessionUs, () => attached.every(({ session }) => session.isBound));
}

/** No flush ends: at all, where the leader keeps its place, and at the leader alone, where another takes it. */
export function stopFlushes(
  world: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  report: Report,
): void {
  const found = voters(cluster);
  const replica = found?.leader.replica;
  const attached = attachedOf(clients);
  if (found === undefined || replica === undefined || attached.length === 0) return;
  const { leader, others } = found;
  const { scheduler, trace } = world;
  const votersOf = (): string => String(cluster.leader?.replica?.log.raft.configuration.voters);
  const votersBefore = votersOf();
  const { electionTimeoutUs } = replica.options;
  const { term } = replica;
  trace.note(
    'epilogue',
    `the disk of replica ${leader.id}, the leader, stands still, and then those of the others`,
  );
  leader.disk.standsStill = true;
  for (const client of attached) client.sendMore(standstillCommands);
  scheduler.runUntil(scheduler.nowUs + electionTimeoutUs / standstillParts);
  for (const { disk } of others) disk.standsStill = true;
  for (const client of attached) client.sendMore(standstillCommands);
  scheduler.runUntil(scheduler.nowUs + stalledTimeouts * electionTimeoutUs);
  const isSame = leader.replica === replica && replica.log.isLeader && replica.term === term;
  // A machine that is given a vote meanwhile may lead, and takes the place of another one that led.
  if (!isSame && votersOf() === votersBefore)
    report('stability', `replica ${leader.id} led in term ${term}, and gave that up though no disk flushed`);
  trace.note('epilogue', 'the disks of the others flush again');
  for (const { disk } of others) disk.standsStill = false;
  const waitUs = standstillTimeouts * electionTimeoutUs;
  const isReplaced = scheduler.runUntilHolds(
    waitUs,
    () => cluster.leader !== undefined && cluster.leader !== leader,
  );
  if (!isReplaced)
    report('succession', `replica ${leader.id} leads, and its disk has ended no flush for ${waitUs} us`);
  leader.disk.standsStill = false;
  scheduler.runUntil(scheduler.nowUs + settledTimeouts * electionTimeoutUs);
}

/** The processes of all stand still together, as on a host that is frozen: nothing was missed, and nothing changes. */
export function freezeAll(world: World, cluster: SimulatedCluster, report: Report): void {
  const found = voters(cluster);
  const replica = found?.leader.replica;
  if (found === undefined || replica === undefined) return;
  const { leader } = found;
  const { scheduler, trace } = world;
  const { electionTimeoutUs, electionTimeoutUsMin } = replica.options;
  const { term } = replica;
  const frozenUs = fork(world.random).between(electionTimeoutUsMin, 3 * electionTimeoutUs);
  trace.note('epilogue', `all replicas stand still for ${frozenUs} us`);
  for (const machine of cluster.machines) machine.pause();
  scheduler.runUntil(scheduler.nowUs + frozenUs);
  for (const machine of cluster.machines) machine.resume();
  scheduler.runUntil(scheduler.nowUs + settledTimeouts * electionTimeoutUs);
  const now = cluster.leader;
  if (now === leader && replica.term === term) return;
  const outcome = now === undefined ? 'none leads' : `replica ${now.id} leads in term ${now.replica?.term}`;
  report(
    'stability',
    `replica ${leader.id} led in term ${term}; all stood still for ${frozenUs} us; now ${outcome}`,
  );
}

/**
 * A hand-over is given up, its leader leads on, and what it had sent to its successor comes only then. It deposes none.
 */
export function delayHandOver(world: World, cluster: SimulatedCluster, report: Report): void {
  const { leader } = cluster;
  const { replica } = leader ?? {};
  const { voters = [] } = replica?.log ?? {};
  if (leader === undefined || replica === undefined || cluster.hasWitness) return;
  if (replica.options.failover !== 'automatic' || voters.length < votersMin) return;
  const { network, scheduler, trace } = world;
  const { electionTimeoutUs } = replica.options;
  const { term } = replica;
  const to = voters.find((id) => id !== leader.id)!;
  trace.note('epilogue', `${leader.name} hands over to replica ${to}, and what it sends for that comes late`);
  network.delay(RaftType.timeoutNow, lateTimeouts * electionTimeoutUs);
  leader.control.give('transferLeadership', to);
  scheduler.runUntil(scheduler.nowUs + answeredTimeouts * electionTimeoutUs);
  network.heal();
  const leads = leader.replica === replica && replica.log.isLeader && replica.term === term;
  if (!leads)
    report('stability', `${leader.name} led in term ${term}, and a late order to replica ${to} deposed it`);
}
