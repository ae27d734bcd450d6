/**
 * What a run shows at its end of an operator's word which replica is to lead: one that is not to lead hands over and
 * leads no more while another one can, also when its successor dies; one that is to lead leads soon after it is well.
 */
import type { Report } from '../../checkers/violations.ts';
import { Preference } from '../../protocol/roster.ts';
import type { ClientActor } from '../actors/client-actor.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import { poisonDeaths } from '../world/poisons.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';
import { attachedOf } from './silence-trials.ts';

const votersMin = 3;
const orderUs = 100_000;
const ordersMax = 50;
/** In election time-outs: one that is not to lead waits for one, and then for the frames and votes of a hand-over. */
const averseTimeouts = 8;
/** One that is to lead must have been well for 75, and its leader looks now and then. */
const preferredTimeouts = 80;
/** A dead leader is replaced in less, by one that is not the last to ask. */
const successionTimeouts = 3;
/** So long the one that is not to lead stays where it is. */
const staysTimeouts = 20;
const returnUs = 5_000_000;

const moreCommands = 8;
/** Within this the others have died twice, and one of them has led and handed over. */
const deathsUs = 8_000_000;
/** It leads for so many election time-outs at least, while its state is not written. */
const leadTimeouts = 8;
/** One that is not to lead waits for one, and twice as long each time that leadership came back to it meanwhile. */
const handOverTimeouts = 70;

/** No replica is to lead before others from here on: what comes next has bounds of its own. */
export function withdrawPreferences(world: World, cluster: SimulatedCluster, report: Report): void {
  // Between two leaders none says which replicas are.
  const areNone = (): boolean => cluster.leader !== undefined && preferring(cluster).length === 0;
  if (!isSaid(world, cluster, areNone, askNormal))
    report(
      'liveness',
      `operators wanted no replica to lead before others, and ${ordersMax} orders later one still is`,
    );
}

function askNormal(cluster: SimulatedCluster): void {
  const [id] = preferring(cluster);
  if (id !== undefined) cluster.leader?.control.give('preferMember', id, false, { preference: 'normal' });
}

/** Members of which an operator has said something. */
function preferring({ leader }: SimulatedCluster): number[] {
  const { roster = [] } = leader?.replica?.membership ?? {};
  return roster
    .filter(({ preference }) => preference !== Preference.normal)
    .map(({ replicaId }) => replicaId);
}

/** An operator says whether a member is to lead; false: that does not come into the log. */
function saysPreference(
  world: World,
  cluster: SimulatedCluster,
  id: number,
  preference: 'never' | 'prefer',
): boolean {
  const isSo = (): boolean => preferring(cluster).includes(id);
  return isSaid(world, cluster, isSo, ({ leader }) =>
    leader?.control.give('preferMember', id, false, { preference }),
  );
}

/** Gives an order until it is so. */
function isSaid(
  { scheduler }: World,
  cluster: SimulatedCluster,
  isSo: () => boolean,
  order: (cluster: SimulatedCluster) => void,
): boolean {
  for (let n = 0; n < ordersMax && !isSo(); n++) {
    order(cluster);
    scheduler.runUntilHolds(orderUs, isSo);
  }
  return isSo();
}

export function preferLeader(
  world: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  report: Report,
): void {
  const { leader } = cluster;
  const { log, options } = leader?.replica ?? {};
  if (leader === undefined || log === undefined || log.voters.length < votersMin) return;
  if (options?.failover !== 'automatic' || cluster.hasWitness) return;
  const trial = new PreferenceTrial(world, cluster, clients, report);
  if (fork(world.random).chance(0.5)) trial.shuns(leader);
  else trial.prefers(leader);
  withdrawPreferences(world, cluster, report);
}

class PreferenceTrial {
  readonly #world: World;
  readonly #cluster: SimulatedCluster;
  readonly #clients: readonly ClientActor[];
  readonly #report: Report;
  readonly #timeoutUs: number;

  constructor(world: World, cluster: SimulatedCluster, clients: readonly ClientActor[], report: Report) {
    this.#world = world;
    this.#cluster = cluster;
    this.#clients = clients;
    this.#report = report;
    this.#timeoutUs = cluster.electionTimeoutUs;
  }

