/**
 * Makes things happen to a cluster, at times and in a choice that come from the seed, and undoes them after a while.
 * Data is only ever destroyed on a minority of replicas, the victims; everything else may happen to all.
 */
import { Random } from '../../std/random.ts';
import type { ClientActor } from '../actors/client-actor.ts';
import type { Strangers } from '../actors/strangers.ts';
import type { AtlasKind } from '../world/atlas.ts';
import type { SimulatedCluster } from '../world/cluster.ts';
import type { Machine } from '../world/machine.ts';
import type { World } from '../world/world.ts';
import type { FaultKind, Profile } from './profiles.ts';
import { changeStrikes } from './strikes/changes.ts';
import { conspire } from './strikes/conspiracy.ts';
import { stageContest } from './strikes/contested-election.ts';
import { diskStrikes } from './strikes/disks.ts';
import { stageFigure8 } from './strikes/figure-8.ts';
import { fileStrikes } from './strikes/files.ts';
import { machineStrikes } from './strikes/machines.ts';
import { memoryStrikes } from './strikes/memory.ts';
import { networkStrikes } from './strikes/network.ts';
import { returnOldFolder } from './strikes/old-folder.ts';
import { operatorStrikes } from './strikes/operators.ts';
import { mistakeFolder } from './strikes/past-folder.ts';
import { poisonStrikes } from './strikes/poison.ts';
import type { Scene, Strikes } from './strikes/scene.ts';
import { wakeStaleLeader } from './strikes/stale-leader.ts';

const strikes: Strikes = {
  ...networkStrikes,
  ...machineStrikes,
  ...memoryStrikes,
  ...poisonStrikes,
  ...diskStrikes,
  ...operatorStrikes,
  ...fileStrikes,
  ...changeStrikes,
  'figure 8': stageFigure8,
  contest: stageContest,
  'stale leader': wakeStaleLeader,
  'old folder': returnOldFolder,
  'past folder': mistakeFolder,
  conspiracy: ({ world, cluster, victims, random, later }) =>
    conspire(world, cluster, victims, random, later),
};

/** What counts as soon as it is done; of all other kinds the devices count what comes of them. */
const counted: Partial<Record<FaultKind, AtlasKind>> = {
  partition: 'partition',
  'asymmetric partition': 'asymmetric partition',
  isolation: 'isolation',
  'one-way cut': 'one-way cut',
  'mute replica': 'mute replica',
  'deaf replica': 'deaf replica',
  'reconnect storm': 'reconnect storm',
  'crash of all': 'crash of all',
  'crash loop': 'crash loop',
  transfer: 'transfer',
  membership: 'membership change',
  'edited file': 'file edited',
  'grown by file': 'founders added by mistake',
  'odd order': 'odd order',
  'past folder': 'folder of an earlier cluster',
  snapshot: 'snapshot asked for',
  'rolling restart': 'rolling restart',
};
const stagedKinds = [
  'conspiracy',
  'figure 8',
  'contest',
  'stale leader',
  'old folder',
  'past folder',
] as const satisfies FaultKind[];

/**
 * A staged case needs a leader to begin with: where none serves it waits for one, and looks so often, up to this long.
 */
const leaderWaitUs = 300_000;
const lookUs = 5_000;

/** A fault that happened: its number in the run, and when. */
export interface Struck {
  readonly number: number;
  readonly kind: FaultKind;
  readonly atUs: number;
}

export interface FaultOptions {
  readonly world: World;
  readonly cluster: SimulatedCluster;
  readonly clients: readonly ClientActor[];
  readonly strangers: Strangers;
  readonly profile: Profile;
  readonly random: Random;
  /** Numbers of the faults that may happen; undefined is all. */
  readonly only: ReadonlySet<number> | undefined;
}

export class Faults {
  /** Everything that happened, in order. */
  readonly struck: Struck[] = [];
  readonly strangers: Strangers;
  readonly #world: World;
  readonly #cluster: SimulatedCluster;
  readonly #clients: readonly ClientActor[];
  readonly #profile: Profile;
  readonly #random: Random;
  /** Numbers of the faults that may happen; undefined is all. */
  readonly #only: ReadonlySet<number> | undefined;
  readonly #victims: readonly Machine[];
  #number = 0;
  #isActive = false;

