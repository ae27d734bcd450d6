/**
 * What a run shows at its end of two replicas and a witness: one replica is cut off while the exchange goes on,
 * snapshots are taken and journals dropped, and then the other one is lost. The first must serve soon, with all that
 * was acknowledged, and the lost one comes back from its disk or from a blank one.
 */
import type { Report } from '../../checkers/violations.ts';
import type { ClientActor } from '../actors/client-actor.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';

/** Operators may have made another cluster of it. */
const votersUsual = 3;
const moreCommands = 32;
const snapshotUs = 100_000;
/** Within this all are answered by the leader and the witness alone. */
const answerUs = 3_000_000;
/** Within this the survivor has what it lacks, and serves; and then the lost one is as the others. */
const successionUs = 3_000_000;
const returnUs = 8_000_000;

export function loseReplicas(
  world: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  report: Report,
): void {
  if (!cluster.hasWitness) return;
  const random = fork(world.random);
  const { network, scheduler, trace } = world;
  const { leader } = cluster;
  const voters = leader?.replica?.log.voters ?? [];
  const voting = cluster.machines.filter(({ id }) => voters.includes(id));
  const survivor = voting.find((machine) => machine !== leader && !machine.isWitness);
  const isUsual = voting.length === votersUsual && voting.some(({ isWitness }) => isWitness);
  if (leader === undefined || survivor === undefined || !isUsual) return;
  trace.note('epilogue', `${survivor.name} is cut off, and then ${leader.name} is lost`);
  for (const { id } of cluster.machines) {
    if (id === survivor.id) continue;
    network.block(id, survivor.id);
    network.block(survivor.id, id);
  }
  for (let n = 0; n < 3; n++) {
    for (const client of clients) client.sendMore(moreCommands);
    scheduler.runUntil(scheduler.nowUs + snapshotUs);
    for (const { control, isRunning } of cluster.machines) if (isRunning) control.give('takeSnapshot');
    scheduler.runUntil(scheduler.nowUs + snapshotUs);
  }
  const isAnswered = (): boolean => clients.every(({ pending }) => pending === 0);
  if (!scheduler.runUntilHolds(answerUs, isAnswered))
    report('witness', `${leader.name} and the witness alone do not answer all within ${answerUs} us`);
  // An operator's order from before may have given another one a vote meanwhile, and that one may lead.
  const isAsBefore = leader.replica?.log.voters.join() === voters.join();
  if (isAsBefore) leader.crash();
  network.heal();
  if (!isAsBefore) return;
  for (const client of clients) client.sendMore(1);
  const serves = (): boolean => cluster.leader === survivor && isAnswered();
  if (!scheduler.runUntilHolds(successionUs, serves))
    report('witness', `${survivor.name} does not serve ${successionUs} us after ${leader.name} was lost`);
  if (random.chance(0.5)) leader.wipe();
  leader.start();
  if (!scheduler.runUntilHolds(returnUs, () => cluster.isLevel))
    report('witness', `${leader.name} is not as the others ${returnUs} us after it came back`);
}
