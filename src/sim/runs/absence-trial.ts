/**
 * What a run shows at its end of a void that a voter has missed: a command that no other engine survives is voided by
 * an operator while one machine is away, and the others begin again with snapshots from after that. The one that comes
 * back, and would survive the command, passes it over too.
 */
import type { Report } from '../../checkers/violations.ts';
import type { ClientActor } from '../actors/client-actor.ts';
import { giveDecision } from '../faults/strikes/poison.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import { poisonDeaths } from '../world/poisons.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';
import { attachedOf } from './silence-trials.ts';

const votersMin = 3;
const moreCommands = 8;
const decideUs = 8_000_000;
const snapshotUs = 100_000;
const returnUs = 10_000_000;

export function voidInAbsence(
  world: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  report: Report,
): void {
  const { leader } = cluster;
  const { log, options } = leader?.replica ?? {};
  if (leader === undefined || log === undefined || log.voters.length < votersMin) return;
  if (options?.failover !== 'automatic' || cluster.hasWitness) return;
  const { scheduler, trace, poisons, tally } = world;
  const random = fork(world.random);
  const absent = random.pick(
    cluster.machines.filter((machine) => machine !== leader && log.voters.includes(machine.id)),
  );
  absent.crash();
  const others = cluster.membership.filter((machine) => machine !== absent);
  const seq = Math.max(...cluster.machines.map(({ appliedSeq }) => appliedSeq)) + 2;
  const victims = new Set(cluster.machines.map(({ id }) => id).filter((id) => id !== absent.id));
  const death = random.pick(poisonDeaths);
  poisons.set(seq, { seq, victims, death });
  trace.note('epilogue', `${absent.name} is away, and command ${seq} ends all others by ${death}`);
  const before = tally.counts['command voided'] ?? 0;
  const attached = attachedOf(clients);
  for (const client of attached) client.sendMore(moreCommands);
  const isVoided = (): boolean => {
    giveDecision(others, seq);
    return others.every(({ appliedSeq }) => appliedSeq >= seq) && cluster.leader !== undefined;
  };
  if (!scheduler.runUntilHolds(decideUs, isVoided))
    return report('poison', `an operator voids command ${seq}, and it still holds up replicas`);
  for (const client of attached) client.sendMore(moreCommands);
  for (const { control } of others) {
    control.give('takeSnapshot');
    scheduler.runUntil(scheduler.nowUs + snapshotUs);
  }
  for (const machine of others) {
    machine.crash();
    machine.start();
    scheduler.runUntilHolds(returnUs, () => cluster.leader !== undefined);
  }
  trace.note('epilogue', `${absent.name} comes back`);
  absent.start();
  const isBack = (): boolean => cluster.isLevel && attached.every(({ pending }) => pending === 0);
  if (!scheduler.runUntilHolds(returnUs, isBack))
    report('poison', `${absent.name} was away when command ${seq} was voided, and does not come level`);
  const voided = (tally.counts['command voided'] ?? 0) - before;
  if (voided !== 1) report('poison', `command ${seq} was to be voided once; voided: ${voided}`);
}
