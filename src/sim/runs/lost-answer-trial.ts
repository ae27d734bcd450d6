/**
 * What a run shows at its end of an answer that one replica alone can have given: the leader, or a learner that clients
 * may read of, applies a command that the engines of all others do not survive, and vanishes; then it is removed,
 * another takes its place, or a spare does. Nothing is voided meanwhile, since none but an operator may give up what
 * was answered. Once the machine is a member again, the others take its state; and after a start from a snapshot each
 * still knows the members.
 */
import type { Report } from '../../checkers/violations.ts';
import { type Member, MemberRole } from '../../protocol/roster.ts';
import { isVoter, membersOf } from '../../raft/configuration.ts';
import type { Configuration } from '../../raft/types.ts';
import type { Random } from '../../std/random.ts';
import type { ClientActor } from '../actors/client-actor.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import { poisonDeaths } from '../world/poisons.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';
import { attachedOf } from './silence-trials.ts';

const votersMin = 3;
const moreCommands = 8;
/** How often it is looked whether the leader has applied the command: it must be gone before another has its state. */
const lookUs = 100;
const applyUs = 2_000_000;
/** Each process dies twice at the most, and then the cluster elects. */
const parkUs = 6_000_000;
const orderUs = 100_000;
const ordersMax = 20;
/** In so many bounds of silence a spare has had the time to take a place. */
const spareBounds = 8;
const waitUs = 400_000;
const returnUs = 10_000_000;
const snapshotUs = 100_000;

export function loseAnswer(
  world: World,
  cluster: SimulatedCluster,
  clients: readonly ClientActor[],
  report: Report,
): void {
  const { leader } = cluster;
  const { log, options } = leader?.replica ?? {};
  if (leader === undefined || log === undefined || log.voters.length < votersMin) return;
  if (options?.failover !== 'automatic' || cluster.hasWitness) return;
  new LostAnswerTrial(world, cluster, attachedOf(clients), report).run(leader, log.membership.learners);
}

class LostAnswerTrial {
  readonly #world: World;
  readonly #cluster: SimulatedCluster;
  readonly #clients: readonly ClientActor[];
  readonly #report: Report;
  readonly #random: Random;

  constructor(world: World, cluster: SimulatedCluster, clients: readonly ClientActor[], report: Report) {
    this.#world = world;
    this.#cluster = cluster;
    this.#clients = clients;
    this.#report = report;
    this.#random = fork(world.random);
  }

