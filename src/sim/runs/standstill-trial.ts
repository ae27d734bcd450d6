/**
 * What a run shows at its end of processes that stand still for long: all replicas are frozen, with orders in their
 * sockets that are given up meanwhile, and go on one after the other with all that waited; soon after that once more,
 * and again. Sometimes the leader goes on before the others, reads what waited, and stands still once more.
 * None of these orders is carried out (the checker of deadlines, whose clocks are right here), and all are answered.
 */
import { Side } from '../../protocol/commands.ts';
import type { ClientActor } from '../actors/client-actor.ts';
import { beginClient, makingInstrument, placing } from '../actors/trial-client.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';
import type { Judge } from './judge.ts';

const clientId = 199;
const standUsMin = 5_000_000;
const standUsMax = 8_000_000;
const times = 4;
/** The leader stands still first, the others before they miss it; they go on one after the other too. */
const missedPart = 0.8;
const wokenApartUsMax = 15_000;
/** Time for the leader alone, in which it reads what the others sent before they stood still. */
const aloneUsMin = 1_000;
const aloneUsMax = 10_000;
/** Between two standstills. */
const awakeUsMax = 300_000;
const orders = 24;
/** The orders are given up one after the other, each by this part of the standstill before its end. */
const givenUpPart = 1 / 400;
const answeredUs = 20_000_000;
/** In a healthy world a leader's clock is late by no more of the time that passes. */
const partingPart = 1 / 1_000;

const returningId = 197;
const graceMs = 2_000;
/** So much longer than a grace all stand still. */
const standstillUs = 3_000_000;
const resetsMax = 32;
/** Between two of them; and by then the leader has noticed it, and the client has not called again. */
const resetUs = 50;
const noticeUs = 1_500;
const backUs = 1_500_000;

export function standStill(world: World, cluster: SimulatedCluster, judge: Judge): void {
  const { options } = cluster.leader?.replica ?? {};
  if (options?.failover !== 'automatic') return;
  const { scheduler, trace } = world;
  const { report } = judge.violations;
  const random = fork(world.random);
  judge.deadlines.partingPart = partingPart;
  const client = beginClient(world, cluster, judge, clientId);
  if (client === undefined) return;
  // Its accounts, and some orders.
  client.sendMore(orders);
  scheduler.runUntilHolds(answeredUs, () => client.pending === 0);
  for (let time = 1; time <= times; time++) {
    const { leader } = cluster;
    if (leader === undefined) break;
    const standUs = random.between(standUsMin, standUsMax);
    trace.note('epilogue', `all replicas stand still for ${standUs} us: ${time} of ${times}`);
    const begunUs = scheduler.nowUs;
    const others = cluster.machines.filter((machine) => machine !== leader);
    pauseWithOrders(leader, client, standUs);
    scheduler.runUntil(scheduler.nowUs + random.below(missedPart * options.electionTimeoutUsMin));
    for (const machine of others) machine.pause();
    scheduler.runUntil(begunUs + standUs);
    if (random.chance(0.5)) {
      trace.note('epilogue', `${leader.name} goes on for a moment and stands still again`);
      leader.resume();
      scheduler.runUntil(scheduler.nowUs + random.between(aloneUsMin, aloneUsMax));
      pauseWithOrders(leader, client, standUs);
      scheduler.runUntil(scheduler.nowUs + standUs);
    }
    for (const machine of random.chance(0.5) ? [leader, ...others] : [...others, leader]) {
      machine.resume();
      scheduler.runUntil(scheduler.nowUs + random.below(wokenApartUsMax));
    }
    scheduler.runUntil(scheduler.nowUs + random.below(awakeUsMax));
    scheduler.runUntilHolds(answeredUs, () => cluster.leader !== undefined);
  }
  if (!scheduler.runUntilHolds(answeredUs, () => client.pending === 0 && cluster.isLevel))
    report('liveness', `client ${clientId} waits for ${client.pending} outcomes after a standstill of all`);
  client.leave();
}

/** The leader stands still, and has orders in its socket that are given up one after the other until it goes on. */
function pauseWithOrders(leader: Machine, client: ClientActor, standUs: number): void {
  leader.pause();
  for (let n = 1; n <= orders; n++) client.sendMore(1, Math.floor(standUs * (1 - n * givenUpPart)));
}

/** A client is gone as all stand still for longer than its grace: it comes back in time, and has its orders. */
export function returnInTime(world: World, cluster: SimulatedCluster, judge: Judge): void {
  if (cluster.leader?.replica?.options.failover !== 'automatic') return;
  const client = beginClient(world, cluster, judge, returningId, graceMs);
  if (client === undefined) return;
  const { scheduler, trace } = world;
  const [accountId] = client.accounts;
  client.sendAll([makingInstrument(), placing({ accountId, side: Side.sell, lots: 1, above: 9 })]);
  scheduler.runUntilHolds(answeredUs, () => client.pending === 0);
  const { session } = client;
  const hasOrders = (): boolean =>
    cluster.leader?.replica?.state.engine.hasDisconnectOrders(session.sessionId) === true;
  if (!hasOrders()) return client.leave();
  for (let n = 0; n < resetsMax && session.isBound; n++) {
    client.resetConnection();
    scheduler.runUntil(scheduler.nowUs + resetUs);
  }
  scheduler.runUntil(scheduler.nowUs + noticeUs);
  trace.note(
    'epilogue',
    `client ${client.id} is gone, and all replicas stand still for longer than its grace`,
  );
  for (const machine of cluster.machines) machine.pause();
  scheduler.runUntil(scheduler.nowUs + graceMs * 1_000 + standstillUs);
  for (const machine of cluster.machines) machine.resume();
  scheduler.runUntilHolds(backUs, () => session.isBound);
  scheduler.runUntilHolds(answeredUs, () => cluster.leader !== undefined);
  if (session.isBound && !hasOrders())
    judge.violations.report(
      'disconnect',
      `client ${client.id} was back as soon as its leader went on, and its orders were cancelled before that`,
    );
  client.leave();
}
