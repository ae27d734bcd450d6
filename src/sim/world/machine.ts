/**
 * One simulated machine: a disk, clocks, a network card, and the process of one replica that may run on it. The replica
 * is the one of production, unchanged; this replaces its thread and brings about everything that can happen to it.
 *
 * What can happen: the process dies between any two port calls, or again and again after each start; it stands still
 * for longer than an election, or runs slowly; the machine loses its power, and its disk. What the cluster must
 * survive: the death of any process at any time, of all at once too; the loss of what was not flushed (in `memory`
 * mode) or of a disk on a minority. A replica that may have forgotten what it promised neither votes nor counts until a
 * leader lets it return.
 */
import type { Engine } from '../../engine/engine.ts';
import { engineVersion } from '../../engine/engine-version.ts';
import { snapshotName } from '../../journal/snapshot-file.ts';
import type { DiskImage, PutBack } from '../../journal/testing/virtual-disk.ts';
import { MemberRole } from '../../protocol/roster.ts';
import {
  type ExchangeReplica,
  type MemberReplica,
  startExchangeReplica,
  startWitness,
  type Witness,
} from '../../replica/exchange-replica.ts';
import { ReplicaFault } from '../../replica/fault.ts';
import type { ReplicaOptions } from '../../replica/options.ts';
import type { OperatorControlOrder, Ports } from '../../replica/ports.ts';
import type { ClusterOrigin } from '../../replica/raft-log/origin.ts';
import { weaken } from '../../replica/testing/weak-engine.ts';
import { assert } from '../../std/assert.ts';
import type { Random } from '../../std/random.ts';
import { Fuse, PowerLost, ProcessKilled } from './fuse.ts';
import { MachineDisk } from './machine-disk.ts';
import { NextStep } from './next-step.ts';
import { leaveMark, Poisoned } from './poisons.ts';
import { fork } from './scheduler.ts';
import { VirtualClock } from './virtual-clock.ts';
import type { VirtualConnections } from './virtual-connections.ts';
import { VirtualLinks } from './virtual-links.ts';
import type { VirtualDatagrams } from './virtual-network.ts';
import {
  descriptionOf,
  VirtualAddresses,
  VirtualControl,
  VirtualCounters,
  VirtualLease,
  VirtualLog,
} from './virtual-ports.ts';
import { VirtualSeals } from './virtual-seals.ts';
import type { World } from './world.ts';

/** `paused`: the process exists and does nothing. `crashed`: no process. `off`: no power. */
export type MachineState = 'running' | 'paused' | 'crashed' | 'off';

/** What watches a machine: the checkers, by way of the cluster. */
export interface MachineWatcher {
  started(machine: Machine): void;
  applied(machine: Machine, seq: number, timeUs: number, view: DataView, at: number): void;
  /** A command that is voided was passed over. */
  voided(machine: Machine, seq: number, timeUs: number, view: DataView, at: number): void;
  emitted(machine: Machine, view: DataView, at: number): void;
  /** A snapshot of a peer has replaced the state: seq goes on from there. */
  stateReplaced(machine: Machine): void;
  changed(machine: Machine, role: number, term: number, leaderId: number): void;
  /** How far a replica's log goes, after its start and each duty cycle, also a cycle in which the process died. */
  reached(machine: Machine, replica: MemberReplica): void;
  /** A duty cycle has ended. */
  cycled(machine: Machine, replica: MemberReplica): void;
  /** A replica has begun to serve sessions. */
  serves(machine: Machine): void;
  /** Its disk is lost or has rotted, and with it what it had promised. */
  forgot(machine: Machine): void;
  /** One operator alone ordered what takes two. */
  ordered(machine: Machine, kind: OperatorControlOrder['kind']): void;
  /** The process ended by itself: a fault that it found in itself, or a defect of ours. */
  ended(machine: Machine, why: Error): void;
}

/** A working thread comes back after this long; an idle one looks around this often. */
const busyStepUsMin = 2;
const busyStepUsMax = 40;
const idleStepUsMin = 600;
const idleStepUsMax = 1_400;
/** After so many idle steps in a row the thread looks around half as often. */
const idleStepsBrisk = 4;
/** A process that ended by itself is started again after this long. */
const restartUsMin = 5_000;
const restartUsMax = 80_000;

/** The options that all replicas of a cluster share. */
export type SimulatedClusterOptions = Omit<
  ReplicaOptions,
  'replicaId' | 'bootstrap' | 'seed' | 'observer' | 'isWitness'
> & {
  readonly hasSiteLease?: boolean;
  readonly witnessIds?: readonly number[];
};

/** What an operator has written on a machine. */
export interface MachineFile {
  /** The founders of the cluster, where this replica is started with `--bootstrap`. */
  readonly founders: readonly number[];
  /** Replicas that it has addresses of. */
  readonly addresses: readonly number[];
  readonly durability: 'memory' | 'disk';
}

