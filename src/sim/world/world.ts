/**
 * What all parts of one simulated world share: time, network, trace and parties. Everything in it comes from a
 * seed.
 */
import type { DiskImage } from '../../journal/testing/virtual-disk.ts';
import { Random } from '../../std/random.ts';
import { Tally } from './atlas.ts';
import { Forger } from './forger.ts';
import { LinkWatch } from './link-watch.ts';
import { Parties } from './parties.ts';
import type { SimulatedPoison } from './poisons.ts';
import { fork, Scheduler } from './scheduler.ts';
import { SignedCopies } from './signed-copies.ts';
import { Trace } from './trace.ts';
import { VirtualWires } from './virtual-connections.ts';
import { VirtualNetwork } from './virtual-network.ts';

/** The folders of an earlier cluster of the same founders. */
interface PastFolders {
  /** The folder of a founder, as it was left. */
  imageOf(id: number): DiskImage | undefined;
}

export class World {
  readonly scheduler = new Scheduler();
  readonly trace: Trace;
  readonly random: Random;
  /** What has happened, by kind. */
  readonly tally = new Tally();
  readonly copies = new SignedCopies();
  readonly network: VirtualNetwork;
  readonly wires: VirtualWires;
  readonly parties = new Parties();
  readonly linkWatch = new LinkWatch();
  readonly forger = new Forger(this.tally, this.linkWatch.complaints);

  /** Machines whose engine was spoiled, and how far it had applied the log then. */
  readonly spoiled = new Map<number, number>();

  /** Commands that end processes, by their sequence numbers. */
  readonly poisons = new Map<number, SimulatedPoison>();

  /** Whose folders may be mistaken for those of this world's cluster. */
  pastCluster: PastFolders | undefined;
  /** Called for every replica that becomes leader, in that instant; staged faults depend on it. */
  onLeads: ((replicaId: number) => void) | undefined;

  constructor(seed: number, sink?: (line: string) => void) {
    this.random = new Random(seed);
    this.trace = new Trace(this.scheduler, sink);
    this.network = new VirtualNetwork(this.scheduler, fork(this.random), this.trace, this.tally);
    this.wires = new VirtualWires(this.network);
  }
}