  constructor({ world, cluster, clients, strangers, profile, random, only }: FaultOptions) {
    this.#world = world;
    this.#cluster = cluster;
    this.#clients = clients;
    this.strangers = strangers;
    this.#profile = profile;
    this.#random = random;
    this.#only = only;
    const machines = [...cluster.machines];
    for (let n = machines.length - 1; n > 0; n--) {
      const other = random.below(n + 1);
      [machines[n], machines[other]] = [machines[other]!, machines[n]!];
    }
    this.#victims = machines.slice(0, cluster.minority);
  }

  /** How often a strike of this kind happened. */
  count(kind: FaultKind): number {
    return this.struck.filter((struck) => struck.kind === kind).length;
  }

  /** How often each of the staged cases was played. */
  get staged(): Record<string, number> {
    return Object.fromEntries(stagedKinds.map((kind) => [kind, this.count(kind)]));
  }

  start(): void {
    this.#isActive = true;
    this.#next();
  }

  /** No more faults; those under way are undone, and every machine runs. */
  heal(): void {
    this.#isActive = false;
    this.#world.trace.note('faults', 'everything is healed');
    this.#world.onLeads = undefined;
    this.#world.network.heal();
    for (const machine of this.#cluster.machines) {
      machine.disk.setFull(false);
      machine.disk.setRefusing(false);
      machine.disk.setUnreadable(false);
      machine.disk.isSlow = false;
      machine.disk.hurry();
      machine.slowUs = 0;
      machine.fuse.putOut();
      machine.clock.setDrift(0);
      machine.clock.setRight();
      this.strangers.impostor.leave(machine);
    }
    this.#cluster.correctFiles();
    this.#cluster.startAll();
  }

  /** Times and kinds come from one stream, what a strike does from its own: leaving one out changes no other. */
  #next(): void {
    const { pauseUs } = this.#profile;
    const delayUs = this.#random.between(Math.floor(pauseUs / 10), pauseUs * 2);
    const kind = this.#draw();
    const random = new Random(this.#random.next());
    this.#world.scheduler.after(delayUs, () => {
      if (!this.#isActive) return;
      this.#number += 1;
      this.#strike(this.#number, kind, random);
      this.#next();
    });
  }

  #strike(number: number, kind: FaultKind, random: Random): void {
    if (this.#only !== undefined && !this.#only.has(number)) return;
    const { scheduler, trace } = this.#world;
    const scene: Scene = {
      world: this.#world,
      cluster: this.#cluster,
      clients: this.#clients,
      strangers: this.strangers,
      victims: this.#victims,
      random,
      later: (delayUsMin, delayUsMax, act) => {
        scheduler.after(random.between(delayUsMin, delayUsMax), () => {
          if (this.#isActive) act();
        });
      },
    };
    trace.note('faults', `fault ${number}: ${kind}`);
    const isStaged = stagedKinds.some((staged) => staged === kind);
    this.#attempt(scene, number, kind, scheduler.nowUs + (isStaged ? leaderWaitUs : 0));
  }

  #attempt(scene: Scene, number: number, kind: FaultKind, giveUpAtUs: number): void {
    const { scheduler, tally } = this.#world;
    if (strikes[kind]?.(scene) === true) {
      this.struck.push({ number, kind, atUs: scheduler.nowUs });
      const atlasKind = counted[kind];
      if (atlasKind !== undefined) tally.add(atlasKind);
    } else if (scheduler.nowUs < giveUpAtUs)
      scene.later(lookUs, 2 * lookUs, () => this.#attempt(scene, number, kind, giveUpAtUs));
  }

  #draw(): FaultKind {
    const weights = Object.entries(this.#profile.weights) as [FaultKind, number][];
    let left = this.#random.below(weights.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [kind, weight] of weights) {
      if (left < weight) return kind;
      left -= weight;
    }
    return 'reset';
  }
}