export class Machine {
  readonly id: number;
  readonly name: string;
  readonly disk: MachineDisk;
  readonly fuse = new Fuse();
  readonly control = new VirtualControl(({ kind }) => this.#watcher.ordered(this, kind));
  readonly datagrams: VirtualDatagrams;
  readonly connections: VirtualConnections;
  clock: VirtualClock;
  readonly lease = new VirtualLease(this);
  counters = new VirtualCounters();
  replica: ExchangeReplica | undefined;
  witness: Witness | undefined;
  seals: VirtualSeals | undefined;
  state: MachineState = 'crashed';
  /** The configuration file, as of the next start. */
  file: MachineFile;
  /** The next start has `--bootstrap`. */
  isToldToFound: boolean;
  /** The join token with which it is to become a member; empty: it has a certificate. */
  joinToken = '';
  /** The newest engine of its release, as of the next start. */
  newestEngine = engineVersion;
  /** How long its cycles take beyond the usual: a machine that is starved of its processor. */
  slowUs = 0;
  /** When the process looked around last. */
  steppedUs = 0;
  readonly #world: World;
  readonly #random: Random;
  readonly #options: SimulatedClusterOptions;
  readonly #watcher: MachineWatcher;
  readonly #nextStep: NextStep;
  starts = 0;
  /** Steps in a row without work. */
  #idleSteps = 0;
  #wasServing = false;
  #engine: Engine | undefined;
  /** How often this process has taken another state in place of a wrong one. */
  #rebuilds = 0;
  /** Of its journal, after the last step or start. */
  #lastIndex = 0;
  #lastTerm = 0;

  constructor(
    world: World,
    id: number,
    random: Random,
    options: SimulatedClusterOptions,
    watcher: MachineWatcher,
  ) {
    this.id = id;
    this.name = `replica ${id}`;
    this.#world = world;
    this.#nextStep = new NextStep(world.scheduler, () => this.#step());
    this.#random = random;
    this.#options = options;
    this.file = { ...options, addresses: options.founders };
    this.isToldToFound = options.founders.includes(id);
    this.#watcher = watcher;
    this.disk = new MachineDisk(world.scheduler, fork(random), this.#wake, this.fuse, world.tally);
    this.clock = this.#bootClock();
    this.datagrams = world.network.openDatagrams(id, this.#wake, this.fuse);
    this.connections = world.wires.openEndpoint(id, options.connectionsMax, this.#wake, this.fuse);
  }

  /** How long a voter is silent until a spare takes its place. */
  get spareAfterUs(): number {
    return this.#options.spareAfterUs;
  }

  get isWitness(): boolean {
    return this.#options.witnessIds?.includes(this.id) === true;
  }

  get process(): MemberReplica | undefined {
    return this.replica ?? this.witness;
  }

  get isRunning(): boolean {
    return this.state === 'running';
  }

  /** Starts the process, after a boot where the machine was off. */
  start(): void {
    if (this.state === 'off') this.#boot();
    if (this.state !== 'crashed') return;
    this.state = 'running';
    this.counters = new VirtualCounters();
    this.lease.clear();
    this.control.members = undefined;
    this.#wasServing = false;
    this.#rebuilds = 0;
    this.datagrams.open();
    this.connections.reachability = 'listening';
    this.#world.trace.note(this.name, 'starts');
    const { founders, durability } = this.file;
    const addresses = new VirtualAddresses(this.file.addresses);
    this.connections.addresses = addresses.reached;
    this.datagrams.addresses = addresses.reached;
    const options: ReplicaOptions = {
      ...this.#options,
      founders,
      durability,
      replicaId: this.id,
      engineVersion: this.newestEngine,
      isWitness: this.isWitness,
      description: {
        ...descriptionOf(this.id),
        role: this.isWitness ? MemberRole.witness : MemberRole.voter,
      },
      bootstrap: this.isToldToFound,
      seed: this.#random.next(),
      observer: {
        applied: (seq, timeUs, view, at) => {
          if (this.replica !== undefined) this.#noteEngine(this.replica);
          this.#watcher.applied(this, seq, timeUs, view, at);
        },
        voided: (seq, timeUs, view, at) => this.#watcher.voided(this, seq, timeUs, view, at),
        emitted: (view, at) => this.#watcher.emitted(this, view, at),
        changed: (role, term, leaderId) => this.#watcher.changed(this, role, term, leaderId),
      },
    };
    this.starts += 1;
    this.#watcher.started(this);
    const log = new VirtualLog(this.#world.trace, this.name);
    this.#guard(() => {
      const ports = {
        clock: this.clock,
        datagrams: this.datagrams,
        connections: this.#openLinks(log),
        addresses,
        seals: this.#newSeals(),
        storage: this.disk,
        counters: this.counters,
        control: this.control,
        log,
        siteLease: this.#options.hasSiteLease === true ? this.lease : undefined,
      };
      if (this.isWitness) this.witness = startWitness(options, ports);
      else this.#startEngine(options, ports);
      this.isToldToFound = false;
      const { process } = this;
      assert(process !== undefined, () => `a replica or a witness was started at ${this.name}`);
      this.#noteLog(process);
      // It may have come back with less than it had.
      const { role, term, leaderId } = process.log.raft;
      this.#watcher.changed(this, role, term, leaderId);
      this.#watcher.reached(this, process);
    });
    this.#nextStep.in(busyStepUsMax);
  }

  #startEngine(options: ReplicaOptions, ports: Ports): void {
    this.replica = startExchangeReplica(options, ports);
    weaken(this.replica.state, {
      isDeadly: (seq) => this.#world.poisons.get(seq)?.victims.has(this.id) === true,
      end: (seq) => {
        throw new Poisoned(this.#world.poisons.get(seq)!);
      },
    });
    this.#engine = this.replica.state.engine;
    this.#world.forger.look(this.name, this.#engine);
  }

  /** The process ends in good order, as in an upgrade. */
  stop(): void {
    if (this.state !== 'running') return;
    this.#world.tally.add('restart in good order');
    this.#world.trace.note(this.name, 'is stopped');
    const { process } = this;
    this.#guard(() => process?.stop());
    if (this.state !== 'running') return;
    this.#endProcess();
    this.disk.crash();
    this.connections.dropAll();
  }

  /** The process dies at once: what it wrote survives, the rest is gone. */
  crash(): void {
    if (this.state !== 'running' && this.state !== 'paused') return;
    this.#world.tally.add('crash');
    this.#world.trace.note(this.name, 'crashes');
    this.#endProcess();
    this.disk.crash();
    this.connections.dropAll();
  }

  /** The power goes: unflushed bytes may be gone, and the others are not notified. */
  cutPower(): void {
    if (this.state === 'off') return;
    this.#world.tally.add('power cut');
    if (this.#options.durability === 'memory') this.#world.tally.add('unclean boot in memory mode');
    this.#world.trace.note(this.name, 'loses its power');
    this.#endProcess();
    this.connections.vanishAll();
    this.disk.powerCut();
    this.state = 'off';
  }

  pause(): void {
    if (this.state !== 'running') return;
    this.#world.tally.add('pause');
    this.#world.trace.note(this.name, 'stands still');
    this.state = 'paused';
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.#world.trace.note(this.name, 'goes on');
    this.state = 'running';
    this.#nextStep.in(busyStepUsMin);
  }

  /** Its disk is replaced by an empty one; the process must be dead. */
  wipe(): void {
    this.#world.tally.add('wipe');
    this.#world.trace.note(this.name, 'gets an empty disk');
    this.disk.wipe();
    this.#lastIndex = 0;
    this.#lastTerm = 0;
    this.#watcher.forgot(this);
  }

  /** An older state of its disk comes back; the process must be dead. */
  putBack(image: DiskImage, how: PutBack): void {
    this.#world.tally.add(how === 'set back' ? 'volume set back' : 'old folder copied');
    this.#world.trace.note(this.name, `gets back its folder from before: ${how}`);
    this.disk.putBack(image, how);
    this.#lastIndex = 0;
    this.#lastTerm = 0;
    this.#watcher.forgot(this);
  }

  /** Something on its disk rots; the process must be dead. */
  rot(prefix = ''): void {
    this.#world.trace.note(this.name, `rots: ${this.disk.rot(prefix)}`);
    this.#watcher.forgot(this);
  }

  /** Its engine's memory is not what it was; the process runs. */
  spoil(engine: Engine): void {
    const { replica } = this;
    assert(replica !== undefined && this.isRunning, () => `${this.name} runs as its memory is spoiled`);
    this.#world.spoiled.set(this.id, replica.applier.appliedIndex);
    replica.state.engine = engine;
    this.#engine = engine;
  }

  /** What its replica reports of itself to others. */
  get origin(): ClusterOrigin & { readonly durability: 'memory' | 'disk' } {
    const { founders = [], instance = 0 } = this.process?.log ?? {};
    return { founders, instance, durability: this.file.durability };
  }

  /** What the replica has applied, or the witness has passed; 0 while it does not run. */
  get appliedSeq(): number {
    return this.process?.state.lastSeq ?? 0;
  }

  readonly #wake = (): void => {
    if (this.state === 'running' && this.slowUs === 0)
      this.#nextStep.in(this.#random.between(busyStepUsMin, busyStepUsMax));
  };

  /** The process has links of its own: what the other side has proven to an earlier process counts for nothing. */
  #openLinks(log: VirtualLog): VirtualLinks {
    const { parties } = this.#world;
    const { id, joinToken } = this;
    const own = joinToken === '' ? parties.of('replica', id) : parties.joined(id, joinToken);
    const { connectionsMax } = this.#options;
    const snapshotAt = (index: number): Uint8Array | undefined => this.disk.contentOf(snapshotName(index));
    const desk = { counters: this.counters, log, connectionsMax, snapshotAt };
    return new VirtualLinks(this.#world, this.connections, own, fork(this.#random), desk);
  }

  #newSeals(): VirtualSeals {
    this.seals = new VirtualSeals(this.#world.network, this.id, fork(this.#random), this.seals);
    return this.seals;
  }

  #boot(): void {
    this.#world.trace.note(this.name, 'boots');
    this.state = 'crashed';
    this.connections.reachability = 'refusing';
    this.clock = this.#bootClock();
  }

  #bootClock(): VirtualClock {
    const random = this.#random;
    return new VirtualClock(
      this.#world.scheduler,
      random.below(1_000_000_000),
      random.between(-100, 100),
      random.between(-50_000, 50_000),
    );
  }

  #endProcess(): void {
    this.replica = undefined;
    this.witness = undefined;
    this.state = 'crashed';
    this.#nextStep.forget();
    this.fuse.putOut();
    this.datagrams.close();
  }

