/**
 * An earlier cluster of the same founders, in a world of its own: it traded for a while, and was torn down. Its folders
 * still lie around when the cluster of this run lives.
 */
import type { DiskImage } from '../../journal/testing/virtual-disk.ts';
import type { Profile } from '../faults/profiles.ts';
import { SimulatedCluster } from '../world/cluster.ts';
import type { SimulatedClusterOptions } from '../world/machine.ts';
import { fork } from '../world/scheduler.ts';
import { World } from '../world/world.ts';
import { makeClients } from './client-draw.ts';
import { Judge } from './judge.ts';

const tradeUsMax = 3_000_000;
const commandsMin = 3;
const commandsMax = 500;
/** Any other seed than that of the run. */
const seedOffset = 500_000_000;

export class PastCluster {
  readonly #seed: number;
  readonly #options: SimulatedClusterOptions;
  readonly #profile: Profile;
  #images: ReadonlyMap<number, DiskImage> | undefined;

  constructor(seed: number, options: SimulatedClusterOptions, profile: Profile) {
    this.#seed = seed + seedOffset;
    this.#options = options;
    this.#profile = profile;
  }

  /** The folder of a founder, as it was left. */
  imageOf(id: number): DiskImage | undefined {
    this.#images ??= this.#trade();
    return this.#images.get(id);
  }

  #trade(): ReadonlyMap<number, DiskImage> {
    const world = new World(this.#seed);
    const random = fork(world.random);
    const judge = new Judge(world);
    const cluster = new SimulatedCluster(world, this.#options, judge);
    const clients = makeClients(world, cluster, judge, this.#profile);
    cluster.start();
    for (const client of clients) client.start();
    const commands = random.between(commandsMin, commandsMax);
    world.scheduler.runUntilHolds(tradeUsMax, () => judge.agreement.lastSeq >= commands);
    for (const machine of cluster.machines) machine.stop();
    return new Map(cluster.machines.map(({ id, disk }) => [id, disk.image()]));
  }
}
