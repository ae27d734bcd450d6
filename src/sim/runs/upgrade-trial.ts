/**
 * An upgrade, at the end of a run: members are restarted one after the other with a release that has another engine,
 * and an operator orders the switch all the while. It comes about once all members have that engine; a replica that has
 * it not, or not any more, applies nothing behind it.
 */
import type { Report } from '../../checkers/violations.ts';
import { engineVersion } from '../../engine/engine-version.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';

const newer = engineVersion + 1;
/** Within this an order is carried out, or refused. */
const orderUs = 100_000;
/** Within this the leader has stamped an order that reaches no follower. */
const stampUs = 5_000;
/** Within this a majority that may elect a leader has committed what its log ends with. */
const commitUs = 2_000_000;
/** Within this a member that was restarted counts again. */
const backUs = 5_000_000;
const ordersMax = 50;
const votersMin = 3;

export class UpgradeTrial {
  readonly #world: World;
  readonly #cluster: SimulatedCluster;
  readonly #report: Report;

  constructor(world: World, cluster: SimulatedCluster, report: Report) {
    this.#world = world;
    this.#cluster = cluster;
    this.#report = report;
  }

  run(): void {
    const random = fork(this.#world.random);
    const all = this.#cluster.membership;
    const from = random.below(all.length);
    const members = [...all.slice(from), ...all.slice(0, from)];
    for (const machine of this.#cluster.machines) if (!all.includes(machine)) this.#gets(newer, machine);
    for (const member of members) {
      if (random.chance(0.7)) this.#refuses();
      if (!this.#restarts(newer, member)) return;
    }
    if (random.chance(0.6) && !this.#goesBackMeanwhile()) return;
    for (let n = 0; n < ordersMax && this.#version < newer; n++) this.#order();
    if (this.#version < newer)
      this.#report('liveness', `all members have version ${newer} of the engine, and it is not in force`);
    // Of fewer voters none may lose its disk.
    else if (random.chance(0.5))
      this.#goesBack(random.pick(members), random.chance(0.5) && this.#voters.length >= votersMin);
  }

  /** The newest version that is in force anywhere. */
  get #version(): number {
    return Math.max(...this.#cluster.membership.map(({ replica }) => replica?.state.version ?? 0));
  }

  get #voters(): readonly number[] {
    return this.#cluster.leader?.replica?.log.raft.configuration.voters ?? [];
  }

  /** At least one member has the old release alone. */
  #refuses(): void {
    this.#order();
    if (this.#version < newer) return;
    const old = this.#cluster.membership.filter(({ newestEngine }) => newestEngine < newer);
    const ids = old.map(({ id }) => id).join();
    this.#report(
      'upgrades',
      `version ${newer} of the engine is in force, and replicas ${ids} do not have it`,
    );
  }

  #order(): void {
    this.#cluster.leader?.control.give('switchEngine');
    this.#wait(orderUs);
  }

  #gets(newest: number, machine: Machine): void {
    machine.newestEngine = newest;
    machine.crash();
    machine.start();
  }

  /** Whether the members are back with a release that has engines up to this one. */
  #restarts(newest: number, ...machines: readonly Machine[]): boolean {
    for (const machine of machines) this.#gets(newest, machine);
    const isBack = this.#world.scheduler.runUntilHolds(backUs, () => this.#cluster.isLevel);
    const ids = machines.map(({ id }) => id).join();
    if (!isBack)
      this.#report('liveness', `replicas ${ids} are not back ${backUs} us after they got another release`);
    return isBack;
  }

  /**
   * All have said that they can, and the leader has stamped the switch, which reaches none of them: then so many of
   * them come back with the release before as are needed to commit it.
   */
  #goesBackMeanwhile(): boolean {
    const { leader } = this.#cluster;
    const voters = this.#voters;
    if (leader === undefined || voters.length < votersMin) return true;
    const { network } = this.#world;
    const others = this.#cluster.membership.filter(({ id }) => id !== leader.id);
    for (const { id } of others) {
      network.block(leader.id, id);
      network.block(id, leader.id);
    }
    leader.control.give('switchEngine');
    this.#wait(stampUs);
    for (const machine of others) machine.crash();
    network.heal();
    const back = others.filter(({ id }) => voters.includes(id)).slice(0, Math.floor(voters.length / 2));
    for (const machine of back) {
      machine.newestEngine = engineVersion;
      machine.start();
    }
    this.#wait(commitUs);
    return this.#restarts(newer, ...others);
  }

  /** A machine comes back with the release from before, with its folder or without. */
  #goesBack(machine: Machine, isBlank: boolean): void {
    machine.crash();
    if (isBlank) machine.wipe();
    machine.newestEngine = engineVersion;
    machine.start();
    this.#wait(5 * orderUs);
    this.#restarts(newer, machine);
  }

  #wait(us: number): void {
    const { scheduler } = this.#world;
    scheduler.runUntil(scheduler.nowUs + us);
  }
}