  #step(): void {
    const { process } = this;
    if (process === undefined || this.state !== 'running') return;
    this.steppedUs = this.#world.scheduler.nowUs;
    let work = 0;
    this.#guard(() => {
      work = process.doWork(this.clock.nowUs());
    });
    this.#watcher.reached(this, process);
    if (this.process !== process) return;
    this.#watcher.cycled(this, process);
    if (this.replica !== undefined) this.#noteEngine(this.replica);
    this.#noteLog(process);
    if (process.serving && !this.#wasServing) this.#watcher.serves(this);
    this.#wasServing = process.serving;
    const random = this.#random;
    this.#idleSteps = work > 0 ? 0 : this.#idleSteps + 1;
    this.#nextStep.in(
      this.slowUs > 0
        ? random.between(1, this.slowUs)
        : work > 0
          ? random.between(busyStepUsMin, busyStepUsMax)
          : random.between(idleStepUsMin, idleStepUsMax) * (this.#idleSteps > idleStepsBrisk ? 2 : 1),
    );
  }

  #noteEngine(replica: ExchangeReplica): void {
    const { engine } = replica.state;
    if (engine === this.#engine) return;
    const { count } = replica.divergence.rebuild;
    this.#world.tally.add(count > this.#rebuilds ? 'state rebuilt' : 'snapshot installed');
    this.#rebuilds = count;
    this.#world.spoiled.delete(this.id);
    this.#engine = engine;
    this.#world.forger.look(this.name, engine);
    this.#watcher.stateReplaced(this);
  }

  /** Frames that it had and that are gone were cut off: as a torn tail, or for those of a newer leader. */
  #noteLog({ log: { journal } }: MemberReplica): void {
    const { lastIndex } = journal;
    const isCut = lastIndex < this.#lastIndex || journal.termAt(this.#lastIndex) > this.#lastTerm;
    if (isCut) this.#world.tally.add('log truncated');
    this.#lastIndex = lastIndex;
    this.#lastTerm = journal.termAt(lastIndex);
  }

  /** Its supervisor starts it again, or the person who brings the power back. */
  #superviseLater(): void {
    const endedAtStart = this.starts;
    this.#world.scheduler.after(this.#random.between(restartUsMin, restartUsMax), () => {
      if (this.starts === endedAtStart) this.start();
    });
  }

  /** Runs the process's code; what it throws ends the process and no other. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      if (error instanceof PowerLost || error instanceof ProcessKilled) {
        this.#world.tally.add('crash in a call');
        if (error instanceof PowerLost) this.cutPower();
        else this.crash();
        this.#superviseLater();
        return;
      }
      if (error instanceof Poisoned) {
        this.#world.tally.add('death on a command');
        leaveMark(error.poison, this.disk);
        this.crash();
        this.#superviseLater();
        return;
      }
      const why = error instanceof Error ? error : new Error(String(error));
      this.#world.trace.note(this.name, `ends: ${why.message}`);
      this.#endProcess();
      this.disk.crash();
      this.connections.dropAll();
      this.#watcher.ended(this, why);
      this.#superviseLater();
    }
  }
}

/** Whether a process ended for a reason that its design foresees. */
export function isForeseen(why: Error): boolean {
  return why instanceof ReplicaFault;
}