  /** The leader is not to lead. */
  shuns(leader: Machine): void {
    this.#world.trace.note('epilogue', `${leader.name} leads, and is not to lead`);
    const isOther = (): boolean => this.#cluster.leader !== undefined && this.#cluster.leader !== leader;
    if (!this.#says(leader.id, 'never')) return;
    if (!this.#comes(averseTimeouts, isOther))
      return this.#report('preferences', `${leader.name} is not to lead, and has not handed over`);
    if (!this.#settles()) return;
    const next = this.#cluster.leader!;
    this.#world.trace.note('epilogue', `${next.name}, which leads in its place, dies`);
    next.crash();
    const { lastIndex = 0 } = leader.replica?.log ?? {};
    const couldLead = this.#cluster.membership.some(
      (one) => one !== leader && one !== next && (one.replica?.log.lastIndex ?? 0) >= lastIndex,
    );
    const isLed = (): boolean => this.#cluster.leader !== undefined && this.#cluster.leader !== next;
    if (!this.#comes(successionTimeouts, isLed))
      this.#report('preferences', `${next.name} died, and no voter that may lead does so`);
    else if (this.#cluster.leader === leader && couldLead)
      this.#report('preferences', `${next.name} died, and ${leader.name}, which is not to lead, leads first`);
    next.start();
    this.#settles();
    if (this.#comes(staysTimeouts, () => this.#cluster.leader === leader))
      this.#report('preferences', `${leader.name} is not to lead, and leads though others could`);
  }

  /** A voter that follows is to lead. It has begun another life: to one that handed over none is handed back. */
  prefers(leader: Machine): void {
    const { voters = [], roster = [] } = leader.replica?.log.membership ?? {};
    const isLeaving = ({ id }: Machine): boolean => roster.some(({ replaces }) => replaces === id);
    const one = this.#cluster.machines.find(
      (machine) => machine !== leader && voters.includes(machine.id) && !isLeaving(machine),
    );
    if (one === undefined) return;
    one.crash();
    one.start();
    if (!this.#settles() || this.#cluster.leader !== leader) return;
    this.#world.trace.note('epilogue', `${one.name} is to lead`);
    if (!this.#says(one.id, 'prefer')) return;
    if (!this.#comes(preferredTimeouts, () => this.#cluster.leader === one))
      return this.#report('preferences', `${one.name} is to lead and is well, and does not lead`);
    if (this.#comes(staysTimeouts, () => this.#cluster.leader !== undefined && this.#cluster.leader !== one))
      this.#report('preferences', `${one.name} is to lead and led, and another one leads now`);
  }

  /** Of a replica that was a member a moment ago; a change that was under way may take it out. */
  #says(id: number, preference: 'never' | 'prefer'): boolean {
    const isDone = saysPreference(this.#world, this.#cluster, id, preference);
    const isMember = this.#cluster.membership.some((machine) => machine.id === id);
    if (!isDone && isMember) this.#report('liveness', `the preference of replica ${id} is not in the log`);
    return isDone;
  }

  #comes(timeouts: number, isSo: () => boolean): boolean {
    return this.#world.scheduler.runUntilHolds(timeouts * this.#timeoutUs, isSo);
  }

  #settles(): boolean {
    for (const client of attachedOf(this.#clients)) client.sendMore(1);
    const isSettled = this.#world.scheduler.runUntilHolds(returnUs, () => this.#cluster.isLevel);
    if (!isSettled)
      this.#report('liveness', 'not all are level after a leader died that others were to lead before');
    return isSettled;
  }
}

/**
 * A voter that is not to lead alone survives a command: the others died on it, and hand over to that voter. It leads as
 * long as they have nothing to serve with, and then one of them does.
 */
export function surviveAlone(
  world: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  report: Report,
): void {
  const { leader } = cluster;
  const { log, options } = leader?.replica ?? {};
  if (leader === undefined || log === undefined || log.voters.length < votersMin) return;
  if (options?.failover !== 'automatic' || cluster.hasWitness) return;
  const random = fork(world.random);
  const survivor = random.pick(
    cluster.machines.filter((machine) => machine !== leader && log.voters.includes(machine.id)),
  );
  if (!saysPreference(world, cluster, survivor.id, 'never'))
    return report('liveness', `the preference of ${survivor.name} is not in the log`);
  // Clients that have lost their leader a moment ago send nothing.
  const areBound = (): boolean => clients.every(({ session }) => session.isOver || session.isBound);
  world.scheduler.runUntilHolds(returnUs, areBound);
  const seq = Math.max(...cluster.machines.map(({ appliedSeq }) => appliedSeq)) + 2;
  const victims = new Set(cluster.machines.map(({ id }) => id).filter((id) => id !== survivor.id));
  const death = random.pick(poisonDeaths);
  world.poisons.set(seq, { seq, victims, death });
  world.trace.note(
    'epilogue',
    `command ${seq} ends all but ${survivor.name}, which is not to lead, by ${death}`,
  );
  const voided = world.tally.counts['command voided'] ?? 0;
  survivor.disk.holdsBackground = true;
  for (const client of attachedOf(clients)) client.sendMore(moreCommands);
  leads(world, cluster, survivor, report);
  survivor.disk.holdsBackground = false;
  if (!world.scheduler.runUntilHolds(2 * returnUs, () => cluster.isLevel))
    report('poison', `only ${survivor.name} survived command ${seq}, and not all others come level`);
  // It stays in the log, and replicas that begin with an older snapshot would die on it in all that comes next.
  world.poisons.delete(seq);
  if ((world.tally.counts['command voided'] ?? 0) !== voided)
    report('poison', `command ${seq} is voided, though ${survivor.name} has applied it`);
  const isOther = (): boolean => cluster.leader !== undefined && cluster.leader !== survivor;
  if (!world.scheduler.runUntilHolds(handOverTimeouts * cluster.electionTimeoutUs, isOther))
    report('preferences', `${survivor.name} is not to lead, and leads though all others are well again`);
  withdrawPreferences(world, cluster, report);
}

/** That an other one is parked is known to the survivor only once it is: those that come late are not judged. */
function leads(
  { scheduler, trace }: World,
  cluster: SimulatedCluster,
  survivor: Machine,
  report: Report,
): void {
  const isParked = ({ replica }: Machine): boolean => replica?.poison.isParked === true;
  const areParked = (): boolean => cluster.membership.every((one) => one === survivor || isParked(one));
  if (!scheduler.runUntilHolds(deathsUs, () => cluster.leader === survivor && areParked())) {
    if (areParked())
      return report('preferences', `only ${survivor.name} has something to serve with, and it does not lead`);
    return trace.note('epilogue', `not all but ${survivor.name} are parked while it leads`);
  }
  const { term = 0 } = survivor.replica ?? {};
  const isLost = (): boolean =>
    cluster.machines.some(({ replica }) => replica?.log.isLeader === true && replica.term > term);
  if (scheduler.runUntilHolds(leadTimeouts * cluster.electionTimeoutUs, isLost))
    report(
      'preferences',
      `${survivor.name} led, and handed over to a replica that has nothing to serve with`,
    );
}
