/** A simulated cluster: its machines, what restarts them, and how it is made to suit a seed. */

import type { Random } from '../../std/random.ts';
import { exchangeLimits } from './exchange-limits.ts';
import { Machine, type MachineFile, type MachineWatcher, type SimulatedClusterOptions } from './machine.ts';
import { fork } from './scheduler.ts';
import type { World } from './world.ts';

export const clusterId = 77;

/**
 * Draws a configuration: small buffers, so that segments roll over, windows fill and snapshots are taken all the time.
 */
export function drawClusterOptions(
  random: Random,
  size: number,
  durability: 'memory' | 'disk',
): SimulatedClusterOptions {
  const electionTimeoutUs = random.pick([40_000, 80_000, 150_000]);
  return {
    clusterId,
    founders: Array.from({ length: size }, (_, n) => n + 1),
    durability,
    failover: 'automatic',
    twoPersons: true,
    electionTimeoutUs,
    electionTimeoutUsMin: electionTimeoutUs / 2,
    heartbeatUs: Math.floor(electionTimeoutUs / random.between(6, 12)),
    tetherDelayUs: random.pick([500, 2_000, 5_000]),
    spareAfterUs: 4 * electionTimeoutUs,
    windowFrames: random.pick([4, 64, 1_024]),
    frameBytes: random.pick([1_024, 4_096, 32_768]),
    segmentBytes: 65_536,
    snapshotEveryBytes: random.pick([12_000, 40_000, 150_000]),
    // Long copies and short ones; no draw of its own, which would make every known seed another run.
    snapshotStepBytes: electionTimeoutUs < 100_000 ? 2_048 : 131_072,
    commandRingBytes: 131_072,
    eventRingBytes: 524_288,
    fillsMax: 256,
    reservesOrders: false,
    engineLimits: exchangeLimits,
    looksAheadFrom: 0,
    connectionsMax: 32,
    configHash: '',
    backgroundFlushUs: random.pick([5_000, 50_000]),
  };
}

/** Machines of the founders, and spare ones behind them, which start blank and as members of no cluster. */
export class SimulatedCluster {
  readonly machines: readonly Machine[];
  readonly durability: 'memory' | 'disk';
  readonly electionTimeoutUs: number;

  /** Voters at first. */
  readonly founders: number;
  /** Machines that were started to found another cluster: their data counts for nothing. */
  readonly misled = new Set<Machine>();
  readonly #rightFiles: ReadonlyMap<Machine, MachineFile>;

  constructor(world: World, options: SimulatedClusterOptions, watcher: MachineWatcher, spares = 0) {
    this.durability = options.durability;
    this.electionTimeoutUs = options.electionTimeoutUs;
    this.founders = options.founders.length;
    const first = options.founders[0]!;
    const ids = Array.from({ length: this.founders + spares }, (_, n) => first + n);
    this.machines = ids.map((id) => new Machine(world, id, fork(world.random), options, watcher));
    const { founders, durability } = options;
    // The founders' files name no machine that comes later; how that is reached is in the log.
    const fileOf = ({ id }: Machine): MachineFile => ({
      founders,
      addresses: [...new Set([...founders, id])],
      durability,
    });
    this.#rightFiles = new Map(this.machines.map((machine) => [machine, fileOf(machine)]));
    for (const machine of this.machines) machine.file = this.#rightFiles.get(machine)!;
  }

  /** Puts the files right again; a replica that ran with another one, or founded a cluster by mistake, is restarted. */
  correctFiles(): void {
    for (const machine of this.machines) {
      const rightFile = this.#rightFiles.get(machine)!;
      const isOdd = machine.file !== rightFile;
      const isMisled = this.misled.has(machine);
      machine.file = rightFile;
      machine.isToldToFound = false;
      if (!isOdd && !isMisled) continue;
      machine.resume();
      machine.crash();
      if (!isMisled) continue;
      machine.wipe();
      this.misled.delete(machine);
    }
  }

  /** Whether one of the members has no engine. */
  get hasWitness(): boolean {
    return this.machines.some(({ isWitness }) => isWitness);
  }

  get size(): number {
    return this.machines.length;
  }

  /** Replicas that may be away without stopping the rest. */
  get minority(): number {
    return Math.floor((this.founders - 1) / 2);
  }

  /** The machine whose replica serves sessions in the highest term, if one does. */
  get leader(): Machine | undefined {
    let leader: Machine | undefined;
    for (const machine of this.machines) {
      if (machine.replica?.serving !== true) continue;
      if (leader?.replica === undefined || machine.replica.term > leader.replica.term) leader = machine;
    }
    return leader;
  }

  start(): void {
    for (const machine of this.machines) machine.start();
  }

  /** Every machine runs again, whatever has happened to it. */
  startAll(): void {
    for (const machine of this.machines) {
      machine.resume();
      machine.start();
    }
  }

  /** The machines that the leader's configuration names; all founders while no replica leads. */
  get membership(): readonly Machine[] {
    const configuration = this.leader?.replica?.log.raft.configuration;
    if (configuration === undefined) return this.machines.slice(0, this.founders);
    const { voters, outgoing, learners, learnersNext } = configuration;
    const ids = new Set([...voters, ...outgoing, ...learners, ...learnersNext]);
    return this.machines.filter(({ id }) => ids.has(id));
  }

  /** Whether all members run, count fully and have applied the same commands. */
  get isLevel(): boolean {
    const { membership } = this;
    const seq = membership[0]?.appliedSeq ?? 0;
    return membership.every(
      ({ process, isRunning, appliedSeq }) =>
        isRunning &&
        process !== undefined &&
        !process.log.raft.isRecovering &&
        !process.isParked &&
        appliedSeq === seq &&
        process.applier.appliedIndex === process.log.journal.lastIndex,
    );
  }
}