  run(leader: Machine, learners: readonly number[]): void {
    const { scheduler, trace } = this.#world;
    const voided = this.#voided;
    // Once the leader is gone no replica says which the members are.
    const { membership } = this.#cluster;
    const shown = membership.filter(({ id }) => learners.includes(id));
    const answered = this.#random.pick([leader, ...shown]);
    const seq = this.#poisonAllBut(answered, leader);
    if (seq === 0) return;
    const others = membership.filter((machine) => machine !== answered);
    answered.crash();
    const areParked = (): boolean => others.every(({ replica }) => replica?.poison.isParked === true);
    if (!scheduler.runUntilHolds(parkUs, areParked))
      return this.#fail(`not all but ${answered.name} are parked at command ${seq}`);
    this.#changeMembers(answered);
    scheduler.runUntil(scheduler.nowUs + waitUs);
    if (this.#voided !== voided)
      return this.#fail(`command ${seq} is voided, and ${answered.name} has applied and answered it`);
    trace.note('epilogue', `${answered.name} comes back`);
    // A key that a token brought is believed as long as its machine is a member; from then on a certificate is.
    if (!this.#isMember(answered.id)) answered.joinToken = '';
    answered.start();
    if (!this.#returns(answered, seq)) return;
    if (this.#voided !== voided) this.#fail(`command ${seq} is voided, though ${answered.name} has it`);
    if (this.#random.chance(0.5)) this.#startFromSnapshots();
  }

  /** The command that the others do not survive, once `answered` has applied it; 0: it was not stamped. */
  #poisonAllBut(answered: Machine, leader: Machine): number {
    const { scheduler, trace, poisons } = this.#world;
    const { machines } = this.#cluster;
    const seq = Math.max(...machines.map(({ appliedSeq }) => appliedSeq)) + 2;
    const victims = new Set(machines.map(({ id }) => id).filter((id) => id !== answered.id));
    const death = this.#random.pick(poisonDeaths);
    poisons.set(seq, { seq, victims, death });
    trace.note('epilogue', `command ${seq} ends all replicas but ${answered.id}, by ${death}`);
    for (const client of this.#clients) client.sendMore(moreCommands);
    const untilUs = scheduler.nowUs + applyUs;
    const isUnderWay = (): boolean => answered !== leader || leader.replica?.serving === true;
    while (answered.appliedSeq < seq && isUnderWay() && scheduler.nowUs < untilUs)
      scheduler.runUntil(scheduler.nowUs + lookUs);
    if (answered.appliedSeq >= seq) return seq;
    poisons.delete(seq);
    return 0;
  }

  /** A spare waits for that already; else an operator removes the one that is gone, or has another take its place. */
  #changeMembers(gone: Machine): void {
    const { scheduler, trace } = this.#world;
    const { roster = [] } = this.#configuration ?? {};
    const isSpare = ({ replicaId, role }: Member): boolean =>
      role === MemberRole.spare && replicaId !== gone.id;
    if (this.#isVoter(gone.id) && roster.some(isSpare) && this.#random.chance(0.5)) {
      trace.note('epilogue', `a spare may take the place of ${gone.name}`);
      scheduler.runUntil(scheduler.nowUs + spareBounds * gone.spareAfterUs);
      return;
    }
    const newcomer = this.#cluster.machines.find(({ id }) => !this.#isVoter(id) && id !== gone.id);
    const isReplaced = newcomer !== undefined && this.#random.chance(0.5);
    trace.note('epilogue', `${gone.name} is ${isReplaced ? `replaced by ${newcomer.name}` : 'removed'}`);
    for (let n = 0; n < ordersMax && this.#isMember(gone.id); n++) {
      if (isReplaced) this.#leader?.control.give('replaceMember', gone.id, true, { otherId: newcomer.id });
      else this.#leader?.control.give('removeMember', gone.id, true);
      scheduler.runUntil(scheduler.nowUs + orderUs);
    }
  }

  /** The machine is a member again where it is none, and all have its state. */
  #returns(answered: Machine, seq: number): boolean {
    const { scheduler } = this.#world;
    const { id } = answered;
    let orderedUs = 0;
    const isOver = (): boolean => {
      if (!this.#isMember(id) && scheduler.nowUs - orderedUs >= orderUs) {
        orderedUs = scheduler.nowUs;
        this.#leader?.control.give('addMember', id, true, { role: 'learner' });
      }
      const { membership, isLevel } = this.#cluster;
      const haveIt = membership.includes(answered) && membership.every(({ appliedSeq }) => appliedSeq >= seq);
      return haveIt && isLevel && this.#clients.every(({ pending }) => pending === 0);
    };
    if (scheduler.runUntilHolds(returnUs, isOver)) return true;
    this.#fail(
      `${answered.name} is back with command ${seq}, and ${returnUs} us later not all have its state`,
    );
    return false;
  }

  /** Each takes a snapshot, and begins with it after a start. */
  #startFromSnapshots(): void {
    const { scheduler } = this.#world;
    for (const client of this.#clients) client.sendMore(moreCommands);
    for (const machine of this.#cluster.membership) {
      machine.control.give('takeSnapshot');
      scheduler.runUntil(scheduler.nowUs + snapshotUs);
      machine.crash();
      machine.start();
      if (!scheduler.runUntilHolds(returnUs, () => this.#cluster.isLevel))
        return this.#fail(`${machine.name} was started again, and not all are level`);
    }
  }

  /** The one that leads, whether or not it serves. */
  get #leader(): Machine | undefined {
    const leading = this.#cluster.machines.filter(({ replica }) => replica?.log.isLeader === true);
    return leading.sort((a, b) => b.replica!.term - a.replica!.term)[0];
  }

  get #configuration(): Configuration | undefined {
    return this.#leader?.replica?.membership;
  }

  #isVoter(id: number): boolean {
    const configuration = this.#configuration;
    return configuration === undefined || isVoter(configuration, id);
  }

  #isMember(id: number): boolean {
    const configuration = this.#configuration;
    return configuration === undefined || membersOf(configuration).includes(id);
  }

  get #voided(): number {
    return this.#world.tally.counts['command voided'] ?? 0;
  }

  #fail(what: string): void {
    this.#report('poison', what);
  }
}
