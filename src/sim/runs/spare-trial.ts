/**
 * Spares, at the end of a run: they take the places of voters that are gone, one at a time and only where they can
 * serve, and a machine that comes back is the spare.
 */
import type { Report } from '../../checkers/violations.ts';
import { MemberRole } from '../../protocol/roster.ts';
import type { Configuration } from '../../raft/types.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import { fork } from '../world/scheduler.ts';
import type { World } from '../world/world.ts';

const votersMin = 3;
const lookUs = 1_000;
const orderUs = 100_000;
const ordersMax = 50;
/** Within so many bounds a spare has taken a place. */
const boundsMax = 12;
/** So long nothing may happen where no spare can serve. */
const boundsWithout = 4;
/** Within this a machine that comes back has caught up. */
const returnUs = 5_000_000;

export class SpareTrial {
  readonly #world: World;
  readonly #cluster: SimulatedCluster;
  readonly #spares: readonly Machine[];
  readonly #report: Report;
  #last: Configuration | undefined;

  /** Machines that are no members, all of which become spares: there may be more of them than voters may go. */
  constructor(world: World, cluster: SimulatedCluster, machines: readonly Machine[], report: Report) {
    this.#world = world;
    this.#cluster = cluster;
    this.#spares = machines;
    this.#report = report;
  }

  /** Whether a voter may go. */
  get isPossible(): boolean {
    return this.#bearable > 0 && this.#spares.length > 0;
  }

  /** Voters that may be gone. */
  get #bearable(): number {
    const voters = this.#configuration?.voters.length ?? 0;
    return voters < votersMin ? 0 : Math.floor((voters - 1) / 2);
  }

  run(): void {
    const random = fork(this.#world.random);
    for (const spare of this.#spares) if (!this.#becomesSpare(spare)) return;
    const { voters } = this.#configuration!;
    const others = this.#machinesOf(voters).filter((machine) => machine !== this.#cluster.leader);
    const gone = others.slice(0, Math.min(this.#spares.length, this.#bearable));
    if (random.chance(0.4)) {
      // Others may be spares since before.
      const spares = this.#cluster.machines.filter(({ id }) => !voters.includes(id));
      for (const machine of [...spares, ...gone]) machine.crash();
      this.#watch(boundsWithout, () => false);
      if (this.#configuration?.voters.join() !== voters.join())
        this.#report('spares', `voters ${voters.join()} became ${this.#voters}, though no spare ran`);
      for (const machine of spares) machine.start();
    } else for (const machine of gone) machine.crash();
    const haveTakenOver = (): boolean =>
      gone.every(({ id }) => this.#configuration?.voters.includes(id) === false) &&
      this.#configuration?.outgoing.length === 0;
    if (!this.#watch(boundsMax, haveTakenOver)) {
      const names = gone.map(({ id }) => id).join();
      this.#report('liveness', `replicas ${names} are gone and still vote; voters are ${this.#voters}`);
    }
    for (const machine of gone) machine.start();
    if (!this.#world.scheduler.runUntilHolds(returnUs, () => this.#cluster.isLevel))
      this.#report('liveness', `not all are level ${returnUs} us after the members that were gone came back`);
    for (const { id } of gone) {
      const role = this.#configuration?.roster.find(({ replicaId }) => replicaId === id)?.role;
      if (role !== MemberRole.spare || this.#configuration?.voters.includes(id) === true)
        this.#report('spares', `replica ${id} was gone and came back, and is no spare but ${role}`);
    }
  }

  get #configuration(): Configuration | undefined {
    return this.#cluster.leader?.replica?.log.raft.configuration;
  }

  get #voters(): string {
    return this.#configuration?.voters.join() ?? 'not known';
  }

  #machinesOf(ids: readonly number[]): Machine[] {
    return this.#cluster.machines.filter(({ id }) => ids.includes(id));
  }

  #becomesSpare({ id }: Machine): boolean {
    const { scheduler } = this.#world;
    const isReady = (): boolean => {
      const raft = this.#cluster.leader?.replica?.log.raft;
      return raft?.progressOf(id)?.state === 'following' && raft.configuration.learners.includes(id);
    };
    for (let n = 0; n < ordersMax && !isReady(); n++) {
      this.#cluster.leader?.control.give('addMember', id, true, { role: 'spare' });
      scheduler.runUntil(scheduler.nowUs + orderUs);
    }
    if (!isReady()) this.#report('liveness', `replica ${id} was added as a spare and does not follow`);
    return isReady();
  }

  /** Looks at each configuration on the way; whether it came about in so many bounds. */
  #watch(bounds: number, isDone: () => boolean): boolean {
    const { scheduler } = this.#world;
    const boundUs = this.#cluster.machines[0]!.spareAfterUs;
    this.#last = this.#configuration;
    const untilUs = scheduler.nowUs + bounds * boundUs;
    while (scheduler.nowUs < untilUs && !isDone()) {
      scheduler.runUntil(scheduler.nowUs + lookUs);
      this.#look();
    }
    return isDone();
  }

  #look(): void {
    const now = this.#configuration;
    if (now === undefined || now === this.#last) return;
    const before = this.#last?.voters ?? now.voters;
    const come = now.voters.filter((id) => !before.includes(id));
    this.#last = now;
    if (come.length > 1)
      this.#report('spares', `the spares ${come.join()} were given votes in one change: ${before.join()}`);
    for (const machine of this.#machinesOf(come))
      if (!machine.isRunning)
        this.#report('spares', `replica ${machine.id} was given a vote as a spare and does not run`);
  }
}
