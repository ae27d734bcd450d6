/**
 * What a run shows at its end of a command that ends each process which applies it: on a healthy cluster it is voided,
 * nothing that was acknowledged is lost, and what is behind it is carried out. One that ends a single replica costs
 * that replica its state, and is voided nowhere.
 */
import type { Report } from '../../checkers/violations.ts';
import type { ClientActor } from '../actors/client-actor.ts';
import { giveDecision } from '../faults/strikes/poison.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import { poisonDeaths } from '../world/poisons.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';

const votersMin = 3;
const moreCommands = 8;
/** Each process starts twice at the most, and then the cluster elects, with patience for those that do not stop. */
const decideUs = 6_000_000;

export function poisonCommand(
  world: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  report: Report,
): void {
  const { scheduler, trace } = world;
  const { leader, membership } = cluster;
  const { options, log } = leader?.replica ?? {};
  if (log === undefined || log.voters.length < votersMin || options?.failover !== 'automatic') return;
  const random = fork(world.random);
  const isForAll = random.chance(0.5);
  const seq = Math.max(...membership.map(({ appliedSeq }) => appliedSeq)) + 2;
  const one = random.pick(membership.filter(({ id }) => log.voters.includes(id)));
  const victims = new Set(isForAll ? membership.map(({ id }) => id) : [one.id]);
  const death = random.pick(poisonDeaths);
  world.poisons.set(seq, { seq, victims, death });
  trace.note('epilogue', `command ${seq} ends replicas ${[...victims].join(', ')} by ${death}`);
  const before = world.tally.counts['command voided'] ?? 0;
  for (const client of clients) client.sendMore(moreCommands);
  // The operator has to look only where many were voided lately.
  const asks = isForAll && before >= 3;
  const isOver = (): boolean => {
    if (asks) giveDecision(membership, seq);
    return clients.every(({ pending }) => pending === 0) && cluster.isLevel && hasPassed(cluster, seq);
  };
  if (!scheduler.runUntilHolds(decideUs, isOver))
    report('poison', `command ${seq}, which ends ${isForAll ? 'all' : 'one'}, still holds up replicas`);
  const voided = (world.tally.counts['command voided'] ?? 0) - before;
  if (voided !== (isForAll ? 1 : 0))
    report('poison', `command ${seq} ends ${isForAll ? 'all' : 'one'} by ${death}; voided: ${voided}`);
}

function hasPassed({ membership }: SimulatedCluster, seq: number): boolean {
  return membership.every(({ appliedSeq }) => appliedSeq >= seq);
}
